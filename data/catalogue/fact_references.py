"""Checks what facts hang on: every name exists, and none leads back to itself."""

from __future__ import annotations

from data.catalogue.dependencies import sources
from data.catalogue.facts import ANY, NUMERIC, SELF, Fact, FactBook
from data.catalogue.fitting_values import Found
from data.catalogue.references import References
from data.places.areas import AreaTree


def check_facts(book: FactBook, areas: AreaTree | None) -> Found:
    """Yield what is wrong among the facts themselves: what they hang on, circles in it, and what the file adds."""
    references = References(book, areas)
    for fact in book.facts.values():
        yield from _check_fact(fact, references, f"facts.{fact.id}")
    if book.no_recourse is not None:
        yield from references.check(book.no_recourse, "no_recourse", of_related=True)
    for name in book.recourse_through:
        if name != ANY and name not in book.relations:
            yield "recourse_through", f"unknown relation {name!r}"
    for place, found in enumerate(book.contradictions):
        yield from references.check(found.condition, f"contradictions[{place}].condition")
    for name in (SELF, ANY):
        if name in book.relations:
            yield f"relations.{name}", f"`{name}` has a meaning of its own and cannot be declared"


def _check_fact(fact: Fact, references: References, at: str) -> Found:
    book = references.book
    if fact.from_birth_date is not None:
        born = book.facts.get(fact.from_birth_date)
        if born is None or born.kind != "date":
            yield f"{at}.from_birth_date", f"{fact.from_birth_date!r} is not a date fact"
        if fact.kind not in NUMERIC:
            yield (
                f"{at}.from_birth_date",
                f"{fact.id} is a {fact.kind}: only a number follows from a birth date",
            )
    named = {"applies_if": fact.applies_if, "while": fact.grows_while}
    for key, condition in named.items():
        if condition is not None:
            yield from references.check(condition, f"{at}.{key}")
    for value, condition in fact.open_to.items():
        yield from references.check(condition, f"{at}.values.{value}.open_to")
    if fact.derived is not None:
        for condition in fact.derived.conditions:
            yield from references.check(condition, f"{at}.derived")
        told = fact.derived.some_of
        if told is not None and (told not in book.facts or book.facts[told].kind != "choices"):
            yield f"{at}.derived.some_of", f"{told!r} is no fact with a set of values"
    if fact.id in _asked_before(fact.id, book):
        given = {**named, "derived": fact.derived, "from_birth_date": fact.from_birth_date}
        key = next(key for key, value in given.items() if value is not None)
        yield f"{at}.{key}", "the facts that this depends on lead back to itself"


def _asked_before(fact_id: str, book: FactBook) -> set[str]:
    found: set[str] = set()
    waiting = [fact_id]
    while waiting:
        fact = book.facts.get(waiting.pop())
        names = set() if fact is None else sources(fact) - _only_as_told(fact)
        waiting += names - found
        found |= names
    return found


def _only_as_told(fact: Fact) -> set[str]:
    """Name the set that a fact follows from as it was told: what the set hangs on is not asked there."""
    told = None if fact.derived is None else fact.derived.some_of
    return set() if told is None else {told}
