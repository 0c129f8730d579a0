"""Where applications, outcomes, events and judgements are kept: acknowledged means committed and on disk."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Final, Self

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Table,
    delete,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from data.errors import Conflict, ErasedPerson, StoreError, StoreUnavailable
from data.people.events import Event, Judgement, utc
from data.people.outcomes import Application, History, NamedOutcome, Outcome
from data.store.batch import Batch, Receipt, Record, decides, keep_all, person_of
from data.store.engine import open_engine, reading, scrub, upgrade, writing
from data.store.row_mapping import read_application, read_event, read_judgement, read_outcome
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

__all__ = ["Erased", "Receipt", "Record", "Store", "insert"]

TOGETHER: Final = 1000
"""Most records of one transaction: more take no less time each, and keep other writers waiting."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many records of a person were deleted, by kind."""

    applications: int
    outcomes: int
    events: int
    judgements: int
    """Grades, and whatever else somebody told as a partner."""
    scrubbed: bool = False
    """Whether no trace is left in the database's own files either; the rows themselves are gone in any case."""


@dataclass(frozen=True)
class Store:
    """One database of what happened. Safe to share between threads; each call is one transaction."""

    engine: Engine
    salt: bytes

    @classmethod
    def open(cls, url: str, *, wait_seconds: float = 5.0, statement_seconds: float | None = None) -> Self:
        """Open `sqlite:///FILE` or `postgresql+psycopg://…`, making or upgrading its tables first.

        A write waits at most `wait_seconds` for another, and PostgreSQL gives a statement up after
        `statement_seconds`; None never. Raises StoreError, StoreUnavailable.
        """
        engine = open_engine(url, wait_seconds=wait_seconds, statement_seconds=statement_seconds)
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
        return self._append(application, at=at)

    def append_outcome(
        self, outcome_id: str, outcome: Outcome, *, at: datetime, corrects: str | None = None
    ) -> Receipt:
        """Keep an outcome under its id; a changed decision names the outcome that it `corrects`.

        The old version stays. Raises BadRecord, Conflict, UnknownRecord.
        """
        return self._append(NamedOutcome(outcome_id, outcome, corrects), at=at)

    def append_events(self, events: Sequence[Event], *, at: datetime) -> tuple[Receipt, ...]:
        """Keep events; raises the first refusal, Conflict or ErasedPerson, when the others are kept."""
        return tuple(map(_receipt, self.keep(events, at=at)))

    def append_judgement(self, judgement: Judgement, *, at: datetime) -> Receipt:
        """Keep a partner's judgement. Raises Conflict, ErasedPerson."""
        return self._append(judgement, at=at)

    def keep(self, records: Sequence[Record], *, at: datetime) -> tuple[Receipt | StoreError, ...]:
        """Keep records, each for itself: a receipt, or the refusal that keeps out none of the others.

        They are written in their order, a thousand in one transaction; raises StoreUnavailable where the database
        fails, and what was written before stays.
        """
        told: list[Receipt | StoreError] = []
        for start in range(0, len(records), TOGETHER):
            told += self._together(records[start : start + TOGETHER], at=at)
        return tuple(told)

    def _append(self, record: Record, *, at: datetime) -> Receipt:
        return _receipt(self.keep([record], at=at)[0])

    def _together(self, records: Sequence[Record], *, at: datetime) -> tuple[Receipt | StoreError, ...]:
        try:
            return self._in_one_transaction(records, at=at)
        except StoreUnavailable:
            raise
        except StoreError:
            pass  # another writer came in between, or a record that only the database refuses is among them
        if len(records) > 1:
            return tuple(told for record in records for told in self._together([record], at=at))
        try:
            return self._in_one_transaction(records, at=at)
        except StoreUnavailable:
            raise
        except StoreError as refusal:
            return (refusal,)

    def _in_one_transaction(
        self, records: Sequence[Record], *, at: datetime
    ) -> tuple[Receipt | StoreError, ...]:
        people = sorted({person for person in map(person_of, records) if person is not None})
        with writing(self.engine) as connection:
            self._hold(connection, people, func.pg_advisory_xact_lock_shared)
            batch = Batch.read(connection, records, erased=self._erased(connection, people), at=at)
            told = keep_all(batch, records)
            batch.write(connection)
        return told

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

    def followed(self) -> Iterator[tuple[Application, Outcome | None]]:
        """Stream every application, oldest first, with what is now known of it; None where no outcome is."""
        with reading(self.engine) as connection:
            yield from _followed(connection)

    def count_applications(self) -> int:
        """Count the applications that are kept."""
        with reading(self.engine) as connection:
            return connection.execute(select(func.count()).select_from(APPLICATIONS)).scalar_one()

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
            self._hold(connection, [person], func.pg_advisory_xact_lock)
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            marked = dialect.insert(ERASED).values(mark=self._mark(person))
            connection.execute(marked.on_conflict_do_nothing(index_elements=["mark"]))
            erased = _delete_person(connection, person)
        try:
            return replace(erased, scrubbed=scrub(self.engine))
        except StoreError:  # the rows are gone all the same
            return erased

    def erased(self, people: Iterable[str]) -> frozenset[str]:
        """Of these pseudonyms those that were erased; the marks that are kept name nobody by themselves."""
        by_mark = {self._mark(person): person for person in people}
        with reading(self.engine) as connection:
            marks = connection.execute(select(ERASED.c.mark)).scalars()
            return frozenset(by_mark[bytes(mark)] for mark in marks if bytes(mark) in by_mark)

    def _mark(self, person: str) -> bytes:
        return hmac.digest(self.salt, person.encode(errors="surrogatepass"), "sha256")

    def _erased(self, connection: Connection, people: Sequence[str]) -> frozenset[str]:
        """Give those of some people who were erased; while they are held, no erasure of them can begin."""
        marks = {self._mark(person): person for person in people}
        found = select(ERASED.c.mark).where(ERASED.c.mark.in_(list(marks)))
        return (
            frozenset(marks[bytes(row.mark)] for row in connection.execute(found)) if marks else frozenset()
        )

    def refuse_erased(self, connection: Connection, people: Iterable[str]) -> None:
        """Refuse an erased person, and keep an erasure of these people waiting until this write is done."""
        people = sorted(people)
        self._hold(connection, people, func.pg_advisory_xact_lock_shared)
        if self._erased(connection, people):
            raise ErasedPerson("the record is about someone who was erased; it was not kept")

    def _hold(self, connection: Connection, people: Sequence[str], lock: Callable[..., Any]) -> None:
        """Lock people, in their order, until the transaction ends."""
        if people and connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
            keys = sorted(int.from_bytes(self._mark(person)[:8], signed=True) for person in people)
            connection.execute(select(lock(func.unnest(literal(keys, ARRAY(BigInteger))))))


