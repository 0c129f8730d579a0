"""Whether a value fits its fact: its kind, its limits, and bounds that are in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeAlias, assert_never

from data.catalogue.bounds import LOWER_BOUNDS
from data.catalogue.facts import Fact
from data.catalogue.rules import Bounds

Found: TypeAlias = Iterator[tuple[str, str]]
"""Path within the condition, and what is wrong there."""


def unknown(kind: str, name: str, known: Mapping[str, object]) -> str:
    """Say that nothing has such a name, and which known name is near it."""
    near = get_close_matches(name, list(known), n=1)
    return f"there is no {kind} {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def unknown_purpose(known: Mapping[str, str], name: str | None = None) -> str:
    """Say that no purpose has a code, and which codes there are with their meanings; without `name` not which.

    >>> unknown_purpose({"heat": "Heating", "food": "Food"}, "heet")
    "there is no purpose 'heet'; known are heat (Heating), food (Food)"
    """
    listed = ", ".join(f"{code} ({text})" for code, text in known.items())
    return f"there is no purpose {repr(name) if name else 'of this code'}; known are {listed}"


def check_values(fact: Fact, values: tuple[object, ...], at: str) -> Found:
    """Yield what is wrong with values that a condition compares a fact to."""
    for place, value in enumerate(values):
        yield from check_value(fact, value, f"{at}[{place}]")


def check_value(fact: Fact, value: object, at: str) -> Found:
    """Yield what is wrong with a value that a condition compares a fact to: its kind, or that the fact cannot be it."""
    match fact.kind:
        case "boolean":
            if not isinstance(value, bool):
                yield at, f"{fact.id} is true or false, not {_as_written(value)}"
        case "number" | "money":
            if isinstance(value, bool) or not isinstance(value, Decimal):
                yield at, f"{fact.id} is a number, not {_as_written(value)}"
            elif not _inside(fact, value):
                yield at, f"{value} lies outside the limits of {fact.id}"
        case "choice" | "choices":
            if not isinstance(value, str) or value not in fact.values:
                yield at, unknown("value", str(value), fact.values) + f" of {fact.id}"
        case "date":
            if not isinstance(value, str) or not _is_day(value):
                yield at, f"{fact.id} is a day written YYYY-MM-DD, not {_as_written(value)}"
        case _:
            assert_never(fact.kind)


def _as_written(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case Decimal():
            return str(value)
        case _:
            return repr(value)


def _inside(fact: Fact, value: Decimal) -> bool:
    low, high = fact.limits
    return (low is None or value >= low) and (high is None or value <= high)


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def check_order(bounds: Bounds, at: str) -> Found:
    """Yield every minimum that lies above a maximum beside it."""
    lows = [b for n, b in bounds.limits.items() if n in LOWER_BOUNDS]
    highs = [b for n, b in bounds.limits.items() if n in ("at_most", "below")]
    for low in lows:
        for high in highs:
            comparable = isinstance(low, Decimal) and isinstance(high, Decimal)
            if (comparable or (isinstance(low, date) and isinstance(high, date))) and low > high:  # type: ignore[operator]
                yield at, f"the minimum {low} is above the maximum {high}"
