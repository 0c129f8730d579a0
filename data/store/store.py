"""Where applications, outcomes, events and judgements are kept: acknowledged means committed and on disk."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from itertools import groupby
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, exists, select, text
from sqlalchemy.dialects import postgresql, sqlite

from data.errors import Conflict, ErasedPerson, StoreError, UnknownRecord
from data.people.events import Event, Judgement, utc
from data.people.outcomes import Application, History, Outcome, Result
from data.store.engine import open_engine, reading, scrub, upgrade, writing
from data.store.row_mapping import (
    application_row,
    event_row,
    judgement_row,
    outcome_row,
    placement_rows,
    read_application,
    read_event,
    read_judgement,
    read_outcome,
)
from data.store.schema import (
    APPLICATIONS,
    ERASED,
    EVENTS,
    JUDGEMENTS,
    OUTCOMES,
    PARTNER_RECORDS,
    PLACEMENTS,
    SALT,
)


class Receipt(Enum):
    """What became of a record that was not refused; either way it is now kept, once."""

    STORED = "stored"
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class Erased:
    """How many records of a person were deleted, by kind."""

    applications: int
    outcomes: int
    events: int
    judgements: int
    """Grades, and whatever else somebody told as a partner."""
    scrubbed: bool = False
    """Whether no trace is left in SQLite's log either; the rows themselves are gone in any case."""


