"""Settles most grants of a large catalogue with a bit a grant: a row of bits for whatever alike is asked of many.

Slots about one subject stand in bundles. What a person's answers make of a bundle takes few forms, such as "the
first five hold, the others do not", so the row of bits of each form that was met is kept, and judging is a few
dozen ORs of rows. Grants that bits leave open are few; they are judged by their own flags.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.compiled.answer_flags import GRANTED, LASTING, LATER, MAY, YES, AnswerFlags, Codes, Numbers
from models.compiled.bit_packing import Words, bytes_of, numbers_set, words_of
from models.compiled.incidence import Incidence

_TOGETHER: Final = {True: 32, False: 4}
"""Slots in a bundle: more make fewer rows, but more forms of each; few, where there is no order among them."""
_MOST_BYTES: Final = 2**28
"""So much memory is spent on rows that were met."""
_LOOK_AGAIN: Final = 12
"""After so many rows it is counted what they have left open."""
_FEW: Final = 1 / 400
"""Share of grants that are judged as fast by their own flags as by a dozen more rows. Measured."""


@dataclass(frozen=True)
class BitmapIndex:
    """Which grants ask each slot, and rows of bits for what is asked together."""

    grants: int
    slots: Numbers
    """The slots that any grant asks, bundle by bundle."""
    bundles: Numbers
    """(bundles + 1,) where each bundle starts among the slots."""
    starts: Numbers
    """(slots + 1,) where the grants of each slot start."""
    asking: NDArray[np.int32]
    """The grants that ask each slot, end to end."""
    _rows: dict[tuple[int, bytes], Words] = field(default_factory=dict)

    @classmethod
    def of(cls, incidence: Incidence, subjects: Sequence[tuple[str, bool, int]]) -> Self:
        """Bundle the slots of a catalogue.

        `subjects` tells what each slot is about, whether slots about that have an order, and the rank in it.
        """
        grants = len(incidence.head)
        asked, owners = _pairs(incidence)
        counts = np.bincount(asked, minlength=incidence.none)
        used = np.flatnonzero(counts)
        order = np.array(sorted(used.tolist(), key=lambda slot: subjects[slot]), dtype=np.int64)
        rank = np.zeros(incidence.none + 1, dtype=np.int64)
        rank[order] = np.arange(len(order))
        starts = np.concatenate([[0], np.cumsum(counts[order])]).astype(np.int64)
        asking = owners[np.argsort(rank[asked].astype(np.int32), kind="stable")]
        bundles = list(_bundles([subjects[slot][:2] for slot in order.tolist()]))
        return cls(grants, order, np.array([*bundles, len(order)], dtype=np.int64), starts, asking)

    @property
    def words(self) -> int:
        """Words in a row."""
        return -(-self.grants // 64)

    def never(self, flags: AnswerFlags) -> Words:
        """Mark the grants that are not eligible for a reason that lies in one slot."""
        return self._joined((flags & (MAY | LATER)) == 0)

    def settle(self, flags: AnswerFlags, never: Words, closed: Words) -> tuple[Codes, Numbers]:
        """Give (grants,) codes, and list the grants whose codes are still to be found."""
        waits = (self._joined((flags & (MAY | LATER)) == LATER) | closed) & ~never
        ends = self._joined(((flags & LASTING) == 0) & ((flags & (MAY | LATER)) != 0)) & waits
        free = ~(never | waits)
        free[-1:] &= self._last
        asks_more, all_asked = self._asking((flags & (MAY | GRANTED)) == MAY, free)
        rest = free & ~asks_more
        under_discretion: Words = self._joined((flags & (GRANTED | YES)) == GRANTED) if all_asked else rest
        codes = bytes_of(rest & ~under_discretion, self.grants)  # shifted twice, they become 4: eligible
        for lower in (free & asks_more, waits & ~ends):  # 2: more is to be learned; 1: not now
            codes <<= 1
            codes |= bytes_of(lower, self.grants)
        return codes.view(np.int8), numbers_set(ends | (rest & under_discretion))

    def open(self, never: Words) -> Numbers:
        """List the grants that are not yet settled."""
        left = ~never
        left[-1:] &= self._last
        return numbers_set(left)

    @property
    def _last(self) -> np.uint64:
        return np.uint64(2 ** (self.grants % 64 or 64) - 1)

    def _joined(self, which: NDArray[np.bool_]) -> Words:
        """Mark the grants that ask any of these slots."""
        found = np.zeros(self.words, dtype=np.uint64)
        for row in self._rows_of(which):
            np.bitwise_or(found, row, out=found)
        return found

    def _asking(self, which: NDArray[np.bool_], among: Words) -> tuple[Words, bool]:
        """Mark the grants that ask any of these slots, until few of some grants are left, and tell if all was done."""
        found = np.zeros(self.words, dtype=np.uint64)
        for done, row in enumerate(self._rows_of(which), start=1):
            np.bitwise_or(found, row, out=found)
            if done % _LOOK_AGAIN == 0:
                left = int(np.bitwise_count(among & ~found).sum())
                if left <= self.grants * _FEW:
                    return found, False
        return found, True

    def _rows_of(self, which: NDArray[np.bool_]) -> Iterator[Words]:
        """Yield for each bundle that has any of these slots the grants that ask one of them."""
        mine = which.take(self.slots)
        if not mine.any():
            return
        met = np.flatnonzero(np.logical_or.reduceat(mine, self.bundles[:-1]))
        written, ends = mine.tobytes(), self.bundles.tolist()
        for bundle in met.tolist():
            yield self._row(bundle, written[ends[bundle] : ends[bundle + 1]])

    def _row(self, bundle: int, form: bytes) -> Words:
        key = bundle, form
        row = self._rows.get(key)
        if row is None:
            if len(self._rows) * self.words * 8 > _MOST_BYTES:
                self._rows.pop(next(iter(self._rows)))
            first = int(self.bundles[bundle])
            among = np.flatnonzero(np.frombuffer(form, dtype=np.bool_)) + first
            holds = np.zeros(self.words * 64, dtype=np.bool_)
            for slot in among.tolist():
                holds[self.asking[self.starts[slot] : self.starts[slot + 1]]] = True
            row = self._rows[key] = words_of(holds)
        return row


def _pairs(incidence: Incidence) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """List every slot that every grant asks, and beside it the grant."""
    at = np.flatnonzero(incidence.head.ravel() != incidence.none)
    tail = np.repeat(np.arange(len(incidence.head), dtype=np.int32), np.diff(incidence.more))
    near = (at // incidence.head.shape[1]).astype(np.int32)
    return np.concatenate([incidence.head.ravel()[at], incidence.tail]), np.concatenate([near, tail])


def _bundles(subjects: Sequence[tuple[str, bool]]) -> Iterator[int]:
    size = 0
    for at, subject in enumerate(subjects):
        if size == 0 or size == _TOGETHER[subject[1]] or subject != subjects[at - 1]:
            yield at
            size = 0
        size += 1
