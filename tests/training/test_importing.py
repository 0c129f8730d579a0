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
        ({"Asked": "a lot"}, "the number under 'Asked' is no number"),
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


def with_keys(folder: Path, *keys: str) -> ImportMapping:
    """The mapping with keys before its tables."""
    path = folder / "mapping.toml"
    path.write_text("\n".join(keys) + MAPPING, "utf-8")
    return read_mapping(path)


def asked(folder: Path, mapping: ImportMapping, amount: str) -> float | str | None:
    """The amount that was kept, or the reason why the row was not."""
    found = kept(folder, mapping, changed(Asked=amount))
    if not found.kept:
        return next(iter(found.counts))
    store = Store.open(f"sqlite:///{folder}/grants.db")
    history = store.history()
    store.close()
    return history.applications[0].need.amount


@pytest.mark.parametrize(
    ("mark", "amount", "number"),
    [
        (".", "£1,200", 1200),
        (".", "1,234,567.50", 1234567.5),
        (".", "1200.5 €", 1200.5),
        (".", "0.125", 0.125),
        (".", "1 200", 1200),
        (".", "", None),
        (",", "12,50", 12.5),
        (",", "1.200,50", 1200.5),
        (",", "€ 1.234.567", 1234567),
        (",", "1\u202f200,5", 1200.5),
        (",", "1'200,50", 1200.5),
        (",", "0,125", 0.125),
        (",", "1200", 1200),
    ],
)
def test_an_amount_is_read_with_the_decimal_mark_that_the_mapping_names(
    tmp_path: Path, mark: str, amount: str, number: float | None
) -> None:
    assert asked(tmp_path, with_keys(tmp_path, f'decimal = "{mark}"'), amount) == number


@pytest.mark.parametrize(
    ("mark", "amount"),
    [
        (".", "12,50"),
        (".", "1.200,50"),
        (".", "1,200,50"),
        (".", "12 50"),
        (".", "1,200 300"),
        (",", "1,200.50"),
        (",", "12.50"),
        (",", "1200.500"),
    ],
)
def test_an_amount_that_does_not_fit_the_decimal_mark_is_left_out(
    tmp_path: Path, mark: str, amount: str
) -> None:
    why = f"the number under 'Asked' is not written with {mark!r} before its decimals"
    assert asked(tmp_path, with_keys(tmp_path, f'decimal = "{mark}"'), amount) == why


@pytest.mark.parametrize(("mark", "amount"), [(".", "1.200"), (",", "£1,200"), (",", "999,000")])
def test_an_amount_that_may_be_thousands_or_decimals_is_left_out(
    tmp_path: Path, mark: str, amount: str
) -> None:
    why = "the amount under 'Asked' may be thousands or three decimals"
    assert asked(tmp_path, with_keys(tmp_path, f'decimal = "{mark}"'), amount) == why


def test_the_decimal_mark_is_about_text_and_not_about_numbers_of_parquet(tmp_path: Path) -> None:
    row = {**dict(zip(HEAD, GOOD, strict=True)), "Asked": 1200.125}
    pq.write_table(pa.table({name: [value] for name, value in row.items()}), tmp_path / "export.parquet")
    url = f"sqlite:///{tmp_path}/grants.db"
    mapping = with_keys(tmp_path, 'decimal = ","')
    assert imported(tmp_path / "export.parquet", mapping, url, today=TODAY).kept == 1
    store = Store.open(url)
    assert store.history().applications[0].need.amount == 1200.125
    store.close()


@pytest.mark.parametrize("before", [0, 12_000], ids=["early", "late"])
def test_a_ragged_row_is_left_out_with_its_line_and_the_others_are_kept(
    tmp_path: Path, mapping: ImportMapping, before: int
) -> None:
    early = (changed(Ref=f"early {number}", What_for="x" * 60) for number in range(before))
    lines = changed(Ref="lines", What_for="a\nstove")
    found = kept(tmp_path, mapping, *early, lines, (*GOOD, "more"), GOOD[:4], GOOD)
    long, short = "10 cells instead of 9", "4 cells instead of 9"
    assert dict(found.counts) == {"stored": before + 2, long: 1, short: 1}
    assert (found.first[long], found.first[short]) == (before + 4, before + 5)


