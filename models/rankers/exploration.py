"""Now and then a grant from further down stands on the first page, so that learning sees what is seldom shown.

Only the order of grants that are not ruled out changes, the first places never, and the chance of each place is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

PAGE: Final = 10
"""Places of the first page."""
KEPT_FIRST: Final = 3
"""Places from the top that are always as the ranker has them."""

Rows = NDArray[np.int64]
Chances = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exploration:
    """In a `share` of lists, 0 to 1, one grant from below the first page moves up; `seed` draws which, if any."""

    share: float = 0.0
    seed: int = 0

    def reorder(self, order: Rows) -> tuple[Rows, Chances]:
        """Give the order to show and, place by place, the chance with which its grant stands there.

        The same order and seed give the same list.
        """
        below = len(order) - PAGE
        if self.share <= 0 or below <= 0:
            return order, np.ones(len(order))
        rng = np.random.default_rng(self.seed)
        if rng.random() >= self.share:
            return order, self._chances_of_staying(len(order))
        slot, taken = int(rng.integers(KEPT_FIRST, PAGE)), int(rng.integers(PAGE, len(order)))
        shown = np.insert(np.delete(order, taken), slot, order[taken])
        return shown, self._chances_of(slot, taken, len(order))

    def _chances_of_staying(self, size: int) -> Chances:
        """Give the chance that each place holds the very grant that the ranker put there.

        It does where nothing is explored, where a grant moves in further down the page, and, below the page, where the
        grant that moves up stood above it.
        """
        ranks, below = np.arange(size), size - PAGE
        slots_after = np.clip(PAGE - 1 - np.maximum(ranks, KEPT_FIRST - 1), 0, None) / (PAGE - KEPT_FIRST)
        taken_before = np.clip(ranks - PAGE, 0, None) / below
        unmoved = np.where(ranks < PAGE, slots_after, taken_before)
        return np.asarray(1 - self.share + self.share * unmoved, dtype=np.float64)

    def _chances_of(self, slot: int, taken: int, size: int) -> Chances:
        """Give the chances of the places of a list on which the grant of rank `taken` stands at `slot`."""
        places, below, slots = np.arange(size), size - PAGE, PAGE - KEPT_FIRST
        found = self._chances_of_staying(size)
        slots_before = np.clip(places - KEPT_FIRST, 0, None) / slots
        taken_after = (size - places) / below
        pushed = np.where(places <= PAGE, np.minimum(slots_before, 1.0), taken_after)
        moved = (places > slot) & (places <= taken)
        found[moved] = self.share * pushed[moved]
        found[slot] = self.share / slots / below
        return found
