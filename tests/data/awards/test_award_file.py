"""Published awards are read as publishers write them. Every file in here is made up."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer import Typer
from typer.testing import CliRunner

from data.awards.award import Award, Recipient
from data.awards.award_file import AwardFile, read_awards, scan_awards, write_awards
from data.awards.values import read_amount, read_codes, read_day, read_text
from data.catalogue.codelists import PURPOSES
from data.commands.importing import import_awards
from data.errors import BadData

TITLES = {
    "Identifier": "360G-madeup-1",
    "Title": "A cooker",
    "Description": "Towards a cooker for a family",
    "Currency": "GBP",
    "Amount Awarded": "350",
    "Award Date": "2024-05-02",
    "Recipient Ind:Identifier": "360G-madeup-IND-1",
    "Recipient Ind:Name": "Individual Recipient",
    "Funding Org:Identifier": "GB-CHC-000000",
    "Funding Org:Name": "A Made-up Fund",
    "Grant Programme:Title": "Crisis grants",
    "Beneficiary Location:0:Geographic Code": "E08000025",
    "To Individuals Details:Primary Grant Reason": "GTIR010",
    "To Individuals Details:Secondary Grant Reason": "GTIR030",
    "To Individuals Details:Grant Purpose": "GTIP020;GTIP050",
}
AWARD = Award(
    id="360G-madeup-1",
    funder_id="GB-CHC-000000",
    awarded_on=date(2024, 5, 2),
    amount=350.0,
    title="A cooker",
    description="Towards a cooker for a family",
    funder_name="A Made-up Fund",
    currency="GBP",
    recipient=Recipient.INDIVIDUAL,
    recipient_id="360G-madeup-IND-1",
    programme="Crisis grants",
    areas=("E08000025",),
    purposes=("GTIP020", "GTIP050"),
    reasons=("GTIR010", "GTIR030"),
)


def table(*rows: dict[str, str], delimiter: str = ",") -> str:
    """Write rows as CSV under the headings that any of them has."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, delimiter=delimiter, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read(tmp_path: Path, content: str | bytes, name: str = "awards.csv", **how: Any) -> AwardFile:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_awards(file, **how)


def read_row(tmp_path: Path, **changes: str) -> AwardFile:
    """Read one good row with some fields changed; `_` stands for a blank, `__` for a colon."""
    names = {name.lower().replace(" ", "_").replace(":", "__"): name for name in TITLES}
    return read(tmp_path, table({**TITLES, **{names.get(k, k): v for k, v in changes.items()}}))


def rules(found: AwardFile) -> list[tuple[str | None, str | None]]:
    return [(problem.rule, problem.field) for problem in found.problems]


# --- forms of file


def test_the_standards_titles_give_a_whole_award_and_no_problem(tmp_path: Path) -> None:
    found = read(tmp_path, table(TITLES))
    assert found.awards == (AWARD,)
    assert found.problems == ()
    assert (found.rows, found.rejected) == (1, 0)


def test_json_paths_serve_as_headings_too(tmp_path: Path) -> None:
    row = {
        "id": "1",
        "title": "A bed",
        "description": "A bed",
        "currency": "GBP",
        "amountAwarded": "90",
        "awardDate": "2024-01-31",
        "fundingOrganization/0/id": "GB-CHC-000000",
        "fundingOrganization/0/name": "A Made-up Fund",
        "recipientOrganization/0/id": "GB-CHC-111111",
        "recipientOrganization/0/name": "A Made-up Charity",
        "toIndividualsDetails/grantPurpose/0": "GTIP020",
        "toIndividualsDetails/grantPurpose/1": "GTIP030",
    }
    award = read(tmp_path, table(row)).awards[0]
    assert (award.recipient, award.recipient_name) == (Recipient.ORGANISATION, "A Made-up Charity")
    assert award.purposes == ("GTIP020", "GTIP030")


