"""Finds shared words: BM25 over the texts of grants, because meaning alone misses names and rare words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from Stemmer import Stemmer

Floats = NDArray[np.float32]

SATURATION: Final = 1.2
"""k1 of BM25: how soon a repeated word stops counting."""
LENGTH: Final = 0.75
"""b of BM25: how much a long text is held back."""
WORD: Final = re.compile(r"[a-z0-9]+")
STOP_WORDS: Final = frozenset(
    """a about after all also am an and any are as at be because been but by can could did do does for from had has
    have he her him his how i if in into is it its me my no not of on or our out she so some than that the their
    them then there they this to up us was we were what when where which who will with would you your""".split()  # noqa: SIM905 - one word a line would fill pages
)


def words(text: str) -> list[str]:
    """Give the stemmed words of a text in order, without stop words."""
    stemmer = Stemmer("english", 0)
    return list(stemmer.stemWords([w for w in WORD.findall(text.lower()) if w not in STOP_WORDS]))


@dataclass(frozen=True)
class BM25:
    """How much each of n texts shares words with a query (Robertson and Zaragoza 2009, with k1 and b above)."""

    vocabulary: tuple[str, ...]
    starts: NDArray[np.int64]
    """(words + 1,) where each word's entries begin in `texts` and `weights`."""
    texts: NDArray[np.int32]
    """(entries,) rows of the texts that hold the word."""
    weights: Floats
    """(entries,) what the word adds to that text's score."""
    rarity: Floats
    """(words,) inverse document frequency, above 0."""
    size: int

    @classmethod
    def fit(cls, texts: Sequence[str]) -> BM25:
        """Index the texts once; a query then touches only the words it holds."""
        counts = [Counter(words(text)) for text in texts]
        lengths = np.array([sum(count.values()) for count in counts], dtype=np.float64)
        typical = lengths.mean() if lengths.sum() else 1.0
        entries: dict[str, list[tuple[int, int]]] = {}
        for row, count in enumerate(counts):
            for word, times in count.items():
                entries.setdefault(word, []).append((row, times))
        vocabulary = tuple(sorted(entries))
        sizes = np.array([len(entries[word]) for word in vocabulary], dtype=np.int64)
        flat = np.array([pair for word in vocabulary for pair in entries[word]], dtype=np.int64).reshape(
            -1, 2
        )
        rarity = np.log1p((len(texts) - sizes + 0.5) / (sizes + 0.5))
        held_back = SATURATION * (1 - LENGTH + LENGTH * lengths[flat[:, 0]] / typical)
        weights = np.repeat(rarity, sizes) * flat[:, 1] * (SATURATION + 1) / (flat[:, 1] + held_back)
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        rows = flat[:, 0].astype(np.int32)
        return cls(
            vocabulary, starts, rows, weights.astype(np.float32), rarity.astype(np.float32), len(texts)
        )

    @cached_property
    def place(self) -> dict[str, int]:
        """Word → its row in the vocabulary."""
        return {word: at for at, word in enumerate(self.vocabulary)}

    def score(self, query: str) -> Floats:
        """Give each text's BM25 score, 0 and above, as (n,)."""
        totals = np.zeros(self.size, dtype=np.float32)
        for word in words(query):
            at = self.place.get(word)
            if at is not None:
                held = slice(self.starts[at], self.starts[at + 1])
                totals[self.texts[held]] += self.weights[held]
        return totals

    def share(self, query: str) -> Floats:
        """Give each score as a share, 0..1, of the most that this query's known words could reach."""
        known = [self.place[word] for word in words(query) if word in self.place]
        most = float(self.rarity[known].sum()) * (SATURATION + 1)
        return self.score(query) / np.float32(most) if most else np.zeros(self.size, dtype=np.float32)

    def rarest(self, query: str, seldom: Mapping[str, float]) -> Floats:
        """Give (n,) how rare, 0 to 1, the rarest word is that each text shares with a query; 0: it shares none.

        A stemmed word that people often type tells the less: it counts by how `seldom` they do, 0 to 1, and wholly
        where that is not known; a number names nothing.
        """
        found = np.zeros(self.size, dtype=np.float32)
        for word in words(query):
            at = self.place.get(word)
            if at is not None and not word.isdigit():
                held = self.texts[self.starts[at] : self.starts[at + 1]]
                found[held] = np.maximum(found[held], self.rarity[at] * np.float32(seldom.get(word, 1.0)))
        return found / np.float32(max(float(self.rarity.max(initial=0.0)), 1e-9))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give plain arrays that `from_arrays` reads back."""
        return {
            "vocabulary": np.array(self.vocabulary, dtype=np.str_),
            "starts": self.starts,
            "texts": self.texts,
            "weights": self.weights,
            "rarity": self.rarity,
            "size": np.array(self.size),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> BM25:
        """Read back what `to_arrays` gave."""
        return cls(
            tuple(arrays["vocabulary"].tolist()),
            arrays["starts"],
            arrays["texts"],
            arrays["weights"],
            arrays["rarity"],
            int(arrays["size"]),
        )
