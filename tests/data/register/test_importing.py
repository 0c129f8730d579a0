"""What becomes of the register: which charities an entry is made of, what the entry says, what stays out of it."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from data.__main__ import app
from data.catalogue.reading import SAMPLE, Catalogue, read_catalogue, sample_catalogue
from data.errors import BadData
from data.register import charity as charities
from data.register import importing
from data.register.area_of_benefit import area_of_benefit
from data.register.extract import CHARITY, CLASSIFICATION, ODD_ROW, TABLES, Extract
from data.register.importing import Imported, import_charities
from data.register.place_names import PlaceNames
from data.synthetic.charity_extract import MadeExtract
from tests.data.register.extracts import charity, write_extract


@pytest.fixture(scope="module")
def sample() -> Catalogue:
    return sample_catalogue()


def imported(
    folder: Path, sample: Catalogue, to: Path | None = None
) -> tuple[Imported, list[dict[str, Any]]]:
    file = to or folder / "register.jsonl"
    found = import_charities(Extract(folder), file, areas=sample.areas, book=sample.facts, reviewed=sample)
    return found, [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def reason_of(found: Imported) -> list[str]:
    return [why for (table, why) in found.left_out if table == CHARITY]


def test_a_charity_becomes_an_entry_with_its_parish_that_says_nobody_has_read_its_rules(
    tmp_path: Path, sample: Catalogue
) -> None:
    _, (entry,) = imported(write_extract(tmp_path, [charity()]), sample)
    assert entry["id"] == "charity-210169" and entry["reviewed"] is False
    assert entry["title"] == "The Poor's Land of Launcells"
    assert entry["registered"]["place"] == "Launcells, in Cornwall"
    assert entry["rules"][0]["condition"] == {"lives_in": ["E06000052"]}
    assert "Nobody has read its rules for us." in entry["rules"][1]["text"]
    assert {"GTIP010", "GTIP050"} <= set(entry["purposes"])
    assert entry["registered"]["website"] == "https://www.example.org"


def test_nothing_that_leads_to_a_trustee_is_taken_over(tmp_path: Path, sample: Catalogue) -> None:
    _, (entry,) = imported(write_extract(tmp_path, [charity()]), sample)
    written = json.dumps(entry)
    assert "01288" not in written and "trustee@" not in written and "(left out)" in written


def test_entries_load_as_a_catalogue_without_an_error_or_a_warning_of_their_own(
    tmp_path: Path, sample: Catalogue
) -> None:
    imported(write_extract(tmp_path, [charity()]), sample)
    read = read_catalogue(tmp_path / "register.jsonl", areas=SAMPLE / "areas.csv")
    assert [grant.reviewed for grant in read.grants] == [False]
    ran = CliRunner().invoke(
        app, ["check", str(tmp_path / "register.jsonl"), "--areas", str(SAMPLE / "areas.csv"), "--json"]
    )
    assert ran.exit_code == 0
    assert not [one for one in json.loads(ran.output)["warnings"] if one["grant"]]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"charity_registration_status": "Removed"}, charities.GONE),
        ({"charity_insolvent": True}, charities.INSOLVENT),
        ({"charity_in_administration": "True"}, charities.INSOLVENT),
        ({"latest_acc_fin_period_end_date": "2023-11-27T00:00:00"}, charities.NO_ACCOUNTS),
        ({"latest_acc_fin_period_end_date": None}, charities.NO_ACCOUNTS),
        ({"latest_expenditure": 0}, charities.NOTHING_SPENT),
        ({"latest_expenditure": None}, charities.NOTHING_SPENT),
        ({"linked_charity_number": 3}, charities.PART),
        ({"charity_name": None}, charities.NO_NAME),
        ({"organisation_number": None}, charities.NO_NAME),
    ],
)
def test_a_charity_that_cannot_give_is_left_out_and_counted_with_the_reason(
    changes: dict[str, Any], reason: str, tmp_path: Path, sample: Catalogue
) -> None:
    found, entries = imported(write_extract(tmp_path, [charity(**changes)]), sample)
    assert not entries and reason_of(found) == [reason]


def test_accounts_of_three_years_ago_and_a_pound_spent_are_enough(tmp_path: Path, sample: Catalogue) -> None:
    row = charity(latest_acc_fin_period_end_date="2023-11-28T00:00:00", latest_expenditure="1")
    assert len(imported(write_extract(tmp_path, [row]), sample)[1]) == 1


def test_a_charity_that_gives_to_organisations_alone_is_left_out(tmp_path: Path, sample: Catalogue) -> None:
    found, _ = imported(write_extract(tmp_path, [charity()], codes=(105, 302)), sample)
    assert reason_of(found) == [charities.NO_GRANTS]


def test_a_charity_that_gives_abroad_alone_is_left_out(tmp_path: Path, sample: Catalogue) -> None:
    folder = write_extract(
        tmp_path,
        [charity(charity_activities=None, charity_name="THE KENYA FUND")],
        areas=(("Country", "Kenya"),),
        objects="THE POOR OF KENYA",
    )
    assert reason_of(imported(folder, sample)[0]) == [importing.ABROAD]


def test_a_charity_of_another_kind_is_left_out(tmp_path: Path, sample: Catalogue) -> None:
    row = charity(charity_activities="We keep bees.", charity_name="THE BEES OF CORNWALL")
    folder = write_extract(tmp_path, [row], codes=(112, 301), objects="THE KEEPING OF BEES")
    assert reason_of(imported(folder, sample)[0]) == [importing.OTHER_NEEDS]


def test_odd_rows_are_counted_and_stop_nothing(tmp_path: Path, sample: Catalogue) -> None:
    folder = write_extract(tmp_path, [None, 17, charity(), charity(), "row"])
    found, entries = imported(folder, sample)
    assert len(entries) == 1
    assert found.left_out[CHARITY, ODD_ROW] == 3 and found.left_out[CHARITY, charities.TWICE] == 1
    assert found.rows[CHARITY] == 5


def test_tab_separated_text_gives_the_same_entries_also_where_a_text_holds_line_breaks(
    tmp_path: Path, sample: Catalogue
) -> None:
    rows = [charity(n, charity_activities='Coal for the "poor"\nof Launcells.') for n in (4, 5)]
    as_json = write_extract(tmp_path / "json", rows)
    as_text = tmp_path / "text"
    as_text.mkdir()
    for table in TABLES:
        read = json.loads((as_json / f"publicextract.{table}.json").read_text(encoding="utf-8-sig"))
        lines = ["\t".join("" if value is None else str(value) for value in row.values()) for row in read]
        if table == CHARITY:
            lines.insert(1, "6\ttoo short")
        text = "\r\n".join(["\t".join(read[0]), *lines, ""])
        (as_text / f"publicextract.{table}.txt").write_text(text, encoding="utf-8-sig", newline="")
    found, entries = imported(as_text, sample, tmp_path / "text.jsonl")
    assert entries == imported(as_json, sample, tmp_path / "json.jsonl")[1] and len(entries) == 2
    assert found.left_out[CHARITY, ODD_ROW] == 1


def test_zipped_files_are_read_as_they_are(tmp_path: Path, sample: Catalogue) -> None:
    folder = write_extract(tmp_path / "plain", [charity()])
    packed = tmp_path / "packed"
    packed.mkdir()
    for table in TABLES:
        name = f"publicextract.{table}.json"
        with zipfile.ZipFile(packed / f"publicextract.{table}.zip", "w") as archive:
            archive.write(folder / name, name)
    assert imported(packed, sample)[1] == imported(folder, sample)[1]


def test_the_same_extract_gives_the_same_bytes(tmp_path: Path, sample: Catalogue) -> None:
    MadeExtract(sample.areas).write(tmp_path, charities=200)
    imported(tmp_path, sample, tmp_path / "one.jsonl")
    imported(tmp_path, sample, tmp_path / "two.jsonl")
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes() != b""


def test_every_charity_of_a_made_extract_is_an_entry_or_is_counted(tmp_path: Path, sample: Catalogue) -> None:
    MadeExtract(sample.areas, seed=3).write(tmp_path, charities=300)
    found, entries = imported(tmp_path, sample)
    left_out = sum(times for (table, _), times in found.left_out.items() if table == CHARITY)
    assert found.rows[CHARITY] == len(entries) + left_out and len(entries) > 30


def test_a_newer_extract_keeps_what_people_have_reviewed_as_it_is(tmp_path: Path, sample: Catalogue) -> None:
    file = tmp_path / "register.jsonl"
    _, (entry,) = imported(write_extract(tmp_path, [charity()]), sample, file)
    mine = json.dumps({**entry, "reviewed": True, "summary": "We rang them: they give coal."})
    file.write_text(mine + "\n", encoding="utf-8")
    found, _ = imported(
        write_extract(tmp_path, [charity(charity_name="ANOTHER NAME"), charity(7)]), sample, file
    )
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == mine and len(lines) == 2 and found.kept == 1


def test_no_entry_is_made_of_a_charity_that_stands_in_the_catalogue(
    tmp_path: Path, sample: Catalogue
) -> None:
    known = next(g.funder.id for g in sample.grants if g.funder and str(g.funder.id).startswith("GB-CHC-"))
    number = int(str(known).removeprefix("GB-CHC-"))
    found, entries = imported(write_extract(tmp_path, [charity(number)]), sample)
    assert not entries and reason_of(found) == [importing.IN_CATALOGUE]


def test_a_folder_without_the_files_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"expected publicextract\.charity_classification\.json"):
        Extract(tmp_path)
    ran = CliRunner().invoke(app, ["import-charities", str(tmp_path), str(tmp_path / "out.jsonl")])
    assert ran.exit_code == 1 and "publicextract" in ran.output and "Traceback" not in ran.output


def test_a_file_that_ends_too_early_is_refused_with_its_line_and_leaves_the_old_entries(
    tmp_path: Path, sample: Catalogue
) -> None:
    folder = write_extract(tmp_path, [charity()])
    file = folder / f"publicextract.{CLASSIFICATION}.json"
    file.write_text(file.read_text(encoding="utf-8-sig")[:-40], encoding="utf-8")
    out = tmp_path / "register.jsonl"
    with pytest.raises(BadData, match="stops being JSON"):
        imported(folder, sample, out)
    assert not out.exists()


def test_the_command_tells_every_reason_in_a_table(tmp_path: Path) -> None:
    write_extract(tmp_path, [charity(), charity(8, charity_insolvent=True)])
    ran = CliRunner().invoke(app, ["import-charities", str(tmp_path), str(tmp_path / "out.jsonl")])
    assert ran.exit_code == 0 and charities.INSOLVENT in ran.output and "1 entries" in ran.output


def test_every_local_authority_of_the_register_is_found_in_the_areas_file() -> None:
    source = Path("../shared/data/charity_register/areas_of_operation.csv")
    if not source.exists():
        pytest.skip("the register's area names are not here")
    names = PlaceNames.of(sample_catalogue().areas)
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["geographic_area_type"] == "Local Authority"]
    for row in rows:
        told = [("Local Authority", row["geographic_area_description"])]
        assert area_of_benefit(charities.Charity(1, "X", date(2026, 11, 28), areas=told), names).codes, row
    assert len(rows) > 150
