"""Logistic regression that reads its pairs part by part, so that memory stays flat however many there are.

The objective is scikit-learn's (`LogisticRegression`, penalty l2), which holds the whole table; here scipy's Newton
steps ask for value, gradient and Hessian, each a sum over parts, in some ten passes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from features.pairs import PairFeatures
from models.rankers.linear import LinearRanker, Part, Parts, Scale
from models.rankers.protocol import Scores, check_outcomes

PRECISION: Final = 1e-9
"""The search ends where the gradient, per pair, is smaller than this."""
STEPS: Final = 100


class Logistic(BaseModel):
    """Logistic regression on standardised columns, each pair for itself."""

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
        check_outcomes(pairs, awarded)
        return self.fit_parts(lambda: iter([Part(pairs, awarded, weights)]))

    def fit_parts(self, parts: Parts) -> LinearRanker:
        """Learn the same from pairs that come part by part and are never all held."""
        from scipy.optimize import minimize  # only for those who fit

        scale = Scale.of(parts, self.columns)
        loss = _Loss(parts, scale, self.strength)
        size = len(scale.names) + len(scale.gaps) + 1
        found = minimize(
            loss.value,
            np.zeros(size),
            jac=loss.gradient,
            hess=loss.curvature,
            method="trust-exact",
            options={"gtol": PRECISION * max(scale.pairs, 1), "maxiter": STEPS},
        ).x
        return scale.ranker(self.kind, found[:-1], float(found[-1]))


@dataclass
class _Loss:
    """½ |weights|² + C x the summed log-loss; the last weight is the baseline, which is not penalised."""

    parts: Parts
    scale: Scale
    strength: float
    _at: Scores = field(default_factory=lambda: np.zeros(0))
    _found: tuple[float, Scores, Scores] = (0.0, np.zeros(0), np.zeros(0))

    def value(self, weights: Scores) -> float:
        return self._passed(weights)[0]

    def gradient(self, weights: Scores) -> Scores:
        return self._passed(weights)[1]

    def curvature(self, weights: Scores) -> Scores:
        return self._passed(weights)[2]

    def _passed(self, weights: Scores) -> tuple[float, Scores, Scores]:
        """Go through all pairs once for all three, and remember them until other weights are asked for."""
        if np.array_equal(self._at, weights):
            return self._found
        penalised = np.ones(len(weights))
        penalised[-1] = 0.0
        value = 0.5 * float((penalised * weights) @ weights)
        gradient, curvature = penalised * weights, np.diag(penalised)
        for part in self.parts():
            table = np.column_stack([self.scale.table(part.pairs), np.ones(len(part.pairs))])
            awarded = np.asarray(part.awarded, dtype=np.float64)
            counted = self.strength * (np.ones(len(awarded)) if part.weights is None else part.weights)
            score = table @ weights
            chance = 1.0 / (1.0 + np.exp(-score))
            value += float(counted @ (np.logaddexp(0.0, score) - awarded * score))
            gradient = gradient + table.T @ (counted * (chance - awarded))
            curvature = curvature + (table * (counted * chance * (1.0 - chance))[:, None]).T @ table
        self._at, self._found = weights.copy(), (value, gradient, curvature)
        return self._found
