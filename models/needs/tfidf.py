"""TF-IDF: how much each known term of a text tells, from plain arrays, without what scikit-learn's vectorizer takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Tfidf:
    """Terms that are known and how rare each is; counts are damped by a logarithm, a text's vector has length one."""

    terms: tuple[str, ...]
    """In order, so that two machines number them alike."""
    rarity: NDArray[np.float64]
    """(terms,) inverse document frequency."""

    @classmethod
    def fit(cls, texts: Sequence[Sequence[str]], *, fewest: int) -> Tfidf:
        """Learn the terms that at least `fewest` texts hold, each text given by its terms."""
        held = Counter(term for terms in texts for term in set(terms))
        known = tuple(sorted(term for term, times in held.items() if times >= fewest))
        often = np.array([held[term] for term in known], dtype=np.float64)
        return cls(known, np.log((1.0 + len(texts)) / (1.0 + often)) + 1.0)

    def __len__(self) -> int:
        return len(self.terms)

    def of(self, terms: Iterable[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give the known ones of a text's terms, by place, and what each weighs."""
        counts = Counter(place for term in terms if (place := self._places.get(term)) is not None)
        places = np.array(sorted(counts), dtype=np.int64)
        often = np.array([counts[place] for place in places.tolist()], dtype=np.float64)
        weights = (np.log(often) + 1.0) * self.rarity[places]
        return places, weights / sqrt(sum(weight * weight for weight in weights.tolist()) or 1.0)

    def table(self, texts: Iterable[Iterable[str]]) -> csr_matrix:
        """Give (texts, terms) what `of` gives for each text."""
        from scipy.sparse import csr_matrix

        rows = [self.of(terms) for terms in texts]
        starts = np.cumsum([0, *(len(places) for places, _ in rows)])
        places, weights = (np.concatenate([row[part] for row in rows]) for part in (0, 1))
        return csr_matrix((weights, places, starts), shape=(len(rows), len(self)))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {term: at for at, term in enumerate(self.terms)}
