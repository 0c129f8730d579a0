"""Many records in one transaction: what is kept already is read first, each record is checked, the new are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Table, select

from data.errors import BadRecord, Conflict, ErasedPerson, StoreError, UnknownRecord
from data.people.events import Event, Judgement
from data.people.outcomes import Application, NamedOutcome, Result
from data.store.row_mapping import application_row, event_row, judgement_row, outcome_row, placement_rows
from data.store.schema import APPLICATIONS, EVENTS, JUDGEMENTS, OUTCOMES, PLACEMENTS

Record: TypeAlias = Application | NamedOutcome | Event | Judgement
"""What a store keeps."""
Row: TypeAlias = dict[str, Any]
_NEVER_KEPT: Final = re.compile("[\0\ud800-\udfff]")
"""NUL, and halves of surrogate pairs."""


class Receipt(Enum):
    """What became of a record that was not refused; either way it is now kept, once."""

    STORED = "stored"
    ALREADY = "already"


def table_of(record: Record) -> Table:
    """Name the table that keeps a record."""
    match record:
        case Application():
            return APPLICATIONS
        case NamedOutcome():
            return OUTCOMES
        case Event():
            return EVENTS
        case Judgement():
            return JUDGEMENTS


def person_of(record: Record) -> str | None:
    """Name the pseudonym that a record stands under; None where it names nobody."""
    match record:
        case Application() | Event():
            return record.person
        case Judgement():
            return record.partner
        case NamedOutcome():
            return None


def row_of(record: Record, *, at: datetime) -> Row:
    """Write a record as a row of its table; raises BadRecord for what no database can keep."""
    match record:
        case Application():
            return application_row(record, at=at)
        case NamedOutcome():
            return outcome_row(record.id, record.outcome, corrects=record.corrects, at=at)
        case Event():
            return event_row(record, at=at)
        case Judgement():
            return judgement_row(record, at=at)


@dataclass
class Batch:
    """What is kept already of all that some records touch, and the rows that they add."""

    at: datetime
    erased: frozenset[str]
    """Of the people named in the records, those who were erased."""
    digests: dict[tuple[str, str], str]
    """(table, id) → digest of what is kept under this id."""
    applied: dict[str, date]
    """Application → its day."""
    versions: dict[str, list[Row]]
    """Application → its outcomes, as rows of `id`, `result` and `corrects`."""
    added: dict[str, list[Row]] = field(default_factory=dict)

    @classmethod
    def read(
        cls, connection: Connection, records: Sequence[Record], *, erased: frozenset[str], at: datetime
    ) -> Batch:
        """Read what is kept under the records' ids, and lock the applications whose outcomes come."""
        decided = {record.outcome.application_id for record in records if isinstance(record, NamedOutcome)}
        # The locks come first: what another connection commits while they are waited for is then read too.
        applied, versions = _decided(connection, sorted(filter(_keepable, decided)))
        digests = _digests(connection, records)
        kept = {name for table, name in digests if table == APPLICATIONS.name}
        if since := sorted(decided & kept - applied.keys()):  # another batch has just kept these
            later, theirs = _decided(connection, since)
            applied, versions = {**applied, **later}, {**versions, **theirs}
            digests |= _digests(connection, records)
        return cls(at, erased, digests, applied, versions)

    def keep(self, record: Record) -> Receipt:
        """Add a record unless it is kept already; raises StoreError, in words, for one that is refused."""
        if person_of(record) in self.erased:
            raise ErasedPerson("the record is about someone who was erased; it was not kept")
        row, table = row_of(record, at=self.at), table_of(record)
        if isinstance(record, NamedOutcome) and record.outcome.application_id not in self.applied:
            raise UnknownRecord("the outcome is about an application that is not kept here")
        kept = self.digests.get((table.name, row["id"]))
        if kept is not None:
            if kept != row["digest"]:
                raise Conflict(f"this id of {table.name} is taken by other content")
            return Receipt.ALREADY
        if isinstance(record, NamedOutcome):
            self._check_chain(record)
            self.versions.setdefault(record.outcome.application_id, []).append(row)
        if isinstance(record, Application):
            self.applied[record.id] = record.on
        self.digests[table.name, row["id"]] = row["digest"]
        self.added.setdefault(table.name, []).append(row)
        if isinstance(record, Event):
            self.added.setdefault(PLACEMENTS.name, []).extend(placement_rows(record))
        return Receipt.STORED

    def write(self, connection: Connection) -> None:
        """Insert what was added, in one order for all batches, so that two never wait for each other in a circle.

        Outcomes and placements stay as they came: each follows what it refers to.
        """
        for table in (APPLICATIONS, OUTCOMES, EVENTS, PLACEMENTS, JUDGEMENTS):
            if rows := self.added.get(table.name):
                in_order = table in (APPLICATIONS, EVENTS, JUDGEMENTS)
                connection.execute(table.insert(), sorted(rows, key=_id_of) if in_order else rows)

    def _check_chain(self, told: NamedOutcome) -> None:
        """An application has at most one decision; each correction of it names the version it replaces, once."""
        if told.outcome.decided_on < self.applied[told.outcome.application_id]:
            raise BadRecord("the outcome is dated before its application", field="decided_on")
        kept = {row["id"]: row for row in self.versions.get(told.outcome.application_id, ())}
        if told.corrects is None:
            if told.outcome.result is not Result.PENDING and any(map(_decides, kept.values())):
                raise Conflict("the application has a decision already; name the outcome to correct")
            return
        if told.corrects not in kept:
            raise UnknownRecord("the outcome to correct is not kept for this application")
        if not _decides(kept[told.corrects]):
            raise Conflict("an application that was pending needs no correction; send the decision by itself")
        if any(row["corrects"] == told.corrects for row in kept.values()):
            raise Conflict("the outcome to correct was corrected already; correct the newest version")


