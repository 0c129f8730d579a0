"""Which grants take applications on a day, and on which later days: the same for every person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from data.catalogue.grants import Grant, Window
from models.compiled.answer_flags import Numbers
from models.compiled.bit_packing import Words, words_of
from models.eligibility.day_sets import EVERY_DAY, NEVER, IntervalSet, shared, since, united


class Times(NamedTuple):
    """When a grant takes applications: its windows, and the last day of a scheme that does not come again."""

    windows: tuple[Window, ...]
    ended: date | None

    @property
    def last(self) -> int:
        """The ordinal of that day; NEVER where there is none."""
        return NEVER if self.ended is None else self.ended.toordinal()


@dataclass(frozen=True)
class Windows:
    """The windows of a catalogue, each distinct set of them once."""

    distinct: tuple[Times, ...]
    of_place: NDArray[np.int32]
    """(grants,) which of them each grant has."""
    ended: Numbers
    """The grants that have ended or will end, ascending."""

    @classmethod
    def of(cls, grants: Sequence[Grant]) -> Windows:
        """Number the windows of grants, listed in the order of their places."""
        known: dict[Times, int] = {}
        numbers = np.zeros(len(grants), dtype=np.int32)
        for place, grant in enumerate(grants):
            numbers[place] = known.setdefault(Times(grant.windows, grant.ended), len(known))
        ended = [place for place, grant in enumerate(grants) if grant.ended is not None]
        return cls(tuple(known), numbers, np.array(ended, dtype=np.int64))

    @cached_property
    def days(self) -> tuple[IntervalSet, ...]:
        """Of each distinct set the days on which it is not certain that no applications are taken.

        After its last opening, a grant that has closed may always open again.
        """
        return tuple(shared([_days(times.windows), ((-NEVER, times.last),)]) for times in self.distinct)


def _days(windows: tuple[Window, ...]) -> IntervalSet:
    taking = [window for window in windows if not window.paused]
    openings = [window.opens.toordinal() for window in taking if window.opens is not None]
    if not openings:
        return EVERY_DAY
    spells = [
        (
            -NEVER if window.opens is None else window.opens.toordinal(),
            NEVER if window.closes is None else window.closes.toordinal(),
        )
        for window in windows
    ]
    return united([*((spell,) for spell in spells), ((max(openings), NEVER),)])


@dataclass(frozen=True)
class Openings:
    """What the windows of every place say on a day."""

    closed: NDArray[np.bool_]
    """(grants,) places that take no applications on the day."""
    words: Words
    """The same with a bit a place."""
    ended: NDArray[np.bool_]
    """(grants,) grants that are over for good."""
    ending: NDArray[np.bool_]
    """(grants,) grants that will be over for good."""
    later: Spans
    """For each distinct set of windows the later days on which it is not certain that no applications are taken."""

    @classmethod
    def on(cls, windows: Windows, day: date) -> Openings:
        """Look at all windows on a day."""
        closed = [
            bool(times.windows) and not any(window.is_open(day) for window in times.windows)
            for times in windows.distinct
        ]
        of_place = np.array(closed, dtype=np.bool_)[windows.of_place]
        last = np.array([times.last for times in windows.distinct], dtype=np.int64)[windows.of_place]
        ended = last < day.toordinal()
        tomorrow = day.toordinal() + 1
        days = {at: since(tomorrow, runs) for at, runs in enumerate(windows.days)}
        bits = words_of(np.pad(of_place, (0, -len(of_place) % 64)))
        return cls(of_place, bits, ended, ~ended & (last < NEVER), Spans.of(days, len(days)))


@dataclass(frozen=True)
class Spans:
    """From the first to the last day of each of many sets, all days of those that are not told."""

    first: Numbers
    last: Numbers
    gapped: NDArray[np.bool_]
    """Whether there are days between that are not in the set."""

    @classmethod
    def of(cls, sets: Mapping[int, IntervalSet], count: int) -> Self:
        """Put sets in their places."""
        spans = cls(np.full(count, -NEVER), np.full(count, NEVER), np.zeros(count, dtype=np.bool_))
        for at, runs in sets.items():
            spans.first[at], spans.last[at] = (runs[0][0], runs[-1][1]) if runs else (NEVER, -NEVER)
            spans.gapped[at] = len(runs) > 1
        return spans

    def take(self, which: NDArray[Any]) -> Spans:
        """Pick some."""
        return Spans(self.first.take(which), self.last.take(which), self.gapped.take(which))

    def narrowed(self, owners: Numbers, others: Spans) -> Spans:
        """Keep only days that also lie in the spans of others, which belong to these owners."""
        np.maximum.at(self.first, owners, others.first)
        np.minimum.at(self.last, owners, others.last)
        self.gapped[owners[others.gapped]] = True
        return self
