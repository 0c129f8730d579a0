"""A signature under a review is kept once and found by the review's digest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from data.people.signatures import Signature
from data.store.signatures import SignaturesShelf
from data.store.store import Receipt, Store
from tests.data.store_samples import NOON

SIGNED = Signature(
    review="a" * 64,
    bundle="v1",
    by="Ana",
    at=NOON,
    decision="refused",
    reason="The list hides small funds.",
    answers={"exposure:small": "Small funds lose two places in three."},
)


def test_signatures_of_a_review_stand_in_their_order_and_each_once(store: Store) -> None:
    shelf = SignaturesShelf(store)
    later = SIGNED.model_copy(update={"at": NOON + timedelta(hours=1), "decision": "approved"})
    other = SIGNED.model_copy(update={"review": "b" * 64})
    receipts = [shelf.append(one) for one in (later, SIGNED, SIGNED, other)]
    assert receipts == [Receipt.STORED, Receipt.STORED, Receipt.ALREADY, Receipt.STORED]
    assert shelf.of("a" * 64) == (SIGNED, later)
    assert len(shelf.of()) == 3


def test_an_empty_reason_or_answer_is_no_signature() -> None:
    for change in ({"reason": " "}, {"answers": {"x": ""}}, {"review": "short"}):
        with pytest.raises(ValidationError):
            Signature.model_validate({**SIGNED.model_dump(), **change})
