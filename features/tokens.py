"""Meanings of single words in their context, so that a text can be compared to a need word by word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from features.embedding import BATCH, MiniLM, Vectors

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Tokens:
    """The word pieces of one text."""

    vectors: Vectors
    """(pieces, dimension) rows of length one."""
    pieces: NDArray[np.int64]
    """(pieces,) which piece of the vocabulary each is."""
    whole: Vectors
    """(dimension,) the meaning of the text as a whole, as `Embedder.embed` gives it."""


class TokenEmbedder(Protocol):
    """Anything that gives the word pieces of texts a place in a space of meanings."""

    def embed_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Give the pieces of each text, in order."""
        ...


@dataclass(frozen=True)
class MiniLMTokens:
    """The states of a sentence-transformers model before they are averaged into one vector."""

    embedder: MiniLM

    def embed_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Give the pieces of each text without the model's own marks; an empty text has none."""
        model = self.embedder.model
        longest = model.max_seq_length
        states: Any = model.encode(list(texts), batch_size=BATCH, output_value=None, show_progress_bar=False)
        coded = model.tokenizer(list(texts), truncation=True, max_length=longest)["input_ids"]
        found = []
        for state, codes in zip(states, coded, strict=True):
            vectors = state["token_embeddings"].numpy()[1 : len(codes) - 1].astype(np.float32)
            whole = state["sentence_embedding"].numpy().astype(np.float32)
            pieces = np.array(codes[1:-1], dtype=np.int64)
            found.append(Tokens(_unit(vectors), pieces, _unit(whole) * bool(pieces.size)))
        return found


@dataclass(frozen=True)
class TokenIndex:
    """The word pieces of n texts under each other, and how rare each is among the texts."""

    vectors: Vectors
    starts: NDArray[np.int64]
    """(n,) row of each text's first piece."""
    weights: Floats
    """(pieces,) inverse document frequency of each row's piece."""
    rarity: Mapping[int, float]
    unseen: float
    """What a piece that stands in no text weighs."""

    @classmethod
    def build(cls, texts: Sequence[Tokens]) -> TokenIndex:
        """Index texts, none of them empty."""
        if not all(text.pieces.size for text in texts):
            raise ValueError("a text without words cannot be compared word by word")
        holders = Counter(int(piece) for text in texts for piece in np.unique(text.pieces))
        rarity = {piece: _rarity(count, len(texts)) for piece, count in holders.items()}
        weights = [rarity[int(piece)] for text in texts for piece in text.pieces]
        sizes = [text.pieces.size for text in texts]
        return cls(
            np.concatenate([text.vectors for text in texts]),
            np.cumsum([0, *sizes[:-1]]).astype(np.int64),
            np.array(weights, dtype=np.float32),
            rarity,
            _rarity(0, len(texts)),
        )

    def compare(self, need: Tokens) -> tuple[Floats, Floats]:
        """Give, as (n,) and (n,), how well each text meets the need's words, and the need the text's (-1..1).

        Each word is met by the closest one of the other side, and the rare count most
        (late interaction, Khattab and Zaharia 2020). NaN for a need without words.
        """
        if not need.pieces.size:
            unknown = np.full(self.starts.size, np.nan, dtype=np.float32)
            return unknown, unknown
        weights = np.array([self.rarity.get(int(piece), self.unseen) for piece in need.pieces])
        cosines = need.vectors @ self.vectors.T
        met = weights @ np.maximum.reduceat(cosines, self.starts, axis=1) / weights.sum()
        meets = np.add.reduceat(cosines.max(axis=0) * self.weights, self.starts)
        share = meets / np.add.reduceat(self.weights, self.starts)
        return met.astype(np.float32), share.astype(np.float32)


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return unit


def _rarity(holders: int, texts: int) -> float:
    return float(np.log1p((texts - holders + 0.5) / (holders + 0.5)))
