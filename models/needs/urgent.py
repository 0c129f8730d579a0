"""What cannot wait, recognised in the words of a need: danger to life, abuse, no food, no power, no bed, an illness.

Two ways, either is enough: patterns over plain words (`data/sample/urgent_words.json`), and a logistic regression over
the text's meaning, learned from our own sentences (`data/sample/urgent_sentences.jsonl`). Two strengths: *sure* puts
help on top and what helps tonight first; otherwise help is offered in one line. Shown to the searcher alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import SAMPLE
from data.catalogue.records import Record
from data.json_files import read_json
from features.embedding import Vectors
from models.needs.plain_words import in_digits, plain_words

Kind = Literal["life", "abuse", "no_food", "no_power", "no_bed", "ill"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
WORDS: Final = SAMPLE / "urgent_words.json"
WEIGHTS: Final = SAMPLE / "urgent_weights.json"
MOST_READ: Final = 2000
"""Characters of a need that are read."""
HELD: Final = 1024
"""Needs whose words were read that are held in memory."""
DEEPEST: Final = 4
"""How often a named part of a pattern may name another."""


@dataclass(frozen=True, slots=True)
class Urgent:
    """One kind of need that cannot wait, and whether its words leave no doubt."""

    kind: Kind
    sure: bool


class UrgentWords(Record):
    """Patterns by kind: `now` leaves no doubt, `maybe` does; `not_meant` are mere turns of speech."""

    spellings: dict[str, tuple[str, ...]]
    """Word → how people in a hurry spell it."""
    parts: dict[str, str]
    not_meant: tuple[str, ...]
    kinds: dict[Kind, dict[Literal["now", "maybe"], tuple[str, ...]]]

    @cached_property
    def look_alikes(self) -> re.Pattern[str]:
        """Every turn of speech to be left out before anything is looked for."""
        return self._ready(self.not_meant)

    @cached_property
    def ready(self) -> dict[Kind, tuple[re.Pattern[str], re.Pattern[str]]]:
        """Kind → what leaves no doubt, and what leaves some."""
        return {
            kind: (self._ready(of["now"]), self._ready(of.get("maybe", ())))
            for kind, of in self.kinds.items()
        }

    @cached_property
    def _spelt(self) -> dict[str, re.Pattern[str]]:
        return {word: self._ready(spelt) for word, spelt in self.spellings.items()}

    def _ready(self, patterns: tuple[str, ...]) -> re.Pattern[str]:
        if not patterns:
            return re.compile(r"(?!)")
        words = "|".join(f"(?:{pattern})" for pattern in patterns)
        for _ in range(DEEPEST):
            for name, part in self.parts.items():
                words = words.replace(name, part)
        return re.compile(rf"(?<!\w)(?:{in_digits(words)})(?!\w)")

    def find(self, text: str) -> dict[Kind, bool]:
        """Give the kinds that the words tell, and whether without doubt."""
        words = plain_words(text[:MOST_READ])
        for word, spelt in self._spelt.items():
            words = spelt.sub(word, words)
        words = self.look_alikes.sub("_", words)
        found = {kind: (now.search(words), maybe.search(words)) for kind, (now, maybe) in self.ready.items()}
        return {kind: now is not None for kind, (now, maybe) in found.items() if now or maybe}


class UrgentWeights(Record):
    """A logistic regression for each kind over a text's meaning; plain numbers that run nothing."""

    embedder: str
    """The model whose vectors it was learned from; with another it is not used."""
    maybe: float
    """From this chance on a kind is offered …"""
    now: float
    """… and from this one it is taken for certain."""
    weights: dict[Kind, tuple[float, ...]]
    """(dimension,) for each kind."""
    bias: dict[Kind, float]

    @cached_property
    def _matrix(self) -> NDArray[np.float64]:
        return np.array([self.weights[kind] for kind in KINDS])

    def chances(self, vectors: NDArray[np.floating]) -> NDArray[np.float64]:
        """Give (texts, KINDS) how likely each text tells of each kind, 0 to 1."""
        log_odds = np.asarray(vectors, dtype=np.float64) @ self._matrix.T + [
            self.bias[kind] for kind in KINDS
        ]
        return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), dtype=np.float64)

    def find(self, vector: Vectors) -> dict[Kind, bool]:
        """Give the kinds that the meaning tells, and whether without doubt."""
        chances = self.chances(vector[None, :])[0]
        return {
            kind: bool(chance >= self.now)
            for kind, chance in zip(KINDS, chances, strict=True)
            if chance >= self.maybe
        }


def urgent_in(text: str, vector: Vectors | None, embedder: str) -> tuple[Urgent, ...]:
    """List what cannot wait in the order of `KINDS`; `vector` is the text's meaning by the named embedder, if any."""
    weights, by_words = own_weights(), _by_words(text)
    by_meaning: Mapping[Kind, bool] = {}
    if vector is not None and weights is not None and embedder == weights.embedder:
        by_meaning = weights.find(vector)
    found = [kind for kind in KINDS if kind in by_words or kind in by_meaning]
    return tuple(Urgent(kind, by_words.get(kind, False) or by_meaning.get(kind, False)) for kind in found)


@lru_cache(maxsize=HELD)
def _by_words(text: str) -> Mapping[Kind, bool]:
    return own_words().find(text)


@lru_cache(maxsize=1)
def own_words() -> UrgentWords:
    """The project's own patterns, read once."""
    return UrgentWords.model_validate(read_json(WORDS))


@lru_cache(maxsize=1)
def own_weights() -> UrgentWeights | None:
    """The project's own weights, read once; None where they were not learned yet."""
    return UrgentWeights.model_validate(read_json(WEIGHTS)) if WEIGHTS.exists() else None