@dataclass(frozen=True)
class Store:
    """One database of what happened. Safe to share between threads; each call is one transaction."""

    engine: Engine
    salt: bytes

    @classmethod
    def open(cls, url: str, *, wait_seconds: float = 5.0) -> Self:
        """Open `sqlite:///FILE` or `postgresql+psycopg://…`, making or upgrading its tables first."""
        engine = open_engine(url, wait_seconds=wait_seconds)
        try:
            upgrade(engine)
            with reading(engine) as connection:
                salt = connection.execute(select(SALT.c.bytes)).scalar_one()
        except StoreError:
            engine.dispose()
            raise
        return cls(engine, bytes(salt))

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def append_application(self, application: Application, *, at: datetime) -> Receipt:
        """Keep an application; `at` is the moment it is recorded. Raises Conflict, ErasedPerson."""
        row = application_row(application, at=at)
        with writing(self.engine) as connection:
            self.refuse_erased(connection, [application.person])
            return insert(connection, APPLICATIONS, row)

    def append_outcome(
        self, outcome_id: str, outcome: Outcome, *, at: datetime, corrects: str | None = None
    ) -> Receipt:
        """Keep an outcome under its id; a changed decision names the outcome that it `corrects`.

        The old version stays. Raises Conflict, UnknownRecord.
        """
        row = outcome_row(outcome_id, outcome, corrects=corrects, at=at)
        with writing(self.engine) as connection:
            _lock_application(connection, outcome.application_id)
            if not _known(connection, OUTCOMES, row):
                _check_chain(connection, outcome, corrects)
            return insert(connection, OUTCOMES, row)

    def append_events(self, events: Sequence[Event], *, at: datetime) -> tuple[Receipt, ...]:
        """Keep events, all or none of them. Raises Conflict, ErasedPerson."""
        with writing(self.engine) as connection:
            self.refuse_erased(connection, {event.person for event in events if event.person is not None})
            return tuple(_insert_event(connection, event, at) for event in events)

    def append_judgement(self, judgement: Judgement, *, at: datetime) -> Receipt:
        """Keep a partner's judgement. Raises Conflict, ErasedPerson."""
        row = judgement_row(judgement, at=at)
        with writing(self.engine) as connection:
            self.refuse_erased(connection, [judgement.partner])
            return insert(connection, JUDGEMENTS, row)

    def history(self, *, known_at: datetime | None = None) -> History:
        """Read every application with what is now known of it, or what had been recorded up to a moment."""
        with reading(self.engine) as connection:
            return History(
                applications=tuple(_applications(connection, known_at)),
                outcomes=tuple(_current_outcomes(connection, known_at)),
            )

    def applications(self) -> Iterator[Application]:
        """Stream the applications, oldest first."""
        with reading(self.engine) as connection:
            yield from _applications(connection, None)

    def outcomes(self) -> Iterator[Outcome]:
        """Stream what is now known of each application that has an outcome."""
        with reading(self.engine) as connection:
            yield from _current_outcomes(connection, None)

    def events(self) -> Iterator[Event]:
        """Stream the events, oldest first."""
        joined = select(EVENTS, PLACEMENTS).join(PLACEMENTS)
        with reading(self.engine) as connection:
            ordered = joined.order_by(EVENTS.c.at, _by_bytes(connection, EVENTS.c.id))
            for _, rows in groupby(connection.execute(ordered), key=lambda row: row.id):
                yield read_event(rows)

    def judgements(self) -> Iterator[Judgement]:
        """Stream the judgements, oldest first; of one day in the order in which they were recorded."""
        with reading(self.engine) as connection:
            ordered = (
                JUDGEMENTS.c.judged_on,
                JUDGEMENTS.c.recorded_at,
                _by_bytes(connection, JUDGEMENTS.c.id),
            )
            yield from map(read_judgement, connection.execute(select(JUDGEMENTS).order_by(*ordered)))

    def erase(self, person: str) -> Erased:
        """Delete everything kept under a pseudonym, and refuse it from now on; twice does no harm."""
        with writing(self.engine) as connection:
            self._hold(connection, person, "pg_advisory_xact_lock")
            _insert_once(connection, ERASED, {"mark": self._mark(person)}, "mark")
            erased = _delete_person(connection, person)
        return replace(erased, scrubbed=scrub(self.engine))

    def erased(self, people: Iterable[str]) -> frozenset[str]:
        """Of these pseudonyms those that were erased; the marks that are kept name nobody by themselves."""
        by_mark = {self._mark(person): person for person in people}
        with reading(self.engine) as connection:
            marks = connection.execute(select(ERASED.c.mark)).scalars()
            return frozenset(by_mark[bytes(mark)] for mark in marks if bytes(mark) in by_mark)

    def _mark(self, person: str) -> bytes:
        return hmac.digest(self.salt, person.encode(errors="surrogatepass"), "sha256")

    def _any_erased(self, connection: Connection, people: Iterable[str]) -> bool:
        marks = [self._mark(person) for person in people]
        return connection.execute(select(ERASED.c.mark).where(ERASED.c.mark.in_(marks))).first() is not None

    def refuse_erased(self, connection: Connection, people: Iterable[str]) -> None:
        """Refuse an erased person, and keep an erasure of these people waiting until this write is done."""
        people = sorted(people)
        for person in people:
            self._hold(connection, person, "pg_advisory_xact_lock_shared")
        if self._any_erased(connection, people):
            raise ErasedPerson("the record is about someone who was erased; it was not kept")

    def _hold(self, connection: Connection, person: str, lock: str) -> None:
        if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
            key = int.from_bytes(self._mark(person)[:8], signed=True)
            connection.execute(text(f"SELECT {lock}(:key)"), {"key": key})


def insert(connection: Connection, table: Table, row: dict[str, Any]) -> Receipt:
    """Insert a record once; the same again is recognised. Raises Conflict for other content."""
    if _insert_once(connection, table, row, "id"):
        return Receipt.STORED
    if not _known(connection, table, row):
        raise StoreError(f"a record of {table.name} came and went while it was written; send it again")
    return Receipt.ALREADY


def _insert_once(connection: Connection, table: Table, row: dict[str, Any], key: str) -> bool:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(row).on_conflict_do_nothing(index_elements=[key])
    return connection.execute(statement.returning(table.c[key])).first() is not None


def _insert_event(connection: Connection, event: Event, at: datetime) -> Receipt:
    receipt = insert(connection, EVENTS, event_row(event, at=at))
    if receipt is Receipt.STORED:
        connection.execute(PLACEMENTS.insert(), placement_rows(event))
    return receipt


