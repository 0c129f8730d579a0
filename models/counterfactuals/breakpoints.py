"""Where answers turn: the numbers, days and groups of choices next to which a condition's answer can change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from data.catalogue.bounds import Bounds, Share, ShiftedDay, Table
from data.catalogue.facts import Fact
from data.catalogue.rules import Ago, Condition, Is, NoneOf, OneOf, Sum, SumOf, Within
from data.catalogue.traversal import tables_of
from models.eligibility.bound_values import row_for
from models.eligibility.conditions import shifted_day
from models.eligibility.context import EvaluationContext
from models.eligibility.date_distance import DAYS_IN
from models.eligibility.durations import days_later, months_later, nearest, whole_months
from models.eligibility.intervals import Span

_FAR: Final = 1_000


@dataclass(frozen=True)
class Breakpoints:
    """Finds where the answers of some conditions turn."""

    conditions: tuple[Condition, ...]

    def groups(self, fact: Fact) -> list[frozenset[str]]:
        """List the groups of choices that conditions name."""
        found: list[frozenset[str]] = []
        for condition in self.conditions:
            match condition:
                case Is(value=str() as value) if condition.fact == fact.id:
                    found.append(frozenset([value]))
                case OneOf(one_of=values) | NoneOf(none_of=values) if condition.fact == fact.id:
                    found.append(frozenset(str(value) for value in values))
                case _:
                    tables = (table for table in tables_of(condition) if table.by == fact.id)
                    found += [frozenset([key]) for table in tables for key in table.rows]
        return found

    def cuts(self, fact: Fact, context: EvaluationContext, depth: int = 0) -> set[Decimal]:
        """List the numbers of a fact at which an answer can change; `depth` counts facts that limits are taken from."""
        found: set[Decimal] = set()
        for condition in self.conditions:
            match condition:
                case Is(value=Decimal() as value) if condition.fact == fact.id:
                    found.add(value)
                case OneOf(one_of=values) | NoneOf(none_of=values) if condition.fact == fact.id:
                    found |= {value for value in values if isinstance(value, Decimal)}
                case Within() if condition.fact == fact.id:
                    found |= set(self._limits(condition, context, depth))
                case Sum() if condition.sum == fact.id:
                    found |= set(_shared_out(self._limits(condition, context, depth), condition, context))
                case SumOf():
                    found |= set(self._part_of_sum(condition, fact, context, depth))
                case _:
                    pass
            if isinstance(condition, Within | Sum):
                found |= set(self._as_bound(condition, fact, context, depth))
        return found

    def _limits(self, bounds: Bounds, context: EvaluationContext, depth: int) -> Iterator[Decimal]:
        for bound in bounds.limits.values():
            match bound:
                case Decimal():
                    yield bound
                case Table():
                    settled = [row_for(bound, context, person) for person in context.everyone]
                    yield from (found for found in settled if found is not None)
                    if None in settled:
                        yield from _every_row(bound)
                case Share(fact=other, times=times, plus=plus) if depth < 2:
                    for number in self._numbers_of(other, context, depth):
                        yield number * times + (plus or 0)
                case _:
                    continue

    def _as_bound(
        self, condition: Within | Sum, fact: Fact, context: EvaluationContext, depth: int
    ) -> Iterator[Decimal]:
        """Yield where a fact that a bound is taken from makes the bound pass what is bounded."""
        main = condition.fact if isinstance(condition, Within) else condition.sum
        for table in tables_of(condition):
            if table.by == fact.id and fact.kind != "choice":
                keys = [Decimal(key) for key in table.rows]
                yield from keys
                yield from (max(keys) + 1, max(keys) + 2)
                yield from _keys_beyond(table, max(keys), _known_numbers(main, context))
        for bound in condition.limits.values():
            if isinstance(bound, Share) and bound.fact == fact.id and bound.times and depth < 2:
                for number in self._numbers_of(main, context, depth):
                    yield (number - (bound.plus or 0)) / bound.times

    def _part_of_sum(
        self, condition: SumOf, fact: Fact, context: EvaluationContext, depth: int
    ) -> Iterator[Decimal]:
        """Yield where a fact that is added up brings the sum to a limit, with the others as they are or at nothing."""
        mine = sum(part.times for part in condition.parts if part.fact == fact.id)
        rest = tuple(part for part in condition.parts if part.fact != fact.id)
        if not mine:
            return
        totals = [context.total(person, rest) for person in context.everyone]
        ends = {
            end for span in totals if span is not None for end in (span.low, span.high) if end.is_finite()
        }
        for limit in self._limits(condition, context, depth):
            yield from ((limit - others) / mine for others in {Decimal(0), *ends})

    def _numbers_of(self, fact_id: str, context: EvaluationContext, depth: int) -> set[Decimal]:
        fact = context.book.facts[fact_id]
        limits = {limit for limit in fact.limits if limit is not None}
        return (
            self.cuts(fact, context, depth + 1)
            | set(_known_numbers(fact_id, context))
            | limits
            | {Decimal(_FAR)}
        )

    def turns(self, fact: Fact, context: EvaluationContext) -> set[date]:
        """List days next to which an answer about a date fact can change."""
        found: set[date] = set()
        for condition in self.conditions:
            match condition:
                case Is(value=str() as value) if condition.fact == fact.id:
                    found.add(date.fromisoformat(value))
                case OneOf(one_of=values) | NoneOf(none_of=values) if condition.fact == fact.id:
                    found |= {date.fromisoformat(value) for value in values if isinstance(value, str)}
                case Within() if condition.fact == fact.id:
                    found |= {bound for bound in condition.limits.values() if isinstance(bound, date)}
                    found |= set(_shifted_days(condition, context))
                case Within():
                    found |= set(_days_that_shift(condition, fact, context))
                case Ago() if condition.fact == fact.id:
                    limits = self._limits(condition.bounds, context, 0)
                    found |= {_that_far(limit, condition.unit, context.on) for limit in limits}
                case _:
                    continue
        for other in context.book.facts.values():
            if other.from_birth_date == fact.id:
                ages = (age + step for age in self.cuts(other, context) for step in (0, 1))
                found |= {months_later(context.on, -12 * int(age)) for age in ages if 0 <= age < _FAR}
        return found


def _every_row(whole: Table) -> Iterator[Decimal]:
    for table in whole.nested:
        beyond = () if table.each_more is None else (max(table.numbered) + step for step in (1, 2))
        rows = (*table.rows.values(), *(table.row(key) for key in beyond))
        yield from (row for row in rows if isinstance(row, Decimal))


def _known_numbers(fact_id: str, context: EvaluationContext) -> Iterator[Decimal]:
    for person in context.everyone:
        number = context.number(person, fact_id)
        if isinstance(number, Span):
            yield from (end for end in (number.low, number.high) if end.is_finite())


def _keys_beyond(table: Table, highest: Decimal, numbers: Iterable[Decimal]) -> Iterator[Decimal]:
    if table.each_more:
        for number in numbers:
            start = table.rows.get(str(highest))
            steps = (number - (start if isinstance(start, Decimal) else 0)) / table.each_more
            yield from (highest + int(steps) + extra for extra in (0, 1, 2) if 0 <= steps < _FAR)


def _shared_out(limits: Iterable[Decimal], condition: Sum, context: EvaluationContext) -> Iterator[Decimal]:
    known = sum(_known_numbers(condition.sum, context), Decimal(0))
    for limit in limits:
        yield from (limit, limit - known)


def _shifted_days(condition: Within, context: EvaluationContext) -> Iterator[date]:
    """Yield the days that limits taken from other dates are now."""
    for bound in condition.limits.values():
        if isinstance(bound, ShiftedDay):
            for day in _known_days(bound.fact, context):
                yield shifted_day(day, bound)


def _days_that_shift(condition: Within, fact: Fact, context: EvaluationContext) -> Iterator[date]:
    """Yield the days of a date from which a limit is taken that bring the limit to what it limits."""
    for bound in condition.limits.values():
        if isinstance(bound, ShiftedDay) and bound.fact == fact.id:
            for day in _known_days(condition.fact, context):
                yield months_later(days_later(day, -bound.plus_days), -bound.months)


def _known_days(fact_id: str, context: EvaluationContext) -> Iterator[date]:
    for person in context.everyone:
        yield from context.days(context.statement(person, fact_id)) or ()


def _that_far(limit: Decimal, unit: str, on: date) -> date:
    if unit == "years_ago":
        return months_later(on, -whole_months(limit))
    if unit == "months_ago":
        return months_later(on, -nearest(limit))
    days = min(int(limit * DAYS_IN[unit]), 400_000)
    return days_later(on, days if unit == "days_ahead" else -days)
