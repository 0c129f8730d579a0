"""Which formulas each grant needs, and on which days: from the answers of formulas to the answers of grants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.bits import Numbers
from models.layout import Entries, spread
from models.lexicon import Use
from models.rows import Codes
from models.timed import NEVER, Spans

NO, NOT_YES, STAYS_NO, MOVES = (np.uint8(bit) for bit in (1, 2, 4, 8))
Flags = NDArray[np.uint8]


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
        mine, moving = codes[self.formulas], moves[self.formulas].copy()
        today = on.toordinal()
        for use, first, last in self.dated:
            if not first <= today <= last:
                mine[use] = 2
            if first > today or last < NEVER:
                moving[use] = True
        flags = (mine == 0) * NO | (mine < 2) * NOT_YES
        flags |= ((mine == 0) & ~moving) * STAYS_NO | moving * MOVES
        found: Flags = flags.astype(np.uint8)
        return found

    def of_grants(self, flags: Flags, grants: Numbers) -> Flags:
        """Give (grants,) the flags that any use of each grant has."""
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
