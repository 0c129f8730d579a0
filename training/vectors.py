"""Vectors of many texts, computed once and kept on disk by a digest of the text, never the text itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa

from features.embedding import Embedder, Vectors
from training.pair_table import StoredBatches, write_whole

AT_ONCE = 256
Told = Callable[[int, int], None]
"""Called with how many texts are done, and how many there are."""


class KeptVectors:
    """An embedder that keeps what it computed in Parquet: a file for each time that texts were new, none rewritten."""

    def __init__(self, embedder: Embedder, folder: Path, *, told: Told | None = None) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self._embedder, self._told = embedder, told
        self._folder, self._model = folder, sha256(embedder.name.encode()).hexdigest()[:16]
        self._vectors = _read(sorted(folder.glob(f"{self._model}-*.parquet")), embedder.dimension)

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
            self._keep(list(fresh))
        return np.array([self._vectors[d] for d in digests], dtype=np.float32).reshape(-1, self.dimension)

    def _keep(self, digests: list[str]) -> None:
        """Write vectors beside those kept before; the same ones again are the same file."""
        part = sha256("".join(digests).encode()).hexdigest()[:16]
        flat = np.concatenate([self._vectors[name] for name in digests])
        vectors = pa.FixedSizeListArray.from_arrays(pa.array(flat), self.dimension)
        write_whole(
            [pa.RecordBatch.from_pydict({"digest": digests, "vector": vectors})],
            self._folder / f"{self._model}-{part}.parquet",
        )


def _read(paths: Sequence[Path], dimension: int) -> dict[str, Vectors]:
    found: dict[str, Vectors] = {}
    for path in paths:
        for batch in StoredBatches(path):
            vectors = batch.column("vector").flatten().to_numpy().reshape(batch.num_rows, -1)
            if vectors.shape[1] == dimension:
                found.update(zip(batch.column("digest").to_pylist(), vectors, strict=True))
    return found
