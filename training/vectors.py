"""Vectors of many texts, computed once and kept on disk by a digest of the text, never the text itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from features.embedding import Embedder, Vectors

AT_ONCE = 256
Told = Callable[[int, int], None]
"""Called with how many texts are done, and how many there are."""


class KeptVectors:
    """An embedder that keeps what it computed in one file for each model."""

    def __init__(self, embedder: Embedder, folder: Path, *, told: Told | None = None) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self._embedder, self._told = embedder, told
        self._path = folder / f"{sha256(embedder.name.encode()).hexdigest()[:16]}.npz"
        self._vectors = _read(self._path, embedder.dimension)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row a text, in their order, computing and keeping those not seen before."""
        digests = [sha256(text.encode()).hexdigest() for text in texts]
        fresh = {d: text for d, text in zip(digests, texts, strict=True) if d not in self._vectors}
        if fresh:
            for done in range(0, len(fresh), AT_ONCE):
                names = list(fresh)[done : done + AT_ONCE]
                rows = self._embedder.embed([fresh[name] for name in names])
                self._vectors.update(zip(names, rows, strict=True))
                if self._told is not None:
                    self._told(done + len(names), len(fresh))
            _write(self._path, self._vectors)
        return np.array([self._vectors[d] for d in digests], dtype=np.float32).reshape(-1, self.dimension)


def _read(path: Path, dimension: int) -> dict[str, Vectors]:
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as kept:
        digests, vectors = kept["digests"], kept["vectors"]
    return dict(zip(digests.tolist(), vectors, strict=True)) if vectors.shape[1] == dimension else {}


def _write(path: Path, vectors: dict[str, Vectors]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    with fresh.open("wb") as file:
        np.savez(file, digests=np.array(list(vectors)), vectors=np.array(list(vectors.values())))
    fresh.replace(path)
