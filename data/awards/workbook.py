"""Sheets of a spreadsheet file (xlsx) as rows of text, read one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from zipfile import BadZipFile

from data.errors import BadData, Problem

Cells = list[str]


def sheets_of(path: Path) -> Iterator[tuple[str, Iterator[Cells]]]:
    """Give each sheet of numbers and text with its rows; raises BadData where the file is no such workbook."""
    try:
        from openpyxl import load_workbook
    except ModuleNotFoundError:
        told = "reading a spreadsheet needs openpyxl (pip install openpyxl), or save its grants sheet as CSV"
        raise BadData([Problem(told, file=path.name)]) from None
    with path.open("rb") as file:  # an open one, since a name without its usual ending would be refused
        try:
            book = load_workbook(file, read_only=True, data_only=True)
        except (BadZipFile, KeyError, ValueError, TypeError, OSError, EOFError, SyntaxError) as error:
            told = f"no workbook can be read here ({type(error).__name__}); save its grants sheet as CSV"
            raise BadData([Problem(told, file=path.name)]) from None
        for sheet in book.worksheets:
            yield sheet.title, (list(map(as_text, row)) for row in sheet.iter_rows(values_only=True))
        book.close()


def as_text(value: object) -> str:
    """Write a cell as CSV would: a day without a time of day, a whole number without a point.

    >>> as_text(datetime(2020, 4, 3)), as_text(100.0), as_text(None)
    ('2020-04-03', '100', '')
    """
    match value:
        case None:
            return ""
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case _:
            return str(value)
