"""Chances told to people: right on average, honest about their width, silent when little is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from features.pairs import PairFeatures
from models.rankers.calibration import LEAST_A_BLOCK, LEAST_IN_ALL, Calibration


def simulated(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=n)
    chances = 1 / (1 + np.exp(-2 * scores))
    return scores, (rng.random(n) < chances).astype(float), chances


def test_chances_come_close_to_the_truth() -> None:
    scores, awarded, _ = simulated(4000)
    others, _, truth = simulated(2000, seed=1)
    told = Calibration.fit(scores, awarded).estimate(others)
    shown = np.isfinite(told.estimate)
    assert shown.mean() > 0.99
    assert np.abs(told.estimate - truth)[shown].mean() < 0.05
    assert ((told.low <= told.estimate) & (told.estimate <= told.high))[shown].all()


@pytest.mark.parametrize("weighted", [False, True])
def test_blocks_without_a_least_size_are_scikit_learns_isotonic_regression(
    monkeypatch: pytest.MonkeyPatch, weighted: bool
) -> None:
    scores, awarded, _ = simulated(600)
    scores = np.round(scores, 1)
    weights = np.random.default_rng(2).uniform(0.1, 2.0, 600) if weighted else np.ones(600)
    theirs = IsotonicRegression().fit(scores, awarded, sample_weight=weights).predict(scores)
    monkeypatch.setattr("models.rankers.calibration.LEAST_A_BLOCK", 1)
    ours = Calibration.fit(scores, awarded, weights=weights)
    block = np.searchsorted(ours.starts, scores, side="right") - 1
    assert (ours.awarded / ours.decided)[block] == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(("level", "least", "most"), [(0.95, 0.91, 0.99), (0.8, 0.75, 0.85)])
def test_the_interval_holds_the_rate_of_a_block_about_as_often_as_it_says(
    level: float, least: float, most: float
) -> None:
    inside = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        chance = rng.uniform(0.2, 0.8)
        fitted = Calibration.fit(np.zeros(120), (rng.random(120) < chance).astype(float))
        told = fitted.estimate(np.zeros(1), level=level)
        inside.append(told.low[0] <= chance <= told.high[0])
    assert least <= np.mean(inside) <= most


def test_no_chance_is_told_from_few_outcomes() -> None:
    scores, awarded, _ = simulated(LEAST_IN_ALL - 1)
    told = Calibration.fit(scores, awarded).estimate(scores)
    assert np.isnan(told.estimate).all()
    assert np.isnan(told.low).all()
    assert (told.outcomes == 0).all()


def test_no_history_at_all_tells_no_chance() -> None:
    told = Calibration.fit(np.zeros(0), np.zeros(0)).estimate(np.array([1.0]))
    assert np.isnan(told.estimate).all()


@given(st.integers(LEAST_IN_ALL, 400), st.integers(0, 10_000))
def test_a_higher_score_never_has_a_lower_chance_and_each_rests_on_enough(n: int, seed: int) -> None:
    scores, awarded, _ = simulated(n, seed)
    told = Calibration.fit(scores, awarded).estimate(np.linspace(scores.min(), scores.max(), 50))
    assert (np.diff(told.estimate) >= -1e-12).all()
    assert (told.outcomes >= LEAST_A_BLOCK).all()
    assert ((told.low >= 0) & (told.high <= 1)).all()


def test_no_chance_is_told_beyond_the_scores_that_were_calibrated() -> None:
    scores, awarded, _ = simulated(1000)
    asked = np.array([scores.min() - 0.01, scores.min(), scores.max(), scores.max() + 0.01])
    told = Calibration.fit(scores, awarded).estimate(asked)
    assert np.isnan([told.estimate, told.low, told.high]).tolist() == [[True, False, False, True]] * 3
    assert (told.outcomes == 0).tolist() == [True, False, False, True]
    assert told.nearest[0] == told.estimate[1] and told.nearest[3] == told.estimate[2]


def test_no_chance_is_told_where_something_is_missing_that_every_calibrated_pair_had() -> None:
    scores, awarded, _ = simulated(1000)
    asked = np.column_stack([np.ones(1000), np.where(np.arange(1000) % 2, np.nan, 1.0)]).astype(np.float32)
    fitted = Calibration.fit(scores, awarded, pairs=PairFeatures(("purpose_overlap", "area_named"), asked))
    without = PairFeatures(
        ("purpose_overlap", "area_named"), np.array([[np.nan, 1], [1, np.nan]], np.float32)
    )
    told = fitted.estimate(np.array([0.0, 0.0]), pairs=without)
    assert np.isnan(told.estimate).tolist() == [True, False]
    assert told.nearest[0] == told.estimate[1]
    again = Calibration.from_arrays(fitted.to_arrays()).estimate(np.array([0.0, 0.0]), pairs=without)
    assert np.isnan(again.estimate).tolist() == [True, False]


def test_equal_scores_share_a_chance_and_the_order_of_rows_does_not_matter() -> None:
    scores, awarded, _ = simulated(500)
    scores = np.round(scores, 1)
    turned = np.random.default_rng(5).permutation(500)
    first, second = Calibration.fit(scores, awarded), Calibration.fit(scores[turned], awarded[turned])
    assert first.to_arrays().keys() == second.to_arrays().keys()
    assert all((first.to_arrays()[name] == second.to_arrays()[name]).all() for name in first.to_arrays())


def test_weighted_outcomes_widen_the_interval() -> None:
    _, awarded, _ = simulated(1000)
    weights = np.where(np.arange(1000) % 10 == 0, 10.0, 1.0)
    plain = Calibration.fit(np.zeros(1000), awarded).estimate(np.zeros(1))
    weighted = Calibration.fit(np.zeros(1000), awarded, weights=weights).estimate(np.zeros(1))
    assert weighted.high[0] - weighted.low[0] > plain.high[0] - plain.low[0]


def test_arrays_bring_back_the_same_calibration() -> None:
    scores, awarded, _ = simulated(500)
    fitted = Calibration.fit(scores, awarded)
    again = Calibration.from_arrays(fitted.to_arrays())
    assert all((a == b).all() for a, b in zip(fitted.estimate(scores), again.estimate(scores), strict=True))


def test_scores_without_outcomes_are_refused() -> None:
    with pytest.raises(ValueError, match="outcomes"):
        Calibration.fit(np.zeros(3), np.zeros(2))
