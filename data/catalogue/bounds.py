"""Values and limits in conditions: numbers, days, money with its period, tables, shares of facts, shifted dates."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    StrictInt,
    Tag,
    model_validator,
)

from data.catalogue.records import Frozen

if TYPE_CHECKING:
    Condition: TypeAlias = Any
    """Any condition; `rules`, which builds on bounds, says which there are."""

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
_BoundDay = Annotated[
    date, _day_or("a number, a table, a share, a shifted date or "), PlainSerializer(date.isoformat)
]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, strict=True)]
Names = Annotated[tuple[str, ...], Field(min_length=1)]


class Part(Frozen):
    """A part of a condition."""


def _key_of(value: Any) -> str:
    return "people" if isinstance(value, dict | Part) else "fact"


Period = Literal["week", "month", "year"]
_A_YEAR: Final[dict[str, int]] = {"week": 52, "month": 12, "year": 1}
"""How often a period fits into a year, by the convention of UK benefit rules."""


def in_period(amount: Decimal, per: str, own: str) -> Decimal:
    """Give money told for one period as money for another, divided once so that equal fractions stay equal.

    >>> in_period(Decimal(900), "month", "year"), in_period(Decimal(520), "year", "week")
    (Decimal('10800'), Decimal('10'))
    """
    return amount if per == own else amount * _A_YEAR[per] / _A_YEAR[own]


class PerPeriod(Decimal):
    """Money in the period of a fact, which remembers how it was written."""

    written: Amount

    @classmethod
    def of(cls, written: Amount, own: str) -> Self:
        """Take money as written into the period of a fact."""
        made = cls(in_period(written.amount, written.per, own))
        made.written = written
        return made


class Amount(Part):
    """Money with its period, such as 900 a month, before it is known which fact it limits."""

    amount: Number
    per: Period


class PeopleCount(Part):
    """How many people of these relations there are, of those who meet `where`."""

    count: Names
    where: Condition | None = None


class Table(Part):
    """A bound looked up by another fact or a number of people, such as an income limit by size of household."""

    by: Annotated[Annotated[str, Tag("fact")] | Annotated[PeopleCount, Tag("people")], Discriminator(_key_of)]
    rows: dict[str, Row] = Field(min_length=1)
    each_more: Number | None = None
    """What each whole number above the highest row adds."""

    @model_validator(mode="after")
    def _goes_on_from_a_number(self) -> Self:
        keys = [int(key) for key in self.rows if key.removeprefix("-").isdigit()]
        if self.each_more is not None and keys and isinstance(self.rows.get(str(max(keys))), Table):
            raise ValueError("each_more adds to the highest row, which is a table here: give it there")
        return self

    @cached_property
    def numbered(self) -> dict[int, Row]:
        """The rows of a table whose keys are whole numbers, by those."""
        return {int(key): row for key, row in self.rows.items()}

    @property
    def nested(self) -> tuple[Table, ...]:
        """The table itself and all that are rows of it."""
        return (self, *self._inner)

    @cached_property
    def _inner(self) -> tuple[Table, ...]:
        return tuple(one for row in self.rows.values() if isinstance(row, Table) for one in row.nested)

    def row(self, key: int | str) -> Row | None:
        """Give the bound for a key, or the table that says more; None where there is none."""
        if isinstance(key, str):
            return self.rows.get(key)
        found = self.numbered.get(key)
        if found is not None or self.each_more is None:
            return found
        highest = max(self.numbered)
        start = self.numbered[highest]
        return (
            start + (key - highest) * self.each_more if key > highest and isinstance(start, Decimal) else None
        )


class Share(Part):
    """A bound that is a share of another fact, such as a third of the income, and perhaps so much more."""

    fact: str
    times: Number
    plus: Number | None = None


class ShiftedDay(Part):
    """A bound that is another date fact, moved by years, months and days."""

    fact: str
    plus_years: StrictInt = 0
    plus_months: StrictInt = 0
    plus_days: StrictInt = 0

    @model_validator(mode="after")
    def _is_shifted(self) -> Self:
        if not self.model_fields_set & set(_SHIFTS):
            raise ValueError(f"expected at least one of {', '.join(_SHIFTS)}")
        return self

    @property
    def months(self) -> int:
        """Years and months together, in months."""
        return 12 * self.plus_years + self.plus_months


_SHIFTS: Final = ("plus_years", "plus_months", "plus_days")
_TAGS: Final = {"Table": "table", "Share": "share", "Amount": "amount", "ShiftedDay": "shifted"}


def _kind_of_bound(value: Any) -> str:
    if isinstance(value, dict):
        if "by" in value or "rows" in value:
            return "table"
        if "amount" in value or "per" in value:
            return "amount"
        return "shifted" if value.keys() & set(_SHIFTS) else "share"
    if isinstance(value, Part):
        return _TAGS[type(value).__name__]
    if isinstance(value, PerPeriod):
        return "money"
    return "day" if isinstance(value, str | date) else "number"


def _kind_of_row(value: Any) -> str:
    kind = _kind_of_bound(value)
    return kind if kind in ("table", "amount", "money") else "number"


_Money = Annotated[
    PerPeriod,
    PlainValidator(lambda value: value),
    PlainSerializer(lambda v: v.written.model_dump(mode="json")),
]
Row: TypeAlias = Annotated[
    Annotated[Number, Tag("number")]
    | Annotated[_Money, Tag("money")]
    | Annotated[Amount, Tag("amount")]
    | Annotated[Table, Tag("table")],
    Discriminator(_kind_of_row),
]
Bound: TypeAlias = Annotated[
    Annotated[Number, Tag("number")]
    | Annotated[_Money, Tag("money")]
    | Annotated[Amount, Tag("amount")]
    | Annotated[_BoundDay, Tag("day")]
    | Annotated[ShiftedDay, Tag("shifted")]
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
