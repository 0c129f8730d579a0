"""Texts become unit vectors, and a cache remembers vectors without remembering texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from data.errors import BadBundle
from features.embedding import CachedEmbedder, Embedder, MiniLM, Vectors


class Lengths:
    """Embeds a text by its length, and counts how often it is asked."""

    name: str = "lengths"
    dimension: int = 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        angles = np.array([len(text) for text in texts], dtype=np.float32)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_a_text_is_embedded_once_while_it_is_remembered() -> None:
    inner = Lengths()
    cached = CachedEmbedder(inner, size=10)
    first = cached.embed(["a", "bb", "a"])
    again = cached.embed(["bb", "a"])
    assert inner.asked == ["a", "bb"]
    assert first.tobytes() == inner.embed(["a", "bb", "a"]).tobytes()
    assert (again == first[[1, 0]]).all()


def test_the_cache_stays_within_its_size_and_forgets_what_was_not_used_lately() -> None:
    inner = Lengths()
    cached = CachedEmbedder(inner, size=2)
    cached.embed(["a", "bb"])
    cached.embed(["a"])
    cached.embed(["ccc"])
    assert len(cached) == 2
    cached.embed(["a"])
    assert inner.asked == ["a", "bb", "ccc"]
    cached.embed(["bb"])
    assert inner.asked[-1] == "bb"


def test_more_texts_at_once_than_the_cache_holds_are_all_answered() -> None:
    cached = CachedEmbedder(Lengths(), size=2)
    assert cached.embed(["a" * n for n in range(1, 9)]).shape == (8, 2)
    assert len(cached) == 2


def test_the_cache_keeps_no_text() -> None:
    cached = CachedEmbedder(Lengths(), size=10)
    secret = "my name is Ada and I owe rent"
    cached.embed([secret])
    assert all(isinstance(key, bytes) and len(key) == 32 for key in cached._vectors)
    assert secret not in repr(vars(cached)).replace(repr(cached._embedder), "")


def test_a_cache_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        CachedEmbedder(Lengths(), size=0)


def test_no_texts_give_no_rows() -> None:
    assert CachedEmbedder(Lengths()).embed([]).shape == (0, 2)


def test_a_folder_without_a_model_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadBundle, match="modules.json"):
        MiniLM.load(tmp_path)


def test_meanings_are_unit_vectors_and_like_needs_are_close(embedder: Embedder) -> None:
    rows = embedder.embed(
        ["I cannot pay my gas bill", "help with heating costs", "a school trip to France", ""]
    )
    assert rows.shape == (4, embedder.dimension)
    assert np.allclose(np.linalg.norm(rows[:3], axis=1), 1.0, atol=1e-5)
    assert not rows[3].any()
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert "@" in embedder.name
