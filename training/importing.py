"""Reads the rows of a case system's export into applications and decisions, by a mapping in TOML.

A row that cannot be used is left out under its reason.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError, field_validator

from data.catalogue.codelists import PURPOSES
from data.catalogue.fitting_values import unknown_purpose
from data.errors import BadExperiment
from data.people.applicants import Need
from data.people.outcomes import Application, Outcome, Result
from training.config import CatalogueFiles, Part, problems_in_words
from training.export_files import Cells, Rows, Unreadable
from training.written_numbers import Mark, Misread, may_be_thousands, read_number

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

    @property
    def named(self) -> tuple[str, ...]:
        """The file's columns that are read."""
        return tuple(dict.fromkeys(name for name in self.model_dump().values() if name is not None))


class ImportMapping(Part):
    """How a case system's export is to be read."""

    columns: Columns
    decisions: dict[str, Result]
    """The file's word → awarded, declined, withdrawn or pending."""
    days: str = "%Y-%m-%d"
    """How days are written, as Python's strptime has it: %d/%m/%Y is 30/11/2026."""
    between: str = ";"
    """What stands between several areas or purposes."""
    decimal: Mark = "."
    """What stands before the decimals of a number; the other of "." and "," may stand between thousands."""
    encoding: str = "utf-8"
    """How a CSV file's characters are written, such as cp1252 for Windows."""
    delimiter: str = ","
    """What stands between the columns of a CSV file."""
    grants: dict[str, str] = Field(default_factory=dict)
    """The file's name for a grant → its id in the catalogue."""
    areas: dict[str, str] = Field(default_factory=dict)
    """The file's name for an area → its code."""
    purposes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The file's name for a purpose → codes."""
    catalogue: CatalogueFiles = CatalogueFiles()
    """Against which grants and areas are held; relative to this file."""

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str) -> str:
        try:
            "".encode(encoding)
        except LookupError:
            raise ValueError("there is no such encoding") from None
        return encoding

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, delimiter: str) -> str:
        if len(delimiter) != 1 or delimiter in '"\r\n':
            raise ValueError("one character stands between columns, no quote and no line break")
        return delimiter


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """One row: what it says, or why it cannot be used."""

    number: int
    """Its line in the file, the head being 1."""
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


def read_rows(
    rows: Rows,
    mapping: ImportMapping,
    *,
    today: date,
    purposes: Mapping[str, str] = PURPOSES,
) -> Iterator[ImportedRow]:
    """Read every row; raises BadExperiment where the mapping names a purpose that there is not."""
    for code in (code for codes in mapping.purposes.values() for code in codes if code not in purposes):
        raise BadExperiment(f"the mapping, under [purposes]: {unknown_purpose(purposes, code)}")
    read = _Reader(mapping, today, purposes)
    for number, raw in rows:
        yield read.row(number, raw)


class _Reader:
    """Reads rows by one mapping."""

    def __init__(self, mapping: ImportMapping, today: date, purposes: Mapping[str, str]) -> None:
        self._mapping, self._today, self._columns = mapping, today, mapping.columns
        self._purposes = purposes
        self._day: Callable[[str], date | None] = lru_cache(maxsize=50_000)(self._parsed)

    def row(self, number: int, raw: Cells | Unreadable) -> ImportedRow:
        """Read one row."""
        if isinstance(raw, Unreadable):
            return ImportedRow(number, why_not=raw.why)
        try:
            return ImportedRow(number, *self._read(raw))
        except _Unusable as why:
            return ImportedRow(number, why_not=str(why))

    def _read(self, raw: Cells) -> tuple[Application, Outcome | None]:
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
        return application, Outcome(application.id, result, decided, self._amount(raw, columns.paid))

    def _text(self, raw: Cells, column: str | None) -> str:
        value = None if column is None else raw[column]
        return "" if value is None else str(value).strip()

    def _needed(self, raw: Cells, column: str) -> str:
        found = self._text(raw, column)
        if not found or len(found) > 200:
            raise _Unusable(f"nothing, or too much, stands under {column!r}")
        return found

    def _renamed(self, name: str, names: dict[str, str]) -> str:
        return names.get(name, name)

    def _several(self, raw: Cells, column: str | None) -> list[str]:
        return [part.strip() for part in self._text(raw, column).split(self._mapping.between) if part.strip()]

    def _on(self, raw: Cells, column: str) -> date:
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

    def _number(self, raw: Cells, column: str | None) -> float | None:
        value = None if column is None else raw[column]
        try:
            if isinstance(value, int | float | Decimal):
                found: float | None = float(value)
            else:
                found = read_number(self._text(raw, column), self._mapping.decimal)
        except Misread as why:
            raise _Unusable(f"the number under {column!r} {why}") from None
        if found is not None and not 0 <= found < float("inf"):
            raise _Unusable(f"no amount under {column!r}")
        return found

    def _amount(self, raw: Cells, column: str | None) -> float | None:
        found = self._number(raw, column)
        written = column is not None and isinstance(raw[column], str)
        if written and may_be_thousands(self._text(raw, column), self._mapping.decimal):
            raise _Unusable(f"the amount under {column!r} may be thousands or three decimals")
        return found

    def _place(self, raw: Cells) -> int | None:
        found = self._number(raw, self._columns.position)
        return None if found is None else int(found)

    def _need(self, raw: Cells) -> Need:
        codes: list[str] = []
        for name in self._several(raw, self._columns.purposes):
            codes += self._mapping.purposes.get(name, (name,))
        if not self._purposes.keys() >= set(codes):
            raise _Unusable("the need cannot be used: its purposes")
        try:
            text, amount = self._text(raw, self._columns.need), self._amount(raw, self._columns.amount)
            return Need(text=text, purposes=tuple(codes), amount=amount)
        except ValidationError as error:
            field = error.errors(include_url=False, include_input=False)[0]["loc"][0]
            raise _Unusable(f"the need cannot be used: its {field}") from None

    def _result(self, raw: Cells) -> Result:
        word = self._text(raw, self._columns.decision)
        found = self._mapping.decisions.get(word)
        if found is None:
            shown = repr(word) if len(word) <= LONGEST else f"one of {len(word)} characters"
            raise _Unusable(f"the mapping does not know the decision {shown}")
        return found
