"""Rankers learn an order from grades."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from data.errors import BadExperiment
from features.pairs import PairFeatures
from models.rankers.graded import GradedLinear, GradedTrees
from models.rankers.stored import ranker_from_arrays
from training.metrics import ndcg

QUERIES, EACH = 60, 15
KINDS = (
    GradedLinear(ridge=1.0),
    GradedTrees(trees=40, least_pairs=10, least_curvature=0.1),
    GradedTrees(trees=20, least_pairs=10, least_curvature=0.1, seeds=2, objective="rank_xendcg"),
)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)


def some_grades(seed: int) -> tuple[PairFeatures, Any, Any]:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(QUERIES * EACH, 5)).astype(np.float32)
    pull = matrix[:, 0] - matrix[:, 1] + 0.3 * rng.normal(size=len(matrix))
    grades = np.digitize(pull, [-0.5, 0.5, 1.5, 2.5])
    return PairFeatures(tuple("abcde"), matrix), grades, np.repeat(np.arange(QUERIES), EACH)


def mean_ndcg(scores: Any, grades: Any) -> float:
    return float(
        np.nanmean(
            [
                ndcg(s, 2.0**g - 1, k=5)
                for s, g in zip(scores.reshape(-1, EACH), grades.reshape(-1, EACH), strict=True)
            ]
        )
    )


@every_kind
def test_a_planted_order_is_found_and_none_in_shuffled_grades(kind: Any) -> None:
    pairs, grades, groups = some_grades(0)
    others, truth, _ = some_grades(1)
    shuffled = np.random.default_rng(0).permutation(grades)
    assert mean_ndcg(kind.fit(pairs, grades, groups=groups).score(others), truth) > 0.8
    assert mean_ndcg(kind.fit(pairs, shuffled, groups=groups).score(others), truth) < 0.7


@every_kind
def test_queries_need_not_stand_together(kind: Any) -> None:
    pairs, grades, groups = some_grades(0)
    order = np.random.default_rng(2).permutation(len(grades))
    mixed = kind.fit(pairs.take(order), grades[order], groups=groups[order])
    assert mean_ndcg(mixed.score(some_grades(1)[0]), some_grades(1)[1]) > 0.8


@every_kind
def test_a_graded_ranker_comes_back_from_arrays(kind: Any) -> None:
    pairs, grades, groups = some_grades(0)
    ranker = kind.fit(pairs, grades, groups=groups)
    again = ranker_from_arrays(ranker.to_arrays())
    assert again.score(pairs).tobytes() == ranker.score(pairs).tobytes()
    assert np.abs(ranker.contributions(pairs).sum(axis=1) - ranker.score(pairs)).max() < 1e-9


@every_kind
@pytest.mark.parametrize("spoil", [lambda g: g[:-1], lambda g: g * 0, lambda g: g + 0.5, lambda g: g - 1])
def test_grades_that_teach_nothing_are_refused(kind: Any, spoil: Any) -> None:
    pairs, grades, groups = some_grades(0)
    with pytest.raises(BadExperiment):
        kind.fit(pairs, spoil(grades), groups=groups)
