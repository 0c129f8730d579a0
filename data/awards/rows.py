"""Rows of a 360Giving file, whatever its form: CSV with titles or paths, JSON packages, JSON lines; streamed."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final, TextIO

from data.awards.values import INVISIBLE
from data.awards.workbook import sheets_of
from data.errors import BadData, Problem
from data.json_stream import BrokenJson, Doubled, JsonStream, read_json

FIELDS: Final = frozenset(
    {
        "id",
        "title",
        "description",
        "currency",
        "amountawarded",
        "amountappliedfor",
        "awarddate",
        "fundingorganization:id",
        "fundingorganization:name",
        "recipientorganization:id",
        "recipientorganization:name",
        "recipientindividual:id",
        "recipientindividual:name",
        "grantprogramme:title",
        "beneficiarylocation:geocode",
        "toindividualsdetails:grantpurpose",
        "toindividualsdetails:primarygrantreason",
        "toindividualsdetails:secondarygrantreason",
    }
)
"""What is read of an award, as `field_name` writes both the standard's titles and its JSON paths."""

SAME: Final = {
    "identifier": "id",
    "fundingorg": "fundingorganization",
    "fundingorganisation": "fundingorganization",
    "recipientorg": "recipientorganization",
    "recipientorganisation": "recipientorganization",
    "recipientind": "recipientindividual",
    "geographiccode": "geocode",
}
XLSX: Final = "xlsx"
MENDED: Final = "utf-8 but for some bytes"
HEADING_ROWS: Final = 20
"""How far down a row of headings is looked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row or JSON object: `values` by field, each a list since a column or path may repeat."""

    line: int
    values: dict[str, list[Any]] = field(default_factory=dict)
    broken: str | None = None
    """Why the row as a whole cannot be read."""


@lru_cache(maxsize=4096)  # a file repeats its few paths in every row
def field_name(title: str) -> str:
    """Write a heading or a JSON path in one way: 'Recipient Org:0:Identifier' → 'recipientorganization:id'."""
    parts = [re.sub(r"[^a-z0-9]", "", part.lower()) for part in re.split(r"[:/]", title)]
    parts = [SAME.get(part, part) for part in parts if part and not part.isdigit()]
    if parts[:1] == ["toindividualsdetails"]:
        parts = [part for part in parts if part != "code"]
    return ":".join(parts)


def read_rows(path: Path) -> Iterator[Row | Problem]:
    """Stream a file's rows, and what is wrong with the file itself. Raises BadData when it has no awards to read."""
    encoding = _encoding(path)
    if encoding == "cp1252":
        yield Problem("the file is not UTF-8; read as Windows-1252", file=path.name, rule="ENCODING")
    if encoding == XLSX:
        yield from _workbook(path)
        return
    if encoding == MENDED:
        yield Problem(
            "some bytes are not UTF-8; each is read as \N{REPLACEMENT CHARACTER}",
            file=path.name,
            rule="ENCODING",
        )
        encoding = "utf-8-sig"
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        start = file.read(4096).lstrip()
        file.seek(0)
        if path.suffix.lower() in (".jsonl", ".ndjson") or (
            start[:1] == "{" and _first_line_is_a_grant(file)
        ):
            yield from _json_lines(file)
        elif start[:1] in ("{", "["):
            yield from _json(file, path.name)
        else:
            yield from _csv(file, path.name)


