"""Numbers of which only a range is known, and what bounds say about every number in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from data.catalogue.bounds import LOWER_BOUNDS

INFINITY: Final = Decimal("Infinity")


_PARTS: Final = Decimal(156_000_000)
"""Parts of a pound of which every amount is a whole number: of pence by week, month or year, and shares of those."""


def exact(value: Decimal) -> Decimal:
    """Take back what rounding left off a sum of such parts, so that three thirds are one.

    >>> exact(3 * (Decimal(100) / 52)) == Decimal(300) / 52
    True
    """
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent > -12:
        return value
    near = (value * _PARTS).to_integral_value() / _PARTS
    return near if abs(near - value) < Decimal("1e-15") else value


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers from `low` to `high`; an open end is left out of it."""

    low: Decimal = -INFINITY
    high: Decimal = INFINITY
    low_open: bool = False
    high_open: bool = False

    @classmethod
    def point(cls, value: Decimal) -> Span:
        """Give the span of one number."""
        return cls(value, value)

    def plus(self, other: Span) -> Span:
        """Add any number of one span to any of another."""
        return Span(
            self.low + other.low,
            self.high + other.high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def times(self, factor: Decimal) -> Span:
        """Multiply every number by a factor; a negative one turns the span around."""
        if factor == 0:
            return Span.point(Decimal(0))
        ends = (self.low * factor, self.high * factor)
        if factor > 0:
            return Span(*ends, self.low_open, self.high_open)
        return Span(ends[1], ends[0], self.high_open, self.low_open)

    def exact(self) -> Span:
        """Give the span with ends from which rounding is taken back."""
        return Span(exact(self.low), exact(self.high), self.low_open, self.high_open)

    def or_nothing(self) -> Span:
        """Widen the span so that it holds 0 as well."""
        zero = Decimal(0)
        low, low_open = (self.low, self.low_open) if self.low < zero else (zero, False)
        high, high_open = (self.high, self.high_open) if self.high > zero else (zero, False)
        return Span(low, high, low_open, high_open)

    def holds(self, value: Decimal) -> bool:
        """Tell whether a number lies in the span."""
        above = value > self.low or (value == self.low and not self.low_open)
        below = value < self.high or (value == self.high and not self.high_open)
        return above and below

    def is_empty(self) -> bool:
        """Tell whether no number lies in the span."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))


def may_break(name: str, value: Span, bound: Span) -> bool:
    """Tell whether some number of `value` breaks the bound `name` for some number of `bound`."""
    match name:
        case "at_least":
            return value.low < bound.high
        case "at_most":
            return value.high > bound.low
        case "above":
            return value.low < bound.high or (
                value.low == bound.high and not (value.low_open or bound.high_open)
            )
        case "below":
            return value.high > bound.low or (
                value.high == bound.low and not (value.high_open or bound.low_open)
            )
        case _:
            raise ValueError(f"not a bound: {name}")


def may_keep(value: Span, bounds: Iterable[tuple[str, Span]]) -> bool:
    """Tell whether some number of `value` keeps every bound, each at its most generous."""
    low, low_open, high, high_open = value.low, value.low_open, value.high, value.high_open
    for name, bound in bounds:
        if name in LOWER_BOUNDS:
            low, low_open = max((low, low_open), (bound.low, bound.low_open or name == "above"))
        else:
            opened = bound.high_open or name == "below"
            if (bound.high, not opened) < (high, not high_open):
                high, high_open = bound.high, opened
    return not Span(low, high, low_open, high_open).is_empty()
