"""What a list is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.catalogue.grants import Grant
from models.rankers.exploration import Exploration


@dataclass(frozen=True, slots=True)
class Wish:
    """What to show: filters, which part of the list, and how much about it."""

    routes: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    offset: int = 0
    size: int = 10
    near_misses: int = 3
    explain: bool = True
    question: bool = True
    """Whether to look for the next question, where the page is explained."""
    counts: bool = True
    """Whether to count the grants by status, those too that are ruled out until a later day."""
    exploration: Exploration = field(default_factory=Exploration)

    @property
    def shown(self) -> slice:
        """The part of the list that is shown."""
        return slice(self.offset, self.offset + self.size)

    def passing(self, grants: Sequence[Grant]) -> NDArray[np.bool_]:
        """Tell which grants pass the filters, (grants,)."""
        if self.routes is None and self.purposes is None:
            return np.ones(len(grants), dtype=np.bool_)
        return np.array([self._passes(grant) for grant in grants], dtype=np.bool_)

    def _passes(self, grant: Grant) -> bool:
        by_route = self.routes is None or grant.route in self.routes
        return by_route and (self.purposes is None or not set(self.purposes).isdisjoint(grant.purposes))
