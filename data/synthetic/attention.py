"""What people of a made world look at: an older list, top first, and which of it they apply to.

The list follows a rule of thumb, not the truth. A little exploration within the eligible set is logged with
the chance that it gave each grant of being seen, so that learning can weigh what was seldom seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.synthetic.truth import Floats

Rows = NDArray[np.int64]

EXPLORED_FROM: Final = 3
"""Exploration leaves the first places alone."""


@dataclass(frozen=True, slots=True)
class Attention:
    """How people look at a list and what makes them apply."""

    page: int = 20
    """Grants on the page that people look at."""
    examination: float = 0.5
    """Chance that place k is looked at: 1 / k to this power (the position-based model)."""
    explore: float = 0.15
    """Share of lists in which one place goes to an eligible grant from further down."""
    appetite: float = 0.8
    """Chance to apply to a grant that was seen and seems to suit."""
    blind: float = 0.3
    """Chance to apply to one that was seen and does not seem to suit."""


@dataclass(frozen=True)
class OldList:
    """Draws what people saw on the older list, what they looked at, and what they applied to."""

    config: Attention
    fit: Floats
    """(grants, topics) what grants say of themselves; the old list goes by it, and so do people."""
    popularity: Floats

    def applied(
        self, candidates: Rows, topic: int, rng: np.random.Generator
    ) -> Iterator[tuple[int, int, float]]:
        """Yield (grant, place on the page, logged chance that it was seen) of each application."""
        suits = self.fit[candidates, topic]
        scores = 0.6 * suits + self.popularity[candidates] + rng.normal(0, 0.5, len(suits))
        base = np.argsort(-scores, kind="stable")
        chances = self.propensities(len(base))
        for place, rank in enumerate(self._page(len(base), rng)):
            looked = rng.random() < self.examined(place)
            taste = self.config.appetite if suits[base[rank]] > 0 else self.config.blind
            if looked and rng.random() < taste:
                yield int(candidates[base[rank]]), place + 1, float(chances[rank])

    def examined(self, place: int) -> float:
        """Chance that a place, counted from 0, is looked at."""
        return float((place + 1) ** -self.config.examination) if place < self.config.page else 0.0

    def _page(self, size: int, rng: np.random.Generator) -> Sequence[int]:
        """Places in the old order that stand on the page; now and then one comes from further down."""
        page = list(range(min(size, self.config.page)))
        explored = rng.random() < self.config.explore
        if explored and size > self.config.page:
            page.insert(
                int(rng.integers(EXPLORED_FROM, self.config.page)), int(rng.integers(self.config.page, size))
            )
        return page[: self.config.page]

    def propensities(self, size: int) -> Floats:
        """Give (size,) the chance that each place of the old order is seen, exploration and all."""
        page, looked = self.config.page, [self.examined(place) for place in range(self.config.page + 1)]
        below = size - page
        if below <= 0:
            return np.array(looked[:size])
        slots = range(EXPLORED_FROM, page)
        explored = self.config.explore
        chances = np.full(size, explored * float(np.mean([looked[slot] for slot in slots])) / below)
        for rank in range(page):
            pushed = sum(slot <= rank for slot in slots) / len(slots)
            moved = (1 - pushed) * looked[rank] + pushed * looked[rank + 1]
            chances[rank] = (1 - explored) * looked[rank] + explored * moved
        return chances