def _known(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Whether the very same record is kept. Raises Conflict when its id is taken by another."""
    sent = row["digest"]
    kept = connection.execute(select(table.c.digest).where(table.c.id == row["id"])).scalar_one_or_none()
    if kept not in (None, sent):
        raise Conflict(f"{table.name}: the id is taken by other content (kept {kept}, sent {sent})")
    return kept is not None


def _lock_application(connection: Connection, application_id: str) -> None:
    """Let one outcome of an application in at a time. Raises UnknownRecord."""
    found = select(APPLICATIONS.c.id).where(APPLICATIONS.c.id == application_id).with_for_update()
    if connection.execute(found).first() is None:
        raise UnknownRecord("the outcome is about an application that is not kept here")


def _check_chain(connection: Connection, outcome: Outcome, corrects: str | None) -> None:
    """An application has at most one decision; each correction of it names the version it replaces, once."""
    columns = (OUTCOMES.c.id, OUTCOMES.c.result, OUTCOMES.c.corrects)
    of_application = select(*columns).where(OUTCOMES.c.application_id == outcome.application_id)
    kept = {row.id: row for row in connection.execute(of_application)}
    if corrects is None:
        if outcome.result is not Result.PENDING and any(_decides(row) for row in kept.values()):
            raise Conflict("the application has a decision already; name the outcome to correct")
        return
    if corrects not in kept:
        raise UnknownRecord("the outcome to correct is not kept for this application")
    if not _decides(kept[corrects]):
        raise Conflict("an application that was pending needs no correction; send the decision by itself")
    if any(row.corrects == corrects for row in kept.values()):
        raise Conflict("the outcome to correct was corrected already; correct the newest version")


def _decides(row: Any) -> bool:
    """Whether an outcome is a decision or a correction of one, and not merely 'still pending'."""
    return row.corrects is not None or row.result != Result.PENDING


def _applications(connection: Connection, known_at: datetime | None) -> Iterator[Application]:
    found = select(APPLICATIONS).where(*_recorded(APPLICATIONS, known_at))
    ordered = found.order_by(APPLICATIONS.c.applied_on, _by_bytes(connection, APPLICATIONS.c.id))
    return map(read_application, connection.execute(ordered))


def _current_outcomes(connection: Connection, known_at: datetime | None) -> Iterator[Outcome]:
    """The newest version of each decision or, without one, the latest word that it is pending."""
    later = OUTCOMES.alias()
    corrected = exists().where(later.c.corrects == OUTCOMES.c.id, *_recorded(later, known_at))
    newest = select(OUTCOMES).where(~corrected, *_recorded(OUTCOMES, known_at))
    ordered = newest.order_by(_by_bytes(connection, OUTCOMES.c.application_id))
    for _, rows in groupby(connection.execute(ordered), key=lambda row: row.application_id):
        yield read_outcome(max(rows, key=lambda row: (_decides(row), row.decided_on, row.id)))


def _recorded(table: Any, known_at: datetime | None) -> tuple[ColumnElement[bool], ...]:
    return () if known_at is None else (table.c.recorded_at <= utc(known_at),)


def _by_bytes(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same order of text in every database, whatever its language."""
    return column.collate("C" if connection.dialect.name == "postgresql" else "BINARY")


def _delete_person(connection: Connection, person: str) -> Erased:
    theirs = select(APPLICATIONS.c.id).where(APPLICATIONS.c.person == person)
    connection.execute(theirs.with_for_update()).all()

    def deleted(table: Table, condition: ColumnElement[bool]) -> int:
        return connection.execute(delete(table).where(condition)).rowcount

    return Erased(
        outcomes=deleted(OUTCOMES, OUTCOMES.c.application_id.in_(theirs)),
        applications=deleted(APPLICATIONS, APPLICATIONS.c.person == person),
        events=deleted(EVENTS, EVENTS.c.person == person),
        judgements=deleted(JUDGEMENTS, JUDGEMENTS.c.partner == person)
        + deleted(PARTNER_RECORDS, PARTNER_RECORDS.c.partner == person),
    )
