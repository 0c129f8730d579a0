"""Attention of bands of grants beside their merit, and nothing told where no ratio can be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from data.people.events import Event, Kind, Placement
from training.fairness.funders import Attention, by_band, overall
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


def test_who_is_never_seen_or_by_few_is_named_and_what_gets_least_for_its_merit_too() -> None:
    lists = lists_of(40)
    found = overall(
        lists, Attention.of(lists, 3), {"band": np.array(["a", "b", "b"])}, ["small", "large", "unseen"]
    )
    assert (found["shown"], found["reachable"]) == (2, 3)
    assert found["seldom"] == ["unseen"]
    assert [(one["grant"], one["people"]) for one in found["under_exposed"]] == [("small", "40")]
    # mean absolute difference of all pairs over twice the mean
    assert found["gini"] == round(
        sum(abs(x - y) for x in SHARES for y in SHARES) / (2 * 9 * np.mean(SHARES)), 2
    )


SHARES = (0.63093, 1.0, 0.0)


def test_attention_that_goes_by_merit_is_even_and_any_other_is_less() -> None:
    lists = lists_of(40)
    even = overall(
        lists, Attention.of(lists, 2, merit=np.tile([1.0, 0.63093], 40)), {"band": BANDS}, list(GRANTS)
    )
    odd = overall(lists, Attention.of(lists, 2), {"band": BANDS}, list(GRANTS))
    assert odd["attention_fairness"]["band"] < even["attention_fairness"]["band"] == 1.0
    assert even["under_exposed"] == []


def test_of_few_people_not_even_the_number_of_grants_that_were_shown_is_told() -> None:
    lists = lists_of(5)
    found = overall(lists, Attention.of(lists, 2), {"band": BANDS}, list(GRANTS))
    assert found["shown"] is None and found["under_exposed"] == []
    assert found["seldom"] == list(GRANTS)
