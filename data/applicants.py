"""What is known of the person who seeks help: facts in five states, places, work, people around them, awards."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.areas import AreaTree
from data.errors import BadApplicant
from data.facts import NUMERIC, Fact, FactBook
from data.grants import Purpose, Reason


class Need(BaseModel):
    """What the person needs, in their own words and in 360Giving codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(default="", max_length=2000)
    purposes: tuple[Purpose, ...] = ()
    reasons: tuple[Reason, ...] = ()
    amount: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Pounds asked for."""


class Silence(Enum):
    """Ways in which no value was given; a fact that was never asked is simply absent."""

    UNKNOWN = "unknown"
    DECLINED = "declined"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Between:
    """A number or a day that is only known to lie in a range; None leaves an end open."""

    low: Decimal | date | None = None
    high: Decimal | date | None = None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class PartSet:
    """A set of which some members are known to be in and some to be out."""

    includes: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()


Known: TypeAlias = bool | Decimal | str | date | frozenset[str]
Statement: TypeAlias = Known | Between | PartSet | Silence


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or any day from `earliest` to `latest` where only the month is known."""

    earliest: date
    latest: date


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


@dataclass(frozen=True)
class Person:
    """What is known of one person; None where nothing was said, empty where there is none."""

    facts: Mapping[str, Statement] = field(default_factory=dict)
    areas: tuple[str, ...] | None = None
    lived_in: tuple[Stay, ...] | None = None
    work: tuple[Spell, ...] | None = None
    awards: tuple[Award, ...] | None = None
    receives: frozenset[str] | None = None
    relation: str = "self"


@dataclass(frozen=True)
class Applicant(Person):
    """The person who seeks help, with the people around them."""

    related: tuple[Person, ...] | None = None


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


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
    return Applicant(**reader.person(record, at), related=related)


def _validated(record: Mapping[str, Any], at: str) -> ApplicantRecord:
    try:
        return ApplicantRecord.model_validate(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = at + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in first["loc"])
        raise BadApplicant(path, first["msg"], code="INVALID_APPLICANT") from None


_BOUND_KEYS: Final = {"at_least", "at_most", "above", "below"}
_SET_KEYS: Final = {"includes", "excludes"}
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


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

    def person(self, record: PersonRecord, at: str) -> dict[str, Any]:
        facts = {name: self.fact(name, value, f"{at}.facts.{name}") for name, value in record.facts.items()}
        return {
            "facts": facts,
            "areas": self.places(record.areas, f"{at}.areas"),
            "lived_in": self.stays(record.lived_in, f"{at}.lived_in"),
            "work": self.spells(record.work, f"{at}.work"),
            "awards": self.awards(record.awards, f"{at}.awards"),
            "receives": None if record.receives is None else frozenset(record.receives),
        }

    def places(self, codes: tuple[str, ...] | None, at: str) -> tuple[str, ...] | None:
        for place, code in enumerate(codes or ()):
            if not self.areas.places(code):
                raise BadApplicant(f"{at}[{place}]", f"{code!r} is not a known area", code="UNKNOWN_AREA")
        return codes

    def stays(self, records: tuple[StayRecord, ...] | None, at: str) -> tuple[Stay, ...] | None:
        if records is None:
            return None
        self.places(tuple(record.area for record in records), at)
        return tuple(Stay(r.area, *_span(r, f"{at}[{i}]")) for i, r in enumerate(records))

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
                r.grant_id,
                _moment(r.on, f"{at}[{i}].on"),
                None if r.until is None else _moment(r.until, f"{at}[{i}].until"),
            )
            for i, r in enumerate(records)
        )

    def fact(self, name: str, value: Any, at: str) -> Statement:
        fact = self.book.facts.get(name)
        if fact is None:
            raise _unknown(at, "fact", name, self.book.facts)
        if isinstance(value, Mapping):
            return _stated(fact, value, at)
        return _known(fact, value, at)


