"""What one family of literals adds to the columns of a catalogue, ready for whatever is known of a person.

A column holds by any of its literals. Each family adds two rows: columns that certainly hold, and columns that
may hold. What is unknown may hold everywhere (`touched`) and certainly holds nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.bits import WORD, Numbers, Row, Shelf, Words, add, row_of, toggle

Codes: TypeAlias = NDArray[np.int8]
"""Answers as numbers: 0 no, 1 unknown, 2 yes."""


class OnLine(NamedTuple):
    """Where a number lies among the cuts: how many it has certainly reached, and how many it may have."""

    low: int
    high: int


class NotApplicable(NamedTuple):
    """The fact does not apply to the person."""


class Among(NamedTuple):
    """Which values a person certainly has, and which they may have; None for any."""

    surely: tuple[int, ...]
    perhaps: tuple[int, ...] | None


class Answered(NamedTuple):
    """Answers of conditions asked as a whole."""

    codes: Codes
    base: str = ""
    """Name of the answers that these differ little from; empty where there are none."""
    changed: tuple[int, ...] = ()
    """Which of them may differ from the base."""
    moving: tuple[int, ...] = ()
    """Which of them may change while nothing but time does."""

    def settled(self) -> Answered:
        """Take every answer that may change as unknown."""
        codes = self.codes.copy()
        codes[list(self.moving)] = 1
        return self._replace(codes=codes)


State: TypeAlias = OnLine | NotApplicable | Among | Answered | None
"""What is known of a subject; None where nothing is."""

NOT_APPLICABLE: Final = NotApplicable()
_SPARSE_COST: Final = 6
"""Reading a word by its place costs so many times a word of a whole row. Measured."""
_CALL_COST: Final = 300
"""A call costs as much as reading so many words. Measured."""


@dataclass
class Picked:
    """Rows to be joined: numbers on a shelf, and rows made for the person."""

    numbers: list[int] = field(default_factory=list)
    made: list[Words] = field(default_factory=list)

    def join(self, shelf: Shelf) -> Words:
        """Join all of them."""
        found = shelf.join(self.numbers)
        for row in self.made:
            np.bitwise_or(found, row, out=found)
        return found


@dataclass
class Now:
    """Rows about the day judged."""

    surely: Picked = field(default_factory=Picked)
    perhaps: Picked = field(default_factory=Picked)


@dataclass
class Later:
    """Rows about all later days."""

    ever: Picked = field(default_factory=Picked)
    """What certainly holds on every one."""
    moved: Picked = field(default_factory=Picked)
    """What may change."""
    ending: Picked = field(default_factory=Picked)
    """What may hold on a later day without holding on all that follow the day."""


@dataclass(frozen=True)
class LineRows:
    """Literals of one sense about a number: from a cut on (`up`), or up to it (`down`)."""

    up: bool
    touched: int
    not_applicable: int
    at: tuple[tuple[int, ...], ...]
    """For each number of cuts reached, the rows to be joined."""

    @classmethod
    def build(
        cls, columns: Numbers, cuts: Numbers, excused: NDArray[np.bool_], up: bool, size: int, shelf: Shelf
    ) -> Self:
        """Sum up a line of `size` cuts; `excused` marks literals that hold where the fact does not apply."""
        order = np.lexsort((cuts if up else -cuts, columns))
        first = order[np.r_[True, np.diff(columns[order]) > 0]]
        values, step_of = np.unique(cuts[first], return_inverse=True)
        parts = [columns[first[step_of == at]] for at in range(len(values))]
        read = _summed([row_of(part, shelf.words) for part in (parts if up else reversed(parts))], shelf)
        below = np.searchsorted(values, np.arange(size + 1), side="right").tolist()
        at = tuple(read[reached if up else len(values) - reached] for reached in below)
        touched, excuse = row_of(columns, shelf.words), row_of(columns[excused], shelf.words)
        return cls(up, shelf.put(touched), shelf.put(excuse), at)

    def pick(self, state: State, now: Now) -> None:
        """Pick the columns that certainly hold and those that may."""
        if isinstance(state, OnLine):
            low, high = state if self.up else (state.high, state.low)
            now.surely.numbers += self.at[low]
            if low != high:
                now.perhaps.numbers += self.at[high]
        elif state is None:
            now.perhaps.numbers.append(self.touched)
        else:
            now.surely.numbers.append(self.not_applicable)

    def pick_later(self, tomorrow: State, later: Later) -> None:
        """Pick what tomorrow tells of a number that only grows."""
        later.moved.numbers.append(self.touched)
        if not isinstance(tomorrow, OnLine) or self.up:
            later.ending.numbers.append(self.touched)
        if isinstance(tomorrow, OnLine) and self.up:
            later.ever.numbers += self.at[tomorrow.low]


def _summed(steps: Sequence[Row], shelf: Shelf) -> list[tuple[int, ...]]:
    """Keep sums of steps, so that no number of steps costs much more than reading one whole row."""
    so_far, cost, read = np.zeros(shelf.words, dtype=np.uint64), 0, list[tuple[int, ...]]([()])
    for step in steps:
        add(so_far, step)
        cost += _CALL_COST + (len(step[0]) * _SPARSE_COST if isinstance(step, tuple) else shelf.words)
        if cost > shelf.words:
            read.append((shelf.put(so_far.copy()),))
            cost = 0
        else:
            read.append((*read[-1], shelf.put(step)))
    return read


@dataclass(frozen=True)
class HitRows:
    """Literals that hold where a person has one of the values (`hit`), or has none of them (`miss`)."""

    miss: bool
    touched: int
    values: Mapping[int, int]
    """For each value the row of columns that name it."""
    alone: Mapping[int, int]
    """For `miss`, the row of columns that do not name it."""
    shelf: Shelf

    @classmethod
    def build(cls, columns: Numbers, values: Numbers, miss: bool, shelf: Shelf) -> Self:
        """Sort the columns by the values that they name; both arrays run over (column, value) pairs."""
        order = np.argsort(values, kind="stable")
        named, starts = np.unique(values[order], return_index=True)
        parts = dict(zip(named.tolist(), np.split(columns[order], starts[1:]), strict=True))
        every, words = np.unique(columns), shelf.words
        rows = {value: shelf.put(row_of(mine, words)) for value, mine in parts.items()}
        others = {v: shelf.put(row_of(np.setdiff1d(every, mine), words)) for v, mine in parts.items() if miss}
        return cls(miss, shelf.put(row_of(every, words)), rows, others, shelf)

    def pick(self, state: State, now: Now) -> None:
        """Pick the columns that certainly hold and those that may."""
        if state is None:
            now.perhaps.numbers.append(self.touched)
            return
        have, may = state if isinstance(state, Among) else ((), ())
        first, last = (may, have) if self.miss else (have, may)
        add_to = self._missed if self.miss else self._hit
        add_to(first, now.surely)
        if may != have:
            add_to(last, now.perhaps)

    def pick_later(self, tomorrow: State, later: Later) -> None:
        """Leave everything open."""
        later.moved.numbers.append(self.touched)
        later.ending.numbers.append(self.touched)

    def _hit(self, values: tuple[int, ...] | None, into: Picked) -> None:
        if values is None:
            into.numbers.append(self.touched)
        else:
            into.numbers += [self.values[value] for value in values if value in self.values]

    def _missed(self, values: tuple[int, ...] | None, into: Picked) -> None:
        if values is None:
            return
        named = [value for value in values if value in self.values]
        if len(named) > 1:
            hit = self.shelf.join([self.values[value] for value in named])
            into.made.append(self.shelf.join([self.touched]) & ~hit)
        else:
            into.numbers.append(self.alone[named[0]] if named else self.touched)


@dataclass(frozen=True)
class CodedRows:
    """Literals about the answers of conditions that are asked as a whole; no column has two of them."""

    touched: int
    asked: Numbers
    """(columns,) which answer each is about."""
    mirrored: NDArray[np.bool_]
    """(columns,) whether it holds where the answer is no."""
    places: Numbers
    """Words that have a bit of this family."""
    bits: Numbers
    """(columns,) which bit of those words, put end to end, each column is."""
    rows: Mapping[int, tuple[tuple[Row, bool], ...]]
    """For each answer, the columns of its literals and whether they are mirrored."""
    bases: Mapping[str, tuple[int, int, Codes]]
    """What certainly holds, and what may, for answers that others are near to."""
    shelf: Shelf

    @classmethod
    def build(
        cls,
        columns: Numbers,
        asked: Numbers,
        mirrored: NDArray[np.bool_],
        bases: Mapping[str, Codes],
        shelf: Shelf,
    ) -> Self:
        """Number the literals of (columns,) that are each about an answer."""
        literals, entries = np.unique(asked * 2 + mirrored, return_inverse=True)
        places, word_of = np.unique(columns >> 6, return_inverse=True)
        rows: dict[int, tuple[tuple[Row, bool], ...]] = {}
        order = np.argsort(entries, kind="stable")
        parts = np.split(columns[order], np.cumsum(np.bincount(entries))[:-1])
        for literal, mine in zip(literals.tolist(), parts, strict=True):
            row = row_of(mine, shelf.words), bool(literal % 2)
            rows[literal // 2] = (*rows.get(literal // 2, ()), row)
        bits = word_of * WORD + (columns & 63)
        touched = shelf.put(row_of(columns, shelf.words))
        named: dict[str, tuple[int, int, Codes]] = {}
        made = cls(touched, asked, mirrored, places, bits, rows, named, shelf)
        for name, codes in bases.items():
            surely, perhaps = np.zeros(shelf.words, dtype=np.uint64), np.zeros(shelf.words, dtype=np.uint64)
            made.add(codes, surely, perhaps)
            named[name] = shelf.put(surely), shelf.put(perhaps), codes
        return made

    def pick(self, state: State, now: Now) -> None:
        """Pick the columns that certainly hold and those that may."""
        if not isinstance(state, Answered):
            now.perhaps.numbers.append(self.touched)
            return
        if state.base:
            base = self.bases[state.base]
            mine = [at for at in state.changed if at in self.rows and state.codes[at] != base[2][at]]
            if not mine:
                now.surely.numbers.append(base[0])
                now.perhaps.numbers.append(base[1])
                return
            rows = self.shelf.join(base[:1]), self.shelf.join(base[1:2])
            for at in mine:
                self._turn(at, int(base[2][at]), int(state.codes[at]), rows)
        else:
            rows = np.zeros(self.shelf.words, dtype=np.uint64), np.zeros(self.shelf.words, dtype=np.uint64)
            self.add(state.codes, *rows)
        now.surely.made.append(rows[0])
        now.perhaps.made.append(rows[1])

    def pick_later(self, tomorrow: State, later: Later) -> None:
        """Pick the answers that cannot change."""
        if not isinstance(tomorrow, Answered):
            later.moved.numbers.append(self.touched)
            later.ending.numbers.append(self.touched)
            return
        still = Now()
        self.pick(tomorrow.settled(), still)
        later.ever.numbers += still.surely.numbers
        later.ever.made += still.surely.made
        moved = self.moved(tomorrow.moving)
        later.moved.made.append(moved)
        later.ending.made.append(moved)

    def moved(self, which: Sequence[int]) -> Words:
        """Give the columns of these answers."""
        found = np.zeros(self.shelf.words, dtype=np.uint64)
        for at in which:
            for row, _ in self.rows.get(at, ()):
                add(found, row)
        return found

    def add(self, codes: Codes, surely: Words, perhaps: Words) -> None:
        """Add the columns that certainly hold and those that may; `codes` are of all answers."""
        answers = codes[self.asked]
        found = np.where(self.mirrored, 2 - answers, answers)
        surely[self.places] |= self._packed(found == 2)
        perhaps[self.places] |= self._packed(found > 0)

    def _turn(self, at: int, before: int, now: int, rows: tuple[Words, Words]) -> None:
        for row, mirrored in self.rows[at]:
            old, new = (2 - before, 2 - now) if mirrored else (before, now)
            if (old == 2) != (new == 2):
                toggle(rows[0], row)
            if (old > 0) != (new > 0):
                toggle(rows[1], row)

    def _packed(self, holds: NDArray[np.bool_]) -> Words:
        laid_out = np.zeros(len(self.places) * WORD, dtype=np.bool_)
        laid_out[self.bits] = holds
        return np.packbits(laid_out, bitorder="little").view(np.uint64)


Rows: TypeAlias = LineRows | HitRows | CodedRows
