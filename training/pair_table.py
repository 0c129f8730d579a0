"""The table of pairs to learn from: batches of needs in, the same batches with every column of ranking out.

Both are pure functions of one batch and of what was known on its days, so that they run alike in one process, in
several, or under an engine that maps batches; nothing here holds more than a batch and what is asked of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from data.people.applicants import Need
from features.pairs import NAMES, PairFeatures, stack
from models.rankers.linear import Part
from training.asked import needs_of
from training.engines import OnBatch
from training.split import Period
from training.tabular import Tabular

Describe = Callable[[Need, tuple[str, ...], date, NDArray[np.int64]], PairFeatures]
"""Describes a need of somebody in some areas on a day beside grants, given by their places in the catalogue."""

Batches: TypeAlias = "Sequence[pa.RecordBatch] | StoredBatches"
"""Batches that can be gone through more than once."""

KEPT: Final = ("query", "person", "on", "decided_on", "awarded", "weight")
"""What a pair keeps of the row that it came from, beside the columns of ranking."""


@dataclass(frozen=True)
class Pairs(Tabular):
    """Decided applications as rows to learn from; all arrays are (pairs,)."""

    features: PairFeatures
    awarded: NDArray[np.float64]
    weights: NDArray[np.float64]
    queries: NDArray[np.int64]
    people: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.awarded)

    def to_arrow(self) -> pa.Table:
        """Give every column with what became of the pair, for other tools; nothing tells who asked."""
        own = {"query": self.queries, "awarded": self.awarded, "weight": self.weights}
        return pa.table({**own, **{name: self.features.column(name) for name in self.features.columns}})

    def take(self, rows: NDArray[np.int64]) -> Pairs:
        """Keep some of the pairs."""
        held = (self.awarded[rows], self.weights[rows], self.queries[rows], self.people[rows])
        return Pairs(self.features.take(rows), *held)


def described(batch: pa.RecordBatch, describe: Describe) -> pa.RecordBatch:
    """Add every column of ranking to a batch of needs, each as known on its own day."""
    places = batch.column("grant").to_numpy().astype(np.int64)
    parts = [describe(need, areas, on, places[rows]) for rows, need, areas, on in needs_of(batch)]
    columns = {name: batch.column(name) for name in KEPT}
    for at, values in enumerate(stack(parts).matrix.T):
        columns[NAMES[at]] = pa.array(np.ascontiguousarray(values))
    return pa.RecordBatch.from_pydict(columns)


@dataclass(frozen=True)
class PairStream:
    """A period's pairs as they lie in batches: gone through part by part, or gathered where somebody needs them all."""

    batches: Batches
    period: Period
    contrast: bool = False
    """With the grants that its needs passed over."""
    people: NDArray[np.int64] | None = None
    """Whose pairs alone are wanted; None: everybody's."""

    def parts(self) -> Iterator[Part]:
        """Go through the pairs, a batch at a time; needs are whole within a batch."""
        for one in self._each():
            yield Part(one.features, one.awarded, one.weights)

    @cached_property
    def whole(self) -> Pairs:
        """All pairs, held at once."""
        found = pairs_of(self.batches, self.period, contrast=self.contrast)
        return (
            found if self.people is None else found.take(np.flatnonzero(np.isin(found.people, self.people)))
        )

    @cached_property
    def counted(self) -> tuple[int, int, NDArray[np.int64]]:
        """How many pairs there are, how many of them were awarded, and whose they are."""
        pairs, awarded, people = 0, 0, np.zeros(0, dtype=np.int64)
        for one in self._each():
            pairs, awarded = pairs + len(one), awarded + int(one.awarded.sum())
            people = np.union1d(people, one.people)
        return pairs, awarded, people

    def __len__(self) -> int:
        return self.counted[0]

    def _each(self) -> Iterator[Pairs]:
        for batch in self.batches:
            one = pairs_of((batch,), self.period, contrast=self.contrast)
            kept = one if self.people is None else one.take(np.flatnonzero(np.isin(one.people, self.people)))
            if len(kept):
                yield kept


@dataclass(frozen=True)
class Describing:
    """The task of adding the columns, for whatever engine maps batches."""

    describe: Describe

    def open(self) -> OnBatch:
        """Give the function of one batch."""
        return partial(described, describe=self.describe)


def pairs_of(batches: Batches, period: Period, *, contrast: bool = False) -> Pairs:
    """Gather a period's decided pairs as float32 rows; with `contrast`, grants that its needs passed over too.

    The batches are gone through twice, first to count, so that a million pairs are held once and not twice.
    """
    kept = [_belongs(batch, period, contrast=contrast) for batch in batches]
    rows = sum(int(one.sum()) for one in kept)
    found = Pairs(
        PairFeatures(NAMES, np.empty((rows, len(NAMES)), dtype=np.float32)),
        awarded=np.empty(rows),
        weights=np.empty(rows),
        queries=np.empty(rows, dtype=np.int64),
        people=np.empty(rows, dtype=np.int64),
    )
    start = 0
    for batch, mine in zip(batches, kept, strict=True):
        start = _put(found, start, batch.filter(pa.array(mine)))
    return found


def write_batches(batches: Iterable[pa.RecordBatch], path: Path) -> int:
    """Write batches into a Parquet file, a row group each; gives the number of rows."""
    rows = 0
    writer: pq.ParquetWriter | None = None
    for batch in batches:
        writer = writer or pq.ParquetWriter(path, batch.schema)
        writer.write_batch(batch)
        rows += batch.num_rows
    if writer is not None:
        writer.close()
    return rows


def write_whole(batches: Iterable[pa.RecordBatch], path: Path) -> int:
    """Write batches beside a file and put them in its place when all are there; a fault leaves it as it was."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        rows = write_batches(batches, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return rows


@dataclass(frozen=True)
class StoredBatches:
    """The batches that `write_batches` wrote, read one at a time whenever somebody goes through them."""

    path: Path

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        with pq.ParquetFile(self.path) as file:
            for group in range(file.num_row_groups):
                yield from file.read_row_group(group).combine_chunks().to_batches()


def _belongs(batch: pa.RecordBatch, period: Period, *, contrast: bool) -> NDArray[np.bool_]:
    """Whether each row belongs to a period; a grant passed over does where a decision of its need does."""
    on, decided_on = (batch.column(name).cast(pa.int32()) for name in ("on", "decided_on"))
    made = on.to_numpy()
    last = period.end - timedelta(days=period.settle_days)
    known = decided_on.fill_null(_day(date.max)).to_numpy() < _day(period.end)
    kept: NDArray[np.bool_] = (made >= _day(period.start)) & (made < _day(last)) & known
    if contrast:
        numbers = batch.column("query").to_numpy()
        passed_over = decided_on.is_null().to_numpy(zero_copy_only=False)
        kept |= passed_over & np.isin(numbers, numbers[kept])
    return kept


def _put(pairs: Pairs, start: int, batch: pa.RecordBatch) -> int:
    """Write a batch into the rows from `start` on; gives where the next begins."""
    end = start + int(batch.num_rows)
    for at, name in enumerate(NAMES):
        pairs.features.matrix[start:end, at] = batch.column(name).to_numpy()
    pairs.awarded[start:end] = batch.column("awarded").to_numpy(zero_copy_only=False)
    pairs.weights[start:end] = batch.column("weight").to_numpy()
    pairs.queries[start:end] = batch.column("query").to_numpy()
    pairs.people[start:end] = batch.column("person").to_numpy()
    return end


def _day(on: date) -> int:
    return on.toordinal() - date(1970, 1, 1).toordinal()
