"""Whole quarters only: who may choose any days could take two reviews apart and find one person between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from data.ledger import Ledger
from data.people.reviews import BadReview

SETTLING: Final = timedelta(days=30)
"""A quarter is reviewed from this long after its end on, by what was recorded until then, so that it never changes."""
LONDON: Final = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of a year."""

    year: int
    number: int

    @classmethod
    def read(cls, told: str) -> Quarter:
        """Read such as `2026-Q3`; raises BadReview.

        >>> Quarter.read("2026-Q3")
        Quarter(year=2026, number=3)
        """
        found = re.fullmatch(r"(\d{4})-Q([1-4])", told)
        if found is None:
            raise BadReview(
                f"{told!r} is no quarter; write it as 2026-Q3, since only whole quarters are reviewed"
            )
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def latest(cls, today: date) -> Quarter:
        """Give the newest quarter that has settled.

        >>> str(Quarter.latest(date(2026, 10, 30))), str(Quarter.latest(date(2026, 10, 29)))
        ('2026-Q3', '2026-Q2')
        """
        here = cls(today.year, (today.month - 1) // 3 + 1).before
        return here if here.settled(today) else here.before

    @property
    def before(self) -> Quarter:
        """The quarter before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """The day after its last."""
        return date(self.year + 1, 1, 1) if self.number == 4 else date(self.year, 3 * self.number + 1, 1)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Its first moment and the first one after it, in London."""
        first, end = (datetime.combine(day, time.min, LONDON) for day in (self.first, self.end))
        return first, end

    @property
    def known_at(self) -> datetime:
        """The moment up to which what was recorded counts."""
        return datetime.combine(self.end + SETTLING, time.min, LONDON)

    def settled(self, today: date) -> bool:
        """Tell whether it is over for long enough."""
        return today >= self.end + SETTLING - timedelta(days=1)

    def check_settled(self, today: date) -> None:
        """Raise BadReview for a quarter that is not over, or has not settled."""
        if not self.settled(today):
            ready = self.end + SETTLING - timedelta(days=1)
            raise BadReview(f"{self} can be reviewed from {ready} on, once late decisions are in")

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def live_spans(ledger: Ledger, bundle: str, quarter: Quarter) -> list[tuple[datetime, datetime]]:
    """Give the spans of a quarter in which a bundle was live, by the ledger."""
    moves = [entry for entry in ledger.entries if entry.act in ("promote", "rollback")]
    first, end = quarter.moments
    spans = []
    for move, later in zip(moves, [*moves, None][1:], strict=True):
        since, until = max(move.at, first), end if later is None else min(later.at, end)
        if move.bundle == bundle and since < until:
            spans.append((since, until))
    return spans
