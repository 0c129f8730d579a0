"""Awards that funders have published to the 360Giving standard, read as they really publish them.

An award that can be used is kept, with a note of all that was odd about it; one that cannot be used is counted
and said why. The name of a person is never kept. Published awards hold no refusals: nothing about a chance of
success follows from them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from data.award_rows import Row, read_rows
from data.award_values import Note, date_order, read_amount, read_codes, read_day, read_text
from data.codelists import PURPOSES, REASONS
from data.errors import Problem

ANONYMOUS: Final = frozenset(
    {"individual", "recipient", "anonymous", "applicant", "grantee", "person", "redacted"}
)
"""Words that make a recipient's published name no name."""
AREA_LETTERS: Final = "ENSWKLM"
"""How codes of UK areas begin."""
UNUSABLE: Final = frozenset({"id", "awarddate", "amountawarded", "fundingorganization:id"})
"""Without one of these an award cannot be used."""
EXPECTED: Final = ("title", "description", "currency", "fundingorganization:name")
"""Required by the standard, yet an award without them is of use."""


class Recipient(StrEnum):
    """To whom an award was made; unknown when the file names nobody, or both."""

    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Award:
    """One published award. `amount` is in `currency`, None when the file does not say which."""

    id: str
    funder_id: str
    awarded_on: date
    amount: float
    title: str = ""
    description: str = ""
    funder_name: str | None = None
    currency: str | None = None
    amount_applied_for: float | None = None
    recipient: Recipient = Recipient.UNKNOWN
    recipient_id: str | None = None
    recipient_name: str | None = None
    """An organisation's; never a person's."""
    programme: str | None = None
    areas: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    """First the primary, then the secondary reason."""

    def as_grant(self) -> dict[str, Any]:
        """Write the award in the standard's own JSON, readable by `read_awards`."""
        details = {"grantPurpose": list(self.purposes)}
        reasons = zip(("primaryGrantReason", "secondaryGrantReason"), self.reasons, strict=False)
        whom = {"id": self.recipient_id, "name": self.recipient_name}
        grant = {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "currency": self.currency,
            "amountAwarded": self.amount,
            "amountAppliedFor": self.amount_applied_for,
            "awardDate": self.awarded_on.isoformat(),
            "fundingOrganization": [{"id": self.funder_id, "name": self.funder_name}],
            "recipientOrganization": [whom] if self.recipient is Recipient.ORGANISATION else None,
            "recipientIndividual": whom if self.recipient is Recipient.INDIVIDUAL else None,
            "grantProgramme": [{"title": self.programme}],
            "beneficiaryLocation": [{"geoCode": code} for code in self.areas],
            "toIndividualsDetails": {**details, **dict(reasons)},
        }
        return {name: value for name, value in grant.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one row gave; `award` is None when it was rejected. Not a row: something about the whole file."""

    award: Award | None
    problems: tuple[Problem, ...] = ()
    is_row: bool = True


@dataclass(frozen=True)
class AwardFile:
    """The awards of a file, and everything that was odd about it."""

    awards: tuple[Award, ...]
    problems: tuple[Problem, ...]
    rows: int
    """Rows that hold anything; each is an award or rejected."""

    @property
    def rejected(self) -> int:
        """How many rows could not be used; each has a problem that says why."""
        return self.rows - len(self.awards)

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """How often each kind of problem occurs, as (rule, field), most frequent first."""
        kinds = Counter((problem.rule or "", problem.field or "") for problem in self.problems)
        return dict(kinds.most_common())


def read_awards(path: Path, *, on: date | None = None) -> AwardFile:
    """Read a whole file; an award dated after `on` is reported. Raises BadData when it is no such file."""
    awards, problems, rows = [], [], 0
    for reading in scan_awards(path, on=on):
        rows += reading.is_row
        problems += reading.problems
        if reading.award is not None:
            awards.append(reading.award)
    return AwardFile(tuple(awards), tuple(problems), rows)


def scan_awards(path: Path, *, on: date | None = None) -> Iterator[Reading]:
    """Stream a file of any size, keeping only its ids in memory. Raises BadData as `read_awards`."""
    order = _DateOrder(path)
    seen: dict[str, int] = {}
    for row in read_rows(path):
        if isinstance(row, Problem):
            yield Reading(None, (row,), is_row=False)
        else:
            yield _read_row(row, order, seen, file=path.name, on=on)


def write_awards(awards: Iterator[Award], path: Path) -> int:
    """Write awards as JSON lines in the standard's fields; gives how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for count, award in enumerate(awards, start=1):  # noqa: B007
            file.write(json.dumps(award.as_grant(), ensure_ascii=False) + "\n")
    return count


@dataclass(frozen=True)
class _DateOrder:
    """Which way a file writes 03/04/2020, found out by a second look through it when that is first asked."""

    path: Path

    @cached_property
    def day_first(self) -> bool | None:
        rows = (row for row in read_rows(self.path) if isinstance(row, Row))
        proofs = {date_order(raw) for row in rows for raw in row.values.get("awarddate", ())[:1]}
        return (
            None
            if {True, False} <= proofs
            else True
            if True in proofs
            else False
            if False in proofs
            else None
        )


@dataclass
class _Fields:
    """One row's values, read field by field while notes of what is odd are collected."""

    row: Row
    notes: list[tuple[str, Note]] = field(default_factory=list)

    def note(self, name: str, *notes: Note) -> None:
        self.notes += [(name, note) for note in notes]

    def raw(self, name: str) -> object:
        """The first value of a field; several different ones are noted."""
        values = [value for value in self.row.values.get(name, ()) if value is not None]
        if len({str(value) for value in values}) > 1:
            self.note(name, Note("SEVERAL", f"{len(values)} values; the first is read"))
        return values[0] if values else None

    def text(self, name: str) -> str | None:
        value, notes = read_text(self.raw(name))
        self.note(name, *notes)
        return value

    def amount(self, name: str) -> float | None:
        value, notes = read_amount(self.raw(name))
        self.note(name, *notes)
        return value

    def codes(self, *names: str, titles: dict[str, str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in names:
            codes, notes = read_codes(self.row.values.get(name, ()), titles)
            self.note(name, *notes)
            found.update(dict.fromkeys(codes))
        return tuple(found)


def _read_row(row: Row, order: _DateOrder, seen: dict[str, int], *, file: str, on: date | None) -> Reading:
    fields = _Fields(row)
    name = None
    award = None
    if row.broken is not None:
        fields.note("", Note("ROW", row.broken))
    else:
        name = fields.text("id")
        award = _award(fields, name, order, on)
        if name is not None and not _first_of_its_id(fields, name, seen):
            award = None
    problems = [
        Problem(note.message, file=file, line=row.line, grant=name, rule=note.rule, field=column or None)
        for column, note in fields.notes
    ]
    return Reading(award, tuple(problems))


def _first_of_its_id(fields: _Fields, name: str, seen: dict[str, int]) -> bool:
    """The standard lets a second row add to an award: such rows and true duplicates are told apart and counted."""
    earlier = seen.setdefault(name, fields.row.line)
    if earlier == fields.row.line:
        return True
    adds = not {"awarddate", "amountawarded"} & set(fields.row.values)
    what = "adds to" if adds else "has the same id as"
    rule = "ADDS_TO_EARLIER_ROW" if adds else "DUPLICATE"
    if adds:
        fields.notes.clear()
    fields.note("id", Note(rule, f"{what} the award in line {earlier}; that one is kept as it is"))
    return False


def _award(fields: _Fields, name: str | None, order: _DateOrder, on: date | None) -> Award | None:
    day = _day(fields, order, on)
    amount = fields.amount("amountawarded")
    funder = fields.text("fundingorganization:id")
    _note_amount(fields, amount)
    kind, recipient_id, recipient_name = _recipient(fields)
    texts = {column: fields.text(column) for column in EXPECTED}
    missing = {
        "id": name,
        "awarddate": day,
        "amountawarded": amount,
        "fundingorganization:id": funder,
        **texts,
    }
    _note_missing(fields, missing)
    applied_for = fields.amount("amountappliedfor")
    reasons = ("toindividualsdetails:primarygrantreason", "toindividualsdetails:secondarygrantreason")
    award = {
        "title": texts["title"] or "",
        "description": texts["description"] or "",
        "funder_name": texts["fundingorganization:name"],
        "currency": _currency(fields, texts["currency"]),
        "amount_applied_for": applied_for or None,
        "recipient": kind,
        "recipient_id": recipient_id,
        "recipient_name": recipient_name,
        "programme": fields.text("grantprogramme:title"),
        "areas": _areas(fields),
        "purposes": fields.codes("toindividualsdetails:grantpurpose", titles=PURPOSES),
        "reasons": fields.codes(*reasons, titles=REASONS),
    }
    if name is None or day is None or amount is None or amount < 0 or funder is None:
        return None
    return Award(id=name, funder_id=funder, awarded_on=day, amount=amount, **award)


def _day(fields: _Fields, order: _DateOrder, on: date | None) -> date | None:
    raw = fields.raw("awarddate")
    day, notes = read_day(raw, day_first=None)
    if any(note.rule == "DATE_AMBIGUOUS" for note in notes):
        day, notes = read_day(raw, day_first=order.day_first)
    if day is not None and on is not None and day > on:
        notes = (*notes, Note("DATE_FUTURE", f"{day} is after {on}"))
    fields.note("awarddate", *notes)
    return day


def _note_amount(fields: _Fields, amount: float | None) -> None:
    if amount == 0:
        fields.note("amountawarded", Note("AMOUNT_ZERO", "nothing was awarded, or it was not in money"))
    elif amount is not None and amount < 0:
        fields.note(
            "amountawarded", Note("AMOUNT_NEGATIVE", "a negative amount takes an award back; not used")
        )


def _note_missing(fields: _Fields, values: dict[str, object]) -> None:
    unreadable = {name for name, note in fields.notes if note.rule.endswith("UNREADABLE")}
    for name, value in values.items():
        if value is None and name not in unreadable:
            fields.note(
                name,
                Note("MISSING", "not used without it" if name in UNUSABLE else "required by the standard"),
            )


def _currency(fields: _Fields, code: str | None) -> str | None:
    if code is None or (code.isascii() and code.isalpha() and code.isupper() and len(code) == 3):
        return code
    known = {"£": "GBP", "€": "EUR", "$": "USD", "POUNDS": "GBP", "STERLING": "GBP"}.get(
        code.upper(), code.upper()
    )
    found = known if known.isascii() and known.isalpha() and len(known) == 3 else None
    fields.note(
        "currency", Note("CURRENCY", f"{code[:40]!r} is read as {found or 'unknown'}, expected such as GBP")
    )
    return found


def _recipient(fields: _Fields) -> tuple[Recipient, str | None, str | None]:
    person, firm = (
        {part: fields.text(f"{kind}:{part}") for part in ("id", "name")}
        for kind in ("recipientindividual", "recipientorganization")
    )
    if any(person.values()) and any(firm.values()):
        fields.note("recipient", Note("RECIPIENT", "both a person and an organisation; expected one of them"))
        return Recipient.UNKNOWN, None, None
    if any(person.values()):
        _note_person(fields, person)
        return Recipient.INDIVIDUAL, person["id"], None
    if not any(firm.values()):
        fields.note("recipient", Note("RECIPIENT", "neither a person nor an organisation"))
        return Recipient.UNKNOWN, None, None
    if firm["id"] is None:
        fields.note("recipientorganization:id", Note("MISSING", "required by the standard"))
    return Recipient.ORGANISATION, firm["id"], firm["name"]


def _note_person(fields: _Fields, person: dict[str, str | None]) -> None:
    words = set((person["name"] or "individual").lower().split())
    if not words & ANONYMOUS:
        fields.note(
            "recipientindividual:name", Note("PERSON_NAMED", "may be a person's name; it was not read")
        )
    if person["id"] is None:
        fields.note("recipientindividual:id", Note("MISSING", "required by the standard"))
    if not any(column.startswith("toindividualsdetails") for column in fields.row.values):
        message = "neither purpose nor reason of a grant to an individual"
        fields.note("toindividualsdetails", Note("NO_CODES", message))


def _areas(fields: _Fields) -> tuple[str, ...]:
    column = "beneficiarylocation:geocode"
    found: dict[str, None] = {}
    for raw in fields.row.values.get(column, ()):
        code, notes = read_text(raw)
        fields.note(column, *notes)
        if code is not None and len(code) == 9 and code[0] in AREA_LETTERS and code[1:].isdigit():
            found[code] = None
        elif code is not None:
            fields.note(
                column, Note("AREA_UNKNOWN", "not the code of a UK area, such as E08000025; left out")
            )
    return tuple(found)
