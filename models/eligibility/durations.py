"""Time between days by the calendar: months and years that end on a day, not after so many hours."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal


def months_later(day: date, months: int, *, month_end: str | None = None) -> date:
    """Give the same day so many months later; a day that does not exist there counts as the 1st after it.

    With `month_end="last"` it counts as the last day before.

    >>> months_later(date(1960, 7, 31), 796), months_later(date(1960, 7, 31), 796, month_end="last")
    (datetime.date(2026, 12, 1), datetime.date(2026, 11, 30))
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        first = months_later(day.replace(day=1), months + 1)
        return days_later(first, -1) if month_end == "last" else first


def months_before(day: date, months: int) -> date:
    """Give the earliest day from which so many months reach a day.

    >>> months_before(date(2025, 3, 1), 12), months_before(date(2025, 12, 31), 6)
    (datetime.date(2024, 2, 29), datetime.date(2025, 7, 1))
    """
    found = months_later(day, -months)
    while found > date.min and months_later(days_later(found, -1), months) >= day:
        found = days_later(found, -1)
    return found


def days_later(day: date, days: int) -> date:
    """Give the day so many days later, at most the last day there is."""
    ordinal = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(ordinal)


def whole_months(years: Decimal) -> int:
    """Give the whole months in so many years, to the nearest month."""
    return nearest(years * 12)


def nearest(number: Decimal) -> int:
    """Round to the nearest whole number, halves upwards."""
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def units_later(day: date, unit: str, count: int) -> date:
    """Give the day so many years, months or weeks later."""
    if unit == "weeks":
        return days_later(day, 7 * count)
    return months_later(day, 12 * count if unit == "years" else count)


def completed_units(since: date, on: date, unit: str) -> int:
    """Give the whole years, months or weeks from one day to another."""
    match unit:
        case "years":
            return completed_years(since, on)
        case "months":
            return completed_months(since, on)
        case _:
            return (on - since).days // 7


def completed_years(since: date, on: date) -> int:
    """Give the whole years from one day to another; born on 29 February counts as born on 1 March.

    >>> completed_years(date(2008, 2, 29), date(2026, 2, 28)), completed_years(date(2008, 2, 29), date(2026, 3, 1))
    (17, 18)
    """
    years = on.year - since.year
    return years if months_later(since, 12 * years) <= on else years - 1


def completed_months(since: date, on: date) -> int:
    """Give the whole months from one day to another."""
    months = (on.year - since.year) * 12 + on.month - since.month
    return months if months_later(since, months) <= on else months - 1
