"""Attention of bands of grants beside their merit, and nothing told where no ratio can be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from data.people.events import Event, Kind, Placement
from training.fairness.funders import Attention, by_band
from training.fairness.lists import Lists, shown

DAY = datetime(2026, 8, 3, 12, tzinfo=UTC)
GRANTS = {"small": 0, "large": 1}
BANDS = np.array(["small", "large"])


def lists_of(people: int) -> Lists:
    """Everybody is shown the large fund first and the small one second, each surely theirs."""
    placements = tuple(
        Placement(grant_id=grant, position=place, status="eligible", qualifies=1.0, success=0.5)
        for place, grant in ((1, "large"), (2, "small"))
    )
    events = [
        Event(
            id=f"e{at}", kind=Kind.SHOWN, response_id=f"r{at}", person=f"p{at}", at=DAY, placements=placements
        )
        for at in range(people)
    ]
    return shown(events, [], [], GRANTS)


def told(lists: Lists, merit: Any = None) -> dict[str, dict[str, Any]]:
    found = by_band(lists, Attention.of(lists, 2, merit=merit), {"band": BANDS}, seed=1, replicates=100)
    return {one["band"]: one for one in found["band"]}


def test_a_band_that_stands_lower_for_the_same_merit_gets_less_attention() -> None:
    found = told(lists_of(40))
    assert found["small"]["ratio"] < 1 < found["large"]["ratio"]
    assert found["small"]["merit"] == found["large"]["merit"] == 0.5


def test_where_nothing_has_merit_no_ratio_is_told_and_the_review_is_written_all_the_same() -> None:
    lists = lists_of(40)
    found = told(lists, merit=np.zeros(len(lists.grant)))
    assert {one["ratio"] for one in found.values()} == {None}
    assert {one["ratio_low"] for one in found.values()} == {None}


def test_a_band_that_few_people_saw_is_withheld() -> None:
    assert all(one["exposure"] is None for one in told(lists_of(5)).values())
