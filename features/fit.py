"""Numbers about one need and every grant from which a list is ordered: who qualifies, and what fits the need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from features.columns import FIT_NAMES
from features.costs import own_costs
from features.embedding import Vectors
from features.grant_index import GrantIndex
from features.pairs import PairFeatures, named_area

Floats = NDArray[np.float64]

LEAST: Final = 1e-4
"""A chance counts as at least this much before its logarithm is taken."""
DIGITS: Final = 3
"""Decimals of every number: processors differ in the last ones, and the order must not."""


@dataclass(frozen=True)
class Asked:
    """What is known about a need."""

    vector: Vectors | None
    """(dimension,) meaning of the words; None where there are none."""
    words: str
    """The words, with what lay words among them mean."""
    purposes: Floats
    """(purposes,) how likely the need is about each."""
    reasons: Floats
    """(reasons,) the same."""
    seldom: Mapping[str, float] = field(default_factory=dict)
    """How seldom people type a stemmed word, 0 to 1; of others that is not known."""
    values: frozenset[tuple[str, str]] = frozenset()
    """Facts and values of them, such as an illness, that the words name, whoever has them."""


@dataclass(frozen=True, eq=False)
class FitOfNeed:
    """How every grant fits a need, whoever asks, so that it can be kept for all who ask the same."""

    index: GrantIndex
    matrix: NDArray[np.float32]
    """(grants, `FIT_NAMES`); what depends on the person is 0."""
    paid: Floats
    """(grants,) how likely each grant pays for any of it."""
    close: Floats
    """(grants,) how close each grant is in meaning; NaN where the need has none."""

    @classmethod
    def of(cls, asked: Asked, index: GrantIndex) -> Self:
        """Describe one need against all grants of the index; NaN where a number is not known."""
        found = {**_likeness(asked, index), **_paid(asked, index), **_costs(asked, index), **_grant(index)}
        left_out = np.zeros(len(index.grants))
        matrix = np.column_stack([found.get(name, left_out) for name in FIT_NAMES])
        rounded = np.round(matrix, DIGITS).astype(np.float32)
        return cls(index, rounded, found["pays_for_it"], found["meaning_text"])

    def for_person(
        self, areas: Sequence[str], chances: Floats, usual: Floats, meant: Floats | None = None
    ) -> PairFeatures:
        """Describe the need beside somebody who lives in `areas`, nearest first.

        (grants,) `chances` are how likely they qualify, `usual` the same of somebody of whom nothing is known, and
        `meant` how likely the need was written for each; None where nothing tells.
        """
        found = _qualifying(chances, usual, self.paid, self.close)
        found["meant"] = np.full(len(usual), np.nan) if meant is None else np.log(np.maximum(meant, LEAST))
        found["area_named"] = named_area(areas, self.index).astype(np.float64)
        matrix = self.matrix.copy()
        for name, column in found.items():
            matrix[:, FIT_NAMES.index(name)] = np.round(column, DIGITS)
        return PairFeatures(FIT_NAMES, matrix)


def with_chances(pairs: PairFeatures, chances: Floats, usual: Floats) -> PairFeatures:
    """Describe the same pairs as if (pairs,) other chances of qualifying were known."""
    paid, close = (pairs.column(name).astype(np.float64) for name in ("pays_for_it", "meaning_text"))
    matrix = pairs.matrix.copy()
    for name, column in _qualifying(chances, usual, paid, close).items():
        matrix[:, pairs.columns.index(name)] = np.round(column, DIGITS)
    return PairFeatures(pairs.columns, matrix)


def _qualifying(chances: Floats, usual: Floats, paid: Floats, close: Floats) -> dict[str, Floats]:
    likely = np.log(np.maximum(chances, LEAST))
    return {
        "qualifies": likely,
        "sure": (chances == 1.0).astype(np.float64),
        "special": likely - np.log(np.maximum(usual, LEAST)),
        "likely_and_paid": chances * paid,
        "likely_and_close": chances * close,
    }


def _likeness(asked: Asked, index: GrantIndex) -> dict[str, Floats]:
    unknown = np.full(len(index.grants), np.nan)
    meaning = asked.vector if asked.vector is not None and asked.vector.any() else None
    return {
        "meaning_title": unknown if meaning is None else (index.titles @ meaning).astype(np.float64),
        "meaning_text": unknown if meaning is None else (index.texts @ meaning).astype(np.float64),
        "words_text": index.words.share(asked.words).astype(np.float64) if asked.words.strip() else unknown,
        "named": _named(asked, index) if asked.words.strip() else unknown,
    }


def _named(asked: Asked, index: GrantIndex) -> Floats:
    """Tell (grants,) how rare a word of its name the need uses; 1 where it is for an illness that the need names."""
    found = index.title_words.rarest(asked.words, asked.seldom).astype(np.float64)
    for one in asked.values:
        found[index.asking_for.get(one, [])] = 1.0
    return found


def _paid(asked: Asked, index: GrantIndex) -> dict[str, Floats]:
    purposes, reasons = index.purposes.astype(np.float64), index.reasons.astype(np.float64)
    any_purpose, all_purposes = _any_and_all(purposes, asked.purposes)
    any_reason, all_reasons = _any_and_all(reasons, asked.reasons)
    return {
        "pays_for_it": any_purpose,
        "pays_for_all": all_purposes,
        "pays_for_little_else": purposes @ asked.purposes / np.maximum(purposes.sum(axis=1), 1.0),
        "pays_for_the_first": purposes[:, int(asked.purposes.argmax())] * bool(asked.purposes.any()),
        "reasons_met": any_reason,
        "reasons_all": all_reasons,
    }


def _costs(asked: Asked, index: GrantIndex) -> dict[str, Floats]:
    """Tell whether a grant names a kind of cost of the need; NaN where the need names none.

    `no_other_cost` is 0 where the title names kinds of cost, and none of them is the need's.
    """
    (titled, named), needed = index.costs, own_costs().named(asked.words)
    met = named @ needed.astype(np.float64)
    known = np.nan if not needed.any() else 1.0
    return {
        "cost_met": known * (met > 0),
        "cost_share": known * met / np.maximum(named.sum(axis=1), 1),
        "no_other_cost": ~(needed.any() & titled.any(axis=1) & ~(titled & needed).any(axis=1)) * 1.0,
    }


def _any_and_all(named: Floats, likely: Floats) -> tuple[Floats, Floats]:
    """Give (grants,) the chance that a grant names any code of the need, and its share of all that is likely."""
    some = 1.0 - np.prod(1.0 - named * likely, axis=1)
    return some, named @ likely / max(float(likely.sum()), LEAST)


def _grant(index: GrantIndex) -> dict[str, Floats]:
    return {
        "by_council": index.by_council.astype(np.float64),
        "by_oneself": index.by_oneself.astype(np.float64),
        "no_loan": index.no_loan.astype(np.float64),
        "purposes": index.purposes.sum(axis=1).astype(np.float64),
        "most_paid": index.least_and_most[:, 1].astype(np.float64),
    }
