"""Of many records each has a receipt of its own: what is bad keeps nothing else out, and nothing is kept twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from data.errors import BadRecord, Conflict, ErasedPerson, StoreError, UnknownRecord
from data.people.outcomes import NamedOutcome, Result
from data.store.store import Receipt, Record, Store
from tests.data.store_samples import APPLICATION, AWARDED, DECLINED, JUDGEMENT, NOON, SHOWN

KEPT, KNOWN = Receipt.STORED, Receipt.ALREADY


def told(found: tuple[Receipt | StoreError, ...]) -> list[Any]:
    """The receipts, and of refusals their kind."""
    return [one if isinstance(one, Receipt) else type(one) for one in found]


def story(n: int) -> list[Record]:
    """An application with its outcome."""
    return [
        replace(APPLICATION, id=f"a{n}", person=f"p{n}"),
        NamedOutcome(f"o{n}", replace(AWARDED, application_id=f"a{n}")),
    ]


def test_every_kind_of_record_goes_in_together_and_is_known_the_second_time(store: Store) -> None:
    records = [*story(1), SHOWN, JUDGEMENT]
    assert told(store.keep(records, at=NOON)) == [KEPT] * 4
    assert told(store.keep(records, at=NOON)) == [KNOWN] * 4
    assert len(store.history().outcomes) == len(list(store.events())) == len(list(store.judgements())) == 1


def test_what_is_refused_keeps_no_other_out(store: Store) -> None:
    store.keep(story(1), at=NOON)
    store.erase("gone")
    records: list[Record] = [
        replace(APPLICATION, id="a1", grant_id="another"),
        replace(APPLICATION, id="b", person="gone"),
        replace(APPLICATION, id="c", grant_id="a \0 NUL"),
        replace(APPLICATION, id="\0"),
        NamedOutcome("lost", replace(AWARDED, application_id="nobody-told")),
        NamedOutcome("of-b", replace(AWARDED, application_id="b")),
        NamedOutcome("early", replace(AWARDED, application_id="a1", decided_on=date(2026, 11, 19))),
        NamedOutcome("second", replace(DECLINED, application_id="a1")),
        NamedOutcome("change", replace(DECLINED, application_id="a1"), corrects="o1"),
        NamedOutcome("nan", replace(AWARDED, application_id="a2", amount=float("nan"))),
        *story(2),
    ]
    expected = [Conflict, ErasedPerson, BadRecord, BadRecord, UnknownRecord, UnknownRecord, BadRecord]
    assert told(store.keep(records, at=NOON)) == [*expected, Conflict, KEPT, BadRecord, KEPT, KEPT]
    assert {a.id for a in store.applications()} == {"a1", "a2"}
    assert {(o.application_id, o.result) for o in store.outcomes()} == {
        ("a1", Result.DECLINED), ("a2", Result.AWARDED),
    }  # fmt: skip


def test_an_outcome_before_its_application_is_refused_with_its_field_and_one_on_the_day_is_kept(
    store: Store,
) -> None:
    store.append_application(APPLICATION, at=NOON)
    with pytest.raises(BadRecord) as refusal:
        store.append_outcome("o1", replace(AWARDED, decided_on=APPLICATION.on - timedelta(days=1)), at=NOON)
    assert refusal.value.field == "decided_on"
    assert store.append_outcome("o1", replace(AWARDED, decided_on=APPLICATION.on), at=NOON) is KEPT


def test_a_chain_of_corrections_may_come_in_one_batch(store: Store) -> None:
    chain = [
        NamedOutcome(f"o{n}", replace(AWARDED, amount=float(n)), corrects=f"o{n - 1}" if n > 1 else None)
        for n in range(1, 6)
    ]
    assert told(store.keep([APPLICATION, *chain], at=NOON)) == [KEPT] * 6
    assert store.history().outcomes[0].amount == 5


def test_the_same_record_twice_in_a_batch_is_kept_once_and_its_change_is_a_conflict(store: Store) -> None:
    changed = replace(APPLICATION, grant_id="another")
    assert told(store.keep([APPLICATION, APPLICATION, changed], at=NOON)) == [KEPT, KNOWN, Conflict]


def test_what_only_the_database_refuses_keeps_no_other_out(store: Store) -> None:
    records = [*story(1), replace(APPLICATION, id="bad", position=0), *story(2)]
    assert told(store.keep(records, at=NOON)) == [KEPT, KEPT, StoreError, KEPT, KEPT]
    assert {a.id for a in store.applications()} == {"a1", "a2"}


def test_a_thousand_records_are_one_transaction(store: Store) -> None:
    commits: list[object] = []
    event.listen(store.engine, "commit", commits.append)
    assert told(store.keep([one for n in range(1000) for one in story(n)], at=NOON)) == [KEPT] * 2000
    assert len(commits) == 2
    assert len(store.history().outcomes) == 1000


def test_batches_of_the_same_records_from_many_threads_keep_each_once(store: Store) -> None:
    records = [one for n in range(20) for one in story(n)]
    start = threading.Barrier(6)

    def send(n: int) -> list[Any]:
        start.wait()
        return told(store.keep(records if n % 2 else [*records[20:], *records[:20]], at=NOON))

    with ThreadPoolExecutor(6) as pool:
        found = [one for receipts in pool.map(send, range(6)) for one in receipts]
    assert [one for one in found if one not in (KEPT, KNOWN)] == []
    assert (found.count(KEPT), found.count(KNOWN)) == (40, 200)
    assert len(store.history().outcomes) == 20
