"""What a ranked answer says: each grant of a page, why it stands there, and what a person can do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import isnan

import numpy as np
from numpy.typing import NDArray

from features.columns import sentence
from features.pairs import PairFeatures
from models.eligibility.verdict import Status
from models.explanations.near_miss import NearMiss
from models.explanations.next_question import NextQuestion
from models.explanations.reasons import Reason
from models.needs.urgent import Urgent
from models.qualifying.grouping import Group
from models.qualifying.wording import VERY_LIKELY, in_words
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
class Qualifies:
    """How likely the person qualifies, 0 to 1, by the rules and by how common what is not known is; and in words."""

    estimate: float
    text: str


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
    group: Group
    score: float
    route: str
    qualifies: Qualifies
    propensity: float = 1.0
    """Chance that it stands at this place, to be logged with what people do: below 1 where lists explore."""
    success: Chance | None = None
    reasons: tuple[Reason, ...] = ()
    missing: tuple[tuple[str, ...], ...] = ()
    decisive: str | None = None
    """Of all that is open, what is expected to move the chance of qualifying most; a fact, `areas` or `work`."""
    steps: tuple[str, ...] = ()
    """What is to be done first, each in a sentence."""
    contributions: tuple[Contribution, ...] = ()
    opens: date | None = None
    closes: date | None = None
    checked_on: date | None = None
    reviewed: bool = True
    """Whether a person has read its rules."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page of the ranked list, and what a person can do next."""

    results: tuple[Recommendation, ...]
    near_misses: tuple[NearMiss, ...]
    next_question: NextQuestion | None
    counts: dict[Status, int]
    """How many grants have each status; empty where that was not wished for."""
    total: int
    """Grants in the whole list."""
    groups: dict[Group, int]
    """How many of them stand in each group."""
    urgent: tuple[Urgent, ...]
    """What cannot wait, by the words of the need."""
    degraded: tuple[str, ...]
    """Parts that could not do their work, and what stood in for them."""
    disputed: tuple[str, ...] = ()
    """Grants on which the compiled judge and the plain one disagreed; the plain one was followed for all grants."""


def qualifies_in_words(chance: float, status: Status, *, reviewed: bool = True) -> str:
    """Say how likely it is that a person qualifies, 0 to 1; never that they do, for the fund decides."""
    if not reviewed:
        return "Nobody has read its rules for us, so we cannot say whether you fit them."
    if status is Status.DISCRETIONARY:
        return "You fit every rule we can check. The fund decides the rest."
    return in_words(chance)


def chance_of_award(chances: Chances | None, row: int, status: Status, qualifies: float) -> Chance | None:
    """Give the chance of an award at a row; None where too little is known, or the person may well not qualify."""
    told = status in (Status.ELIGIBLE, Status.DISCRETIONARY) or qualifies >= VERY_LIKELY
    if chances is None or not told or np.isnan(chances.estimate[row]):
        return None
    return Chance(
        float(chances.estimate[row]),
        float(chances.low[row]),
        float(chances.high[row]),
        int(chances.outcomes[row]),
    )


def contributions_of(
    ranker: Ranker, pairs: PairFeatures, points: NDArray[np.float64], place: int, *, awards: float
) -> tuple[Contribution, ...]:
    """Name what every column added, then past outcomes, the baseline last; the points add up to the score."""
    named, values = [], dict(zip(pairs.columns, pairs.matrix[place].tolist(), strict=True))
    *added_by, baseline = points[place].tolist()
    for name, added in zip(ranker.columns, added_by, strict=True):
        known = None if isnan(values[name]) else values[name]
        named.append(Contribution(name, known, added, sentence(name, added, known)))
    if awards:
        text = (
            "Of those who qualify and apply, many get it."
            if awards > 0
            else "Of those who qualify, few get it."
        )
        named.append(Contribution("awarded", None, awards, text))
    return (*named, Contribution("baseline", None, baseline, "Every grant starts from here."))
