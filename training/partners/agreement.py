"""How far people who grade the same things agree: Krippendorff's alpha for ordered grades.

Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011). 1 is agreement without exception, 0 what
chance would give, below 0 they disagree more than by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


def ordinal_alpha(units: Iterable[Sequence[int]]) -> float:
    """Krippendorff's alpha of ordered grades; each unit holds the grades that it was given, in any order.

    A unit with one grade says nothing. NaN where no unit was graded twice, or all grades are the same.

    Two units, graded 0 and 1, 1 and 1: o(0,1) = 1, n = (1, 3), delta(0,1) = ((1 + 3) - (1 + 3) / 2)^2 = 4,
    so alpha = 1 - (4 - 1) * (1 * 4) / (1 * 3 * 4) = 0.

    >>> ordinal_alpha([(0, 1), (1, 1), (3,)])
    0.0
    """
    together = _coincidences([unit for unit in units if len(unit) > 1])
    counts = together.sum(axis=1)
    whole = counts.sum()
    if whole == 0 or np.count_nonzero(counts) < 2:
        return float("nan")
    distance = ordinal_distance(counts)
    observed, expected = (
        float((together * distance).sum()),
        float((np.outer(counts, counts) * distance).sum()),
    )
    return 1.0 - (float(whole) - 1.0) * observed / expected


def ordinal_distance(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """(grades, grades) squared distances: how many grades were given from one to the other, half of both ends' own."""
    up_to = np.cumsum(counts)
    grades = np.arange(len(counts))
    low, high = np.minimum.outer(grades, grades), np.maximum.outer(grades, grades)
    between = up_to[high] - up_to[low] + counts[low]
    return np.asarray((between - (counts[low] + counts[high]) / 2) ** 2, dtype=np.float64)


def _coincidences(units: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """(grades, grades) pairs of grades within units, each unit's pairs weighed by 1 / (its grades - 1)."""
    highest = max((max(unit) for unit in units), default=0)
    found = np.zeros((highest + 1, highest + 1))
    for unit in units:
        given = np.bincount(unit, minlength=highest + 1).astype(np.float64)
        found += (np.outer(given, given) - np.diag(given)) / (len(unit) - 1)
    return found
