"""When something that is counted from a day reaches each cut of its line."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from data.catalogue.facts import Fact
from models.compiled.encoded_person import OnLine
from models.eligibility.durations import completed_months, months_later

LONG_AGO: Final = -(10**8)
"""Before every day."""
Unit: TypeAlias = Literal["line", "months", "days"]
"""An age in completed years, or a distance in months or in days."""


@dataclass(frozen=True)
class Distances:
    """How far from a day each cut of a line lies: for each value in order, "at the value" and "beyond it"."""

    unit: Unit
    offsets: Sequence[int]
    """(cuts,) ascending: days, or months; beyond so many months is a day later."""
    always: int
    """So many cuts even the least possible age has reached."""
    never: NDArray[np.bool_]
    """(cuts,) which lie above the greatest possible age: the last ones."""

    @classmethod
    def of(cls, unit: Unit, values: Sequence[Decimal], fact: Fact) -> Distances:
        """Measure a line."""
        if unit != "line":
            step = 1 if unit == "days" else 0
            offsets = [int(value) + beyond * step for value in values for beyond in (0, 1)]
            return cls(unit, offsets, 0, np.zeros(len(offsets), dtype=np.bool_))
        years = [year for value in values for year in (math.ceil(value), math.floor(value) + 1)]
        low, high = fact.limits
        always = 0 if low is None else sum((v <= low) + (v < low) for v in values)
        never = [high is not None and value > high for value in values for _ in range(2)]
        return cls(unit, [12 * year for year in years], always, np.array(never, dtype=np.bool_))

    def reached(self, first: date, last: date, on: date) -> OnLine:
        """Count the cuts that surely are reached on a day, and those that may be, counted from a range of days."""
        surely = max(self.always, self._count(last, on))
        if first == last:
            return OnLine(surely, surely)
        may = len(self.offsets) if self._is_open(first) else max(self.always, self._count(first, on))
        return OnLine(surely, max(surely, min(may, self._possible)))

    def turn(self, cut: int, first: date, last: date) -> tuple[int, int]:
        """Give the ordinals of the days from which a cut may be and surely is reached."""
        if cut < self.always:
            return LONG_AGO, LONG_AGO
        late = self._turn(cut, last)
        if first == last or self.never[cut]:
            return late, late
        return LONG_AGO if self._is_open(first) else self._turn(cut, first), late

    @cached_property
    def _possible(self) -> int:
        return len(self.offsets) - int(self.never.sum())

    def _is_open(self, first: date) -> bool:
        return self.unit == "line" and first == date.min

    def _count(self, since: date, on: date) -> int:
        if self.unit == "days":
            return bisect_right(self.offsets, (on - since).days)
        months = completed_months(since, on)
        if self.unit == "line":
            return bisect_right(self.offsets, months)
        below = bisect_left(self.offsets, months)
        if below == len(self.offsets) or self.offsets[below] != months:
            return below
        return below + 1 + (months_later(since, months) < on)

    def _turn(self, cut: int, since: date) -> int:
        offset = self.offsets[cut]
        if self.unit == "days":
            return since.toordinal() + offset
        return months_later(since, offset).toordinal() + (self.unit == "months" and cut % 2)
