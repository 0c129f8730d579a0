"""Postcodes and the areas they lie in, read from the ONS Postcode Directory and kept in one small file.

The directory (ONSPD, Open Government Licence, https://geoportal.statistics.gov.uk) has a row for each
postcode of the United Kingdom, also for those that are no longer used. Its columns were renamed over the years, so
they are found by what their names have in common.
"""

from __future__ import annotations

import csv
import os
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple, Self
from urllib.parse import quote

from data.errors import BadData, Problem

_NAMES: Final = {
    "postcode": r"pcds|pcd\d?",
    "ended": r"doterm",
    "lsoa": r"lsoa\d\d(cd)?",
    "msoa": r"msoa\d\d(cd)?",
    "ward": r"osward|wd\d\dcd",
    "authority": r"oslaua|lad\d\dcd",
    "county": r"oscty|cty\d\dcd",
    "region": r"rgn(\d\dcd)?",
    "country": r"ctry(\d\dcd)?",
}
"""For each column the names it has had; of several years the latest is taken."""
LEVELS: Final = tuple(name for name in _NAMES if name not in ("postcode", "ended"))
"""The kinds of area that are kept, the smallest first."""
_POSTCODE: Final = re.compile(r"GIR0AA|[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
_AREA: Final = re.compile(r"[EWSN]\d{8}")
_NO_AREA: Final = re.compile(r"[EWSN]9{8}")
"""How ONS writes that there is no area of this kind here, such as a region in Scotland."""
_ISLANDS: Final = re.compile(r"[LM]\d{8}")


class Entry(NamedTuple):
    """One postcode, without a space, and the areas it lies in, the smallest first."""

    postcode: str
    areas: tuple[str, ...]


@dataclass
class Oddities:
    """What is odd in a directory: how often, and where first."""

    rows: int = 0
    kept: int = 0
    ended: int = 0
    """Rows of postcodes that are no longer used; they are kept, as people still give them."""
    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, Problem] = field(default_factory=dict)

    def note(self, problem: Problem) -> None:
        """Count a problem by its message, and keep the first of each."""
        self.counts[problem.message] += 1
        self.first.setdefault(problem.message, problem)


def written(postcode: str) -> str | None:
    """Write a postcode as it is kept, in capitals without spaces; None where it cannot be one.

    >>> written(" b1 1aa"), written("Birmingham")
    ('B11AA', None)
    """
    bare = "".join(postcode.split()).upper()
    return bare if _POSTCODE.fullmatch(bare) else None


def read_directory(path: Path, odd: Oddities) -> Iterator[Entry]:
    """Yield the entries of a directory row by row; rows without a place in the United Kingdom are noted and left out.

    Raises:
        BadData: where it has no column of postcodes or of local authorities.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.reader(file)
        columns = _columns(next(rows, []), path.name)
        for row in rows:
            if row:
                odd.rows += 1
                entry = _entry(row, columns, odd, Problem("", path.name, rows.line_num))
                if entry is not None:
                    yield entry


def _columns(header: Sequence[str], file: str) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    found: dict[str, int] = {}
    for column, pattern in _NAMES.items():
        places = [place for place, name in enumerate(names) if re.fullmatch(pattern, name)]
        if places:
            found[column] = max(places, key=lambda place: int("0" + re.sub(r"\D", "", names[place])))
    missing = [column for column in ("postcode", "authority") if column not in found]
    if missing:
        expected = ", ".join(f"{column} ({_NAMES[column]})" for column in missing)
        raise BadData([Problem(f"not a postcode directory: no column for {expected}", file, line=1)])
    return found


def _entry(row: Sequence[str], columns: dict[str, int], odd: Oddities, at: Problem) -> Entry | None:
    said = {name: row[place].strip() for name, place in columns.items() if place < len(row)}
    postcode = written(said.get("postcode", ""))
    codes = {level: said.get(level, "") for level in LEVELS}
    if len(said) < len(columns):
        odd.note(replace(at, message="a row that is too short"))
    elif postcode is None:
        odd.note(replace(at, message="not a postcode", field="postcode"))
    elif not _is_area(codes["authority"]):
        odd.note(replace(at, message=_why_nowhere(codes["authority"]), field="authority"))
    else:
        for level, code in codes.items():
            if code and not _AREA.fullmatch(code):
                odd.note(replace(at, message="not an area code", field=level))
        odd.ended += bool(said.get("ended"))
        return Entry(postcode, tuple(code for code in codes.values() if _is_area(code)))
    return None


def _is_area(code: str) -> bool:
    return _AREA.fullmatch(code) is not None and not _NO_AREA.fullmatch(code)


def _why_nowhere(code: str) -> str:
    if _ISLANDS.fullmatch(code):
        return "in the Channel Islands or the Isle of Man"
    return "no local authority" if not code or _NO_AREA.fullmatch(code) else "not a code of a local authority"


@dataclass(frozen=True)
class Postcodes:
    """The file that tells where a postcode lies; it is opened for each question and never changes."""

    path: Path

    @classmethod
    def write(cls, entries: Iterator[Entry], path: Path, odd: Oddities) -> Self:
        """Write the file anew; one that stands there is replaced only when all is written."""
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
        unfinished.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(unfinished, isolation_level=None)) as base:
                base.executescript(_TABLES)
                _fill(base, entries, odd)
                base.execute("COMMIT")
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return cls(path)

    def areas_of(self, postcode: str) -> tuple[str, ...] | None:
        """List the areas that a postcode lies in, the smallest first; None for one that is not in the directory.

        Raises:
            BadData: where the file cannot be read.
        """
        bare = written(postcode)
        if bare is None:
            return None
        try:
            with closing(sqlite3.connect(self._address, uri=True)) as base:
                found = base.execute(_ASK, (bare,)).fetchone()
        except sqlite3.Error as error:
            raise BadData([Problem(f"not a file of postcodes: {error}", self.path.name)]) from None
        return None if found is None else tuple(found[0].split())

    @property
    def _address(self) -> str:
        return f"file:{quote(str(self.path.absolute()))}?mode=ro&immutable=1"


_TABLES: Final = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE places (number INTEGER PRIMARY KEY, areas TEXT NOT NULL);
    CREATE TABLE postcodes (postcode TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
    BEGIN;
"""
_ASK: Final = "SELECT areas FROM postcodes JOIN places ON number = place WHERE postcode = ?"


def _fill(base: sqlite3.Connection, entries: Iterator[Entry], odd: Oddities) -> None:
    numbers: dict[tuple[str, ...], int] = {}  # as many as there are small areas, not as there are postcodes
    for postcode, areas in entries:
        if areas not in numbers:
            numbers[areas] = len(numbers)
            base.execute("INSERT INTO places VALUES (?, ?)", (numbers[areas], " ".join(areas)))
        added = base.execute("INSERT OR IGNORE INTO postcodes VALUES (?, ?)", (postcode, numbers[areas]))
        odd.kept += added.rowcount
        if not added.rowcount:
            before = base.execute("SELECT place FROM postcodes WHERE postcode = ?", (postcode,)).fetchone()
            same = before[0] == numbers[areas]
            odd.note(Problem("stands twice" if same else "stands twice, in two places; the first is kept"))
