"""What every ranker can do: score pairs, say what each column added, and be kept as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from data.errors import BadBundle, BadExperiment
from features.pairs import PairFeatures

Scores = NDArray[np.float64]
Arrays = Mapping[str, NDArray[Any]]


class Ranker(Protocol):
    """A fitted, frozen way to put grants in order for a need."""

    @property
    def name(self) -> str:
        """The kind of ranker, as an experiment names it."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads, in its own order."""
        ...

    def score(self, pairs: PairFeatures) -> Scores:
        """Give (pairs,) finite scores, higher is better; those that learn give log-odds or shift them by a constant."""
        ...

    def contributions(self, pairs: PairFeatures) -> Scores:
        """Give (pairs, columns + 1) what each column adds; the last is the baseline, and a row sums to the score."""
        ...

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give plain arrays that `ranker_from_arrays` reads back; none needs code to load."""
        ...


class RankerSettings(Protocol):
    """The small frozen settings of a kind of ranker; `fit` gives the fitted one and changes nothing."""

    @property
    def kind(self) -> str:
        """The name of the kind."""
        ...

    def fit(
        self,
        pairs: PairFeatures,
        awarded: NDArray[Any],
        *,
        weights: NDArray[np.float64] | None = None,
        groups: NDArray[np.int64] | None = None,
        seed: int = 0,
    ) -> Ranker:
        """Learn from pairs and whether each was awarded (0 or 1); `groups` numbers the needs they belong to."""
        ...


def chosen(pairs: PairFeatures, columns: tuple[str, ...]) -> NDArray[np.float64]:
    """Give the matrix (pairs, columns) in a ranker's own order; raises BadBundle when a column is missing."""
    if columns == pairs.columns:
        return np.ascontiguousarray(pairs.matrix, dtype=np.float64)
    missing = [name for name in columns if name not in pairs.columns]
    if missing:
        raise BadBundle(f"the ranker reads columns that the pairs do not have: {', '.join(missing)}")
    own = pairs.matrix[:, [pairs.columns.index(name) for name in columns]]
    return np.ascontiguousarray(
        own, dtype=np.float64
    )  # one layout, hence one order of summing, hence the same bytes


def check_outcomes(pairs: PairFeatures, awarded: NDArray[Any]) -> NDArray[np.float64]:
    """Give the outcomes as 0.0 and 1.0; raises BadExperiment when they cannot be learned from."""
    if len(awarded) != len(pairs):
        raise BadExperiment(f"{len(pairs)} pairs came with {len(awarded)} outcomes")
    outcomes = np.asarray(awarded, dtype=np.float64)
    if not np.isin(outcomes, (0.0, 1.0)).all():
        raise BadExperiment("an outcome to learn from is 0 or 1")
    if not 0.0 < outcomes.mean() < 1.0 if len(outcomes) else True:
        raise BadExperiment("learning needs pairs that were awarded and pairs that were not")
    return outcomes
