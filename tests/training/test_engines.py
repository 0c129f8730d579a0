"""Batches are worked on here or in several processes: the same rows, in the same order."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from training.engines import OnBatch, mapped


@dataclass(frozen=True)
class Adding:
    """Adds a number to every value, and fails on a batch that holds the number 13."""

    number: int

    def open(self) -> OnBatch:
        """Give the function of one batch."""

        def added(batch: pa.RecordBatch) -> pa.RecordBatch:
            values = batch.column("value")
            if 13 in values.to_pylist():
                raise ValueError("a batch cannot be worked on")
            return pa.RecordBatch.from_pydict({"value": pc.add(values, self.number)})

        return added


def batches(count: int, start: int = 100) -> list[pa.RecordBatch]:
    return [pa.RecordBatch.from_pydict({"value": [start + n, start + n + 1]}) for n in range(count)]


def test_two_processes_give_the_rows_of_one_in_order() -> None:
    plain = list(mapped(batches(9), Adding(5)))
    assert [batch.to_pydict() for batch in mapped(batches(9), Adding(5), workers=2)] == [
        batch.to_pydict() for batch in plain
    ]
    assert plain[0].to_pydict() == {"value": [105, 106]}


def test_what_fails_in_another_process_is_told_and_not_left_out() -> None:
    with pytest.raises(ValueError, match="cannot be worked on"):
        list(mapped(batches(3, start=11), Adding(1), workers=2))


@dataclass(frozen=True)
class DyingOnce:
    """Adds nothing; the process that first works on a batch dies, as on a machine that is switched off."""

    marker: Path

    def open(self) -> OnBatch:
        """Give the function of one batch."""

        def kept(batch: pa.RecordBatch) -> pa.RecordBatch:
            if not self.marker.exists():
                self.marker.touch()
                os._exit(1)
            return batch

        return kept


def test_ray_gives_the_rows_of_one_process_in_order_and_survives_a_worker_that_dies(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is an extra: pip install -e '.[scale]'")
    from training.ray_engine import mapped_by_ray

    asked = batches(9)
    found = list(mapped_by_ray(asked, DyingOnce(tmp_path / "died"), workers=2))
    assert [batch.to_pydict() for batch in found] == [batch.to_pydict() for batch in asked]
    assert (tmp_path / "died").exists()
