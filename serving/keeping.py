"""Hands what clients tell to the store: acknowledged means kept, and telling it twice does no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Final

from data.catalogue.facts import FactBook
from data.errors import BadApplicant, StoreError
from data.people.events import Event, Judgement
from data.people.needs import check_purposes
from data.store.store import Receipt, Record, Store
from serving.answers import RecordReceipt
from serving.records import ApplicationRecord, OutcomeRecord, Unread
from serving.refusals import Refusal, refusal_of

Told = ApplicationRecord | OutcomeRecord | Event | Judgement | Unread
"""One record of a batch, read or not."""

EARLIEST: Final = timedelta(days=30 * 366)
"""Nothing that is told happened longer ago."""
AHEAD: Final = timedelta(days=1)
"""How far the clock of a client's machine may be ahead."""


@dataclass
class StoreDoor:
    """The way to the store, which is opened when it is first needed: the service starts without it."""

    address: str
    seconds: float
    opened: Store | None = None
    away: bool = False
    """Whether it could not be reached the last time."""
    _lock: Lock = field(default_factory=Lock)

    def store(self) -> Store:
        """Give the store; raises StoreError where it cannot be opened, and is tried again the next time."""
        with self._lock:
            if self.opened is None:
                wait = self.seconds / 2
                self.opened = Store.open(self.address, wait_seconds=wait, statement_seconds=self.seconds)
            return self.opened

    def close(self) -> None:
        """Give back every connection."""
        if self.opened is not None:
            self.opened.close()


def keep(
    store: Store,
    told: Sequence[tuple[str, Told]],
    *,
    now: datetime,
    is_grant: Callable[[str], bool],
    book: FactBook,
) -> tuple[RecordReceipt, ...]:
    """Keep records, each under its path in the request, and give every one its receipt.

    What speaks of a grant that the catalogue does not hold is kept, and its receipt says so.

    Raises:
        Refusal: where a single record was sent, and that is refused.
        StoreError: where the store fails.
    """
    read = [_read(record, now=now, book=book) for _, record in told]
    kept = iter(store.keep([one for one in read if not isinstance(one, Refusal)], at=now))
    found = [one if isinstance(one, Refusal) else _refused(next(kept)) for one in read]
    if len(found) == 1 and isinstance(found[0], Refusal):
        raise _placed(found[0], told[0][0])
    return tuple(
        _receipt(path, record, one, is_grant) for (path, record), one in zip(told, found, strict=True)
    )


def _read(told: Told, *, now: datetime, book: FactBook) -> Record | Refusal:
    match told:
        case Unread(refusal=refusal):
            return refusal
        case ApplicationRecord():
            record: Record = told.as_kept()
            return _out_of_time("on", told.on, now) or _of_no_purpose(told, book) or record
        case OutcomeRecord():
            record = told.as_kept()
            return _out_of_time("decided_on", told.decided_on, now) or record
        case Event():
            return _out_of_time("at", told.at.date(), now) or told
        case Judgement():
            return _out_of_time("on", told.on, now) or told


def _of_no_purpose(told: ApplicationRecord, book: FactBook) -> Refusal | None:
    try:
        check_purposes(told.need.purposes, book)
    except BadApplicant as error:
        return refusal_of(error)
    return None


def _out_of_time(name: str, day: date, now: datetime) -> Refusal | None:
    today = now.date()
    if day > today + AHEAD:
        return Refusal(422, "This day lies in the future.", code="OUT_OF_TIME", path=name)
    if day < today - EARLIEST:
        return Refusal(422, "This day lies too far in the past.", code="OUT_OF_TIME", path=name)
    return None


def _refused(told: Receipt | StoreError) -> Receipt | Refusal:
    if isinstance(told, Receipt):
        return told
    refusal = refusal_of(told)
    return refusal if refusal.status < 500 else Refusal(422, code="INVALID_RECORD")


def _placed(refusal: Refusal, path: str) -> Refusal:
    whole = ".".join(part for part in (path, refusal.path) if part)
    return Refusal(refusal.status, refusal.message, code=refusal.code, path=whole)


def _receipt(
    path: str, told: Told, found: Receipt | Refusal, is_grant: Callable[[str], bool]
) -> RecordReceipt:
    if isinstance(found, Refusal):
        placed = _placed(found, path)
        kind = "conflict" if found.status == 409 else "refused"
        return RecordReceipt(
            path=placed.path or path, id=told.id, receipt=kind, code=placed.code, message=placed.message
        )
    unknown = tuple(dict.fromkeys(grant for grant in _grants(told) if not is_grant(grant)))
    return RecordReceipt(
        path=path,
        id=told.id,
        receipt="kept" if found is Receipt.STORED else "known",
        unknown_grants=unknown,
    )


def _grants(told: Told) -> Iterator[str]:
    match told:
        case ApplicationRecord() | Judgement():
            yield told.grant_id
        case Event():
            yield from (placement.grant_id for placement in told.placements)
        case _:
            return
