"""Whether anybody could meet a condition at all: the logic behind warnings about impossible and idle rules.

Conditions are spread out into cases (alternatives of parts that hold together); a case is impossible when no value of
some fact suits all of its parts. Where a condition has too many cases to look at, nothing is claimed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any, NamedTuple

from data.catalogue.bounds import COMPARISONS
from data.catalogue.facts import NUMERIC, Fact, FactBook
from data.catalogue.rules import (
    Ago,
    Bounds,
    Condition,
    Is,
    LivesIn,
    NoneOf,
    OneOf,
    Related,
    Sum,
    Within,
    WorkedIn,
)
from data.lint.disjuncts import Case, Literal, TooMany, at_most, cases, cases_of_all
from data.places.areas import AreaTree


@dataclass(frozen=True)
class Satisfiability:
    """What can be met, given the facts and areas there are."""

    book: FactBook
    areas: AreaTree

    def can_hold(self, conditions: Sequence[Condition]) -> bool:
        """Tell whether one person could meet all of these conditions; True also where it is too much to tell."""
        try:
            return any(self._possible(case) for case in cases_of_all([(c, True) for c in conditions]))
        except TooMany:
            return True

    def can_fail(self, condition: Condition) -> bool:
        """Tell whether somebody could fail a condition; True also where it is too much to tell."""
        try:
            return any(self._possible(case) for case in at_most(cases(condition, holds=False)))
        except TooMany:
            return True

    def _possible(self, case: Case) -> bool:
        by_subject: dict[Subject, list[Literal]] = defaultdict(list)
        others: list[Literal] = []
        for literal in case:
            subject = _subject_of(literal[0])
            (others if subject is None else by_subject[subject]).append(literal)
        return (
            all(self._fits(subject, literals) for subject, literals in by_subject.items())
            and not _contradict(others)
            and self._places_meet(others)
            and all(self._can_be(part, wanted) for part, wanted in others)
        )

    def _fits(self, subject: Subject, literals: Sequence[Literal]) -> bool:
        fact = self.book.facts[subject.fact]
        if subject.kind == "fact" and fact.kind == "choices":
            return _set_fits(literals)
        parts = [part for part, _ in literals]
        if subject.kind == "fact":
            values: Iterable[Any] = _values_to_try(fact, parts)
        else:
            adds_up = subject.kind == "sum" and fact.min is not None and fact.min >= 0
            values = _numbers_to_try(parts, Decimal(0) if adds_up else None, None)
        found = any(all(_holds(part, value) == wanted for part, wanted in literals) for value in values)
        # Where a fact does not apply, a plain condition is a no and its negation a yes.
        without = subject.kind != "sum" and fact.applies_if is not None
        return found or (without and all(wanted == isinstance(part, NoneOf) for part, wanted in literals))

    def _places_meet(self, literals: Sequence[Literal]) -> bool:
        homes = [part.lives_in for part, wanted in literals if wanted and isinstance(part, LivesIn)]
        barred = {
            code
            for part, wanted in literals
            if not wanted and isinstance(part, LivesIn) and part.for_months is None
            for code in part.lives_in
        }
        return all(
            any(not self.areas.apart(one, other) for one in ours for other in theirs)
            for ours, theirs in combinations(homes, 2)
        ) and all(any(barred.isdisjoint((one, *self.areas.ancestors(one))) for one in ours) for ours in homes)

    def _can_be(self, part: Condition, wanted: bool) -> bool:
        """Tell whether a part that stands for itself can turn out as wanted, whatever else is asked."""
        match part:
            case Related(at_least=0, at_most=None) if not part.all:
                return wanted
            case Related(condition=inner) if (
                inner is not None and wanted and not part.all and part.at_least != 0
            ):
                return (part.at_least is None and part.at_most is not None) or self.can_hold([inner])
            case WorkedIn(years=years, within_years=within) if years is not None and within is not None:
                return not wanted or years <= within
            case _:
                return True


class Subject(NamedTuple):
    """What a part compares: a fact, how far a day lies away, or a sum."""

    kind: str
    fact: str
    more: Condition | None = None
    """For a sum, what is summed, whatever its limits."""


def _subject_of(part: Condition) -> Subject | None:
    match part:
        case Is() | OneOf() | NoneOf():
            return Subject("fact", part.fact)
        case Within() if _are_plain(part):
            return Subject("fact", part.fact)
        case Ago() if _are_plain(part.bounds):
            return Subject(part.unit, part.fact)
        case Sum() if _are_plain(part):
            over = tuple(sorted(part.over))
            return Subject(
                "sum", part.sum, Sum(sum=part.sum, over=over, where=part.where, at_least=Decimal(0))
            )
        case _:
            return None


def _are_plain(bounds: Bounds) -> bool:
    return all(isinstance(bound, Decimal | date) for bound in bounds.limits.values())


def _contradict(literals: Sequence[Literal]) -> bool:
    return any((part, not wanted) in literals for part, wanted in literals)


def _set_fits(literals: Sequence[Literal]) -> bool:
    barred: set[Any] = set()
    asked: list[set[Any]] = []
    for part, wanted in literals:
        shares = wanted == isinstance(part, OneOf)
        values = set(part.one_of if isinstance(part, OneOf) else getattr(part, "none_of", ()))
        if shares:
            asked.append(values)
        else:
            barred |= values
    return all(values - barred for values in asked)


def _values_to_try(fact: Fact, parts: Sequence[Condition]) -> list[Any]:
    if fact.kind == "boolean":
        return [True, False]
    if fact.kind == "choice":
        return list(fact.values)
    if fact.kind == "date":
        days = {day.toordinal() for part in parts for day in _constants(part) if isinstance(day, date)}
        near = {day + step for day in days for step in (-1, 0, 1)} or {1}
        return [date.fromordinal(day) for day in near if 1 <= day <= date.max.toordinal()]
    return _numbers_to_try(parts, *(fact.limits if fact.kind in NUMERIC else (None, None)))


def _numbers_to_try(parts: Sequence[Condition], low: Decimal | None, high: Decimal | None) -> list[Any]:
    """Give the numbers that are named, those between and beyond, and the limits."""
    named = {value for part in parts for value in _constants(part) if isinstance(value, Decimal)}
    points = sorted(named | {end for end in (low, high) if end is not None}) or [Decimal(0)]
    between = [(one + other) / 2 for one, other in pairwise(points)]
    tried = [points[0] - 1, *points, *between, points[-1] + 1]
    return [value for value in tried if (low is None or value >= low) and (high is None or value <= high)]


def _constants(part: Condition) -> Iterator[Any]:
    match part:
        case Is(value=value):
            yield _as_day(value)
        case OneOf(one_of=values) | NoneOf(none_of=values):
            yield from map(_as_day, values)
        case Within() | Sum():
            yield from part.limits.values()
        case Ago():
            yield from part.bounds.limits.values()
        case _:
            return


def _as_day(value: Any) -> Any:
    """Read a value that is written as a day; any other stays as it is."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value
    except ValueError:
        return value


def _holds(part: Condition, value: Any) -> bool:
    match part:
        case Is(value=wanted):
            return bool(value in (wanted, _as_day(wanted)))
        case OneOf(one_of=values):
            return value in values or value in map(_as_day, values)
        case NoneOf(none_of=values):
            return value not in values and value not in map(_as_day, values)
        case Within() | Sum():
            return _keeps(part, value)
        case Ago():
            return _keeps(part.bounds, value)
        case _:
            return True


def _keeps(bounds: Bounds, value: Any) -> bool:
    return all(COMPARISONS[name](value, limit) for name, limit in bounds.limits.items())
