"""Numbers, money, days and lengths of time in the words that people use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from data.catalogue.bounds import OPPOSITES
from models.eligibility.durations import nearest, whole_months

MOST_LISTED: Final = 8
"""Of longer lists the first few are named and the rest counted."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How to say that an amount lies beyond or within a limit."""

    at_least: str = "{} or more"
    at_most: str = "{} or less"
    above: str = "more than {}"
    below: str = "less than {}"
    both: str = "from {} to {}"
    same: str = "exactly {}"

    def say(self, limits: Mapping[str, str]) -> str:
        """Say all limits at once, such as "16 or over and under 25"."""
        if set(limits) == {"at_least", "at_most"}:
            low, high = limits["at_least"], limits["at_most"]
            return self.same.format(low) if low == high else self.both.format(low, high)
        return " and ".join(getattr(self, name).format(words) for name, words in limits.items())

    def say_outside(self, limits: Mapping[str, str]) -> str:
        """Say that one of the limits is broken, such as "under 16, or 25 or over"."""
        broken = [getattr(self, OPPOSITES[name]).format(words) for name, words in limits.items()]
        return ", or ".join(broken)


AMOUNT: Final = Measure()
COUNT: Final = Measure(at_most="{} or fewer", below="fewer than {}")
LIMIT: Final = Measure("at least {}", "no more than {}", "more than {}", "less than {}", "from {} to {}")
AGE: Final = Measure("{} or over", "{} or under", "over {}", "under {}", "{} to {}", "{}")
DAY: Final = Measure("on {} or later", "on {} or earlier", "after {}", "before {}", "from {} to {}", "on {}")
AGO: Final = Measure(
    "at least {} ago", "no more than {} ago", "more than {} ago", "less than {} ago", "from {} to {} ago"
)
AHEAD: Final = Measure(
    "at least {} from now",
    "no more than {} from now",
    "more than {} from now",
    "less than {} from now",
    "from {} to {} from now",
)


def number(value: Decimal) -> str:
    """Write a number with thousands apart and without needless zeros."""
    written = f"{value:,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def money(value: Decimal) -> str:
    """Write an amount in pounds; pence only where there are some."""
    sign, size = ("-", -value) if value < 0 else ("", value)
    return f"{sign}£{size:,.0f}" if size == size.to_integral_value() else f"{sign}£{size:,.2f}"


def day(value: date) -> str:
    """Write a day as on a calendar, such as "3 June 2027"."""
    return f"{value.day} {value:%B %Y}"


def months(count: int) -> str:
    """Write a number of months in years and months."""
    years, rest = divmod(count, 12)
    parts = [counted(years, "year")] if years else []
    if rest or not years:
        parts.append(counted(rest, "month"))
    return " and ".join(parts)


def length(value: Decimal, unit: str) -> str:
    """Write a length of time that a rule gives in years, months, weeks or days."""
    if unit.startswith("years"):
        return months(whole_months(value))
    if unit.startswith("months"):
        return months(nearest(value))
    if unit.startswith("weeks"):
        return f"{number(value)} {'week' if value == 1 else 'weeks'}"
    return f"{number(value)} {'day' if value == 1 else 'days'}"


_PARTS: Final = {
    (1, 2): "half",
    (1, 3): "a third",
    (2, 3): "two thirds",
    (1, 4): "a quarter",
    (3, 4): "three quarters",
}


def share(times: Decimal) -> str:
    """Write a share of something that follows, such as "a third of" or "1.5 times".

    >>> share(Decimal("0.3333")), share(Decimal("0.1")), share(Decimal("1.5"))
    ('a third of', '10% of', '1.5 times')
    """
    for (over, under), words in _PARTS.items():
        if abs(times * under - over) < Decimal("0.001"):
            return f"{words} of"
    return f"{number(times * 100)}% of" if abs(times) < 1 else f"{number(times)} times"


def counted(count: int, thing: str) -> str:
    """Write how many there are of something, such as "1 year" or "2 years"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def listed(names: Sequence[str], word: str = "or") -> str:
    """Join names with commas and a last "or"; a long list is cut and the rest counted."""
    shown = list(names)
    if len(shown) > MOST_LISTED:
        more = f"{len(shown) - MOST_LISTED + 2} more"
        shown = [*shown[: MOST_LISTED - 2], more if word == "and" else f"one of {more}"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}"


def whole_run(codes: Sequence[str]) -> tuple[int, int] | None:
    """Give the first and last of codes that are whole numbers without a gap; None for any others."""
    if not all(code.isascii() and code.isdigit() for code in codes):
        return None
    numbers = sorted(int(code) for code in codes)
    return (numbers[0], numbers[-1]) if numbers == list(range(numbers[0], numbers[-1] + 1)) else None
