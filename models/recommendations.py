"""What a ranked answer says: each grant of a page, why it stands there, and what a person can do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.columns import sentence
from features.pairs import PairFeatures
from models.eligibility.verdict import Status
from models.explanations.near_miss import NearMiss
from models.explanations.next_question import NextQuestion
from models.explanations.reasons import Reason
from models.niche_penalty import NAME, OPEN, SETTLED
from models.rankers.calibration import Chances
from models.rankers.protocol import Ranker


@dataclass(frozen=True, slots=True)
class Chance:
    """Estimated chance of an award, 0 to 1, its 95 % interval, and the decided outcomes it rests on."""

    estimate: float
    low: float
    high: float
    outcomes: int


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one column adds to a score, and what that means in a sentence; `value` is None where it is not known."""

    feature: str
    value: float | None
    points: float
    text: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One grant of the ranked list, with why it stands there."""

    grant_id: str
    rank: int
    status: Status
    score: float
    route: str
    propensity: float = 1.0
    """Chance that it stands at this place, to be logged with what people do: below 1 where lists explore."""
    success: Chance | None = None
    reasons: tuple[Reason, ...] = ()
    missing: tuple[tuple[str, ...], ...] = ()
    steps: tuple[str, ...] = ()
    """What is to be done first, each in a sentence."""
    contributions: tuple[Contribution, ...] = ()
    opens: date | None = None
    closes: date | None = None
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page of the ranked list, and what a person can do next."""

    results: tuple[Recommendation, ...]
    near_misses: tuple[NearMiss, ...]
    next_question: NextQuestion | None
    counts: dict[Status, int]
    total: int
    """Grants in the whole list."""
    degraded: tuple[str, ...]
    """Parts that could not do their work, and what stood in for them."""
    disputed: tuple[str, ...] = ()
    """Grants on which the compiled judge and the plain one disagreed; the plain one was followed for all grants."""


def chance_at(chances: Chances, place: int) -> Chance | None:
    """Give the chance at a place of the page; None where too few outcomes are known."""
    if np.isnan(chances.estimate[place]):
        return None
    return Chance(
        float(chances.estimate[place]),
        float(chances.low[place]),
        float(chances.high[place]),
        int(chances.outcomes[place]),
    )


def few(points: float) -> Contribution:
    """Say what is added because a place or a trade is not known."""
    return Contribution(NAME, None, points, OPEN if points else SETTLED)


def contributions_of(
    ranker: Ranker, pairs: PairFeatures, points: NDArray[np.float64], place: int
) -> tuple[Contribution, ...]:
    """Name what every column added, the baseline last; the points add up to the score."""
    named = []
    for at, name in enumerate(ranker.columns):
        value, added = float(pairs.column(name)[place]), float(points[place, at])
        known = not np.isnan(value)
        named.append(Contribution(name, value if known else None, added, sentence(name, added, known=known)))
    return (*named, Contribution("baseline", None, float(points[place, -1]), "Every grant starts from here."))
