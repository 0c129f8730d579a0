"""Values that a thing may have, enough of them to meet every answer that the conditions of a grant can give.

A number is tried at, between and beyond every limit; of choices that no condition tells apart one is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any, Final

from data.catalogue.dependencies import sources
from data.catalogue.facts import Fact, FactBook
from data.catalogue.rules import (
    Ago,
    Condition,
    OfApplicant,
    PeopleCount,
    Related,
    Sum,
    SumOf,
    Within,
)
from data.catalogue.traversal import facts_named, tables_of, walk
from data.people.applicants import Between, PartSet, Silence
from models.counterfactuals.breakpoints import Breakpoints
from models.counterfactuals.list_values import PeopleValues, values_of_list
from models.counterfactuals.variables import Variable, person_of, without
from models.eligibility.context import EvaluationContext
from models.eligibility.intervals import Span

NEAR: Final = Decimal("0.01")
"""So near to the end of a range are values tried: a penny."""
MOST_CLASSES: Final = 6
"""Of so many groups of choices every combination is tried; of more, one, all and all but one."""


@dataclass(frozen=True)
class CandidateValues:
    """What the conditions of one grant ask, and so which values of a variable can matter."""

    conditions: tuple[Condition, ...]
    """Every condition of the grant with all nested in it, and the conditions on which its facts apply."""
    people: PeopleValues
    """Lists people that may be around an applicant, for some conditions."""
    keeps: bool = True
    """Whether what is found is kept for others who ask about the same grant."""

    @cached_property
    def _points(self) -> Breakpoints:
        return Breakpoints(self.conditions)

    def lasting(self, variable: Variable, context: EvaluationContext) -> bool:
        """Tell whether the values to try follow from the catalogue and the day alone."""
        if not self.keeps:
            return False
        person = person_of(context.applicant, variable.holder)
        if variable.is_list:
            return getattr(person, variable.of) is None and (
                variable.of != "related" or not self._looks_back(context)
            )
        tangle = self._tangles.get(variable.of)
        counted = not self._counted.isdisjoint(tangle or (variable.of,))
        if isinstance(person.facts.get(variable.of), Between | PartSet) or counted:
            return False
        if variable.of in tied(context):
            return False
        if tangle is None:
            return True
        return variable.holder == 0 and not any(
            context.statement(one, fact) is not None for one in context.everyone for fact in tangle
        )

    def learnable(self, variable: Variable, context: EvaluationContext) -> tuple[Any, ...]:
        """List values that a variable may turn out to have, given what is known of it."""
        if self.lasting(variable, context):
            purpose = ("values", variable.of, variable.holder == 0, context.on)
            return context.catalogue_memo.memoised(self, purpose, lambda: self._learnable(variable, context))
        return self._learnable(variable, context)

    def changeable(
        self, variable: Variable, context: EvaluationContext, barred: frozenset[str] = frozenset()
    ) -> tuple[Any, ...]:
        """List values that a variable could have instead, whatever is known of it; none of a set that is barred."""
        if not variable.is_list:
            fact = context.book.facts[variable.of]
            if fact.kind == "choices":
                return tuple(_sets(fact, self._points.groups(fact), excludes=barred))
            return self.values(fact, context)
        return values_of_list(variable, without(context, variable), self.conditions, self.people)

    @cached_property
    def _tangles(self) -> dict[str, frozenset[str]]:
        """For each fact whose limits depend on others, all facts that hang together with it."""
        found: dict[str, frozenset[str]] = {}
        for condition in self.conditions:
            facts = frozenset() if isinstance(condition, Related) else frozenset(facts_named(condition))
            if isinstance(condition, Sum | SumOf) or (isinstance(condition, Within | Ago) and len(facts) > 1):
                whole = facts.union(*(found.get(fact, frozenset()) for fact in facts))
                found.update(dict.fromkeys(whole, whole))
        return found

    @cached_property
    def _counted(self) -> frozenset[str]:
        """The facts whose limits depend on how many people there are."""
        found = (c for c in self.conditions if any(isinstance(t.by, PeopleCount) for t in tables_of(c)))
        return frozenset().union(*map(facts_named, found))

    def _looks_back(self, context: EvaluationContext) -> bool:
        """Tell whether people around an applicant are judged by something that is known of the applicant."""
        if context.applicant.whom is not None:
            return True
        own, lists = self._asked_back
        shared = {fact for fact in own if isinstance(context.applicant.facts.get(fact), Silence | None)}
        return lists or any(context.book.of_household(fact) for fact in own - shared)

    @cached_property
    def _asked_back(self) -> tuple[frozenset[str], bool]:
        """The facts that are read where people are asked about, and whether lists of the applicant are."""
        about = [
            part.condition if isinstance(part, Related) else part.where
            for part in self.conditions
            if isinstance(part, Related | Sum)
        ]
        inner = [part for whole in about if whole is not None for part in walk(whole)]
        back = [part for part in inner if isinstance(part, OfApplicant)]
        return frozenset().union(*(facts_named(part) for part in inner)), bool(back)

    def _learnable(self, variable: Variable, context: EvaluationContext) -> tuple[Any, ...]:
        if variable.is_list:
            return values_of_list(variable, context, self.conditions, self.people)
        fact = context.book.facts[variable.of]
        said = person_of(context.applicant, variable.holder).facts.get(fact.id)
        if (
            said is None and fact.from_birth_date is not None
        ):  # it may follow, as a range, from the birth date
            said = context.statement(person_of(context.applicant, variable.holder), fact.id)
        match said:
            case PartSet(includes=includes, excludes=excludes):
                return tuple(_sets(fact, self._points.groups(fact), includes=includes, excludes=excludes))
            case Between():
                return tuple(
                    value for value in self.values(fact, context, said) if _holds(said, value, context)
                )
            case _:
                return self.values(fact, context)

    def values(self, fact: Fact, context: EvaluationContext, known: Between | None = None) -> tuple[Any, ...]:
        """List values of a fact that its conditions tell apart."""
        match fact.kind:
            case "boolean":
                return (True, False)
            case "choice":
                return tuple(_one_of_each(fact, self._points.groups(fact)))
            case "choices":
                return tuple(_sets(fact, self._points.groups(fact)))
            case "date":
                return tuple(_days(self._points.turns(fact, context), known, context))
            case _:
                return tuple(_numbers(fact, self._points.cuts(fact, context), known))


def tied(context: EvaluationContext) -> frozenset[str]:
    """List the facts that are derived from others, and those that others are derived from."""
    return context.catalogue_memo.memoised("derived", "tied", lambda: _tied(context.book))


def _tied(book: FactBook) -> frozenset[str]:
    derived = [fact for fact in book.facts.values() if fact.derived is not None]
    return frozenset().union(*({fact.id} | sources(fact) for fact in derived))


def _one_of_each(fact: Fact, groups: Sequence[frozenset[str]]) -> Iterator[str]:
    seen: set[tuple[bool, ...]] = set()
    for value in fact.values:
        told = tuple(value in group for group in groups)
        if told not in seen:
            seen.add(told)
            yield value


def _sets(
    fact: Fact,
    groups: Sequence[frozenset[str]],
    *,
    includes: frozenset[str] = frozenset(),
    excludes: frozenset[str] = frozenset(),
) -> Iterator[frozenset[str]]:
    classes: dict[tuple[bool, ...], str] = {}
    for value in fact.values:
        told = tuple(value in group for group in groups)
        if any(told) and value not in includes and value not in excludes:
            classes.setdefault(told, value)
    picked = list(classes.values())
    if len(picked) <= MOST_CLASSES:
        sizes: Iterable[int] = range(len(picked) + 1)
    else:
        sizes = (0, 1, len(picked) - 1, len(picked))
    made = {includes | frozenset(chosen): None for size in sizes for chosen in combinations(picked, size)}
    if not includes and len(made) == 1:
        made[frozenset(list(fact.values)[:1])] = None
    yield from made


def _numbers(fact: Fact, cuts: set[Decimal], known: Between | None) -> Iterator[Decimal]:
    low, high = fact.limits
    ends = [end for end in (known.low, known.high) if isinstance(end, Decimal)] if known is not None else []
    marks = sorted({*cuts, *ends, *(limit for limit in (low, high) if limit is not None)}) or [Decimal(0)]
    tried = {
        marks[0] - 1,
        *marks,
        marks[-1] + 1,
        *((a + b) / 2 for a, b in pairwise(marks)),
    }
    whole = fact.kind == "number" and all(mark == mark.to_integral_value() for mark in cuts)
    near = 1 if whole else NEAR  # an end that is left out is never met, but come near to
    tried |= {end + step for end in ends for step in (near, -near)}
    for value in sorted({Decimal(int(value)) if whole else value for value in tried}):
        if (low is None or value >= low) and (high is None or value <= high):
            yield value


def _days(turns: set[date], known: Between | None, context: EvaluationContext) -> Iterator[date]:
    ends = () if known is None else [end for end in (known.low, known.high) if isinstance(end, date)]
    near = {day.toordinal() + step for day in ({*turns, *ends} or {context.on}) for step in (-1, 0, 1)}
    far = {min(near) - 36_525, max(near) + 36_525}
    first, last = date.min.toordinal(), date.max.toordinal()
    yield from (date.fromordinal(day) for day in sorted(near | far) if first <= day <= last)


def _holds(known: Between, value: Any, context: EvaluationContext) -> bool:
    if isinstance(value, date):
        days = context.days(known)
        return days is not None and days[0] <= value <= days[1]
    low = known.low if isinstance(known.low, Decimal) else Decimal("-Infinity")
    high = known.high if isinstance(known.high, Decimal) else Decimal("Infinity")
    return isinstance(value, Decimal) and Span(low, high, known.low_open, known.high_open).holds(value)
