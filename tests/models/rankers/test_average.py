"""An average of rankers keeps the contract of a ranker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.pairs import PairFeatures
from models.rankers.average import Average
from models.rankers.boosting import Boosting
from models.rankers.logistic import Logistic
from models.rankers.stored import ranker_from_arrays

COLUMNS = ("one", "two", "three")
SETTINGS = Average(members=(Logistic(columns=("two", "one")), Boosting(trees=20, least_pairs=5)))


def some_pairs(seed: int = 0) -> tuple[PairFeatures, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(400, 3)).astype(np.float32)
    awarded = (matrix[:, 0] + 0.5 * matrix[:, 1] + rng.normal(size=400) > 0).astype(np.int64)
    matrix[rng.random(matrix.shape) < 0.1] = np.nan
    return PairFeatures(COLUMNS, matrix), awarded


def test_the_score_is_the_mean_of_the_members_scores() -> None:
    pairs, awarded = some_pairs()
    ranker = SETTINGS.fit(pairs, awarded, seed=3)
    first, second = ranker.members
    assert set(ranker.columns) == set(COLUMNS)
    assert np.allclose(ranker.score(pairs), (first.score(pairs) + second.score(pairs)) / 2, atol=1e-12)


def test_contributions_of_an_average_add_up_to_its_score() -> None:
    pairs, awarded = some_pairs()
    ranker = SETTINGS.fit(pairs, awarded)
    added = ranker.contributions(pairs)
    assert added.shape == (len(pairs), len(ranker.columns) + 1)
    assert np.abs(added.sum(axis=1) - ranker.score(pairs)).max() < 1e-9
    assert np.ptp(added[:, -1]) == 0.0


def test_arrays_bring_an_average_back_to_the_bit(tmp_path: Path) -> None:
    pairs, awarded = some_pairs()
    ranker = SETTINGS.fit(pairs, awarded)
    arrays_of: dict[str, Any] = ranker.to_arrays()
    np.savez(tmp_path / "ranker.npz", **arrays_of)
    with np.load(tmp_path / "ranker.npz", allow_pickle=False) as arrays:
        again = ranker_from_arrays(dict(arrays))
    assert (again.name, again.columns) == (ranker.name, ranker.columns)
    assert again.score(pairs).tobytes() == ranker.score(pairs).tobytes()


def test_a_column_named_as_one_way_never_pushes_the_other_way() -> None:
    pairs, awarded = some_pairs()
    free = Boosting(trees=40, least_pairs=5).fit(pairs, awarded)
    bound = Boosting(trees=40, least_pairs=5, one_way=(("one", 1),)).fit(pairs, awarded)
    steps = [pairs.matrix.copy() for _ in range(25)]
    for step, value in zip(steps, np.linspace(-3, 3, 25), strict=True):
        step[:, 0] = value
    rising = np.diff([bound.score(PairFeatures(COLUMNS, step)) for step in steps], axis=0)
    freely = np.diff([free.score(PairFeatures(COLUMNS, step)) for step in steps], axis=0)
    assert (rising >= -1e-12).all()
    assert (freely < -1e-9).any()
