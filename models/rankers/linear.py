"""Rankers that add up weighted columns: easy to read, and the best choice while outcomes are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from features.columns import monotone_signs
from features.pairs import PairFeatures
from models.rankers.protocol import Arrays, Scores, check_outcomes, chosen

ENOUGH: Final = 1e-9
"""A column that varies less than this has nothing to say."""
LONG: Final = 200_000
"""Logistic regression reads tables of more pairs than this in single precision, which halves them."""
WIDEST: Final = 8.0
"""A column further than so many standard deviations from its mean counts as that far."""


@dataclass(frozen=True)
class LinearRanker:
    """Score = baseline + the sum of weight x (value - mean) / scale; an unknown value adds a learned constant."""

    name: str
    columns: tuple[str, ...]
    means: Scores
    scales: Scores
    weights: Scores
    unknown: Scores
    """(columns,) what is added where a value is not known."""
    baseline: float

    def score(self, pairs: PairFeatures) -> Scores:
        """Give (pairs,) finite scores, higher is better."""
        return np.asarray(self.contributions(pairs).sum(axis=1))

    def contributions(self, pairs: PairFeatures) -> Scores:
        """Give (pairs, columns + 1) what each column adds, the baseline last; a row sums to the score."""
        standard = standardised(chosen(pairs, self.columns), self.means, self.scales)
        added = np.where(np.isnan(standard), self.unknown, self.weights * np.nan_to_num(standard))
        return np.column_stack([added, np.full(len(pairs), self.baseline)])

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give plain arrays that `from_arrays` reads back."""
        return {
            "form": np.array("linear"),
            "name": np.array(self.name),
            "columns": np.array(self.columns, dtype=np.str_),
            "means": self.means,
            "scales": self.scales,
            "weights": self.weights,
            "unknown": self.unknown,
            "baseline": np.array(self.baseline),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> LinearRanker:
        """Read back what `to_arrays` gave."""
        return cls(
            str(arrays["name"]),
            tuple(arrays["columns"].tolist()),
            arrays["means"],
            arrays["scales"],
            arrays["weights"],
            arrays["unknown"],
            float(arrays["baseline"]),
        )


class Logistic(BaseModel):
    """Logistic regression (scikit-learn) on standardised columns, each pair for itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["logistic"] = "logistic"
    columns: tuple[str, ...] | None = None
    """The columns to read; None for all."""
    strength: float = Field(default=0.3, gt=0)
    """C of scikit-learn: the greater, the freer the weights."""

    def fit(
        self,
        pairs: PairFeatures,
        awarded: NDArray[Any],
        *,
        weights: NDArray[np.float64] | None = None,
        groups: NDArray[np.int64] | None = None,
        seed: int = 0,
    ) -> LinearRanker:
        """Learn the log-odds of an award; `groups` and `seed` play no part."""
        from sklearn.linear_model import LogisticRegression  # a second to import: only for those who fit

        outcomes = check_outcomes(pairs, awarded)
        held_in = np.float64 if len(pairs) <= LONG else np.float32
        ready = Prepared.of(pairs, self.columns, held_in=held_in)
        model = LogisticRegression(C=self.strength, max_iter=1000)
        model.fit(ready.table, outcomes, sample_weight=weights)
        found = np.asarray(model.coef_[0], dtype=np.float64)
        return ready.ranker(self.kind, found, float(model.intercept_[0]))


class Listwise(BaseModel):
    """A linear model of which grant of each need was awarded (conditional logit, McFadden 1974).

    The weights of columns that may only push one way are bound to that way.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["listwise"] = "listwise"
    columns: tuple[str, ...] | None = None
    """The columns to read; None for all."""
    ridge: float = Field(default=1.0, ge=0)
    """Penalty on the squared weights, against the summed log-likelihood."""

    def fit(
        self,
        pairs: PairFeatures,
        awarded: NDArray[Any],
        *,
        weights: NDArray[np.float64] | None = None,
        groups: NDArray[np.int64] | None = None,
        seed: int = 0,
    ) -> LinearRanker:
        """Learn the odds between the grants of a need; without `groups` all pairs belong to one need."""
        from scipy.optimize import minimize  # only for those who fit

        outcomes = check_outcomes(pairs, awarded)
        if weights is not None:
            outcomes = outcomes * weights
        ready = Prepared.of(pairs, self.columns)
        owners = (
            np.zeros(len(pairs), dtype=np.int64)
            if groups is None
            else np.unique(groups, return_inverse=True)[1]
        )
        implicants = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
        bounds = [implicants[sign] for sign in monotone_signs(ready.names)] + [(None, None)] * len(ready.gaps)
        found = minimize(
            _listwise_loss,
            np.zeros(ready.table.shape[1]),
            args=(ready.table, outcomes, owners, self.ridge),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 500},
        ).x
        return ready.ranker(self.kind, found, 0.0)


