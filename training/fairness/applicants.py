"""What applicants get of the lists: good grants high up, honest chances, and something that comes of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from training.fairness.lists import STANDINGS, Flags, Lists
from training.fairness.measures import Kind, Measure

BANDS = (("places 1 to 3", 1, 3), ("places 4 to 10", 4, 10), ("places 11 and on", 11, 10**9))


def measures_of(lists: Lists) -> tuple[Measure, ...]:
    """Give every figure that these lists can tell; one that nobody has a part in is left out."""
    found = (
        *_quality(lists),
        *_honesty(lists),
        *_success_by_place(lists),
        *_funnel(lists),
        *_standing(lists),
    )
    return tuple(one for one in found if one.counted.any())


def _quality(lists: Lists) -> Iterator[Measure]:
    gain = lists.gain()
    yield Measure(
        "ndcg_at_10",
        "Good grants high up (nDCG@10)",
        Kind.GAIN,
        lists.by_owner(gain),
        lists.by_owner(np.isfinite(gain)),
        "How high the grants stand that were later awarded; 1 is the best possible list.",
    )
    won = lists.awarded == 1
    late = lists.by_person(np.ones(len(won)), where=won & ~lists.first_ten) + lists.by_owner(lists.missed)
    every = lists.by_person(np.ones(len(won)), where=won) + lists.by_owner(lists.missed)
    yield Measure(
        "missed_good_grants",
        "Good grants missed",
        Kind.RATE,
        late,
        every,
        "Of the grants that were later awarded, the share that did not stand among the first ten.",
    )


def _honesty(lists: Lists) -> Iterator[Measure]:
    decided = np.isfinite(lists.awarded)
    told = decided & np.isfinite(lists.success)
    yield Measure(
        "observed_over_expected",
        "Awards for each award expected",
        Kind.HONESTY,
        lists.by_person(lists.awarded, where=told),
        lists.by_person(lists.success, where=told),
        "Awards that came, for each that the told chances add up to; 1 is honest, under 1 promised too much.",
    )


def _success_by_place(lists: Lists) -> Iterator[Measure]:
    decided = np.isfinite(lists.awarded)
    for name, first, last in BANDS:
        there = decided & (lists.rank >= first) & (lists.rank <= last)
        yield _rate(
            lists,
            f"awarded_at_{first}",
            f"Awarded, of applications from {name}",
            there,
            lists.awarded == 1,
            "Whether the list tells the truth where people look.",
        )


def _funnel(lists: Lists) -> Iterator[Measure]:
    page, decided = lists.first_ten, np.isfinite(lists.awarded)
    if lists.opened.any():
        yield _rate(
            lists, "opened", "Opened, of grants shown", page, lists.opened, "What looked worth a look."
        )
    yield _rate(
        lists, "applied", "Applied for, of grants shown", page, lists.applied, "What seemed worth it."
    )
    yield _rate(
        lists, "awarded", "Awarded, of what was decided", decided, lists.awarded == 1, "What came of it."
    )


def _standing(lists: Lists) -> Iterator[Measure]:
    """Lists on which the first three grants all still wait for an answer."""
    told = lists.status >= 0
    first = told & (lists.rank <= 3)
    sure = first & (lists.status >= STANDINGS.index("discretionary"))
    count = len(lists.owner)
    known = np.bincount(lists.of, weights=first, minlength=count) > 0
    unsure = known & (np.bincount(lists.of, weights=sure, minlength=count) == 0)
    yield Measure(
        "unsure_lists",
        "Lists that start unsure",
        Kind.RATE,
        lists.by_owner(unsure),
        lists.by_owner(known),
        "Lists whose first three grants all wait for an answer of the person.",
    )


def _rate(lists: Lists, key: str, title: str, of: Flags, what: Flags, about: str) -> Measure:
    ones = np.ones(len(of))
    return Measure(
        key, title, Kind.RATE, lists.by_person(ones, where=of & what), lists.by_person(ones, where=of), about
    )
