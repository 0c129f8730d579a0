"""What past outcomes say of a need: how often those who qualify and apply get an award."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.people.applicants import Need
from features.embedding import Vectors
from features.grant_index import GrantIndex
from features.history import AwardHistory
from features.pairs import pair_features
from models.rankers.calibration import Calibration, Chances
from models.rankers.protocol import Ranker


@dataclass(frozen=True)
class Awards:
    """A history of decisions with the ranker and the calibration that were learned from it."""

    index: GrantIndex
    history: AwardHistory
    ranker: Ranker
    calibration: Calibration

    def chances(
        self, need: Need, vector: Vectors | None, areas: Sequence[str], *, on: date
    ) -> Chances | None:
        """Give (grants,) the chances of an award; None on a day before the last decision that was learned from."""
        if self.history.before > on:
            return None
        pairs = pair_features(need, vector, areas, self.index, self.history, on=on)
        return self.calibration.estimate(self.ranker.score(pairs), pairs=pairs)

    def points(self, chances: Chances) -> NDArray[np.float64]:
        """Give (grants,) the logarithm of each chance over that of all; 0 where nothing is calibrated.

        A score beyond those that were calibrated counts as the nearest of them, so that it does not rise by being odd.

        A score stands for the logarithm of how much a grant is worth seeing, so that a chance adds to it as the product
        of worth and chance asks (expected surplus).
        """
        usual = self.calibration.awarded.sum() / max(self.calibration.decided.sum(), 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.nan_to_num(np.log(chances.nearest / usual)), dtype=np.float64)
