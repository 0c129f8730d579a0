"""Rankers that add up weighted columns: easy to read, and the best choice while outcomes are few."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from features.columns import monotone_signs
from features.pairs import PairFeatures
from models.rankers.protocol import Arrays, Scores, check_outcomes, chosen

ENOUGH: Final = 1e-9
"""A column that varies less than this has nothing to say."""
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
        scale = Scale.of(lambda: iter([Part(pairs, outcomes, weights)]), self.columns)
        table = scale.table(pairs)
        owners = (
            np.zeros(len(pairs), dtype=np.int64)
            if groups is None
            else np.unique(groups, return_inverse=True)[1]
        )
        implicants = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
        bounds = [implicants[sign] for sign in monotone_signs(scale.names)] + [(None, None)] * len(scale.gaps)
        found = minimize(
            _listwise_loss,
            np.zeros(table.shape[1]),
            args=(table, outcomes, owners, self.ridge),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 500},
        ).x
        return scale.ranker(self.kind, found, 0.0)


def standardised(table: Scores, means: Scores | float, scales: Scores | float) -> Scores:
    """Give (value - mean) / scale held within ±WIDEST; NaN stays NaN."""
    return np.clip((table - means) / scales, -WIDEST, WIDEST)


class Part(NamedTuple):
    """Some of the pairs with what became of them; `weights` None counts all alike."""

    pairs: PairFeatures
    awarded: NDArray[Any]
    weights: Scores | None = None


Parts: TypeAlias = Callable[[], Iterator[Part]]
"""Goes through all pairs, part by part, as often as it is called."""


@dataclass(frozen=True)
class Scale:
    """How columns are standardised, and which of them are not known of every pair."""

    names: tuple[str, ...]
    means: Scores
    scales: Scores
    gaps: NDArray[np.int64]
    """Places of the columns that are not known of every pair; each has a column beside it that says where."""
    pairs: int

    @classmethod
    def of(cls, parts: Parts, columns: tuple[str, ...] | None) -> Scale:
        """Find mean and deviation of each column's known values in one pass (Chan, Golub and LeVeque 1979)."""
        names = next(parts()).pairs.columns if columns is None else columns
        count, mean, squared = np.zeros((3, len(names)))
        blank, seen = np.zeros(len(names), dtype=np.bool_), 0
        for part in parts():
            seen += len(part.pairs)
            for at, name in enumerate(names):
                values = chosen(part.pairs, (name,))[:, 0]
                known = values[np.isfinite(values)]
                blank[at] |= len(known) < len(values)
                if len(known):
                    own = float(known.mean())
                    apart, total = own - mean[at], count[at] + len(known)
                    squared[at] += ((known - own) ** 2).sum() + apart**2 * count[at] * len(known) / total
                    mean[at] += apart * len(known) / total
                    count[at] = total
        deviations = np.sqrt(squared / np.maximum(count, 1))
        return cls(names, mean, np.where(deviations > ENOUGH, deviations, 1.0), np.flatnonzero(blank), seen)

    def table(self, pairs: PairFeatures) -> Scores:
        """Give (pairs, columns + gaps) standardised values, 0 where one is unknown, followed by 1 where it is.

        It goes column by column, so that no more than the one table is held of a million pairs.
        """
        half = len(self.names)
        found = np.zeros((len(pairs), half + len(self.gaps)))
        for at, name in enumerate(self.names):
            values = standardised(chosen(pairs, (name,))[:, 0], self.means[at], self.scales[at])
            found[:, at] = np.nan_to_num(values)
        for at, gap in enumerate(self.gaps.tolist(), start=half):
            found[:, at] = np.isnan(pairs.column(self.names[gap]))
        return found

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
