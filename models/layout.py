"""Gives every grant and every clause its column of bits, and finds which literals stand in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from models.bits import WORD, Numbers, Words, words_for
from models.lexicon import Formula, Lexicon


@dataclass(frozen=True)
class Region:
    """Where the columns of the formulas of one level lie, in words.

    Every formula has one column for reasons against it: any of them alone is a no. Its first clause has a column
    in the first slot, its second in the second slot, and so on. Formulas with many clauses come first, so that
    slots get shorter.
    """

    start: int
    formulas: Numbers
    """(places,) the number of the formula at each place."""
    slots: tuple[tuple[int, int], ...]
    """First word of each slot, and one past its last."""
    unused: Numbers
    """Columns that belong to no formula."""

    @classmethod
    def of(cls, formulas: Sequence[Formula], level: int, start: int) -> Self:
        """Lay out the formulas of a level from a word on."""
        mine = [at for at, formula in enumerate(formulas) if formula.level == level]
        mine.sort(key=lambda at: -len(formulas[at].clauses))
        counts = [len(formulas[at].clauses) for at in mine]
        sizes = [sum(count > slot for count in counts) for slot in range(max(counts, default=0))]
        ends = (start + np.cumsum([words_for(len(mine)), *map(words_for, sizes)])).tolist()
        slots = tuple(pairwise(ends))
        unused = [
            np.arange(first * WORD + size, last * WORD)
            for (first, last), size in zip(slots, sizes, strict=True)
        ]
        return cls(
            start, np.array(mine, dtype=np.int64), slots, np.concatenate([np.zeros(0, np.int64), *unused])
        )

    @property
    def reasons_end(self) -> int:
        """One past the last word of the columns of reasons."""
        return self.start + words_for(len(self.formulas))

    @property
    def end(self) -> int:
        """One past the last word."""
        return self.slots[-1][1] if self.slots else self.reasons_end

    def fold(self, columns: Words) -> Words:
        """Give a bit for every place: whether it is set in the column of reasons or in a slot."""
        places = columns[self.start : self.reasons_end].copy()
        for first, last in self.slots:
            places[: last - first] |= columns[first:last]
        return places


@dataclass(frozen=True)
class Layout:
    """Where everything lies: first one column a grant for the reasons against it, then the formulas."""

    grants: int
    regions: tuple[Region, ...]
    """Of each level, from the lowest."""

    @classmethod
    def of(cls, grants: int, formulas: Sequence[Formula]) -> Self:
        """Lay out so many grants and these formulas."""
        regions, start = list[Region](), words_for(grants)
        for level in range(1, 1 + max((formula.level for formula in formulas), default=0)):
            regions.append(Region.of(formulas, level, start))
            start = regions[-1].end
        return cls(grants, tuple(regions))

    @property
    def grant_words(self) -> int:
        """Words of the columns of grants."""
        return words_for(self.grants)

    @property
    def words(self) -> int:
        """Words of a whole row."""
        return self.regions[-1].end if self.regions else self.grant_words

    @property
    def unused(self) -> Numbers:
        """Columns that belong to nothing; they are taken to hold."""
        return np.concatenate([np.zeros(0, np.int64), *(region.unused for region in self.regions)])


@dataclass(frozen=True)
class Entries:
    """Which literals stand in which columns, and which uses belong to which grants."""

    layout: Layout
    columns: Numbers
    literals: Numbers
    """(entries,) beside `columns`."""
    owners: Numbers
    """(entries,) the grant; from `layout.grants` on, the formula."""
    use_starts: Numbers
    """(grants + 1,)"""
    uses: Numbers
    """The uses of each grant, end to end."""

    @classmethod
    def of(cls, lexicon: Lexicon, grants: int, items: Numbers, of_grant: Numbers) -> Self:
        """Lay out grants; (total,) `items` belong to the ascending `of_grant`."""
        layout = Layout.of(grants, lexicon.formulas)
        owner, literal = spread(*flattened(item.reasons for item in lexicon.items), items)
        held = np.array(
            [-1 if item.use is None else item.use for item in lexicon.items] or [-1], dtype=np.int64
        )[items]
        has_use = np.flatnonzero(held >= 0)
        counts = np.bincount(of_grant[has_use], minlength=grants)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        parts = [(of_grant[owner], literal, of_grant[owner])]
        parts += [_of_region(region, lexicon, grants) for region in layout.regions]
        columns, literals, owners = (np.concatenate(part) for part in zip(*parts, strict=True))
        return cls(layout, columns, literals, owners, starts, held[has_use])


def _of_region(region: Region, lexicon: Lexicon, grants: int) -> tuple[Numbers, Numbers, Numbers]:
    formulas = [lexicon.formulas[at] for at in region.formulas.tolist()]
    place, literal = spread(*flattened(formula.reasons for formula in formulas))
    clause_place, clause = spread(*flattened(formula.clauses for formula in formulas))
    counts = np.array([len(formula.clauses) for formula in formulas], dtype=np.int64)
    slot = np.arange(len(clause)) - np.repeat(np.cumsum(counts) - counts, counts)
    first = np.array([*(start for start, _ in region.slots), 0], dtype=np.int64)
    column = first[slot] * WORD + clause_place
    within, of_clause = spread(*flattened(lexicon.clauses), clause)
    columns = np.concatenate([region.start * WORD + place, column[within]])
    owners = grants + region.formulas[np.concatenate([place, clause_place[within]])]
    return columns, np.concatenate([literal, of_clause]), owners


def flattened(parts: Iterable[tuple[int, ...]]) -> tuple[Numbers, Numbers]:
    """Put tuples end to end: (parts + 1,) where each starts, and (total,) what they hold."""
    listed = list(parts)
    starts = np.zeros(len(listed) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in listed], out=starts[1:])
    return starts, np.array([at for part in listed for at in part], dtype=np.int64)


def spread(starts: Numbers, held: Numbers, which: Numbers | None = None) -> tuple[Numbers, Numbers]:
    """Look up flattened parts: (total,) the place in `which` that each comes from, and (total,) what is held."""
    if which is None:
        return np.repeat(np.arange(len(starts) - 1), np.diff(starts)), held
    counts = starts[which + 1] - starts[which]
    owner = np.repeat(np.arange(len(which)), counts)
    before = np.cumsum(counts) - counts
    return owner, held[np.arange(len(owner)) + np.repeat(starts[which] - before, counts)]
