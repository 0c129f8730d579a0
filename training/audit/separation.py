"""Whether rankings depend on what the audit store holds: everything in it is flipped, and no list may change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from data.catalogue.reading import Catalogue
from data.people.applicants import Applicant, Need
from data.synthetic.needs import Needs
from data.synthetic.people import Casting
from data.synthetic.scenario import read_scenario
from models.listing.wish import Wish
from models.recommender import Recommender
from training.audit.store import NOT_STATED, AuditStore
from training.engines import mapped
from training.groups import FACTS
from training.opening import recommender_of

TEXTS: Final = 1000
TOGETHER: Final = 100
"""People in a batch."""


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
RankAll = Callable[[Sequence[Asking]], Iterable[List]]


def made_asking(catalogue: Catalogue, count: int, *, on: date, seed: int) -> Iterator[Asking]:
    """Draw people of the made world; their sex, disability and ethnicity go to the audit store alone.

    The facts stay what a form would hold: a fund may lawfully ask for one of them. What is tried is whether the
    *store* has a way into the list.
    """
    rng, scenario = np.random.default_rng(seed), read_scenario()
    needs = Needs.of(scenario, rng, texts=TEXTS)
    for person in Casting(catalogue, scenario).people(count, rng, on=on):
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


@dataclass(frozen=True)
class RankingPeople:
    """Ranks batches of people with a bundle, wherever they are worked on."""

    bundle: Path
    on: date

    def open(self) -> Callable[[Sequence[Asking]], list[List]]:
        """Load the bundle."""
        rank = ranked_by(recommender_of(self.bundle, self.on), on=self.on)
        return lambda people: [rank(one) for one in people]


def ranked_by_bundle(bundle: Path, *, on: date, workers: int = 1) -> RankAll:
    """Rank everybody with a bundle that each process loads anew, every time: nothing of an earlier time is held."""
    return lambda people: (
        one
        for batch in mapped(in_batches(people), RankingPeople(bundle, on), workers=workers)
        for one in batch
    )


def in_batches(people: Sequence[Asking]) -> Iterator[Sequence[Asking]]:
    """Part people into what a process works on in one go."""
    return (people[start : start + TOGETHER] for start in range(0, len(people), TOGETHER))


def changed_by_flip(
    rank: RankAll,
    people: Sequence[Asking],
    store: AuditStore,
    *,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:
    """Keep everybody's attributes, rank, flip every attribute, rank again; give how many lists are not the same.

    `told` is called with how many lists are ranked and how many there are.
    """
    store.put((one.pseudonym, one.attributes) for one in people)
    before: list[List] = []
    for list_before in rank(people):
        before.append(list_before)
        told(len(before), 2 * len(people))
    store.rewrite(flipped(people))
    changed = 0
    for done, (list_before, list_after) in enumerate(zip(before, rank(people), strict=True), start=1):
        changed += list_after != list_before
        told(len(people) + done, 2 * len(people))
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
