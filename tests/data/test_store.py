"""What the store promises, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import text

from data.applicants import Need
from data.errors import Conflict, ErasedPerson, StoreError, StoreUnavailable, UnknownRecord
from data.events import Event, Judgement, Kind, Placement
from data.outcomes import Application, Outcome, Result
from data.store import Receipt, Store
from data.tables import METADATA

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
COOKER = Need(text="broken cooker, two children", purposes=("GTIP020",), reasons=("GTIR010",), amount=350)
APPLICATION = Application("a1", "p1", "g1", date(2026, 11, 20), COOKER, ("E08000025", "E12000005"), 2, 0.5)
AWARDED = Outcome("a1", Result.AWARDED, date(2026, 12, 1), 300.0)
DECLINED = Outcome("a1", Result.DECLINED, date(2026, 12, 1))
PENDING = Outcome("a1", Result.PENDING, date(2026, 11, 25))
WITHDRAWN = Outcome("a1", Result.WITHDRAWN, date(2026, 12, 5))
SHOWN = Event(
    id="e1",
    kind=Kind.SHOWN,
    response_id="r1",
    person="p1",
    at=NOON,
    placements=(
        Placement(grant_id="g1", position=2, propensity=0.5),
        Placement(grant_id="g2", position=1, propensity=0.9),
    ),
)
OPENED = Event(
    id="e2",
    kind=Kind.OPENED,
    response_id="r1",
    at=NOON + timedelta(minutes=1),
    placements=(Placement(grant_id="g1", position=2),),
)
JUDGEMENT = Judgement(
    id="j1",
    partner="p1",
    situation_id="s1",
    grant_id="g1",
    grade=3,
    words="It pays in a week.",
    on=date(2026, 11, 1),
)


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Dump every row of every table except the random salt."""
    tables = [table for table in METADATA.sorted_tables if table.name not in ("salt", "erased")]
    with store.engine.connect() as connection:
        return {t.name: sorted(map(tuple, connection.execute(t.select())), key=repr) for t in tables}


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


def append_all(store: Store) -> tuple[Receipt, ...]:
    return (
        store.append_application(APPLICATION, at=NOON),
        store.append_outcome("o1", AWARDED, at=NOON),
        *store.append_events([SHOWN, OPENED], at=NOON),
        store.append_judgement(JUDGEMENT, at=NOON),
    )


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


def test_one_bad_event_keeps_the_whole_batch_out(store: Store) -> None:
    store.append_events([SHOWN], at=NOON)
    with pytest.raises(Conflict):
        store.append_events([OPENED, SHOWN.model_copy(update={"response_id": "r2"})], at=NOON)
    assert [event.id for event in store.events()] == ["e1"]


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
    assert [(v.id, v.outcome, v.corrects) for v in store.versions("a1")] == [
        ("o1", AWARDED, None),
        ("o2", WITHDRAWN, "o1"),
    ]


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


# --- erasure


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
    assert naming == {"applications", "events", "judgements"}


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
    assert store.is_erased("p1")
    assert not store.is_erased("p2")


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


# --- many at once


def elsewhere(task: str, url: str) -> subprocess.Popen[str]:
    """Run a function of this file in a process of its own."""
    command = [sys.executable, __file__, task, url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(ROOT)})


def test_the_same_outcome_from_many_threads_is_stored_once(store: Store) -> None:
    store.append_application(APPLICATION, at=NOON)
    start = threading.Barrier(8)

    def send(_: int) -> Receipt:
        start.wait()
        return store.append_outcome("o1", AWARDED, at=NOON)

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(send, range(8)))
    assert sorted(r.value for r in receipts) == ["already"] * 7 + ["stored"]


def test_different_decisions_from_many_threads_leave_one_decision(store: Store) -> None:
    store.append_application(APPLICATION, at=NOON)
    start = threading.Barrier(8)

    def send(n: int) -> str:
        start.wait()
        try:
            return store.append_outcome(f"o{n}", replace(AWARDED, amount=float(n)), at=NOON).value
        except Conflict:
            return "conflict"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(send, range(8)))
    assert answers == ["conflict"] * 7 + ["stored"]
    assert len(store.versions("a1")) == 1


