"""What rules ask, worked out from the flags of literals: every clause and formula once, level by level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from models.compiled.answer_flags import ALL, ALWAYS, LASTING, LATER, NOW, AnswerFlags, Numbers
from models.compiled.literals import Literal
from models.compiled.symbols import Item, SymbolTable
from models.eligibility.day_sets import NEVER


class Level(NamedTuple):
    """Formulas that name none of their own level."""

    parts: Numbers
    """The slots of the parts of all clauses, end to end."""
    clauses: Numbers
    """Where each clause starts among the parts."""
    formulas: Numbers
    """Where each formula starts among the clauses."""
    target: slice
    """The slots of the formulas."""
    owners: Numbers
    """The formula of each part, counted from the first."""


class Dated(NamedTuple):
    """Rules that apply only on some days."""

    asks: Numbers
    """The slot of what each asks."""
    since: Numbers
    until: Numbers
    target: slice


@dataclass(frozen=True)
class Circuit:
    """The slots of a catalogue: first literals, then formulas, lowest level first, then rules that have dates."""

    levels: tuple[Level, ...]
    dated: Dated
    items: Numbers
    """(items,) the slot of what each item asks."""
    formulas: tuple[tuple[tuple[int, ...], ...], ...]
    """For each formula in the order of slots, the slots of the parts of each of its clauses."""
    literals: int
    size: int
    """How many slots there are; one more is a slot that everybody meets."""

    @classmethod
    def of(cls, symbols: SymbolTable, literal_slots: Numbers) -> Self:
        """Lay out what a symbol table has numbered."""
        literals, formulas = len(literal_slots), symbols.formulas
        order = sorted(range(len(formulas)), key=lambda at: formulas[at].level)
        place = {-1 - at: literals + rank for rank, at in enumerate(order)}

        def slot(part: int) -> int:
            return place[part] if part < 0 else int(literal_slots[part])

        written = [
            tuple(tuple(slot(part) for part in clause) for clause in formulas[at].clauses) for at in order
        ]
        ends = np.searchsorted(
            [formulas[at].level for at in order], range(len(order) + 2), side="right"
        ).tolist()
        levels = [
            _level(written[first:last], literals + first) for first, last in pairwise(ends) if first < last
        ]
        dated_from = literals + len(formulas)
        items = np.array([slot(item.part) for item in symbols.items], dtype=np.int64)
        dated = [at for at, item in enumerate(symbols.items) if item.dates is not None]
        kept = _dated([symbols.items[at] for at in dated], items[dated], dated_from)
        items[dated] = dated_from + np.arange(len(dated))
        return cls(tuple(levels), kept, items, tuple(written), literals, dated_from + len(dated))

    def fill(self, flags: AnswerFlags, on: date) -> None:
        """Mark formulas and dated rules, given the flags of literals."""
        flags[self.size] = ALL
        for level in self.levels:
            clauses = np.bitwise_or.reduceat(flags.take(level.parts), level.clauses)
            flags[level.target] = np.bitwise_and.reduceat(clauses, level.formulas)
        if len(self.dated.asks):
            flags[self.dated.target] = _on_days(self.dated, flags, on.toordinal())

    def needed(self, slots: NDArray[np.bool_], flags: AnswerFlags) -> NDArray[np.bool_]:
        """Find what is needed to answer some slots, where `flags` are the best that can be."""
        needed = slots.copy()
        needed[self.dated.asks] |= needed[self.dated.target]
        for level in reversed(self.levels):
            open_ = needed[level.target] & (flags[level.target] > 0)
            needed[level.parts[open_.take(level.owners)]] = True
        return needed

    def subjects(self, literals: Sequence[Literal]) -> list[tuple[str, bool, int]]:
        """Tell for each slot what it is about, whether slots about that have an order, and the rank in it."""
        found = [(str(one.subject), one.subject.kind != "uncompiled") for one in literals]
        for clauses in self.formulas:
            names = {found[part] for clause in clauses for part in clause}
            found.append(names.pop() if len(names) == 1 else ("", False))
        found += [found[slot] for slot in self.dated.asks.tolist()]
        return [(*name, slot) for slot, name in enumerate(found)]


def _level(formulas: Sequence[tuple[tuple[int, ...], ...]], start: int) -> Level:
    clauses = [clause for formula in formulas for clause in formula]
    parts = np.array([part for clause in clauses for part in clause], dtype=np.int64)
    counts = [sum(map(len, formula)) for formula in formulas]
    owners = np.repeat(np.arange(len(formulas)), counts)
    target = slice(start, start + len(formulas))
    return Level(parts, _starts(clauses), _starts(formulas), target, owners)


def _starts(parts: Iterable[Sequence[object]]) -> Numbers:
    counts = np.array([len(part) for part in parts], dtype=np.int64)
    found: Numbers = np.cumsum(counts) - counts
    return found


def _dated(items: Sequence[Item], asks: Numbers, start: int) -> Dated:
    dates = [item.dates for item in items if item.dates is not None]
    since = [-NEVER if one.since is None else one.since.toordinal() for one in dates]
    until = [NEVER if one.until is None else one.until.toordinal() for one in dates]
    target = slice(start, start + len(dates))
    return Dated(asks, np.array(since, dtype=np.int64), np.array(until, dtype=np.int64), target)


def _on_days(dated: Dated, flags: AnswerFlags, today: int) -> AnswerFlags:
    asked = flags[dated.asks]
    applies = (dated.since <= today) & (today <= dated.until)
    found = np.where(applies, asked, asked | NOW)
    found |= np.where(dated.until < NEVER, np.uint8(LATER | LASTING), np.uint8(0))
    found |= np.where(dated.since > today + 1, np.uint8(LATER), np.uint8(0))
    found |= np.where(dated.until <= today, np.uint8(ALWAYS), np.uint8(0))
    return found
