"""Which grants a partner is shown for a situation: a mix that no order alone decides, and two orders without names.

The same partner sees the same grants of a situation as long as the same bundle is live: what is drawn at random is
drawn from a digest of both names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from random import Random
from typing import Final

from data.people.applicants import read_applicant
from data.people.situations import Situation
from models.listing.wish import Wish
from models.recommender import Recommender
from serving.loading import Loaded

LEARNED: Final = 4
ALIKE: Final = 3
DRAWN: Final = 3
"""How many grants come from the learned order, from likeness of words and rules, and at random from what is left."""
SHOWN: Final = 5
"""How many grants of each of two orders are shown."""
WHOLE: Final = 5000


@dataclass(frozen=True, slots=True)
class Orders:
    """Two orders of the same grants, first and second as they are shown; names are for the record alone."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    names: tuple[str, str]

    @property
    def differ(self) -> bool:
        """Whether there is anything to choose between."""
        return self.first[:SHOWN] != self.second[:SHOWN]


def pool(loaded: Loaded, situation: Situation, partner: str, *, on: date) -> tuple[str, ...]:
    """The grants to grade, shuffled: some from the learned order, some by likeness, some at random; none ruled out."""
    learned = listed(loaded.recommender, situation, on=on)
    alike = listed(loaded.unlearned, situation, on=on)
    rng = _dice(situation, partner)
    chosen = list(learned[:LEARNED])
    chosen += _others(alike, chosen)[:ALIKE]
    left = _others(sorted(learned), chosen)
    chosen += rng.sample(left, min(DRAWN, len(left)))
    rng.shuffle(chosen)
    return tuple(chosen)


def two_orders(loaded: Loaded, situation: Situation, partner: str, *, on: date) -> Orders:
    """The learned order and the one by likeness, in an order that the partner cannot guess."""
    orders = {
        "learned": listed(loaded.recommender, situation, on=on),
        "likeness": listed(loaded.unlearned, situation, on=on),
    }
    first, second = _dice(situation, partner).sample(sorted(orders), 2)
    return Orders(orders[first], orders[second], (first, second))


def listed(recommender: Recommender, situation: Situation, *, on: date) -> tuple[str, ...]:
    """Every grant that is not ruled out for a situation, best first."""
    catalogue = recommender.catalogue
    applicant = read_applicant(situation.applicant, catalogue.facts, catalogue.areas)
    wish = Wish(size=WHOLE, explain=False, near_misses=0)
    return tuple(
        one.grant_id for one in recommender.recommend(applicant, situation.need, on=on, wish=wish).results
    )


def _others(names: Sequence[str], but: Sequence[str]) -> list[str]:
    return [name for name in names if name not in but]


def _dice(situation: Situation, partner: str) -> Random:
    return Random(sha256(f"{partner}\n{situation.id}".encode()).digest())  # noqa: S311 - nothing secret is drawn
