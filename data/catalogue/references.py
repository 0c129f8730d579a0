"""Checks that every name a condition uses exists and every value has the right kind: a typo must not be silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Final, TypeAlias, assert_never

from data.catalogue.bounds import LOWER_BOUNDS
from data.catalogue.dependencies import sources
from data.catalogue.facts import ANY, NUMERIC, SELF, Fact, FactBook
from data.catalogue.rules import (
    Ago,
    AllOf,
    AnyOf,
    AtLeast,
    Bound,
    Bounds,
    Condition,
    Discretion,
    HasLivedIn,
    Is,
    LivesIn,
    NoneOf,
    Not,
    OfApplicant,
    OneOf,
    Receives,
    Related,
    Share,
    Sum,
    Table,
    Within,
    WorkedIn,
)
from data.places.areas import AreaTree

Found: TypeAlias = Iterator[tuple[str, str]]
"""Path within the condition, and what is wrong there."""

_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]*")
_NUMBER_LIKE: Final = "a number, a table or a share"


@dataclass(frozen=True)
class References:
    """The names that conditions may use."""

    book: FactBook
    areas: AreaTree | None
    """None where the areas could not be read; then none that is named is checked."""

    def check(self, condition: Condition, at: str = "condition", *, of_related: bool = False) -> Found:
        """Yield every unknown name and wrong kind in a condition; `of_related` inside `related` and `sum`."""
        match condition:
            case Is() | OneOf() | NoneOf() | Within() | Ago():
                yield from self._fact_condition(condition, at)
            case Sum():
                yield from self._sum(condition, at, of_related)
            case Related():
                yield from self._related(condition, at, of_related)
            case LivesIn(lives_in=areas):
                yield from self._areas(areas, f"{at}.lives_in")
            case HasLivedIn(has_lived_in=areas):
                yield from self._areas(areas, f"{at}.has_lived_in")
            case WorkedIn(worked_in=trades):
                yield from self._names(trades, self.book.trades, "trade", f"{at}.worked_in")
            case OfApplicant():
                if not of_related:
                    yield f"{at}.applicant", "`applicant` has a meaning only inside `related` and `sum`"
                yield from self.check(condition.applicant, f"{at}.applicant")
            case AllOf() | AnyOf() | AtLeast() | Not():
                for where, part in _nested(condition):
                    yield from self.check(part, f"{at}.{where}", of_related=of_related)
            case Receives() | Discretion():
                return
            case _:
                assert_never(condition)

    def _fact_condition(self, condition: Is | OneOf | NoneOf | Within | Ago, at: str) -> Found:
        fact = self.book.facts.get(condition.fact)
        if fact is None:
            yield f"{at}.fact", _unknown("fact", condition.fact, self.book.facts)
            return
        match condition:
            case Is(value=value):
                if fact.kind == "choices":
                    yield f"{at}.is", f"{fact.id} is a set of choices: use one_of or none_of"
                else:
                    yield from _value(fact, value, f"{at}.is")
            case OneOf(one_of=values):
                yield from _values(fact, values, f"{at}.one_of")
            case NoneOf(none_of=values):
                yield from _values(fact, values, f"{at}.none_of")
            case Ago():
                if fact.kind != "date":
                    yield f"{at}.fact", f"{fact.id} is a {fact.kind}: {condition.unit} needs a date fact"
                yield from self._bounds(condition.bounds, f"{at}.{condition.unit}", dates=False)
            case Within():
                if fact.kind not in (*NUMERIC, "date"):
                    yield f"{at}.fact", f"{fact.id} is a {fact.kind}: bounds need a number or a date fact"
                else:
                    yield from self._bounds(condition, at, dates=fact.kind == "date")

    def _bounds(self, bounds: Bounds, at: str, *, dates: bool) -> Found:
        for name, bound in bounds.limits.items():
            yield from self._bound(bound, f"{at}.{name}", dates=dates)
        yield from _in_order(bounds, at)

    def _bound(self, bound: Bound, at: str, *, dates: bool) -> Found:
        if dates != isinstance(bound, date):
            expected = "a day written YYYY-MM-DD" if dates else _NUMBER_LIKE
            yield at, f"a bound of the wrong kind: expected {expected}"
        elif isinstance(bound, Table):
            yield from self._table(bound, at)
        elif isinstance(bound, Share):
            fact = self.book.facts.get(bound.fact)
            if fact is None:
                yield f"{at}.fact", _unknown("fact", bound.fact, self.book.facts)
            elif fact.kind not in NUMERIC:
                yield f"{at}.fact", f"{fact.id} is a {fact.kind}: a share needs a number"

    def _table(self, table: Table, at: str) -> Found:
        fact = self.book.facts.get(table.by)
        if fact is None:
            yield f"{at}.by", _unknown("fact", table.by, self.book.facts)
        elif fact.kind in NUMERIC:
            for key in table.rows:
                if not _WHOLE.fullmatch(key):
                    yield f"{at}.rows.{key}", f"{key!r} is not a whole number, as the fact {fact.id} has"
        elif fact.kind == "choice":
            yield from self._names(tuple(table.rows), fact.values, "value", f"{at}.rows", listed=False)
            if table.each_more is not None:
                yield f"{at}.each_more", f"{fact.id} is a choice: each_more needs a number"
        else:
            yield f"{at}.by", f"{fact.id} is a {fact.kind}: a table needs a number or a choice"

    def _sum(self, condition: Sum, at: str, of_related: bool) -> Found:
        fact = self.book.facts.get(condition.sum)
        if of_related:
            yield at, "`sum` cannot stand inside `related` or `sum`, except within `applicant`"
        if fact is None:
            yield f"{at}.sum", _unknown("fact", condition.sum, self.book.facts)
        elif fact.kind not in NUMERIC:
            yield f"{at}.sum", f"{fact.id} is a {fact.kind}: only numbers can be summed"
        elif fact.of == "household":
            yield f"{at}.sum", f"{fact.id} is a fact of the household: it cannot be summed over people"
        yield from self._relations(condition.over, f"{at}.over")
        yield from self._bounds(condition, at, dates=False)
        if condition.where is not None:
            yield from self.check(condition.where, f"{at}.where", of_related=True)

    def _related(self, condition: Related, at: str, of_related: bool) -> Found:
        if of_related:
            yield at, "`related` cannot stand inside `related` or `sum`, except within `applicant`"
        yield from self._relations(condition.related, f"{at}.related")
        if condition.condition is not None:
            yield from self.check(condition.condition, f"{at}.condition", of_related=True)

    def _relations(self, names: tuple[str, ...], at: str) -> Found:
        known = {**self.book.relations, SELF: None, ANY: None}
        yield from self._names(names, known, "relation", at)

    def _areas(self, codes: tuple[str, ...], at: str) -> Found:
        if self.areas is None:
            return
        for place, code in enumerate(codes):
            if not self.areas.knows(code):
                yield f"{at}[{place}]", _unknown("area", code, self.areas.names)

    def _names(
        self, names: tuple[str, ...], known: Mapping[str, object], kind: str, at: str, *, listed: bool = True
    ) -> Found:
        for place, name in enumerate(names):
            if name not in known:
                yield (f"{at}[{place}]" if listed else f"{at}.{name}"), _unknown(kind, name, known)


def _unknown(kind: str, name: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"there is no {kind} {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _values(fact: Fact, values: tuple[object, ...], at: str) -> Found:
    for place, value in enumerate(values):
        yield from _value(fact, value, f"{at}[{place}]")


def _value(fact: Fact, value: object, at: str) -> Found:
    match fact.kind:
        case "boolean":
            if not isinstance(value, bool):
                yield at, f"{fact.id} is true or false, not {_as_written(value)}"
        case "number" | "money":
            if isinstance(value, bool) or not isinstance(value, Decimal):
                yield at, f"{fact.id} is a number, not {_as_written(value)}"
            elif not _inside(fact, value):
                yield at, f"{value} lies outside the limits of {fact.id}"
        case "choice" | "choices":
            if not isinstance(value, str) or value not in fact.values:
                yield at, _unknown("value", str(value), fact.values) + f" of {fact.id}"
        case "date":
            if not isinstance(value, str) or not _is_day(value):
                yield at, f"{fact.id} is a day written YYYY-MM-DD, not {_as_written(value)}"
        case _:
            assert_never(fact.kind)


def _as_written(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case Decimal():
            return str(value)
        case _:
            return repr(value)


def _inside(fact: Fact, value: Decimal) -> bool:
    low, high = fact.limits
    return (low is None or value >= low) and (high is None or value <= high)


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _in_order(bounds: Bounds, at: str) -> Found:
    lows = [b for n, b in bounds.limits.items() if n in LOWER_BOUNDS]
    highs = [b for n, b in bounds.limits.items() if n in ("at_most", "below")]
    for low in lows:
        for high in highs:
            comparable = isinstance(low, Decimal) and isinstance(high, Decimal)
            if (comparable or (isinstance(low, date) and isinstance(high, date))) and low > high:  # type: ignore[operator]
                yield at, f"the minimum {low} is above the maximum {high}"


def check_facts(book: FactBook, areas: AreaTree | None) -> Found:
    """Yield what is wrong among the facts themselves: birth dates, `applies_if`, and circles in it."""
    references = References(book, areas)
    for fact in book.facts.values():
        at = f"facts.{fact.id}"
        if fact.from_birth_date is not None:
            born = book.facts.get(fact.from_birth_date)
            if born is None or born.kind != "date":
                yield f"{at}.from_birth_date", f"{fact.from_birth_date!r} is not a date fact"
            if fact.kind not in NUMERIC:
                yield (
                    f"{at}.from_birth_date",
                    f"{fact.id} is a {fact.kind}: only a number follows from a birth date",
                )
        if fact.applies_if is not None:
            yield from references.check(fact.applies_if, f"{at}.applies_if")
            if fact.id in _asked_before(fact.id, book):
                yield f"{at}.applies_if", "the facts that this depends on lead back to itself"
        elif fact.from_birth_date is not None and fact.id in _asked_before(fact.id, book):
            yield f"{at}.from_birth_date", "the facts that this depends on lead back to itself"
    for name in (SELF, ANY):
        if name in book.relations:
            yield f"relations.{name}", f"`{name}` has a meaning of its own and cannot be declared"


def _asked_before(fact_id: str, book: FactBook) -> set[str]:
    found: set[str] = set()
    waiting = [fact_id]
    while waiting:
        fact = book.facts.get(waiting.pop())
        names = set() if fact is None else sources(fact)
        waiting += names - found
        found |= names
    return found


def _nested(condition: AllOf | AnyOf | AtLeast | Not) -> Iterator[tuple[str, Condition]]:
    match condition:
        case AllOf(all_of=parts) | AnyOf(any_of=parts) | AtLeast(of=parts):
            key = {AllOf: "all_of", AnyOf: "any_of", AtLeast: "of"}[type(condition)]
            yield from ((f"{key}[{place}]", part) for place, part in enumerate(parts))
        case Not(condition=part):
            yield "not", part
        case _:
            assert_never(condition)
