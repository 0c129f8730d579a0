"""Our metrics against scikit-learn, brute force over tied orders, and the edges where others went wrong."""

from __future__ import annotations

from itertools import permutations
from math import isnan

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, ndcg_score, roc_auc_score

from training import metrics
from training.metrics import Floats

CASES = range(60)


def made(seed: int, *, size: int | None = None, ties: bool = False) -> tuple[Floats, Floats]:
    """Random scores and graded gains, some of them tied."""
    rng = np.random.default_rng(seed)
    n = size or int(rng.integers(2, 40))
    scores = rng.integers(0, 4, n).astype(float) if ties else rng.normal(size=n)
    return scores, rng.integers(0, 3, n) * rng.random(n)


def over_all_orders(scores: Floats, gains: Floats, statistic: str, k: int) -> float:
    """The metric by brute force: averaged over every order that agrees with the scores."""
    found = []
    for order in permutations(range(len(scores))):
        placed = scores[list(order)]
        if (np.diff(placed) <= 0).all():
            hits = gains[list(order)]
            if statistic == "dcg":
                found.append(sum(gain / np.log2(place + 2) for place, gain in enumerate(hits[:k])))
            elif statistic == "rr":
                found.append(1 / (1 + next(place for place, gain in enumerate(hits) if gain > 0)))
            else:
                found.append((hits[:k] > 0).sum() / (gains > 0).sum())
    return float(np.mean(found))


@pytest.mark.parametrize("seed", CASES)
@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("k", [1, 5, 10, None])
def test_ndcg_agrees_with_scikit_learn(seed: int, ties: bool, k: int | None) -> None:
    scores, gains = made(seed, ties=ties)
    if gains.any():
        assert metrics.ndcg(scores, gains, k=k) == pytest.approx(
            ndcg_score([gains], [scores], k=k), abs=1e-12
        )


@pytest.mark.parametrize("seed", range(25))
def test_every_ranking_metric_is_the_mean_over_all_orders_of_tied_grants(seed: int) -> None:
    scores, gains = made(seed, size=6, ties=True)
    if not gains.any():
        gains[0] = 1
    assert metrics.discounted_gain(scores, gains, k=3) == pytest.approx(
        over_all_orders(scores, gains, "dcg", 3)
    )
    assert metrics.reciprocal_rank(scores, gains > 0) == pytest.approx(
        over_all_orders(scores, gains, "rr", 6)
    )
    assert metrics.top_k_found(scores, gains > 0, k=2) == pytest.approx(
        over_all_orders(scores, gains, "top", 2)
    )


def test_a_query_without_any_good_grant_says_nothing_instead_of_zero() -> None:
    nothing = np.zeros(4)
    assert isnan(metrics.ndcg(np.arange(4.0), nothing))
    assert isnan(metrics.reciprocal_rank(np.arange(4.0), nothing > 0))
    assert isnan(metrics.top_k_found(np.arange(4.0), nothing > 0, k=2))
    assert isnan(metrics.ndcg(np.array([]), np.array([])))


def test_fewer_candidates_than_k_is_no_reason_to_fail_or_to_inflate() -> None:
    scores, gains = np.array([1.0, 2.0]), np.array([1.0, 0.0])
    assert metrics.ndcg(scores, gains, k=10) == pytest.approx(1 / np.log2(3))


def test_the_ideal_counts_grants_below_the_cut() -> None:
    scores, gains = np.array([3.0, 2.0, 1.0]), np.array([0.5, 0.0, 1.0])
    assert metrics.ndcg(scores, gains, k=1) == pytest.approx(0.5)


def test_a_constant_ranker_gains_nothing_from_the_order_of_the_file() -> None:
    gains = np.array([1.0, 0.0, 0.0, 0.0])
    constant = np.zeros(4)
    assert metrics.ndcg(constant, gains) == pytest.approx(metrics.ndcg(constant, gains[::-1]))
    assert metrics.ndcg(constant, gains) < 0.7


@pytest.mark.parametrize("seed", range(20))
def test_area_under_curve_and_brier_agree_with_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    estimates = rng.integers(0, 9, 80) / 8
    awarded = (rng.random(80) < estimates).astype(float)
    assert metrics.area_under_curve(estimates, awarded) == pytest.approx(roc_auc_score(awarded, estimates))
    assert metrics.brier_score(estimates, awarded) == pytest.approx(brier_score_loss(awarded, estimates))


def test_area_under_curve_is_unknown_when_everybody_got_the_same_answer() -> None:
    assert isnan(metrics.area_under_curve(np.array([0.1, 0.9]), np.ones(2)))


def plain_calibration_error(estimates: Floats, awarded: Floats, bins: int) -> float:
    """The same figure, written as a loop over sorted slices; right only where no estimates tie."""
    order = np.argsort(estimates)
    slices = np.array_split(order, bins)
    return float(sum(len(s) * abs(estimates[s].mean() - awarded[s].mean()) for s in slices) / len(estimates))


@pytest.mark.parametrize("seed", range(10))
def test_calibration_error_agrees_with_a_plain_loop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    estimates = rng.random(500)
    awarded = (rng.random(500) < estimates**2).astype(float)
    assert metrics.calibration_error(estimates, awarded) == pytest.approx(
        plain_calibration_error(estimates, awarded, 10), abs=0.01
    )


@pytest.mark.parametrize("seed", range(5))
def test_calibration_error_does_not_depend_on_the_order_of_rows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    estimates, awarded = rng.integers(0, 6, 200) / 5, rng.integers(0, 2, 200).astype(float)
    mixed = rng.permutation(200)
    assert metrics.calibration_error(estimates, awarded) == pytest.approx(
        metrics.calibration_error(estimates[mixed], awarded[mixed]), abs=1e-12
    )


@pytest.mark.parametrize("count", [200, 2000])
def test_true_chances_show_the_error_that_chance_alone_explains(count: int) -> None:
    rng = np.random.default_rng(count)
    chances = rng.random(count)
    shown = [
        metrics.calibration_error(chances, (rng.random(count) < chances).astype(float)) for _ in range(300)
    ]
    assert metrics.calibration_noise(chances) == pytest.approx(float(np.mean(shown)), rel=0.05)


def test_calibration_error_sees_a_constant_overestimate() -> None:
    assert metrics.calibration_error(np.full(100, 0.9), np.repeat([0.0, 1.0], 50)) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("scores", "gains"),
    [
        (np.array([1.0, np.nan]), np.array([1.0, 0.0])),
        (np.array([1.0, 2.0]), np.array([1.0, -1.0])),
        (np.array([1.0, 2.0]), np.array([1.0])),
    ],
)
def test_unknown_negative_or_unequal_numbers_are_refused(scores: Floats, gains: Floats) -> None:
    with pytest.raises(ValueError, match="must"):
        metrics.ndcg(scores, gains)
