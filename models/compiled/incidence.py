"""Which slots each grant asks: the first sixteen side by side, as few grants ask more, and the rest apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.compiled.answer_flags import AnswerFlags, Numbers

_SIDE_BY_SIDE: Final = 16
_QUICK: Final = 20_000
"""So many grants are kept in numbers that are looked up fastest; more in those that are smallest."""


@dataclass(frozen=True)
class Incidence:
    """The slots of every grant."""

    head: NDArray[Any]
    """(grants, 16); where a grant asks less, a slot that everybody meets."""
    more: Numbers
    """(grants + 1,) where the further slots of each grant start."""
    tail: NDArray[Any]
    """The further slots, end to end."""
    none: int
    """The slot that everybody meets."""

    @classmethod
    def of(cls, starts: Numbers, slots: Numbers, none: int) -> Self:
        """Lay out grants whose slots stand end to end; `starts` has one more than there are grants."""
        grants = len(starts) - 1
        kind = np.dtype(np.intp) if grants <= _QUICK else np.min_scalar_type(none)
        counts = np.diff(starts)
        rank = np.arange(len(slots)) - np.repeat(starts[:-1], counts)
        near = rank < _SIDE_BY_SIDE
        head = np.full((grants, _SIDE_BY_SIDE), none, dtype=kind)
        head[np.repeat(np.arange(grants), counts)[near], rank[near]] = slots[near]
        more = np.zeros(grants + 1, dtype=np.int64)
        np.cumsum(np.maximum(counts - _SIDE_BY_SIDE, 0), out=more[1:])
        return cls(head, more, slots[~near].astype(kind), none)

    def slots_of(self, grants: Numbers) -> NDArray[np.bool_]:
        """Tell which slots some grants ask."""
        found = np.zeros(self.none + 1, dtype=np.bool_)
        found[self.head if len(grants) == len(self.head) else self.head.take(grants, axis=0)] = True
        found[self._tail(grants)[1]] = True
        found[self.none] = False
        return found

    def pairs(self, grants: Numbers, which: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
        """List which of some slots some grants ask: the place among `grants`, and beside it the slot."""
        head = self.head.take(grants, axis=0).ravel()
        at = np.flatnonzero(which.take(head))
        owner, tail = self._tail(grants)
        far = np.flatnonzero(which.take(tail))
        owners = np.concatenate([at // _SIDE_BY_SIDE, owner[far]])
        return owners, np.concatenate([head[at], tail[far]]).astype(np.int64)

    def flags_of(self, grants: Numbers, flags: AnswerFlags) -> AnswerFlags:
        """Give the flags of some grants, those of all that each asks; ascending."""
        head = self.head if len(grants) == len(self.head) else self.head.take(grants, axis=0)
        pairs = flags.take(head).view(np.uint64)
        folded = pairs[:, 0] & pairs[:, 1]
        for shift in (32, 16, 8):
            folded &= folded >> np.uint64(shift)
        found = folded.astype(np.uint8)
        owner, tail = self._tail(grants)
        if len(owner):
            firsts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
            found[owner[firsts]] &= np.bitwise_and.reduceat(flags.take(tail), firsts)
        return found

    def _tail(self, grants: Numbers) -> tuple[Numbers, NDArray[Any]]:
        if len(grants) == len(self.head):
            return self._all_tails, self.tail
        starts, counts = self.more[grants], self.more[grants + 1] - self.more[grants]
        owner = np.repeat(np.arange(len(grants)), counts)
        before = np.cumsum(counts) - counts
        return owner, self.tail[np.arange(len(owner)) + np.repeat(starts - before, counts)]

    @cached_property
    def _all_tails(self) -> Numbers:
        return np.repeat(np.arange(len(self.head)), np.diff(self.more))
