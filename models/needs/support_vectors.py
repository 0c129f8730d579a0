"""How likely a text is of one sort, by the texts nearest to it: a support vector machine over meaning and letters.

Its kernel is a Gaussian over what is dense (meaning, patterns, signs) and a dot product over runs of letters, so that
two meanings that lie close can still be told apart by a word, which a line through all meanings cannot do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from features.embedding import Vectors

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Places = NDArray[np.int64]
Floats = NDArray[np.float64]
Letters = Sequence[tuple[Places, Floats]]
"""Which runs of letters a text holds, and their TF-IDF."""

OF_LETTERS: Final = 0.3
"""What letters count beside the dense kernel, which is one for equal texts."""
MOST_WEIGHT: Final = 10.0
"""What one text weighs at the most: C of the machine."""


@dataclass(frozen=True)
class SupportVectors:
    """A fitted machine; a text is judged by nothing but these arrays."""

    near: Vectors
    """(support, dimension) texts that bear on the judgement, as they are read."""
    weights: Floats
    """(support,) how far each speaks for the sort, negative against it."""
    of_letters: Floats
    """(runs,)."""
    bias: float
    slope: float = 1.0
    """Log-odds by unit of the machine's margin …"""
    level: float = 0.0
    """… and at margin zero."""

    @classmethod
    def fit(cls, vectors: Vectors, letters: Letters, runs: int, labels: NDArray[np.bool_]) -> SupportVectors:
        """Learn from (texts, dimension) vectors and the letters of each, out of so many runs, which are of the sort."""
        from sklearn.svm import SVC  # a second to import: only for those who fit

        table = _table(letters, runs)
        kernel = _gaussian(vectors, vectors) + OF_LETTERS * (table @ table.T).toarray()
        machine = SVC(C=MOST_WEIGHT, kernel="precomputed").fit(kernel, labels)
        support, weights = machine.support_, machine.dual_coef_[0]
        near = vectors[support].astype(np.float16).astype(np.float32)
        of_letters = OF_LETTERS * (table[support].T @ weights)
        return cls(near, weights, of_letters, float(machine.intercept_[0]))

    def margins(self, vectors: Vectors, letters: Letters) -> Floats:
        """Give (texts,) how far each text lies on the side of the sort, negative on the other."""
        by_letters = [float(weights @ self.of_letters[places]) for places, weights in letters]
        dense = _gaussian(vectors, self.near, self._lengths) @ self.weights
        return np.asarray(dense + by_letters + self.bias, dtype=np.float64)

    def infer(self, vectors: Vectors, letters: Letters) -> Floats:
        """Give (texts,) how likely each text is of the sort, 0 to 1."""
        return np.asarray(1 / (1 + np.exp(-self.slope * self.margins(vectors, letters) - self.level)))

    @cached_property
    def _lengths(self) -> Floats:
        return np.asarray(np.square(self.near, dtype=np.float64).sum(axis=1))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give plain arrays that `from_arrays` reads back."""
        return {
            "near": self.near.astype(np.float16),
            "near_weights": self.weights,
            "near_letters": self.of_letters.astype(np.float32),
            "near_line": np.array([self.bias, self.slope, self.level]),
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[Any]]) -> SupportVectors:
        """Read back what `to_arrays` gave."""
        bias, slope, level = arrays["near_line"].tolist()
        of_letters = arrays["near_letters"].astype(np.float64)
        return cls(arrays["near"].astype(np.float32), arrays["near_weights"], of_letters, bias, slope, level)


def _gaussian(some: Vectors, others: Vectors, lengths: Floats | None = None) -> Floats:
    """Give (some, others) exp(-d²) of the distance d between each two rows."""
    lengths = np.square(others, dtype=np.float64).sum(axis=1) if lengths is None else lengths
    apart = np.square(some, dtype=np.float64).sum(axis=1)[:, None] + lengths - 2.0 * (some @ others.T)
    return np.asarray(np.exp(-np.maximum(apart, 0.0)), dtype=np.float64)


def _table(letters: Letters, runs: int) -> csr_matrix:
    """Give (texts, runs) the letters of each text."""
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *(len(places) for places, _ in letters)])
    places = np.concatenate([places for places, _ in letters])
    weights = np.concatenate([weights for _, weights in letters])
    return csr_matrix((weights, places, ends), shape=(len(letters), runs))
