"""The day that the funds' dates go by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")


def today_in_london() -> date:
    """Tell today's date in London, whatever clock the machine goes by."""
    return day_in_london(datetime.now(LONDON))


def day_in_london(moment: datetime) -> date:
    """Tell the date in London at a moment, which knows its time zone."""
    return moment.astimezone(LONDON).date()
