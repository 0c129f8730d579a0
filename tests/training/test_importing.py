"""A case system's export becomes applications and decisions, and every row gets a receipt or a reason."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from data.errors import BadExperiment
from data.people.applicants import Need
from data.people.outcomes import Application, Outcome, Result
from data.store.store import Store
from training.__main__ import app
from training.importing import ImportMapping, read_mapping
from training.keeping_outcomes import Imported, imported

TODAY = date(2026, 11, 29)
HEAD = ("Ref", "Client", "Fund", "Received", "Town", "What for", "Asked", "Decision", "Decided")
GOOD = ("r1", "c1", "stove", "20/03/2026", "ZU-N1;ZU", "a stove", "£1,200", "Approved", "01/05/2026")
MAPPING = """
days = "%d/%m/%Y"
[columns]
application = "Ref"
person = "Client"
grant = "Fund"
applied_on = "Received"
areas = "Town"
need = "What for"
amount = "Asked"
decision = "Decision"
decided_on = "Decided"
[decisions]
Approved = "awarded"
Refused = "declined"
Open = "pending"
[grants]
"Old stove fund" = "stove"
"""


@pytest.fixture
def mapping(tmp_path: Path) -> ImportMapping:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING, "utf-8")
    return read_mapping(path)


def written(folder: Path, *rows: tuple[str, ...]) -> Path:
    path = folder / "export.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return path


def changed(**cells: str) -> tuple[str, ...]:
    """The good row with other cells."""
    return tuple(cells.get(name.replace(" ", "_"), value) for name, value in zip(HEAD, GOOD, strict=True))


def kept(folder: Path, mapping: ImportMapping, *rows: tuple[str, ...]) -> Imported:
    return imported(written(folder, *rows), mapping, f"sqlite:///{folder}/grants.db", today=TODAY)


def test_a_row_becomes_an_application_and_its_decision(tmp_path: Path, mapping: ImportMapping) -> None:
    pending = changed(Ref="r2", Fund="Old stove fund", Decision="Open", Decided="")
    found = kept(tmp_path, mapping, GOOD, pending)
    assert (found.rows, found.kept, dict(found.counts)) == (2, 2, {"stored": 2})
    store = Store.open(f"sqlite:///{tmp_path}/grants.db")
    history = store.history()
    store.close()
    need = Need(text="a stove", amount=1200)
    assert history.applications[0] == Application(
        "r1", "c1", "stove", date(2026, 3, 20), need, ("ZU-N1", "ZU")
    )
    assert history.applications[1].grant_id == "stove"
    assert history.outcomes == (Outcome("r1", Result.AWARDED, date(2026, 5, 1)),)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"Ref": ""}, "nothing, or too much, stands under 'Ref'"),
        ({"Received": "2026-03-20"}, "no day as %d/%m/%Y under 'Received'"),
        ({"Decided": "01/01/2026"}, "decided before it was applied for"),
        ({"Decided": "30/11/2026"}, "decided after today"),
        ({"Decision": "Maybe"}, "the mapping does not know the decision 'Maybe'"),
        ({"Decision": "x" * 80}, "the mapping does not know the decision one of 80 characters"),
        ({"Asked": "a lot"}, "no number under 'Asked'"),
        ({"What_for": "x" * 2001}, "the need cannot be used: its text"),
    ],
)
def test_a_row_that_cannot_be_used_is_left_out_under_its_reason(
    tmp_path: Path, mapping: ImportMapping, cells: dict[str, str], why: str
) -> None:
    found = kept(tmp_path, mapping, changed(Ref="other"), changed(**cells))
    assert dict(found.counts) == {"stored": 1, why: 1}
    assert found.first[why] == 3


def test_the_same_file_again_changes_nothing_and_other_content_is_told(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    kept(tmp_path, mapping, GOOD)
    assert dict(kept(tmp_path, mapping, GOOD, GOOD).counts) == {"already kept": 2}
    again = kept(tmp_path, mapping, changed(Decision="Refused"))
    assert dict(again.counts) == {"other content, or another decision, is kept under its id": 1}


def test_what_came_by_the_service_and_who_was_erased_are_respected(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/grants.db")
    at = datetime(2026, 6, 1, tzinfo=UTC)
    need = Need(text="a stove", amount=1200)
    store.append_application(
        Application("r1", "c1", "stove", date(2026, 3, 20), need, ("ZU-N1", "ZU")), at=at
    )
    store.append_outcome("told", Outcome("r1", Result.DECLINED, date(2026, 5, 1)), at=at)
    store.erase("gone")
    store.close()
    found = kept(tmp_path, mapping, GOOD, changed(Ref="r9", Client="gone"))
    assert dict(found.counts) == {
        "other content, or another decision, is kept under its id": 1,
        "its person asked to be erased": 1,
    }


def test_parquet_with_real_days_is_read_as_well(tmp_path: Path, mapping: ImportMapping) -> None:
    row = dict(zip(HEAD, GOOD, strict=True))
    table = pa.table({
        **{name: [value] for name, value in row.items()},
        "Received": [date(2026, 3, 20)],
        "Decided": [datetime(2026, 5, 1, 12)],
        "Asked": [1200.0],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "export.parquet")
    url = f"sqlite:///{tmp_path}/grants.db"
    found = imported(tmp_path / "export.parquet", mapping, url, today=TODAY)
    assert dict(found.counts) == {"stored": 1}
    assert dict(kept(tmp_path, mapping, GOOD).counts) == {"already kept": 1}


def test_a_column_that_is_not_there_is_told_with_those_that_are(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Ref,Client\nr1,c1\n", "utf-8")
    with pytest.raises(BadExperiment, match="does not have: Fund, Received.*; it has Ref, Client"):
        imported(path, mapping, f"sqlite:///{tmp_path}/grants.db", today=TODAY)


def test_a_mapping_with_a_misspelt_key_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING.replace("[decisions]", "persn = 'x'\n[decisions]"), "utf-8")
    with pytest.raises(
        BadExperiment, match=r"columns.persn: there is no such setting; did you mean 'person'"
    ):
        read_mapping(path)


def test_the_command_writes_a_receipt_for_every_row(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(MAPPING, "utf-8")
    export = written(tmp_path, GOOD, changed(Ref="r2", Decision="Maybe"))
    arguments = ["import-outcomes", str(export), "--mapping", str(tmp_path / "mapping.toml")]
    arguments += ["--store", f"sqlite:///{tmp_path}/grants.db", "--receipts", str(tmp_path / "receipts.csv")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "1 of 2 rows are in the store" in result.output
    assert (tmp_path / "receipts.csv").read_text("utf-8").splitlines() == [
        "row,application,receipt",
        "2,r1,stored",
        "3,,the mapping does not know the decision 'Maybe'",
    ]


OWN_PURPOSES = """
[purposes]
wood = ["heat"]

[catalogue]
grants = "catalogue.jsonl"
facts = "facts.json"
"""


def test_purposes_of_the_catalogues_own_are_read_and_others_refused(tmp_path: Path) -> None:
    book = {"facts": [], "purposes": {"heat": "Heating"}}
    (tmp_path / "facts.json").write_text(json.dumps(book), "utf-8")
    (tmp_path / "catalogue.jsonl").write_text(
        json.dumps({"id": "stove", "title": "Stove", "rules": []}), "utf-8"
    )
    path = tmp_path / "mapping.toml"
    told = MAPPING.split("[catalogue]")[0].replace("[columns]", '[columns]\npurposes = "What for"')
    path.write_text(told + OWN_PURPOSES, "utf-8")
    found = kept(
        tmp_path, read_mapping(path), changed(What_for="wood"), changed(Ref="other", What_for="GTIP020")
    )
    assert found.counts["the need cannot be used: its purposes"] == 1
    path.write_text(told + OWN_PURPOSES.replace("heat", "heet"), "utf-8")
    with pytest.raises(BadExperiment, match=r"there is no purpose 'heet'; known are heat \(Heating\)"):
        kept(tmp_path, read_mapping(path), GOOD)
