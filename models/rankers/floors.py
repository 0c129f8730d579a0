"""Floors of attention for bands of grants: of every prefix of the first page, a band has at least its share of worth.

Only grants that are listed anyway change places, and nothing about the person is read: the same list comes out the
same. A band's share is that of its grants' worth among all that is listed for this need, where worth is exp(score),
since the order is learned from which of two grants belongs above (Bradley and Terry 1952; Plackett 1975). From floors
follow the latest places at which grants may stand; the best list under them is filled from its end, each place with the
least worthy grant that may stand so late (Lawler 1973). A list is left as it was where floors cannot be met, where a
grant would move too far, or where too much of the list's worth would be lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

PAGE: Final = 10
NEVER: Final = 10**9


@dataclass(frozen=True)
class Floors:
    """Which band each grant of a catalogue is in, and how much may be moved for the floors."""

    bands: Rows
    """(grants,) numbers of bands from 0."""
    most_moved: int = 5
    """Places that a grant may move, up or down."""
    least_kept: float = 0.98
    """Share of the first page's discounted worth that must remain."""

    def reorder(self, order: Rows, scores: Floats) -> Rows:
        """Give an order of rows with floors kept in its first page; `scores` are (grants,), `order` is by them."""
        size = min(len(order), PAGE + self.most_moved)
        if size < 2:
            return order
        worth = np.exp(scores[order] - scores[order].max())
        latest = self._latest(self.bands[order], worth)[:size]
        places = filled_from_the_end(worth[:size], latest)
        if places is None or np.abs(places - np.arange(size)).max() > self.most_moved:
            return order
        if _discounted(worth[places]) < self.least_kept * _discounted(worth):
            return order
        return np.concatenate([order[places], order[size:]])

    def _latest(self, bands: Rows, worth: Floats) -> Rows:
        """Give for each place of a list the last place, from 0, at which its grant may stand."""
        latest = np.arange(len(bands)) + self.most_moved
        for band in np.unique(bands):
            own = np.flatnonzero(bands == band)
            share = float(worth[own].sum() / worth.sum())
            dues = iter(deadlines(share, len(own)).tolist())
            for (
                place
            ) in own.tolist():  # each takes the first that it can reach, so that a band's own order stays
                due = next((one for one in dues if place - one <= self.most_moved), NEVER)
                latest[place] = min(latest[place], due)
        return latest


def deadlines(share: float, count: int) -> Rows:
    """Give the last place, from 0, of each grant of a band that has a share, rounded down, of each prefix.

    Beyond the first page there is none.

    >>> deadlines(.3, 4).tolist()
    [3, 6, 9, 1000000000]
    """
    if share <= 0:
        return np.full(count, NEVER)
    due = np.ceil(np.arange(1, count + 1) / share - 1e-9).astype(np.int64) - 1
    return np.where(due < PAGE, due, NEVER)


def filled_from_the_end(worth: Floats, latest: Rows) -> Rows | None:
    """Give which grant stands at each place so that discounted worth is greatest; None where nothing keeps to `latest`.

    Grants are numbered best first.

    >>> filled_from_the_end(np.array([9.0, 8.0, 1.0]), np.array([5, 5, 1])).tolist()
    [0, 2, 1]
    """
    left = list(range(len(worth)))
    places = np.empty(len(worth), dtype=np.int64)
    for place in range(len(worth) - 1, -1, -1):
        allowed = [one for one in left if latest[one] >= place]
        if not allowed:
            return None
        places[place] = min(allowed, key=lambda one: (worth[one], -one))
        left.remove(int(places[place]))
    return places


def _discounted(worth: Floats) -> float:
    first = worth[:PAGE]
    return float(first @ (1 / np.log2(np.arange(len(first)) + 2)))
