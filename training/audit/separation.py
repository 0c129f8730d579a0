"""Whether rankings depend on what the audit store holds: everything in it is flipped, and no list may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from data.people.applicants import Applicant, Need
from data.synthetic.needs import Needs
from data.synthetic.people import Casting
from data.synthetic.scenario import read_scenario
from models.recommender import Recommender, Wish
from training.audit.store import NOT_STATED, AuditStore
from training.groups import FACTS

Told = Callable[[int, int], None]
"""Called with how many lists are ranked and how many there are."""
TEXTS = 1000


@dataclass(frozen=True, slots=True)
class Asking:
    """A made person who asks: pseudonym, what is known, what is needed, and the attributes for the audit store."""

    pseudonym: str
    applicant: Applicant
    need: Need
    attributes: Mapping[str, str]


List = tuple[tuple[str, float], ...]
"""Grants with their scores, best first."""
Rank = Callable[[Asking], List]


def made_asking(recommender: Recommender, count: int, *, on: date, seed: int) -> Iterator[Asking]:
    """Draw people of the made world; their sex, disability and ethnicity go to the audit store alone.

    The facts stay what a form would hold: a fund may lawfully ask for one of them. What is tried is whether the
    *store* has a way into the list.
    """
    rng, scenario = np.random.default_rng(seed), read_scenario()
    needs = Needs.of(scenario, rng, texts=TEXTS)
    for person in Casting(recommender.catalogue, scenario).people(count, rng, on=on):
        drawn = {name: person.applicant.facts.get(name) for name in FACTS}
        attributes = {
            name: str(value).lower() if isinstance(value, bool | str) else NOT_STATED
            for name, value in drawn.items()
        }
        yield Asking(person.pseudonym, person.applicant, needs.draw(person.profile, rng).need, attributes)


def ranked_by(recommender: Recommender, *, on: date) -> Rank:
    """Rank as a service does, grants and scores of the first page."""
    wish = Wish(explain=False, near_misses=0)

    def rank(one: Asking) -> List:
        found = recommender.recommend(one.applicant, one.need, on=on, wish=wish)
        return tuple((result.grant_id, result.score) for result in found.results)

    return rank


def changed_by_flip(
    rank: Rank, people: Sequence[Asking], store: AuditStore, *, told: Told = lambda _done, _all: None
) -> int:
    """Keep everybody's attributes, rank, flip every attribute, rank again; give how many lists are not the same."""
    store.put((one.pseudonym, one.attributes) for one in people)
    before = []
    for done, one in enumerate(people, start=1):
        before.append(rank(one))
        told(done, 2 * len(people))
    store.rewrite(flipped(people))
    changed = 0
    for done, (one, list_before) in enumerate(zip(people, before, strict=True), start=len(people) + 1):
        changed += rank(one) != list_before
        told(done, 2 * len(people))
    return changed


def flipped(people: Sequence[Asking]) -> Callable[[dict[str, str]], dict[str, str]]:
    """A change that gives each attribute its next value among those that occur; none stays as it was.

    >>> ana, ben = (Asking(n, Applicant(), Need(), {"sex": s}) for n, s in (("a", "female"), ("b", "male")))
    >>> flipped([ana, ben])({"sex": "female"})
    {'sex': 'male'}
    """
    values: dict[str, list[str]] = {}
    for one in people:
        for name, value in one.attributes.items():
            values.setdefault(name, []).append(value)
    orders = {name: [*sorted(set(found)), "another"] for name, found in values.items()}
    orders = {name: found[:-1] if len(found) > 2 else found for name, found in orders.items()}

    def change(attributes: dict[str, str]) -> dict[str, str]:
        after = {
            name: (orders[name].index(value) + 1) % len(orders[name]) for name, value in attributes.items()
        }
        return {name: orders[name][place] for name, place in after.items()}

    return change
