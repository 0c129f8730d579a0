"""The store's tables grow from any earlier state, wholly or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, inspect, text
from sqlalchemy.engine import Engine

from data.errors import StoreError
from data.store.engine import open_engine, upgrade
from data.store.schema import METADATA
from data.store.store import Store

ROOT = Path(__file__).parents[3]
EVERY_TABLE = {*METADATA.tables, "alembic_version"}


def tables(url: str) -> set[str]:
    engine = open_engine(url)
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found


def test_an_empty_database_gets_every_table(url: str) -> None:
    Store.open(url).close()
    assert tables(url) == EVERY_TABLE


def test_the_steps_lead_to_exactly_the_tables_that_the_code_expects(url: str) -> None:
    store = Store.open(url)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    store.close()


def test_an_earlier_database_is_brought_up_and_keeps_its_rows(url: str) -> None:
    engine = open_engine(url)
    upgrade(engine, "0001")
    assert "judgements" not in tables(url)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(
            text(
                "INSERT INTO applications"
                " (id, person, grant_id, applied_on, need, areas, digest, recorded_at)"
                " VALUES ('a1', 'p1', 'g1', '2026-01-02', :need, '[]', 'd', '2026-01-02T00:00:00.000000Z')"
            ),
            {"need": '{"text": "a bed"}'},
        )
    engine.dispose()

    store = Store.open(url)

    assert [(a.id, a.need.text) for a in store.applications()] == [("a1", "a bed")]
    assert tables(url) == EVERY_TABLE
    store.close()


def test_opening_again_changes_nothing_and_keeps_the_salt(url: str) -> None:
    first = Store.open(url)
    second = Store.open(url)
    assert first.salt == second.salt
    assert len(first.salt) == 32
    first.close()
    second.close()


def test_two_stores_have_different_salts(tmp_path: Path) -> None:
    stores = [Store.open(f"sqlite:///{tmp_path / name}") for name in ("a.db", "b.db")]
    assert stores[0].salt != stores[1].salt
    for store in stores:
        store.close()


def test_several_workers_may_open_an_empty_database_at_the_same_time(url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(Store.open, [url] * 6))
    assert len({store.salt for store in stores}) == 1
    for store in stores:
        store.close()


def test_a_store_of_a_newer_version_is_refused_in_words(url: str) -> None:
    store = Store.open(url)
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match=r"'9999'.*newer version"):
        Store.open(url)


def open_and_die(url: str, statements: int) -> None:
    """Open a store, and kill the process by force before its so-manyth change of the tables."""
    seen = 0

    @event.listens_for(Engine, "before_cursor_execute")
    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal seen
        seen += any(word in statement for word in ("CREATE", "INSERT", "UPDATE", "DELETE"))
        if seen == statements:
            os.kill(os.getpid(), signal.SIGKILL)

    Store.open(url)


@pytest.mark.parametrize("statements", [1, 3, 8, 14, 17])
def test_a_migration_killed_half_way_leaves_nothing_and_can_be_finished(url: str, statements: int) -> None:
    command = [sys.executable, __file__, url, str(statements)]
    died = subprocess.run(command, stderr=subprocess.DEVNULL, timeout=60, env={"PYTHONPATH": str(ROOT)})
    assert died.returncode == -signal.SIGKILL
    assert tables(url) == set()

    Store.open(url).close()
    assert tables(url) == EVERY_TABLE


if __name__ == "__main__":
    open_and_die(sys.argv[1], int(sys.argv[2]))
