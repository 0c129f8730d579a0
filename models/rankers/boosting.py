"""Fits boosted trees, by scikit-learn or LightGBM, and takes them over into plain arrays."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data.errors import BadExperiment
from features.columns import monotone_signs
from features.pairs import PairFeatures
from models.rankers.protocol import Scores, check_outcomes, chosen
from models.rankers.trees import TreeRanker, Trees, joined, mean_values


class Boosting(BaseModel):
    """Gradient-boosted trees of an award's log-odds (scikit-learn), monotone where the columns say so."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["boosting"] = "boosting"
    columns: tuple[str, ...] | None = None
    """The columns to read; None for all."""
    trees: int = Field(default=150, ge=1)
    """Trees, one after the other."""
    leaves: int = Field(default=8, ge=2, le=64)
    """Leaves of a tree, at most."""
    learning_rate: float = Field(default=0.08, gt=0)
    """How much each tree counts."""
    least_pairs: int = Field(default=20, ge=1)
    """Pairs in a leaf, at least."""
    ridge: float = Field(default=1.0, ge=0)
    """Penalty on the squared values of leaves."""
    column_share: float = Field(default=1.0, gt=0, le=1)
    """Share of the columns, drawn anew, that each cut may choose from."""
    one_way: tuple[tuple[str, int], ...] = ()
    """Columns beyond the product's own that may only push one way, each with its sign."""

    def fit(
        self,
        pairs: PairFeatures,
        awarded: NDArray[Any],
        *,
        weights: NDArray[np.float64] | None = None,
        groups: NDArray[np.int64] | None = None,
        seed: int = 0,
    ) -> TreeRanker:
        """Learn the log-odds of an award; `groups` plays no part."""
        from sklearn.ensemble import HistGradientBoostingClassifier  # only for those who fit

        outcomes = check_outcomes(pairs, awarded)
        names = pairs.columns if self.columns is None else self.columns
        model = HistGradientBoostingClassifier(
            max_iter=self.trees,
            max_leaf_nodes=self.leaves,
            learning_rate=self.learning_rate,
            min_samples_leaf=self.least_pairs,
            l2_regularization=self.ridge,
            monotonic_cst=[
                dict(self.one_way).get(name, sign)
                for name, sign in zip(names, monotone_signs(names), strict=True)
            ],
            max_features=self.column_share,
            early_stopping=False,
            random_state=seed,
        )
        table = chosen(pairs, names)
        table[:, np.isnan(table).all(axis=0)] = 0.0  # scikit-learn cannot cut a column that is wholly unknown
        model.fit(table, outcomes, sample_weight=weights)
        trees = joined([from_scikit(step[0].nodes) for step in model._predictors])
        return TreeRanker(self.kind, names, trees, float(model._baseline_prediction.ravel()[0]))


