"""The slots that rules ask of one fact, and what is ready for requests from one place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.qualifying.spreads import Chances, Mask
from models.qualifying.tables import Tables

MOST_GROUPED: Final = 1_000
"""Selections of the slots of one fact for which the groups of cells are at hand."""


class ToldApart(NamedTuple):
    """Cells of a fact that some slots tell apart."""

    groups: NDArray[np.int64]
    """(cells,) the group of each."""
    holds: Chances
    """(slots, groups) 1 where a slot holds in the cells of a group."""


@dataclass(frozen=True)
class SlotsOfFact:
    """The slots that ask of one fact."""

    places: NDArray[np.int64]
    """(slots,) where they stand among all."""
    holds: Chances
    """(slots, cells) 1 where a slot holds in a cell."""
    masks: tuple[Mask, ...]

    def implied(self, place: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """List the slots that a yes or a no to one tells of, by their places, and beside them which: 0 yes, 1 no.

        After a yes those hold that hold wherever it does; after a no those do not that hold nowhere else.
        """
        return self._implied[place]

    @cached_property
    def _implied(self) -> dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]]:
        every = list(zip(self.places.tolist(), self.masks, strict=True))
        found = {}
        for place, mask in every:
            wider = [at for at, other in every if mask <= other]
            narrower = [at for at, other in every if other <= mask]
            answers = np.repeat([0, 1], [len(wider), len(narrower)])
            found[place] = np.array([*wider, *narrower], dtype=np.int64), answers
        return found

    def told_apart(self, asked: NDArray[np.int64]) -> ToldApart:
        """Group the cells that no slot asked tells apart; `asked` are rows of `holds`."""
        key = asked.tobytes()
        found = self._groups.get(key)
        if found is None:
            if len(self._groups) >= MOST_GROUPED:
                self._groups.clear()
            groups: dict[bytes, int] = {}
            cells = [groups.setdefault(cell.tobytes(), len(groups)) for cell in self.holds[asked].T]
            first = [cells.index(group) for group in range(len(groups))]
            found = ToldApart(np.array(cells, dtype=np.int64), self.holds[asked][:, first])
            self._groups[key] = found
        return found

    @cached_property
    def _groups(self) -> dict[bytes, ToldApart]:
        return {}


@dataclass(frozen=True)
class Place:
    """What is ready for requests from one place."""

    tables: Tables
    slots: Chances
    """(slots, kinds) of somebody who tells nothing else."""

    @cached_property
    def varying(self) -> frozenset[str]:
        """The facts that are spread otherwise among one kind of people than among another: those that tell the kind."""
        cells = {fact: self.tables.cells(fact) for fact in self.tables.model.leaves.spreads}
        return frozenset(fact for fact, found in cells.items() if np.nanmax(np.ptp(found, axis=1)) > 0)