def _unknown(at: str, kind: str, name: str, among: Mapping[str, Any]) -> BadApplicant:
    from difflib import get_close_matches

    near = get_close_matches(name, among, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return BadApplicant(at, f"there is no {kind} of this name{hint}", code=f"UNKNOWN_{kind.upper()}")


def _stated(fact: Fact, value: Mapping[str, Any], at: str) -> Statement:
    keys = set(value)
    silence = next((state for state in Silence if keys == {state.value} and value[state.value] is True), None)
    if silence is not None:
        return silence
    if keys and keys <= _BOUND_KEYS and fact.kind in (*NUMERIC, "date"):
        return _between(fact, value, at)
    if keys and keys <= _SET_KEYS and fact.kind == "choices":
        return _part_set(fact, value, at)
    raise BadApplicant(at, f"expected {_EXPECTED[fact.kind]}, or {{'unknown': true}} or {{'declined': true}}")


_EXPECTED: Final = {
    "boolean": "true or false",
    "number": "a number, or a range such as {'at_least': 1, 'below': 5}",
    "money": "an amount of money as a number, or a range such as {'at_least': 0, 'below': 190}",
    "choice": "one of the fact's values",
    "choices": "a list of the fact's values, or {'includes': [...], 'excludes': [...]}",
    "date": "a day written YYYY-MM-DD, or a range of days",
}


def _known(fact: Fact, value: Any, at: str) -> Statement:
    match fact.kind:
        case "boolean" if isinstance(value, bool):
            return value
        case "number" | "money" if _is_number(value):
            return _within_limits(fact, Decimal(str(value)), at)
        case "choice" if isinstance(value, str):
            return _one_value(fact, value, at)
        case "choices" if isinstance(value, list | tuple):
            return _set_of_values(fact, value, at)
        case "date" if isinstance(value, str):
            moment = _moment(value, at)
            exact = moment.earliest == moment.latest
            return moment.earliest if exact else Between(moment.earliest, moment.latest)
        case _:
            raise BadApplicant(at, f"expected {_EXPECTED[fact.kind]}")


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return math.isfinite(value)


def _within_limits(fact: Fact, value: Decimal, at: str) -> Decimal:
    low, high = fact.limits
    if (low is not None and value < low) or (high is not None and value > high):
        raise BadApplicant(at, f"expected a number {_limits_in_words(fact)}")
    return value


def _limits_in_words(fact: Fact) -> str:
    low, high = fact.limits
    if low is None:
        return f"of at most {high}"
    return f"of at least {low}" if high is None else f"from {low} to {high}"


def _one_value(fact: Fact, value: Any, at: str) -> str:
    if not isinstance(value, str) or value not in fact.values:
        raise BadApplicant(at, f"expected one of: {', '.join(fact.values)}")
    return value


def _set_of_values(fact: Fact, values: Any, at: str) -> frozenset[str]:
    if not isinstance(values, list | tuple):
        raise BadApplicant(at, f"expected {_EXPECTED['choices']}")
    return frozenset(_one_value(fact, value, f"{at}[{i}]") for i, value in enumerate(values))


def _part_set(fact: Fact, value: Mapping[str, Any], at: str) -> PartSet:
    includes = _set_of_values(fact, value.get("includes", ()), f"{at}.includes")
    excludes = _set_of_values(fact, value.get("excludes", ()), f"{at}.excludes")
    if includes & excludes:
        raise BadApplicant(at, "a value stands both in `includes` and in `excludes`")
    return PartSet(includes, excludes)


def _between(fact: Fact, value: Mapping[str, Any], at: str) -> Statement:
    ends = {key: _end(fact, end, f"{at}.{key}") for key, end in value.items() if end is not None}
    low: Any
    high: Any
    low, low_open = _tighter(ends.get("at_least"), ends.get("above"), lowest=True)
    high, high_open = _tighter(ends.get("at_most"), ends.get("below"), lowest=False)
    least, most = fact.limits if fact.kind in NUMERIC else (None, None)
    if least is not None and (low is None or low < least):
        low, low_open = least, False
    if most is not None and (high is None or high > most):
        high, high_open = most, False
    if low is not None and high is not None:
        if low > high or (low == high and (low_open or high_open)):
            raise BadApplicant(at, "the range is empty: its lower end lies above its upper end")
        if low == high:
            exact: Decimal | date = low
            return exact
    return Between(low, high, low_open, high_open)


def _end(fact: Fact, value: Any, at: str) -> Any:
    if fact.kind == "date":
        if isinstance(value, str) and _DAY.fullmatch(value):
            return _moment(value, at).earliest
        raise BadApplicant(at, "expected a day written YYYY-MM-DD")
    if not _is_number(value):
        raise BadApplicant(at, "expected a number")
    return _within_limits(fact, Decimal(str(value)), at)


def _tighter(closed: Any, opened: Any, *, lowest: bool) -> tuple[Any, bool]:
    if closed is None or opened is None:
        return (opened, True) if closed is None and opened is not None else (closed, False)
    strict = opened >= closed if lowest else opened <= closed
    return (opened, True) if strict else (closed, False)


def _span(record: StayRecord | SpellRecord, at: str) -> tuple[Moment, Moment | None]:
    since = Moment(date.min, date.max) if record.since is None else _moment(record.since, f"{at}.from")
    until = None if record.until is None else _moment(record.until, f"{at}.to")
    if until is not None and until.latest < since.earliest:
        raise BadApplicant(at, "`to` lies before `from`")
    return since, until


def _moment(text: str, at: str) -> Moment:
    try:
        if _MONTH.fullmatch(text):
            first = date.fromisoformat(f"{text}-01")
            return Moment(first, first.replace(day=calendar.monthrange(first.year, first.month)[1]))
        if _DAY.fullmatch(text):
            return Moment(date.fromisoformat(text), date.fromisoformat(text))
    except ValueError:
        raise BadApplicant(at, "this day does not exist") from None
    raise BadApplicant(at, "expected a day written YYYY-MM-DD, or a month written YYYY-MM")
