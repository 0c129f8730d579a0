"""Values and limits in conditions: plain numbers and days, tables keyed by another fact, shares of another fact."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Final, Self, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    model_validator,
)

from data.catalogue.records import Frozen

COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "above": operator.gt,
    "below": operator.lt,
}
"""Each bound with what it asks of a value, beside its limit."""
LOWER_BOUNDS: Final = frozenset({"at_least", "above"})
"""The bounds that a value must not lie below."""
OPPOSITES: Final = {"at_least": "below", "below": "at_least", "at_most": "above", "above": "at_most"}
"""Each bound with the one that holds where it does not."""
MOST: Final = 10**24
"""Numbers are smaller than this, so that sums of them are exact."""


def is_usable(value: float | Decimal) -> bool:
    """Tell whether a number can be reckoned with: finite, and not larger than anything that is counted."""
    if not isinstance(value, int) and not math.isfinite(value):
        return False
    return -MOST < value < MOST


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"expected a number, found {value!r}")
    if not is_usable(value):
        raise ValueError(f"expected a number below {MOST:,}")
    return value


def _as_written(value: Decimal) -> int | float:
    exponent = value.as_tuple().exponent
    return int(value) if isinstance(exponent, int) and exponent >= 0 else float(value)


def _whole(value: Any) -> Any:
    as_decimal = isinstance(value, float | Decimal) and math.isfinite(value)
    return int(value) if as_decimal and value == int(value) else value


def _day_or(others: str) -> BeforeValidator:
    """Take a day as it is written, where also `others` could stand."""

    def check(value: Any) -> Any:
        if isinstance(value, date) or (isinstance(value, str) and len(value) == 10):
            return value
        raise ValueError(f"expected {others}a day written YYYY-MM-DD, found {value!r}")

    return BeforeValidator(check)


Number = Annotated[Decimal, BeforeValidator(_number), PlainSerializer(_as_written)]
Day = Annotated[date, _day_or(""), PlainSerializer(date.isoformat)]
_BoundDay = Annotated[date, _day_or("a number, a table, a share or "), PlainSerializer(date.isoformat)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, strict=True)]
Names = Annotated[tuple[str, ...], Field(min_length=1)]


class Part(Frozen):
    """A part of a condition."""


class Table(Part):
    """A bound looked up by another fact, such as an income limit by size of household."""

    by: str
    rows: dict[str, Number] = Field(min_length=1)
    each_more: Number | None = None
    """What each whole number above the highest row adds."""

    @cached_property
    def numbered(self) -> dict[int, Decimal]:
        """The rows of a table whose keys are whole numbers, by those."""
        return {int(key): row for key, row in self.rows.items()}

    def row(self, key: int | str) -> Decimal | None:
        """Give the bound for a key; None where there is none."""
        if isinstance(key, str):
            return self.rows.get(key)
        found = self.numbered.get(key)
        if found is not None or self.each_more is None:
            return found
        highest = max(self.numbered)
        return self.numbered[highest] + (key - highest) * self.each_more if key > highest else None


class Share(Part):
    """A bound that is a share of another fact, such as a third of the income."""

    fact: str
    times: Number


def _kind_of_bound(value: Any) -> str:
    if isinstance(value, dict):
        return "table" if "by" in value or "rows" in value else "share"
    if isinstance(value, Table | Share):
        return type(value).__name__.lower()
    return "day" if isinstance(value, str | date) else "number"


Bound: TypeAlias = Annotated[
    Annotated[Number, Tag("number")]
    | Annotated[_BoundDay, Tag("day")]
    | Annotated[Table, Tag("table")]
    | Annotated[Share, Tag("share")],
    Discriminator(_kind_of_bound),
]


class Bounds(Part):
    """Up to four limits of a number or a day; at least one is given."""

    at_least: Bound | None = None
    at_most: Bound | None = None
    above: Bound | None = None
    below: Bound | None = None

    @model_validator(mode="after")
    def _at_least_one(self) -> Self:
        if not self.limits:
            raise ValueError("expected at least one of at_least, at_most, above, below")
        return self

    @cached_property
    def limits(self) -> dict[str, Bound]:
        """The limits that are given, by name."""
        return {name: getattr(self, name) for name in COMPARISONS if getattr(self, name) is not None}


def _value(value: Any) -> Any:
    if isinstance(value, bool | str | Decimal):
        return value
    if isinstance(value, int | float):
        return Decimal(str(value))
    raise ValueError(f"expected a value (true, false, a number or a text), found {value!r}")


def _value_as_written(value: Any) -> Any:
    return _as_written(value) if isinstance(value, Decimal) else value


Value = Annotated[bool | Decimal | str, BeforeValidator(_value), PlainSerializer(_value_as_written)]
