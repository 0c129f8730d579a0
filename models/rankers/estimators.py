"""Takes over fitted estimators of scikit-learn and LightGBM into plain arrays, so that any of them can be a ranker.

To add one, write it into `ESTIMATORS` under a name: linear models, histogram boosting and LightGBM are taken over as
they are; what cannot be written as plain arrays is refused in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from data.errors import BadExperiment
from features.pairs import PairFeatures
from models.rankers.boosting import from_lightgbm, from_scikit
from models.rankers.linear import Part, Scale
from models.rankers.protocol import Ranker, Scores, check_outcomes, chosen
from models.rankers.trees import TreeRanker, joined


def _scikit(module: str, name: str) -> Callable[..., Any]:
    def made(**settings: Any) -> Any:
        from importlib import import_module  # a second to import: only for those who fit

        return getattr(import_module(f"sklearn.{module}"), name)(**settings)

    return made


def _lightgbm(name: str) -> Callable[..., Any]:
    def made(**settings: Any) -> Any:
        import lightgbm

        fixed = {"verbose": -1, "deterministic": True, "force_row_wise": True, "n_jobs": 1}
        return getattr(lightgbm, name)(**{**fixed, **settings})

    return made


ESTIMATORS: Final[Mapping[str, Callable[..., Any]]] = {
    "logistic": _scikit("linear_model", "LogisticRegression"),
    "ridge": _scikit("linear_model", "RidgeClassifier"),
    "sgd": _scikit("linear_model", "SGDClassifier"),
    "ridge_regression": _scikit("linear_model", "Ridge"),
    "boosting": _scikit("ensemble", "HistGradientBoostingClassifier"),
    "boosting_regression": _scikit("ensemble", "HistGradientBoostingRegressor"),
    "lightgbm": _lightgbm("LGBMClassifier"),
    "lightgbm_regression": _lightgbm("LGBMRegressor"),
}
"""Name in an experiment → what makes the estimator from its settings."""


class Estimator(BaseModel):
    """A classifier or regressor of scikit-learn or LightGBM, by its name in `ESTIMATORS`, with settings of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["estimator"] = "estimator"
    estimator: str
    """Which one: logistic, ridge, sgd, boosting, lightgbm and others of `models/rankers/estimators.py`."""
    settings: dict[str, bool | int | float | str] = Field(default_factory=dict)
    """Its own settings, by the names that it gives them."""
    columns: tuple[str, ...] | None = None
    """The columns to read; None for all."""

    @field_validator("estimator")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in ESTIMATORS:
            raise ValueError(f"there is no estimator {name!r}; known are {', '.join(ESTIMATORS)}")
        return name

    def fit(
        self,
        pairs: PairFeatures,
        awarded: NDArray[Any],
        *,
        weights: NDArray[np.float64] | None = None,
        groups: NDArray[np.int64] | None = None,
        seed: int = 0,
    ) -> Ranker:
        """Learn who is awarded; `groups` plays no part. Raises BadExperiment for settings that it does not take."""
        outcomes = check_outcomes(pairs, awarded)
        try:
            model = ESTIMATORS[self.estimator](**self.settings)
        except TypeError as error:
            raise BadExperiment(f"{self.estimator}: {error}") from None
        if "random_state" in model.get_params():
            model.set_params(random_state=self.settings.get("random_state", seed))
        return fitted(self.estimator, model, pairs, outcomes, weights, self.columns)


def fitted(
    name: str,
    model: Any,
    pairs: PairFeatures,
    outcomes: NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
    columns: tuple[str, ...] | None = None,
) -> Ranker:
    """Fit an estimator and take it over: linear ones read standardised columns, trees the columns as they are."""
    names = pairs.columns if columns is None else columns
    if not {"max_leaf_nodes", "num_leaves"}.isdisjoint(model.get_params()):
        return _trees(name, model, pairs, outcomes, weights, names)
    scale = Scale.of(lambda: iter([Part(pairs, outcomes, weights)]), names)
    _fit(name, model, scale.table(pairs), outcomes, weights)
    if not hasattr(model, "coef_"):
        raise BadExperiment(
            f"{name}: a {type(model).__name__} cannot be kept as plain arrays; linear models, histogram boosting "
            "and LightGBM can"
        )
    found = np.asarray(model.coef_, dtype=np.float64).ravel()
    return scale.ranker(name, found, float(np.ravel(model.intercept_)[0]))


def _trees(
    name: str,
    model: Any,
    pairs: PairFeatures,
    outcomes: NDArray[np.float64],
    weights: NDArray[np.float64] | None,
    names: tuple[str, ...],
) -> TreeRanker:
    table = chosen(pairs, names)
    table[:, np.isnan(table).all(axis=0)] = 0.0  # scikit-learn cannot cut a column that is wholly unknown
    _fit(name, model, table, outcomes, weights)
    if hasattr(model, "booster_"):
        dumped = model.booster_.dump_model()["tree_info"]
        return TreeRanker(name, names, joined([from_lightgbm(one["tree_structure"]) for one in dumped]), 0.0)
    if hasattr(model, "_predictors"):
        trees = joined([from_scikit(step[0].nodes) for step in model._predictors])
        return TreeRanker(name, names, trees, float(np.ravel(model._baseline_prediction)[0]))
    raise BadExperiment(f"{name}: a {type(model).__name__} cannot be kept as plain arrays")


def _fit(
    name: str, model: Any, table: Scores, outcomes: NDArray[np.float64], weights: NDArray[np.float64] | None
) -> None:
    """Fit an estimator; raises BadExperiment for one that counts all pairs alike where they do not count alike."""
    from sklearn.utils.validation import has_fit_parameter  # a second to import: only for those who fit

    if has_fit_parameter(model, "sample_weight"):
        model.fit(table, outcomes, sample_weight=weights)
    elif weights is None:
        model.fit(table, outcomes)
    else:
        raise BadExperiment(
            f"{name}: a {type(model).__name__} cannot count some pairs less than others, which a fit needs; take an "
            "estimator whose fit has sample_weight"
        )
