"""Who asks to be erased is gone from every table and file, and does not come back."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import ErasedPerson, UnknownRecord
from data.store.schema import METADATA
from data.store.store import Store
from tests.data.store_samples import (
    APPLICATION,
    AWARDED,
    DECLINED,
    JUDGEMENT,
    NOON,
    SHOWN,
    WITHDRAWN,
    append_all,
    everything,
)


def with_two_people(store: Store) -> None:
    append_all(store)
    store.append_application(replace(APPLICATION, id="a2", person="p2"), at=NOON)
    store.append_outcome("o2", replace(DECLINED, application_id="a2"), at=NOON)
    store.append_outcome("o3", WITHDRAWN, at=NOON, corrects="o1")


def test_erasure_deletes_from_every_table_and_leaves_the_others(store: Store) -> None:
    with_two_people(store)

    erased = store.erase("p1")

    assert (erased.applications, erased.outcomes, erased.events, erased.judgements) == (1, 2, 1, 1)
    assert [a.person for a in store.history().applications] == ["p2"]
    assert [o.application_id for o in store.history().outcomes] == ["a2"]
    assert [event.id for event in store.events()] == ["e2"]
    assert list(store.judgements()) == []
    assert "p1" not in repr(everything(store))


def test_every_table_that_names_a_person_is_reached_by_erasure() -> None:
    naming = {t.name for t in METADATA.tables.values() if {"person", "partner"} & set(t.c.keys())}
    assert naming == {"applications", "events", "judgements", "partner_records"}


def test_nothing_about_an_erased_person_is_taken_again(store: Store) -> None:
    append_all(store)
    store.erase("p1")
    for again in (
        lambda: store.append_application(APPLICATION, at=NOON),
        lambda: store.append_events([SHOWN], at=NOON),
        lambda: store.append_judgement(JUDGEMENT, at=NOON),
    ):
        with pytest.raises(ErasedPerson):
            again()
    with pytest.raises(UnknownRecord):
        store.append_outcome("o1", AWARDED, at=NOON)
    store.append_application(replace(APPLICATION, person="p2"), at=NOON)


def test_erasing_twice_or_someone_unknown_does_no_harm(store: Store) -> None:
    with_two_people(store)
    store.erase("p1")
    assert store.erase("p1").applications == 0
    assert store.erase("nobody").events == 0
    assert len(store.history().applications) == 1


def test_no_byte_of_an_erased_person_stays_in_the_files_of_sqlite(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    people = [f"pseudonym-{n:04}-{'x' * (n % 37)}" for n in range(400)]
    random.Random(7).shuffle(people)
    for n, person in enumerate(people):
        store.append_application(replace(APPLICATION, id=f"a{n}", person=person), at=NOON)
        store.append_events([SHOWN.model_copy(update={"id": f"e{n}", "person": person})], at=NOON)
    gone = people[::3]
    assert all(store.erase(person).scrubbed for person in gone)

    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())

    assert [person for person in gone if person[:14].encode() in left] == []
    assert people[1].encode() in left
    store.close()


def test_an_erasure_and_the_persons_own_writes_at_the_same_time_leave_nothing(store: Store) -> None:
    def write(n: int) -> None:
        for k in range(8):
            try:
                store.append_application(replace(APPLICATION, id=f"a{n}-{k}"), at=NOON)
                store.append_outcome(f"o{n}-{k}", replace(AWARDED, application_id=f"a{n}-{k}"), at=NOON)
            except (ErasedPerson, UnknownRecord):
                return

    with ThreadPoolExecutor(5) as pool:
        writers = [pool.submit(write, n) for n in range(4)]
        pool.submit(store.erase, "p1").result()
        for writer in writers:
            writer.result()
    assert store.history().applications == ()
    assert store.history().outcomes == ()