def standardised(table: Scores, means: Scores | float, scales: Scores | float) -> Scores:
    """Give (value - mean) / scale held within ±WIDEST; NaN stays NaN."""
    return np.clip((table - means) / scales, -WIDEST, WIDEST)


@dataclass(frozen=True)
class Prepared:
    """Standardised columns to learn from, and beside them a column for each that has gaps."""

    names: tuple[str, ...]
    means: Scores
    scales: Scores
    gaps: NDArray[np.int64]
    """Which of the columns are not known of every pair."""
    table: NDArray[np.floating[Any]]
    """(pairs, columns + gaps) standardised values, 0 where one is unknown, followed by 1 where it is."""

    @classmethod
    def of(
        cls,
        pairs: PairFeatures,
        columns: tuple[str, ...] | None,
        *,
        held_in: type[np.floating[Any]] = np.float64,
    ) -> Prepared:
        """Go column by column, so that no more than the one table is held of a million pairs."""
        names = pairs.columns if columns is None else columns
        blank = [not np.isfinite(pairs.column(name)).all() for name in names]
        gaps, half = np.flatnonzero(blank), len(names)
        means, scales = np.zeros(half), np.ones(half)
        table = np.zeros((len(pairs), half + len(gaps)), dtype=held_in)
        for at, name in enumerate(names):
            values = chosen(pairs, (name,))[:, 0]
            known = values[np.isfinite(values)]
            if known.size:
                means[at] = known.mean()
                scales[at] = known.std() if known.std() > ENOUGH else 1.0
            table[:, at] = np.nan_to_num(standardised(values, means[at], scales[at]))
        for at, gap in enumerate(gaps.tolist(), start=half):
            table[:, at] = np.isnan(pairs.column(names[gap]))
        return cls(names, means, scales, gaps, table)

    def ranker(self, kind: str, found: Scores, baseline: float) -> LinearRanker:
        """Sort the weights that were learned; a column without gaps adds nothing where it is unknown."""
        half = len(self.names)
        unknown = np.zeros(half)
        unknown[self.gaps] = found[half:]
        return LinearRanker(kind, self.names, self.means, self.scales, found[:half], unknown, baseline)


def _listwise_loss(
    weights: Scores, table: Scores, outcomes: Scores, owners: NDArray[np.int64], ridge: float
) -> tuple[float, Scores]:
    score = table @ weights
    highest = np.full(int(owners.max()) + 1, -np.inf)
    np.maximum.at(highest, owners, score)
    raised = np.exp(score - highest[owners])
    total = np.bincount(owners, weights=raised)
    share = raised / total[owners]
    won = np.bincount(owners, weights=outcomes)
    log_share = score - highest[owners] - np.log(total)[owners]
    loss = -float(outcomes @ log_share) + 0.5 * ridge * float(weights @ weights)
    return loss, table.T @ (won[owners] * share - outcomes) + ridge * weights
