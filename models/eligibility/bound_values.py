"""Bounds that are not plain numbers: tables keyed by other facts or by people, and shares of another fact."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Final, TypeAlias

from data.catalogue.bounds import LOWER_BOUNDS
from data.catalogue.rules import Bound, PeopleCount, Share, Table
from data.people.applicants import Person, Silence
from models.eligibility.context import EvaluationContext
from models.eligibility.intervals import INFINITY, Span, may_break, may_keep
from models.eligibility.kleene import Answer, answer

_ALL_KEYS_TRIED: Final = 200
"""Up to so many whole numbers every possible key is tried; beyond, those where an answer can change."""

Limits = Mapping[str, Span]
Key: TypeAlias = str | PeopleCount
"""What a table is keyed by."""
Keys: TypeAlias = Mapping[Key, int | str | None]


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
    for rows in _possible_rows(tables, value, context, person):
        yield None if rows is None else plain | rows


def _possible_rows(
    tables: Mapping[str, Table], value: Span, context: EvaluationContext, person: Person
) -> Iterator[dict[str, Span] | None]:
    """Yield what tables say for every possible key; None where a key has no row."""
    keyed = list(dict.fromkeys(part.by for table in tables.values() for part in table.nested))
    unfit = [by for by in keyed if isinstance(by, str) and _said_not_to_apply(by, context, person)]
    known = [by for by in keyed if by not in unfit]
    keys = {by: list(_keys(by, tables, value, context, person)) for by in keyed}
    for chosen in product(*(keys[by] for by in known)):
        cases = [dict(zip(known, chosen, strict=True))]
        if unfit:
            others = product(*(keys[by] for by in unfit))
            cases = [cases[0] | dict(zip(unfit, rest, strict=True)) for rest in others]
        yield _strictest(tables, cases)


def _strictest(tables: Mapping[str, Table], cases: Sequence[Keys]) -> dict[str, Span] | None:
    """Give what every case allows: there are several where a key is said not to apply; None where one has no row.

    So somebody to whom every row said yes while the key was not known is not refused for saying that it does not apply.
    """
    found: dict[str, Span] = {}
    for name, table in tables.items():
        rows = [looked_up(table, keys) for keys in cases]
        known = [bound for bound in rows if bound is not None]
        if not known or len(known) < len(rows):
            return None
        found[name] = Span.point(max(known) if name in LOWER_BOUNDS else min(known))
    return found


def _said_not_to_apply(fact_id: str, context: EvaluationContext, person: Person) -> bool:
    holder = context.applicant if context.book.of_household(fact_id) else person
    return holder.facts.get(fact_id) is Silence.NOT_APPLICABLE


def looked_up(table: Table, keys: Keys) -> Decimal | None:
    """Give the bound that a table, and tables within it, have for some keys; None where they have none."""
    key = keys.get(table.by)
    found = None if key is None else table.row(key)
    if isinstance(found, Table):
        return looked_up(found, keys)
    return found if isinstance(found, Decimal) else None


def row_for(table: Table, context: EvaluationContext, person: Person) -> Decimal | None:
    """Give the bound that a table has for a person; None where its keys are not known, or it has none."""
    keys: dict[Key, int | str | None] = {}
    for by in dict.fromkeys(part.by for part in table.nested):
        said = context.count(by) if isinstance(by, PeopleCount) else context.statement(person, by)
        match said:
            case str():
                keys[by] = said
            case Decimal() if said == said.to_integral_value():
                keys[by] = int(said)
            case Span(low=low, high=high) if low == high:
                keys[by] = int(low)
            case _:
                continue
    return looked_up(table, keys)


def _span(bound: Bound, context: EvaluationContext, person: Person) -> Span | None:
    match bound:
        case Decimal():
            return Span.point(bound)
        case Share(fact=fact, times=times, plus=plus):
            number = context.number(person, fact)
            if isinstance(number, Silence):
                return None
            span = (context.limits(fact) if number is None else number).times(times).exact()
            return span if plus is None else span.plus(Span.point(plus))
        case _:
            raise TypeError(f"not a number, nor a share of one: {bound!r}")


def _keys(
    by: Key, tables: Mapping[str, Table], value: Span, context: EvaluationContext, person: Person
) -> Iterator[int | str | None]:
    """Yield every key that a fact or a number of people may be; None for one that no row can have."""
    mine = [part for table in tables.values() for part in table.nested if part.by == by]
    if isinstance(by, PeopleCount):
        yield from _whole_numbers(context.count(by), mine, value)
        return
    statement = context.statement(person, by)
    if statement is None and context.may_not_apply(person, by):
        yield None
    if statement is Silence.NOT_APPLICABLE and not _said_not_to_apply(by, context, person):
        yield None
        return
    if context.book.facts[by].kind == "choice":
        yield from [statement] if isinstance(statement, str) else context.book.facts[by].values
    else:
        number = context.number(person, by)
        possible = number if isinstance(number, Span) else context.limits(by)
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
    highest = max(table.numbered)
    start = table.numbered[highest]
    if not isinstance(start, Decimal):
        return set()
    ends = [end for end in (value.low, value.high) if abs(end) != INFINITY]
    return {highest + math.floor((end - start) / table.each_more) for end in ends}
