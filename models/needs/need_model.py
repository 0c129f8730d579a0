"""How likely a need is about each purpose and each reason: one logistic regression a code, over meaning and letters.

The letters are runs of two to five of a word, weighted by TF-IDF (term counts damped by a logarithm), so that words
which nobody has typed before, or mistyped, are still close to those that somebody has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from warnings import catch_warnings

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neural_network import MLPClassifier

from data.catalogue.codelists import PURPOSES, REASONS
from data.people.applicants import Need
from features.embedding import Vectors
from features.remembering import Remembered
from models.needs.lay_words import LayWords

CODES: Final = (*PURPOSES, *REASONS)
"""What is inferred, in this order: every purpose, then every reason."""
OF_MEANING: Final = 3.0
"""Length of the meaning's vector beside that of the letters, which is one."""
TIGHTNESS: Final = 1 / 3
"""How much large weights are held back: 1 / C of a logistic regression."""
ITERATIONS: Final = 60
"""Steps of L-BFGS; more change nothing that can be seen."""
FEWEST_TEXTS: Final = 2
"""A run of letters that fewer texts hold is not learned from."""

Probabilities = NDArray[np.float64]


@dataclass(frozen=True)
class NeedModel:
    """Fitted weights; texts are judged by nothing but these arrays and the embedding model."""

    runs: tuple[str, ...]
    rarity: NDArray[np.float64]
    """(runs,) inverse document frequency."""
    weights: NDArray[np.float64]
    """(codes, dimension + runs)."""
    bias: NDArray[np.float64]
    """(codes,)."""
    lay_words: LayWords

    @classmethod
    def fit(
        cls, texts: Sequence[str], vectors: Vectors, labels: NDArray[np.bool_], lay_words: LayWords
    ) -> NeedModel:
        """Learn from texts with (texts, dimension) their meanings and (texts, codes) what each is about."""
        letters = _letters(min_df=FEWEST_TEXTS)
        table = letters.fit_transform([lay_words.explained(text) for text in texts])
        features = _beside(vectors, table)
        # A network without a hidden layer is one logistic regression a code, fitted together in a tenth of the time.
        fitted = MLPClassifier(
            (), solver="lbfgs", alpha=TIGHTNESS, max_iter=ITERATIONS, random_state=0, tol=0.0
        )
        with catch_warnings(action="ignore", category=ConvergenceWarning):
            fitted.fit(features, labels)
        return cls(
            tuple(str(run) for run in letters.get_feature_names_out()),
            np.asarray(letters.idf_, dtype=np.float64),
            np.asarray(fitted.coefs_[0].T, dtype=np.float64),
            np.asarray(fitted.intercepts_[0], dtype=np.float64),
            lay_words,
        )

    def infer(self, texts: Sequence[str], vectors: Vectors) -> Probabilities:
        """Give (texts, codes) how likely each text is about each code; an empty text tells nothing: zeros."""
        table = self._vectorizer.transform([self.lay_words.explained(text) for text in texts])
        log_odds = _beside(vectors, table) @ self.weights.T + self.bias
        told = np.array([bool(text.strip()) for text in texts])[:, None]
        return np.where(told, 1.0 / (1.0 + np.exp(-log_odds)), 0.0)

    def about(self, need: Need, vector: Vectors | None) -> Probabilities:
        """Give (codes,) what a need is about: what it names itself is certain, the rest is inferred from its words."""
        found = np.zeros(len(CODES)) if vector is None else self._inferred(need.text, vector)
        return np.where(np.isin(CODES, [*need.purposes, *need.reasons]), 1.0, found)

    def _inferred(self, text: str, vector: Vectors) -> Probabilities:
        return self._remembered.of(
            text, lambda: self.infer([text], vector[None, :])[0], beside=vector.tobytes()
        )

    @cached_property
    def _remembered(self) -> Remembered[Probabilities]:
        return Remembered()

    @cached_property
    def _vectorizer(self) -> TfidfVectorizer:
        letters = _letters(vocabulary={run: at for at, run in enumerate(self.runs)})
        letters.idf_ = self.rarity
        return letters

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give plain arrays that `from_arrays` reads back."""
        return {
            "runs": np.array(self.runs, dtype=np.str_),
            "rarity": self.rarity,
            "weights": self.weights.astype(np.float32),
            "bias": self.bias,
            "said": np.array(list(self.lay_words.meanings), dtype=np.str_),
            "meant": np.array(list(self.lay_words.meanings.values()), dtype=np.str_),
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[Any]]) -> NeedModel:
        """Read back what `to_arrays` gave."""
        said, meant = arrays["said"].tolist(), arrays["meant"].tolist()
        return cls(
            tuple(arrays["runs"].tolist()),
            arrays["rarity"],
            arrays["weights"].astype(np.float64),
            arrays["bias"],
            LayWords(dict(zip(said, meant, strict=True))),
        )


def labels_of(named: Iterable[Iterable[str]]) -> NDArray[np.bool_]:
    """Give (needs, codes) whether each need is about each code, from the codes that it names."""
    return np.array([np.isin(CODES, list(codes)) for codes in named], dtype=np.bool_).reshape(-1, len(CODES))


def _letters(**how: Any) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, **how)


def _beside(vectors: Vectors, letters: Any) -> Any:
    return hstack([csr_matrix(vectors.astype(np.float64) * OF_MEANING), letters]).tocsr()
