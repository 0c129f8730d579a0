"""What is known of the person who seeks help: facts in five states, places, work, people around them, awards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from itertools import combinations
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from data.catalogue.facts import SELF, FactBook
from data.catalogue.records import NULLS_LEFT_OUT
from data.errors import BadApplicant, in_words
from data.people.needs import Need
from data.people.statements import (
    Between,
    Known,
    Moment,
    PartSet,
    Silence,
    Statement,
    read_moment,
    read_statement,
)
from data.places.areas import AreaTree

__all__ = [
    "Applicant", "ApplicantRecord", "Award", "AwardRecord", "Between", "Known", "Moment", "Need", "PartSet", "Person",
    "PersonRecord", "RelatedRecord", "Silence", "Spell", "SpellRecord", "Statement", "Stay", "StayRecord",
    "read_applicant",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stay:
    """A time lived in an area; `until` is None while it goes on."""

    area: str
    since: Moment
    until: Moment | None


@dataclass(frozen=True, slots=True)
class Spell:
    """A time worked in a trade; `until` is None while it goes on."""

    trade: str
    since: Moment
    until: Moment | None


@dataclass(frozen=True, slots=True)
class Award:
    """An award of a grant, and how long it lasts where it does."""

    grant_id: str
    on: Moment
    until: Moment | None


@dataclass(frozen=True, eq=False)
class Person:
    """What is known of one person; None where nothing was said, empty where there is none.

    Two people of whom the same is known are still two.
    """

    facts: Mapping[str, Statement] = field(default_factory=dict)
    areas: tuple[str, ...] | None = None
    lived_in: tuple[Stay, ...] | None = None
    work: tuple[Spell, ...] | None = None
    awards: tuple[Award, ...] | None = None
    receives: frozenset[str] | None = None
    relation: str = "self"


@dataclass(frozen=True, eq=False)
class Applicant(Person):
    """The person who seeks help, with the people around them."""

    related: tuple[Person, ...] | None = None
    whom: frozenset[str] | None = None
    """For whom a grant is looked for: `self` and relations; None where nobody said."""


def listed(value: Any) -> Any:
    """Take one name as a list of one."""
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, str) else value


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    _nulls = NULLS_LEFT_OUT


class StayRecord(_Wire):
    """A stay as written in JSON: days, or months without a day."""

    area: str
    since: str | None = Field(default=None, alias="from")
    until: str | None = Field(default=None, alias="to")


class SpellRecord(_Wire):
    """A spell of work as written in JSON: days, or months without a day."""

    trade: str
    since: str | None = Field(default=None, alias="from")
    until: str | None = Field(default=None, alias="to")


class AwardRecord(_Wire):
    """An earlier award as written in JSON."""

    grant_id: str
    on: str
    until: str | None = None


class PersonRecord(_Wire):
    """What every person of a request may carry."""

    facts: dict[str, Any] = Field(default_factory=dict)
    areas: tuple[str, ...] | None = None
    lived_in: tuple[StayRecord, ...] | None = None
    work: tuple[SpellRecord, ...] | None = None
    awards: tuple[AwardRecord, ...] | None = None
    receives: tuple[str, ...] | None = None


class RelatedRecord(PersonRecord):
    """A related person of a request."""

    relation: str


class ApplicantRecord(PersonRecord):
    """The applicant of a request, in the JSON format that clients send."""

    related: tuple[RelatedRecord, ...] | None = None
    whom: Annotated[tuple[str, ...], BeforeValidator(listed)] | None = Field(default=None, alias="for")
    """`self` or a relation, or a list of them."""


def read_applicant(
    record: ApplicantRecord | Mapping[str, Any], book: FactBook, areas: AreaTree, *, at: str = "applicant"
) -> Applicant:
    """Read an applicant; `at` is the path of the record in the request.

    Raises:
        BadApplicant: with the path to the first field that breaks the contract.
    """
    if not isinstance(record, ApplicantRecord):
        record = _validated(record, at)
    reader = _Reader(book, areas)
    related = None
    if record.related is not None:
        related = tuple(
            reader.related(person, f"{at}.related[{place}]") for place, person in enumerate(record.related)
        )
    whom = None if record.whom is None else reader.whom(record.whom, f"{at}.for")
    return Applicant(**reader.person(record, at), related=related, whom=whom)


def _validated(record: Mapping[str, Any], at: str) -> ApplicantRecord:
    try:
        return ApplicantRecord.model_validate(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = at + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in first["loc"])
        raise BadApplicant(path, in_words(first), code="INVALID_APPLICANT") from None


@dataclass(frozen=True)
class _Reader:
    """Reads records with the names that a fact book and an area tree allow."""

    book: FactBook
    areas: AreaTree

    def related(self, record: RelatedRecord, at: str) -> Person:
        if record.relation not in self.book.relations:
            raise _unknown(f"{at}.relation", "relation", record.relation, self.book.relations)
        for fact in record.facts:
            if fact in self.book.facts and self.book.of_household(fact):
                raise BadApplicant(
                    f"{at}.facts.{fact}", "this is a fact of the household: give it on the applicant"
                )
        return Person(**self.person(record, at), relation=record.relation)

    def whom(self, names: tuple[str, ...], at: str) -> frozenset[str]:
        for name in names:
            if name != SELF and name not in self.book.relations:
                raise _unknown(at, "relation", name, self.book.relations)
        return frozenset(names)

    def person(self, record: PersonRecord, at: str) -> dict[str, Any]:
        facts = {name: self.fact(name, value, f"{at}.facts.{name}") for name, value in record.facts.items()}
        return {
            "facts": facts,
            "areas": self.home(record.areas, f"{at}.areas"),
            "lived_in": self.stays(record.lived_in, f"{at}.lived_in"),
            "work": self.spells(record.work, f"{at}.work"),
            "awards": self.awards(record.awards, f"{at}.awards"),
            "receives": None if record.receives is None else self.book.names.now(record.receives),
        }

    def places(self, codes: tuple[str, ...] | None, at: str) -> tuple[str, ...] | None:
        for place, code in enumerate(codes or ()):
            if not self.areas.places(code):
                raise BadApplicant(f"{at}[{place}]", f"{code!r} is not a known area", code="UNKNOWN_AREA")
        return codes

    def home(self, codes: tuple[str, ...] | None, at: str) -> tuple[str, ...] | None:
        self.places(codes, at)
        codes = None if codes is None else self.areas.today(codes)
        for one, other in combinations(range(len(codes or ())), 2):
            if codes is not None and self.areas.apart(codes[one], codes[other]):
                raise BadApplicant(
                    f"{at}[{other}]",
                    f"{self.areas.name(codes[other])} and {self.areas.name(codes[one])} lie apart: "
                    "give one place and what it lies in",
                    code="CONTRADICTION",
                    beside=(f"{at}[{one}]",),
                )
        return codes

    def stays(self, records: tuple[StayRecord, ...] | None, at: str) -> tuple[Stay, ...] | None:
        if records is None:
            return None
        self.places(tuple(record.area for record in records), at)
        return tuple(
            Stay(area, *_span(r, f"{at}[{i}]"))
            for i, r in enumerate(records)
            for area in self.areas.today([r.area])
        )

    def spells(self, records: tuple[SpellRecord, ...] | None, at: str) -> tuple[Spell, ...] | None:
        if records is None:
            return None
        for place, record in enumerate(records):
            if record.trade not in self.book.trades:
                raise _unknown(f"{at}[{place}].trade", "trade", record.trade, self.book.trades)
        return tuple(Spell(r.trade, *_span(r, f"{at}[{i}]")) for i, r in enumerate(records))

    def awards(self, records: tuple[AwardRecord, ...] | None, at: str) -> tuple[Award, ...] | None:
        if records is None:
            return None
        return tuple(
            Award(
                self.book.names.renamed.get(r.grant_id, r.grant_id),
                read_moment(r.on, f"{at}[{i}].on"),
                None if r.until is None else read_moment(r.until, f"{at}[{i}].until"),
            )
            for i, r in enumerate(records)
        )

    def fact(self, name: str, value: Any, at: str) -> Statement:
        fact = self.book.facts.get(name)
        if fact is None:
            raise _unknown(at, "fact", name, self.book.facts)
        return read_statement(fact, value, at)


def _unknown(at: str, kind: str, name: str, among: Mapping[str, Any]) -> BadApplicant:
    near = get_close_matches(name, among, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return BadApplicant(at, f"there is no {kind} of this name{hint}", code=f"UNKNOWN_{kind.upper()}")


def _span(record: StayRecord | SpellRecord, at: str) -> tuple[Moment, Moment | None]:
    since = Moment(date.min, date.max) if record.since is None else read_moment(record.since, f"{at}.from")
    until = None if record.until is None else read_moment(record.until, f"{at}.to")
    if until is not None and until.latest < since.earliest:
        raise BadApplicant(at, "`to` lies before `from`")
    return since, until
