"""Files as they come from spreadsheets and exports: read where they can be, told where they are odd, never a crash."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from data.__main__ import app
from data.awards.award_file import AwardFile, read_awards, write_awards
from data.errors import BadData

HEADINGS = (
    "Identifier,Title,Description,Currency,Amount Awarded,Award Date,Funding Org:Identifier,Funding Org:Name"
)
PLACE = ",Beneficiary Location:Geographic Code"
GRANT = {
    "id": "360G-1", "title": "Beds", "amountAwarded": 100, "awardDate": "2020-04-03",
    "fundingOrganization": [{"id": "GB-CHC-2", "name": "Fund"}],
}  # fmt: skip


def csv_file(folder: Path, *rows: str, headings: str = HEADINGS) -> AwardFile:
    """Read rows below headings."""
    (folder / "awards.csv").write_text("\n".join([headings, *rows]), "utf-8")
    return read_awards(folder / "awards.csv")


def row(name: str = "360G-1", *, currency: str = "GBP", amount: str = "100", day: str = "2020-04-03") -> str:
    """One row."""
    return f"{name},Beds,Beds for a hostel,{currency},{amount},{day},GB-CHC-2,Fund"


def rules(found: AwardFile) -> set[str]:
    """The kinds of what was odd."""
    return {rule for rule, _ in found.counts}


def test_characters_that_nobody_sees_are_left_out_and_told(tmp_path: Path) -> None:
    seen = row("360G-1\u200b", amount="\u200b100", day="\u200f2020-04-03\ufeff")
    found = csv_file(tmp_path, seen, headings="\u200bIdentifier\u200b" + HEADINGS.removeprefix("Identifier"))
    [award] = found.awards
    assert (award.id, award.amount, award.awarded_on) == ("360G-1", 100, date(2020, 4, 3))
    assert {"INVISIBLE", "HEADING"} <= rules(found)


def test_two_ids_that_look_alike_are_one(tmp_path: Path) -> None:
    found = csv_file(tmp_path, row("360G-1"), row("360G-1\u200b", amount="200"))
    assert len(found.awards) == 1
    assert "DUPLICATE" in rules(found)


def test_rows_that_go_on_with_an_award_add_their_places(tmp_path: Path) -> None:
    rows = [
        row() + ",E08000025",
        "360G-1,,,,,,,,E08000026",
        row() + ",E08000027",
        row("360G-2") + ",S12000049",
    ]
    found = csv_file(tmp_path, *rows, headings=HEADINGS + PLACE)
    assert [award.areas for award in found.awards] == [
        ("E08000025", "E08000026", "E08000027"),
        ("S12000049",),
    ]
    assert (found.rows, found.continued, found.rejected) == (4, 2, 0)


def test_a_row_of_the_same_id_that_tells_something_else_is_a_duplicate(tmp_path: Path) -> None:
    rows = [row() + ",E08000025", row(amount="200") + ",E08000026"]
    found = csv_file(tmp_path, *rows, headings=HEADINGS + PLACE)
    assert [award.areas for award in found.awards] == [("E08000025",)]
    assert (found.continued, found.rejected) == (0, 1)


@pytest.mark.parametrize(("currency", "read"), [("EUR", "EUR"), ("$", "USD"), ("gbp", "GBP"), ("GBP", "GBP")])
def test_a_currency_other_than_pounds_is_told(tmp_path: Path, currency: str, read: str) -> None:
    found = csv_file(tmp_path, row(currency=currency))
    assert found.awards[0].currency == read
    assert ("CURRENCY_OTHER" in rules(found)) is (read != "GBP")


def test_one_bad_byte_spoils_no_other_letter(tmp_path: Path) -> None:
    rows = "\n".join([HEADINGS, row().replace("hostel", "hostel ŵŷ Tŷ Croeso"), row("360G-2")]).encode()
    (tmp_path / "awards.csv").write_bytes(rows.replace(b"360G-2,Beds", b"360G-2,Bed\xff"))
    found = read_awards(tmp_path / "awards.csv")
    assert [award.title for award in found.awards] == ["Beds", "Bed\N{REPLACEMENT CHARACTER}"]
    assert "Tŷ Croeso" in found.awards[0].description
    assert "ENCODING" in rules(found)


def json_file(folder: Path, text: str) -> AwardFile:
    """Read a JSON file."""
    (folder / "awards.json").write_text(text, "utf-8")
    return read_awards(folder / "awards.json")


def test_a_number_of_thousands_of_digits_is_no_amount(tmp_path: Path) -> None:
    found = json_file(tmp_path, json.dumps({"grants": [GRANT]}).replace("100", "9" * 5000))
    assert (found.rejected, "AMOUNT_UNREADABLE" in rules(found)) == (1, True)


@pytest.mark.parametrize("depth", [200, 2_000, 100_000])
def test_deep_nesting_is_told_or_read(tmp_path: Path, depth: int) -> None:
    inner = '{"a":' * depth + "1" + "}" * depth
    grants = f'{{"grants":[{json.dumps(GRANT)[:-1]}, "x": {inner}}}]}}'
    found = json_file(tmp_path, grants)
    assert found.awards or found.problems


def test_a_key_that_stands_twice_leaves_nobody_to_guess(tmp_path: Path) -> None:
    found = json_file(
        tmp_path, json.dumps({"grants": [GRANT]}).replace('"title"', '"amountAwarded": 7, "title"')
    )
    assert (found.rejected, found.problems[0].message[:18]) == (1, "a key stands twice")


def test_half_a_character_is_replaced_and_can_be_written_again(tmp_path: Path) -> None:
    found = json_file(tmp_path, json.dumps({"grants": [{**GRANT, "id": "360G-\ud83d", "title": "x\udc00"}]}))
    assert write_awards(found.awards, tmp_path / "out.jsonl") == 1
    assert found.awards[0].title == "x\N{REPLACEMENT CHARACTER}"
    assert "HALF_CHARACTER" in rules(found)


def workbook(folder: Path) -> Path:
    """A workbook with a sheet of notes and one of awards."""
    book = openpyxl.Workbook()
    notes = book.active
    assert notes is not None
    notes.append(["Read me"])
    sheet = book.create_sheet("grants")
    sheet.append((HEADINGS + PLACE).split(","))
    sheet.append(
        ["360G-1", "Beds", "For a hostel", "GBP", 100, datetime(2020, 4, 3), "GB-CHC-2", "Fund", "E08000025"]
    )
    sheet.append(["360G-1", None, None, None, None, None, None, None, "E08000026"])
    sheet.append(["360G-2", "Food", "For a week", "GBP", 99.5, "03/04/2020", "GB-CHC-2", "Fund", None])
    book.save(folder / "awards.xlsx")
    return folder / "awards.xlsx"


def test_a_workbook_is_read_from_the_sheet_that_has_the_headings(tmp_path: Path) -> None:
    found = read_awards(workbook(tmp_path))
    assert [(a.id, a.amount, a.awarded_on, a.areas) for a in found.awards] == [
        ("360G-1", 100, date(2020, 4, 3), ("E08000025", "E08000026")),
        ("360G-2", 99.5, date(2020, 4, 3), ()),
    ]


def test_a_workbook_without_awards_and_one_that_is_broken_are_refused_in_words(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    with pytest.raises(BadData, match="no sheet"):
        read_awards(tmp_path / "empty.xlsx")
    (tmp_path / "broken.xlsx").write_bytes(workbook(tmp_path).read_bytes()[:500])
    with pytest.raises(BadData, match="no workbook"):
        read_awards(tmp_path / "broken.xlsx")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"PK\x03\x04nonsense",
        b"{",
        b"[",
        b"[1]",
        b'{"grants": 5}',
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b",,,\n" * 30,
    ],
)
def test_the_command_says_what_is_wrong_with_any_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    done = CliRunner().invoke(app, ["import-awards", str(tmp_path / "file")])
    assert (done.exit_code, type(done.exception)) == (1, SystemExit)


def test_every_reported_file_is_read_without_a_crash(tmp_path: Path) -> None:
    folder = Path(__file__).parents[4] / "shared" / "data" / "service_reports" / "import"
    if not folder.is_dir():
        pytest.skip("the reported files are not here")
    for file in sorted(folder.iterdir()):
        done = CliRunner().invoke(app, ["import-awards", str(file), "--to", str(tmp_path / "out"), "--json"])
        assert done.exit_code in (0, 1) and (
            done.exception is None or isinstance(done.exception, SystemExit)
        ), file
