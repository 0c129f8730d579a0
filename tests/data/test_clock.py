"""A day is London's day at every instant, also where clocks change, and a window is open for whole days of London."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from data.catalogue.grants import Window
from data.clock import day_in_london

INSTANTS = 20_000


def last_sunday(year: int, month: int) -> date:
    """The last Sunday of a month."""
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def by_the_rule(moment: datetime) -> date:
    """The day by the Summer Time Order 2002: an hour ahead from 1 am on the last Sunday of March to that of October."""
    starts, ends = (
        datetime.combine(last_sunday(moment.year, month), datetime.min.time(), UTC) + timedelta(hours=1)
        for month in (3, 10)
    )
    return (moment + timedelta(hours=starts <= moment < ends)).date()


def instants() -> list[datetime]:
    """Moments around every midnight that matters, and any others."""
    rng = random.Random(11)
    edges = [
        datetime(year, month, day, tzinfo=UTC) + timedelta(hours=hours, microseconds=part)
        for year in range(2003, 2038)
        for month, day in ((1, 1), (3, 24), (3, 31), (4, 1), (7, 1), (10, 24), (10, 31), (12, 31))
        for hours in (-1, 0, 1, 23, 24)
        for part in (-1, 0, 1)
    ]
    first, span = datetime(2003, 1, 1, tzinfo=UTC), 35 * 365 * 86_400
    others = [first + timedelta(seconds=rng.randrange(span)) for _ in range(INSTANTS - len(edges))]
    return edges + others


def test_the_day_is_londons_at_every_instant() -> None:
    moments = instants()
    assert len(moments) >= INSTANTS
    assert [moment for moment in moments if day_in_london(moment) != by_the_rule(moment)] == []


def test_a_window_is_open_from_midnight_to_midnight_in_london() -> None:
    rng = random.Random(12)
    for moment in instants():
        day = by_the_rule(moment)
        opens = day + timedelta(days=rng.randrange(-2, 3))
        closes = opens + timedelta(days=rng.randrange(3))
        assert Window(opens=opens, closes=closes).is_open(day_in_london(moment)) is (opens <= day <= closes)
