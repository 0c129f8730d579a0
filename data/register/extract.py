"""The register's public extract: one file a table, as JSON or as tab-separated text, zipped or not, read as a stream.

The JSON begins with a byte-order mark and holds one list of objects. The text has a header, quotes mean nothing in it,
and a few texts hold line breaks: a row goes on until it has as many cells as the header.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, Final

from data.errors import BadData, Problem
from data.json_stream import BrokenJson, JsonStream

CHARITY: Final = "charity"
CLASSIFICATION: Final = "charity_classification"
AREAS: Final = "charity_area_of_operation"
GOVERNING: Final = "charity_governing_document"
TABLES: Final = (CLASSIFICATION, CHARITY, AREAS, GOVERNING)
"""The tables that are read, in the order in which they are."""
ODD_ROW: Final = "a row that is not in the table's form"
EVERY: Final = 2_000
"""Rows between two words on how far the reading is."""
MOST_LINES: Final = 200
"""Lines that one row of text may go over; a row that is longer is odd."""

Row = dict[str, Any]
Progress = Callable[[str, int, int], None]
"""Is told a table, and how many bytes of how many were read."""


def silent(_table: str, _done: int, _of: int) -> None:
    """Tell nobody how far the reading is."""


@dataclass
class Extract:
    """A folder with the extract's files, and what was left out of them."""

    folder: Path
    progress: Progress = silent
    rows: Counter[str] = field(default_factory=Counter)
    """Rows of each table."""
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(table, reason) → rows."""

    def __post_init__(self) -> None:
        missing = [table for table in TABLES if _file_of(self.folder, table) is None]
        if missing:
            expected = ", ".join(f"publicextract.{table}.json (or .txt, or .zip)" for table in missing)
            raise BadData(
                [Problem(f"the register's files are not all there: expected {expected}", str(self.folder))]
            )

    def leave_out(self, table: str, reason: str) -> None:
        """Count a row that is not used."""
        self.left_out[table, reason] += 1

    def read(self, table: str) -> Iterator[Row]:
        """Give a table's rows one by one, names in small letters; an odd row is counted. Raises BadData."""
        path = _file_of(self.folder, table)
        assert path is not None
        with _opened(path) as (raw, size):
            text = TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
            found = _of_json(text, path) if _inner_name(path).endswith(".json") else _of_text(text)
            for at, row in enumerate(found):
                if at % EVERY == 0:
                    self.progress(table, raw.tell(), size)
                self.rows[table] += 1
                if row is None:
                    self.leave_out(table, ODD_ROW)
                else:
                    yield row
            self.progress(table, size, size)


def _file_of(folder: Path, table: str) -> Path | None:
    names = (f"{start}{table}.{end}" for start in ("publicextract.", "") for end in ("json", "txt", "zip"))
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _inner_name(path: Path) -> str:
    if path.suffix != ".zip":
        return path.name
    with zipfile.ZipFile(path) as packed:
        return packed.namelist()[0]


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """Open a file, or the one file of an archive, with how many bytes it unpacks to."""
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as packed:
                member = packed.infolist()[0]
                with packed.open(member) as raw:
                    yield raw, member.file_size
        else:
            with path.open("rb") as raw:
                yield raw, path.stat().st_size
    except (OSError, zipfile.BadZipFile, IndexError) as error:
        raise BadData([Problem(f"cannot be read: {error}", path.name)]) from None


def _of_json(text: TextIOWrapper, path: Path) -> Iterator[Row | None]:
    stream = JsonStream(text)
    try:
        for _, member in stream.members(""):
            yield (
                {str(key).lower(): value for key, value in member.items()}
                if isinstance(member, dict)
                else None
            )
    except BrokenJson as error:
        raise BadData([Problem(f"the file stops being JSON: {error}", path.name, stream.line)]) from None


def _of_text(text: TextIOWrapper) -> Iterator[Row | None]:
    header = [name.strip().lower() for name in text.readline().rstrip("\r\n").split("\t")]
    tabs = len(header) - 1
    held: list[str] = []
    for line in text:
        more = line.count("\t")
        so_far = sum(part.count("\t") for part in held)
        whole = bool(held) and so_far >= tabs
        if (held and (more if whole else so_far + more > tabs)) or len(held) >= MOST_LINES:
            yield _cells(header, held) if whole else None
            held = []
        held.append(line)  # a line without a tab is never a row: the text before goes on
    if held:
        yield _cells(header, held)


def _cells(header: list[str], lines: list[str]) -> Row | None:
    """Give the cells of a row; None where there are not as many as names."""
    cells = "".join(lines).rstrip("\r\n").split("\t")
    if len(cells) != len(header):
        return None
    return {name: cell.strip() or None for name, cell in zip(header, cells, strict=True)}
