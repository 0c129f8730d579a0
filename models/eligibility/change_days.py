"""The days on which an answer can change while nothing but time does."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from data.catalogue.dependencies import with_preconditions
from data.catalogue.facts import Fact
from data.catalogue.grants import Grant
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
    Receives,
    Share,
    Sum,
    Table,
    Within,
    WorkedIn,
)
from data.catalogue.traversal import facts_named, walk
from data.people.applicants import Person
from models.eligibility.accrual_days import accrual_days, end_days, window_days
from models.eligibility.bound_values import row
from models.eligibility.context import EvaluationContext
from models.eligibility.durations import days_later, months_later, nearest, whole_months
from models.eligibility.intervals import Span


def change_days(context: EvaluationContext, grant: Grant) -> Iterator[date]:
    """Yield every day, past ones too, on which an answer about a grant can change while nothing but time does."""
    yield days_later(context.on, 1)
    for window in grant.windows:
        yield from (() if window.opens is None else (window.opens,))
        yield from (() if window.closes is None else (days_later(window.closes, 1),))
    if grant.repeat is not None:
        for award in context.applicant.awards or ():
            for day in (award.on.earliest, award.on.latest):
                yield months_later(day, grant.repeat.months_between_awards)
    for rule in grant.rules:
        yield from (() if rule.since is None else (rule.since,))
        yield from (() if rule.until is None else (days_later(rule.until, 1),))
        yield from _of_condition(rule.condition, context)


def change_days_of(condition: Condition, context: EvaluationContext) -> Iterator[date]:
    """Yield every day, tomorrow first, on which the answer to a condition can change while nothing but time does."""
    yield days_later(context.on, 1)
    yield from _of_condition(condition, context)


def _of_condition(condition: Condition, context: EvaluationContext) -> Iterator[date]:
    leaves = list(with_preconditions((condition,), context.book))
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
        case HasLivedIn(for_months=months) if months is not None:
            ends = end_days(person.lived_in or ())
            yield from accrual_days(leaf, context, person, nearest(months), ends)
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
            if leaf.unit == "days_ahead":
                turn = days_later(day, -math.floor(limit))
            elif leaf.unit == "days_ago":
                turn = days_later(day, math.ceil(limit))
            else:
                turn = months_later(day, whole_months(limit) if leaf.unit == AGO[0] else nearest(limit))
            yield from (turn, days_later(turn, 1), days_later(turn, -1))


def _birthdays(leaf: Condition, context: EvaluationContext, person: Person) -> Iterator[date]:
    """Yield the birthdays that matter where a leaf reads a fact that grows with time."""
    for fact_id in facts_named(leaf) if not _nests(leaf) else ():
        fact = context.book.facts[fact_id]
        births = context.births(person, fact) if fact.from_birth_date else None
        if births is not None:
            for age in _ages(leaf, fact, context, person):
                yield from (months_later(born, 12 * age) for born in births if born > date.min)


def _nests(leaf: Condition) -> bool:
    return next((True for part in walk(leaf) if part is not leaf), False) and not isinstance(leaf, Sum)


def _ages(leaf: Condition, fact: Fact, context: EvaluationContext, person: Person) -> set[int]:
    numbers: list[Decimal] = []
    if isinstance(leaf, Sum) or _is_bound_by(leaf, fact):
        return set(range(131))
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
    return {age + step for age in ages for step in (0, 1) if 0 <= age + step <= 200}


def _is_bound_by(leaf: Condition, fact: Fact) -> bool:
    """Tell whether a limit moves with a fact: a share of it, or a table that is keyed by it."""
    bounds = leaf.bounds if isinstance(leaf, Ago) else leaf
    limits = bounds.limits.values() if isinstance(bounds, Bounds) else ()
    return any(
        fact.id == (bound.fact if isinstance(bound, Share) else bound.by)
        for bound in limits
        if isinstance(bound, Share | Table)
    )


def _numbers(bounds: Bounds, context: EvaluationContext, person: Person) -> Iterator[Decimal]:
    for bound in bounds.limits.values():
        yield from _numbers_of(bound, context, person)


def _numbers_of(bound: Bound, context: EvaluationContext, person: Person) -> Iterator[Decimal]:
    match bound:
        case Decimal():
            yield bound
        case Table(by=by, rows=rows):
            yield from rows.values()
            if bound.each_more is not None:
                yield from _rows_beyond(bound, _span_of(by, context, person))
        case Share(fact=other, times=times):
            span = _span_of(other, context, person)
            yield from (end * times for end in (span.low, span.high) if end.is_finite())
        case _:
            return


def _span_of(fact: str, context: EvaluationContext, person: Person) -> Span:
    number = context.number(person, fact)
    return number if isinstance(number, Span) else context.limits(fact)


def _rows_beyond(table: Table, keys: Span) -> Iterator[Decimal]:
    """Yield what a table says of the whole numbers above its highest row that its key may be, a hundred at most."""
    first = max(int(key) for key in table.rows) + 1
    if keys.low.is_finite():
        first = max(first, math.ceil(keys.low))
    last = first + 99 if not keys.high.is_finite() else min(first + 99, math.floor(keys.high))
    yield from (found for found in (row(table, key) for key in range(first, last + 1)) if found is not None)
