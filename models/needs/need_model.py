"""How likely a need is about each purpose and each reason: one logistic regression a code, over meaning and words.

Words are read twice, weighted by TF-IDF: as stemmed words and pairs of them, which tell "bus fare" from "bus pass" and
"debt"; and as the runs of two to five letters in them, so that those which nobody has typed before, or mistyped, are
still close to those that somebody has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from math import log
from typing import Any, Final
from warnings import catch_warnings

import numpy as np
from numpy.typing import NDArray

from data.catalogue.codelists import PURPOSES, REASONS
from data.people.applicants import Need
from features.embedding import Vectors
from features.lexical import words
from features.remembering import Remembered
from models.needs.lay_words import LayWords
from models.needs.tfidf import Tfidf

CODES: Final = (*PURPOSES, *REASONS)
"""What is inferred where a fact file names no purposes of its own: every purpose, then every reason."""
NEVER: Final = -50.0
"""Log-odds of a code that was not learned."""
LIKELY: Final = 0.3
"""From this chance on a need counts as being about a code: half of the F1 that is reached, where F1 is highest."""
ITERATIONS: Final = 60
"""Steps of L-BFGS; more change nothing that can be seen."""
SHORTEST: Final = 2
LONGEST: Final = 5
"""Letters of a run, with the blanks at the ends of a word."""
FEWEST_TEXTS: Final = 2
"""A word, a pair or a run of letters that fewer texts hold is not learned from."""

BEFORE_WORDS: Final = 3.0
"""Length of the meaning's vector in arrays that are older than the reading of words."""

Probabilities = NDArray[np.float64]


@dataclass(frozen=True)
class Recipe:
    """How the regressions are learned."""

    meaning: float = 0.75
    """Length of the meaning's vector beside those of words and of letters, which are one each."""
    tightness: float = 0.175
    """How much large weights are held back: 1 / C of a logistic regression."""
    reads_words: bool = True
    """False: words are read as letters alone."""


