"""How close what a person asks, and their situation, is to each of many texts: in meaning, in words, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.embedding import Embedder, Vectors
from features.lexical import BM25
from features.pairs import PairFeatures
from features.passages import passages, plain
from features.tokens import TokenEmbedder, TokenIndex, Tokens

Floats = NDArray[np.float32]

MEASURES: Final = ("meaning", "words", "passage_meaning", "passage_words", "met", "meets")
"""Cosine and BM25 share to the whole text and to its closest passage; words met, and words that the text meets."""
FACETS: Final = ("text", "question", "situation")
"""All that the person says (the product's own columns `meaning_text` and `words_text`), and its two parts."""
CLOSENESS: Final = tuple(f"{measure}_{facet}" for facet in FACETS for measure in MEASURES)


@dataclass(frozen=True)
class Asked:
    """A person's question and their situation; either may be empty."""

    question: str
    situation: str

    @property
    def facets(self) -> tuple[str, str, str]:
        """The texts of the facets, in order."""
        return f"{self.question} {self.situation}".strip(), self.question, self.situation


@dataclass(frozen=True)
class TextIndex:
    """Texts as wholes, as passages and as single words, computed once."""

    wholes: Vectors
    parts: Vectors
    starts: NDArray[np.int64]
    """(texts,) row of each text's first passage in `parts`."""
    words: BM25
    part_words: BM25
    tokens: TokenIndex

    @classmethod
    def build(cls, texts: Sequence[str], embedder: Embedder, tokens: TokenEmbedder) -> TextIndex:
        """Embed and index texts, none of them empty."""
        flat = [plain(text) for text in texts]
        parts = [passages(text) for text in texts]
        every = [part for held in parts for part in held]
        pieces = tokens.embed_tokens(flat)
        return cls(
            np.array([piece.whole for piece in pieces], dtype=np.float32),
            embedder.embed(every),
            np.cumsum([0, *(len(held) for held in parts[:-1])]).astype(np.int64),
            BM25.fit(flat),
            BM25.fit(every),
            TokenIndex.build(pieces),
        )

    def compare(self, text: str, tokens: Tokens) -> Floats:
        """Give (texts, measures) for one need text and its word pieces; NaN if it is empty."""
        if not text.strip():
            return np.full((len(self.wholes), len(MEASURES)), np.nan, dtype=np.float32)
        met, meets = self.tokens.compare(tokens)
        found = (
            self.wholes @ tokens.whole,
            self.words.share(text),
            np.maximum.reduceat(self.parts @ tokens.whole, self.starts),
            np.maximum.reduceat(self.part_words.share(text), self.starts),
            met,
            meets,
        )
        return np.column_stack(found).astype(np.float32)


def closeness(asked: Sequence[Asked], index: TextIndex, tokens: TokenEmbedder) -> PairFeatures:
    """Describe each person's words against every text: pairs stand person by person, text by text."""
    texts = sorted({text for one in asked for text in one.facets})
    pieces = tokens.embed_tokens(texts)
    known = {text: index.compare(text, piece) for text, piece in zip(texts, pieces, strict=True)}
    rows = [np.hstack([known[text] for text in one.facets]) for one in asked]
    return PairFeatures(
        CLOSENESS, np.concatenate(rows) if rows else np.zeros((0, len(CLOSENESS)), np.float32)
    )
