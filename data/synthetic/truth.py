"""The true chance of an award in a made world: what a ranking has to find out and is measured against.

The spread between funders follows what Scottish councils show for crisis grants in 2025-26: 65 % of
decisions accepted, 52 % to 89 % by council (Scottish Government, Scottish Welfare Fund statistics to 31 March
2026, Open Government Licence v3.0). Those rates describe councils, never a person; what is finer is invented.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.codelists import PURPOSES
from data.catalogue.grants import Grant
from data.synthetic.needs import MadeNeed
from data.synthetic.scenario import Scenario

Floats = NDArray[np.float64]

BASE_RATE: Final = 0.65
"""Share of decisions that are awards."""
FUNDERS: Final = 0.5
"""Standard deviation of funders' generosity in log-odds: 52 % to 89 % is -0.5 to +1.5 around 65 %."""
GRANTS: Final = 0.4
PURPOSE_TASTE: Final = 0.6
TOPIC_TASTE: Final = 0.8
"""What a grant likes to pay for beyond what it says; only outcomes tell."""
PLACE_TASTE: Final = 0.3
NAMED: Final = 1.1
LISTED: Final = 0.9
UNLISTED: Final = -1.6
REASON: Final = 0.5
EXCLUDED: Final = -5.0
ABOVE_CEILING: Final = -0.9
"""For each doubling (in natural logarithms) of the amount beyond what the grant tends to give."""


@dataclass(frozen=True)
class Truth:
    """Log-odds of an award, part by part, in the order of the catalogue's grants."""

    scenario: Scenario
    grants: tuple[Grant, ...]
    base: float
    own: Floats
    """(grants,) generosity of the funder and of the grant itself."""
    fit: Floats
    """(grants, topics) how well it suits the topic: what it says, and its taste."""
    place: Floats
    """(grants, places) taste by the widest area; one column for each name in `places`."""
    places: tuple[str, ...]
    ceiling: Floats
    """(grants,) logarithm of pounds beyond which awards grow rare."""
    reasons: NDArray[np.bool_]
    """(grants, reasons of the scenario) whether the grant names it."""

    def log_odds(self, made: MadeNeed, places: Sequence[str]) -> Floats:
        """Give (grants,) log-odds for a need; `places` are the person's areas."""
        here = [self.place[:, self.places.index(code)] for code in places if code in self.places]
        over = np.maximum(0.0, np.log(made.amount) - self.ceiling)
        because = self.reasons[:, tuple(self.scenario.reasons).index(made.reason)]
        local = sum(here, np.zeros(len(self.grants)))
        return np.asarray(
            self.base + self.own + self.fit[:, made.topic] + REASON * because + ABOVE_CEILING * over + local
        )

    def chances(self, made: MadeNeed, places: Sequence[str]) -> Floats:
        """Give (grants,) true chances of an award, 0 to 1."""
        return sigmoid(self.log_odds(made, places))

    def balanced(self, log_odds: Floats) -> Truth:
        """Shift the base so that applications with these log-odds are awarded at the base rate on average."""
        low, high = -20.0, 20.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if sigmoid(log_odds + middle).mean() < BASE_RATE else (low, middle)
        return replace(self, base=self.base + (low + high) / 2)


def made_truth(
    grants: Sequence[Grant], scenario: Scenario, places: Sequence[str], rng: np.random.Generator
) -> Truth:
    """Draw the hidden tastes of every grant and funder; `places` are the areas that tastes differ by."""
    owners = [(g.funder.id or g.funder.name) if g.funder else g.id for g in grants]
    funder = np.unique(np.array(owners, dtype=np.str_), return_inverse=True)[1]
    generosity = rng.normal(0, FUNDERS, int(funder.max(initial=0)) + 1)
    own = generosity[funder] + rng.normal(0, GRANTS, len(grants))
    return Truth(
        scenario,
        tuple(grants),
        0.0,
        own,
        said_fit(grants, scenario) + _tastes(len(grants), scenario, rng),
        rng.normal(0, PLACE_TASTE, (len(grants), len(places))),
        tuple(places),
        _ceilings(grants, scenario, rng),
        np.array([[code in grant.reasons for code in scenario.reasons] for grant in grants], dtype=np.bool_),
    )


def said_fit(grants: Sequence[Grant], scenario: Scenario) -> Floats:
    """Give (grants, topics) log-odds from what a grant says of itself: its words, purposes and exclusions."""
    found = np.zeros((len(grants), len(scenario.topics)))
    for row, grant in enumerate(grants):
        text = f"{grant.title} {grant.summary}".lower()
        for place, topic in enumerate(scenario.topics):
            found[row, place] += NAMED * any(
                re.search(rf"\b{re.escape(word)}(s|es)?\b", text) for word in topic.words
            )
            if grant.purposes:
                found[row, place] += LISTED if topic.purpose in grant.purposes else UNLISTED
            found[row, place] += EXCLUDED * (topic.purpose in grant.excluded_purposes)
    return found


def _tastes(grants: int, scenario: Scenario, rng: np.random.Generator) -> Floats:
    codes = list(PURPOSES)
    of_topic = [codes.index(topic.purpose) for topic in scenario.topics]
    by_purpose = rng.normal(0, PURPOSE_TASTE, (grants, len(codes)))[:, of_topic]
    return np.asarray(by_purpose + rng.normal(0, TOPIC_TASTE, (grants, len(of_topic))))


def _ceilings(grants: Sequence[Grant], scenario: Scenario, rng: np.random.Generator) -> Floats:
    typical = np.log(np.median([topic.amount for topic in scenario.topics]))
    drawn = rng.normal(typical + 0.5, 0.6, len(grants))
    most = [np.log(float(g.amount.max)) if g.amount and g.amount.max else np.nan for g in grants]
    return np.asarray(np.where(np.isnan(most), drawn, most))


def sigmoid(log_odds: Floats) -> Floats:
    """Turn log-odds into chances."""
    return np.asarray(1 / (1 + np.exp(-log_odds)))
