"""Sets of days as ascending, disjoint intervals of ordinals, and times in months added up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from models.eligibility.durations import completed_months, days_later, months_later

NEVER: Final = 10**8
"""After every day; with a minus, before every day. Days are ordinals."""

IntervalSet: TypeAlias = tuple[tuple[int, int], ...]


EVERY_DAY: Final[IntervalSet] = ((-NEVER, NEVER),)

NO_DAY: Final[IntervalSet] = ()


def united(sets: Iterable[IntervalSet]) -> IntervalSet:
    """Give the days that lie in any of these.

    >>> united([((1, 3), (8, 9)), ((4, 5),)])
    ((1, 5), (8, 9))
    """
    found: list[tuple[int, int]] = []
    for first, last in sorted(run for runs in sets for run in runs):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return tuple(found)


def shared(sets: Iterable[IntervalSet]) -> IntervalSet:
    """Give the days that lie in all of these.

    >>> shared([((1, 5), (8, 9)), ((4, 8),)])
    ((4, 5), (8, 8))
    """
    found = EVERY_DAY
    for runs in sets:
        pairs = ((max(a, c), min(b, d)) for a, b in found for c, d in runs)
        found = tuple(pair for pair in pairs if pair[0] <= pair[1])
    return found


def since(day: int, runs: IntervalSet) -> IntervalSet:
    """Leave out the days before a day."""
    return tuple((max(first, day), last) for first, last in runs if last >= day)


MEAN_MONTH_DAYS: Final = Decimal("30.4375")
"""Days in a month on average; only to add up the days left over from several times."""


def merged(times: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Join times (first day, last day) that overlap or follow each other on the next day, earliest first."""
    joined: list[tuple[date, date]] = []
    for since, until in sorted(time for time in times if time[0] <= time[1]):
        if joined and since <= days_later(joined[-1][1], 1):
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return joined


def months_in_all(times: Iterable[tuple[date, date]], *, on: date) -> Decimal:
    """Add up times in months, overlaps once; a time that goes on `on` the day counts up to that day."""
    months, days = 0, 0
    for since, until in merged(times):
        end = on if until >= on else until + timedelta(days=1)
        whole = completed_months(since, end)
        months += whole
        days += (end - months_later(since, whole)).days
    return months + days / MEAN_MONTH_DAYS
