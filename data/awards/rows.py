"""Rows of a 360Giving file, whatever its form: CSV with titles or paths, JSON packages, JSON lines; streamed."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TextIO

from data.errors import BadData, Problem
from data.json_stream import BrokenJson, JsonStream

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
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if start.startswith(b"PK"):
            raise BadData([Problem("a spreadsheet file; save its grants sheet as CSV", file=path.name)])
        file.seek(0)
        try:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _first_line_is_a_grant(file: TextIO) -> bool:
    line = file.readline(1 << 20)
    file.seek(0)
    try:
        first = json.loads(line)
    except ValueError:
        return False
    return isinstance(first, dict) and "grants" not in first and "id" in first


def _json_lines(file: TextIO) -> Iterator[Row]:
    for line, text in enumerate(file, start=1):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
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
    for path, leaf in _leaves(value, ""):
        if path in FIELDS:
            values.setdefault(path, []).append(leaf)
    return Row(line, values)


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
    columns: list[str] = []
    while _known(columns) < 2:
        line = reader.line_num + 1
        headings = next(reader)
        columns = [field_name(heading) for heading in headings]
    yield from _heading_problems(columns, name, line)
    before = reader.line_num
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                yield _csv_row(line, columns, cells)
    except csv.Error as error:
        message = f"not CSV from here on ({error}); what follows was not read"
        yield Problem(message, file=name, line=before + 1, rule="BROKEN_FILE")


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
