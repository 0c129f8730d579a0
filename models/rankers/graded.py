"""Rankers that learn from grades, 0 (of no use) and up, as partners give them when they judge an order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data.errors import BadExperiment
from features.columns import monotone_signs
from features.pairs import PairFeatures
from models.rankers.boosting import from_lightgbm
from models.rankers.linear import LinearRanker, Listwise
from models.rankers.protocol import Scores, chosen
from models.rankers.trees import TreeRanker, Trees, joined

HIGHEST: Final = 30
"""LightGBM knows gains of grades up to this."""


class GradedTrees(BaseModel):
    """Boosted trees for the order of graded pairs within a need (LightGBM), averaged over several seeds."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["graded_trees"] = "graded_trees"
    objective: Literal["lambdarank", "rank_xendcg"] = "lambdarank"
    """LightGBM's objective for orders."""
    trees: int = Field(default=200, ge=1)
    """Trees, one after the other."""
    leaves: int = Field(default=8, ge=2, le=64)
    """Leaves of a tree, at most."""
    learning_rate: float = Field(default=0.05, gt=0)
    """How much each tree counts."""
    least_pairs: int = Field(default=50, ge=1)
    """Pairs in a leaf, at least."""
    least_curvature: float = Field(default=5.0, ge=0)
    """Sum of second derivatives in a leaf, at least."""
    column_share: float = Field(default=0.3, gt=0, le=1)
    """Share of the columns that each tree may read."""
    pair_share: float = Field(default=0.9, gt=0, le=1)
    """Share of the pairs that each tree learns from."""
    seeds: int = Field(default=1, ge=1)
    """Fits with different seeds, averaged."""

    def fit(
        self,
        pairs: PairFeatures,
        grades: NDArray[Any],
        *,
        groups: NDArray[np.int64],
        weights: NDArray[np.float64] | None = None,
        seed: int = 0,
    ) -> TreeRanker:
        """Learn the order within each group of (pairs,) whole grades from 0 on; `weights` count pairs, None alike."""
        order = np.argsort(groups, kind="stable")
        grades = check_grades(pairs, grades)[order]
        weights = None if weights is None else weights[order]
        table = chosen(pairs, pairs.columns)[order]
        sizes = np.unique(groups, return_counts=True)[1]
        found = [
            tree
            for at in range(self.seeds)
            for tree in self._trees(pairs, (table, grades, weights), sizes, seed + at)
        ]
        whole = joined(found)
        return TreeRanker(self.kind, pairs.columns, replace(whole, value=whole.value / self.seeds), 0.0)

    def _trees(
        self,
        pairs: PairFeatures,
        rows: tuple[Scores, Scores, Scores | None],
        sizes: NDArray[np.int64],
        seed: int,
    ) -> list[Trees]:
        try:
            import lightgbm
        except ImportError as error:
            raise BadExperiment("graded trees need the package lightgbm, which is not installed") from error
        settings = {
            "objective": self.objective,
            "num_leaves": self.leaves,
            "learning_rate": self.learning_rate,
            "min_data_in_leaf": self.least_pairs,
            "min_sum_hessian_in_leaf": self.least_curvature,
            "feature_fraction": self.column_share,
            "bagging_fraction": self.pair_share,
            "bagging_freq": 1,
            "monotone_constraints": monotone_signs(pairs.columns),
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "verbose": -1,
        }
        table, grades, weights = rows
        told = lightgbm.Dataset(table, grades, group=sizes, weight=weights)
        model = lightgbm.train(settings, told, num_boost_round=self.trees)
        return [from_lightgbm(tree["tree_structure"]) for tree in model.dump_model()["tree_info"]]


class GradedLinear(BaseModel):
    """A linear model of which pair of each need stands on top, each in proportion to its gain 2^grade - 1 (ListNet)."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["graded_linear"] = "graded_linear"
    ridge: float = Field(default=100.0, ge=0)
    """Penalty on the squared weights."""

    def fit(
        self,
        pairs: PairFeatures,
        grades: NDArray[Any],
        *,
        groups: NDArray[np.int64],
        weights: NDArray[np.float64] | None = None,
        seed: int = 0,
    ) -> LinearRanker:
        """Learn the order within each group; `weights` count pairs, None all alike; `seed` plays no part."""
        gains = 2.0 ** check_grades(pairs, grades) - 1.0
        owners = np.unique(groups, return_inverse=True)[1]
        share = gains / np.maximum(np.bincount(owners, weights=gains)[owners], 1e-12)
        if weights is not None:
            share = share * weights
        found = Listwise(ridge=self.ridge).fit(pairs, gains > 0, weights=share, groups=groups)
        return replace(found, name=self.kind)


def check_grades(pairs: PairFeatures, grades: NDArray[Any]) -> Scores:
    """Give the grades as numbers; raises BadExperiment when they cannot be learned from."""
    if len(grades) != len(pairs):
        raise BadExperiment(f"{len(pairs)} pairs came with {len(grades)} grades")
    found = np.asarray(grades, dtype=np.float64)
    if not (np.isin(found, np.arange(HIGHEST + 1.0))).all():
        raise BadExperiment(f"a grade is a whole number from 0 to {HIGHEST}")
    if not len(found) or (found == found[0]).all():
        raise BadExperiment("learning needs pairs of different grades")
    return found
