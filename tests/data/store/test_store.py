"""What the store promises, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from data.errors import Conflict, StoreError, StoreUnavailable, UnknownRecord
from data.people.applicants import Need
from data.people.events import Event
from data.people.outcomes import Outcome, Result
from data.store.schema import METADATA
from data.store.store import Receipt, Store
from tests.data.store_samples import (
    APPLICATION,
    AWARDED,
    DECLINED,
    JUDGEMENT,
    NOON,
    OPENED,
    PENDING,
    SHOWN,
    WITHDRAWN,
    append_all,
    everything,
)

# --- what goes in comes out


def test_an_application_and_its_outcome_come_back_as_they_were(store: Store) -> None:
    assert store.append_application(APPLICATION, at=NOON) is Receipt.STORED
    assert store.append_outcome("o1", AWARDED, at=NOON) is Receipt.STORED

    history = store.history()

    assert history.applications == (APPLICATION,)
    assert history.outcomes == (AWARDED,)
    assert list(store.applications()) == [APPLICATION]
    assert list(store.outcomes()) == [AWARDED]


def test_events_come_back_in_the_order_of_time_with_their_placements(store: Store) -> None:
    store.append_events([OPENED, SHOWN], at=NOON)

    events = list(store.events())

    assert [event.id for event in events] == ["e1", "e2"]
    assert [p.grant_id for p in events[0].placements] == ["g2", "g1"]
    assert events[1] == OPENED


def test_a_judgement_comes_back_as_it_was(store: Store) -> None:
    assert store.append_judgement(JUDGEMENT, at=NOON) is Receipt.STORED
    assert list(store.judgements()) == [JUDGEMENT]


def test_what_was_acknowledged_is_there_after_reopening(store: Store, url: str) -> None:
    store.append_application(APPLICATION, at=NOON)
    again = Store.open(url)
    assert again.history().applications == (APPLICATION,)
    again.close()


def test_applications_come_in_the_same_order_in_every_database(store: Store) -> None:
    for name in ("b", "B", "é", "a", "_", "Z"):
        store.append_application(replace(APPLICATION, id=name), at=NOON)
    assert [a.id for a in store.applications()] == ["B", "Z", "_", "a", "b", "é"]


# --- the same again, and other content


def test_the_same_records_again_are_recognised_and_change_nothing(store: Store) -> None:
    assert set(append_all(store)) == {Receipt.STORED}
    before = everything(store)
    assert set(append_all(store)) == {Receipt.ALREADY}
    assert everything(store) == before


@pytest.mark.parametrize(
    "contradict",
    [
        lambda s: s.append_application(replace(APPLICATION, grant_id="g2"), at=NOON),
        lambda s: s.append_application(replace(APPLICATION, need=Need(text="a bed")), at=NOON),
        lambda s: s.append_outcome("o1", replace(AWARDED, amount=301.0), at=NOON),
        lambda s: s.append_outcome("o1", AWARDED, at=NOON, corrects="o1"),
        lambda s: s.append_events([SHOWN.model_copy(update={"response_id": "r2"})], at=NOON),
        lambda s: s.append_events([SHOWN.model_copy(update={"placements": SHOWN.placements[:1]})], at=NOON),
        lambda s: s.append_judgement(JUDGEMENT.model_copy(update={"grade": 0}), at=NOON),
    ],
)
def test_the_same_id_with_other_content_is_a_conflict_and_changes_nothing(
    store: Store, contradict: Callable[[Store], object]
) -> None:
    append_all(store)
    before = everything(store)
    with pytest.raises(Conflict):
        contradict(store)
    assert everything(store) == before


def test_whole_pounds_and_the_same_pounds_as_a_decimal_are_the_same_content(store: Store) -> None:
    store.append_application(APPLICATION, at=NOON)
    store.append_outcome("o1", replace(AWARDED, amount=300), at=NOON)
    assert store.append_outcome("o1", replace(AWARDED, amount=300.0), at=NOON) is Receipt.ALREADY


def test_one_bad_event_keeps_no_other_out(store: Store) -> None:
    store.append_events([SHOWN], at=NOON)
    with pytest.raises(Conflict):
        store.append_events([SHOWN.model_copy(update={"response_id": "r2"}), OPENED], at=NOON)
    assert [event.id for event in store.events()] == ["e1", "e2"]


def test_an_outcome_of_an_unknown_application_is_refused(store: Store) -> None:
    with pytest.raises(UnknownRecord):
        store.append_outcome("o1", AWARDED, at=NOON)


# --- decisions and their corrections


def test_a_second_decision_that_corrects_nothing_is_a_conflict(store: Store) -> None:
    store.append_application(APPLICATION, at=NOON)
    store.append_outcome("o1", AWARDED, at=NOON)
    with pytest.raises(Conflict, match="name the outcome to correct"):
        store.append_outcome("o2", DECLINED, at=NOON)
    assert store.history().outcomes == (AWARDED,)


def test_a_correction_takes_the_place_of_the_old_version_and_the_old_one_stays(store: Store) -> None:
    store.append_application(APPLICATION, at=NOON)
    store.append_outcome("o1", AWARDED, at=NOON)
    store.append_outcome("o2", WITHDRAWN, at=NOON + timedelta(days=1), corrects="o1")

    assert store.history().outcomes == (WITHDRAWN,)
    assert store.history(known_at=NOON).outcomes == (AWARDED,)


def test_history_as_known_on_a_moment_does_not_see_later_corrections(store: Store) -> None:
    store.append_application(APPLICATION, at=NOON)
    store.append_outcome("o1", AWARDED, at=NOON)
    store.append_outcome("o2", WITHDRAWN, at=NOON + timedelta(days=1), corrects="o1")

    assert store.history(known_at=NOON).outcomes == (AWARDED,)
    assert store.history(known_at=NOON + timedelta(days=1)).outcomes == (WITHDRAWN,)
    assert store.history(known_at=NOON - timedelta(seconds=1)).applications == ()


def test_a_version_is_corrected_once_only(store: Store) -> None:
    store.append_application(APPLICATION, at=NOON)
    store.append_outcome("o1", AWARDED, at=NOON)
    store.append_outcome("o2", DECLINED, at=NOON, corrects="o1")
    with pytest.raises(Conflict, match="corrected already"):
        store.append_outcome("o3", WITHDRAWN, at=NOON, corrects="o1")
    store.append_outcome("o3", WITHDRAWN, at=NOON, corrects="o2")
    assert store.history().outcomes == (WITHDRAWN,)


def test_a_correction_must_be_about_the_same_application(store: Store) -> None:
    store.append_application(APPLICATION, at=NOON)
    store.append_application(replace(APPLICATION, id="a2"), at=NOON)
    store.append_outcome("o1", AWARDED, at=NOON)
    with pytest.raises(UnknownRecord):
        store.append_outcome("o2", replace(DECLINED, application_id="a2"), at=NOON, corrects="o1")


def test_a_pending_application_is_decided_without_a_correction_in_either_order(store: Store) -> None:
    for person, order in (("a1", (PENDING, AWARDED)), ("a2", (AWARDED, PENDING))):
        store.append_application(replace(APPLICATION, id=person), at=NOON)
        for outcome in order:
            store.append_outcome(
                f"{person}-{outcome.result}", replace(outcome, application_id=person), at=NOON
            )
    assert [outcome.result for outcome in store.history().outcomes] == [Result.AWARDED, Result.AWARDED]


def test_pending_needs_no_correction(store: Store) -> None:
    store.append_application(APPLICATION, at=NOON)
    store.append_outcome("o1", PENDING, at=NOON)
    with pytest.raises(Conflict, match="send the decision by itself"):
        store.append_outcome("o2", AWARDED, at=NOON, corrects="o1")


# --- what no database may take


@pytest.mark.parametrize("words", ["half \ud83d of a pair", "a \0 NUL"])
def test_text_that_one_of_the_databases_cannot_keep_is_refused_by_both(store: Store, words: str) -> None:
    with pytest.raises(StoreError):
        store.append_application(replace(APPLICATION, grant_id=words), at=NOON)
    assert store.history().applications == ()


def test_text_that_merely_looks_like_an_escape_is_kept(store: Store) -> None:
    store.append_application(replace(APPLICATION, grant_id=r"a\u0000b"), at=NOON)
    assert store.history().applications[0].grant_id == r"a\u0000b"


@pytest.mark.parametrize(
    "outcome",
    [
        replace(AWARDED, amount=-1.0),
        replace(AWARDED, amount=float("nan")),
        replace(AWARDED, amount=float("inf")),
    ],
)
def test_an_amount_that_is_no_amount_is_refused(store: Store, outcome: Outcome) -> None:
    store.append_application(APPLICATION, at=NOON)
    with pytest.raises(StoreError):
        store.append_outcome("o1", outcome, at=NOON)
    assert store.history().outcomes == ()


def test_a_refusal_does_not_say_what_was_written(store: Store) -> None:
    with pytest.raises(StoreError) as refusal:
        store.append_application(replace(APPLICATION, person="canary-1", position=0), at=NOON)
    assert refusal.value.__cause__ is None
    assert "canary" not in str(refusal.value)


def test_an_event_has_no_place_for_a_fact_about_a_person() -> None:
    with pytest.raises(ValidationError):
        Event.model_validate({**SHOWN.model_dump(), "facts": {"disability": True}})
    assert set(METADATA.tables["events"].c.keys()) == {
        "id", "kind", "response_id", "person", "at", "digest", "recorded_at",
    }  # fmt: skip


@pytest.mark.parametrize("update", [{"placements": ()}, {"placements": SHOWN.placements, "kind": "opened"}])
def test_an_event_about_no_grant_or_an_opening_of_two_is_refused(update: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Event.model_validate({**SHOWN.model_dump(), **update})


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense", "foo://a/b"])
def test_a_store_that_would_not_last_or_is_not_known_is_refused_in_words(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///FILE"):
        Store.open(url)


def test_a_server_that_is_away_is_named_unavailable_without_the_password() -> None:
    with pytest.raises(StoreUnavailable) as refusal:
        Store.open("postgresql+psycopg://u:hunter2@127.0.0.1:1/x", wait_seconds=1)
    assert "hunter2" not in str(refusal.value)
