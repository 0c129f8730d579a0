"""How sure a group's figure is: people are drawn anew with all that is theirs, since their rows are not independent.

Each person counts so many times as a Poisson variable of mean 1 says (the Poisson bootstrap; Chamandy et al. 2012,
"Estimating uncertainty for massive data streams"), so that all replicates of all groups are products of matrices.
Percentiles are widened for small groups by Student's t (the expanded percentile interval; Hesterberg 2015).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit
from scipy.stats import poisson

from training.fairness.exposure import Floats
from training.fairness.measures import Measure

REPLICATES: Final = 1000
TOGETHER: Final = 100
"""Replicates of which the weights are held at once."""

STEPS: Final = 2**16
"""A weight is looked up by a number below this: six times as quick as drawing a Poisson variable."""

Codes = NDArray[np.int64]
"""(people,) the place of each person's group among the names of an attribute."""
Weights = NDArray[np.float32]


@dataclass(frozen=True)
class Drawn:
    """Sums over drawn people: replicates × groups × measures; `rest` is everybody outside of a group."""

    numerators: Floats
    denominators: Floats

    @property
    def values(self) -> Floats:
        """The figure of each group in each replicate; NaN where nobody of it was drawn."""
        return _ratio(self.numerators, self.denominators)

    @property
    def rest(self) -> Floats:
        """The figure of everybody else."""
        over = self.numerators.sum(axis=1, keepdims=True) - self.numerators
        return _ratio(over, self.denominators.sum(axis=1, keepdims=True) - self.denominators)


def _ratio(over: Floats, under: Floats) -> Floats:
    return np.asarray(np.divide(over, under, out=np.full(over.shape, np.nan), where=under > 1e-12))


def drawn(
    measures: Sequence[Measure],
    attributes: Sequence[tuple[Codes, int]],
    rng: np.random.Generator,
    *,
    replicates: int = REPLICATES,
) -> list[Drawn]:
    """Draw people for every attribute (its codes and how many groups it has) with the same draws."""
    columns = np.array([one.numerator for one in measures] + [one.denominator for one in measures]).T
    columns = np.ascontiguousarray(columns, dtype=np.float32)
    people, width = columns.shape
    sums = [np.empty((replicates, groups, width)) for _, groups in attributes]
    members = [[np.flatnonzero(codes == group) for group in range(groups)] for codes, groups in attributes]
    for rows in _chunks(replicates):
        times = weights_of_people(rng, rows.stop - rows.start, people)
        for found, groups in zip(sums, members, strict=True):
            for group, own in enumerate(groups):
                found[rows, group] = times[:, own] @ columns[own]
    half = len(measures)
    return [Drawn(found[..., :half], found[..., half:]) for found in sums]


def weights_of_people(rng: np.random.Generator, replicates: int, people: int) -> Weights:
    """Draw (replicates, people) how often each person counts: Poisson of mean 1, in steps of 1/65536.

    >>> drawn = weights_of_people(np.random.default_rng(0), 1000, 100)
    >>> round(float(drawn.mean()), 2), round(float(drawn.var()), 2)
    (1.0, 1.0)
    """
    return _times()[rng.integers(0, STEPS, (replicates, people), dtype=np.uint16)]


@cache
def _times() -> Weights:
    """(STEPS,) the quantiles of a Poisson variable of mean 1."""
    return np.asarray(poisson.ppf((np.arange(STEPS) + 0.5) / STEPS, 1.0), dtype=np.float32)


def _chunks(count: int) -> Iterator[slice]:
    for start in range(0, count, TOGETHER):
        yield slice(start, min(start + TOGETHER, count))


def interval(values: Floats, people: float, *, level: float = 0.95) -> tuple[float, float]:
    """Give the ends of an expanded percentile interval of (replicates,) values that rest on so many people.

    >>> low, high = interval(np.linspace(-1, 1, 2001), 5)
    >>> low < -.975 and high > .975  # wider than the middle 95 %
    True
    """
    finite = values[np.isfinite(values)]
    if not len(finite) or people < 2:
        return float("nan"), float("nan")
    tail = float(ndtr(np.sqrt(people / (people - 1)) * stdtrit(people - 1, (1 - level) / 2)))
    low, high = np.quantile(finite, [tail, 1 - tail])
    return float(low), float(high)
