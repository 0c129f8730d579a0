"""Which grant a need was written for: a conditional logit (McFadden 1974) over all grants that the person may get.

Who writes "our wee lassie passed away, who pays" has said more than any base rate knows: a fund for few people is for
them. What is learned, from needs that were each written for one grant, is how much closeness in meaning, in words, in
purposes and reasons tells of that, beside the chance of qualifying.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import SAMPLE
from data.json_files import read_json
from features.columns import FIT_NAMES

Floats = NDArray[np.float64]

FILE: Final = SAMPLE / "meant.json"
CLOSENESS: Final = (
    "meaning_title",
    "meaning_text",
    "words_text",
    "named",
    "pays_for_it",
    "pays_for_all",
    "reasons_met",
    "reasons_all",
    "cost_met",
)
"""Columns that tell how close a grant is to a need, whoever asks."""
LEAST: Final = 1e-4
"""A chance counts as at least this far from none and from all before its log-odds are taken."""


@dataclass(frozen=True)
class Meant:
    """What each sign tells."""

    embedder: str
    """The model of meaning that it was learned with; with another it tells nothing."""
    closeness: Floats
    """(CLOSENESS,) the weight of each column."""
    qualifies: float
    """The weight of the log-odds of qualifying."""

    @classmethod
    def read(cls, path: Path = FILE) -> Self:
        """Read back what `write` wrote."""
        told = read_json(path)
        weights = np.array([float(told["closeness"][name]) for name in CLOSENESS])
        return cls(told["embedder"], weights, float(told["qualifies"]))

    def write(self, path: Path = FILE) -> None:
        """Write the weights as JSON."""
        closeness = dict(zip(CLOSENESS, self.closeness.tolist(), strict=True))
        told = {"embedder": self.embedder, "closeness": closeness, "qualifies": self.qualifies}
        path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")

    def close(self, matrix: NDArray[np.float32]) -> Floats:
        """Give (grants,) how much the words speak for each, from (grants, `FIT_NAMES`)."""
        return np.asarray(closeness_of(matrix) @ self.closeness, dtype=np.float64)

    def chances(self, close: Floats, qualifies: Floats) -> Floats:
        """Give (grants,) how likely each was meant, out of all these, one of which was."""
        signs = close + self.qualifies * log_odds(qualifies)
        found = np.exp(signs - signs.max(initial=-np.inf))
        return np.asarray(found / max(float(found.sum()), LEAST), dtype=np.float64)


def closeness_of(matrix: NDArray[np.float32]) -> Floats:
    """Give (grants, `CLOSENESS`) out of (grants, `FIT_NAMES`); what is not known tells nothing: 0."""
    return np.nan_to_num(matrix[:, [FIT_NAMES.index(name) for name in CLOSENESS]].astype(np.float64))


def log_odds(chances: Floats) -> Floats:
    """Give the log-odds of chances."""
    kept = np.clip(chances, LEAST, 1 - LEAST)
    return np.asarray(np.log(kept / (1 - kept)), dtype=np.float64)


@lru_cache(maxsize=1)
def own_meant() -> Meant | None:
    """The project's own weights, read once; None where they were not learned yet."""
    return Meant.read() if FILE.exists() else None
