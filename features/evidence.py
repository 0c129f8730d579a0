"""What past decisions say about a need and each grant: rates, lifts and likenesses, all shrunk where counts are few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.award_history import AwardHistory
from features.embedding import Vectors
from features.history import amount_step
from features.lexical import words
from features.lifts import Lifts
from features.tallies import Counts, Tally

PRIOR_DECISIONS: Final = 10.0
"""A rate is drawn to its parent's as if the parent's had been seen in so many decisions."""
PRIOR_WORDS: Final = 5.0
"""The words of a grant's past needs are mixed with everybody's as if so many more needs were known."""
NEIGHBOURS: Final = 20
"""Past needs that have a voice in `nearest_awarded`."""
VOICE: Final = 10.0
"""How fast a voice fades with the cosine's distance from the closest."""
NEARBY_STEPS: Final = ((-2, 0.25), (-1, 0.5), (0, 1.0), (1, 0.5), (2, 0.25))
"""Steps of a tenth around the amount asked, and their weight."""


def award_rates(purposes: Sequence[str], areas: Sequence[str], history: AwardHistory) -> dict[str, Counts]:
    """Give the shares 0..1 of decisions that were awards: by funder, grant, purpose and area, each drawn to its parent.

    Parents: all decisions for a funder, the funder for a grant, the grant for its purposes and its areas.
    """
    won, lost, funders = history.awarded, history.declined, history.funders
    everywhere = _drawn(float(won.sum()), float(lost.sum()), 0.5)
    funder_rate = _drawn(funders.total(won), funders.total(lost), everywhere)[funders.of_grant]
    rate = _drawn(won, lost, funder_rate)
    return {
        "award_rate": rate,
        "funder_award_rate": funder_rate,
        "purpose_award_rate": _rate_of_codes(history.by_purpose, purposes, rate),
        "area_award_rate": _rate_of_codes(history.by_area, tuple(reversed(areas)), rate),
    }


def lift(lifts: Lifts, codes: Sequence[str]) -> tuple[Counts, Counts]:
    """Give (grants,) logs of the funder's ratio, and of the grant's beyond it, for codes from wide to narrow.

    0: the codes make no difference; NaN: no code is given, or no award is known.
    """
    return _logs(lifts, lifts.of_codes(codes) if codes else None)


def amount_lift(amount: float | None, history: AwardHistory) -> tuple[Counts, Counts]:
    """Give the same for an amount: amounts near to it first, then that very amount drawn to them."""
    if not amount:
        return _logs(history.amount_lifts, None)
    made = np.zeros(history.awarded.shape)
    for away, weight in NEARBY_STEPS:
        made += weight * history.by_step.of_code(str(amount_step(amount) + away))[0]
    even = np.ones(len(history.funders.names)), np.ones(made.shape)
    near = history.step_lifts.of_counts(made, even)
    return _logs(history.amount_lifts, history.amount_lifts.of_codes([str(round(amount))], near=near))


def word_evidence(text: str, history: AwardHistory) -> Counts:
    """Give how much likelier the need's words are among each grant's past awarded needs than among all, per root word.

    The sum over distinct words w of log((n_gw + m p_w) / (n_g + m)) - log p_w, by the root of their number,
    where n counts needs and m is PRIOR_WORDS; NaN for a grant that has made no award.
    """
    tally, awarded = history.by_word, history.awarded
    known = [tally.place[word] for word in sorted(set(words(text))) if word in tally.place]
    total = np.zeros(awarded.shape)
    absent = np.log(PRIOR_WORDS / (awarded + PRIOR_WORDS))
    for at in known:
        held = slice(tally.starts[at], tally.starts[at + 1])
        grants, made = tally.grants[held], tally.awarded[held]
        common = float(made.sum()) / max(float(awarded.sum()), 1.0)
        if common:
            total[grants] += np.log1p(made / (PRIOR_WORDS * common))
    total += len(known) * absent
    return np.where(awarded > 0, total / np.sqrt(max(len(known), 1)), np.nan)


def nearest_awarded(cosines: Vectors, grants: NDArray[np.int32], *, size: int) -> Counts:
    """Give each grant's share 0..1 among the past awarded needs closest to this one, the closest counting most."""
    if not len(cosines):
        return np.full(size, np.nan)
    closest = np.arange(len(cosines))
    if len(cosines) > NEIGHBOURS:
        closest = np.sort(np.argpartition(-cosines, NEIGHBOURS)[:NEIGHBOURS])
    voices = np.exp(VOICE * (cosines[closest] - cosines[closest].max()).astype(np.float64))
    return np.bincount(grants[closest], voices / voices.sum(), size).astype(np.float64)


def _logs(lifts: Lifts, ratios: tuple[Counts, Counts] | None) -> tuple[Counts, Counts]:
    size = lifts.awarded.shape
    if ratios is None:
        return np.full(size, np.nan), np.full(size, np.nan)
    of_grant = lifts.funders.of_grant
    known = lifts.funders.total(lifts.awarded) > 0
    return (
        np.where(known, np.log(ratios[0]), np.nan)[of_grant],
        np.where(lifts.awarded > 0, np.log(ratios[1]), np.nan),
    )


def _drawn(won: Counts | float, lost: Counts | float, parent: Counts | float) -> Counts:
    return np.asarray((won + PRIOR_DECISIONS * parent) / (won + lost + PRIOR_DECISIONS), dtype=np.float64)


def _rate_of_codes(tally: Tally, codes: Sequence[str], parent: Counts) -> Counts:
    rate = parent
    for code in codes:
        won, lost = tally.of_code(code)
        rate = _drawn(won, lost, rate)
    return rate
