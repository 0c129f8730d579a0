"""What of a person conditions can read, also through what their facts follow from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from data.catalogue.dependencies import follows_as_told
from data.catalogue.rules import (
    Beneficiary,
    Condition,
    HasLivedIn,
    LivesIn,
    PeopleCount,
    Receives,
    Related,
    Sum,
    WorkedIn,
)
from data.catalogue.traversal import facts_named, tables_of
from models.counterfactuals.decisive_facts import with_sources
from models.eligibility.context import EvaluationContext


class Reads(NamedTuple):
    """The facts, and the lists of a person."""

    facts: frozenset[str]
    lists: frozenset[str]


def reads_of(conditions: Iterable[Condition], context: EvaluationContext) -> Reads:
    """List the facts that conditions read, also those that others follow from, and the lists of a person.

    Conditions nested in others, and those on which facts apply, are to be given too.
    """
    names = context.book.names
    facts, lists = set[str](), set[str]()
    for part in conditions:
        facts |= facts_named(part)
        facts |= set(names.facts_of(part.receives)) if isinstance(part, Receives) else set()
        lists |= {"related"} if any(isinstance(table.by, PeopleCount) for table in tables_of(part)) else set()
        lists |= _LISTS_READ.get(type(part), frozenset())
    lists |= {"receives"} if facts & names.facts else set()
    told = set[str]().union(*(follows_as_told(context.book.facts[fact]) for fact in facts))
    follow = [with_sources(name, context) for name in told]
    return Reads(frozenset(facts).union(*follow), frozenset(lists))


_LISTS_READ: Final[Mapping[type, frozenset[str]]] = {
    LivesIn: frozenset({"areas", "lived_in"}),
    HasLivedIn: frozenset({"areas", "lived_in"}),
    WorkedIn: frozenset({"work"}),
    Receives: frozenset({"receives", "awards"}),
    Related: frozenset({"related"}),
    Beneficiary: frozenset({"related"}),
    Sum: frozenset({"related"}),
}