@pytest.mark.parametrize(
    "heading",
    [
        "To Individuals Details:Grant Purpose:0:Code",
        "to individuals details : grant purpose",
        "To Individuals Details:0:Grant Purpose",
    ],
)
def test_headings_may_be_numbered_spaced_and_written_in_any_case(tmp_path: Path, heading: str) -> None:
    row = {k: v for k, v in TITLES.items() if not k.endswith("Grant Purpose")}
    assert read(tmp_path, table({**row, heading: "GTIP020"})).awards[0].purposes == ("GTIP020",)


@pytest.mark.parametrize(
    "wrap", [lambda grants: {"title": "x", "meta": {"n": [1]}, "grants": grants, "z": 1}, list]
)
@pytest.mark.parametrize("indent", [None, 2])
def test_json_packages_and_bare_lists_give_the_same_awards(
    tmp_path: Path, wrap: Any, indent: int | None
) -> None:
    content = json.dumps(wrap([AWARD.as_grant()]), indent=indent)
    found = read(tmp_path, content, "awards.json")
    assert found.awards == (AWARD,)
    assert found.problems == ()


@pytest.mark.parametrize("name", ["awards.jsonl", "awards.json"])
def test_json_lines_are_read_and_a_broken_line_is_counted(tmp_path: Path, name: str) -> None:
    lines = [
        json.dumps(AWARD.as_grant()),
        '{"id": "2", ',
        "",
        "[1]",
        json.dumps({**AWARD.as_grant(), "id": "3"}),
    ]
    found = read(tmp_path, "\n".join(lines), name)
    assert [award.id for award in found.awards] == ["360G-madeup-1", "3"]
    assert (found.rows, found.rejected) == (4, 2)
    assert [(p.line, p.rule) for p in found.problems] == [(2, "ROW"), (4, "ROW")]


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    assert write_awards([AWARD], file) == 1
    assert read_awards(file).awards == (AWARD,)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks_leave_the_first_heading_readable(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, table({**TITLES, "Title": "Caffè £"}).encode(encoding))
    assert found.awards[0].title == "Caffè £"
    assert found.problems == ()


def test_windows_1252_is_read_and_reported(tmp_path: Path) -> None:
    found = read(
        tmp_path, table({**TITLES, "Amount Awarded": "£350", "Title": "A child’s bed"}).encode("cp1252")
    )
    assert (found.awards[0].amount, found.awards[0].title) == (350.0, "A child’s bed")
    assert ("ENCODING", None) in rules(found)


def test_text_that_was_read_in_the_wrong_encoding_before_is_reported(tmp_path: Path) -> None:
    found = read_row(tmp_path, title="A childâ€™s bed", amount_awarded="Â£350")
    assert found.awards[0].amount == 350.0
    assert {("MOJIBAKE", "title"), ("MOJIBAKE", "amountawarded")} <= set(rules(found))


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_recognised(tmp_path: Path, delimiter: str) -> None:
    row = {**TITLES, "To Individuals Details:Grant Purpose": "GTIP020"}
    assert read(tmp_path, table(row, delimiter=delimiter)).awards[0].purposes == ("GTIP020",)


def test_lines_above_the_headings_are_reported_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, "Our grants 2024\n\n" + table(TITLES, {**TITLES, "Award Date": "soon"}))
    assert len(found.awards) == 1
    assert [(p.line, p.rule) for p in found.problems][:2] == [(3, "HEADING"), (5, "DATE_UNREADABLE")]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    lines = table(TITLES).splitlines()
    found = read(tmp_path, "\n".join([lines[0], "", "," * 14, lines[1], "  ", ""]))
    assert (found.rows, found.rejected) == (1, 0)


def test_a_cell_of_several_lines_keeps_later_line_numbers_right(tmp_path: Path) -> None:
    first = {**TITLES, "Description": "one\ntwo\nthree"}
    found = read(tmp_path, table(first, {**TITLES, "Identifier": "2", "Award Date": "?"}))
    assert found.awards[0].description == "one two three"
    assert [(p.line, p.rule) for p in found.problems] == [(5, "DATE_UNREADABLE")]


