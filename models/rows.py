"""What one family of literals adds to the columns of a catalogue, ready for whatever is known of a person.

A column holds by any of its literals. Each family adds two rows: columns that certainly hold, and columns that
may hold. What is unknown may hold everywhere (`touched`) and certainly holds nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.bits import WORD, Numbers, Row, Words, add, nbytes, row_of, toggle, whole

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
    base_codes: Codes | None = None
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


class Later(NamedTuple):
    """Rows about all later days: what holds on every one, what may hold on one, and what must be looked at singly."""

    ever: Words
    some_day: Words
    singly: Words

NOT_APPLICABLE: Final = NotApplicable()
_SPARSE_COST: Final = 6
"""Reading a word by its place costs so many times a word of a whole row. Measured."""
_CALL_COST: Final = 300
"""A call costs as much as reading so many words. Measured."""


@dataclass(frozen=True)
class LineRows:
    """Literals of one sense about a number: from a cut on (`up`), or up to it (`down`)."""

    touched: Row
    not_applicable: Row
    up: bool
    cuts: Numbers
    """Ascending; the literals of `up` hold for those reached, of `down` for those not reached."""
    steps: tuple[Row, ...]
    """What each cut adds, in the order of `up` or `down`."""
    resting: tuple[int, ...]
    """For each number of steps, the last resting place at or before it."""
    sums: Mapping[int, Words]
    """At each resting place, all steps before it together."""

    @classmethod
    def build(cls, columns: Numbers, cuts: Numbers, excused: NDArray[np.bool_], up: bool, words: int) -> LineRows:
        """Sum up the steps; `excused` marks literals that hold where the fact does not apply."""
        order = np.lexsort((cuts if up else -cuts, columns))
        first = order[np.r_[True, np.diff(columns[order]) > 0]]
        values, step_of = np.unique(cuts[first], return_inverse=True)
        parts = [first[step_of == at] for at in range(len(values))]
        steps = [row_of(columns[part], words) for part in (parts if up else reversed(parts))]
        resting, sums = _rests(steps, words)
        touched, excuse = row_of(columns, words), row_of(columns[excused], words)
        return cls(touched, excuse, up, values, tuple(steps), resting, sums)

    def add(self, state: State, surely: Words, perhaps: Words) -> None:
        """Add the columns that certainly hold and those that may."""
        if isinstance(state, OnLine):
            low, high = (state.low, state.high) if self.up else (state.high, state.low)
            self.add_at(low, surely)
            if low != high:
                self.add_at(high, perhaps)
        elif state is None:
            add(perhaps, self.touched)
        else:
            add(surely, self.not_applicable)

    def add_later(self, tomorrow: State, later: Later) -> None:
        """Add what tomorrow tells of a number that only grows; what else can change is to be looked at singly."""
        if not isinstance(tomorrow, OnLine):
            _add_unsettled(self.touched, later)
        elif self.up:
            self.add_at(tomorrow.low, later.ever)
            add(later.some_day, self.touched)
        else:
            self.add_at(tomorrow.low, later.some_day)

    def add_at(self, reached: int, into: Words) -> None:
        """Add the columns that hold where the number has reached so many cuts of the line."""
        below = int(self.cuts.searchsorted(reached, side="right"))
        done = below if self.up else len(self.cuts) - below
        rest = self.resting[done]
        if rest:
            np.bitwise_or(into, self.sums[rest], out=into)
        for step in self.steps[rest:done]:
            add(into, step)

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        return nbytes(self.touched) + sum(map(nbytes, self.steps)) + sum(row.nbytes for row in self.sums.values())


def _rests(steps: Sequence[Row], words: int) -> tuple[tuple[int, ...], dict[int, Words]]:
    """Choose where to keep sums, so that no number of steps costs much more than reading one whole row."""
    resting, sums = [0], dict[int, Words]()
    so_far, cost = np.zeros(words, dtype=np.uint64), 0
    for place, step in enumerate(steps, start=1):
        add(so_far, step)
        cost += _CALL_COST + (len(step[0]) * _SPARSE_COST if isinstance(step, tuple) else words)
        if cost > words:
            sums[place], cost = so_far.copy(), 0
        resting.append(place if place in sums else resting[-1])
    return tuple(resting), sums


@dataclass(frozen=True)
class HitRows:
    """Literals that hold where a person has one of the values (`hit`), or has none of them (`miss`)."""

    touched: Row
    miss: bool
    words: int
    values: Mapping[int, Row]
    """For each value the columns that name it."""
    alone: Mapping[int, Row]
    """For `miss`, the columns that do not name it."""

    @classmethod
    def build(cls, columns: Numbers, values: Numbers, miss: bool, words: int) -> HitRows:
        """Sort the columns by the values that they name; both arrays run over (column, value) pairs."""
        named = {int(value): columns[values == value] for value in np.unique(values)}
        every = np.unique(columns)
        alone = {value: row_of(np.setdiff1d(every, mine), words) for value, mine in named.items()} if miss else {}
        rows = {value: row_of(mine, words) for value, mine in named.items()}
        return cls(row_of(every, words), miss, words, rows, alone)

    def add(self, state: State, surely: Words, perhaps: Words) -> None:
        """Add the columns that certainly hold and those that may."""
        if state is None:
            add(perhaps, self.touched)
            return
        have, may = (state.surely, state.perhaps) if isinstance(state, Among) else ((), ())
        if self.miss:
            self._add_missed(may, surely)
            if may != have:
                self._add_missed(have, perhaps)
        else:
            self._add_hit(have, surely)
            if may != have:
                self._add_hit(may, perhaps)

    def add_later(self, tomorrow: State, later: Later) -> None:
        """Leave everything open."""
        _add_unsettled(self.touched, later)

    def _add_hit(self, values: tuple[int, ...] | None, into: Words) -> None:
        if values is None:
            add(into, self.touched)
            return
        for value in values:
            add(into, self.values.get(value))

    def _add_missed(self, values: tuple[int, ...] | None, into: Words) -> None:
        if values is None:
            return
        named = [value for value in values if value in self.values]
        if len(named) > 1:
            hit = np.zeros(self.words, dtype=np.uint64)
            self._add_hit(tuple(named), hit)
            np.bitwise_or(into, np.bitwise_and(whole(self.touched, self.words), np.invert(hit)), out=into)
        else:
            add(into, self.alone[named[0]] if named else self.touched)

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        return nbytes(self.touched) + sum(map(nbytes, [*self.values.values(), *self.alone.values()]))


@dataclass(frozen=True)
class CodedRows:
    """Literals about the answers of conditions that are asked as a whole; no column has two of them."""

    touched: Row
    words: int
    asked: NDArray[np.int32]
    """(literals,) which answer each is about."""
    mirrored: NDArray[np.bool_]
    """(literals,) whether it holds where the answer is no."""
    entries: NDArray[np.int32]
    """(columns,) the literal of each column."""
    places: Numbers
    """Words that have a bit of this family."""
    bits: Numbers
    """(columns,) which bit of those words, put end to end, each column is."""
    rows: Mapping[int, tuple[tuple[Row, bool], ...]]
    """For each answer, the columns of its literals and whether they are mirrored."""
    _bases: dict[str, tuple[Words, Words]] = field(default_factory=dict)

    @classmethod
    def build(cls, columns: Numbers, asked: Numbers, mirrored: NDArray[np.bool_], words: int) -> CodedRows:
        """Number the literals of (columns,) that are each about an answer."""
        literals, entries = np.unique(asked * 2 + mirrored, return_inverse=True)
        places, word_of = np.unique(columns >> 6, return_inverse=True)
        rows: dict[int, tuple[tuple[Row, bool], ...]] = {}
        order = np.argsort(entries, kind="stable")
        parts = np.split(columns[order], np.cumsum(np.bincount(entries))[:-1])
        for literal, mine in zip(literals.tolist(), parts, strict=True):
            rows[literal // 2] = (*rows.get(literal // 2, ()), (row_of(mine, words), bool(literal % 2)))
        bits = word_of * WORD + (columns & 63)
        asked_by, turned = (literals // 2).astype(np.int32), (literals % 2).astype(np.bool_)
        touched = row_of(columns, words)
        return cls(touched, words, asked_by, turned, entries.astype(np.int32), places, bits, rows)

    def add(self, state: State, surely: Words, perhaps: Words) -> None:
        """Add the columns that certainly hold and those that may."""
        if not isinstance(state, Answered):
            add(perhaps, self.touched)
        elif state.base_codes is None:
            self._add_all(state.codes, surely, perhaps)
        else:
            self._add_changed(state, state.base_codes, surely, perhaps)

    def add_later(self, tomorrow: State, later: Later) -> None:
        """Add the answers that cannot change; what can is to be looked at singly."""
        if not isinstance(tomorrow, Answered):
            _add_unsettled(self.touched, later)
            return
        self.add(tomorrow.settled(), later.ever, later.some_day)
        for at in tomorrow.moving:
            for row, _ in self.rows.get(at, ()):
                add(later.singly, row)

    def _add_changed(self, state: Answered, codes: Codes, surely: Words, perhaps: Words) -> None:
        base = self._base(state.base, codes)
        mine = [at for at in state.changed if at in self.rows]
        if mine:
            base = base[0].copy(), base[1].copy()
            for at in mine:
                self._turn(at, int(codes[at]), int(state.codes[at]), base)
        np.bitwise_or(surely, base[0], out=surely)
        np.bitwise_or(perhaps, base[1], out=perhaps)

    def _turn(self, at: int, before: int, now: int, base: tuple[Words, Words]) -> None:
        for row, mirrored in self.rows[at]:
            old, new = (2 - before, 2 - now) if mirrored else (before, now)
            if (old == 2) != (new == 2):
                toggle(base[0], row)
            if (old > 0) != (new > 0):
                toggle(base[1], row)

    def _base(self, name: str, codes: Codes) -> tuple[Words, Words]:
        found = self._bases.get(name)
        if found is None:
            found = np.zeros(self.words, dtype=np.uint64), np.zeros(self.words, dtype=np.uint64)
            self._add_all(codes, *found)
            self._bases[name] = found
        return found

    def _add_all(self, codes: Codes, surely: Words, perhaps: Words) -> None:
        answers = codes[self.asked]
        found = np.where(self.mirrored, 2 - answers, answers)[self.entries]
        surely[self.places] |= self._packed(found == 2)
        perhaps[self.places] |= self._packed(found > 0)

    def _packed(self, holds: NDArray[np.bool_]) -> Words:
        laid_out = np.zeros(len(self.places) * WORD, dtype=np.bool_)
        laid_out[self.bits] = holds
        return np.packbits(laid_out, bitorder="little").view(np.uint64)

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        return self.bits.nbytes + self.entries.nbytes + self.places.nbytes


def _add_unsettled(touched: Row, later: Later) -> None:
    add(later.some_day, touched)
    add(later.singly, touched)


Rows: TypeAlias = LineRows | HitRows | CodedRows
