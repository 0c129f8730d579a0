"""Which facts that rules read have no base rate: of them nothing better than one half can be said."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from data.catalogue.dependencies import closure
from data.catalogue.reading import Catalogue
from data.catalogue.traversal import facts_named
from data.errors import Problem


def unrated_facts(catalogue: Catalogue, rated: Collection[str]) -> Iterator[Problem]:
    """Yield a warning for each fact that rules read, or that decides whether such a fact applies, and is not rated.

    What follows from a birth date rates that date too.
    """
    conditions = [rule.condition for grant in catalogue.grants for rule in grant.rules]
    book = catalogue.facts
    read = set(closure({fact for condition in conditions for fact in facts_named(condition)}, book))
    follows = {book.facts[fact].from_birth_date for fact in rated if fact in book.facts}
    for fact in sorted(read - set(rated) - {name for name in follows if name is not None}):
        yield Problem(
            f"the fact {fact!r} has no base rate: its chances stand at one half", field=f"facts.{fact}"
        )
