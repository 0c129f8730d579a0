"""Numbers about one need and every grant, as known on a day: what the ranking reads, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.codelists import REASONS
from data.people.applicants import Need
from features.columns import COLUMNS, NAMES, Column, PairContext
from features.embedding import Vectors
from features.evidence import amount_lift, award_rates, lift, nearest_awarded, word_evidence
from features.grant_index import GrantIndex
from features.history import HALF_LIFE_DAYS, AwardHistory

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
INSIDE: Final = 0.0
SOME_AWARD: Final = 0.5
"""Added to counts of awards before their logarithm is taken."""
QUARTER_DAYS: Final = 91.0
MOST_QUARTERS: Final = 20.0
FROM_PAST_NEEDS: Final = (
    "meaning_awarded",
    "meaning_declined",
    "nearest_awarded",
    "words_awarded",
    "funder_leaning",
    "grant_leaning",
)


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

    def select(self, names: Sequence[str]) -> PairFeatures:
        """Keep some of the columns, in their order here."""
        places = [place for place, name in enumerate(self.columns) if name in names]
        return PairFeatures(tuple(self.columns[place] for place in places), self.matrix[:, places])

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> PairFeatures:
        """Keep some of the pairs."""
        return PairFeatures(self.columns, self.matrix[rows])

    def differ(self, other: PairFeatures) -> NDArray[np.bool_]:
        """Tell (pairs,) which pairs have another number in some column than beside them in `other`."""
        mine, theirs = (np.ascontiguousarray(one.matrix).view(np.uint32) for one in (self, other))
        return np.asarray((mine != theirs).any(axis=1), dtype=np.bool_)


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
    known = history.aligned(index.ids, index.funders)
    vector = None if need_vector is None or not need_vector.any() else need_vector
    found = {
        **_meaning(need, vector, index),
        **_past(need, vector, known),
        **_record(need, areas, known, on=on),
        **_fit(need, areas, index, on=on),
        **_own(PairContext(need, areas, on, index, known)),
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
        return dict.fromkeys(FROM_PAST_NEEDS, unknown)
    met, turned_down = history.met, history.declined_needs
    cosines = met.cosines(vector)
    of_funder, of_grant = history.leaning.lean(vector)
    return {
        "meaning_awarded": met.closeness(cosines),
        "meaning_declined": turned_down.closeness(turned_down.cosines(vector)),
        "nearest_awarded": nearest_awarded(cosines, met.grants, size=met.size),
        "words_awarded": word_evidence(need.text, history),
        "funder_leaning": of_funder[history.funders.of_grant],
        "grant_leaning": of_grant,
    }


def _record(need: Need, areas: Sequence[str], history: AwardHistory, *, on: date) -> dict[str, Values]:
    of_grant = history.funders.of_grant
    recent = history.recent * 0.5 ** ((on - history.before).days / HALF_LIFE_DAYS)
    funder_last = history.funders.largest(history.last_award)[of_grant]
    funder_area, area = lift(history.area_lifts, tuple(reversed(areas)))
    funder_purpose, purpose = lift(history.purpose_lifts, need.purposes)
    funder_amount, amount = amount_lift(need.amount, history)
    return {
        **award_rates(need.purposes, areas, history),
        "awards_made": np.log1p(history.awarded),
        "awards_lately": np.log(recent + SOME_AWARD),
        "share_of_funder": np.log((recent + SOME_AWARD) / (history.funders.total(recent)[of_grant] + 1.0)),
        "quarters_since_award": _quarters(on.toordinal() - history.last_award),
        "quarters_behind_funder": _quarters(funder_last - history.last_award),
        "funder_area_lift": funder_area,
        "area_lift": area,
        "funder_purpose_lift": funder_purpose,
        "purpose_lift": purpose,
        "funder_amount_lift": funder_amount,
        "amount_lift": amount,
    }


def _quarters(days: NDArray[np.float64]) -> Values:
    """Give whole quarters of a year, since the very day of a meeting of trustees says nothing of a grant."""
    return np.minimum(np.floor(days / QUARTER_DAYS), MOST_QUARTERS)


def _fit(need: Need, areas: Sequence[str], index: GrantIndex, *, on: date) -> dict[str, Values]:
    return {
        "purpose_overlap": _overlap(need.purposes, tuple(index.purpose_texts), index.purposes),
        "reason_overlap": _overlap(need.reasons, tuple(REASONS), index.reasons),
        "amount_outside": _outside(need.amount, index),
        "area_named": named_area(areas, index),
        "days_to_closing": np.log1p(index.days_to_closing(on=on)),
        "by_oneself": index.by_oneself,
    }


def _own(context: PairContext) -> dict[str, Values]:
    """Columns that make their own values."""
    own = {column.name: column.value(context) for column in COLUMNS if column.value is not None}
    return {name: np.asarray(values, dtype=np.float64) for name, values in own.items()}


def _overlap(asked: Sequence[str], codes: tuple[str, ...], named: NDArray[np.bool_]) -> Values:
    """Give the share of what is asked that each grant names; NaN where either side names no code there is."""
    wanted = np.array([code in asked for code in codes])
    if not wanted.any():
        return np.full(len(named), np.nan)
    share = (named & wanted).sum(axis=1) / wanted.sum()
    return np.where(named.any(axis=1), share, np.nan)


def _outside(amount: float | None, index: GrantIndex) -> Values:
    """Give how far, as a logarithm of the ratio, the amount lies outside each range; 0 inside it."""
    if not amount:
        return np.full(len(index.ids), np.nan)
    least, most = index.least_and_most[:, 0], index.least_and_most[:, 1]
    with np.errstate(divide="ignore"):
        beyond = np.fmax(np.log(least / amount), np.log(amount / most))
    return np.asarray(np.maximum(beyond, INSIDE), dtype=np.float64)


def named_area(areas: Sequence[str], index: GrantIndex) -> Values:
    """Give 1 for a grant that names the nearest area, less for a wider one, 0 for none; NaN where it names no place."""
    rows_of, named = index.places
    found = named.copy()
    for step, code in reversed(list(enumerate(areas))):
        if code in rows_of:
            found[rows_of[code]] = 1.0 / (1 + step)
    return found
