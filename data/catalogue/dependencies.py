"""What a condition depends on beyond its own words: the facts that decide whether others apply, birth dates, time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from data.catalogue.facts import Fact, FactBook
from data.catalogue.rules import (
    Ago,
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Discretion,
    HasLivedIn,
    Is,
    LivesIn,
    NoneOf,
    Not,
    OneOf,
    Receives,
    Related,
    SumOf,
    Within,
    WorkedIn,
)
from data.catalogue.traversal import facts_named, tables_of, walk

_PLAIN = (AllOf, AnyOf, AtLeast, Is, NoneOf, Not, OneOf, SumOf, Within)


def read_for(fact: Fact) -> tuple[Condition, ...]:
    """List the conditions that a fact hangs on: whether it applies, whether it grows, what it is derived from."""
    own = (fact.applies_if, fact.grows_while, *(() if fact.derived is None else fact.derived.conditions))
    return (*(condition for condition in own if condition is not None), *_values_of_people(fact))


def _values_of_people(fact: Fact) -> Iterator[Condition]:
    """Yield what reads each value of a set that follows from numbers of people: a set of ages changes each birthday."""
    if fact.derived is not None and fact.derived.over is not None:
        read = OneOf.model_validate(
            {"fact": fact.derived.values_of, "one_of": [Decimal(value) for value in fact.values]}
        )
        yield Related(related=fact.derived.over, condition=read)


def sources(fact: Fact) -> set[str]:
    """List the facts that an unstated one follows from directly: a birth date, a set, and what `read_for` reads."""
    return {name for condition in read_for(fact) for name in facts_named(condition)} | follows_as_told(fact)


def follows_as_told(fact: Fact) -> set[str]:
    """Name the birth date or the set that an unstated fact follows from, just as that was told."""
    told = {fact.from_birth_date, None if fact.derived is None else fact.derived.some_of}
    return {name for name in told if name is not None}


def closure(facts: Iterable[str], book: FactBook) -> Iterator[str]:
    """Yield these facts and all that decide whether they apply, or that they are derived from, at any remove, once."""
    waiting, seen = set(facts), set[str]()
    while left := waiting - seen:
        fact = min(left)
        seen.add(fact)
        yield fact
        waiting |= {name for condition in read_for(book.facts[fact]) for name in facts_named(condition)}


def preconditions(facts: Iterable[str], book: FactBook) -> Iterator[Condition]:
    """Yield the conditions that these facts, and all facts that those read, hang on, each once."""
    for fact in closure(facts, book):
        yield from read_for(book.facts[fact])


def with_preconditions(conditions: Sequence[Condition], book: FactBook) -> Iterator[Condition]:
    """Yield conditions with all that is nested in them, then the preconditions of their facts likewise."""
    for condition in conditions:
        yield from walk(condition)
    for precondition in preconditions({fact for part in conditions for fact in facts_named(part)}, book):
        yield from walk(precondition)


def changes_with_time(condition: Condition, book: FactBook) -> bool:
    """Tell whether time alone can change the answer to a condition, also through what its facts hang on."""
    if any(_grows(book.facts[fact]) for fact in closure(facts_named(condition), book)):
        return True
    return any(_counts_time(part) for part in with_preconditions((condition,), book))


def _grows(fact: Fact) -> bool:
    return fact.from_birth_date is not None or fact.grows is not None


def is_steady(fact: str, book: FactBook) -> bool:
    """Tell whether a fact neither grows by itself nor is derived for some people only."""
    known = book.facts[fact]
    return known.grows is None and (known.derived is None or known.applies_if is None)


def _counts_time(leaf: Condition) -> bool:
    if isinstance(leaf, LivesIn):
        return leaf.for_months is not None
    return isinstance(leaf, Ago | HasLivedIn | WorkedIn | Receives)


def reads_discretion(condition: Condition, book: FactBook) -> bool:
    """Tell whether what a person at the fund decides can change the answer, also through `applies_if`."""
    return any(isinstance(part, Discretion) for part in with_preconditions((condition,), book))


def applicability_changes_with_time(fact: str, book: FactBook) -> bool:
    """Tell whether time alone can change whether a fact applies."""
    return any(changes_with_time(condition, book) for condition in read_for(book.facts[fact]))


def _is_plain(part: Condition) -> bool:
    return isinstance(part, _PLAIN) and all(isinstance(table.by, str) for table in tables_of(part))


def derived_from(fact: str, book: FactBook) -> frozenset[str | None]:
    """List the facts that an unstated one follows from, at any remove: by birth date or by what `read_for` reads.

    None is among them where such a condition reads more than plain facts (places, work, people).
    """
    found, waiting = set[str | None](), {fact}
    while waiting:
        here = book.facts[waiting.pop()]
        named = sources(here)
        if not all(_is_plain(part) for condition in read_for(here) for part in walk(condition)):
            found.add(None)
        waiting |= named - found
        found |= named
    return frozenset(found)
