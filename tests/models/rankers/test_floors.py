"""Floors give bands their share of the first page at the least cost, move little, and let nothing else in."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rankers.floors import Floors, deadlines, filled_from_the_end

LOOSE = Floors(np.arange(40) % 2, most_moved=30, least_kept=0.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=7, unique=True), st.data())
def test_no_order_under_the_same_deadlines_is_worth_more(values: list[float], data: st.DataObject) -> None:
    worth = np.sort(np.array(values))[::-1]
    count = len(worth)
    latest = np.array(data.draw(st.lists(st.integers(0, count), min_size=count, max_size=count)))
    discount = 1 / np.log2(np.arange(count) + 2)
    allowed = [
        worth[list(order)] @ discount
        for order in permutations(range(count))
        if all(latest[one] >= place for place, one in enumerate(order))
    ]
    found = filled_from_the_end(worth, latest)
    if not allowed:
        assert found is None
    else:
        assert found is not None and worth[found] @ discount == pytest.approx(max(allowed))
        assert all(latest[one] >= place for place, one in enumerate(found.tolist()))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 40), st.integers(1, 8), st.floats(0.5, 1))
def test_the_same_grants_come_out_once_each_none_far_from_where_it_stood(
    seed: int, count: int, most: int, kept: float
) -> None:
    rng = np.random.default_rng(seed)
    scores, floors = rng.normal(0, 2, count), Floors(rng.integers(0, 3, count), most, kept)
    order = np.argsort(-scores)
    found = floors.reorder(order, scores)
    assert sorted(found.tolist()) == sorted(order.tolist())
    places = {row: place for place, row in enumerate(order.tolist())}
    assert all(abs(places[row] - place) <= most for place, row in enumerate(found.tolist()))
    assert found.tolist() == floors.reorder(order, scores).tolist()
    for band in range(3):  # within a band the order stays
        own = [row for row in found.tolist() if floors.bands[row] == band]
        assert own == [row for row in order.tolist() if floors.bands[row] == band]


def test_a_band_with_a_third_of_the_worth_gets_a_third_of_each_prefix() -> None:
    scores = np.log(np.array([5.0, 4.9, 4.8, 4.7, 4.6, 4.5, 4.4, 4.3, 4.2, 4.1, 4.0, 3.9, 3.8, 3.7, 3.6]))
    bands = np.array([0] * 10 + [1] * 5)
    share = np.exp(scores)[10:].sum() / np.exp(scores).sum()
    found = Floors(bands, most_moved=15, least_kept=0.0).reorder(np.arange(15), scores)
    for place in range(1, 11):
        assert (bands[found[:place]] == 1).sum() >= int(share * place)
    free = (bands[:10] == 1).sum()
    assert free == 0 and (bands[found[:10]] == 1).sum() == int(share * 10)


def test_a_list_is_left_alone_where_it_would_lose_too_much_or_move_too_far() -> None:
    scores = -0.01 * np.arange(12.0)
    bands = np.array([0] * 10 + [1] * 2)
    order = np.arange(12)
    assert Floors(bands, 12, 0.0).reorder(order, scores).tolist() != order.tolist()
    assert Floors(bands, 12, 1.0).reorder(order, scores).tolist() == order.tolist()
    assert Floors(bands, 1, 0.0).reorder(order, scores).tolist() == order.tolist()


def test_deadlines_are_the_first_prefix_that_owes_a_place() -> None:
    for share in (0.1, 0.25, 1 / 3, 0.5, 0.9):
        for number, due in enumerate(deadlines(share, 12).tolist(), start=1):
            owed = [place for place in range(10) if int(share * (place + 1) + 1e-9) >= number]
            assert due == (owed[0] if owed else 10**9)