def test_a_comma_without_quotes_rejects_the_shifted_row(tmp_path: Path) -> None:
    lines = table(TITLES).splitlines()
    found = read(tmp_path, "\n".join([lines[0], lines[1].replace("A cooker", "A cooker, a bed")]))
    assert (found.rows, found.rejected) == (1, 1)
    assert "without quotes" in found.problems[0].message


def test_a_json_file_that_breaks_off_gives_what_came_before_and_says_so(tmp_path: Path) -> None:
    whole = json.dumps({"grants": [AWARD.as_grant(), {**AWARD.as_grant(), "id": "2"}]}, indent=1)
    found = read(tmp_path, whole[: whole.rindex('"currency"')], "awards.json")
    assert found.awards == (AWARD,)
    assert found.problems[-1].rule == "BROKEN_FILE"
    assert found.problems[-1].line == 2 + json.dumps(AWARD.as_grant(), indent=1).count("\n") + 2


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("", "awards.csv"),
        ("a,b\n1,2\n", "awards.csv"),
        ('{"awards": []}', "awards.json"),
        ("not json", "awards.json"),
        (b"PK\x03\x04rest", "awards.xlsx"),
        (b"\x00\xff\xfe\x01", "awards.csv"),
    ],
)
def test_a_file_that_is_no_list_of_awards_is_refused_in_words(
    tmp_path: Path, content: Any, name: str
) -> None:
    with pytest.raises(BadData):
        read(tmp_path, content, name)


def test_an_empty_list_is_a_file_without_awards(tmp_path: Path) -> None:
    found = read(tmp_path, '{"grants": []}', "awards.json")
    assert (found.rows, found.awards) == (0, ())


# --- values


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        (350, 350.0),
        (350.5, 350.5),
        ("£1,250.50", 1250.5),
        (" 1 250 ", 1250.0),
        ("GBP 90", 90.0),
        ("90 GBP", 90.0),
        ("1,234,567", 1234567.0),
        ("(200)", -200.0),
        ("-£5", -5.0),
        ("1.5E+03", 1500.0),
        ("1.250,50", None),
        ("1,25", None),
        ("£1k", None),
        ("ten", None),
        ("100-200", None),
        (True, None),
        (float("nan"), None),
        ("1e99", 1e99),
        ("", None),
        (None, None),
        (["350"], None),
    ],
)
def test_amounts_are_read_only_where_there_is_one_meaning(written: object, amount: float | None) -> None:
    assert read_amount(written)[0] == amount


