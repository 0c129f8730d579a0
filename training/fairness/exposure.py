"""How much attention a list gives to grants and to groups of them, beside what they merit.

Three position weights are in use in the literature, and figures from different ones must never be compared; what is
published here uses 1 / log2(1 + rank), rank counted from 1, except where a function says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[Any]
WEIGHT: Final = "1 / log2(1 + rank)"


def weights(places: int) -> Floats:
    """Give the weight of each place, 1 / log2(1 + rank) (Järvelin and Kekäläinen 2002; Singh and Joachims 2018).

    >>> weights(3).round(4).tolist()
    [1.0, 0.6309, 0.5]
    """
    return np.asarray(1 / np.log2(np.arange(places) + 2))


def trec_weights(places: int) -> Floats:
    """Give the weights of the TREC Fair Ranking track, 1 / log2(max(rank, 2)); only to check against that peer.

    >>> trec_weights(3).round(4).tolist()
    [1.0, 1.0, 0.6309]
    """
    return np.asarray(1 / np.log2(np.maximum(np.arange(places) + 1, 2)))


def mean_of(values: Floats, groups: Labels, group: object) -> float:
    """Mean of (items,) values within a group: mean exposure, or mean merit (Singh and Joachims 2018).

    >>> round(mean_of(weights(6), np.array(list("XXXYYY")), "X"), 7)
    0.7103099
    """
    return float(values[groups == group].mean())


def treatment_ratio(exposure: Floats, merit: Floats, groups: Labels, first: object, second: object) -> float:
    """Disparate treatment ratio: exposure per merit of the second group over that of the first; 1 is even.

    Singh and Joachims, KDD 2018. NaN where a group has no merit.

    >>> list_one = np.array([.81, .80, .79, .78, .77, .76])
    >>> round(treatment_ratio(weights(6), list_one, np.array(list("XXXYYY")), "X", "Y"), 7)
    0.5722697
    """
    rate = [
        mean_of(exposure, groups, group) / merited
        if (merited := mean_of(merit, groups, group)) > 0
        else np.nan
        for group in (first, second)
    ]
    return float(rate[1] / rate[0])


def shares(values: Floats, groups: Labels, names: Sequence[object]) -> Floats:
    """Share of the whole of (items,) values that each named group has; zeros where there is nothing to share.

    >>> shares(np.array([3.0, 1.0]), np.array(["a", "b"]), ["a", "b"]).tolist()
    [0.75, 0.25]
    """
    found = np.array([values[groups == name].sum() for name in names], dtype=np.float64)
    return found / found.sum() if found.sum() > 0 else found


def attention_fairness(share: Floats, target: Floats, *, base: float = 2.0) -> float:
    """Attention-weighted rank fairness: 1 less the Jensen-Shannon divergence of exposure and target shares.

    From 0 to 1 with logarithms of base 2; TREC takes natural ones, and then it cannot fall below 1 - ln 2
    (Sapiezynski et al. 2019; Raj and Ekstrand 2022).

    >>> share = shares(weights(6), np.array(list("XXXYYY")), ["X", "Y"])
    >>> round(attention_fairness(share, np.array([.5, .5])), 6)
    0.984486
    """
    middle = (share + target) / 2

    def distance(one: Floats) -> float:
        some = one > 0
        return float((one[some] * np.log(one[some] / middle[some])).sum())

    return 1 - (distance(share) + distance(target)) / 2 / float(np.log(base))


def expected_exposure(orders: Sequence[Sequence[int]], chances: Sequence[float], items: int) -> Floats:
    """Give (items,) the exposure that a policy gives: each order of item numbers comes with its chance.

    >>> expected_exposure([[0, 1], [1, 0]], [.5, .5], 2).round(4).tolist()
    [0.8155, 0.8155]
    """
    found = np.zeros(items)
    for order, chance in zip(orders, chances, strict=True):
        found[list(order)] += chance * weights(len(order))
    return found


def target_exposure(relevant: NDArray[np.bool_]) -> Floats:
    """Give (items,) ideal exposure: relevant items share the first places evenly, the others share the rest.

    Diaz et al. 2020.

    >>> target_exposure(np.array([True, False, False])).round(4).tolist()
    [1.0, 0.5655, 0.5655]
    """
    weight, count = weights(len(relevant)), int(relevant.sum())
    first = weight[:count].mean() if count else 0.0
    rest = weight[count:].mean() if count < len(relevant) else 0.0
    return np.where(relevant, first, rest)


def exposure_loss(exposure: Floats, target: Floats) -> tuple[float, float, float]:
    """Give (disparity EE-D, relevance EE-R, loss EE-L), where L = D - 2R + |target|² (Diaz et al. 2020).

    >>> e, t = np.array([1.0, .5]), np.array([.75, .75])
    >>> exposure_loss(e, t)
    (1.25, 1.125, 0.125)
    """
    return float(exposure @ exposure), float(exposure @ target), float(((exposure - target) ** 2).sum())


def attention_inequity(exposures: Sequence[Floats], merits: Sequence[Floats]) -> float:
    """Sum over items of |attention - merit|, each summed over lists in which it adds up to 1 (Biega et al. 2018).

    >>> attention_inequity([np.array([3.0, 1.0])], [np.array([1.0, 1.0])])
    0.5
    """
    attention = sum(one / one.sum() for one in exposures)
    merit = sum(one / one.sum() for one in merits)
    return float(np.abs(attention - merit).sum())


def divergence_along(groups: Labels, target: dict[str, float]) -> float:
    """Normalised discounted KL divergence of each prefix from the target shares; 0 is even (Geyik et al. 2019).

    >>> round(divergence_along(np.array(list("XXXYYY")), {"X": .5, "Y": .5}), 6)
    0.466363
    """
    total = 0.0
    for place, weight in enumerate(weights(len(groups)), start=1):
        for group, wanted in target.items():
            share = float((groups[:place] == group).mean())
            total += weight * share * float(np.log(share / wanted)) if share > 0 else 0.0
    return float(total / weights(len(groups)).sum())


def gini(values: Floats) -> float:
    """How unevenly something is shared, 0 (even) to 1: mean absolute difference over twice the mean (Gini 1912).

    >>> round(gini(np.array([0.0, 0, 1, 3, 6])), 9)
    0.6
    """
    ordered, count = np.sort(values), len(values)
    if not count or ordered.sum() <= 0:
        return float("nan")
    return float((2 * np.arange(1, count + 1) - count - 1) @ ordered / (count * ordered.sum()))
