"""What past decisions say about a need and each grant: rates, lifts and likenesses, all shrunk where counts are few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.embedding import Vectors
from features.history import AwardHistory, amount_step
from features.lexical import words
from features.tallies import Counts, Tally

PRIOR_DECISIONS: Final = 10.0
"""A rate is drawn to its parent's as if the parent's had been seen in so many decisions."""
PRIOR_AWARDS: Final = 1.0
"""A lift is drawn to its parent's as if so many awards had been expected and made."""
PRIOR_WORDS: Final = 5.0
"""The words of a grant's past needs are mixed with everybody's as if so many more needs were known."""
NEIGHBOURS: Final = 20
"""Past needs that have a voice in `nearest_awarded`."""
NEARBY_STEPS: Final = ((-2, 0.25), (-1, 0.5), (0, 1.0), (1, 0.5), (2, 0.25))
"""Steps of a tenth around the amount asked, and their weight."""


def award_rates(
    purposes: Sequence[str], areas: Sequence[str], funders: NDArray[np.int64], history: AwardHistory
) -> dict[str, Counts]:
    """Give the shares 0..1 of decisions that were awards: by funder, grant, purpose and area, each drawn to its parent.

    Parents: all decisions for a funder, the funder for a grant, the grant for its purposes and its areas.
    """
    won, lost = history.awarded, history.declined
    everywhere = _drawn(float(won.sum()), float(lost.sum()), 0.5)
    funder_won = np.bincount(funders, weights=won).astype(np.float64)
    funder_lost = np.bincount(funders, weights=lost).astype(np.float64)
    funder_rate = _drawn(funder_won, funder_lost, everywhere)[funders]
    rate = _drawn(won, lost, funder_rate)
    return {
        "award_rate": rate,
        "funder_award_rate": funder_rate,
        "purpose_award_rate": _rate_of_codes(history.by_purpose, purposes, rate),
        "area_award_rate": _rate_of_codes(history.by_area, tuple(reversed(areas)), rate),
    }


def lift(tally: Tally, codes: Sequence[str], awarded: Counts, *, start: Counts | float = 1.0) -> Counts:
    """Give log of (awards made with the code / awards expected if it did not matter), from the widest code on.

    0: the code makes no difference; NaN: no code is given or the grant has made no award. Each code's lift is
    drawn to the one before it (a gamma prior on a Poisson rate), so a narrow area with few awards leans on a wider one.
    """
    if not codes:
        return np.full(awarded.shape, np.nan)
    ratio = start * np.ones(awarded.shape)
    total = max(awarded.sum(), 1.0)
    for code in codes:
        made = tally.of_code(code)[0]
        ratio = _ratio(made, awarded * made.sum() / total, ratio)
    return np.where(awarded > 0, np.log(ratio), np.nan)


def amount_lift(amount: float | None, history: AwardHistory) -> Counts:
    """Give the lift of an amount: amounts near to it first, then that very amount drawn to them."""
    if not amount:
        return np.full(history.awarded.shape, np.nan)
    made = np.zeros(history.awarded.shape)
    for away, weight in NEARBY_STEPS:
        made += weight * history.by_step.of_code(str(amount_step(amount) + away))[0]
    expected = history.awarded * made.sum() / max(history.awarded.sum(), 1.0)
    near = _ratio(made, expected, np.ones(made.shape))
    return lift(history.by_amount, [str(round(amount))], history.awarded, start=near)


def word_evidence(text: str, history: AwardHistory) -> Counts:
    """Give how much likelier the need's words are among each grant's past awarded needs than among all, per root word.

    The sum over distinct words w of log((n_gw + m p_w) / (n_g + m)) - log p_w, by the root of their number,
    where n counts needs and m is PRIOR_WORDS; NaN for a grant that has made no award.
    """
    tally, awarded = history.by_word, history.awarded
    known = [word for word in sorted(set(words(text))) if tally.place.get(word) is not None]
    total = np.zeros(awarded.shape)
    for word in known:
        made = tally.of_code(word)[0]
        common = made.sum() / awarded.sum() if made.any() else 0.0
        if common:
            total += np.log((made + PRIOR_WORDS * common) / ((awarded + PRIOR_WORDS) * common))
    return np.where(awarded > 0, total / np.sqrt(max(len(known), 1)), np.nan)


def nearest_awarded(vector: Vectors, history: AwardHistory) -> Counts:
    """Give each grant's share 0..1 among the past awarded needs closest to this one, the closest counting most."""
    met = history.met
    if not met.grants.size:
        return np.full(met.size, np.nan)
    cosines = met.vectors @ vector
    closest = np.argsort(-cosines, kind="stable")[:NEIGHBOURS]
    voices = np.exp(10.0 * (cosines[closest] - cosines[closest[0]])).astype(np.float64)
    return np.bincount(met.grants[closest], voices / voices.sum(), met.size).astype(np.float64)


def _drawn(won: Counts | float, lost: Counts | float, parent: Counts | float) -> Counts:
    return np.asarray((won + PRIOR_DECISIONS * parent) / (won + lost + PRIOR_DECISIONS), dtype=np.float64)


def _rate_of_codes(tally: Tally, codes: Sequence[str], parent: Counts) -> Counts:
    rate = parent
    for code in codes:
        won, lost = tally.of_code(code)
        rate = _drawn(won, lost, rate)
    return rate


def _ratio(made: Counts, expected: Counts, parent: Counts) -> Counts:
    return np.asarray((made + PRIOR_AWARDS * parent) / (expected + PRIOR_AWARDS), dtype=np.float64)
