"""What a partner says, kept in the store: the newest of each kind, with its grades; all can be withdrawn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, delete, select

from data.people.events import Judgement, utc
from data.people.partners import KINDS, Grading, Record
from data.store.engine import reading, scrub, writing
from data.store.row_mapping import judgement_row
from data.store.schema import JUDGEMENTS, PARTNER_RECORDS
from data.store.store import Store

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class PartnersShelf:
    """The partners' part of a store."""

    store: Store

    def keep(self, partner: str, record: Record, *, situation: str = "", at: datetime) -> None:
        """Keep a record in place of the partner's last one of its kind about a situation, or about all of them.

        A grading that is sent replaces the grades of the situation that were sent before, one that is skipped takes
        them back; a draft leaves them. Raises ErasedPerson, StoreError.
        """
        with writing(self.store.engine) as connection:
            self.store.refuse_erased(connection, [partner])
            _put(connection, partner, record, situation, at)
            if isinstance(record, Grading) and record.state != "draft":
                _take_back_grades(connection, partner, situation)
                rows = [judgement_row(one, at=at) for one in grades_of(partner, situation, record, at)]
                if rows and record.state == "sent":
                    connection.execute(JUDGEMENTS.insert(), rows)

    def of(self, partner: str, kind: type[R]) -> dict[str, R]:
        """What a partner said of a kind, by situation."""
        return {situation: record for name, situation, record in self.all(kind) if name == partner}

    def all(self, kind: type[R]) -> Iterator[tuple[str, str, R]]:
        """Every record of a kind: partner, situation, what was said."""
        found = select(PARTNER_RECORDS).where(PARTNER_RECORDS.c.kind == KINDS[kind])
        with reading(self.store.engine) as connection:
            rows = connection.execute(found).all()
        for row in sorted(rows, key=lambda row: (row.partner, row.situation_id)):
            yield row.partner, row.situation_id, kind.model_validate_json(row.content)

    def withdraw(self, partner: str, *, situation: str | None = None) -> int:
        """Delete what a partner said of one situation, or everything; the partner may say something new later."""
        with writing(self.store.engine) as connection:
            gone = _take_back_grades(connection, partner, situation)
            theirs = [PARTNER_RECORDS.c.partner == partner]
            if situation is not None:
                theirs.append(PARTNER_RECORDS.c.situation_id == situation)
            gone += connection.execute(delete(PARTNER_RECORDS).where(*theirs)).rowcount
        scrub(self.store.engine)
        return gone


def grades_of(partner: str, situation: str, grading: Grading, at: datetime) -> Iterator[Judgement]:
    """The grades of a grading as the judgements that training reads; each id follows from what is said and when."""
    for grant_id, grade in grading.grades.items():
        told = "\n".join((partner, situation, grant_id, utc(at)))
        yield Judgement(
            id=hashlib.sha256(told.encode()).hexdigest(),
            partner=partner,
            situation_id=situation,
            grant_id=grant_id,
            grade=grade,
            words=grading.why.get(grant_id, ""),
            on=at.date(),
        )


def _put(connection: Connection, partner: str, record: Record, situation: str, at: datetime) -> None:
    key = {"partner": partner, "kind": KINDS[type(record)], "situation_id": situation}
    old = [PARTNER_RECORDS.c[name] == value for name, value in key.items()]
    connection.execute(delete(PARTNER_RECORDS).where(*old))
    row = {**key, "content": record.model_dump_json(), "recorded_at": utc(at)}
    connection.execute(PARTNER_RECORDS.insert(), [row])


def _take_back_grades(connection: Connection, partner: str, situation: str | None) -> int:
    theirs = [JUDGEMENTS.c.partner == partner]
    if situation is not None:
        theirs.append(JUDGEMENTS.c.situation_id == situation)
    return connection.execute(delete(JUDGEMENTS).where(*theirs)).rowcount
