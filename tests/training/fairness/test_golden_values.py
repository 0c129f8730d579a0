"""Every figure agrees with the value that peers or hand computation give for the same small list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, ndcg_score, roc_auc_score

from training.fairness import exposure, prefixes, wilson
from training.metrics import area_under_curve, brier_score, ndcg

GROUPS = np.array(list("XXXYYY"))
MERIT = np.array([0.81, 0.80, 0.79, 0.78, 0.77, 0.76])
EVEN = np.array([0.5, 0.5])


def shares(weights: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
    return exposure.shares(weights if values is None else values, GROUPS, ["X", "Y"])


def test_mean_exposure_and_the_ratio_of_treatment() -> None:
    weights = exposure.weights(6)
    assert exposure.mean_of(weights, GROUPS, "X") == pytest.approx(0.7103099, abs=5e-8)
    assert exposure.mean_of(weights, GROUPS, "Y") == pytest.approx(0.3912455, abs=5e-8)
    ratio = exposure.mean_of(weights, GROUPS, "Y") / exposure.mean_of(weights, GROUPS, "X")
    assert ratio == pytest.approx(0.5508096, abs=5e-8)
    assert exposure.treatment_ratio(weights, MERIT, GROUPS, "X", "Y") == pytest.approx(0.5722697, abs=5e-8)


@pytest.mark.parametrize(
    ("weigh", "natural", "binary", "to_merit"),
    [
        (exposure.weights, 0.989246, 0.984486, 0.990595),
        (exposure.trec_weights, 0.985699, 0.979369, 0.987259),
    ],
)
def test_attention_weighted_fairness_of_both_weights_and_bases(
    weigh: object, natural: float, binary: float, to_merit: float
) -> None:
    share = shares(weigh(6))  # type: ignore[operator]
    merit = shares(MERIT, MERIT)
    assert exposure.attention_fairness(share, EVEN, base=np.e) == pytest.approx(natural, abs=1e-6)
    assert exposure.attention_fairness(share, EVEN) == pytest.approx(binary, abs=1e-6)
    assert exposure.attention_fairness(share, merit, base=np.e) == pytest.approx(to_merit, abs=1e-6)


def test_divergence_along_the_list() -> None:
    assert exposure.divergence_along(GROUPS, {"X": 0.5, "Y": 0.5}) == pytest.approx(0.466363308, abs=1e-9)


def test_expected_exposure_of_two_lists_and_inequity_of_attention() -> None:
    orders = [[0, 1, 2, 3, 4, 5], [3, 0, 1, 2, 4, 5]]
    given_ = exposure.expected_exposure(orders, [0.5, 0.5], 6)
    target = exposure.target_exposure(np.array([True, False, False, True, False, False]))
    found = exposure.exposure_loss(given_, target)
    assert found == pytest.approx((1.989521, 1.990561, 0.038713), abs=1e-6)
    weights = exposure.weights(6)
    second = np.zeros(6)
    second[orders[1]] = weights
    assert exposure.attention_inequity([weights, second], [MERIT, MERIT]) == pytest.approx(0.507619, abs=1e-6)


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=12), st.data())
def test_loss_is_disparity_less_twice_relevance_and_the_target(
    values: list[float], data: st.DataObject
) -> None:
    given_ = np.array(values)
    relevant = np.array(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))))
    target = exposure.target_exposure(relevant)
    disparity, relevance, loss = exposure.exposure_loss(given_, target)
    assert loss == pytest.approx(disparity - 2 * relevance + float(target @ target), abs=1e-9)


def test_gini_and_ndcg_at_3() -> None:
    assert exposure.gini(np.array([0.0, 0, 1, 3, 6])) == pytest.approx(0.6, abs=1e-9)
    scores, gains = -np.arange(6.0), np.array([0.0, 1, 0, 1, 0, 0])
    assert ndcg(scores, gains, k=3) == pytest.approx(0.3868528, abs=5e-8)
    assert ndcg(scores, gains, k=3) == pytest.approx(ndcg_score([gains], [scores], k=3), abs=1e-9)


def test_the_table_of_protected_prefixes_and_its_chance_of_failing() -> None:
    table = prefixes.least_protected(10, 0.5, 0.1)
    assert table == [0, 0, 0, 1, 1, 1, 2, 2, 3, 3]
    assert prefixes.chance_of_failing(table, 0.5) == pytest.approx(0.12890625, abs=1e-9)
    adjusted = prefixes.adjusted(10, 0.5, 0.1)
    assert adjusted == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]
    assert prefixes.chance_of_failing(adjusted, 0.5) == pytest.approx(0.111328, abs=1e-6)
    assert prefixes.chance_of_failing(prefixes.least_protected(20, 0.3, 0.1), 0.3) == pytest.approx(
        0.158061, abs=1e-6
    )
    assert prefixes.chance_of_failing(prefixes.adjusted(20, 0.3, 0.1), 0.3) == pytest.approx(
        0.096813, abs=1e-6
    )


@pytest.mark.parametrize(
    ("won", "of", "low", "high"),
    [(0, 9, 0, 0.299), (3, 10, 0.108, 0.603), (6, 20, 0.145, 0.519), (30, 100, 0.219, 0.396)],
)
def test_intervals_of_few_people(won: int, of: int, low: float, high: float) -> None:
    assert wilson.wilson(won / of, of) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize(("other", "people"), [(0.10, 59), (0.20, 291), (0.25, 1248)])
def test_people_that_a_group_needs(other: float, people: int) -> None:
    assert wilson.people_needed(0.30, other) == people


def test_brier_and_area_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    told, seen = rng.random(500), rng.integers(0, 2, 500).astype(np.float64)
    assert brier_score(told, seen) == pytest.approx(brier_score_loss(seen, told), abs=1e-12)
    assert area_under_curve(told, seen) == pytest.approx(roc_auc_score(seen, told), abs=1e-12)
