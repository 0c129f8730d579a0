"""Rewrites conditions as clauses (all of "any of these"), the shape in which whole catalogues become bitmaps.

Taking the least and the greatest of three ordered answers is a distributive lattice, so a condition and its
clauses give the same answer also where facts are unknown. Nothing is simplified that needs "yes or no" to be
the only answers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from data.catalogue.dependencies import is_steady, reads_discretion
from data.catalogue.facts import FactBook
from data.catalogue.rules import (
    Ago,
    AllOf,
    AnyOf,
    AtLeast,
    Bound,
    Bounds,
    Condition,
    Discretion,
    Is,
    LivesIn,
    NoneOf,
    Not,
    OneOf,
    Receives,
    Related,
    Sum,
    SumOf,
    Within,
)
from data.catalogue.traversal import facts_named
from models.compiled.literals import _OPPOSITE, Clauses, Literal, Subject
from models.compiled.normal_form import absorbed, any_of, at_least, negated, one_literal
from models.eligibility.date_distance import DAYS_IN
from models.eligibility.durations import nearest, whole_months


@dataclass
class Rewriter:
    """Turns conditions into clauses, each distinct condition once."""

    book: FactBook
    asked: dict[Condition, int] = field(default_factory=dict)
    """Conditions that are asked as a whole, numbered; their literals name the number."""
    sums: list[Sum] = field(default_factory=list)
    """Of all sums of the same numbers over the same people, one; their literals name its place."""
    _groups: dict[tuple[str, tuple[str, ...], Condition | None], int] = field(default_factory=dict)
    _known: dict[tuple[Condition, bool], Clauses] = field(default_factory=dict)

    def clauses(self, condition: Condition, holds: bool = True) -> Clauses:
        """Give the clauses that all hold where the condition does, or where it does not."""
        key = condition, holds
        if key not in self._known:
            self._known[key] = absorbed(self._rewrite(condition, holds))
        return self._known[key]

    def _rewrite(self, condition: Condition, holds: bool) -> Clauses:
        match condition:
            case Not(condition=part):
                return self.clauses(part, not holds)
            case AllOf(all_of=parts):
                return self._joined(parts, holds, all_needed=holds)
            case AnyOf(any_of=parts):
                return self._joined(parts, holds, all_needed=not holds)
            case AtLeast(of=parts):
                needed = condition.at_least if holds else len(parts) - condition.at_least + 1
                return at_least(needed, tuple(self.clauses(part, holds) for part in parts))
            case _:
                return self._leaf(condition) if holds else negated(self._leaf(condition))

    def _joined(self, parts: Iterable[Condition], holds: bool, *, all_needed: bool) -> Clauses:
        found = [self.clauses(part, holds) for part in parts]
        return frozenset().union(*found) if all_needed else any_of(found)

    def _leaf(self, condition: Condition) -> Clauses:
        if isinstance(condition, Discretion):
            return one_literal(Literal(Subject("discretion", ""), "yes", ""))
        if reads_discretion(condition, self.book):
            return self._odd(condition, "discretion")
        if not isinstance(condition, Related) and not self._is_steady(condition):
            return self._odd(condition, "any")
        match condition:
            case Is(value=value):
                return self._values(condition, condition.fact, (value,), "hit")
            case OneOf(one_of=values):
                return self._values(condition, condition.fact, values, "hit")
            case NoneOf(none_of=values):
                return self._values(condition, condition.fact, values, "miss")
            case Within(fact=fact):
                return _bounds(condition, Subject("line", fact)) or self._odd(condition, f"fact {fact}")
            case Ago(fact=fact):
                return _ago(condition) or self._odd(condition, f"fact {fact}")
            case Sum():
                return _bounds(condition, Subject("sum", self._group(condition))) or self._odd(
                    condition, "any"
                )
            case LivesIn(lives_in=areas, for_months=None):
                return one_literal(Literal(Subject("areas", ""), "hit", frozenset(areas)))
            case Receives(receives=grants):
                return one_literal(Literal(Subject("receives", ""), "hit", self.book.names.now(grants)))
            case _:
                return self._odd(condition, _part(condition))

    def _is_steady(self, condition: Condition) -> bool:
        """Tell whether a condition asks only of what has an answer among the compiled ones."""
        if isinstance(condition, Receives):
            return self.book.names.same_as.keys().isdisjoint(self.book.names.now(condition.receives))
        return all(is_steady(fact, self.book) for fact in facts_named(condition))

    def asked_first(self, condition: Condition) -> Clauses:
        """Give the clauses of a step: where it is not taken nothing is known, and nobody is ruled out."""
        return any_of([self.clauses(condition), one_literal(Literal(Subject("discretion", ""), "open", ""))])

    def _group(self, condition: Sum) -> int:
        key = condition.sum, condition.over, condition.where
        if key not in self._groups:
            self._groups[key] = len(self.sums)
            self.sums.append(condition)
        return self._groups[key]

    def _odd(self, condition: Condition, part: str, sense: str = "yes") -> Clauses:
        number = self.asked.setdefault(condition, len(self.asked))
        return one_literal(Literal(Subject("uncompiled", part), sense, number))

    def _values(self, condition: Condition, fact: str, values: tuple[object, ...], sense: str) -> Clauses:
        kind = self.book.facts[fact].kind
        if kind in ("boolean", "choice", "choices"):
            named = frozenset(value if kind == "boolean" else str(value) for value in values)
            return one_literal(Literal(Subject("choice", fact), sense, named, sense == "miss"))
        if len(values) > 1:
            return self._odd(condition, f"fact {fact}")
        value = values[0]
        number = Decimal(date.fromisoformat(value).toordinal()) if isinstance(value, str) else value
        subject = Subject("line", fact)
        ends = Literal(subject, "up", (number, 0)), Literal(subject, "down", (number, 1))
        equal = frozenset(frozenset([end]) for end in ends)
        return equal if sense == "hit" else negated(equal)


def _part(condition: Condition) -> str:
    match condition:
        case Related():
            return "related"
        case SumOf():
            return "any"
        case _:
            return "work" if hasattr(condition, "worked_in") else "places"


_CUT: Final = {"at_least": ("up", 0), "above": ("up", 1), "at_most": ("down", 1), "below": ("down", 0)}


def _bounds(bounds: Bounds, subject: Subject) -> Clauses | None:
    """Give one clause a limit; None where a limit is no plain number or day, or no number can keep them all."""
    cuts: list[tuple[str, tuple[Decimal, int]]] = []
    for name, limit in bounds.limits.items():
        number = _plain(limit)
        if number is None:
            return None
        sense, beyond = _CUT[name]
        cuts.append((sense, (number, beyond)))
    return _between(subject, cuts)


def _between(subject: Subject, cuts: list[tuple[str, tuple[Decimal, int]]]) -> Clauses | None:
    """Give one clause a cut; None where nothing may lie between them, or in months perhaps nothing."""
    lowest = max((cut for sense, cut in cuts if sense == "up"), default=None)
    highest = min((cut for sense, cut in cuts if sense == "down"), default=None)
    if lowest is not None and highest is not None:
        same_month = subject.kind == "months" and lowest[0] == highest[0]
        if lowest >= highest or same_month:
            return None
    return frozenset(frozenset([Literal(subject, sense, cut)]) for sense, cut in cuts)


def _plain(limit: Bound) -> Decimal | None:
    if isinstance(limit, date):
        return Decimal(limit.toordinal())
    return limit if isinstance(limit, Decimal) else None


def _ago(condition: Ago) -> Clauses | None:
    """Give one clause a limit, in whole months or whole days; None where that cannot be."""
    cuts: list[tuple[str, tuple[Decimal, int]]] = []
    days = condition.unit in DAYS_IN
    if condition.month_end is not None:
        return None
    for name, limit in condition.bounds.limits.items():
        if not isinstance(limit, Decimal):
            return None
        sense, beyond = _CUT[name]
        limit = limit * DAYS_IN.get(condition.unit, 1)
        if condition.unit == "days_ahead":
            sense, beyond, limit = _OPPOSITE[sense], 1 - beyond, -limit
        if days:
            whole = math.floor(limit) + 1 if beyond else math.ceil(limit)
            cuts.append((sense, (Decimal(whole), 0)))
        else:
            months = whole_months(limit) if condition.unit == "years_ago" else nearest(limit)
            cuts.append((sense, (Decimal(months), beyond)))
    return _between(Subject("days" if days else "months", condition.fact), cuts)
