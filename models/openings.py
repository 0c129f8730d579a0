"""Which grants take applications on a day, and on which later days: the same for every person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from data.grants import Grant, Window
from models.bits import Numbers, Words, row_of, whole, words_for
from models.timed import NEVER


@dataclass(frozen=True)
class Windows:
    """The windows of a catalogue, each distinct set of them once."""

    distinct: tuple[tuple[Window, ...], ...]
    of_place: Numbers

    @classmethod
    def of(cls, grants: Sequence[Grant]) -> Windows:
        """Number the windows of grants, listed in the order of their places."""
        known: dict[tuple[Window, ...], int] = {}
        met: dict[int, int] = {}
        numbers = np.zeros(len(grants), dtype=np.int64)
        for place, grant in enumerate(grants):
            windows = grant.windows
            number = met.get(id(windows))
            if number is None:
                number = met[id(windows)] = known.setdefault(windows, len(known))
            numbers[place] = number
        return cls(tuple(known), numbers)


@dataclass(frozen=True)
class Openings:
    """What the windows of every place say on a day and after it; days are ordinals."""

    closed: Words
    """Places that take no applications on the day."""
    settled: Numbers
    """(distinct,) from when on it is never certain that none are taken."""
    open_until: Numbers
    """(distinct,) until when they are taken before that, from the next day on; -NEVER where not at all."""
    reopens: NDArray[np.bool_]
    """(distinct,) whether there are other days before `settled`."""

    @classmethod
    def on(cls, windows: Windows, day: date) -> Openings:
        """Look at all windows on a day."""
        size = len(windows.distinct)
        closed, reopens = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
        settled, open_until = np.full(size, -NEVER), np.full(size, -NEVER)
        for at, some in enumerate(windows.distinct):
            taking = [window for window in some if not window.paused]
            closed[at] = bool(some) and not any(_inside(window, day) for window in taking)
            ahead = [window.opens for window in taking if window.opens is not None and window.opens > day]
            if ahead:
                settled[at] = max(ahead).toordinal()
                open_until[at], reopens[at] = _before(taking, day, max(ahead))
        places = np.flatnonzero(closed[windows.of_place])
        words = words_for(len(windows.of_place))
        return cls(whole(row_of(places, words), words), settled, open_until, reopens)


def _before(taking: Sequence[Window], day: date, last_opening: date) -> tuple[int, bool]:
    """Tell until when applications are taken from the next day on, and whether again before the last opening."""
    tomorrow = day + timedelta(days=1)
    running = [window for window in taking if _inside(window, tomorrow)]
    closes = [NEVER if window.closes is None else window.closes.toordinal() for window in running]
    until = max(closes, default=-NEVER)
    others = (
        window.opens
        for window in taking
        if window.opens is not None and tomorrow < window.opens < last_opening
    )
    return until, any(True for _ in others)


def _inside(window: Window, on: date) -> bool:
    return (window.opens is None or window.opens <= on) and (window.closes is None or on <= window.closes)