@dataclass(frozen=True)
class NeedModel:
    """Fitted weights; texts are judged by nothing but these arrays and the embedding model."""

    letters: Tfidf
    """Runs of letters."""
    phrases: Tfidf
    """Stemmed words and pairs of them."""
    meaning: float
    """Length of the meaning's vector."""
    weights: NDArray[np.float64]
    """(codes, dimension + letters + phrases)."""
    bias: NDArray[np.float64]
    """(codes,)."""
    lay_words: LayWords
    codes: tuple[str, ...] = CODES
    """What is inferred, in this order."""
    seldom: Mapping[str, float] = field(default_factory=dict)
    """How seldom people type a stemmed word: 0 where every text has it, 1 where none has."""

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        vectors: Vectors,
        labels: NDArray[np.bool_],
        lay_words: LayWords,
        *,
        codes: tuple[str, ...] = CODES,
        told: NDArray[np.bool_] | None = None,
        recipe: Recipe = Recipe(),
    ) -> NeedModel:
        """Learn from texts with (texts, dimension) their meanings and (texts, codes) what each is about.

        A code is learned from the texts of which it is (texts, codes) `told` whether they are about it (None: all), and
        never inferred where that is none.
        """
        from scipy.sparse import csr_matrix, hstack
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPClassifier  # a second to import: only for those who fit

        explained = [lay_words.explained(text) for text in texts]
        runs, phrases = [list(runs_of(text)) for text in explained], [phrases_of(text) for text in explained]
        letters = Tfidf.fit(runs, fewest=FEWEST_TEXTS)
        read = Tfidf.fit(phrases if recipe.reads_words else [], fewest=FEWEST_TEXTS)
        meant = csr_matrix(vectors.astype(np.float64) * recipe.meaning)
        features = hstack([meant, letters.table(runs), read.table(phrases)]).tocsr()
        weights, bias = np.zeros((len(codes), features.shape[1])), np.full(len(codes), NEVER)
        told = np.ones_like(labels) if told is None else told
        for rows in np.unique(told[:, told.any(axis=0)], axis=1).T:
            columns = np.flatnonzero((told == rows[:, None]).all(axis=0))
            answers = labels[np.ix_(rows, columns)]
            if answers.all():
                continue  # a list of one purpose: nothing tells it from others
            # A network without a hidden layer is one logistic regression a code, all fitted in a tenth of the time.
            fitted = MLPClassifier(
                (), solver="lbfgs", alpha=recipe.tightness, max_iter=ITERATIONS, random_state=0, tol=0.0
            )
            with catch_warnings(action="ignore", category=ConvergenceWarning):
                fitted.fit(features[rows], answers[:, 0] if len(columns) == 1 else answers)
            weights[columns], bias[columns] = fitted.coefs_[0].T, fitted.intercepts_[0]
        return cls(letters, read, recipe.meaning, weights, bias, lay_words, codes, seldom_typed(texts))

    def of_codes(self, codes: tuple[str, ...]) -> NeedModel:
        """Infer these codes in this order; one that was not learned is never inferred."""
        if codes == self.codes:
            return self
        at = {code: row for row, code in enumerate(self.codes)}
        known = np.array([code in at for code in codes])
        rows = np.array([at.get(code, 0) for code in codes])
        weights = np.where(known[:, None], self.weights[rows], 0.0)
        return replace(self, weights=weights, bias=np.where(known, self.bias[rows], NEVER), codes=codes)

    def infer(self, texts: Sequence[str], vectors: Vectors) -> Probabilities:
        """Give (texts, codes) how likely each text is about each code; an empty text tells nothing: zeros."""
        found = np.zeros((len(texts), len(self.codes)))
        for row, text in enumerate(texts):
            if text.strip():
                named, features = self._features(text, vectors[row])
                log_odds = np.add.reduce(features[:, None] * self._by_feature[named], axis=0) + self.bias
                found[row] = 1.0 / (1.0 + np.exp(-log_odds))
        return found

    def letters_of(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give the runs of letters of a text that are known, by place, and their TF-IDF, of length one."""
        return self.letters.of(runs_of(self.lay_words.explained(text)))

    def _features(self, text: str, vector: Vectors) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give the features of a text that are not 0, by place, and their values."""
        dimension = len(vector)
        runs, of_runs = self.letters_of(text)
        phrases, of_phrases = self.phrases.of(phrases_of(self.lay_words.explained(text)))
        places = [np.arange(dimension), dimension + runs, dimension + len(self.letters) + phrases]
        return np.concatenate(places), np.concatenate([
            vector.astype(np.float64) * self.meaning, of_runs, of_phrases,
        ])  # fmt: skip

    @cached_property
    def _by_feature(self) -> NDArray[np.float64]:
        """(dimension + letters + phrases, codes)."""
        return np.ascontiguousarray(self.weights.T)

    def about(self, need: Need, vector: Vectors | None) -> Probabilities:
        """Give (codes,) what a need is about: what it names itself is certain, the rest is inferred from its words."""
        found = np.zeros(len(self.codes)) if vector is None else self._inferred(need.text, vector)
        return np.where(np.isin(self.codes, [*need.purposes, *need.reasons]), 1.0, found)

    def _inferred(self, text: str, vector: Vectors) -> Probabilities:
        return self._remembered.of(
            text, lambda: self.infer([text], vector[None, :])[0], beside=vector.tobytes()
        )

    @cached_property
    def _remembered(self) -> Remembered[Probabilities]:
        return Remembered()

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give plain arrays that `from_arrays` reads back."""
        return {
            "runs": np.array(self.letters.terms, dtype=np.str_),
            "rarity": self.letters.rarity,
            "phrases": np.array(self.phrases.terms, dtype=np.str_),
            "rarity_of_phrases": self.phrases.rarity,
            "meaning": np.array(self.meaning),
            "weights": self.weights.astype(np.float32),
            "bias": self.bias,
            "said": np.array(list(self.lay_words.meanings), dtype=np.str_),
            "meant": np.array(list(self.lay_words.meanings.values()), dtype=np.str_),
            "codes": np.array(self.codes, dtype=np.str_),
            "typed": np.array(list(self.seldom), dtype=np.str_),
            "seldom": np.array(list(self.seldom.values()), dtype=np.float64),
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[Any]]) -> NeedModel:
        """Read back what `to_arrays` gave."""
        said, meant = arrays["said"].tolist(), arrays["meant"].tolist()
        reads_words = "phrases" in arrays
        return cls(
            Tfidf(tuple(arrays["runs"].tolist()), arrays["rarity"]),
            Tfidf(tuple(arrays["phrases"].tolist()), arrays["rarity_of_phrases"])
            if reads_words
            else Tfidf((), np.zeros(0)),
            arrays["meaning"].item() if reads_words else BEFORE_WORDS,
            arrays["weights"].astype(np.float64),
            arrays["bias"],
            LayWords(dict(zip(said, meant, strict=True))),
            tuple(arrays["codes"].tolist()) if "codes" in arrays else CODES,
            dict(zip(arrays["typed"].tolist(), arrays["seldom"].tolist(), strict=True))
            if "typed" in arrays
            else {},
        )


def labels_of(named: Iterable[Iterable[str]], among: tuple[str, ...] = CODES) -> NDArray[np.bool_]:
    """Give (needs, codes) whether each need is about each code, from the codes that it names."""
    return np.array([np.isin(among, list(codes)) for codes in named], dtype=np.bool_).reshape(-1, len(among))


def seldom_typed(texts: Sequence[str]) -> dict[str, float]:
    """Tell how seldom people type each stemmed word of some texts: 0 where every text has it, 1 where none has.

    >>> {word: round(share, 2) for word, share in seldom_typed(["no food", "food", "a pram", "food"]).items()}
    {'food': 0.06, 'pram': 0.47}
    """
    held = Counter(word for text in texts for word in set(words(text)))
    return {
        word: round(log(len(texts) / (held[word] + 0.5)) / log(2 * len(texts)), 4) for word in sorted(held)
    }


def phrases_of(text: str) -> list[str]:
    """Give the stemmed words of a text and each two that follow one another.

    >>> phrases_of("the bus fares are due")
    ['bus', 'fare', 'due', 'bus fare', 'fare due']
    """
    stems = words(text)
    return [*stems, *(f"{one} {next_one}" for one, next_one in pairwise(stems))]


def runs_of(text: str) -> Iterator[str]:
    """Yield the runs of letters within each word of a text, blanks at its ends among them.

    >>> list(runs_of("a bed"))[:6]
    [' a', 'a ', ' a ', ' b', 'be', 'ed']
    """
    for word in text.lower().split():
        ended = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            yield ended[:size]
            yield from (ended[start : start + size] for start in range(1, len(ended) - size + 1))
            if len(ended) <= size:
                break