@pytest.mark.parametrize(
    ("written", "day", "rule"),
    [
        ("2024-05-02", date(2024, 5, 2), None),
        ("2024-05-02T16:45:00Z", date(2024, 5, 2), None),
        ("2024-05-02 00:00:00", date(2024, 5, 2), None),
        ("2024-05-02T23:00:00Z", date(2024, 5, 2), "DATE_NEAR_MIDNIGHT"),
        ("2024/5/2", date(2024, 5, 2), "DATE_FORMAT"),
        ("31/05/2024", date(2024, 5, 31), "DATE_FORMAT"),
        ("05/31/2024", date(2024, 5, 31), "DATE_FORMAT"),
        ("02/05/2024", date(2024, 5, 2), "DATE_AMBIGUOUS"),
        ("02/05/2024 00:00", date(2024, 5, 2), "DATE_AMBIGUOUS"),
        ("05/05/2024", date(2024, 5, 5), "DATE_FORMAT"),
        ("2.5.24", date(2024, 5, 2), "DATE_AMBIGUOUS"),
        ("45414", date(2024, 5, 2), "DATE_FORMAT"),
        ("2nd May 2024", date(2024, 5, 2), "DATE_FORMAT"),
        ("02-May-24", date(2024, 5, 2), "DATE_FORMAT"),
        ("May 2, 2024", date(2024, 5, 2), "DATE_FORMAT"),
        ("2024-02-30", None, "DATE_UNREADABLE"),
        ("31/13/2024", None, "DATE_UNREADABLE"),
        ("2024-05", None, "DATE_UNREADABLE"),
        ("2024", None, "DATE_UNREADABLE"),
        ("May 2024", None, "DATE_UNREADABLE"),
        ("#REF!", None, "FILLER"),
        ("", None, None),
    ],
)
def test_days_are_read_as_publishers_write_them(written: str, day: date | None, rule: str | None) -> None:
    found, notes = read_day(written, day_first=None)
    assert found == day
    assert [note.rule for note in notes] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("other", "day", "reported"),
    [
        ("25/12/2023", date(2024, 5, 2), False),
        ("12/25/2023", date(2024, 2, 5), False),
        ("2023-12-25", date(2024, 5, 2), True),
    ],
)
def test_another_row_may_prove_which_way_round_a_file_writes_dates(
    tmp_path: Path, other: str, day: date, reported: bool
) -> None:
    rows = [{**TITLES, "Award Date": "02/05/2024"}, {**TITLES, "Identifier": "2", "Award Date": other}]
    found = read(tmp_path, table(*rows))
    assert found.awards[0].awarded_on == day
    assert (("DATE_AMBIGUOUS", "awarddate") in rules(found)) is reported


def test_a_file_that_writes_dates_both_ways_proves_nothing(tmp_path: Path) -> None:
    days = ["02/05/2024", "25/12/2023", "12/25/2023"]
    found = read(tmp_path, table(*({**TITLES, "Identifier": day, "Award Date": day} for day in days)))
    assert rules(found).count(("DATE_AMBIGUOUS", "awarddate")) == 1


def test_an_award_after_the_given_day_is_reported_and_kept(tmp_path: Path) -> None:
    found = read(tmp_path, table(TITLES), on=date(2024, 1, 1))
    assert rules(found) == [("DATE_FUTURE", "awarddate")]
    assert len(found.awards) == 1


@pytest.mark.parametrize(
    ("written", "codes", "odd"),
    [
        (["GTIP020;GTIP050"], ("GTIP020", "GTIP050"), []),
        (["GTIP020", "GTIP020"], ("GTIP020",), []),
        (["GTIP020, GTIP050"], ("GTIP020", "GTIP050"), []),
        (["gtip020"], ("GTIP020",), ["CODE_FORMAT"]),
        (["Furniture and appliances"], ("GTIP020",), ["CODE_FORMAT"]),
        (["Health, care and wellbeing services"], ("GTIP120",), ["CODE_FORMAT"]),
        (["GTIP020 - Furniture and appliances"], ("GTIP020",), ["CODE_FORMAT"]),
        (["GTIP999;GTIP020"], ("GTIP020",), ["CODE_UNKNOWN"]),
        (["N/A"], (), ["FILLER"]),
        ([], (), []),
    ],
)
def test_purposes_are_read_from_codes_lists_and_titles(
    written: list[str], codes: tuple[str, ...], odd: list[str]
) -> None:
    found, notes = read_codes(written, PURPOSES)
    assert found == codes
    assert [note.rule for note in notes] == odd


def test_an_artefact_of_a_spreadsheet_is_removed_and_reported() -> None:
    text, notes = read_text("one_x000D_\r\ntwo\u00a0three")
    assert text == "one two three"
    assert [note.rule for note in notes] == ["ARTEFACT"]


