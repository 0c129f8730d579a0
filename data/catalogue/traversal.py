"""The parts of a condition, and the facts that they read."""

from __future__ import annotations

from collections.abc import Iterator

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
    Related,
    Share,
    Sum,
    Table,
    Within,
)


def facts_named(condition: Condition) -> set[str]:
    """List every fact that a condition reads, also in tables, shares, `where` and related people."""
    return {fact for part in walk(condition) for fact in _facts_of(part)}


def walk(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and everything nested in it, outermost first."""
    yield condition
    for part in _parts(condition):
        yield from walk(part)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    match condition:
        case AllOf(all_of=parts) | AnyOf(any_of=parts) | AtLeast(of=parts):
            return parts
        case Not(condition=part) | OfApplicant(applicant=part):
            return (part,)
        case Related(condition=part) | Sum(where=part):
            return () if part is None else (part,)
        case _:
            return ()


def _facts_of(condition: Condition) -> Iterator[str]:
    match condition:
        case Is() | OneOf() | NoneOf():
            yield condition.fact
        case Within():
            yield condition.fact
            yield from _facts_of_bounds(condition)
        case Ago():
            yield condition.fact
            yield from _facts_of_bounds(condition.bounds)
        case Sum():
            yield condition.sum
            yield from _facts_of_bounds(condition)
        case _:
            return


def _facts_of_bounds(bounds: Bounds) -> Iterator[str]:
    for bound in bounds.limits.values():
        match bound:
            case Table(by=fact) | Share(fact=fact):
                yield fact
            case _:
                continue
