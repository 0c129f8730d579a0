"""From one row of a 360Giving file to an award, with a note of everything that was odd about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from data.awards.award import Award, Recipient
from data.awards.rows import Row
from data.awards.values import Note, read_amount, read_codes, read_day, read_text
from data.catalogue.codelists import PURPOSES, REASONS

ANONYMOUS: Final = frozenset(
    {"individual", "recipient", "anonymous", "applicant", "grantee", "person", "redacted"}
)
"""Words that make a recipient's published name no name."""
AREA_LETTERS: Final = "ENSWKLM"
"""How codes of UK areas begin."""
UNUSABLE: Final = frozenset({"id", "awarddate", "amountawarded", "fundingorganization:id"})
"""Without one of these an award cannot be used."""
CURRENCIES: Final = {"£": "GBP", "€": "EUR", "$": "USD", "POUNDS": "GBP", "STERLING": "GBP"}
DETAILS: Final = "toindividualsdetails"


@dataclass
class Fields:
    """One row's values, read field by field while notes of what is odd are collected."""

    row: Row
    notes: list[tuple[str, Note]] = field(default_factory=list)

    def note(self, name: str, *notes: Note) -> None:
        """Remember what is odd about a field."""
        self.notes += [(name, note) for note in notes]

    def raw(self, name: str) -> object:
        """The first value of a field; several different ones are noted."""
        values = [value for value in self.row.values.get(name, ()) if value is not None]
        if len({str(value) for value in values}) > 1:
            self.note(name, Note("SEVERAL", f"{len(values)} values; the first is read"))
        return values[0] if values else None

    def text(self, name: str) -> str | None:
        """The field as text."""
        value, notes = read_text(self.raw(name))
        self.note(name, *notes)
        return value

    def amount(self, name: str) -> float | None:
        """The field as an amount of money."""
        value, notes = read_amount(self.raw(name))
        self.note(name, *notes)
        return value

    def codes(self, *names: str, titles: dict[str, str]) -> tuple[str, ...]:
        """The codes in the fields, each once."""
        found: dict[str, None] = {}
        for name in names:
            codes, notes = read_codes(self.row.values.get(name, ()), titles)
            self.note(name, *notes)
            found.update(dict.fromkeys(codes))
        return tuple(found)


def read_award(fields: Fields, *, day_first: Callable[[], bool | None], on: date | None) -> Award | None:
    """Read a row as an award, or None when it lacks what nobody can do without; the fields collect the notes.

    `day_first` is asked only when a date can be read in two ways; a day after `on` is noted.
    """
    name, funder = fields.text("id"), fields.text("fundingorganization:id")
    day, amount = _day(fields, day_first, on), _amount(fields)
    title, description = fields.text("title"), fields.text("description")
    funder_name, currency = fields.text("fundingorganization:name"), fields.text("currency")
    kind, recipient_id, recipient_name = _recipient(fields)
    missing = {
        "id": name,
        "awarddate": day,
        "amountawarded": amount,
        "fundingorganization:id": funder,
        "fundingorganization:name": funder_name,
        "title": title,
        "description": description,
        "currency": currency,
    }
    _note_missing(fields, missing)
    award = Award(
        id=name or "",
        funder_id=funder or "",
        awarded_on=day or date.min,
        amount=amount or 0.0,
        title=title or "",
        description=description or "",
        funder_name=funder_name,
        currency=_currency(fields, currency),
        amount_applied_for=fields.amount("amountappliedfor") or None,
        recipient=kind,
        recipient_id=recipient_id,
        recipient_name=recipient_name,
        programme=fields.text("grantprogramme:title"),
        areas=places_of(fields),
        purposes=fields.codes(f"{DETAILS}:grantpurpose", titles=PURPOSES),
        reasons=fields.codes(
            f"{DETAILS}:primarygrantreason", f"{DETAILS}:secondarygrantreason", titles=REASONS
        ),
    )
    complete = None not in (name, funder, day, amount)
    return award if complete and award.amount >= 0 else None


def _day(fields: Fields, day_first: Callable[[], bool | None], on: date | None) -> date | None:
    raw = fields.raw("awarddate")
    day, notes = read_day(raw, day_first=None)
    if any(note.rule == "DATE_AMBIGUOUS" for note in notes):
        day, notes = read_day(raw, day_first=day_first())
    if day is not None and on is not None and day > on:
        notes = (*notes, Note("DATE_FUTURE", f"{day} is after {on}"))
    fields.note("awarddate", *notes)
    return day


def _amount(fields: Fields) -> float | None:
    amount = fields.amount("amountawarded")
    if amount == 0:
        fields.note("amountawarded", Note("AMOUNT_ZERO", "nothing was awarded, or it was not in money"))
    elif amount is not None and amount < 0:
        fields.note(
            "amountawarded", Note("AMOUNT_NEGATIVE", "a negative amount takes an award back; not used")
        )
    return amount


def _note_missing(fields: Fields, values: Mapping[str, object]) -> None:
    unreadable = {name for name, note in fields.notes if note.rule.endswith("UNREADABLE")}
    for name, value in values.items():
        if value is None and name not in unreadable:
            fields.note(
                name,
                Note("MISSING", "not used without it" if name in UNUSABLE else "required by the standard"),
            )


def _currency(fields: Fields, code: str | None) -> str | None:
    if code is None:
        return None
    if code.isascii() and code.isalpha() and code.isupper() and len(code) == 3:
        return _other_currency(fields, code)
    known = CURRENCIES.get(code.upper(), code.upper())
    found = known if known.isascii() and known.isalpha() and len(known) == 3 else None
    fields.note(
        "currency", Note("CURRENCY", f"{code[:40]!r} is read as {found or 'unknown'}, expected such as GBP")
    )
    return None if found is None else _other_currency(fields, found)


def _other_currency(fields: Fields, code: str) -> str:
    if code != "GBP":
        fields.note(
            "currency", Note("CURRENCY_OTHER", f"the amount is in {code}; it is not turned into pounds")
        )
    return code


def _recipient(fields: Fields) -> tuple[Recipient, str | None, str | None]:
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


def _note_person(fields: Fields, person: dict[str, str | None]) -> None:
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


def places_of(fields: Fields) -> tuple[str, ...]:
    """Give the codes of the places that a row names."""
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