# --- awards that are odd, and rows that cannot be used


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"identifier": ""}, ("MISSING", "id")),
        ({"award_date": ""}, ("MISSING", "awarddate")),
        ({"amount_awarded": ""}, ("MISSING", "amountawarded")),
        ({"amount_awarded": "lots"}, ("AMOUNT_UNREADABLE", "amountawarded")),
        ({"amount_awarded": "-350"}, ("AMOUNT_NEGATIVE", "amountawarded")),
        ({"award_date": "2024-13-01"}, ("DATE_UNREADABLE", "awarddate")),
        ({"funding_org__identifier": ""}, ("MISSING", "fundingorganization:id")),
    ],
)
def test_a_row_that_cannot_be_used_is_counted_and_said_why(
    tmp_path: Path, changes: dict[str, str], problem: tuple[str, str]
) -> None:
    found = read_row(tmp_path, **changes)
    assert (found.rows, found.rejected) == (1, 1)
    assert problem in rules(found)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"amount_awarded": "0"}, ("AMOUNT_ZERO", "amountawarded")),
        ({"title": ""}, ("MISSING", "title")),
        ({"description": "N/A"}, ("FILLER", "description")),
        ({"currency": ""}, ("MISSING", "currency")),
        ({"currency": "£"}, ("CURRENCY", "currency")),
        ({"recipient_ind__identifier": "", "recipient_ind__name": ""}, ("RECIPIENT", "recipient")),
        ({"Recipient Org:Name": "A Made-up Charity"}, ("RECIPIENT", "recipient")),
        ({"recipient_ind__name": "Alex Sample"}, ("PERSON_NAMED", "recipientindividual:name")),
        (
            {"to_individuals_details__grant_purpose": "GTIP999"},
            ("CODE_UNKNOWN", "toindividualsdetails:grantpurpose"),
        ),
        (
            {"beneficiary_location__0__geographic_code": "B1 1AA"},
            ("AREA_UNKNOWN", "beneficiarylocation:geocode"),
        ),
    ],
)
def test_an_odd_award_is_kept_and_reported(
    tmp_path: Path, changes: dict[str, str], problem: tuple[str, str]
) -> None:
    found = read_row(tmp_path, **changes)
    assert (found.rows, found.rejected) == (1, 0)
    assert problem in rules(found)
    assert found.problems[0].line == 2
    assert found.problems[0].grant == "360G-madeup-1"


def test_a_persons_name_is_neither_kept_nor_repeated(tmp_path: Path) -> None:
    found = read_row(tmp_path, recipient_ind__name="Alex Sample")
    assert "Alex" not in repr(found)


def test_a_postcode_is_not_repeated(tmp_path: Path) -> None:
    assert "1AA" not in repr(read_row(tmp_path, beneficiary_location__0__geographic_code="B1 1AA"))


def test_several_currencies_stay_apart(tmp_path: Path) -> None:
    rows = [{**TITLES, "Identifier": code, "Currency": code} for code in ("GBP", "EUR", "usd")]
    assert [award.currency for award in read(tmp_path, table(*rows)).awards] == ["GBP", "EUR", "USD"]


def test_the_first_of_two_awards_with_one_id_is_kept_and_the_other_counted(tmp_path: Path) -> None:
    found = read(tmp_path, table(TITLES, {**TITLES, "Amount Awarded": "999"}))
    assert [award.amount for award in found.awards] == [350.0]
    assert (found.rows, found.rejected) == (2, 1)
    assert [(p.line, p.rule) for p in found.problems] == [(3, "DUPLICATE")]


def test_a_row_that_adds_to_an_earlier_award_is_told_from_a_duplicate(tmp_path: Path) -> None:
    more = {"Identifier": TITLES["Identifier"], "Beneficiary Location:0:Geographic Code": "E06000001"}
    found = read(tmp_path, table(TITLES, more))
    assert found.awards == (replace(AWARD, areas=(*AWARD.areas, "E06000001")),)
    assert rules(found) == [("ADDS_PLACES", "id")]


def test_a_row_that_adds_to_an_award_further_up_is_told(tmp_path: Path) -> None:
    more = {"Identifier": TITLES["Identifier"], "Beneficiary Location:0:Geographic Code": "E06000001"}
    found = read(tmp_path, table(TITLES, {**TITLES, "Identifier": "other"}, more))
    assert found.awards[0] == AWARD
    assert rules(found) == [("ADDS_TO_EARLIER_ROW", "id")]