class LambdaMart(BaseModel):
    """Boosted trees for the order of grants within a need (LightGBM, an extra of the package)."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["lambdamart"] = "lambdamart"
    columns: tuple[str, ...] | None = None
    """The columns to read; None for all."""
    trees: int = Field(default=150, ge=1)
    """Trees, one after the other."""
    leaves: int = Field(default=8, ge=2, le=64)
    """Leaves of a tree, at most."""
    learning_rate: float = Field(default=0.08, gt=0)
    """How much each tree counts."""
    least_pairs: int = Field(default=20, ge=1)
    """Pairs in a leaf, at least."""
    ridge: float = Field(default=1.0, ge=0)
    """Penalty on the squared values of leaves."""
    objective: Literal["lambdarank", "rank_xendcg"] = "lambdarank"
    """LightGBM's objective for orders."""

    def fit(
        self,
        pairs: PairFeatures,
        awarded: NDArray[Any],
        *,
        weights: NDArray[np.float64] | None = None,
        groups: NDArray[np.int64] | None = None,
        seed: int = 0,
    ) -> TreeRanker:
        """Learn the order within each group; raises BadExperiment without groups or without LightGBM."""
        if groups is None:
            raise BadExperiment("lambdamart learns an order within groups of pairs, and no groups were given")
        try:
            import lightgbm
        except ImportError as error:
            raise BadExperiment("lambdamart needs the package lightgbm, which is not installed") from error
        outcomes = check_outcomes(pairs, awarded)
        names = pairs.columns if self.columns is None else self.columns
        order = np.argsort(groups, kind="stable")
        sizes = np.unique(groups, return_counts=True)[1]
        table = lightgbm.Dataset(
            chosen(pairs, names)[order],
            outcomes[order],
            group=sizes,
            weight=None if weights is None else weights[order],
        )
        booster = lightgbm.train(self._parameters(names, seed), table, num_boost_round=self.trees)
        found = [from_lightgbm(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
        return TreeRanker(self.kind, names, joined(found), 0.0)

    def _parameters(self, names: tuple[str, ...], seed: int) -> dict[str, Any]:
        return {
            "objective": self.objective,
            "num_leaves": self.leaves,
            "learning_rate": self.learning_rate,
            "min_data_in_leaf": self.least_pairs,
            "lambda_l2": self.ridge,
            "monotone_constraints": monotone_signs(names),
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "verbose": -1,
        }


def from_scikit(nodes: NDArray[Any]) -> Trees:
    """Take over the nodes of one tree, as scikit-learn keeps them (parents stand before children).

    Raises BadExperiment for a tree that cuts a column by sets of values.
    """
    if nodes["is_categorical"].any():
        raise BadExperiment("its categorical_features cut a column by sets of values")
    own = np.arange(nodes.size)
    leaf = nodes["is_leaf"].astype(bool)
    left = np.where(leaf, own, nodes["left"]).astype(np.int64)
    right = np.where(leaf, own, nodes["right"]).astype(np.int64)
    return Trees(
        roots=np.zeros(1, dtype=np.int64),
        column=np.where(leaf, 0, nodes["feature_idx"]).astype(np.int64),
        threshold=np.where(leaf, 0.0, nodes["num_threshold"]).astype(np.float64),
        unknown_left=nodes["missing_go_to_left"].astype(bool),
        left=left,
        right=right,
        value=mean_values(left, right, nodes["value"], nodes["count"]),
    )


def from_lightgbm(root: dict[str, Any]) -> Trees:
    """Take over one tree of LightGBM's dump, parents before children; raises BadExperiment for one of no plain cuts."""
    nodes: list[dict[str, Any]] = []
    links: list[list[int]] = []
    stack: list[tuple[dict[str, Any], int, int]] = [(root, -1, 0)]
    while stack:
        node, parent, side = stack.pop()
        own = len(nodes)
        nodes.append(node)
        links.append([own, own])
        if parent >= 0:
            links[parent][side] = own
        if "split_feature" in node:
            stack += [(node["right_child"], own, 1), (node["left_child"], own, 0)]
    _check_plain(nodes)
    left, right = np.array(links, dtype=np.int64).T
    threshold = np.array([float(node.get("threshold", 0.0)) for node in nodes])
    value = np.array([float(node.get("leaf_value", 0.0)) for node in nodes])
    cover = np.array([float(node.get("leaf_count", node.get("internal_count", 1))) for node in nodes])
    return Trees(
        roots=np.zeros(1, dtype=np.int64),
        column=np.array([int(node.get("split_feature", 0)) for node in nodes], dtype=np.int64),
        threshold=threshold,
        unknown_left=_unknown_left(nodes, threshold),
        left=left,
        right=right,
        value=mean_values(left, right, value, cover),
    )


def _check_plain(nodes: list[dict[str, Any]]) -> None:
    for key, value, why in (
        ("decision_type", "==", "its categorical_feature cuts a column by sets of values"),
        ("missing_type", "Zero", "its zero_as_missing reads 0 as unknown"),
    ):
        if any(node.get(key) == value for node in nodes):
            raise BadExperiment(why)
    if any("leaf_coeff" in node for node in nodes):
        raise BadExperiment("its linear_tree lets a leaf add more than one number")


def _unknown_left(nodes: list[dict[str, Any]], threshold: Scores) -> NDArray[np.bool_]:
    """Where LightGBM saw no NaN in training it reads one as 0."""
    as_nan = np.array([node.get("missing_type") == "NaN" for node in nodes])
    default = np.array([bool(node.get("default_left", False)) for node in nodes])
    return np.where(as_nan, default, threshold >= 0.0).astype(bool)
