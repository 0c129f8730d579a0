"""Bounds that are not plain numbers: tables keyed by another fact, and shares of another fact."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Final

from data.catalogue.bounds import LOWER_BOUNDS
from data.catalogue.rules import Bound, Share, Table
from data.people.applicants import Person, Silence
from models.eligibility.context import EvaluationContext
from models.eligibility.intervals import INFINITY, Span, may_break, may_keep
from models.eligibility.kleene import Answer, answer

_ALL_KEYS_TRIED: Final = 200
"""Up to so many whole numbers every possible key is tried; beyond, those where an answer can change."""

Limits = Mapping[str, Span]


def within(value: Span, limits: Mapping[str, Bound], context: EvaluationContext, person: Person) -> Answer:
    """Tell whether a number lies within bounds, for every number, row and share that is possible."""
    numbers = {name: Span.point(bound) for name, bound in limits.items() if isinstance(bound, Decimal)}
    plain = len(numbers) == len(limits)
    can_keep = can_break = False
    for spans in [numbers] if plain else possible_limits(value, limits, context, person):
        if spans is None:
            can_break = True
        else:
            can_break = can_break or any(may_break(name, value, span) for name, span in spans.items())
            can_keep = can_keep or may_keep(value, spans.items())
        if can_keep and can_break:
            break
    return answer(can_keep, can_break)


def possible_limits(
    value: Span, limits: Mapping[str, Bound], context: EvaluationContext, person: Person
) -> Iterator[Limits | None]:
    """Yield the limits for every possible key of their tables; None where a key has no row or nothing applies.

    A share of a fact of which nothing is known may turn out to be a share of nothing.
    """
    tables = {name: bound for name, bound in limits.items() if isinstance(bound, Table)}
    others = {name: _span(bound, context, person) for name, bound in limits.items() if name not in tables}
    if any(span is None for span in others.values()):
        yield None
        return
    if any(
        context.statement(person, bound.fact) is None for bound in limits.values() if isinstance(bound, Share)
    ):
        yield None
    plain = {name: span for name, span in others.items() if span is not None}
    facts = sorted({table.by for table in tables.values()})
    for fact in facts:
        if _said_not_to_apply(fact, context, person):
            mine = {name: table for name, table in tables.items() if table.by == fact}
            strictest = _strictest(mine, list(_keys(fact, tables, value, context, person)))
            if strictest is None:
                yield None
                return
            plain |= strictest
            tables = {name: table for name, table in tables.items() if table.by != fact}
    facts = sorted({table.by for table in tables.values()})
    choices = [list(_keys(fact, tables, value, context, person)) for fact in facts]
    for keys in product(*choices):
        by_fact = dict(zip(facts, keys, strict=True))
        rows = {name: row(table, by_fact[table.by]) for name, table in tables.items()}
        if any(found is None for found in rows.values()):
            yield None
        else:
            yield plain | {name: Span.point(found) for name, found in rows.items() if found is not None}


def _strictest(tables: Mapping[str, Table], keys: list[int | str | None]) -> dict[str, Span] | None:
    """Give what a key leaves that is said not to apply: only what every row allows; None where a key has no row.

    So somebody to whom every row said yes while the key was not known is not refused for saying that it does not apply.
    """
    found: dict[str, Span] = {}
    for name, table in tables.items():
        rows = [row(table, key) for key in keys]
        known = [bound for bound in rows if bound is not None]
        if len(known) < len(rows):
            return None
        found[name] = Span.point(max(known) if name in LOWER_BOUNDS else min(known))
    return found


def _said_not_to_apply(fact_id: str, context: EvaluationContext, person: Person) -> bool:
    holder = context.applicant if context.book.of_household(fact_id) else person
    return holder.facts.get(fact_id) is Silence.NOT_APPLICABLE


def row(table: Table, key: int | str | None) -> Decimal | None:
    """Give the bound that a table has for a key; None where it has none."""
    return None if key is None else table.row(key)


def _span(bound: Bound, context: EvaluationContext, person: Person) -> Span | None:
    match bound:
        case Decimal():
            return Span.point(bound)
        case Share(fact=fact, times=times):
            number = context.number(person, fact)
            if isinstance(number, Silence):
                return None
            return (context.limits(fact) if number is None else number).times(times)
        case _:
            raise TypeError(f"not a number or a share: {bound!r}")


def _keys(
    fact_id: str, tables: Mapping[str, Table], value: Span, context: EvaluationContext, person: Person
) -> Iterator[int | str | None]:
    """Yield every key that the fact may be; None for one that no row can have."""
    statement = context.statement(person, fact_id)
    if statement is None and context.may_not_apply(person, fact_id):
        yield None
    if statement is Silence.NOT_APPLICABLE and not _said_not_to_apply(fact_id, context, person):
        yield None
        return
    if context.book.facts[fact_id].kind == "choice":
        yield from [statement] if isinstance(statement, str) else context.book.facts[fact_id].values
    else:
        number = context.number(person, fact_id)
        possible = number if isinstance(number, Span) else context.limits(fact_id)
        mine = [table for table in tables.values() if table.by == fact_id]
        yield from _whole_numbers(possible, mine, value)


def _whole_numbers(possible: Span, tables: list[Table], value: Span) -> Iterator[int | None]:
    found = False
    for number in sorted(_numbers_to_try(possible, tables, value)):
        if possible.holds(Decimal(number)):
            found = True
            yield number
    if not found:
        yield None


def _numbers_to_try(possible: Span, tables: list[Table], value: Span) -> set[int]:
    finite = possible.low.is_finite() and possible.high.is_finite()
    if finite and possible.high - possible.low <= _ALL_KEYS_TRIED:
        return set(range(math.floor(possible.low), math.ceil(possible.high) + 1))
    near: set[int] = {math.floor(end) for end in (possible.low, possible.high) if end.is_finite()}
    for table in tables:
        near |= {int(key) for key in table.rows} | _crossings(table, value)
    return {
        number + step for number in near | {max(near) + 10**6, min(near) - 10**6} for step in (-1, 0, 1, 2)
    }


def _crossings(table: Table, value: Span) -> set[int]:
    """Give the keys beyond the highest row where the bound passes an end of the value's span."""
    if not table.each_more:
        return set()
    highest = max(int(key) for key in table.rows)
    start = table.rows[str(highest)] if str(highest) in table.rows else Decimal(0)
    ends = [end for end in (value.low, value.high) if abs(end) != INFINITY]
    return {highest + math.floor((end - start) / table.each_more) for end in ends}
