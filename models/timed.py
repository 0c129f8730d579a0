"""Whether time alone cures a no, for many grants at once: from when and until when their rules can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.bits import WORD, Numbers, Words, are_set
from models.entries import Entries, spread
from models.lexicon import Dates, cut_number
from models.literals import Literal, Subject
from models.states import Turns

NEVER: Final = 10**8
"""After every day; with a minus, before every day."""


@dataclass(frozen=True)
class Timed:
    """For every place the literals that are counted from a day, and the columns in which they stand."""

    grant_words: int
    starts: Numbers
    """(places + 1,)"""
    columns: Numbers
    literals: Numbers
    """Numbers of literals; from `dates_from` on two for each pair of dates: after its last day, before its first."""
    dates_from: int
    lines: Mapping[Subject, tuple[Numbers, Numbers, NDArray[np.bool_]]]
    """For each subject its literals, their cuts counted from 0, and which of them hold from the cut on."""

    @classmethod
    def of(
        cls, entries: Entries, literals: Sequence[Literal], lines: Mapping[Subject, Mapping[object, int]]
    ) -> Timed:
        """Collect the literals about these subjects, given the places of their values, and all dated columns."""
        counted = np.array([literal.subject in lines for literal in literals] or [False], dtype=np.bool_)
        mine = np.flatnonzero(counted[entries.literals])
        pseudo = len(literals) + 2 * entries.dates
        columns = np.concatenate([entries.columns[mine], entries.dated_columns, entries.dated_columns])
        which = np.concatenate([entries.literals[mine], pseudo, pseudo + 1])
        place = np.concatenate([entries.places[mine], entries.dated_places, entries.dated_places])
        order = np.argsort(place, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=entries.layout.count))]).astype(np.int64)
        numbered = {subject: _line(subject, literals, places) for subject, places in lines.items()}
        return cls(entries.layout.grant_words, starts, columns[order], which[order], len(literals), numbered)


def _line(
    subject: Subject, literals: Sequence[Literal], places: Mapping[object, int]
) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    mine = [at for at, literal in enumerate(literals) if literal.subject == subject]
    cuts = [cut_number(places, literals[at].what) - 1 for at in mine]
    ups = [literals[at].sense == "up" for at in mine]
    return np.array(mine, dtype=np.int64), np.array(cuts, dtype=np.int64), np.array(ups, dtype=np.bool_)


@dataclass(frozen=True)
class Days:
    """For every literal the ordinals of the days on which it may hold, and on which it need not."""

    moves: NDArray[np.bool_]
    may_from: Numbers
    """NEVER for those that end."""
    may_until: Numbers
    """-NEVER for those that begin."""
    need_not_from: Numbers
    need_not_until: Numbers

    @classmethod
    def of(cls, timed: Timed, turns: Mapping[Subject, Turns], dates: Sequence[Dates], on: date) -> Days:
        """Work out the days; literals about what is not counted from a known day do not move."""
        size = timed.dates_from + 2 * len(dates)
        ends = [np.full(size, day) for day in (NEVER, -NEVER, -NEVER, NEVER)]
        days = cls(np.zeros(size, dtype=np.bool_), *ends)
        for subject, (early, late) in turns.items():
            if subject in timed.lines:
                days._count(*timed.lines[subject], early, late)
        for at, (since, until) in enumerate(dates):
            after, before = timed.dates_from + 2 * at, timed.dates_from + 2 * at + 1
            if until is not None:
                days.moves[after], days.may_from[after] = True, until.toordinal() + 1
            if since is not None and since > on:
                days.moves[before], days.may_until[before] = True, since.toordinal() - 1
        return days

    def _count(self, mine: Numbers, cuts: Numbers, up: NDArray[np.bool_], early: Numbers, late: Numbers) -> None:
        self.moves[mine] = True
        self.may_from[mine] = np.where(up, early[cuts], NEVER)
        self.may_until[mine] = np.where(up, -NEVER, late[cuts] - 1)
        self.need_not_from[mine] = np.where(up, -NEVER, early[cuts])
        self.need_not_until[mine] = np.where(up, late[cuts] - 1, NEVER)


@dataclass(frozen=True)
class Spans:
    """For some places: the days from `first` to `last`, except where there is a gap between them."""

    first: Numbers
    last: Numbers
    gap: NDArray[np.bool_]
    """Whether the days before a gap and after it are more than this can tell."""


def spans(timed: Timed, days: Days, places: Numbers, open_anyway: Words) -> Spans:
    """Find the days on which no rule of some places need be a no.

    `open_anyway` are columns of clauses that may hold on every day by what does not move.
    """
    owner, entry = spread(timed.starts, np.arange(len(timed.columns)), places)
    literal, column = timed.literals[entry], timed.columns[entry]
    moves = days.moves[literal]
    owner, literal, column = owner[moves], literal[moves], column[moves]
    first, last = np.full(len(places), -NEVER), np.full(len(places), NEVER)
    gap = np.zeros(len(places), dtype=np.bool_)
    against = column < timed.grant_words * WORD
    np.maximum.at(first, owner[against], days.need_not_from[literal[against]])
    np.minimum.at(last, owner[against], days.need_not_until[literal[against]])
    closed = ~against
    closed[closed] = ~are_set(open_anyway, column[closed])
    if closed.any():
        _clauses(owner[closed], column[closed], literal[closed], days, first, last, gap)
    return Spans(first, last, gap)


def _clauses(
    owner: Numbers,
    column: Numbers,
    literal: Numbers,
    days: Days,
    first: Numbers,
    last: Numbers,
    gap: NDArray[np.bool_],
) -> None:
    """Narrow the days to those on which every clause can hold by some literal."""
    each, at, of_clause = np.unique(column, return_index=True, return_inverse=True)
    begins, ends = np.full(len(each), NEVER), np.full(len(each), -NEVER)
    np.minimum.at(begins, of_clause, days.may_from[literal])
    np.maximum.at(ends, of_clause, days.may_until[literal])
    grant = owner[at]
    both = (begins < NEVER) & (ends > -NEVER)
    gap[grant[both & (begins > ends + 1)]] = True
    only_begins, only_ends = ends == -NEVER, (begins == NEVER) & (ends > -NEVER)
    np.maximum.at(first, grant[only_begins], begins[only_begins])
    np.minimum.at(last, grant[only_ends], ends[only_ends])