def test_an_award_by_two_funders_is_given_to_the_first_and_reported(tmp_path: Path) -> None:
    grant = AWARD.as_grant()
    grant["fundingOrganization"] = [{"id": "GB-1", "name": "One"}, {"id": "GB-2", "name": "Two"}]
    found = read(tmp_path, json.dumps([grant]), "awards.json")
    assert found.awards[0].funder_id == "GB-1"
    assert ("SEVERAL", "fundingorganization:id") in rules(found)


def test_a_missing_column_is_said_once_for_the_file(tmp_path: Path) -> None:
    row = {k: v for k, v in TITLES.items() if k != "Award Date"}
    found = read(tmp_path, table(row, {**row, "Identifier": "2"}))
    assert rules(found).count(("HEADING", "awarddate")) == 1
    assert found.rejected == 2


# --- laws

CELLS = st.one_of(
    st.sampled_from(
        ["", "350", "£1,0", "2024-05-02", "02/05/2024", "GTIP020", "N/A", '"', ",", "360G-1", "_x000D_", "0"]
    ),
    st.text(max_size=8),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=len(TITLES) + 1), max_size=6))
def test_awards_and_rejected_rows_add_up_to_the_rows_of_any_table(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([list(TITLES), *rows])
    found = read(tmp_path, text.getvalue().encode(errors="replace"))
    check_counts(found)


LEAVES: st.SearchStrategy[Any] = st.none() | st.booleans() | st.floats() | st.integers() | CELLS
VALUES = st.recursive(
    LEAVES, lambda v: st.lists(v, max_size=2) | st.dictionaries(st.sampled_from(["id", "name", "code"]), v)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    grants=st.lists(st.dictionaries(st.sampled_from(sorted(AWARD.as_grant())), VALUES) | VALUES, max_size=5)
)
def test_awards_and_rejected_rows_add_up_to_the_members_of_any_list(
    tmp_path: Path, grants: list[Any]
) -> None:
    found = read(tmp_path, json.dumps({"grants": grants}), "awards.json")
    check_counts(found)
    assert found.rows == len(grants)


def check_counts(found: AwardFile) -> None:
    assert len(found.awards) + found.rejected == found.rows
    assert found.rejected >= 0
    assert len({award.id for award in found.awards}) == len(found.awards)
    if found.rejected:
        assert found.problems


def test_a_large_file_is_streamed(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    with file.open("w") as out:
        out.write('{"grants": [')
        for n in range(2_000):
            out.write(
                ("," if n else "") + json.dumps({**AWARD.as_grant(), "id": str(n), "description": "x" * 8000})
            )
        out.write("]}")
    tracemalloc.start()
    count = sum(1 for reading in scan_awards(file) if reading.award)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 2_000
    assert peak < file.stat().st_size / 3


# --- the command


def test_the_command_writes_awards_and_problems_and_counts_them(tmp_path: Path) -> None:
    app = Typer()
    app.command()(import_awards)
    file = tmp_path / "awards.csv"
    file.write_text(table(TITLES, {**TITLES, "Identifier": "2", "Award Date": "soon"}))
    to, problems = tmp_path / "out.jsonl", tmp_path / "problems.jsonl"

    ran = CliRunner().invoke(app, [str(file), "--to", str(to), "--problems", str(problems), "--json"])

    assert ran.exit_code == 0
    assert json.loads(ran.output)["rejected"] == 1
    assert read_awards(to).awards == (AWARD,)
    assert json.loads(problems.read_text())["rule"] == "DATE_UNREADABLE"


def test_the_command_refuses_a_file_without_awards(tmp_path: Path) -> None:
    app = Typer()
    app.command()(import_awards)
    file = tmp_path / "awards.csv"
    file.write_text("a,b\n1,2\n")
    assert CliRunner().invoke(app, [str(file)]).exit_code == 1
