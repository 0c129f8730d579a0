"""Reads protected attributes from a CSV: a row for each pseudonym, a column for each attribute."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from data.errors import BadData, Problem
from training.audit.store import NOT_STATED, Attributes

PERSON: Final = "person"
LONGEST: Final = 100
"""Longest value, in characters: attributes are groups, not stories."""


def read_attributes(path: Path) -> Iterator[tuple[str, Attributes]]:
    """Yield pseudonyms with their attributes; an empty cell is "not stated". Raises BadData with every problem."""
    problems: list[Problem] = []
    rows = list(_rows(path, problems))
    if problems:
        raise BadData(problems)
    yield from rows


def _rows(path: Path, problems: list[Problem]) -> Iterator[tuple[str, Attributes]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names = [name for name in reader.fieldnames or () if name != PERSON]
            if PERSON not in (reader.fieldnames or ()) or not names:
                message = f"expected a column {PERSON!r} and one for each attribute"
                problems.append(Problem(message, path.name, 1))
                return
            seen: set[str] = set()
            for line, row in enumerate(reader, start=2):
                person = (row[PERSON] or "").strip()
                values = {name: (row[name] or "").strip() or NOT_STATED for name in names}
                wrong = _wrong(person, values, row, seen)
                if wrong:
                    problems.append(Problem(wrong, path.name, line))
                seen.add(person)
                yield person, values
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadData([Problem(f"no CSV can be read here ({type(error).__name__})", path.name)]) from None


def _wrong(person: str, values: Attributes, row: dict[str, str], seen: set[str]) -> str:
    if None in row:
        return "more cells than columns"
    if not person:
        return "no pseudonym"
    if person in seen:
        return "this pseudonym stands twice"
    if any(len(value) > LONGEST for value in values.values()):
        return f"a value is longer than {LONGEST} characters: attributes are groups, not stories"
    return ""
