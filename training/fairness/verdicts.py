"""What may be said of a difference: four answers, and no other."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from training.fairness.measures import MATTERS, Kind

DOUBT: Final = 0.05
"""Chance of a false "difference likely" for one figure over all attributes."""
FEWEST: Final = 10
"""Of fewer people, or beside fewer, nothing is told (as in ONS tables of protected characteristics)."""


class Verdict(StrEnum):
    """What can be said of a group's difference to everybody else."""

    LIKELY = "difference likely"
    NONE = "no difference that matters"
    UNSURE = "cannot tell yet"
    WITHHELD = "withheld"


def verdict(kind: Kind, people: int, rest: int, ends: tuple[float, float], p: float) -> Verdict:
    """Judge a difference, or a ratio, by its interval and its p-value; `people` against the `rest`.

    >>> verdict(Kind.RATE, 300, 300, (-.02, .03), .6).value
    'no difference that matters'
    >>> verdict(Kind.RATE, 300, 300, (-.16, -.04), .001).value
    'difference likely'
    >>> verdict(Kind.RATE, 12, 300, (-.3, .2), .6).value
    'cannot tell yet'
    >>> verdict(Kind.RATE, 9, 300, (-.3, -.2), .001).value
    'withheld'
    """
    if min(people, rest) < FEWEST:
        return Verdict.WITHHELD
    low, high = MATTERS[kind]
    if low < ends[0] and ends[1] < high:
        return Verdict.NONE
    return Verdict.LIKELY if p < DOUBT else Verdict.UNSURE
