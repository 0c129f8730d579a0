"""Which slots each grant asks: in columns, to judge all grants in a few strides, and grant by grant, for some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.known import Numbers
from models.marks import ALL, Marks


@dataclass(frozen=True)
class Layout:
    """The slots of every grant, end to end."""

    starts: Numbers
    """(grants + 1,)"""
    slots: NDArray[np.int32]

    @property
    def grants(self) -> int:
        """How many grants there are."""
        return len(self.starts) - 1

    def of_grants(self, grants: Numbers) -> tuple[Numbers, NDArray[np.int32]]:
        """List the slots of some grants: the place among `grants`, ascending, and the slot."""
        counts = self.starts[grants + 1] - self.starts[grants]
        owner = np.repeat(np.arange(len(grants)), counts)
        before = np.cumsum(counts) - counts
        return owner, self.slots[np.arange(len(owner)) + np.repeat(self.starts[grants] - before, counts)]

    def marks_of(self, grants: Numbers, marks: Marks) -> Marks:
        """Give the marks of some grants."""
        owner, slots = self.of_grants(grants)
        found = np.full(len(grants), ALL, dtype=np.uint8)
        if len(owner):
            firsts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
            found[owner[firsts]] = np.bitwise_and.reduceat(marks.take(slots), firsts)
        return found


@dataclass(frozen=True)
class Strides:
    """The same as columns: the first slot of every grant that has one, then the second, and so on."""

    slots: Numbers
    """The columns end to end; grants with many slots come first, so that columns get shorter."""
    ends: tuple[int, ...]
    """Where each column ends."""
    back: Numbers
    """(grants,) the place of each grant in the columns."""

    @classmethod
    def of(cls, layout: Layout) -> Self:
        """Turn a layout."""
        counts = np.diff(layout.starts)
        order = np.argsort(-counts, kind="stable")
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        firsts, counts = layout.starts[:-1][order], counts[order]
        columns = [
            layout.slots[firsts[: np.count_nonzero(counts > at)] + at]
            for at in range(int(counts.max(initial=0)))
        ]
        slots = np.concatenate([np.zeros(0, dtype=np.int64), *columns])
        return cls(slots, tuple(np.cumsum([len(column) for column in columns]).tolist()), back)

    def marks(self, marks: Marks) -> Marks:
        """Give (grants,) the marks of every grant."""
        asked = marks.take(self.slots)
        found = np.full(len(self.back), ALL, dtype=np.uint8)
        start = 0
        for end in self.ends:
            found[: end - start] &= asked[start:end]
            start = end
        return found.take(self.back)
