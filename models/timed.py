"""On which later days nothing about a grant is a no, worked out for many grants at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from models.bits import WORD, Numbers, Words, are_set
from models.layout import Entries, spread
from models.lexicon import Vocabulary, cut_number
from models.literals import Literal, Subject
from models.states import Turns

NEVER: Final = 10**8
"""After every day; with a minus, before every day. Days are ordinals."""


@dataclass(frozen=True)
class Spans:
    """For each of some things one span of days, from `first` to `last`; empty where the first is after the last."""

    first: Numbers
    last: Numbers
    broken: NDArray[np.bool_]
    """Whether there are days within the span that do not belong to it."""

    @classmethod
    def always(cls, count: int) -> Self:
        """Give every day to all of them."""
        return cls(np.full(count, -NEVER), np.full(count, NEVER), np.zeros(count, dtype=np.bool_))

    def put(self, which: Numbers, other: Spans) -> None:
        """Take over the spans of some."""
        self.first[which], self.last[which], self.broken[which] = other.first, other.last, other.broken

    def narrow(self, owners: Numbers, other: Spans) -> None:
        """Keep only days that also lie in the spans of others, which belong to these owners."""
        np.maximum.at(self.first, owners, other.first)
        np.minimum.at(self.last, owners, other.last)
        self.broken[owners[other.broken]] = True

    def take(self, which: Numbers) -> Spans:
        """Pick some."""
        return Spans(self.first[which], self.last[which], self.broken[which])


@dataclass(frozen=True)
class Days:
    """For every literal, when it may hold and when it need not; always, where it does not move."""

    moves: NDArray[np.bool_]
    may: Spans
    need_not: Spans

    @classmethod
    def still(cls, count: int) -> Self:
        """Start with literals none of which moves."""
        return cls(np.zeros(count, dtype=np.bool_), Spans.always(count), Spans.always(count))


@dataclass(frozen=True)
class Timed:
    """For every grant, and after them every formula, the literals that time can change."""

    starts: Numbers
    """(grants + formulas + 1,)"""
    columns: Numbers
    literals: Numbers
    against: NDArray[np.bool_]
    """(entries,) whether the column is one of reasons against."""
    of_subject: Mapping[Subject, Numbers]
    """The literals about each subject."""
    _cuts: Mapping[Subject, tuple[Numbers, NDArray[np.bool_]]]
    """For each line the cuts of its literals, counted from 0, and which of them hold from the cut on."""

    @classmethod
    def of(
        cls,
        entries: Entries,
        formulas: int,
        literals: Sequence[Literal],
        vocabulary: Vocabulary,
        can_move: Callable[[Subject], bool],
    ) -> Self:
        """Collect the literals about subjects that time can change."""
        of_subject: dict[Subject, list[int]] = {}
        for at, literal in enumerate(literals):
            if can_move(literal.subject):
                of_subject.setdefault(literal.subject, []).append(at)
        movable = np.zeros(len(literals) + 1, dtype=np.bool_)
        movable[[at for some in of_subject.values() for at in some]] = True
        mine = np.flatnonzero(movable[entries.literals])
        mine = mine[np.argsort(entries.owners[mine], kind="stable")]
        layout, columns = entries.layout, entries.columns[mine]
        counts = np.bincount(entries.owners[mine], minlength=layout.grants + formulas)
        against = columns < layout.grant_words * WORD
        for region in layout.regions:
            against |= (columns >= region.start * WORD) & (columns < region.reasons_end * WORD)
        cuts = {
            subject: (
                np.array([cut_number(vocabulary.places[subject], literals[at].what) - 1 for at in some]),
                np.array([literals[at].sense == "up" for at in some]),
            )
            for subject, some in of_subject.items()
            if subject.kind in ("line", "months", "days")
        }
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        numbered = {subject: np.array(some, dtype=np.int64) for subject, some in of_subject.items()}
        return cls(starts, columns, entries.literals[mine], against, numbered, cuts)

    def count(self, days: Days, subject: Subject, turns: Turns) -> None:
        """Note when literals about what is counted from a day may hold, and when they need not."""
        mine, (cuts, up), (early, late) = self.of_subject[subject], self._cuts[subject], turns
        nothing = np.zeros(len(mine), dtype=np.bool_)
        days.moves[mine] = True
        days.may.put(
            mine, Spans(np.where(up, early[cuts], -NEVER), np.where(up, NEVER, late[cuts] - 1), nothing)
        )
        days.need_not.put(
            mine, Spans(np.where(up, -NEVER, early[cuts]), np.where(up, late[cuts] - 1, NEVER), nothing)
        )

    def literals_of(self, owners: Numbers) -> Numbers:
        """List the literals of some grants and formulas that time can change."""
        return np.unique(spread(self.starts, self.literals, owners)[1])

    def spans(self, days: Days, owners: Numbers, open_anyway: Words) -> Spans:
        """Find the days on which nothing of these grants or formulas need be a no.

        `open_anyway` are columns of clauses that may hold on every day by what does not move.
        """
        owner, entry = spread(self.starts, self._every, owners)
        moving = days.moves[self.literals[entry]]
        owner, entry = owner[moving], entry[moving]
        found, against = Spans.always(len(owners)), self.against[entry]
        found.narrow(owner[against], days.need_not.take(self.literals[entry[against]]))
        owner, entry = owner[~against], entry[~against]
        closed = ~are_set(open_anyway, self.columns[entry])
        if closed.any():
            owner, entry = owner[closed], entry[closed]
            clause, spans = _united(self.columns[entry], days.may.take(self.literals[entry]))
            found.narrow(owner[clause], spans)
        return found

    @cached_property
    def _every(self) -> Numbers:
        return np.arange(len(self.columns))


def _united(columns: Numbers, spans: Spans) -> tuple[Numbers, Spans]:
    """Unite the spans of each column: an entry of each, and the days on which any of its literals may hold."""
    empty = spans.first > spans.last
    order = np.lexsort((spans.first, empty, columns))
    column, first, last, broken = columns[order], spans.first[order], spans.last[order], spans.broken[order]
    some = ~empty[order]
    starts = np.flatnonzero(np.r_[True, column[1:] != column[:-1]])
    group = np.cumsum(np.r_[False, column[1:] != column[:-1]])
    so_far = np.maximum.accumulate(np.where(some, last, -NEVER) + group * (4 * NEVER)) - group * (4 * NEVER)
    gap = np.r_[False, (first[1:] > so_far[:-1] + 1) & (group[1:] == group[:-1]) & some[1:]]
    united_last = np.maximum.reduceat(np.where(some, last, -NEVER), starts)
    united_first = np.where(some[starts], first[starts], NEVER)
    torn = np.logical_or.reduceat(gap | (broken & some), starts)
    return order[starts], Spans(united_first, united_last, torn)
