"""Whether anybody could meet a condition at all: the logic behind warnings about impossible and idle rules.

Conditions are spread out into cases (alternatives of parts that hold together); a case is impossible when no value of
some fact suits all of its parts. Where a condition has too many cases to look at, nothing is claimed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any, Final, TypeAlias

from data.areas import AreaTree
from data.facts import NUMERIC, Fact, FactBook
from data.rules import AllOf, AnyOf, AtLeast, Condition, Is, LivesIn, NoneOf, Not, OneOf, Within

MOST_CASES: Final = 2_000

Literal: TypeAlias = tuple[Condition, bool]
"""A part, and whether it is to hold or not."""
Case: TypeAlias = tuple[Literal, ...]


class _TooMany(Exception):
    """More cases than are looked at."""


@dataclass(frozen=True)
class Satisfiability:
    """What can be met, given the facts and areas there are."""

    book: FactBook
    areas: AreaTree

    def can_hold(self, conditions: Sequence[Condition]) -> bool:
        """Tell whether one person could meet all of these conditions; True also where it is too much to tell."""
        try:
            return any(self._possible(case) for case in _cases_of_all([(c, True) for c in conditions]))
        except _TooMany:
            return True

    def can_fail(self, condition: Condition) -> bool:
        """Tell whether somebody could fail a condition; True also where it is too much to tell."""
        try:
            return any(self._possible(case) for case in _cases(condition, holds=False))
        except _TooMany:
            return True

    def _possible(self, case: Case) -> bool:
        by_fact: dict[str, list[Literal]] = defaultdict(list)
        others: list[Literal] = []
        for literal in case:
            fact = self._plain_fact(literal[0])
            (others if fact is None else by_fact[fact]).append(literal)
        facts_fit = all(self._fits(self.book.facts[fact], literals) for fact, literals in by_fact.items())
        return facts_fit and not _contradict(others) and self._places_meet(others)

    def _plain_fact(self, part: Condition) -> str | None:
        match part:
            case Is() | OneOf() | NoneOf():
                return part.fact
            case Within() if all(isinstance(bound, Decimal) for bound in part.limits.values()):
                return part.fact
            case _:
                return None

    def _fits(self, fact: Fact, literals: Sequence[Literal]) -> bool:
        if fact.kind == "choices":
            return _set_fits(literals)
        values: Iterable[Any] = _values_to_try(fact, [part for part, _ in literals])
        found = any(all(_holds(part, value) == wanted for part, wanted in literals) for value in values)
        not_asked = fact.applies_if is not None and not any(wanted for _, wanted in literals)
        return found or not_asked

    def _places_meet(self, literals: Sequence[Literal]) -> bool:
        homes = [part.lives_in for part, wanted in literals if wanted and isinstance(part, LivesIn)]
        return all(
            any(not self.areas.apart(one, other) for one in ours for other in theirs)
            for ours, theirs in combinations(homes, 2)
        )


def _cases(condition: Condition, *, holds: bool) -> Iterator[Case]:
    match condition:
        case Not(condition=part):
            yield from _cases(part, holds=not holds)
        case AllOf(all_of=parts) if holds:
            yield from _cases_of_all([(part, True) for part in parts])
        case AnyOf(any_of=parts) if not holds:
            yield from _cases_of_all([(part, False) for part in parts])
        case AllOf(all_of=parts) | AnyOf(any_of=parts):
            for part in parts:
                yield from _cases(part, holds=holds)
        case AtLeast(of=parts):
            needed = condition.at_least if holds else len(parts) - condition.at_least + 1
            for chosen in combinations(parts, needed):
                yield from _cases_of_all([(part, holds) for part in chosen])
        case _:
            yield ((condition, holds),)


def _cases_of_all(parts: Sequence[Literal]) -> list[Case]:
    whole: list[Case] = [()]
    for part, holds in parts:
        whole = [case + more for case in whole for more in _at_most(_cases(part, holds=holds))]
        if len(whole) > MOST_CASES:
            raise _TooMany
    return whole


def _at_most(cases: Iterable[Case]) -> Iterator[Case]:
    for count, case in enumerate(cases):
        if count > MOST_CASES:
            raise _TooMany
        yield case


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
        return sorted({value for part in parts for value in _constants(part)} | {""})
    named = {value for part in parts for value in _constants(part) if isinstance(value, Decimal)}
    ends = {end for end in fact.limits if end is not None} if fact.kind in NUMERIC else set()
    points = sorted(named | ends) or [Decimal(0)]
    between = [(one + other) / 2 for one, other in pairwise(points)]
    tried = [points[0] - 1, *points, *between, points[-1] + 1]
    low, high = fact.limits
    return [value for value in tried if (low is None or value >= low) and (high is None or value <= high)]


def _constants(part: Condition) -> Iterator[Any]:
    match part:
        case Is(value=value):
            yield value
        case OneOf(one_of=values) | NoneOf(none_of=values):
            yield from values
        case Within():
            yield from part.limits.values()
        case _:
            return


_KEEPS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "at_least": lambda value, limit: bool(value >= limit),
    "at_most": lambda value, limit: bool(value <= limit),
    "above": lambda value, limit: bool(value > limit),
    "below": lambda value, limit: bool(value < limit),
}


def _holds(part: Condition, value: Any) -> bool:
    match part:
        case Is(value=wanted):
            return bool(value == wanted)
        case OneOf(one_of=values):
            return value in values
        case NoneOf(none_of=values):
            return value not in values
        case Within():
            return all(_KEEPS[name](value, limit) for name, limit in part.limits.items())
        case _:
            return True
