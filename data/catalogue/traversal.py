"""The parts of a condition, and the facts that they read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from data.catalogue.rules import (
    Ago,
    AllOf,
    AnyOf,
    AtLeast,
    Bounds,
    Condition,
    Is,
    NoneOf,
    Not,
    OfApplicant,
    OneOf,
    Part,
    PeopleCount,
    Related,
    Share,
    ShiftedDay,
    Sum,
    SumOf,
    Table,
    Within,
)

_P = TypeVar("_P", bound=Part)


def facts_named(condition: Condition) -> set[str]:
    """List every fact that a condition reads, also in tables, shares, `where` and related people."""
    return {fact for part in walk(condition) for fact in _facts_of(part)}


def walk(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and everything nested in it, outermost first."""
    yield condition
    for part in _parts(condition):
        yield from walk(part)


def rewritten(part: _P, change: Callable[[Part], Part]) -> _P:
    """Give a condition, rule or bound in which every part is changed, innermost first; what stays alike is kept."""
    fields = {name: getattr(part, name) for name in part.model_fields_set}
    made = {name: _rewritten_value(value, change) for name, value in fields.items()}
    alike = all(made[name] is fields[name] for name in fields)
    found: Any = change(part if alike else part.model_copy(update=made))
    whole: _P = found
    return whole


def _rewritten_value(value: Any, change: Callable[[Part], Part]) -> Any:
    match value:
        case Part():
            return rewritten(value, change)
        case tuple():
            made = tuple(_rewritten_value(one, change) for one in value)
            return value if all(a is b for a, b in zip(made, value, strict=True)) else made
        case dict():
            rows = {key: _rewritten_value(one, change) for key, one in value.items()}
            return value if all(rows[key] is value[key] for key in value) else rows
        case _:
            return value


def bounds_of(condition: Condition) -> Bounds | None:
    """Give the limits that a condition sets, to a number, a day or a distance; None where it sets none."""
    if isinstance(condition, Ago):
        return condition.bounds
    return condition if isinstance(condition, Bounds) else None


def tables_of(condition: Condition) -> Iterator[Table]:
    """Yield the tables that limits of a condition are looked up in, also those within others."""
    bounds = bounds_of(condition)
    for bound in () if bounds is None else bounds.limits.values():
        if isinstance(bound, Table):
            yield from bound.nested


def _parts(condition: Condition) -> tuple[Condition, ...]:
    counted = tuple(
        table.by.where
        for table in tables_of(condition)
        if isinstance(table.by, PeopleCount) and table.by.where is not None
    )
    match condition:
        case AllOf(all_of=parts) | AnyOf(any_of=parts) | AtLeast(of=parts):
            return parts
        case Not(condition=part) | OfApplicant(applicant=part):
            return (part,)
        case Related(condition=part) | Sum(where=part):
            return counted if part is None else (part, *counted)
        case _:
            return counted


def _facts_of(condition: Condition) -> Iterator[str]:
    match condition:
        case Is() | OneOf() | NoneOf() | Within() | Ago():
            yield condition.fact
        case Sum():
            yield condition.sum
        case SumOf():
            yield from (part.fact for part in condition.parts)
        case _:
            return
    bounds = bounds_of(condition)
    for bound in () if bounds is None else bounds.limits.values():
        if isinstance(bound, Share | ShiftedDay):
            yield bound.fact
    yield from (table.by for table in tables_of(condition) if isinstance(table.by, str))
