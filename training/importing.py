"""Reads a case system's export, CSV or Parquet, into applications and decisions, by a mapping in TOML.

Rows are read a block at a time, so that memory stays flat. A row that cannot be used is left out under its reason.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from pydantic import Field, ValidationError

from data.catalogue.codelists import PURPOSES
from data.catalogue.fitting_values import unknown_purpose
from data.errors import BadExperiment
from data.people.applicants import Need
from data.people.outcomes import Application, Outcome, Result
from training.config import CatalogueFiles, Part, problems_in_words

_NOT_OF_A_NUMBER: Final = re.compile(r"[£$€,\s]")
LONGEST: Final = 30
"""Characters of an unknown decision that are shown: it should be a word, and may be a note about somebody."""


class Columns(Part):
    """The file's name for each thing; what it does not have is left out."""

    application: str
    """An id that stands once."""
    person: str
    """A pseudonym, the same for all applications of one person; never a name."""
    grant: str
    applied_on: str
    decision: str
    decided_on: str
    need: str | None = None
    """What for, in words."""
    purposes: str | None = None
    areas: str | None = None
    """Codes of the area file."""
    amount: str | None = None
    """What was asked for."""
    paid: str | None = None
    position: str | None = None
    """Place in the list it was applied from."""
    propensity: str | None = None
    """Logged chance that it stood there."""


class ImportMapping(Part):
    """How a case system's export is to be read."""

    columns: Columns
    decisions: dict[str, Result]
    """The file's word → awarded, declined, withdrawn or pending."""
    days: str = "%Y-%m-%d"
    """How days are written, as Python's strptime has it: %d/%m/%Y is 30/11/2026."""
    between: str = ";"
    """What stands between several areas or purposes."""
    grants: dict[str, str] = Field(default_factory=dict)
    """The file's name for a grant → its id in the catalogue."""
    areas: dict[str, str] = Field(default_factory=dict)
    """The file's name for an area → its code."""
    purposes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The file's name for a purpose → codes."""
    catalogue: CatalogueFiles = CatalogueFiles()
    """Against which grants and areas are held; relative to this file."""


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """One row: what it says, or why it cannot be used."""

    number: int
    """In the file, the head being 1."""
    application: Application | None = None
    outcome: Outcome | None = None
    why_not: str = ""


class _Unusable(Exception):
    """Why a row is left out."""


def read_mapping(path: Path) -> ImportMapping:
    """Read a mapping; raises BadExperiment with every problem, in words."""
    try:
        found = ImportMapping.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadExperiment(f"{path}: no mapping can be read here ({error})") from error
    except ValidationError as error:
        raise BadExperiment("\n".join([f"{path}:", *problems_in_words(error, ImportMapping)])) from None
    files = found.catalogue
    placed = {
        name: path.parent / getattr(files, name)
        for name in CatalogueFiles.model_fields
        if getattr(files, name) is not None
    }
    return found.model_copy(update={"catalogue": CatalogueFiles(**placed)})


def batches_of(file: Path) -> tuple[Iterator[pa.RecordBatch], int]:
    """Open a CSV or Parquet file: its batches, and how many rows it has; of a CSV about how many.

    Raises BadExperiment where it cannot be read.
    """
    try:
        if file.suffix.lower() == ".parquet":
            stored = pq.ParquetFile(file)
            return stored.iter_batches(batch_size=16_384), stored.metadata.num_rows
        with file.open("rb") as raw:
            rows = sum(block.count(b"\n") for block in iter(lambda: raw.read(1 << 20), b""))
        with pyarrow.csv.open_csv(file) as head:
            names = head.schema.names
        parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
        types = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), null_values=[""])
        return iter(pyarrow.csv.open_csv(file, parse_options=parsing, convert_options=types)), max(
            rows - 1, 0
        )
    except (OSError, pa.ArrowInvalid) as error:
        raise BadExperiment(f"{file}: it cannot be read as {file.suffix or 'CSV'}: {error}") from None


def read_rows(
    batches: Iterator[pa.RecordBatch],
    mapping: ImportMapping,
    *,
    today: date,
    purposes: Mapping[str, str] = PURPOSES,
) -> Iterator[ImportedRow]:
    """Read every row; raises BadExperiment where the mapping names a column, or a purpose, that there is not."""
    for code in (code for codes in mapping.purposes.values() for code in codes if code not in purposes):
        raise BadExperiment(f"the mapping, under [purposes]: {unknown_purpose(purposes, code)}")
    read = _Reader(mapping, today, purposes)
    number = 1
    for batch in batches:
        read.check(batch.schema.names)
        for raw in batch.select(read.names).to_pylist():
            number += 1
            yield read.row(number, raw)


