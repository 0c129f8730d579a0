"""Sets of days as runs from one ordinal to another, ascending and apart, with what holds on all or any of some sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.compiled.circuit import NEVER
from models.compiled.encoded_person import Numbers

Runs: TypeAlias = tuple[tuple[int, int], ...]
EVER: Final[Runs] = ((-NEVER, NEVER),)
NOWHEN: Final[Runs] = ()


def united(sets: Iterable[Runs]) -> Runs:
    """Give the days that lie in any of these.

    >>> united([((1, 3), (8, 9)), ((4, 5),)])
    ((1, 5), (8, 9))
    """
    found: list[tuple[int, int]] = []
    for first, last in sorted(run for runs in sets for run in runs):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return tuple(found)


def shared(sets: Iterable[Runs]) -> Runs:
    """Give the days that lie in all of these.

    >>> shared([((1, 5), (8, 9)), ((4, 8),)])
    ((4, 5), (8, 8))
    """
    found = EVER
    for runs in sets:
        pairs = ((max(a, c), min(b, d)) for a, b in found for c, d in runs)
        found = tuple(pair for pair in pairs if pair[0] <= pair[1])
    return found


def since(day: int, runs: Runs) -> Runs:
    """Leave out the days before a day."""
    return tuple((max(first, day), last) for first, last in runs if last >= day)


@dataclass(frozen=True)
class Spans:
    """From the first to the last day of each of many sets, all days of those that are not told."""

    first: Numbers
    last: Numbers
    torn: NDArray[np.bool_]
    """Whether there are days between that are not in the set."""

    @classmethod
    def of(cls, sets: Mapping[int, Runs], count: int) -> Self:
        """Put sets in their places."""
        spans = cls(np.full(count, -NEVER), np.full(count, NEVER), np.zeros(count, dtype=np.bool_))
        for at, runs in sets.items():
            spans.first[at], spans.last[at] = (runs[0][0], runs[-1][1]) if runs else (NEVER, -NEVER)
            spans.torn[at] = len(runs) > 1
        return spans

    def take(self, which: NDArray[Any]) -> Spans:
        """Pick some."""
        return Spans(self.first.take(which), self.last.take(which), self.torn.take(which))

    def narrowed(self, owners: Numbers, others: Spans) -> Spans:
        """Keep only days that also lie in the spans of others, which belong to these owners."""
        np.maximum.at(self.first, owners, others.first)
        np.minimum.at(self.last, owners, others.last)
        self.torn[owners[others.torn]] = True
        return self
