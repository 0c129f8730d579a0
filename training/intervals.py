"""How sure a measured figure is: bootstrap by applicant, since one person's applications are not independent.

Percentile intervals (Efron 1979) of the cluster bootstrap: whole people are drawn, with all of
their rows.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np
from numpy.typing import NDArray

from training.metrics import Estimate, Floats

Rows = NDArray[np.intp]


def mean_interval(
    values: Floats,
    people: NDArray[np.int64],
    rng: np.random.Generator,
    *,
    weights: Floats | None = None,
    replicates: int = 1000,
    level: float = 0.95,
) -> Estimate:
    """The (weighted) mean of `values` (n,) with an interval; NaN values are left out and not counted.

    `people` (n,) numbers the person that each value is about.
    """
    kept = ~np.isnan(values)
    if not kept.any():
        return Estimate(nan, nan, nan, 0)
    weight = np.ones(len(values)) if weights is None else weights
    _, number = np.unique(people[kept], return_inverse=True)
    sums = np.bincount(number, weights=values[kept] * weight[kept])
    counts = np.bincount(number, weights=weight[kept])
    drawn = np.empty(replicates)
    for replicate in range(replicates):
        times = np.bincount(rng.integers(len(sums), size=len(sums)), minlength=len(sums))
        drawn[replicate] = times @ sums / (times @ counts)
    low, high = _ends(drawn, level)
    return Estimate(float(np.average(values[kept], weights=weight[kept])), low, high, int(kept.sum()))


def paired_interval(
    ours: Floats,
    theirs: Floats,
    people: NDArray[np.int64],
    rng: np.random.Generator,
    *,
    weights: Floats | None = None,
    replicates: int = 1000,
) -> Estimate:
    """The mean of `ours - theirs` over the same queries, with an interval: above 0, ours is better."""
    return mean_interval(ours - theirs, people, rng, weights=weights, replicates=replicates)


def statistic_interval(
    statistic: Callable[[Rows], float],
    people: NDArray[np.int64],
    rng: np.random.Generator,
    *,
    replicates: int = 200,
    level: float = 0.95,
) -> Estimate:
    """Any figure of a set of rows, with an interval; `statistic` is given row numbers, with repeats."""
    if not len(people):
        return Estimate(nan, nan, nan, 0)
    order = np.argsort(people, kind="stable")
    starts = np.flatnonzero(np.diff(people[order], prepend=people[order][0] - 1))
    rows_of = np.split(order, starts[1:])
    drawn = np.array(
        [
            statistic(
                np.concatenate([rows_of[person] for person in rng.integers(len(rows_of), size=len(rows_of))])
            )
            for _ in range(replicates)
        ]
    )
    low, high = _ends(drawn, level)
    return Estimate(statistic(np.arange(len(people))), low, high, len(people))


def _ends(drawn: Floats, level: float) -> tuple[float, float]:
    finite = drawn[np.isfinite(drawn)]
    if not len(finite):
        return nan, nan
    low, high = np.quantile(finite, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
