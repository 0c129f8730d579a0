"""Which formulas each grant needs, and on which days: from the answers of formulas to the answers of grants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from models.bits import Numbers
from models.layout import Entries, spread
from models.lexicon import Use
from models.rows import Codes
from models.timed import NEVER, Spans

NO, NOT_YES, STAYS_NO, MOVES = (np.uint8(bit) for bit in (1, 2, 4, 8))
Flags = NDArray[np.uint8]
_FLAGS: Final = np.array(
    [NO | NOT_YES | STAYS_NO, NOT_YES, 0, NO | NOT_YES | MOVES, NOT_YES | MOVES, MOVES], dtype=np.uint8
)
"""For the answers no, unknown and yes of a formula that does not move, then of one that does."""
_FEW: Final = 50_000
"""So many uses are gone through faster than those of some grants are looked up. Measured."""


@dataclass(frozen=True)
class Uses:
    """The uses of a catalogue and the grants that have them."""

    starts: Numbers
    """(grants + 1,)"""
    held: Numbers
    """The uses of each grant, end to end."""
    formulas: Numbers
    """(uses,)"""
    dated: tuple[tuple[int, int, int], ...]
    """Uses that have dates: the use, and its first and last day."""

    @classmethod
    def of(cls, entries: Entries, uses: Sequence[Use]) -> Self:
        """Take them over from what was laid out."""
        dated = []
        for at, use in enumerate(uses):
            if use.dates is not None:
                since, until = use.dates
                first = -NEVER if since is None else since.toordinal()
                dated.append((at, first, NEVER if until is None else until.toordinal()))
        formulas = np.array([use.formula for use in uses], dtype=np.int64)
        return cls(entries.use_starts, entries.uses, formulas, tuple(dated))

    def flags(self, codes: Codes, moves: NDArray[np.bool_], on: date) -> Flags:
        """Give for each use what the answers of the formulas make of it on a day."""
        flags = _FLAGS[codes + 3 * moves].take(self.formulas)
        today = on.toordinal()
        for use, first, last in self.dated:
            if flags[use] & (NO | MOVES):
                applies = first <= today <= last
                flags[use] = (flags[use] & (NO | NOT_YES) if applies else 0) | (MOVES if last >= today else 0)
                if applies and last == NEVER and not moves[self.formulas[use]]:
                    flags[use] = NO | NOT_YES | STAYS_NO
            elif not first <= today <= last:
                flags[use] = 0
        return flags

    def of_all(self, flags: Flags) -> Flags:
        """Give (grants,) the flags that any use of each grant has, of every grant."""
        found = np.zeros(len(self.starts) - 1, dtype=np.uint8)
        if len(self.held):
            found[self._some] = np.bitwise_or.reduceat(flags.take(self.held), self._firsts)
        return found

    @cached_property
    def _some(self) -> Numbers:
        return np.flatnonzero(np.diff(self.starts))

    @cached_property
    def _firsts(self) -> Numbers:
        return self.starts[self._some]

    def of_grants(self, flags: Flags, grants: Numbers) -> Flags:
        """Give (grants,) the flags that any use of each grant has."""
        if len(self.held) <= _FEW:
            return self.of_all(flags)[grants]
        starts = self.starts[grants]
        counts = self.starts[grants + 1] - starts
        some = counts > 0
        found = np.zeros(len(grants), dtype=np.uint8)
        if some.any():
            _, held = spread(self.starts, self.held, grants)
            before = np.cumsum(counts) - counts
            found[some] = np.bitwise_or.reduceat(flags[held], before[some])
        return found

    def spans(self, codes: Codes, of_formulas: Spans, on: date) -> Spans:
        """Give for each use the days on which it is no no."""
        found = of_formulas.take(self.formulas)
        today = on.toordinal()
        for use, first, last in self.dated:
            runs = [(int(found.first[use]), int(found.last[use]))]
            runs += [(last + 1, NEVER)] if last < NEVER else []
            runs += [(-NEVER, first - 1)] if first > today else []
            runs = sorted(run for run in runs if run[0] <= run[1])
            until, broken = -NEVER - 1, bool(found.broken[use])
            for start, end in runs:
                broken |= start > until + 1 and until > -NEVER
                until = max(until, end)
            if runs:
                found.first[use], found.last[use], found.broken[use] = runs[0][0], until, broken
        return found
