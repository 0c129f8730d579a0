"""Intervals of a share of few people, and how large a gap so many people could have shown."""

from __future__ import annotations

from math import ceil, sqrt
from typing import Final

Z: Final = 1.959963984540054
"""Of 95 %, two-sided."""
Z_POWER: Final = 0.8416212335729143
"""Of 80 % power."""


def wilson(share: float, people: float) -> tuple[float, float]:
    """Give the 95 % score interval of a share of so many people (Wilson 1927).

    >>> [round(end, 3) for end in wilson(6 / 20, 20)]
    [0.145, 0.519]
    """
    middle = (share + Z * Z / 2 / people) / (1 + Z * Z / people)
    half = Z / (1 + Z * Z / people) * sqrt(share * (1 - share) / people + Z * Z / 4 / people**2)
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(one: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float]:
    """Give the interval of the difference of two shares from (share, low, high) of each (Newcombe 1998, method 10).

    >>> a, b = (56 / 70, *wilson(56 / 70, 70)), (48 / 80, *wilson(48 / 80, 80))
    >>> [round(end, 4) for end in newcombe(a, b)]
    [0.0524, 0.3339]
    """
    (a, low_a, high_a), (b, low_b, high_b) = one, other
    return a - b - sqrt((a - low_a) ** 2 + (high_b - b) ** 2), a - b + sqrt(
        (high_a - a) ** 2 + (b - low_b) ** 2
    )


def people_needed(one: float, other: float) -> int:
    """People that each of two groups needs for 80 % power to tell their shares apart at 5 % (normal approximation).

    >>> [people_needed(.3, other) for other in (.1, .2, .25)]
    [59, 291, 1248]
    """
    spread = one * (1 - one) + other * (1 - other)
    return ceil((Z + Z_POWER) ** 2 * spread / (one - other) ** 2)


def gap_that_could_show(spread: float, people: int, rest: int) -> float:
    """Smallest gap of two means that so many people show in 4 of 5 cases; `spread` is one person's deviation.

    >>> round(gap_that_could_show(.5, 300, 300), 3)
    0.114
    """
    return (Z + Z_POWER) * spread * sqrt(1 / people + 1 / rest)
