"""Whether a difference is more than chance: attributes are dealt out anew among people, and all groups looked at.

For each attribute and figure, a group's gap to everybody else is divided by its own standard error; its p-value is the
share of deals in which some group of the attribute shows as large a one (the step of max-T; Westfall and Young 1993).
Studentised, it holds where spreads and sizes differ (Janssen 1997). Between attributes p-values are raised by Holm's
method (1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.fairness.exposure import Floats
from training.fairness.measures import Measure
from training.fairness.resampling import Codes

DEALS: Final = 2000
TOGETHER: Final = 120_000
"""Places that are dealt at once: about as many as a processor holds near."""
SAME: Final = 1e-4
"""Scores nearer than this are one and the same, but for rounding."""

Columns = NDArray[np.float32]


def p_values(
    measures: Sequence[Measure],
    attributes: Sequence[tuple[Codes, int]],
    rng: np.random.Generator,
    *,
    deals: int = DEALS,
    fewest: int = 1,
) -> list[Floats]:
    """Give for every attribute (groups, measures) p-values, raised for the groups of the attribute alone.

    Groups of fewer than `fewest` people that have a part in a figure, or beside fewer, are left out: NaN.
    """
    columns = _columns(measures)
    seen = [_scores(_sums(codes[None], groups, columns), fewest)[0] for codes, groups in attributes]
    above = [np.ones((groups, len(measures))) for _, groups in attributes]
    people = len(columns)
    together = max(1, TOGETHER // people)
    for start in range(0, deals, together):
        places = np.broadcast_to(np.arange(people), (min(together, deals - start), people))
        dealt = rng.permuted(places, axis=1)
        for place, (codes, groups) in enumerate(attributes):
            scores = _scores(_sums(codes[dealt], groups, columns), fewest)
            highest = np.nan_to_num(scores).max(axis=1, keepdims=True)
            above[place] += (highest >= seen[place] - SAME).sum(axis=0)
    return [
        np.where(np.isnan(score), np.nan, count / (deals + 1))
        for score, count in zip(seen, above, strict=True)
    ]


def holm(values: Floats) -> Floats:
    """Raise (attributes,) p-values so that one false finding among all of them stays as rare as each; NaN stays.

    >>> holm(np.array([.01, .04, .03])).tolist()
    [0.03, 0.06, 0.06]
    """
    raised, count = np.full(len(values), np.nan), int(np.isfinite(values).sum())
    highest = 0.0
    for step, place in enumerate(np.argsort(values)[:count]):
        highest = max(highest, min(1.0, (count - step) * float(values[place])))
        raised[place] = highest
    return raised


def between_attributes(found: Sequence[Floats]) -> list[Floats]:
    """Raise the p-values of groups (groups, measures) for the number of attributes, each judged by its smallest."""
    smallest = np.array([_smallest(one) for one in found])
    raised = np.array([holm(column) for column in smallest.T]).T
    factor = np.divide(raised, smallest, out=np.ones_like(smallest), where=smallest > 0)
    return [
        np.minimum(1.0, np.maximum(one * by, floor))
        for one, by, floor in zip(found, factor, raised, strict=True)
    ]


def _smallest(values: Floats) -> Floats:
    """(measures,) the smallest p-value of each; NaN where no group has any."""
    lowest = np.nanmin(np.where(np.isnan(values), np.inf, values), axis=0)
    return np.where(np.isinf(lowest), np.nan, lowest)


def _columns(measures: Sequence[Measure]) -> Columns:
    """(people, 4 × measures) what is summed: numerator, denominator, squared residual, and whether counted."""
    parts = (
        [one.numerator for one in measures],
        [one.denominator for one in measures],
        [one.residuals**2 for one in measures],
        [one.counted.astype(np.float64) for one in measures],
    )
    return np.array([column for part in parts for column in part], dtype=np.float32).T


def _sums(codes: Codes, groups: int, columns: Columns) -> Floats:
    """(deals, groups, columns) sums over the members of each group; `codes` are (deals, people)."""
    found = np.empty((len(codes), groups, columns.shape[1]))
    for group in range(groups - 1):
        found[:, group] = (codes == group).astype(np.float32) @ columns
    found[:, -1] = columns.sum(axis=0, dtype=np.float64) - found[:, :-1].sum(axis=1)
    return found


def _scores(sums: Floats, fewest: int) -> Floats:
    """(deals, groups, measures) |gap| over its standard error; NaN where too few people are on a side."""
    over, under, squares, people = np.split(sums, 4, axis=-1)
    totals = [part.sum(axis=-2, keepdims=True) for part in (over, under, squares, people)]
    rest_over, rest_under, rest_squares, rest = (
        total - part for total, part in zip(totals, (over, under, squares, people), strict=True)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = over / under - rest_over / rest_under
        error = np.sqrt(squares / under**2 + rest_squares / rest_under**2)
        score = np.where(np.abs(gap) > 1e-12, np.abs(gap) / error, 0.0)
    enough = (np.minimum(people, rest) >= fewest) & (under > 0) & (rest_under > 0)
    return np.where(enough, score, np.nan)
