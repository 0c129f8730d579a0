"""Exports what a store keeps as a Parquet dataset in hive partitions, which pyarrow, pandas, polars and Ray read.

Rows are read by a cursor, oldest application first, and written a group at a time, so that memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import StoreError
from data.people.outcomes import Application, Outcome
from data.store.store import Store

SCHEMA: Final = pa.schema(
    {
        "application": pa.string(),
        "person": pa.string(),
        "grant": pa.string(),
        "applied_on": pa.date32(),
        "need": pa.string(),
        "purposes": pa.list_(pa.string()),
        "reasons": pa.list_(pa.string()),
        "amount": pa.float64(),
        "areas": pa.list_(pa.string()),
        "position": pa.int32(),
        "propensity": pa.float64(),
        "status": pa.string(),
        "qualifies": pa.float64(),
        "success": pa.float64(),
        "decision": pa.string(),
        "decided_on": pa.date32(),
        "paid": pa.float64(),
    }
)
"""An application in the words of an import's mapping; the last three are null while no outcome is known."""
ROWS_A_GROUP: Final = 20_000
Followed = tuple[Application, Outcome | None]


class By(StrEnum):
    """What a partition holds, by the day of the application."""

    YEAR = "year"
    MONTH = "month"

    def folder(self, on: date) -> str:
        """Name a day's partition: year=2026, or year=2026/month=03."""
        return f"year={on.year}" if self is By.YEAR else f"year={on.year}/month={on.month:02}"


def export_outcomes(
    store: Store,
    folder: Path,
    *,
    by: By = By.YEAR,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> int:
    """Write every application with what is now known of it into a new folder, wholly or not at all.

    Gives their number. Raises StoreError where the folder is there already, or nothing is kept.
    """
    if folder.exists():
        raise StoreError(f"{folder} is there already; name a folder that is not")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
        whole, rows = Path(beside) / "whole", 0
        total = store.count_applications()
        for part, those in groupby(store.followed(), key=lambda row: by.folder(row[0].on)):
            for written in _write(those, whole / part):
                rows += written
                progress("applications", rows, max(total, rows))
        if not rows:
            raise StoreError("the store keeps no applications: nothing was written")
        whole.rename(folder)
    return rows


def _write(rows: Iterator[Followed], folder: Path) -> Iterator[int]:
    """Write a partition as one file; yields how many rows each of its groups has."""
    folder.mkdir(parents=True)
    with pq.ParquetWriter(folder / "part-0.parquet", SCHEMA) as file:
        while group := list(islice(rows, ROWS_A_GROUP)):
            file.write_batch(pa.RecordBatch.from_pylist([_row(*row) for row in group], SCHEMA))
            yield len(group)


def _row(application: Application, outcome: Outcome | None) -> dict[str, Any]:
    need = application.need
    return {
        "application": application.id,
        "person": application.person,
        "grant": application.grant_id,
        "applied_on": application.on,
        "need": need.text,
        "purposes": need.purposes,
        "reasons": need.reasons,
        "amount": need.amount,
        "areas": application.areas,
        "position": application.position,
        "propensity": application.propensity,
        "status": application.status,
        "qualifies": application.qualifies,
        "success": application.success,
        "decision": None if outcome is None else outcome.result,
        "decided_on": None if outcome is None else outcome.decided_on,
        "paid": None if outcome is None else outcome.amount,
    }
