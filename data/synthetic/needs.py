"""Makes up needs in people's own words, which are seldom the words that grants use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.people.applicants import Need
from data.synthetic.scenario import Profile, Scenario

CODED: Final = 0.6
"""Share of people who also tick what it is for and why; the others only write."""
AMOUNT_TOLD: Final = 0.7
AMOUNT_SPREAD: Final = 0.45
"""Standard deviation of the logarithm of the amount around what such a thing takes."""


@dataclass(frozen=True, slots=True)
class MadeNeed:
    """A simulated need with what it is really about, whether or not the person said so."""

    need: Need
    topic: int
    """Place in the scenario's topics."""
    reason: str
    amount: float
    """Pounds that it takes."""


@dataclass(frozen=True)
class Needs:
    """Draws needs from a scenario; sentences come from a pool, so that a world has not too many of them."""

    scenario: Scenario
    pool: tuple[tuple[MadeNeed, ...], ...]
    """By topic: the needs, as worded."""

    @classmethod
    def of(cls, scenario: Scenario, rng: np.random.Generator, *, texts: int) -> Needs:
        """Word about so many different needs, each topic by its share and at least once."""
        shares = np.array([topic.share for topic in scenario.topics])
        counts = np.maximum(1, np.round(texts * shares / shares.sum())).astype(int)
        worded = (tuple(_worded(scenario, place, count, rng)) for place, count in enumerate(counts))
        return cls(scenario, tuple(worded))

    def draw(self, profile: Profile, rng: np.random.Generator) -> MadeNeed:
        """Draw what a person of this kind needs, and how they put it."""
        topics = self.scenario.topics
        liking = np.array([topic.share * profile.purposes.get(topic.purpose, 1.0) for topic in topics])
        topic = int(rng.choice(len(topics), p=liking / liking.sum()))
        worded = self.pool[topic]
        liked = np.array([profile.reasons.get(made.reason, 0.05) for made in worded])
        made = worded[rng.choice(len(worded), p=liked / liked.sum())]
        return _asked(made, rng)


def _worded(scenario: Scenario, place: int, count: int, rng: np.random.Generator) -> Iterator[MadeNeed]:
    topic = scenario.topics[place]
    codes = tuple(scenario.reasons)
    for _ in range(count):
        reason = codes[rng.integers(len(codes))]
        want, why = (said[rng.integers(len(said))] for said in (topic.phrases, scenario.reasons[reason]))
        sentence = scenario.templates[rng.integers(len(scenario.templates))].format(want=want, why=why)
        need = Need(text=sentence, purposes=(topic.purpose,), reasons=(reason,))
        yield MadeNeed(need, place, reason, topic.amount)


def _asked(made: MadeNeed, rng: np.random.Generator) -> MadeNeed:
    takes = float(made.amount * np.exp(rng.normal(0, AMOUNT_SPREAD)))
    rounded = max(5.0, round(takes / 5) * 5.0)
    coded = rng.random() < CODED
    told = {
        "text": made.need.text,
        "purposes": made.need.purposes if coded else (),
        "reasons": made.need.reasons if coded else (),
        "amount": rounded if rng.random() < AMOUNT_TOLD else None,
    }
    return MadeNeed(Need.model_validate(told), made.topic, made.reason, rounded)
