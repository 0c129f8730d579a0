"""How the first places of a list would change once something is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.qualifying.outlooks import Outlooks
from models.qualifying.spreads import Chances

Floats = NDArray[np.float64]

TOP: Final = 10
"""Grants that a person is taken to look at."""
CHANCES: Final = np.array([0.0, 0.01, 0.05, 0.2, 0.4, 0.7, 1.0])
"""Chances of qualifying at which grants are scored; in between scores are read off."""
GONE: Final = 0.05
"""A grant that keeps no larger part of its chance is taken as ruled out, and leaves the list."""
STILL: Final = 0.1
"""What a chance that moves without changing a place counts, beside one that does."""


@dataclass(frozen=True)
class Front:
    """The first grants of a list, best first."""

    scores: Floats
    """(grants,)."""
    chances: Floats
    """(grants,) how likely the person qualifies."""
    by_chance: Floats
    """(CHANCES, grants) the score of each grant if the person were so likely to qualify."""
    open: NDArray[np.bool_]
    """(grants,) whether an answer can still change the status."""

    def changes(self, ahead: Outlooks) -> Floats:
        """Give (grants, things asked) the expected change of place among the first, weighted as DCG weighs places."""
        before = _worth(self.scores[:, None])
        changed = ahead.expected(np.abs(_worth(self._scores(ahead.chances)) - before))
        return changed + STILL * before * self.open[:, None] * ahead.moves

    def _scores(self, chances: Chances) -> Floats:
        """Give (grants, answers) the scores, from the chances."""
        moved = self._read_off(chances) - self._read_off(self.chances[:, None])
        found = self.scores[:, None] + np.where(self.open[:, None], moved, 0.0)
        return np.where(self.open[:, None] & (chances < GONE * self.chances[:, None]), -np.inf, found)

    def _read_off(self, chances: Chances) -> Floats:
        """Give (grants, answers) the scores at some chances, from those at the nearest `CHANCES`."""
        after = np.clip(np.searchsorted(CHANCES, chances), 1, len(CHANCES) - 1)
        grants = np.arange(len(chances))[:, None]
        low, high = self.by_chance[after - 1, grants], self.by_chance[after, grants]
        part = (chances - CHANCES[after - 1]) / (CHANCES[after] - CHANCES[after - 1])
        return np.asarray(low + part * (high - low), dtype=np.float64)


def _worth(scores: Floats) -> Floats:
    """Give (grants, answers) what the place of each is worth: nothing after the first ten."""
    first = np.argsort(-scores, axis=0, kind="stable")[:TOP]
    found = np.zeros(scores.shape)
    np.put_along_axis(found, first, 1 / np.log2(2.0 + np.arange(len(first)))[:, None], axis=0)
    return found
