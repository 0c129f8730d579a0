"""What plain conditions on one fact ask of it, as cells; the cells are cut where rules and rates cut."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from data.catalogue.bounds import Bound, Table
from data.catalogue.facts import Fact, FactBook
from data.catalogue.rules import Ago, AllOf, AnyOf, Condition, Is, OneOf, Within
from data.catalogue.traversal import tables_of, walk
from data.people.base_rates import BaseRates, Rows
from models.qualifying.spreads import Line, Mask, Members, Options, Spread

Span: TypeAlias = tuple[float, float]
"""From here up to, but not including, there."""
_DAYS: Final = {"years_ago": 365.25, "months_ago": 365.25 / 12, "weeks_ago": 7.0, "days_ago": 1.0}
BOOLEAN: Final = ("true", "false")


_MORE_ROWS: Final = 4
"""So many rows are tried beyond the last of a table that goes on."""


@dataclass(frozen=True)
class Leaves:
    """The facts that have rates, with their cells."""

    book: FactBook
    on: date
    """The day of which the rates speak: fixed days lie so far before it."""
    spreads: dict[str, Spread] = field(default_factory=dict)

    @classmethod
    def of(cls, rates: BaseRates, book: FactBook, conditions: Iterable[Condition]) -> Leaves:
        """Cut every fact that has rates where the rates and these conditions, and all nested in them, cut it."""
        leaves, cuts = cls(book, rates.on), dict[str, set[float]]()
        for condition in (part for one in conditions for inner in walk(one) for part in _spelled(inner)):
            if isinstance(condition, Within | Ago | Is | OneOf):
                for span in leaves.spans(condition) or ():
                    cuts.setdefault(condition.fact, set()).update(filter(math.isfinite, span))
        for fact in book.facts.values():
            rows = [row for rows in _rows_about(fact.id, rates) for row in rows]
            if rows:
                keys = [key for row in rows for key in row.shares]
                leaves.spreads[fact.id] = _spread(fact, keys, cuts.get(fact.id, set()))
        return leaves

    def mask(self, condition: Condition) -> tuple[str, Mask] | None:
        """Give the fact and the cells in which a condition holds; None where it is not one of cells alone."""
        if not isinstance(condition, Is | OneOf | Within | Ago):
            return None
        spread = self.spreads.get(condition.fact)
        if isinstance(spread, Line):
            spans = self.spans(condition)
            return None if spans is None else (condition.fact, _within(spread, spans))
        if spread is None or isinstance(condition, Within | Ago):
            return None
        named = {_as_name(value) for value in _values(condition)}
        return condition.fact, frozenset(at for at, name in enumerate(spread.names) if name in named)

    def spans(self, condition: Within | Ago | Is | OneOf) -> tuple[Span, ...] | None:
        """Give the spans of a number, or of days ago, in which a condition holds; None where they are not plain."""
        fact = self.book.facts[condition.fact]
        if fact.kind not in ("number", "money", "date"):
            return None
        if isinstance(condition, Is | OneOf):
            values = _values(condition)
            numbers = [float(value) for value in values if isinstance(value, Decimal)]
            return (
                tuple((number, _beyond(number, fact)) for number in numbers)
                if len(numbers) == len(values)
                else None
            )
        found = self._days_ago(condition) if isinstance(condition, Ago) else self._bounded(condition, fact)
        return None if found is None else (found,)

    def _bounded(self, condition: Within, fact: Fact) -> Span | None:
        limits = condition.limits
        if all(isinstance(bound, date) for bound in limits.values()):
            days = {name: (self.on - bound).days for name, bound in limits.items() if isinstance(bound, date)}
            return _between({_MIRRORED[name]: float(number) for name, number in days.items()}, 1.0)
        numbers = _plain(limits)
        return None if numbers is None else _between(numbers, None if fact.kind == "money" else 1.0)

    def _days_ago(self, condition: Ago) -> Span | None:
        numbers = _plain(condition.bounds.limits)
        if numbers is None:
            return None
        if condition.unit == "days_ahead":
            return _between({_MIRRORED[name]: -number for name, number in numbers.items()}, 1.0)
        return _between({name: _DAYS[condition.unit] * number for name, number in numbers.items()}, 1.0)


_MIRRORED: Final = {"at_least": "at_most", "at_most": "at_least", "above": "below", "below": "above"}


def _rows_about(fact: str, rates: BaseRates) -> Iterator[Rows]:
    yield rates.facts.get(fact, ())
    yield from (facts.get(fact, ()) for facts in rates.relatives.values())


def _spread(fact: Fact, keys: Sequence[str], cuts: Iterable[float]) -> Spread:
    match fact.kind:
        case "boolean":
            return Options(BOOLEAN)
        case "choice":
            return Options(tuple(fact.values))
        case "choices":
            return Members.naming(fact.values, keys)
        case _:
            end = None if fact.max is None or fact.kind == "date" else float(fact.max) + 1
            return Line.cut([*cuts, *map(float, keys)], end)


def _within(line: Line, spans: Sequence[Span]) -> Mask:
    return frozenset(
        at for at, begin in enumerate(line.cuts) if any(low <= begin < high for low, high in spans)
    )


def _values(condition: Is | OneOf) -> tuple[bool | Decimal | str, ...]:
    return (condition.value,) if isinstance(condition, Is) else condition.one_of


def _as_name(value: bool | Decimal | str) -> str:
    return BOOLEAN[0 if value else 1] if isinstance(value, bool) else str(value)


def _plain(limits: Mapping[str, Bound]) -> dict[str, float] | None:
    found = {name: float(bound) for name, bound in limits.items() if isinstance(bound, Decimal)}
    return found if len(found) == len(limits) else None


def _beyond(number: float, fact: Fact) -> float:
    """Give the next number that the fact may be: counts are whole."""
    return math.nextafter(number, math.inf) if fact.kind == "money" else number + 1


def _between(limits: Mapping[str, float], step: float | None) -> Span:
    """Give the span between limits; `step` is from one number to the next, None where they lie densely."""

    def beyond(number: float) -> float:
        return math.nextafter(number, math.inf) if step is None else number + step

    low = max((limits[name] for name in ("at_least",) if name in limits), default=-math.inf)
    low = max(low, *(beyond(limits[name]) for name in ("above",) if name in limits), -math.inf)
    high = min((limits[name] for name in ("below",) if name in limits), default=math.inf)
    high = min(high, *(beyond(limits[name]) for name in ("at_most",) if name in limits), math.inf)
    return low, high


def _spelled(condition: Condition) -> Iterator[Condition]:
    yield from walk(
        spelled_out(condition) if isinstance(condition, Within) and has_tables(condition) else condition
    )


def has_tables(condition: Within) -> bool:
    """Tell whether bounds are looked up in tables by other facts; those by how many people there are have one rate."""
    keyed = [table.by for table in tables_of(condition)]
    return bool(keyed) and all(isinstance(by, str) for by in keyed)


def spelled_out(condition: Within) -> Condition:
    """Write a bound by table as "one of these rows": the key is this, and the number keeps that row."""
    plain = [
        _limited(condition, name, bound)
        for name, bound in condition.limits.items()
        if not isinstance(bound, Table)
    ]
    rows = [
        AnyOf(any_of=tuple(_rows(condition, name, table)))
        for name, table in condition.limits.items()
        if isinstance(table, Table)
    ]
    return AllOf(all_of=(*plain, *rows))


def _rows(condition: Within, name: str, table: Table) -> Iterator[Condition]:
    keys: list[int | str] = list(table.rows)
    if table.each_more is not None:
        last = max(table.numbered)
        keys = [*table.numbered, *range(last + 1, last + 1 + _MORE_ROWS)]
    elif all(key.lstrip("-").isdigit() for key in table.rows):
        keys = [*table.numbered]
    for key in keys:
        row = table.row(key)
        if row is not None and isinstance(table.by, str):
            yield AllOf(all_of=(Is(fact=table.by, value=key), _limited(condition, name, row)))


def _limited(condition: Within, name: str, bound: Bound) -> Condition:
    return Within.model_validate({"fact": condition.fact, name: bound})
