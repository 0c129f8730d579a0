"""Which statements a condition reads, so that it is asked only of people who made one of them."""

from __future__ import annotations

from typing import Final

from data.catalogue.dependencies import derived_from
from data.catalogue.facts import FactBook
from data.catalogue.rules import (
    Beneficiary,
    Condition,
    HasLivedIn,
    LivesIn,
    OfApplicant,
    Receives,
    Related,
    Sum,
    WorkedIn,
)
from data.catalogue.traversal import facts_named, walk
from data.people.applicants import Applicant, Person

_PARTS: Final = ("areas", "lived_in", "work", "awards", "receives")


def keys_of(condition: Condition, book: FactBook) -> frozenset[str]:
    """List what a person must tell something of for a condition to have another answer than of a silent one."""
    keys, facts = set[str](), facts_named(condition)
    for part in walk(condition):
        match part:
            case LivesIn() | HasLivedIn():
                keys |= {"areas", "lived_in"}
            case WorkedIn():
                keys.add("work")
            case Receives(receives=grants):
                keys |= {"awards", "receives"}
                facts |= set(book.names.facts_of(grants))
            case OfApplicant():
                keys.add("always")
            case Beneficiary():
                keys |= {"related", "for"}
            case Related() | Sum():
                keys.add("related")
            case _:
                continue
    for fact in facts:
        keys |= {fact, *(root or "always" for root in derived_from(fact, book))}
    keys |= {"receives"} if facts & book.names.facts else set()
    return frozenset(keys)


def told_by(person: Person, applicant: Applicant, book: FactBook) -> set[str]:
    """List what a person tells something of."""
    told = {"always", *person.facts, *(part for part in _PARTS if getattr(person, part) is not None)}
    told |= {"related"} if applicant.related is not None else set()
    told |= {"for"} if applicant.whom is not None else set()
    return told if person is applicant else told | (applicant.facts.keys() & book.household)