def test_a_quote_that_is_never_closed_costs_no_more_than_the_rows_in_it(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    path = written(tmp_path, GOOD)
    with path.open("a", encoding="utf-8") as file:
        file.write('r2,"' + "x" * 200_000 + "\n")
        csv.writer(file).writerow(changed(Ref="r3"))
    found = imported(path, mapping, f"sqlite:///{tmp_path}/grants.db", today=TODAY)
    assert dict(found.counts) == {"stored": 2, "its cells cannot be told apart": 1}
    assert found.first["its cells cannot be told apart"] == 3


def test_a_file_in_another_encoding_and_with_another_delimiter_is_read_as_the_mapping_says(
    tmp_path: Path,
) -> None:
    path = tmp_path / "export.csv"
    cells = [HEAD, changed(What_for="a caf\u00e9 table, second hand")]
    path.write_text("\n".join(";".join(row) for row in cells).replace("ZU-N1;ZU", "ZU-N1"), "cp1252")
    mapping = with_keys(tmp_path, 'encoding = "windows-1252"', 'delimiter = ";"')
    url = f"sqlite:///{tmp_path}/grants.db"
    assert dict(imported(path, mapping, url, today=TODAY).counts) == {"stored": 1}
    store = Store.open(url)
    need = store.history().applications[0].need
    store.close()
    assert need == Need(text="a caf\u00e9 table, second hand", amount=1200)


def test_a_byte_order_mark_is_no_part_of_a_columns_name(tmp_path: Path, mapping: ImportMapping) -> None:
    path = written(tmp_path, GOOD)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert imported(path, mapping, f"sqlite:///{tmp_path}/grants.db", today=TODAY).kept == 1


def test_a_wrong_encoding_is_told_before_anything_is_kept(tmp_path: Path, mapping: ImportMapping) -> None:
    path = written(tmp_path, *(changed(Ref=str(number)) for number in range(5000)))
    path.write_bytes(path.read_text("utf-8").replace("\u00a3", "").encode() + b"r1,c1,stove,caf\xe9\r\n")
    url = f"sqlite:///{tmp_path}/grants.db"
    with pytest.raises(BadExperiment, match="line 5002 is not written in utf-8.*`encoding`.*cp1252"):
        imported(path, mapping, url, today=TODAY)
    store = Store.open(url)
    assert not store.history().applications
    store.close()


def test_a_wrong_delimiter_is_answered_with_the_key_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(BadExperiment, match="it has Ref,Client.*`delimiter`"):
        kept(tmp_path, with_keys(tmp_path, 'delimiter = ";"'), GOOD)


def test_a_column_that_stands_twice_is_refused(tmp_path: Path, mapping: ImportMapping) -> None:
    path = tmp_path / "export.csv"
    path.write_text(",".join((*HEAD, "Asked")) + "\n", "utf-8")
    with pytest.raises(BadExperiment, match="more than once: Asked"):
        imported(path, mapping, f"sqlite:///{tmp_path}/grants.db", today=TODAY)


def test_parquet_that_ends_early_is_told_in_a_sentence(tmp_path: Path, mapping: ImportMapping) -> None:
    path = tmp_path / "export.parquet"
    rows = [dict(zip(HEAD, changed(Ref=f"r{number}"), strict=True)) for number in range(50)]
    pq.write_table(pa.Table.from_pylist(rows), path, compression="gzip")
    stored = bytearray(path.read_bytes())
    stored[4:200] = bytes(196)
    path.write_bytes(stored)
    with pytest.raises(BadExperiment, match=r"export.parquet: it cannot be read as .parquet"):
        imported(path, mapping, f"sqlite:///{tmp_path}/grants.db", today=TODAY)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ('encoding = "utf-99"', "encoding: .*no such encoding"),
        ('encoding = "hex"', "encoding: .*no such encoding"),
        ('delimiter = ";;"', "delimiter: .*one character stands between columns"),
        ("delimiter = '\"'", "delimiter: .*one character stands between columns"),
        ('decimal = ";"', "decimal: .*'.' or ','"),
    ],
)
def test_a_key_that_says_nothing_possible_is_refused(tmp_path: Path, key: str, told: str) -> None:
    with pytest.raises(BadExperiment, match=told):
        with_keys(tmp_path, key)


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
