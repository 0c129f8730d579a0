"""Numbers about one need and every grant, as known on a day: what the ranking reads, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.applicants import Need
from data.codelists import PURPOSES, REASONS
from features.columns import COLUMNS, NAMES, Column
from features.embedding import Vectors
from features.evidence import amount_lift, award_rates, lift, nearest_awarded, word_evidence
from features.grant_index import GrantIndex
from features.history import AwardHistory

__all__ = [
    "COLUMNS",
    "NAMES",
    "AwardHistory",
    "Column",
    "GrantIndex",
    "PairFeatures",
    "pair_features",
    "stack",
]

Values = NDArray[np.float64] | NDArray[np.float32]
NO_LIMIT: Final = 0.0


@dataclass(frozen=True)
class PairFeatures:
    """A row for each pair of a need and a grant; NaN where a number is not known."""

    columns: tuple[str, ...]
    matrix: NDArray[np.float32]
    """(pairs, columns)."""

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or self.matrix.shape[1] != len(self.columns):
            raise ValueError(f"{len(self.columns)} columns are named, the matrix is {self.matrix.shape}")

    def __len__(self) -> int:
        return len(self.matrix)

    def column(self, name: str) -> NDArray[np.float32]:
        """Give one column, (pairs,)."""
        values: NDArray[np.float32] = self.matrix[:, self.columns.index(name)]
        return values

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> PairFeatures:
        """Keep some of the pairs."""
        return PairFeatures(self.columns, self.matrix[rows])


def stack(parts: Sequence[PairFeatures]) -> PairFeatures:
    """Put pairs under each other; the columns have to agree."""
    if len({part.columns for part in parts}) > 1:
        raise ValueError("pairs of different columns cannot stand in one table")
    if not parts:
        return PairFeatures(NAMES, np.zeros((0, len(NAMES)), dtype=np.float32))
    return PairFeatures(parts[0].columns, np.concatenate([part.matrix for part in parts]))


def pair_features(
    need: Need,
    need_vector: Vectors | None,
    areas: Sequence[str],
    index: GrantIndex,
    history: AwardHistory,
    *,
    on: date,
    rows: NDArray[np.int64] | None = None,
) -> PairFeatures:
    """Describe one need against all grants of the index, or those of `rows`, on a day.

    `areas` are the applicant's, nearest first; `need_vector` (dimension,) is None for a need without words.
    Raises ValueError when the history knows of decisions made on the day itself or later.
    """
    if history.before > on:
        raise ValueError(f"the history is known before {history.before}, which lies after the day {on}")
    known = history.aligned(index.ids)
    vector = None if need_vector is None or not need_vector.any() else need_vector
    found = {
        **_meaning(need, vector, index),
        **_past(need, vector, known),
        **_record(need, areas, index, known, on=on),
        **_fit(need, areas, index, on=on),
    }
    matrix = np.empty((len(index.ids), len(NAMES)), dtype=np.float32)
    for at, name in enumerate(NAMES):
        matrix[:, at] = found[name]
    return PairFeatures(NAMES, matrix if rows is None else matrix[rows])


def _meaning(need: Need, vector: Vectors | None, index: GrantIndex) -> dict[str, Values]:
    unknown = np.full(len(index.ids), np.nan, dtype=np.float32)
    if vector is None:
        return {"meaning_title": unknown, "meaning_text": unknown, "words_text": unknown}
    return {
        "meaning_title": index.titles @ vector,
        "meaning_text": index.texts @ vector,
        "words_text": index.words.share(need.text),
    }


def _past(need: Need, vector: Vectors | None, history: AwardHistory) -> dict[str, Values]:
    if vector is None:
        unknown = np.full(len(history.grant_ids), np.nan)
        names = ("meaning_awarded", "meaning_declined", "nearest_awarded", "words_awarded")
        return dict.fromkeys(names, unknown)
    return {
        "meaning_awarded": history.met.closeness(vector),
        "meaning_declined": history.declined_needs.closeness(vector),
        "nearest_awarded": nearest_awarded(vector, history),
        "words_awarded": word_evidence(need.text, history),
    }


def _record(
    need: Need, areas: Sequence[str], index: GrantIndex, history: AwardHistory, *, on: date
) -> dict[str, Values]:
    faded = 0.5 ** ((on - history.before).days / 365.0)
    silent = on.toordinal() - history.last_award
    latest = np.full(int(index.funders.max(initial=0)) + 1, -np.inf)
    np.maximum.at(latest, index.funders, np.nan_to_num(history.last_award, nan=-np.inf))
    return {
        **award_rates(need.purposes, areas, index.funders, history),
        "awards_made": np.log1p(history.awarded),
        "awards_lately": np.log1p(history.recent * faded),
        "days_since_award": np.log1p(silent),
        "days_behind_funder": np.log1p(latest[index.funders] - history.last_award),
        "area_lift": lift(history.by_area, tuple(reversed(areas)), history.awarded),
        "purpose_lift": lift(history.by_purpose, need.purposes, history.awarded),
        "amount_lift": amount_lift(need.amount, history),
    }


def _fit(need: Need, areas: Sequence[str], index: GrantIndex, *, on: date) -> dict[str, Values]:
    return {
        "purpose_overlap": _overlap(need.purposes, tuple(PURPOSES), index.purposes),
        "reason_overlap": _overlap(need.reasons, tuple(REASONS), index.reasons),
        "amount_outside": _outside(need.amount, index),
        "area_named": _named(areas, index),
        "days_to_closing": np.log1p(index.days_to_closing(on=on)),
        "by_oneself": index.by_oneself,
    }


def _overlap(asked: Sequence[str], codes: tuple[str, ...], named: NDArray[np.bool_]) -> Values:
    """Give the share of what is asked that each grant names; NaN where either side names nothing."""
    if not asked:
        return np.full(len(named), np.nan)
    wanted = np.array([code in asked for code in codes])
    share = (named & wanted).sum(axis=1) / wanted.sum()
    return np.where(named.any(axis=1), share, np.nan)


def _outside(amount: float | None, index: GrantIndex) -> Values:
    """Give how far, as a logarithm of the ratio, the amount lies outside each range; 0 inside it."""
    if not amount:
        return np.full(len(index.ids), np.nan)
    least, most = index.least_and_most[:, 0], index.least_and_most[:, 1]
    with np.errstate(divide="ignore"):
        beyond = np.fmax(np.log(least / amount), np.log(amount / most))
    return np.asarray(np.maximum(beyond, NO_LIMIT), dtype=np.float64)


def _named(areas: Sequence[str], index: GrantIndex) -> Values:
    """Give 1 for a grant that names the nearest area, less for a wider one, 0 for none; NaN where it names no place."""
    rows_of, named = index.places
    found = named.copy()
    for step, code in reversed(list(enumerate(areas))):
        if code in rows_of:
            found[rows_of[code]] = 1.0 / (1 + step)
    return found
