"""Takes over fitted estimators of scikit-learn and LightGBM into plain arrays, so that any of them can be a ranker.

To add one, write it into `ESTIMATORS` under a name: linear models, histogram boosting and LightGBM are taken over as
they are; what cannot be written as plain arrays, or would then score otherwise, is refused in words.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from data.errors import BadExperiment
from features.pairs import PairFeatures
from models.rankers.boosting import from_lightgbm, from_scikit
from models.rankers.linear import LinearRanker, Part, Scale
from models.rankers.protocol import Ranker, Scores, check_outcomes, chosen
from models.rankers.trees import TreeRanker, joined

Read = Callable[[PairFeatures], Scores]
"""Gives what an estimator reads of pairs: (pairs, its own columns)."""
SAMPLED: Final = 2000
"""Pairs of which the scores are compared with the estimator's own."""
ALIKE: Final = 1e-6
"""Scores further apart than this, as a share of the largest, are another model's."""
STORED: Final = (
    "these can be stored: linear models, and histogram boosting and LightGBM that cut columns at numbers"
)


def _scikit(module: str, name: str) -> Callable[..., Any]:
    def made(**settings: Any) -> Any:
        from importlib import import_module  # a second to import: only for those who fit

        return getattr(import_module(f"sklearn.{module}"), name)(**settings)

    return made


def _lightgbm(name: str) -> Callable[..., Any]:
    def made(**settings: Any) -> Any:
        try:
            import lightgbm
        except ImportError as error:
            raise BadExperiment("LightGBM needs the package lightgbm, which is not installed") from error
        kind = getattr(lightgbm, name)
        aliases = lightgbm.basic._ConfigAliases._get_all_param_aliases()
        known = {*kind().get_params(), *aliases, *(alias for many in aliases.values() for alias in many)}
        if unknown := sorted(set(settings) - known):  # LightGBM itself would pass over them
            raise BadExperiment(f"there is no setting {unknown[0]!r} of LightGBM")
        fixed = {"verbose": -1, "deterministic": True, "force_row_wise": True, "n_jobs": 1}
        return kind(**{**fixed, **settings})

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
        except (TypeError, BadExperiment) as error:
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
    """Fit an estimator and take it over: linear ones read standardised columns, trees the columns as they are.

    Raises BadExperiment for what cannot be fitted, and for what would be served with other scores than its own.
    """
    names = pairs.columns if columns is None else columns
    cuts = not {"max_leaf_nodes", "num_leaves"}.isdisjoint(model.get_params())
    refusals: tuple[type[Exception], ...] = (BadExperiment, ValueError, TypeError, *_errors_of_lightgbm())
    try:
        ranker, read = (_trees if cuts else _linear)(name, model, pairs, outcomes, weights, names)
        _check_same(model, ranker, read, _sample(pairs))
    except refusals as error:
        raise BadExperiment(f"{name}: {' '.join(str(error).split())}; {STORED}") from None
    return ranker


def _linear(
    name: str,
    model: Any,
    pairs: PairFeatures,
    outcomes: NDArray[np.float64],
    weights: NDArray[np.float64] | None,
    names: tuple[str, ...],
) -> tuple[LinearRanker, Read]:
    scale = Scale.of(lambda: iter([Part(pairs, outcomes, weights)]), names)
    _fit(model, scale.table(pairs), outcomes, weights)
    if not hasattr(model, "coef_"):
        raise BadExperiment(f"a {type(model).__name__} cannot be kept as plain arrays")
    found = np.asarray(model.coef_, dtype=np.float64).ravel()
    return scale.ranker(name, found, float(np.ravel(model.intercept_)[0])), scale.table


def _trees(
    name: str,
    model: Any,
    pairs: PairFeatures,
    outcomes: NDArray[np.float64],
    weights: NDArray[np.float64] | None,
    names: tuple[str, ...],
) -> tuple[TreeRanker, Read]:
    table = chosen(pairs, names)
    table[:, np.isnan(table).all(axis=0)] = 0.0  # scikit-learn cannot cut a column that is wholly unknown
    _fit(model, table, outcomes, weights)
    if hasattr(model, "booster_"):
        dumped = model.booster_.dump_model()["tree_info"]
        trees, constant = [from_lightgbm(one["tree_structure"]) for one in dumped], 0.0
    elif hasattr(model, "_predictors"):
        trees = [from_scikit(step[0].nodes) for step in model._predictors]
        constant = float(np.ravel(model._baseline_prediction)[0])
    else:
        raise BadExperiment(f"a {type(model).__name__} cannot be kept as plain arrays")
    return TreeRanker(name, names, joined(trees), constant), lambda some: chosen(some, names)


def _fit(
    model: Any, table: Scores, outcomes: NDArray[np.float64], weights: NDArray[np.float64] | None
) -> None:
    """Fit an estimator; raises BadExperiment for one that counts all pairs alike where they do not count alike."""
    from sklearn.utils.validation import has_fit_parameter  # a second to import: only for those who fit

    if has_fit_parameter(model, "sample_weight"):
        model.fit(table, outcomes, sample_weight=weights)
    elif weights is None:
        model.fit(table, outcomes)
    else:
        raise BadExperiment(
            f"a {type(model).__name__} cannot count some pairs less than others, which a fit needs; take an "
            "estimator whose fit has sample_weight"
        )


def _sample(pairs: PairFeatures) -> PairFeatures:
    """Give at most SAMPLED of the pairs, evenly spread, and each again with a seventh of its numbers unknown."""
    some = pairs.matrix[:: len(pairs) // SAMPLED + 1]
    blank = np.arange(some.size).reshape(some.shape) % 7 == 0
    return PairFeatures(pairs.columns, np.concatenate([some, np.where(blank, np.float32(np.nan), some)]))


def _check_same(model: Any, ranker: Ranker, read: Read, pairs: PairFeatures) -> None:
    """Raise BadExperiment where plain arrays score pairs otherwise than the estimator that they were taken from."""
    ours, theirs = ranker.score(pairs), _own_scores(model, read(pairs))
    apart = float(np.abs(ours - theirs).max(initial=0.0))
    if not apart <= ALIKE * max(1.0, float(np.abs(theirs).max(initial=0.0))):
        raise BadExperiment(
            f"the scores of a {type(model).__name__} with these settings and those of its plain arrays differ by "
            f"up to {apart:.2g}, so that another model would be served"
        )


def _own_scores(model: Any, table: Scores) -> Scores:
    """Give an estimator's own scores (pairs,): those before any link function, where it has one."""
    if hasattr(model, "booster_"):
        return np.asarray(model.predict(table, raw_score=True), dtype=np.float64)
    ways = ("_raw_predict", "_linear_predictor", "decision_function", "predict")
    score = next(getattr(model, way) for way in ways if hasattr(model, way))
    return np.ravel(score(table)).astype(np.float64)


def _errors_of_lightgbm() -> tuple[type[Exception], ...]:
    """What LightGBM raises beside the errors of Python; nothing where it was not imported."""
    imported = sys.modules.get("lightgbm.basic")
    return () if imported is None else (imported.LightGBMError,)
