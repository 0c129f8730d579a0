"""Brings a file of outcomes into a store, and counts what became of its rows."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from data.catalogue.codelists import PURPOSES
from data.catalogue.reading import Catalogue
from data.errors import Conflict, ErasedPerson, StoreError
from data.people.outcomes import Application, NamedOutcome
from data.places.areas import AreaTree
from data.store.store import Receipt, Store
from training.export_files import open_export
from training.importing import ImportedRow, ImportMapping, read_rows
from training.left_out import places_of
from training.prepared import Progress, silent
from training.source import catalogue_of

STORED: Final = "stored"
ALREADY: Final = "already kept"
TOGETHER: Final = 4000
"""Rows that are read before they are kept."""
REFUSED: Final[dict[type[StoreError], str]] = {
    ErasedPerson: "its person asked to be erased",
    Conflict: "other content, or another decision, is kept under its id",
}
USED: Final = (STORED, ALREADY)
NAMED: Final = 5
"""Unknown names that a sentence shows."""


@dataclass
class Imported:
    """What became of a file's rows."""

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """A receipt, or the reason why a row was left out → how many."""
    first: dict[str, int] = field(default_factory=dict)
    """The same → the first such row of the file, its head being 1."""
    unknown_grants: Counter[str] = field(default_factory=Counter)
    unknown_areas: Counter[str] = field(default_factory=Counter)

    @property
    def kept(self) -> int:
        """Rows that are in the store now."""
        return sum(self.counts[one] for one in USED)

    def as_dict(self) -> dict[str, Any]:
        """The counts as plain JSON-ready data."""
        return {
            "rows": self.rows,
            "kept": self.kept,
            "receipts": {str(name): count for name, count in self.counts.items()},
            "unknown_grants": dict(self.unknown_grants),
            "unknown_areas": dict(self.unknown_areas),
        }

    def notes(self) -> Iterator[str]:
        """Say what was kept although nothing can be learned from it yet."""
        for what, names in (("grants", self.unknown_grants), ("areas", self.unknown_areas)):
            if names:
                shown = ", ".join(name for name, _ in names.most_common(NAMED))
                yield (
                    f"{sum(names.values())} kept rows name {what} that the catalogue does not have: {shown}; "
                    f"rename them under [{what}] in the mapping, or in the catalogue"
                )
        yield f"{self.kept} of {self.rows} rows are in the store"


def imported(
    file: Path,
    mapping: ImportMapping,
    store: str,
    *,
    today: date,
    receipts: Path | None = None,
    progress: Progress = silent,
) -> Imported:
    """Read a file into the store at an address; `receipts` takes a line for each row."""
    catalogue = None if mapping.catalogue.grants is None else catalogue_of(mapping.catalogue)
    known = None if catalogue is None else _Known.of(catalogue)
    purposes = PURPOSES if catalogue is None else catalogue.facts.purpose_texts
    raw, about = open_export(
        file, mapping.columns.named, encoding=mapping.encoding, delimiter=mapping.delimiter
    )
    found, opened = Imported(), Store.open(store)
    with ExitStack() as stack:
        stack.callback(opened.close)
        told = _receipts(receipts, stack)
        rows = read_rows(raw, mapping, today=today, purposes=purposes)
        while chunk := list(islice(rows, TOGETHER)):
            for row, receipt in _kept(chunk, opened):
                _count(found, row, receipt, known)
                told(row, receipt)
            progress("rows", found.rows, max(about, found.rows))
    return found


def _kept(chunk: list[ImportedRow], store: Store) -> Iterable[tuple[ImportedRow, str]]:
    records: list[Application | NamedOutcome] = []
    for row in chunk:
        if row.application is not None:
            records.append(row.application)
        if row.outcome is not None:
            records.append(NamedOutcome(f"{row.outcome.application_id}/decision", row.outcome))
    told = iter(store.keep(records, at=datetime.now(UTC)))
    return [
        (row, row.why_not or _receipt([next(told) for part in (row.application, row.outcome) if part]))
        for row in chunk
    ]


def _receipt(told: Sequence[Receipt | StoreError]) -> str:
    """One receipt of a row from those of its application and its decision; the first refusal counts."""
    for one in told:
        if isinstance(one, StoreError):
            return REFUSED.get(type(one), "the store cannot keep it")
    return ALREADY if all(one is Receipt.ALREADY for one in told) else STORED


@dataclass(frozen=True)
class _Known:
    """What a catalogue knows: ids of grants, now and before, and areas."""

    grants: frozenset[str]
    areas: AreaTree

    @classmethod
    def of(cls, catalogue: Catalogue) -> _Known:
        return cls(frozenset(places_of(catalogue.grants)), catalogue.areas)


def _count(found: Imported, row: ImportedRow, receipt: str, known: _Known | None) -> None:
    found.rows += 1
    found.counts[receipt] += 1
    found.first.setdefault(receipt, row.number)
    if known is None or row.application is None or receipt not in USED:
        return
    if row.application.grant_id not in known.grants:
        found.unknown_grants[row.application.grant_id] += 1
    found.unknown_areas.update(code for code in row.application.areas if not known.areas.places(code))


def _receipts(path: Path | None, stack: ExitStack) -> Callable[[ImportedRow, str], None]:
    if path is None:
        return lambda *_: None
    writer = csv.writer(stack.enter_context(path.open("w", newline="", encoding="utf-8")))
    writer.writerow(("row", "application", "receipt"))

    def told(row: ImportedRow, receipt: str) -> None:
        writer.writerow((row.number, row.application.id if row.application else "", receipt))

    return told
