"""Whether a protected group stands high enough in every prefix of a list (FA*IR; Zehlike et al., CIKM 2017)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor

import numpy as np
from scipy.stats import binom


def least_protected(places: int, share: float, doubt: float) -> list[int]:
    """Give for each prefix how many protected ones a fair draw has at least: the binomial quantile at `doubt`.

    >>> least_protected(10, .5, .1)
    [0, 0, 0, 1, 1, 1, 2, 2, 3, 3]
    """
    return [int(binom.ppf(doubt, place, share)) for place in range(1, places + 1)]


def chance_of_failing(least: Sequence[int], share: float) -> float:
    """Chance that a fair draw misses some prefix's least number, by following how many were drawn so far.

    >>> chance_of_failing(least_protected(10, .5, .1), .5)
    0.12890625
    """
    alive = np.array([1.0])
    for needed in least:
        alive = np.append(alive * (1 - share), 0.0) + np.append(0.0, alive * share)
        alive[:needed] = 0.0
    return float(1 - alive.sum())


def adjusted(places: int, share: float, doubt: float) -> list[int]:
    """Give the table whose chance of failing a fair draw, over all prefixes together, is nearest to `doubt`.

    >>> adjusted(10, .5, .1), round(chance_of_failing(adjusted(10, .5, .1), .5), 6)
    ([0, 0, 0, 1, 1, 1, 2, 2, 2, 3], 0.111328)
    """
    return least_protected(places, share, adjusted_doubt(places, share, doubt))


def adjusted_doubt(places: int, share: float, doubt: float) -> float:
    """Find by halving the doubt of one prefix at which all prefixes together fail a fair draw in about `doubt`."""
    low, high = 0.0, doubt
    best, distance = doubt, abs(chance_of_failing(least_protected(places, share, doubt), share) - doubt)
    for _ in range(40):
        middle = (low + high) / 2
        found = chance_of_failing(least_protected(places, share, middle), share)
        if abs(found - doubt) < distance:
            best, distance = middle, abs(found - doubt)
        low, high = (middle, high) if found < doubt else (low, middle)
    return best


def infeasible(groups: Sequence[str], target: Mapping[str, float]) -> int:
    """Count the prefixes in which some group has fewer than its share, rounded down (Geyik et al. 2019).

    >>> infeasible(list("XXXY"), {"X": .5, "Y": .5})
    3
    """
    return sum(
        any(
            list(groups[:place]).count(group) < floor(share * place + 1e-9) for group, share in target.items()
        )
        for place in range(1, len(groups) + 1)
    )