def _encoding(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if start.startswith(b"PK"):
            return XLSX
        file.seek(0)
        good = bad = 0
        while True:
            chunk = file.read(1 << 20)
            text = decoder.decode(chunk, final=not chunk)
            bad += text.count("\N{REPLACEMENT CHARACTER}")
            good += sum(not character.isascii() for character in text) if not text.isascii() else 0
            if not chunk:
                break
    if not bad:
        return "utf-8-sig"
    return MENDED if good > 2 * bad else "cp1252"


def _first_line_is_a_grant(file: TextIO) -> bool:
    line = file.readline(1 << 20)
    file.seek(0)
    try:
        first = read_json(line)
    except ValueError:
        return False
    return isinstance(first, dict) and "grants" not in first and "id" in first


def _json_lines(file: TextIO) -> Iterator[Row]:
    for line, text in enumerate(file, start=1):
        if not text.strip():
            continue
        try:
            value = read_json(text)
        except ValueError:
            yield Row(line, broken="the line is not JSON")
            continue
        yield _json_row(line, value)


def _json(file: TextIO, name: str) -> Iterator[Row | Problem]:
    stream = JsonStream(file)
    try:
        for line, value in stream.members("grants"):
            yield _json_row(line, value)
    except BrokenJson as error:
        message = f"not JSON from here on: {error}; what follows was not read"
        yield Problem(message, file=name, line=stream.line, rule="BROKEN_FILE")
    if not stream.found:
        raise BadData([Problem("expected a list of grants or {'grants': [...]}", file=name)])


def _json_row(line: int, value: object) -> Row:
    if not isinstance(value, dict):
        return Row(line, broken="expected an object with an award's fields")
    values: dict[str, list[Any]] = {}
    try:
        if _doubled(value):
            return Row(line, broken="a key stands twice in one object; which value is meant cannot be told")
        for path, leaf in _leaves(value, ""):
            if path in FIELDS:
                values.setdefault(path, []).append(leaf)
    except RecursionError:
        return Row(line, broken="nested too deeply")
    return Row(line, values)


def _doubled(value: object) -> bool:
    match value:
        case Doubled():
            return True
        case dict():
            return any(map(_doubled, value.values()))
        case list():
            return any(map(_doubled, value))
        case _:
            return False


def _leaves(value: object, path: str) -> Iterator[tuple[str, Any]]:
    match value:
        case dict():
            for key, part in value.items():
                yield from _leaves(part, f"{path}:{key}")
        case list():
            for part in value:
                yield from _leaves(part, path)
        case _:
            yield field_name(path), value


def _csv(file: TextIO, name: str) -> Iterator[Row | Problem]:
    delimiter = _delimiter(file)
    if delimiter is None:
        raise BadData([Problem("no row of 360Giving headings, such as 'Identifier'", file=name)])
    reader = csv.reader(file, delimiter=delimiter)
    try:
        yield from _table(_numbered(reader), name)
    except csv.Error as error:
        message = f"not CSV from here on ({error}); what follows was not read"
        yield Problem(message, file=name, line=reader.line_num + 1, rule="BROKEN_FILE")


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of a CSV reader with the lines that they begin in."""
    before = reader.line_num
    for cells in reader:
        yield before + 1, cells
        before = reader.line_num


def _workbook(path: Path) -> Iterator[Row | Problem]:
    """Read every sheet that has the standard's headings; raises BadData where none has."""
    found = False
    for _, rows in sheets_of(path):
        first = [cells for _, cells in zip(range(HEADING_ROWS), rows, strict=False)]
        if any(_known([field_name(cell) for cell in cells]) > 1 for cells in first):
            found = True
            yield from _table(enumerate(chain(first, rows), start=1), path.name)
    if not found:
        raise BadData([Problem("no sheet with 360Giving headings, such as 'Identifier'", file=path.name)])


def _table(rows: Iterator[tuple[int, list[str]]], name: str) -> Iterator[Row | Problem]:
    """Read the rows below a row of headings."""
    columns: list[str] = []
    while _known(columns) < 2:
        line, headings = next(rows)
        columns = [field_name(heading) for heading in headings]
    yield from _heading_problems(columns, name, line)
    if any(INVISIBLE.search(heading) for heading in headings):
        yield Problem(
            "a heading holds characters that cannot be seen; left out", file=name, line=line, rule="HEADING"
        )
    for line, cells in rows:
        if any(cell.strip() for cell in cells):
            yield _csv_row(line, columns, cells)


def _delimiter(file: TextIO) -> str | None:
    """Find what parts the cells: whichever shows most of the standard's headings in one of the first rows."""
    lines = [line for _, line in zip(range(HEADING_ROWS), file, strict=False)]
    file.seek(0)
    best = max(",;\t|", key=lambda mark: max((_known_in(line, mark) for line in lines), default=0))
    return best if any(_known_in(line, best) > 1 for line in lines) else None


def _known_in(line: str, delimiter: str) -> int:
    try:
        return _known([field_name(cell) for cell in next(csv.reader([line], delimiter=delimiter), [])])
    except csv.Error:
        return 0


def _known(columns: list[str]) -> int:
    return len(FIELDS & set(columns)) if "id" in columns else 0


def _heading_problems(columns: list[str], name: str, line: int) -> Iterator[Problem]:
    if line > 1:
        yield Problem("there is something above the headings; left out", file=name, line=line, rule="HEADING")
    for needed in ("awarddate", "amountawarded", "fundingorganization:id"):
        if needed not in columns:
            yield Problem("no such column", file=name, line=line, field=needed, rule="HEADING")


def _csv_row(line: int, columns: list[str], cells: list[str]) -> Row:
    if any(cell.strip() for cell in cells[len(columns) :]):
        message = f"{len(cells)} cells under {len(columns)} headings: perhaps a comma without quotes"
        return Row(line, broken=message)
    values: dict[str, list[Any]] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column in FIELDS and cell.strip():
            values.setdefault(column, []).append(cell)
    return Row(line, values)
