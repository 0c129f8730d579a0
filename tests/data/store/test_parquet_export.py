"""What a store keeps becomes a Parquet dataset by year or month: every application once, with the same values."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from sqlalchemy import event
from typer.testing import CliRunner

from data.__main__ import app
from data.errors import StoreError
from data.people.applicants import Need
from data.people.outcomes import Application, NamedOutcome, Outcome, Result
from data.store import parquet_export
from data.store.parquet_export import export_outcomes
from data.store.store import Store
from tests.data.store_samples import APPLICATION, AWARDED, COOKER, JUDGEMENT, NOON, PENDING, SHOWN

FIRST = date(2024, 11, 3)
NAMES = [
    "application", "person", "grant", "applied_on", "need", "purposes", "reasons", "amount", "areas", "position",
    "propensity", "status", "qualifies", "success", "decision", "decided_on", "paid",
]  # fmt: skip


def filled(store: Store, many: int) -> None:
    """Keep applications of many days, two in three of them decided, and one decision that was corrected."""
    applied = [
        Application(f"a{n}", f"p{n % 7}", "g1", FIRST + timedelta(days=n % 400), Need(text=f"need {n}"))
        for n in range(many)
    ]
    decided = [
        NamedOutcome(f"o{a.id}", Outcome(a.id, Result.DECLINED, a.on + timedelta(days=9)))
        for a in applied
        if int(a.id[1:]) % 3
    ]
    corrected = Outcome("a1", Result.AWARDED, FIRST + timedelta(days=30), 55.5)
    store.keep([*applied, *decided, NamedOutcome("again", corrected, corrects="oa1")], at=NOON)


def test_a_row_holds_what_is_kept_of_an_application_and_what_came_of_it(store: Store, tmp_path: Path) -> None:
    for record in (APPLICATION, NamedOutcome("o0", PENDING), NamedOutcome("o1", AWARDED), SHOWN, JUDGEMENT):
        store.keep([record], at=NOON)
    assert export_outcomes(store, tmp_path / "out") == 1
    table = ds.dataset(tmp_path / "out", partitioning="hive").to_table()
    assert table.column_names == [*NAMES, "year"]
    assert table.to_pylist() == [
        {
            "application": "a1", "person": "p1", "grant": "g1", "applied_on": date(2026, 11, 20),
            "need": COOKER.text, "purposes": ["GTIP020"], "reasons": ["GTIR010"], "amount": 350.0,
            "areas": ["E08000025", "E12000005"], "position": 2, "propensity": 0.5,
            "status": None, "qualifies": None, "success": None,
            "decision": "awarded", "decided_on": date(2026, 12, 1), "paid": 300.0, "year": 2026,
        }
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["year", "month"])
def test_every_application_stands_once_in_its_partition_with_what_is_now_known_of_it(
    store: Store, tmp_path: Path, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_export, "ROWS_A_GROUP", 64)
    filled(store, 1000)
    told: list[tuple[int, int]] = []
    rows = export_outcomes(
        store,
        tmp_path / "out",
        by=parquet_export.By(by),
        progress=lambda _, done, of: told.append((done, of)),
    )
    found = ds.dataset(tmp_path / "out", partitioning="hive").to_table().to_pylist()
    kept = {outcome.application_id: outcome for outcome in store.outcomes()}
    assert rows == len(found) == 1000
    assert [
        (row["application"], row["person"], row["need"], row["applied_on"], row["decision"], row["paid"])
        for row in found
    ] == [
        (a.id, a.person, a.need.text, a.on, known and str(known.result), known and known.amount)
        for a in store.applications()
        for known in (kept.get(a.id),)
    ]
    assert all(row["year"] == row["applied_on"].year for row in found)
    if by == "month":
        assert all(row["month"] == row["applied_on"].month for row in found)
    assert told[-1] == (1000, 1000)
    assert next(row for row in found if row["application"] == "a1")["paid"] == 55.5


def test_the_files_are_those_of_a_hive_dataset(store: Store, tmp_path: Path) -> None:
    filled(store, 400)
    export_outcomes(store, tmp_path / "out", by=parquet_export.By.MONTH)
    months = sorted(str(path.relative_to(tmp_path / "out")) for path in tmp_path.rglob("*.parquet"))
    assert months[0] == "year=2024/month=11/part-0.parquet"
    assert (len(months), months[2]) == (14, "year=2025/month=01/part-0.parquet")
    frame = pd.read_parquet(tmp_path / "out")
    assert len(frame) == frame["application"].nunique() == 400


def test_rows_are_written_while_others_are_still_read(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_export, "ROWS_A_GROUP", 100)
    filled(store, 2500)
    export_outcomes(store, tmp_path / "out")
    groups = [pq.ParquetFile(path).num_row_groups for path in tmp_path.rglob("*.parquet")]
    assert sum(groups) >= 25


@pytest.fixture
def broken(store: Store) -> Store:
    """A store with an application that cannot be read, among many that can."""
    filled(store, 300)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE applications SET need = 'no need' WHERE id = 'a299'")
    return store


def test_what_is_not_written_whole_is_not_there(broken: Store, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no need"):
        export_outcomes(broken, tmp_path / "there" / "out")
    assert not list((tmp_path / "there").iterdir())


def test_a_folder_that_is_there_is_not_touched(store: Store, tmp_path: Path) -> None:
    filled(store, 3)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine", "utf-8")
    with pytest.raises(StoreError, match="is there already; name a folder that is not"):
        export_outcomes(store, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


def test_an_empty_store_writes_nothing_and_says_so(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="keeps no applications"):
        export_outcomes(store, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_store_is_read_by_a_cursor_that_the_server_holds(store: Store, tmp_path: Path) -> None:
    filled(store, 10)
    cursors: list[str] = []
    event.listen(
        store.engine, "after_cursor_execute", lambda _, cursor, *__: cursors.append(type(cursor).__name__)
    )
    export_outcomes(store, tmp_path / "out")
    assert set(cursors) == {"ServerCursor" if store.engine.dialect.name == "postgresql" else "Cursor"}


def test_the_command_exports_and_refuses_in_a_sentence(store: Store, url: str, tmp_path: Path) -> None:
    filled(store, 50)
    arguments = ["export-outcomes", str(tmp_path / "out"), "--store", url, "--by", "month"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "50 applications" in result.output
    again = CliRunner().invoke(app, arguments)
    assert (again.exit_code, type(again.exception)) == (1, SystemExit)
    assert "is there already" in again.output
