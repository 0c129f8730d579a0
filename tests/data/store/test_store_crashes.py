"""What was acknowledged stays, whoever writes at the same time and whatever dies."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from data.errors import Conflict, StoreUnavailable
from data.store.store import Receipt, Store
from tests.data.store_samples import (
    APPLICATION,
    AWARDED,
    NOON,
)

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("KILLS", "0"))
"""More writers to kill than the suite does, on either database."""


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
    assert len(store.history().outcomes) == 1


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


@pytest.mark.parametrize("lines", [1, 20, 57, *(n * 7 % 90 + 1 for n in range(KILLS))])
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


if __name__ == "__main__":
    tasks = {task.__name__: task for task in (send_outcomes, write_until_killed, fill_a_small_disk)}
    tasks[sys.argv[1]](sys.argv[2])