def test_the_same_outcomes_from_several_processes_are_stored_once(store: Store, url: str) -> None:
    for n in range(30):
        store.append_application(replace(APPLICATION, id=f"a-{n}"), at=NOON)
    senders = [elsewhere("send_outcomes", url) for _ in range(3)]
    said = [line for sender in senders for line in sender.communicate(timeout=60)[0].split()]

    assert [sender.returncode for sender in senders] == [0, 0, 0]
    assert said.count("stored") == 30
    assert said.count("already") == 60
    assert len(store.history().outcomes) == 30


def send_outcomes(url: str) -> None:
    """What each of those processes runs."""
    store = Store.open(url)
    for n in range(30):
        print(store.append_outcome(f"o-{n}", replace(AWARDED, application_id=f"a-{n}"), at=NOON).value)


# --- crashes


def write_until_killed(url: str) -> None:
    """Write applications with outcomes for ever, and print each id once it is acknowledged."""
    store = Store.open(url)
    for n in range(1_000_000):
        store.append_application(replace(APPLICATION, id=f"k{n}"), at=NOON)
        store.append_outcome(f"o-k{n}", replace(AWARDED, application_id=f"k{n}"), at=NOON)
        print(f"k{n}", flush=True)


@contextmanager
def writer(url: str) -> Iterator[subprocess.Popen[str]]:
    process = elsewhere("write_until_killed", url)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def acknowledged(process: subprocess.Popen[str], lines: int, stop: Callable[[], object]) -> list[str]:
    """Read so many acknowledged ids, stop the writer by force, and read what it had still said."""
    assert process.stdout is not None
    said = [process.stdout.readline().strip() for _ in range(lines)]
    stop()
    return [line for line in (*said, *process.stdout.read().split()) if line]


@pytest.mark.parametrize("lines", [1, 20, 57])
def test_every_acknowledged_outcome_is_there_after_kill_9(url: str, lines: int) -> None:
    with writer(url) as process:
        said = acknowledged(process, lines, partial(process.send_signal, signal.SIGKILL))

    store = Store.open(url)
    kept = [outcome.application_id for outcome in store.history().outcomes]

    assert len(said) >= lines
    assert set(said) <= set(kept)
    assert len(kept) == len(set(kept)) <= len(said) + 1
    if url.startswith("sqlite"):
        with store.engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    store.close()


def test_every_acknowledged_outcome_is_there_after_postgresql_itself_crashed(cluster: Any) -> None:
    url = cluster.empty_database()
    with writer(url) as process:
        said = acknowledged(process, 40, partial(cluster.stop, "immediate"))
    cluster.start()

    store = Store.open(url)
    assert set(said) <= {outcome.application_id for outcome in store.history().outcomes}
    store.close()


def test_an_open_store_answers_again_after_its_server_came_back(cluster: Any) -> None:
    store = Store.open(cluster.empty_database())
    cluster.stop("immediate")
    with pytest.raises(StoreUnavailable):
        store.append_application(APPLICATION, at=NOON)
    cluster.start()
    assert store.append_application(APPLICATION, at=NOON) is Receipt.STORED
    store.close()


def test_sqlite_flushes_each_commit_and_keeps_references(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    with store.engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000,
    }  # fmt: skip
    store.close()


def test_a_locked_database_is_given_up_in_time_and_works_again_after(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    store = Store.open(f"sqlite:///{file}", wait_seconds=0.2)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable):
        store.append_application(APPLICATION, at=NOON)
    assert store.history().applications == ()

    other.execute("ROLLBACK")
    assert store.append_application(APPLICATION, at=NOON) is Receipt.STORED
    store.close()


