"""What a condition depends on beyond its own words: the facts that decide whether others apply, birth dates, time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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
    Within,
    WorkedIn,
)
from data.catalogue.traversal import facts_named, walk

_PLAIN = (AllOf, AnyOf, AtLeast, Is, NoneOf, Not, OneOf, Within)


def sources(fact: Fact) -> set[str]:
    """List the facts that an unstated one follows from directly: its birth date, what its `applies_if` reads."""
    named = set() if fact.applies_if is None else facts_named(fact.applies_if)
    return named if fact.from_birth_date is None else named | {fact.from_birth_date}


def closure(facts: Iterable[str], book: FactBook) -> Iterator[str]:
    """Yield these facts and all that decide whether they apply, at any remove, each once."""
    waiting, seen = set(facts), set[str]()
    while left := waiting - seen:
        fact = min(left)
        seen.add(fact)
        yield fact
        precondition = book.facts[fact].applies_if
        if precondition is not None:
            waiting |= facts_named(precondition)


def preconditions(facts: Iterable[str], book: FactBook) -> Iterator[Condition]:
    """Yield the `applies_if` of these facts and of all facts that those read, each once."""
    for fact in closure(facts, book):
        precondition = book.facts[fact].applies_if
        if precondition is not None:
            yield precondition


def with_preconditions(conditions: Sequence[Condition], book: FactBook) -> Iterator[Condition]:
    """Yield conditions with all that is nested in them, then the preconditions of their facts likewise."""
    for condition in conditions:
        yield from walk(condition)
    for precondition in preconditions({fact for part in conditions for fact in facts_named(part)}, book):
        yield from walk(precondition)


def changes_with_time(condition: Condition, book: FactBook) -> bool:
    """Tell whether time alone can change the answer to a condition, also through `applies_if`."""
    if any(book.facts[fact].from_birth_date is not None for fact in closure(facts_named(condition), book)):
        return True
    return any(_counts_time(part) for part in with_preconditions((condition,), book))


def _counts_time(leaf: Condition) -> bool:
    if isinstance(leaf, LivesIn):
        return leaf.for_months is not None
    return isinstance(leaf, Ago | HasLivedIn | WorkedIn | Receives)


def reads_discretion(condition: Condition, book: FactBook) -> bool:
    """Tell whether what a person at the fund decides can change the answer, also through `applies_if`."""
    return any(isinstance(part, Discretion) for part in with_preconditions((condition,), book))


def applicability_changes_with_time(fact: str, book: FactBook) -> bool:
    """Tell whether time alone can change whether a fact applies."""
    precondition = book.facts[fact].applies_if
    return precondition is not None and changes_with_time(precondition, book)


def derived_from(fact: str, book: FactBook) -> frozenset[str | None]:
    """List the facts that an unstated one follows from, at any remove: by birth date or by `applies_if`.

    None is among them where a precondition reads more than plain facts (places, work, people).
    """
    found, waiting = set[str | None](), {fact}
    while waiting:
        here = book.facts[waiting.pop()]
        named = sources(here)
        if here.applies_if is not None and not all(
            isinstance(part, _PLAIN) for part in walk(here.applies_if)
        ):
            found.add(None)
        waiting |= named - found
        found |= named
    return frozenset(found)
