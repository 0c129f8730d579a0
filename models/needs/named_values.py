"""Which illnesses, or the like, the words of a need name, whoever has them: they tell which fund may be meant.

Nothing is told of the person by it: a fact of health counts only once it is confirmed. A fund for an illness that
somebody writes about is worth looking at; where it stands in a list may tell so, its status and its chance may not.
"""

from __future__ import annotations

from data.catalogue.facts import FactBook
from models.needs.patterns import Patterns
from models.needs.suggested_facts import own_patterns, searched


def named_values(text: str, book: FactBook, patterns: Patterns | None = None) -> frozenset[tuple[str, str]]:
    """List facts of a special category with the values of them that a text names, of whomever it says so."""
    patterns = own_patterns() if patterns is None else patterns
    words = searched(text, patterns)
    return frozenset(
        (fact, value)
        for fact, values, said in patterns.naming
        if fact in book.facts and book.facts[fact].special_category and said.search(words)
        for value in values
    )
