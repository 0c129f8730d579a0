"""Opens a case system's export, CSV or Parquet, row by row; a row of CSV whose cells are not those of the head is told.

The encoding is checked for the whole file before the first row is given.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import BadExperiment

Cells: TypeAlias = dict[str, Any]
"""Column → what stands there: text in CSV, any kind in Parquet."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why the cells of a row cannot be told apart."""

    why: str


Rows: TypeAlias = Iterator[tuple[int, Cells | Unreadable]]
"""The line on which a row begins, the head being 1, and its cells; in Parquet the number of the row."""


def open_export(file: Path, names: Sequence[str], *, encoding: str, delimiter: str) -> tuple[Rows, int]:
    """Open a file: its rows with the named columns alone, and about how many there are.

    Raises BadExperiment where it cannot be read, also later, or has not these columns once each.
    """
    try:
        if file.suffix.lower() == ".parquet":
            stored = pq.ParquetFile(file)
            _check_columns(stored.schema_arrow.names, names)
            return _rows_of_parquet(stored, names, file), stored.metadata.num_rows
        read_as = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
        lines = _lines_of(file, read_as, encoding)
        return _rows_of_csv(file, names, read_as, delimiter), lines
    except (OSError, pa.ArrowException) as error:
        raise BadExperiment(_not_read(file, error)) from None


def _rows_of_parquet(stored: pq.ParquetFile, names: Sequence[str], file: Path) -> Rows:
    number = 1
    try:
        for batch in stored.iter_batches(batch_size=16_384, columns=list(names)):
            for cells in batch.to_pylist():
                number += 1
                yield number, cells
    except (OSError, pa.ArrowException) as error:
        raise BadExperiment(f"{_not_read(file, error)}; row {number} was the last that was read") from None


def _rows_of_csv(file: Path, names: Sequence[str], encoding: str, delimiter: str) -> Rows:
    with file.open(encoding=encoding, newline="") as text:
        rows = csv.reader(text, delimiter=delimiter)
        head = next(rows, [])
        _check_columns(head, names)
        cells_of = _chosen(head, names)
        while True:
            line = rows.line_num + 1
            try:
                row = next(rows, None)
            except csv.Error:  # the reader goes on with the next line
                yield line, Unreadable("its cells cannot be told apart")
                continue
            if row is None:
                return
            if row:
                yield line, cells_of(row)


def _chosen(head: Sequence[str], names: Sequence[str]) -> Callable[[list[str]], Cells | Unreadable]:
    places = {name: head.index(name) for name in names}

    def cells_of(row: list[str]) -> Cells | Unreadable:
        if len(row) != len(head):
            return Unreadable(f"{len(row)} cells instead of {len(head)}")
        return {name: row[place] for name, place in places.items()}

    return cells_of


def _lines_of(file: Path, read_as: str, encoding: str) -> int:
    """Count the lines after the head; raises BadExperiment at the first that is not of the encoding."""
    decoder, lines = codecs.getincrementaldecoder(read_as)(), 0
    with file.open("rb") as raw:
        try:
            for line in raw:
                decoder.decode(line)
                lines += 1
            decoder.decode(b"", final=True)
        except UnicodeError:
            raise BadExperiment(
                f"{file}: line {lines + 1} is not written in {encoding}, and nothing was read; name what the file is "
                "written in as `encoding` in the mapping, such as cp1252 for Windows"
            ) from None
    return max(lines - 1, 0)


def _check_columns(there: Sequence[str], names: Sequence[str]) -> None:
    if missing := [name for name in names if name not in there]:
        other = "" if len(there) > 1 else "; what stands between its columns is the mapping's `delimiter`"
        raise BadExperiment(
            f"the mapping names columns that the file does not have: {', '.join(missing)}; "
            f"it has {', '.join(there)}{other}"
        )
    if twice := [name for name in names if list(there).count(name) > 1]:
        raise BadExperiment(f"the file has columns that the mapping names more than once: {', '.join(twice)}")


def _not_read(file: Path, error: Exception) -> str:
    return f"{file}: it cannot be read as {file.suffix or 'CSV'}: {error}"
