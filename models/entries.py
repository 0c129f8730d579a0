"""Finds which column each literal of each grant stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from models.bits import WORD, Numbers, Words, words_for
from models.lexicon import Item, Lexicon


@dataclass(frozen=True)
class Layout:
    """Where the columns of grants lie.

    Every grant has one column for reasons against it: any of them alone is a no. What is left of its rules are
    clauses; a grant's first clause has a column in the first slot, its second in the second slot, and so on.
    Grants with many clauses come first, so that the slots get shorter.
    """

    count: int
    order: Numbers
    """(count,) the grant at each place."""
    place_of: Numbers
    """(count,) the place of each grant."""
    starts: tuple[int, ...]
    """First word of each slot."""
    ends: tuple[int, ...]
    """One past the last word of each slot."""
    unused: Numbers
    """Columns of slots that belong to no grant."""

    @classmethod
    def of(cls, slots: Numbers) -> Layout:
        """Lay out grants that need so many slots each."""
        order = np.argsort(-slots, kind="stable")
        place_of = np.empty_like(order)
        place_of[order] = np.arange(len(order))
        sizes = [int((slots > slot).sum()) for slot in range(int(slots.max(initial=0)))]
        ends = np.cumsum([words_for(len(slots)), *(words_for(size) for size in sizes)])
        unused = [
            np.arange(int(start) * WORD + size, int(end) * WORD)
            for start, end, size in zip(ends[:-1], ends[1:], sizes, strict=True)
        ]
        starts, stops = tuple(ends[:-1].tolist()), tuple(ends[1:].tolist())
        return cls(len(slots), order, place_of, starts, stops, np.concatenate([*unused, np.zeros(0, np.int64)]))

    @property
    def grant_words(self) -> int:
        """Words that hold one column for every grant."""
        return words_for(self.count)

    @property
    def words(self) -> int:
        """Words of a whole row."""
        return self.ends[-1] if self.ends else self.grant_words

    def fold(self, columns: Words, places: Words) -> None:
        """Set the bit of every place of which a slot's column is set."""
        for start, end in zip(self.starts, self.ends, strict=True):
            places[: end - start] |= columns[start:end]


@dataclass(frozen=True)
class Entries:
    """Every literal of every column, in no particular order."""

    layout: Layout
    columns: Numbers
    literals: Numbers
    places: Numbers
    """(entries,) the place of the grant."""
    dated_columns: Numbers
    dated_places: Numbers
    dates: Numbers
    """(dated columns,) which pair of dates the rule of each has."""

    @classmethod
    def of(cls, lexicon: Lexicon, items: Sequence[Item], owners: Numbers, held: Numbers, count: int) -> Entries:
        """Lay out `count` grants; (total,) ascending `owners` and `held` say which grant has which item."""
        reason, literal = spread(*flattened(item.reasons for item in items), held)
        has_clause, clause = spread(*flattened(item.clauses for item in items), held)
        grant = owners[has_clause]
        slots = np.bincount(grant, minlength=count)
        layout = Layout.of(slots)
        slot = np.arange(len(grant)) - np.repeat(np.cumsum(slots) - slots, slots)
        place = layout.place_of[grant]
        column = np.array([*layout.starts, 0], dtype=np.int64)[slot] * WORD + place
        dates = np.array([-1 if item.dates is None else item.dates for item in items], dtype=np.int64)
        dates_here = dates[held[has_clause]] if len(items) else has_clause
        in_clause, of_clause = spread(*flattened(lexicon.clause_literals), clause)
        reasons_at = layout.place_of[owners[reason]]
        return cls(
            layout,
            np.concatenate([reasons_at, column[in_clause]]),
            np.concatenate([literal, of_clause]),
            np.concatenate([reasons_at, place[in_clause]]),
            column[dates_here >= 0],
            place[dates_here >= 0],
            dates_here[dates_here >= 0],
        )


def flattened(parts: Iterable[tuple[int, ...]]) -> tuple[Numbers, Numbers]:
    """Put tuples end to end: (parts + 1,) where each starts, and (total,) what they hold."""
    listed = list(parts)
    starts = np.zeros(len(listed) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in listed], out=starts[1:])
    return starts, np.array([at for part in listed for at in part], dtype=np.int64)


def spread(starts: Numbers, held: Numbers, which: Numbers) -> tuple[Numbers, Numbers]:
    """Look up flattened parts: (total,) the place in `which` that each comes from, and (total,) what is held."""
    counts = starts[which + 1] - starts[which]
    owner = np.repeat(np.arange(len(which)), counts)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, held[np.repeat(starts[which], counts) + within]
