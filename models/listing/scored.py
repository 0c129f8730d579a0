"""Every grant of a catalogue described, scored and grouped for one person and one need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.pairing import Described
from models.rankers.calibration import Chances


@dataclass(frozen=True)
class Scored:
    """Every grant described and scored."""

    described: Described
    scores: NDArray[np.float64]
    """(grants,) by which the list is ordered."""
    awards: Chances | None
    """(grants,) chances of an award of those who qualify and apply."""
    award_points: NDArray[np.float64]
    """(grants,) what these chances add to the scores."""
    groups: NDArray[np.int64]
    """(grants,) places in `GROUPS`."""
