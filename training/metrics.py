"""How good an order and a chance are: our own metrics, short enough to check by hand.

Where scores tie, a ranking metric is its expectation over all orders of the tied grants, so that a ranker
gains nothing from the order in which a file happens to list them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb, nan

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured figure with its interval and the number of things that it was measured on."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f})"

    def times(self, factor: float) -> Estimate:
        """The figure in another unit, such as as a share."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor, self.count)

    def as_dict(self) -> dict[str, float]:
        """The figure as plain JSON-ready data."""
        return {"value": self.value, "low": self.low, "high": self.high, "count": self.count}


def _runs(scores: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give the order, best first, and where each run of equal scores starts in it."""
    order = np.argsort(-scores, kind="stable")
    return order, np.flatnonzero(np.diff(scores[order], prepend=np.inf))


def _tied_runs(scores: Floats) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Yield each run of equal scores, best first, as (how many stand above it, its positions)."""
    order, starts = _runs(scores)
    for start, end in zip(starts, [*starts[1:], len(order)], strict=False):
        yield int(start), order[start:end]


def discounted_gain(scores: Floats, gains: Floats, *, k: int | None = None) -> float:
    """Sum gain / log2(rank + 1) over the first `k` places (Jarvelin and Kekalainen 2002).

    Ties as in McSherry and Najork 2008.

    >>> discounted_gain(np.array([3.0, 2.0, 1.0]), np.array([1.0, 0.0, 1.0]))
    1.5
    """
    if not len(scores):
        return 0.0
    discounts = 1 / np.log2(np.arange(len(scores)) + 2)
    if k is not None:
        discounts[k:] = 0
    order, starts = _runs(scores)
    sizes = np.diff(starts, append=len(scores))
    means = np.add.reduceat(gains[order], starts) / sizes
    return float(means @ np.add.reduceat(discounts, starts))


def ndcg(scores: Floats, gains: Floats, *, k: int | None = 10) -> float:
    """Discounted gain as a share of the best order's, 0 to 1; NaN where no grant has any gain.

    The best order is taken over *all* candidates, not over the first `k`: a short list earns nothing.

    >>> round(ndcg(np.array([3.0, 2.0, 1.0]), np.array([0.0, 1.0, 1.0])), 4)  # (.6309 + .5) / (1 + .6309)
    0.6934
    """
    _check_gains(scores, gains)
    best = discounted_gain(gains, gains, k=k)
    return discounted_gain(scores, gains, k=k) / best if best > 0 else nan


def reciprocal_rank(scores: Floats, good: NDArray[np.bool_]) -> float:
    """One over the place of the first good grant, 0 to 1; NaN where there is none.

    >>> reciprocal_rank(np.array([0.9, 0.5, 0.1]), np.array([False, True, True]))
    0.5
    >>> reciprocal_rank(np.array([0.5, 0.5]), np.array([False, True]))  # first or second, (1 + 1/2) / 2
    0.75
    """
    _check_gains(scores, good.astype(np.float64))
    for above, run in _tied_runs(scores):
        found = int(good[run].sum())
        if found:
            size = len(run)
            ways = (comb(size - place, found - 1) / (above + place) for place in range(1, size - found + 2))
            return sum(ways) / comb(size, found)
    return nan


def top_k_found(scores: Floats, good: NDArray[np.bool_], *, k: int) -> float:
    """Expected share of the good grants that stand in the first `k` places; NaN where there is none.

    >>> top_k_found(np.array([0.9, 0.5, 0.1]), np.array([True, False, True]), k=2)
    0.5
    """
    _check_gains(scores, good.astype(np.float64))
    total = int(good.sum())
    if not total:
        return nan
    runs = ((above, run) for above, run in _tied_runs(scores) if above < k)
    inside = sum(float(good[run].mean()) * min(len(run), k - above) for above, run in runs)
    return inside / total


def calibration_error(estimates: Floats, awarded: Floats, *, bins: int = 10) -> float:
    """Mean distance of told chance and observed rate over equally full bins, 0 to 1 (ECE).

    Equal estimates always share a bin, so that the order of the rows cannot change the figure.

    >>> round(calibration_error(np.array([0.2, 0.2, 0.8, 0.8]), np.array([0.0, 1.0, 1.0, 1.0]), bins=2), 4)
    0.25
    """
    if not len(estimates):
        return nan
    gaps = ((told - seen) * count for told, seen, count in reliability(estimates, awarded, bins=bins))
    return sum(abs(gap) for gap in gaps) / len(estimates)


def calibration_noise(estimates: Floats, *, bins: int = 10) -> float:
    """The calibration error that true chances would show on average, since so few outcomes fall into each bin.

    The mean distance of a normal variable from its mean is its standard deviation times the root of 2 / pi.

    >>> round(calibration_noise(np.full(100, 0.5)), 4)  # .05 x .7979
    0.0399
    """
    if not len(estimates):
        return nan
    which = _bins(estimates, bins)
    spread = np.bincount(which, weights=estimates * (1 - estimates))
    return float(np.sqrt(spread * 2 / np.pi).sum() / len(estimates))


def _bins(estimates: Floats, bins: int) -> NDArray[np.intp]:
    edges = np.unique(np.quantile(estimates, np.linspace(0, 1, bins + 1)[1:-1], method="lower"))
    return np.asarray(np.searchsorted(edges, estimates, side="right"))


def reliability(estimates: Floats, awarded: Floats, *, bins: int = 10) -> list[tuple[float, float, int]]:
    """Give (mean told chance, observed rate, how many) for each of about equally full bins, lowest first."""
    _check_gains(estimates, awarded)
    which = _bins(estimates, bins)
    chosen = [which == bin_number for bin_number in np.unique(which)]
    return [(float(estimates[rows].mean()), float(awarded[rows].mean()), int(rows.sum())) for rows in chosen]


def brier_score(estimates: Floats, awarded: Floats) -> float:
    """Mean squared distance of told chance and outcome, 0 (perfect) to 1; NaN of nothing.

    One line of our own and not scikit-learn's, which gives the same but checks its input for milliseconds in each of
    the hundreds of draws of an interval.

    >>> brier_score(np.array([0.5, 1.0]), np.array([1.0, 1.0]))
    0.125
    """
    return float(np.mean((estimates - awarded) ** 2)) if len(estimates) else nan


def area_under_curve(scores: Floats, awarded: Floats) -> float:
    """Chance that an awarded application scores above a declined one, 0 to 1; NaN where one kind is absent.

    Ties count half (the Mann-Whitney statistic). It is not scikit-learn's, which gives the same but takes twenty
    times as long, and warns, in each of the hundreds of draws of an interval.

    >>> area_under_curve(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.75
    """
    _check_gains(scores, awarded)
    won = awarded > 0
    pairs = int(won.sum()) * int((~won).sum())
    if not pairs:
        return nan
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle_ranks = np.cumsum(counts) - (counts - 1) / 2
    above = float(middle_ranks[place][won].sum()) - int(won.sum()) * (int(won.sum()) + 1) / 2
    return above / pairs


def _check_gains(scores: Floats, gains: Floats) -> None:
    if scores.shape != gains.shape or scores.ndim != 1:
        raise ValueError(f"scores {scores.shape} and gains {gains.shape} must be two equally long rows")
    if not (np.isfinite(scores).all() and np.isfinite(gains).all()):
        raise ValueError("scores and gains must be finite; leave unknown ones out")
    if (gains < 0).any():
        raise ValueError("gains must not be negative")
