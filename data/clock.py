"""The day that the funds' dates go by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")


def today_in_london() -> date:
    """Tell today's date in London, whatever clock the machine goes by."""
    return datetime.now(LONDON).date()
