"""How well rankings serve needs that were met by grants of which little was known, and of which much was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from features.pairs import NAMES
from training.lists import Candidates, Lists
from training.metrics import Floats

STEPS: Final = (0, 1, 3, 10, 30, 100, 300)
"""Past awards of the grant that met a need, each step up to the next; the last has no end."""


def by_outcomes(figures: Mapping[str, Floats], lists: Lists) -> list[dict[str, Any]]:
    """Give for each step that has needs: its ends, how many needs, and the mean figure of each ranking.

    `figures` are (needs,) nDCG@10 by ranking against what was awarded: only an award tells what met a need.
    """
    known = np.array([_known(one) for one in lists.lists], dtype=np.float64)
    ends = (*STEPS[1:], np.inf)
    found = []
    for start, end in zip(STEPS, ends, strict=True):
        mine = (known >= start) & (known < end)
        if mine.any():
            step = {"from": start, "below": None if np.isinf(end) else end, "needs": int(mine.sum())}
            weights = lists.weights[mine]
            means = {
                name: float(np.average(values[mine], weights=weights)) for name, values in figures.items()
            }
            found.append({**step, "ndcg_at_10": means})
    return found


def _known(one: Candidates) -> float:
    """Past awards of the grant that met a need, the least known where several did; NaN where none did."""
    if not one.awarded.any():
        return float("nan")
    made = one.features.matrix[one.awarded, NAMES.index("awards_made")]
    return float(np.round(np.expm1(made.min())))
