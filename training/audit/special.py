"""Whether special-category facts of a request move what they do not decide.

Somebody's illness or faith may open a grant, and so its chance of qualifying; nothing else of the order may read it.
One such fact is stated in two ways. Grants that keep their status and their chance must keep their scores to the last
bit, and their order among each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from data.people.statements import read_statement
from data.synthetic.random_people import PersonMaker
from models.listing.wish import Wish
from models.recommender import Recommender
from training.audit.separation import Asking
from training.opening import recommender_of

TELLS: Final = 0.5
"""Chance that a person tells a fact of theirs, so that much waits for an answer."""


@dataclass(frozen=True, slots=True)
class Flip:
    """What one flip left as it was."""

    kept: int
    """Grants that are listed both times with the same status and chance."""
    listed: int
    """Grants listed the first time."""
    same: bool
    """Whether those that were kept have the same scores and the same order."""


def flip(recommender: Recommender, one: Asking, rng: np.random.Generator, *, on: date) -> Flip:
    """State one special-category fact of a person in two ways, and compare the whole lists."""
    catalogue = recommender.catalogue
    maker = PersonMaker(catalogue.facts, catalogue.areas, rng, on)
    special = sorted(name for name, fact in catalogue.facts.facts.items() if fact.sensitive)
    fact = catalogue.facts.facts[special[int(rng.integers(len(special)))]]
    facts = {name: said for name, said in one.applicant.facts.items() if rng.random() < TELLS}
    wish = Wish(size=len(catalogue.grants), explain=False, near_misses=0)
    first, second = (
        recommender.recommend(
            replace(one.applicant, facts={**facts, fact.id: read_statement(fact, said, fact.id)}),
            one.need,
            on=on,
            wish=wish,
        ).results
        for said in maker.said_in_two_ways(fact)
    )
    told = {result.grant_id: (result.status, result.qualifies.estimate) for result in second}
    kept = {
        result.grant_id
        for result in first
        if told.get(result.grant_id) == (result.status, result.qualifies.estimate)
    }
    before, after = (
        [(result.grant_id, result.score) for result in results if result.grant_id in kept]
        for results in (first, second)
    )
    return Flip(len(kept), len(first), before == after)


@dataclass(frozen=True)
class Flipping:
    """Flips one fact of each of a batch of people; a person's draws follow from the seed and the pseudonym."""

    bundle: Path
    on: date
    seed: int

    def open(self) -> Callable[[Sequence[Asking]], list[Flip]]:
        """Load the bundle."""
        recommender = recommender_of(self.bundle, self.on)

        def flips(people: Sequence[Asking]) -> list[Flip]:
            return [
                flip(
                    recommender, one, np.random.default_rng([self.seed, *one.pseudonym.encode()]), on=self.on
                )
                for one in people
            ]

        return flips
