"""The two rankings that learning has to beat: by likeness alone, and by how often a grant says yes."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from features.pairs import PairFeatures
from models.rankers.linear import LinearRanker

MEANING: Final = 0.7
WORDS: Final = 0.3
"""Weights of cosine and BM25; on needs put to gov.uk rules this plain sum beat either alone (MRR .83 to .76)."""


class Similarity(BaseModel):
    """Order by likeness of the need to what the grant says: meaning and words, nothing learned."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["similarity"] = "similarity"

    def fit(
        self,
        pairs: PairFeatures | None = None,
        awarded: NDArray[Any] | None = None,
        *,
        weights: NDArray[np.float64] | None = None,
        groups: NDArray[np.int64] | None = None,
        seed: int = 0,
    ) -> LinearRanker:
        """Give the ranker; outcomes play no part."""
        return _fixed(self.kind, {"meaning_text": MEANING, "words_text": WORDS})


LIKENESS: Final = 8.0
"""How much likeness counts beside the logarithm of the chance of qualifying, where nothing is learned."""


PAYS_FOR_IT: Final = 3.0
"""The same for what pays for a purpose that is asked for."""


def likely_and_alike() -> LinearRanker:
    """Order by who qualifies and by likeness, nothing learned: what a service does that has no bundle."""
    return _fixed(
        "likely_and_alike",
        {
            "qualifies": 1.0,
            "meaning_text": LIKENESS * MEANING,
            "words_text": LIKENESS * WORDS,
            "pays_for_it": PAYS_FOR_IT,
        },
    )


class AwardRate(BaseModel):
    """Order by the share of decisions that were awards, whatever the need; the longer record first among equals."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["award_rate"] = "award_rate"

    def fit(
        self,
        pairs: PairFeatures | None = None,
        awarded: NDArray[Any] | None = None,
        *,
        weights: NDArray[np.float64] | None = None,
        groups: NDArray[np.int64] | None = None,
        seed: int = 0,
    ) -> LinearRanker:
        """Give the ranker; the history in the columns is all that it uses."""
        return _fixed(self.kind, {"award_rate": 1.0, "awards_made": 1e-3})


def _fixed(name: str, weights: dict[str, float]) -> LinearRanker:
    size = len(weights)
    return LinearRanker(
        name,
        tuple(weights),
        np.zeros(size),
        np.ones(size),
        np.array(list(weights.values())),
        np.zeros(size),
        0.0,
    )