def insert(connection: Connection, table: Table, row: dict[str, Any]) -> Receipt:
    """Insert a record once; the same again is recognised. Raises Conflict for other content."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = dialect.insert(table).values(row).on_conflict_do_nothing(index_elements=["id"])
    if connection.execute(added.returning(table.c.id)).first() is not None:
        return Receipt.STORED
    kept = connection.execute(select(table.c.digest).where(table.c.id == row["id"])).scalar_one_or_none()
    if kept != row["digest"]:
        raise Conflict(f"this id of {table.name} is taken by other content")
    return Receipt.ALREADY


def _receipt(told: Receipt | StoreError) -> Receipt:
    if isinstance(told, StoreError):
        raise told
    return told


def _applications(connection: Connection, known_at: datetime | None) -> Iterator[Application]:
    found = select(APPLICATIONS).where(*_recorded(APPLICATIONS, known_at))
    ordered = found.order_by(APPLICATIONS.c.applied_on, _by_bytes(connection, APPLICATIONS.c.id))
    return map(read_application, connection.execute(ordered))


def _current_outcomes(connection: Connection, known_at: datetime | None) -> Iterator[Outcome]:
    newest = _versions(known_at)
    ordered = newest.order_by(_by_bytes(connection, OUTCOMES.c.application_id))
    for _, rows in groupby(connection.execute(ordered), key=lambda row: row.application_id):
        yield read_outcome(_newest(rows))


def _followed(connection: Connection) -> Iterator[tuple[Application, Outcome | None]]:
    known = _versions(None).subquery()
    theirs = APPLICATIONS.c.id == known.c.application_id
    joined = select(APPLICATIONS, known).select_from(APPLICATIONS.outerjoin(known, theirs))
    ordered = joined.order_by(APPLICATIONS.c.applied_on, _by_bytes(connection, APPLICATIONS.c.id))
    for _, rows in groupby(connection.execute(ordered), key=lambda row: row.id):
        versions = list(rows)
        decided = None if versions[0].outcome_id is None else read_outcome(_newest(versions))
        yield read_application(versions[0]), decided


def _versions(known_at: datetime | None) -> Select[Any]:
    """Every outcome that no later one corrects, with an id of its own name beside an application's."""
    later = OUTCOMES.alias()
    corrected = exists().where(later.c.corrects == OUTCOMES.c.id, *_recorded(later, known_at))
    columns = (OUTCOMES.c[name] for name in ("application_id", "result", "decided_on", "amount", "corrects"))
    found = select(OUTCOMES.c.id.label("outcome_id"), *columns)
    return found.where(~corrected, *_recorded(OUTCOMES, known_at))


def _newest(versions: Iterable[Row[Any]]) -> Row[Any]:
    """The newest version of a decision or, without one, the latest word that it is pending."""
    return max(versions, key=lambda row: (decides(row.result, row.corrects), row.decided_on, row.outcome_id))


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
