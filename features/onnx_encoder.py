"""The sentence encoder as serving runs it: ONNX Runtime and a tokenizer, without torch and in a third of its time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from data.errors import BadBundle
from features.embedding import Vectors, packaged_weights

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

ENCODERS: Final = "encoders"
"""The folder beside bundles that holds encoders by their digests, so that not each bundle holds ninety megabytes."""

BATCH: Final = 16
"""Texts that are embedded at once, those of like length together: a third sooner than sixty-four."""


@dataclass(frozen=True)
class OnnxEncoder:
    """An encoder in one file, as `features/onnx_graph.py` writes it; its vectors are those of `MiniLM` to 1e-5."""

    name: str
    dimension: int
    session: InferenceSession = field(repr=False)
    tokenizer: Tokenizer = field(repr=False)

    @classmethod
    def load(cls, file: Path | bytes) -> Self:
        """Load an encoder, from its file or from what a file holds; one thread runs it.

        Raises BadBundle for what is no encoder.
        """
        from onnxruntime import InferenceSession, SessionOptions  # half a second: only for those who embed
        from onnxruntime.capi.onnxruntime_pybind11_state import (
            Fail,
            InvalidGraph,
            InvalidProtobuf,
            NoSuchFile,
        )
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        kept = file if isinstance(file, bytes) else str(file)
        try:
            session = InferenceSession(kept, options, providers=["CPUExecutionProvider"])
            told = session.get_modelmeta().custom_metadata_map
            tokenizer, longest = Tokenizer.from_str(told["tokenizer"]), int(told["longest"])
        except (Fail, InvalidGraph, InvalidProtobuf, NoSuchFile, KeyError) as error:
            raise BadBundle(f"this is no sentence encoder: {error}") from error
        tokenizer.enable_truncation(longest)
        tokenizer.no_padding()
        return cls(told["name"], int(session.get_outputs()[0].shape[1]), session, tokenizer)

    @classmethod
    def of_weights(cls, folder: Path | None = None) -> Self:
        """Make an encoder of the weights of a folder, or of the packaged ones; raises BadBundle as `encoder_graph`."""
        from features.onnx_graph import encoder_graph  # ONNX's own package is only needed to write

        return cls.load(encoder_graph(packaged_weights() if folder is None else folder))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row a text, in their order; an empty text is the row of zeros."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        worded = [at for at, text in enumerate(texts) if text.strip()]
        pieces = self.tokenizer.encode_batch([texts[at] for at in worded])
        by_length = sorted(range(len(worded)), key=lambda at: len(pieces[at].ids))
        for start in range(0, len(by_length), BATCH):
            batch = by_length[start : start + BATCH]
            rows[[worded[at] for at in batch]] = self._run([pieces[at] for at in batch])
        return rows

    def _run(self, texts: Sequence[Encoding]) -> Vectors:
        lengths = np.array([len(text.ids) for text in texts])
        mask = (np.arange(lengths.max()) < lengths[:, None]).astype(np.int64)
        pieces = np.zeros_like(mask)
        pieces[mask == 1] = np.concatenate([text.ids for text in texts])
        vectors: Vectors = self.session.run(None, {"pieces": pieces, "mask": mask})[0]
        return vectors


def keep_encoder(folder: Path, weights: Path | None = None) -> str:
    """Write the encoder of a folder of weights, or of the packaged ones, into `folder`, and give its SHA-256.

    Raises BadBundle as `encoder_graph` does.
    """
    from features.onnx_graph import encoder_graph

    content = encoder_graph(packaged_weights() if weights is None else weights)
    digest = sha256(content).hexdigest()
    file = _file(folder, digest)
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        half = file.with_suffix(f".{os.getpid()}.tmp")
        half.write_bytes(content)
        half.replace(file)
    return digest


def kept_encoder(folder: Path, digest: str) -> Path | None:
    """Find an encoder in a folder; None where it is not there, or is not what its digest says."""
    file = _file(folder, digest)
    try:
        with file.open("rb") as stream:
            whole = file_digest(stream, "sha256").hexdigest() == digest
    except OSError:
        return None
    return file if whole else None


def _file(folder: Path, digest: str) -> Path:
    return folder / f"{digest}.onnx"
