"""Exploration changes little, tells the chance of what it did, and loses nothing."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.explanations.places_ahead import TOP as PAGE
from models.rankers.exploration import KEPT_FIRST, Exploration

shares = st.floats(0, 0.5)
sizes = st.integers(0, 40)
seeds = st.integers(0, 2**32)


@given(shares, sizes, seeds)
def test_no_grant_is_lost_and_the_first_places_stay(share: float, size: int, seed: int) -> None:
    order = np.random.default_rng(size).permutation(size)
    shown, chances = Exploration(share, seed).reorder(order)
    assert sorted(shown) == sorted(order)
    assert shown[:KEPT_FIRST].tolist() == order[:KEPT_FIRST].tolist()
    assert chances.shape == order.shape
    assert ((chances > 0) & (chances <= 1)).all()


@given(shares, sizes, seeds)
def test_the_same_seed_shows_the_same_list(share: float, size: int, seed: int) -> None:
    first, second = (Exploration(share, seed).reorder(np.arange(size)) for _ in range(2))
    assert first[0].tolist() == second[0].tolist()
    assert first[1].tobytes() == second[1].tobytes()


@given(sizes, seeds)
def test_without_a_share_nothing_changes(size: int, seed: int) -> None:
    shown, chances = Exploration(0.0, seed).reorder(np.arange(size))
    assert shown.tolist() == list(range(size))
    assert (chances == 1).all()


def test_the_chances_told_are_those_that_are_counted() -> None:
    lists, counted = 6000, Counter[tuple[int, int]]()
    told: dict[tuple[int, int], float] = {}
    for seed in range(lists):
        shown, chances = Exploration(0.5, seed).reorder(np.arange(PAGE + 4))
        for place, (grant, chance) in enumerate(zip(shown.tolist(), chances.tolist(), strict=True)):
            counted[place, grant] += 1
            assert told.setdefault((place, grant), chance) == pytest.approx(chance)
    for key, chance in told.items():
        assert counted[key] / lists == pytest.approx(chance, abs=0.03), key
    for place in range(PAGE + 4):
        assert sum(chance for (at, _), chance in told.items() if at == place) == pytest.approx(1)
