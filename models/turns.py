"""The days on which something that is counted from a day reaches each cut of its line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from data.facts import Fact
from models.known import Numbers

LONG_AGO: Final = -(10**8)
"""Before every day."""
_EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Distances:
    """How far from a day each cut of a line lies: for each value in order, "at the value" and "beyond it"."""

    months: Numbers | None
    days: Numbers | int
    always: NDArray[np.bool_]
    """Cuts that even the least possible age has reached."""
    never: NDArray[np.bool_]
    """Cuts above the greatest possible age."""

    @classmethod
    def of(cls, kind: str, values: Sequence[Decimal], fact: Fact) -> Distances:
        """Measure a line of `months` or `days`, or of an age in completed years."""
        beyond, nowhere = np.tile([0, 1], len(values)), np.zeros(2 * len(values), dtype=np.bool_)
        if kind != "line":
            whole = np.repeat(np.array([int(value) for value in values], dtype=np.int64), 2)
            months, days = (whole, beyond) if kind == "months" else (None, whole + beyond)
            return cls(months, days, nowhere, nowhere)
        years = [year for value in values for year in (math.ceil(value), math.floor(value) + 1)]
        low, high = fact.limits
        always = [
            low is not None and reached for v in values for reached in (v <= (low or 0), v < (low or 0))
        ]
        never = [high is not None and value > high for value in values for _ in range(2)]
        return cls(np.array(years, dtype=np.int64) * 12, 0, np.array(always), np.array(never))

    def turns(self, first: date, last: date) -> tuple[Numbers, Numbers]:
        """Give (cuts,) ordinals, ascending: from when each cut may be and surely is reached, counted from a range."""
        early = self._counted(first)
        late = early.copy() if first == last else self._counted(last)
        early[
            self.always | (first == date.min and self.months is not None and isinstance(self.days, int))
        ] = LONG_AGO
        late[self.always] = LONG_AGO
        early[self.never] = late[self.never]
        return early, late

    def _counted(self, since: date) -> Numbers:
        start = since.toordinal() if self.months is None else months_on(since, self.months)
        return cast(Numbers, start + self.days)


def months_on(since: date, months: Numbers) -> Numbers:
    """Give the ordinals of the same day so many months on; a day that does not exist is the 1st after it."""
    count = since.year * 12 + since.month - 1 + months - 1970 * 12
    first = count.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (count + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return cast(Numbers, np.minimum(first + since.day - 1, following) + _EPOCH)
