"""What cannot wait, recognised in the words of a need: danger to life, abuse, no food, no power, no bed, an illness.

Patterns over plain words (`data/sample/urgent_words.json`), and signs of what is meant (tonight, a harm) or not (an
"if", a film, a pet), are weighed together with the text's meaning and letters, as learned from our own sentences
(`data/sample/urgent_sentences.jsonl`): a pattern alone takes many a turn of speech for danger. A support vector machine
tells whether anything cannot wait, logistic regressions which kind it is. Without a text's meaning the patterns decide.
Two strengths: *sure* puts help on top and what helps tonight first; otherwise help is offered in one line. Shown to the
searcher alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import SAMPLE
from data.catalogue.records import Record
from data.json_files import read_json
from features.embedding import Vectors
from models.needs.need_model import NeedModel
from models.needs.plain_words import in_digits, plain_words
from models.needs.support_vectors import SupportVectors

Kind = Literal["life", "abuse", "no_food", "no_power", "no_bed", "ill"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
CODES: Final = (*KINDS, "any")
"""What is learned: each kind, and whether anything cannot wait, which is far easier to tell than what."""
WORDS: Final = SAMPLE / "urgent_words.json"
WEIGHTS: Final = SAMPLE / "urgent_weights.npz"
MOST_READ: Final = 2000
"""Characters of a need that are read."""
HELD: Final = 1024
"""Needs whose words were read that are held in memory."""
OF_PATTERNS: Final = 0.1
"""What a pattern that was found counts beside a vector of meaning, whose length is one …"""
OF_SIGNS: Final = 0.25
"""… and what a sign does: one that many patterns were made for counts for less than one that was made for none."""
LIKELY: Final = 0.5
"""Chance from which a kind is told beside the likeliest."""
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
    signs: dict[str, tuple[str, ...]]
    """What a text speaks of, by name: words for a past, an "if", a film or a course, an illness, a harm, tonight."""

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
    def ready_signs(self) -> tuple[re.Pattern[str], ...]:
        """Each sign, ready to be looked for."""
        return tuple(self._ready(words) for words in self.signs.values())

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
        words = self.look_alikes.sub("_", self._words(text))
        found = {kind: (now.search(words), maybe.search(words)) for kind, (now, maybe) in self.ready.items()}
        return {kind: now is not None for kind, (now, maybe) in found.items() if now or maybe}

    def signs_in(self, text: str) -> tuple[bool, ...]:
        """Tell which signs a text holds, in their order."""
        words = self._words(text)
        return tuple(sign.search(words) is not None for sign in self.ready_signs)

    def _words(self, text: str) -> str:
        words = plain_words(text[:MOST_READ])
        for word, spelt in self._spelt.items():
            words = spelt.sub(word, words)
        return words


@dataclass(frozen=True)
class UrgentModel:
    """How likely a text tells of each kind, by its meaning, its letters and the patterns that it holds."""

    embedder: str
    """The model whose vectors it was learned from; with another it is not used."""
    maybe: float
    """From this chance on a kind is offered …"""
    now: float
    """… and from this one it is taken for certain."""
    kinds: NeedModel
    """Its codes are `KINDS`; it reads what `ready_to_infer` gives."""
    any: SupportVectors
    """Whether anything cannot wait; it reads the same vectors, and the letters that `kinds` finds."""

    def chances(self, texts: Sequence[str], vectors: Vectors) -> NDArray[np.float64]:
        """Give (texts, CODES) how likely each text tells of each kind, and of any, 0 to 1."""
        words, read = ready_to_infer(texts, vectors)
        of_any = self.any.infer(read, [self.kinds.letters_of(text) for text in words])
        return np.column_stack([self.kinds.infer(words, read), of_any])

    def find(self, text: str, vector: Vectors) -> dict[Kind, bool]:
        """Give the likeliest kind and each other that is likely or in a pattern, if anything cannot wait."""
        text = text[:MOST_READ]
        *by_kind, of_any = self.chances([text], vector[None, :])[0].tolist()
        if of_any < self.maybe:
            return {}
        by_words, likely = _by_words(text), min(LIKELY, max(by_kind))
        return {
            kind: (chance >= likely and of_any >= self.now) or by_words.get(kind, False)
            for kind, chance in zip(KINDS, by_kind, strict=True)
            if chance >= likely or kind in by_words
        }

    def write(self, path: Path = WEIGHTS) -> None:
        """Write it as plain arrays that run nothing."""
        own = {"embedder": np.array(self.embedder), "maybe": np.array(self.maybe), "now": np.array(self.now)}
        arrays = self.kinds.to_arrays() | self.any.to_arrays()
        np.savez_compressed(path, allow_pickle=False, **own, **arrays)

    @classmethod
    def read(cls, path: Path = WEIGHTS) -> UrgentModel:
        """Read back what `write` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        embedder, maybe, now = (arrays.pop(name).item() for name in ("embedder", "maybe", "now"))
        return cls(embedder, maybe, now, NeedModel.from_arrays(arrays), SupportVectors.from_arrays(arrays))


def ready_to_infer(texts: Sequence[str], vectors: Vectors) -> tuple[list[str], Vectors]:
    """Give texts in plain words, and (texts, dimension + 2 KINDS + signs): vector, patterns, sure ones, signs."""
    told = [_by_words(text) for text in texts]
    found = [[kind in one for kind in KINDS] + [one.get(kind, False) for kind in KINDS] for one in told]
    patterns = OF_PATTERNS * np.array(found, dtype=np.float32).reshape(-1, 2 * len(KINDS))
    signs = OF_SIGNS * np.array([own_words().signs_in(text) for text in texts], dtype=np.float32)
    signs = signs.reshape(-1, len(own_words().signs))
    return [plain_words(text) for text in texts], np.hstack([vectors, patterns, signs], dtype=np.float32)


def urgent_in(text: str, vector: Vectors | None, embedder: str) -> tuple[Urgent, ...]:
    """List what cannot wait in the order of `KINDS`; `vector` is the text's meaning by the named embedder, if any."""
    model = own_model()
    if vector is None or model is None or embedder != model.embedder:
        found = _by_words(text)
    else:
        found = model.find(text, vector)
    return tuple(Urgent(kind, found[kind]) for kind in KINDS if kind in found)


@lru_cache(maxsize=HELD)
def _by_words(text: str) -> Mapping[Kind, bool]:
    return own_words().find(text)


@lru_cache(maxsize=1)
def own_words() -> UrgentWords:
    """The project's own patterns, read once."""
    return UrgentWords.model_validate(read_json(WORDS))


@lru_cache(maxsize=1)
def own_model() -> UrgentModel | None:
    """The project's own model, read once; None where it was not learned yet."""
    return UrgentModel.read() if WEIGHTS.exists() else None