class _Reader:
    """Reads rows by one mapping."""

    def __init__(self, mapping: ImportMapping, today: date, purposes: Mapping[str, str]) -> None:
        self._mapping, self._today, self._columns = mapping, today, mapping.columns
        self._purposes = purposes
        self.names = [name for name in self._columns.model_dump().values() if name is not None]
        self._day: Callable[[str], date | None] = lru_cache(maxsize=50_000)(self._parsed)

    def check(self, there: list[str]) -> None:
        """Refuse a file without the columns that the mapping names."""
        missing = [name for name in self.names if name not in there]
        if missing:
            raise BadExperiment(
                f"the mapping names columns that the file does not have: {', '.join(missing)}; "
                f"it has {', '.join(there)}"
            )

    def row(self, number: int, raw: dict[str, Any]) -> ImportedRow:
        """Read one row."""
        try:
            return ImportedRow(number, *self._read(raw))
        except _Unusable as why:
            return ImportedRow(number, why_not=str(why))

    def _read(self, raw: dict[str, Any]) -> tuple[Application, Outcome | None]:
        columns = self._columns
        application = Application(
            self._needed(raw, columns.application),
            self._needed(raw, columns.person),
            self._renamed(self._needed(raw, columns.grant), self._mapping.grants),
            self._on(raw, columns.applied_on),
            self._need(raw),
            tuple(self._renamed(code, self._mapping.areas) for code in self._several(raw, columns.areas)),
            self._place(raw),
            self._number(raw, columns.propensity),
        )
        result = self._result(raw)
        if result is Result.PENDING:
            return application, None
        decided = self._on(raw, columns.decided_on)
        if decided < application.on:
            raise _Unusable("decided before it was applied for")
        if decided > self._today:
            raise _Unusable("decided after today")
        return application, Outcome(application.id, result, decided, self._number(raw, columns.paid))

    def _text(self, raw: dict[str, Any], column: str | None) -> str:
        value = None if column is None else raw[column]
        return "" if value is None else str(value).strip()

    def _needed(self, raw: dict[str, Any], column: str) -> str:
        found = self._text(raw, column)
        if not found or len(found) > 200:
            raise _Unusable(f"nothing, or too much, stands under {column!r}")
        return found

    def _renamed(self, name: str, names: dict[str, str]) -> str:
        return names.get(name, name)

    def _several(self, raw: dict[str, Any], column: str | None) -> list[str]:
        return [part.strip() for part in self._text(raw, column).split(self._mapping.between) if part.strip()]

    def _on(self, raw: dict[str, Any], column: str) -> date:
        value = raw[column]
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        found = self._day(self._text(raw, column))
        if found is None:
            raise _Unusable(f"no day as {self._mapping.days} under {column!r}")
        return found

    def _parsed(self, text: str) -> date | None:
        try:
            return datetime.strptime(text, self._mapping.days).date()
        except ValueError:
            return None

    def _number(self, raw: dict[str, Any], column: str | None) -> float | None:
        text = _NOT_OF_A_NUMBER.sub("", self._text(raw, column))
        try:
            found = float(text) if text else None
        except ValueError:
            raise _Unusable(f"no number under {column!r}") from None
        if found is not None and not 0 <= found < float("inf"):
            raise _Unusable(f"no amount under {column!r}")
        return found

    def _place(self, raw: dict[str, Any]) -> int | None:
        found = self._number(raw, self._columns.position)
        return None if found is None else int(found)

    def _need(self, raw: dict[str, Any]) -> Need:
        codes: list[str] = []
        for name in self._several(raw, self._columns.purposes):
            codes += self._mapping.purposes.get(name, (name,))
        if not self._purposes.keys() >= set(codes):
            raise _Unusable("the need cannot be used: its purposes")
        try:
            text, amount = self._text(raw, self._columns.need), self._number(raw, self._columns.amount)
            return Need(text=text, purposes=tuple(codes), amount=amount)
        except ValidationError as error:
            field = error.errors(include_url=False, include_input=False)[0]["loc"][0]
            raise _Unusable(f"the need cannot be used: its {field}") from None

    def _result(self, raw: dict[str, Any]) -> Result:
        word = self._text(raw, self._columns.decision)
        found = self._mapping.decisions.get(word)
        if found is None:
            shown = repr(word) if len(word) <= LONGEST else f"one of {len(word)} characters"
            raise _Unusable(f"the mapping does not know the decision {shown}")
        return found
