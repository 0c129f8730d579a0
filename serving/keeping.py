"""Hands what clients tell to the store: acknowledged means kept, and telling it twice does no harm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from data.people.outcomes import Application, Outcome
from data.store.store import Receipt, Store
from serving.messages import ApplicationRecord, EventBatch, JudgementBatch, OutcomeBatch


def now() -> datetime:
    """The moment at which a record is kept."""
    return datetime.now(UTC)


def keep_events(store: Store, batch: EventBatch) -> tuple[Receipt, ...]:
    """Keep events, all or none. Raises StoreError."""
    return store.append_events(batch.events, at=now())


def keep_outcomes(store: Store, batch: OutcomeBatch) -> Iterator[Receipt]:
    """Keep applications, then outcomes; each is kept for itself, so that a batch can be sent again."""
    at = now()
    for told in batch.applications:
        yield store.append_application(_application(told), at=at)
    for decided in batch.outcomes:
        outcome = Outcome(decided.application_id, decided.result, decided.decided_on, decided.amount)
        yield store.append_outcome(decided.id, outcome, at=at, corrects=decided.corrects)


def keep_judgements(store: Store, batch: JudgementBatch) -> Iterator[Receipt]:
    """Keep partners' judgements; each is kept for itself. Raises StoreError."""
    at = now()
    for judgement in batch.judgements:
        yield store.append_judgement(judgement, at=at)


def _application(told: ApplicationRecord) -> Application:
    return Application(**{name: getattr(told, name) for name in ApplicationRecord.model_fields})
