"""The encoder that serving runs gives the vectors that were learned from, and is written the same each time."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from data.errors import BadBundle
from features.embedding import CachedEmbedder, packaged_weights
from features.onnx_encoder import OnnxEncoder, keep_encoder, kept_encoder
from features.onnx_graph import encoder_graph

TEXTS = (
    "broken cooker",
    "a cooker and a bed for two children",
    "",
    "my boiler broke, I'm 78 & can't afford £900 to mend it — we are cold ☃",
    "rent " * 600,
    "Rwy'n oer",
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the encoder of the packaged weights."""
    folder = tmp_path_factory.mktemp("encoders")
    keep_encoder(folder)
    return folder


@pytest.fixture(scope="module")
def encoder(written: Path) -> OnnxEncoder:
    return OnnxEncoder.load(next(written.iterdir()))


def test_vectors_are_those_of_torch_alone_and_in_a_batch(
    encoder: OnnxEncoder, embedder: CachedEmbedder
) -> None:
    expected, together = embedder.embed(TEXTS), encoder.embed(TEXTS)
    alone = np.concatenate([encoder.embed([text]) for text in TEXTS])
    assert (encoder.name, encoder.dimension) == (embedder.name, embedder.dimension)
    assert np.abs(together - expected).max() < 1e-5
    assert np.abs(alone - expected).max() < 1e-5
    assert np.abs(expected).max() > 0.1


def test_no_texts_give_no_rows(encoder: OnnxEncoder) -> None:
    assert encoder.embed([]).shape == (0, encoder.dimension)


def test_the_same_weights_are_written_as_the_same_bytes(written: Path) -> None:
    file = next(written.iterdir())
    assert keep_encoder(written) == file.stem == sha256(file.read_bytes()).hexdigest()
    assert list(written.iterdir()) == [file]


def test_an_encoder_that_was_changed_is_not_used(written: Path, tmp_path: Path) -> None:
    file = next(written.iterdir())
    changed = bytearray(file.read_bytes())
    changed[-1000] ^= 1
    (tmp_path / file.name).write_bytes(changed)
    assert kept_encoder(written, file.stem) == file
    assert kept_encoder(tmp_path, file.stem) is None
    assert kept_encoder(tmp_path, "0" * 64) is None


def test_what_is_no_encoder_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"no graph")
    for file in (tmp_path / "broken.onnx", tmp_path / "missing.onnx", b"no graph"):
        with pytest.raises(BadBundle, match="no sentence encoder"):
            OnnxEncoder.load(file)


def test_a_model_of_another_kind_is_refused_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(packaged_weights(), folder, ignore=lambda _, names: {"model.safetensors"} & set(names))
    with pytest.raises(BadBundle, match="cannot be written"):
        encoder_graph(folder)
    pooling = folder / "1_Pooling" / "config.json"
    pooling.write_text(json.dumps({**json.loads(pooling.read_text()), "pooling_mode_cls_token": True}))
    with pytest.raises(BadBundle, match="pooling_mode_cls_token is True"):
        encoder_graph(folder)
    with pytest.raises(BadBundle, match="no sentence-transformers model"):
        encoder_graph(tmp_path)