def _id_of(row: Mapping[str, Any]) -> str:
    return str(row["id"])


def keep_all(batch: Batch, records: Iterable[Record]) -> tuple[Receipt | StoreError, ...]:
    """Add each record for itself: its receipt, or why it is refused."""

    def kept(record: Record) -> Receipt | StoreError:
        try:
            return batch.keep(record)
        except StoreError as refusal:
            return refusal

    return tuple(map(kept, records))


def decides(result: str, corrects: str | None) -> bool:
    """Whether an outcome is a decision or a correction of one, and not merely 'still pending'."""
    return corrects is not None or result != Result.PENDING


def _decides(row: Row) -> bool:
    return decides(row["result"], row["corrects"])


def _digests(connection: Connection, records: Sequence[Record]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for table in dict.fromkeys(map(table_of, records)):
        ids = [record.id for record in records if table_of(record) is table and _keepable(record.id)]
        known = select(table.c.id, table.c.digest).where(table.c.id.in_(ids))
        found |= {(table.name, row.id): row.digest for row in connection.execute(known)}
    return found


def _decided(
    connection: Connection, applications: Sequence[str]
) -> tuple[dict[str, date], dict[str, list[Row]]]:
    """Give the days of some applications and the outcomes of each; the applications stay locked until the end."""
    if not applications:
        return {}, {}
    of_these = APPLICATIONS.c.id.in_(applications)
    held = select(APPLICATIONS.c.id, APPLICATIONS.c.applied_on).where(of_these).order_by(APPLICATIONS.c.id)
    applied = {row.id: row.applied_on for row in connection.execute(held.with_for_update())}
    columns = (OUTCOMES.c.application_id, OUTCOMES.c.id, OUTCOMES.c.result, OUTCOMES.c.corrects)
    versions: dict[str, list[Row]] = {}
    for row in connection.execute(select(*columns).where(OUTCOMES.c.application_id.in_(applications))):
        versions.setdefault(row.application_id, []).append(dict(row._mapping))
    return applied, versions


def _keepable(text: str) -> bool:
    """Whether a database can look for a text at all."""
    return _NEVER_KEPT.search(text) is None
