"""The days on which an answer can change while nothing but time does."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from data.catalogue.dependencies import with_preconditions
from data.catalogue.facts import Fact, FactBook
from data.catalogue.grants import Grant, Repeat
from data.catalogue.rules import (
    AGO,
    Ago,
    Bound,
    Bounds,
    Condition,
    HasLivedIn,
    Is,
    LivesIn,
    NoneOf,
    OneOf,
    PeopleCount,
    Receives,
    Share,
    Sum,
    SumOf,
    Table,
    Within,
    WorkedIn,
)
from data.catalogue.traversal import bounds_of, facts_named, tables_of, walk
from data.people.applicants import Person
from models.eligibility.accrual_days import accrual_days, end_days, window_days
from models.eligibility.context import EvaluationContext
from models.eligibility.date_distance import DAYS_IN
from models.eligibility.durations import days_later, months_later, nearest, units_later, whole_months
from models.eligibility.findings import repeat_people
from models.eligibility.intervals import Span

MOST_COUNTED: Final = 600
"""Greater ages, or other counts that time raises, are not looked at."""


def change_days(context: EvaluationContext, grant: Grant) -> Iterator[date]:
    """Yield every day, past ones too, on which an answer about a grant can change while nothing but time does."""
    yield days_later(context.on, 1)
    for window in grant.windows:
        yield from (() if window.opens is None else (window.opens,))
        yield from (() if window.closes is None else (days_later(window.closes, 1),))
    if grant.repeat is not None:
        yield from repeat_days(grant.repeat, context)
    if grant.ended is not None:
        yield days_later(grant.ended, 1)
    if grant.public_fund and context.book.no_recourse is not None:
        yield from _of_condition(context.book.no_recourse, context)
    for rule in grant.rules:
        yield from (() if rule.since is None else (rule.since,))
        yield from (() if rule.until is None else (days_later(rule.until, 1),))
        yield from _of_condition(rule.condition, context)


def repeat_days(repeat: Repeat, context: EvaluationContext) -> Iterator[date]:
    """Yield the days on which an earlier award may be long enough ago."""
    lengths = [
        months for months in (repeat.months_between_awards, repeat.within_months) if months is not None
    ]
    for person in repeat_people(repeat, context):
        for award in person.awards or ():
            for months in lengths:
                yield from (months_later(day, months) for day in (award.on.earliest, award.on.latest))


def change_days_of(condition: Condition, context: EvaluationContext) -> Iterator[date]:
    """Yield every day, tomorrow first, on which the answer to a condition can change while nothing but time does."""
    yield days_later(context.on, 1)
    yield from _of_condition(condition, context)


def _of_condition(condition: Condition, context: EvaluationContext) -> frozenset[date]:
    return context.memo.memoised(condition, "change days", lambda: frozenset(_worked_out(condition, context)))


def _worked_out(condition: Condition, context: EvaluationContext) -> Iterator[date]:
    leaves = context.catalogue_memo.memoised(
        condition, "leaves", lambda: tuple(with_preconditions((condition,), context.book))
    )
    for person in context.everyone:
        for leaf in leaves:
            yield from _of_leaf(leaf, context, person)
            yield from _birthdays(leaf, context, person)


def _of_leaf(leaf: Condition, context: EvaluationContext, person: Person) -> Iterator[date]:
    match leaf:
        case Ago():
            yield from _of_ago(leaf, context, person)
        case Within() if context.book.facts[leaf.fact].kind == "date":
            return
        case LivesIn(for_months=months) if months is not None:
            yield months_later(context.stated, nearest(months))
            for stay in person.lived_in or ():
                for day in (stay.since.earliest, stay.since.latest):
                    yield months_later(day, nearest(months))
            yield from end_days(person.lived_in or ())
        case HasLivedIn() if leaf.for_months is not None or leaf.within_years is not None:
            moves = [*end_days(person.lived_in or ()), *window_days(leaf, person)]
            yield from accrual_days(leaf, context, person, nearest(leaf.for_months or Decimal(0)), moves)
        case WorkedIn():
            service = 0 if leaf.years is None else whole_months(leaf.years)
            moves = [*end_days(person.work or ()), *window_days(leaf, person)]
            yield from accrual_days(leaf, context, person, service, moves)
        case Receives():
            for award in person.awards or ():
                yield from (award.on.earliest, award.on.latest)
                until = award.until or award.on
                yield from (days_later(until.earliest, 1), days_later(until.latest, 1))
        case _:
            return


def _of_ago(leaf: Ago, context: EvaluationContext, person: Person) -> Iterator[date]:
    days = context.days(context.statement(person, leaf.fact))
    for limit in _numbers(leaf.bounds, context, person):
        for day in days or ():
            if leaf.unit in DAYS_IN:
                distance = limit * DAYS_IN[leaf.unit]
                turn = days_later(
                    day, -math.floor(distance) if leaf.unit == "days_ahead" else math.ceil(distance)
                )
            else:
                months = whole_months(limit) if leaf.unit == AGO[0] else nearest(limit)
                turn = months_later(day, months, month_end=leaf.month_end)
            yield from (turn, days_later(turn, 1), days_later(turn, -1))


def _birthdays(leaf: Condition, context: EvaluationContext, person: Person) -> Iterator[date]:
    """Yield the birthdays, and days like them, that matter where a leaf reads a fact that grows with time."""
    growing = context.catalogue_memo.memoised(leaf, "growing", lambda: tuple(_growing(leaf, context.book)))
    for fact in growing:
        since = context.births(person, fact)
        if since is not None:
            for count in _counts(leaf, fact, context, person):
                turns = (units_later(day, fact.grows or "years", count) for day in since if day > date.min)
                yield from turns


def _growing(leaf: Condition, book: FactBook) -> Iterator[Fact]:
    """Yield the facts that grow with time among those that a leaf names."""
    facts = (book.facts[name] for name in facts_named(leaf)) if not _nests(leaf) else ()
    yield from (fact for fact in facts if fact.from_birth_date is not None or fact.grows is not None)


def _nests(leaf: Condition) -> bool:
    nested = next((True for part in walk(leaf) if part is not leaf), False)
    return nested and not isinstance(leaf, Bounds | Ago)


def _counts(leaf: Condition, fact: Fact, context: EvaluationContext, person: Person) -> set[int]:
    """Give the ages, or other counts that time raises, at which the answer to a leaf can change."""
    numbers: list[Decimal] = []
    if isinstance(leaf, Sum | SumOf) or _is_bound_by(leaf, fact):
        return set(range(int(min(fact.max or MOST_COUNTED, MOST_COUNTED)) + 1))
    match leaf:
        case Is(value=Decimal() as value):
            numbers = [value]
        case OneOf(one_of=values) | NoneOf(none_of=values):
            numbers = [value for value in values if isinstance(value, Decimal)]
        case Bounds():
            numbers = list(_numbers(leaf, context, person))
        case _:
            return set()
    ages = {math.floor(number) for number in numbers} | {math.ceil(number) for number in numbers}
    return {age + step for age in ages for step in (0, 1) if 0 <= age + step <= MOST_COUNTED}


def _is_bound_by(leaf: Condition, fact: Fact) -> bool:
    """Tell whether a limit moves with a fact: a share of it, or a table that is keyed by it."""
    bounds = bounds_of(leaf)
    shares = () if bounds is None else [one for one in bounds.limits.values() if isinstance(one, Share)]
    return any(one.fact == fact.id for one in shares) or any(one.by == fact.id for one in tables_of(leaf))


def _numbers(bounds: Bounds, context: EvaluationContext, person: Person) -> Iterator[Decimal]:
    for bound in bounds.limits.values():
        yield from _numbers_of(bound, context, person)


def _numbers_of(bound: Bound, context: EvaluationContext, person: Person) -> Iterator[Decimal]:
    match bound:
        case Decimal():
            yield bound
        case Table():
            for table in bound.nested:
                yield from (row for row in table.rows.values() if isinstance(row, Decimal))
                if table.each_more is not None:
                    yield from _rows_beyond(table, _span_of(table.by, context, person))
        case Share(fact=other, times=times):
            span = _span_of(other, context, person).times(times).plus(Span.point(bound.plus or Decimal(0)))
            yield from (end for end in (span.low, span.high) if end.is_finite())
        case _:
            return


def _span_of(by: str | PeopleCount, context: EvaluationContext, person: Person) -> Span:
    if isinstance(by, PeopleCount):
        return context.count(by)
    number = context.number(person, by)
    return number if isinstance(number, Span) else context.limits(by)


def _rows_beyond(table: Table, keys: Span) -> Iterator[Decimal]:
    """Yield what a table says of the whole numbers above its highest row that its key may be, a hundred at most."""
    first = max(int(key) for key in table.rows) + 1
    if keys.low.is_finite():
        first = max(first, math.ceil(keys.low))
    last = first + 99 if not keys.high.is_finite() else min(first + 99, math.floor(keys.high))
    found = (table.row(key) for key in range(first, last + 1))
    yield from (row for row in found if isinstance(row, Decimal))
