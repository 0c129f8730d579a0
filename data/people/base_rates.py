"""How common facts are among people who look for help: a file of shares, each with its source, year and certainty."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from data.catalogue.bounds import Day
from data.catalogue.facts import NUMERIC, Fact, FactBook
from data.catalogue.reading import SAMPLE, Catalogue
from data.catalogue.references import References
from data.catalogue.rules import Condition
from data.catalogue.traversal import facts_named
from data.errors import BadApplicant, BadData, Problem, in_words
from data.json_files import read_json
from data.people.applicants import Applicant, read_applicant
from data.places.areas import AreaTree

FILE: Final = SAMPLE / "base_rates.json"
"""Rates for the United Kingdom that come with the project."""
TOGETHER: Final = "|"
"""Between the values of a set, where a share speaks of having at least one of them."""
_ROUNDING: Final = 0.02
"""By so much the shares of a whole may miss one."""

Portion = Annotated[float, Field(ge=0, le=1)]
Found: TypeAlias = Iterator[tuple[str, str]]
"""Where something is wrong, and what."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(_Record):
    """The shares of some values among the people of whom `given` is true; among everybody where it is left out."""

    given: Condition | None = None
    shares: dict[str, Portion] = Field(min_length=1)
    """By value. Numbers: by where a span begins; it ends where the next begins. Days: so many days ago, likewise."""
    source: str
    year: int
    certainty: Literal["published", "derived", "estimate"]


class KindOfPeople(_Record):
    """People alike in what other facts depend on most, and their share."""

    share: Portion
    facts: dict[str, Any]
    """Written as an applicant tells them."""