def fill_a_small_disk(url: str) -> None:
    """Write until files may not grow, then let them grow again; print what was acknowledged."""
    import resource

    store = Store.open(url)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
    for n in range(1000):
        try:
            store.append_application(replace(APPLICATION, id=f"f{n}"), at=NOON)
        except StoreUnavailable:
            print("full", flush=True)
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            store.append_application(replace(APPLICATION, id="after"), at=NOON)
            print("after", flush=True)
            return
        print(f"f{n}", flush=True)


def test_a_full_disk_refuses_writes_loses_nothing_and_recovers_by_itself(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    said = elsewhere("fill_a_small_disk", url).communicate(timeout=60)[0].split()

    assert said[-2:] == ["full", "after"]
    assert len(said) > 10
    store = Store.open(url)
    assert {a.id for a in store.applications()} == set(said) - {"full"}
    store.close()


# --- the law: delivered again and again in any order, the store ends up the same

IDS = st.sampled_from(["a1", "a2", "a3"])
DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 5))
AMOUNTS = st.none() | st.floats(0, 1000)


@st.composite
def messages(draw: st.DrawFn) -> list[tuple[str, Any]]:
    """Draw a consistent set of messages: applications, pending notes, decisions, chains of corrections."""
    found: list[tuple[str, Any]] = []
    for name in sorted(draw(st.sets(IDS, min_size=1))):
        application = replace(APPLICATION, id=name, person=draw(st.sampled_from(["p1", "p2"])), on=draw(DAYS))
        found.append(("application", application))
        for n in range(draw(st.integers(0, 2))):
            found.append(("outcome", (f"{name}-pending{n}", Outcome(name, Result.PENDING, draw(DAYS)), None)))
        corrects = None
        for n in range(draw(st.integers(0, 3))):
            result = draw(st.sampled_from([Result.AWARDED, Result.DECLINED, Result.WITHDRAWN]))
            outcome = Outcome(name, result, draw(DAYS), draw(AMOUNTS) if result is Result.AWARDED else None)
            found.append(("outcome", (f"{name}-{n}", outcome, corrects)))
            corrects = f"{name}-{n}"
    for n in range(draw(st.integers(0, 3))):
        found.append(("event", SHOWN.model_copy(update={"id": f"e{n}", "person": draw(st.none() | IDS)})))
    return found


def deliver(store: Store, messages: list[tuple[str, Any]]) -> None:
    """Send messages as a client that tries again what was refused because of its order."""
    for _ in range(len(messages) + 1):
        refused = [message for message in messages if not accepted(store, message)]
        if not refused:
            return
        messages = refused
    pytest.fail("some messages were never accepted")


def accepted(store: Store, message: tuple[str, Any]) -> bool:
    kind, content = message
    try:
        if kind == "application":
            store.append_application(content, at=NOON)
        elif kind == "event":
            store.append_events([content], at=NOON)
        else:
            outcome_id, outcome, corrects = content
            store.append_outcome(outcome_id, outcome, corrects=corrects, at=NOON)
    except UnknownRecord:
        return False
    return True


def empty(store: Store) -> None:
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(METADATA.tables["outcomes"].update().values(corrects=None, result="pending"))
        for table in reversed(METADATA.sorted_tables):
            if table.name != "salt":
                connection.execute(table.delete())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=messages(), data=st.data())
def test_repeats_and_any_order_of_delivery_end_in_the_same_store(
    store: Store, messages: list[tuple[str, Any]], data: st.DataObject
) -> None:
    empty(store)
    deliver(store, messages)
    once, history = everything(store), store.history()

    empty(store)
    repeated = [message for message in messages for _ in range(data.draw(st.integers(1, 3)))]
    deliver(store, data.draw(st.permutations(repeated)))

    assert everything(store) == once
    assert store.history() == history


if __name__ == "__main__":
    tasks = {task.__name__: task for task in (send_outcomes, write_until_killed, fill_a_small_disk)}
    tasks[sys.argv[1]](sys.argv[2])
