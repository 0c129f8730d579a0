"""What a fact that was not given can follow from: a birth date, or that it does not apply."""

from __future__ import annotations

from data.catalogue.facts import FactBook
from data.catalogue.rules import AllOf, AnyOf, AtLeast, Condition, Is, NoneOf, Not, OneOf, Within
from data.catalogue.traversal import facts_named, walk
from models.eligibility.first_day import changes_with_time

_PLAIN = (AllOf, AnyOf, AtLeast, Is, NoneOf, Not, OneOf, Within)


def follows_from(fact: str, book: FactBook) -> frozenset[str | None]:
    """List every fact that one can follow from, at any remove; with None among them, from more than plain facts."""
    found, waiting = set[str | None](), {fact}
    while waiting:
        here = book.facts[waiting.pop()]
        named: set[str] = set() if here.from_birth_date is None else {here.from_birth_date}
        if here.applies_if is not None:
            named |= facts_named(here.applies_if)
            if not all(isinstance(part, _PLAIN) for part in walk(here.applies_if)):
                found.add(None)
        waiting |= named - found
        found |= named
    return frozenset(found)


def grows(fact: str, book: FactBook) -> bool:
    """Tell whether time alone can change whether a fact applies."""
    applies_if: Condition | None = book.facts[fact].applies_if
    return applies_if is not None and changes_with_time(applies_if, book)
