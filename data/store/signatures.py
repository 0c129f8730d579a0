"""Signatures under fairness reviews, kept in the store: added, never changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from data.people.events import utc
from data.people.signatures import Signature
from data.store.engine import reading, writing
from data.store.schema import SIGNATURES
from data.store.store import Receipt, Store, insert


@dataclass(frozen=True)
class SignaturesShelf:
    """The signatures' part of a store."""

    store: Store

    def append(self, signature: Signature) -> Receipt:
        """Keep a signature, once. Raises StoreError."""
        row = {
            "id": signature.id,
            "review": signature.review,
            "content": signature.model_dump_json(),
            "digest": signature.id,
            "recorded_at": utc(signature.at),
        }
        with writing(self.store.engine) as connection:
            return insert(connection, SIGNATURES, row)

    def of(self, review: str | None = None) -> tuple[Signature, ...]:
        """The signatures under a review, named by its digest, or all; oldest first."""
        found = select(SIGNATURES.c.content).order_by(SIGNATURES.c.recorded_at, SIGNATURES.c.id)
        if review is not None:
            found = found.where(SIGNATURES.c.review == review)
        with reading(self.store.engine) as connection:
            return tuple(
                Signature.model_validate_json(content) for content in connection.execute(found).scalars()
            )
