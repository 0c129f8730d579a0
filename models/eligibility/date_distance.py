"""How far a date fact lies from the day judged, against bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Final

from data.catalogue.bounds import COMPARISONS, LOWER_BOUNDS
from data.catalogue.rules import Ago
from data.people.applicants import Person, Silence
from models.eligibility.bound_values import possible_limits
from models.eligibility.context import EvaluationContext
from models.eligibility.durations import days_later, months_later, nearest, whole_months
from models.eligibility.intervals import Span
from models.eligibility.kleene import Answer, answer

DAYS_IN: Final[Mapping[str, int]] = {"days_ago": 1, "days_ahead": 1, "weeks_ago": 7}
"""Days in one of what a distance is counted in, where that is not months."""
_FAR: Final = Decimal(10**7)
"""In years, months or days: further than any day there is."""


def ask_ago(condition: Ago, context: EvaluationContext, person: Person) -> Answer:
    """Tell whether a date fact lies within bounds from the day judged."""
    statement = context.statement(person, condition.fact)
    if statement is Silence.NOT_APPLICABLE:
        return Answer.NO
    days = context.days(statement)
    if days is None:
        return Answer.UNKNOWN
    return days_within(days, condition, context, person)


def days_within(
    days: tuple[date, date], condition: Ago, context: EvaluationContext, person: Person
) -> Answer:
    """Tell whether any day from the first to the last of `days` lies within bounds from the day judged."""
    can_keep = can_break = False
    for spans in possible_limits(Span(), condition.bounds.limits, context, person):
        if spans is None:
            can_break = True
        else:
            most, fewest = (
                _narrowed(days, condition, _ends(spans, strict=strict), context.on)
                for strict in (False, True)
            )
            can_keep = can_keep or most[0] <= most[1]
            can_break = can_break or fewest != days
    return answer(can_keep, can_break)


def _ends(limits: Mapping[str, Span], *, strict: bool) -> dict[str, Decimal]:
    """Give for each limit the end that lets the most days through, or the fewest."""
    return {
        name: min(max(span.high if (name in LOWER_BOUNDS) == strict else span.low, -_FAR), _FAR)
        for name, span in limits.items()
    }


def _narrowed(
    days: tuple[date, date], condition: Ago, limits: Mapping[str, Decimal], on: date
) -> tuple[date, date]:
    """Narrow a range of days to those that keep every limit; each limit cuts off one end."""
    first, last = days
    for name, limit in limits.items():
        holds = partial(keeps, condition=condition, name=name, limit=limit, on=on)
        cuts_late_days = (name in LOWER_BOUNDS) != (condition.unit == "days_ahead")
        if cuts_late_days:
            last = _last_that(holds, first, last)
        else:
            first = _first_that(holds, first, last)
    return first, last


def keeps(day: date, *, condition: Ago, name: str, limit: Decimal, on: date) -> bool:
    """Tell whether one day keeps one limit of its distance from the day judged."""
    unit = condition.unit
    if unit in DAYS_IN:
        distance = (day - on).days if unit == "days_ahead" else (on - day).days
        return COMPARISONS[name](Decimal(distance), limit * DAYS_IN[unit])
    months = whole_months(limit) if unit == "years_ago" else nearest(limit)
    turn = months_later(day, months, month_end=condition.month_end)
    return COMPARISONS[name](Decimal(on.toordinal()), Decimal(turn.toordinal()))


def _first_that(holds: Callable[[date], bool], first: date, last: date) -> date:
    """Find the first day that holds, where every day after it does; the day after `last` where none does."""
    low, high = first.toordinal(), last.toordinal() + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(date.fromordinal(middle)) else (middle + 1, high)
    return days_later(
        date.fromordinal(min(low, date.max.toordinal())), 0 if low <= date.max.toordinal() else 1
    )


def _last_that(holds: Callable[[date], bool], first: date, last: date) -> date:
    """Find the last day that holds, where every day before it does; the day before `first` where none does."""
    low, high = first.toordinal() - 1, last.toordinal()
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(date.fromordinal(middle)) else (low, middle - 1)
    return date.fromordinal(max(low, date.min.toordinal()))