def _everybody_first(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    if rows and rows[0].given is not None:
        raise ValueError("expected a row about everybody first, without `given`")
    return rows


Rows: TypeAlias = Annotated[tuple[Row, ...], AfterValidator(_everybody_first)]


class BaseRates(_Record):
    """A file of base rates."""

    about: str
    on: Day
    """The day of which the rates speak."""
    sources: dict[str, str]
    people: Annotated[tuple[KindOfPeople, ...], Field(min_length=1)]
    facts: dict[str, Rows]
    """A fact that applies only to some people: its shares among those."""
    areas: Rows = ()
    lived_in_months: Rows = ()
    """How many have lived in their area for at least so many months."""
    trades_now: Rows = ()
    trades_ever: Rows = ()
    worked_years: Rows = ()
    """Of those who ever worked in a trade, how many for at least so many years."""
    worked_within_years: Rows = ()
    """Of those, how many within so many years."""
    relations: Rows = ()
    """How many have such a person."""
    relatives: dict[str, dict[str, Rows]] = Field(default_factory=dict)
    """By relation the facts that are spread otherwise among such people than among those who look for help."""
    receives: Rows = ()

    def kinds(self, book: FactBook, areas: AreaTree) -> tuple[Applicant, ...]:
        """Read each kind of people as an applicant."""
        return tuple(
            read_applicant({"facts": kind.facts}, book, areas, at=f"people[{place}]")
            for place, kind in enumerate(self.people)
        )


def read_base_rates(path: Path, book: FactBook, areas: AreaTree) -> BaseRates:
    """Read a file of base rates for a fact book and areas.

    Raises:
        BadData: with every problem, each with the path to the field.
    """
    try:
        rates = BaseRates.model_validate(read_json(path), by_alias=True, by_name=False)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise BadData([Problem(in_words(e), path.name, field=_path(e["loc"])) for e in found]) from None
    problems = [Problem(message, path.name, field=at) for at, message in _check(rates, book, areas)]
    if problems:
        raise BadData(problems)
    return rates


def sample_rates(catalogue: Catalogue) -> BaseRates:
    """Read the rates that come with the project for a catalogue's facts and areas; raises BadData."""
    return read_base_rates(FILE, catalogue.facts, catalogue.areas)


def rates_of(catalogue: Catalogue, file: Path | None, *, own_facts: bool, on: date) -> BaseRates:
    """Read a catalogue's rates; without a file the project's own, or with facts of its `own_facts` none."""
    if file is None and own_facts:
        return no_rates(on)
    return read_base_rates(file or FILE, catalogue.facts, catalogue.areas)


def no_rates(on: date) -> BaseRates:
    """Give rates that say nothing: every fact stands at one half."""
    everybody = KindOfPeople(share=1.0, facts={})
    return BaseRates(about="nothing is known", on=on, sources={}, people=(everybody,), facts={})


def _path(location: Sequence[int | str]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)[1:]


def _check(rates: BaseRates, book: FactBook, areas: AreaTree) -> Found:
    try:
        rates.kinds(book, areas)
    except BadApplicant as error:
        yield error.path, error.message
    if abs(sum(kind.share for kind in rates.people) - 1) > _ROUNDING:
        yield "people", "the shares do not add up to 1"
    for at, fact, rows in _rows_of_facts(rates):
        if fact not in book.facts:
            yield at, f"there is no fact {fact!r}"
            continue
        for place, row in enumerate(rows):
            yield from _check_shares(row.shares, book.facts[fact], f"{at}[{place}].shares")
    for at, names, rows in _rows_of_names(rates, book):
        for place, row in enumerate(rows):
            unknown = sorted(row.shares.keys() - names)
            yield from ((f"{at}[{place}].shares", f"there is no {name!r}") for name in unknown)
    for at, row in _rows(rates):
        if row.source not in rates.sources:
            yield f"{at}.source", f"there is no source {row.source!r}"
        if row.given is not None:
            yield from _check_given(row.given, book, areas, f"{at}.given")


def _rows_of_facts(rates: BaseRates) -> Iterator[tuple[str, str, Rows]]:
    yield from ((f"facts.{fact}", fact, rows) for fact, rows in rates.facts.items())
    for relation, facts in rates.relatives.items():
        yield from ((f"relatives.{relation}.{fact}", fact, rows) for fact, rows in facts.items())


def _rows_of_names(rates: BaseRates, book: FactBook) -> Iterator[tuple[str, Mapping[str, Any], Rows]]:
    yield "trades_now", book.trades, rates.trades_now
    yield "trades_ever", book.trades, rates.trades_ever
    yield "relations", book.relations, rates.relations


def _rows(rates: BaseRates) -> Iterator[tuple[str, Row]]:
    for at, _, rows in _rows_of_facts(rates):
        yield from ((f"{at}[{place}]", row) for place, row in enumerate(rows))
    for name in type(rates).model_fields:
        rows = getattr(rates, name)
        if isinstance(rows, tuple) and name != "people":
            yield from ((f"{name}[{place}]", row) for place, row in enumerate(rows))


def _check_given(given: Condition, book: FactBook, areas: AreaTree, at: str) -> Found:
    """Refuse unknown names, and whatever would let health, faith, origin or the like colour other facts."""
    yield from References(book, areas).check(given, at)
    for name in sorted(facts_named(given) & book.facts.keys()):
        if book.facts[name].sensitive:
            yield at, f"no share may depend on {name!r}, which is special-category data"


def _check_shares(shares: Mapping[str, float], fact: Fact, at: str) -> Found:
    match fact.kind:
        case "boolean":
            allowed, whole = {"true"}, False
        case "choice":
            allowed, whole = set(fact.values), True
        case "choices":
            allowed, whole = set(fact.values), False
        case _:
            allowed, whole = set(), True
    for key in shares:
        if fact.kind in (*NUMERIC, "date"):
            known = _is_number(key)
        else:
            known = set(key.split(TOGETHER) if fact.kind == "choices" else [key]) <= allowed
        if not known:
            yield f"{at}.{key}", f"expected {_EXPECTED.get(fact.kind, 'a number')}"
    total = sum(shares.values())
    if whole and abs(total - 1) > _ROUNDING:
        yield at, f"the shares add up to {total:.3f}, not to 1"


_EXPECTED: Final = {
    "boolean": "'true'",
    "choice": "a value of the fact",
    "choices": f"a value of the fact, or several with {TOGETHER!r} between them",
}


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
