"""Vectors are computed once, kept by digest, and never mixed between models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from features.embedding import Vectors
from tests.training.small_world import SharedWords
from training.vectors import KeptVectors


class Counting(SharedWords):
    """The small embedder, telling how many texts it was given."""

    def __init__(self, name: str = "counting@1") -> None:
        self.name = name
        self.given = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.given += len(texts)
        return super().embed(texts)


def test_a_text_is_embedded_once_and_found_again_in_a_later_run(tmp_path: Path) -> None:
    first, later = Counting(), Counting()
    told: list[tuple[int, int]] = []
    given = KeptVectors(first, tmp_path, told=lambda done, total: told.append((done, total)))
    rows = given.embed(["a broken cooker", "rent", "a broken cooker"])
    assert first.given == 2
    assert told == [(2, 2)]
    assert np.array_equal(rows[0], rows[2])
    assert np.array_equal(KeptVectors(later, tmp_path).embed(["rent", "a broken cooker"]), rows[[1, 0]])
    assert later.given == 0


def test_what_is_new_is_kept_beside_what_is_there_and_nothing_is_rewritten(tmp_path: Path) -> None:
    KeptVectors(Counting(), tmp_path).embed(["rent", "a cot"])
    (before,) = [(path, path.stat().st_mtime_ns) for path in tmp_path.iterdir()]
    KeptVectors(Counting(), tmp_path).embed(["rent", "coal"])
    assert len(list(tmp_path.iterdir())) == 2
    assert before[0].stat().st_mtime_ns == before[1]
    last = Counting()
    KeptVectors(last, tmp_path).embed(["coal", "a cot", "rent"])
    assert last.given == 0


def test_vectors_of_another_model_are_not_taken(tmp_path: Path) -> None:
    KeptVectors(Counting(), tmp_path).embed(["rent"])
    other = Counting("counting@2")
    KeptVectors(other, tmp_path).embed(["rent"])
    assert other.given == 1


def test_no_text_is_written_to_the_disk(tmp_path: Path) -> None:
    KeptVectors(Counting(), tmp_path).embed(["my husband left"])
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert kept
    assert b"husband" not in kept
