"""Cases: the judge agrees with GOV.UK's own tests, and a disagreement is told and fails the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from data.catalogue.reading import SAMPLE, read_catalogue, sample_catalogue
from models.__main__ import app
from models.cases import compare
from models.compiled.judge import CompiledJudge

GOVUK = Path("../shared/data/smart_answers_dev")


@pytest.mark.skipif(not GOVUK.exists(), reason="the encoded GOV.UK cases are not beside this checkout")
def test_the_judge_agrees_with_every_case_of_the_benefits_tool_of_govuk() -> None:
    catalogue = read_catalogue(GOVUK / "catalogue.jsonl", facts=GOVUK / "facts.json")
    agreement = compare(catalogue, GOVUK / "cases.jsonl")
    assert (agreement.cases, agreement.checked, agreement.mismatches) == (202, 8008, ())
    assert agreement.differences == ()


@pytest.mark.parametrize("part", range(4))
def test_the_judge_agrees_with_every_case_of_the_sample_catalogue(part: int, tmp_path: Path) -> None:
    quarter = tmp_path / "cases.jsonl"  # several processes share the file's cases
    quarter.write_text("\n".join((SAMPLE / "cases.jsonl").read_text().splitlines()[part::4]))
    agreement = compare(sample_catalogue(), quarter)
    assert agreement.checked > 0
    assert agreement.holds


def test_a_compiled_judge_that_says_no_to_everybody_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(judge: CompiledJudge, *_: Any, **__: Any) -> Any:
        return np.zeros(len(judge.catalogue.grants), dtype=np.int8)

    monkeypatch.setattr(CompiledJudge, "statuses", refuse)
    code, found = run(tmp_path, {"fund": "eligible"})
    assert (code, found["mismatches"]) == (1, [])
    assert found["differences"] == [
        {"case": "aged 61", "grant": "fund", "plain": "eligible", "compiled": "not_eligible"}
    ]


def run(folder: Path, expected: Any, **case: Any) -> tuple[int, dict[str, Any]]:
    """Run the command on one grant for the over-sixties and a person of 61."""
    rules = [{"id": "age", "text": "…", "condition": {"fact": "age", "at_least": 60}}]
    grant = {"id": "fund", "title": "A fund", "rules": rules}
    fact = {"id": "age", "kind": "number"}
    situation = {
        "name": "aged 61",
        "on": "2026-11-23",
        "applicant": {"facts": {"age": 61}},
        "expected": expected,
    }
    (folder / "c.jsonl").write_text(json.dumps(grant), encoding="utf-8")
    (folder / "f.json").write_text(json.dumps({"facts": [fact]}), encoding="utf-8")
    (folder / "k.jsonl").write_text(json.dumps(situation | case), encoding="utf-8")
    files = [str(folder / name) for name in ("c.jsonl", "k.jsonl", "f.json")]
    arguments = ["judge", "--catalogue", files[0], "--cases", files[1], "--facts", files[2], "--json"]
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.parametrize("expected", ["eligible", ["needs_info", "eligible"], {"not": "not_eligible"}])
def test_an_expectation_is_a_status_a_list_of_them_or_one_that_must_not_be(
    tmp_path: Path, expected: Any
) -> None:
    assert run(tmp_path, {"fund": expected}) == (
        0,
        {"cases": 1, "checked": 1, "agree": 1, "mismatches": [], "differences": []},
    )


@pytest.mark.parametrize("expected", ["needs_info", ["needs_info", "not_now"], {"not": "eligible"}])
def test_a_mismatch_is_told_with_case_and_grant_and_fails(tmp_path: Path, expected: Any) -> None:
    code, found = run(tmp_path, {"fund": expected})
    assert code == 1
    assert found["mismatches"] == [
        {"case": "aged 61", "grant": "fund", "expected": expected, "got": "eligible"}
    ]


def test_each_count_is_one_check_without_a_grant(tmp_path: Path) -> None:
    code, found = run(tmp_path, {}, count={"eligible": 1, "not_eligible": 1})
    assert (code, found["checked"], found["agree"]) == (1, 2, 1)
    assert found["mismatches"][0]["grant"] is None


def test_a_case_whose_applicant_is_refused_agrees_in_nothing_and_says_why(tmp_path: Path) -> None:
    code, found = run(tmp_path, {"fund": "eligible"}, applicant={"facts": {"agee": 3}}, count={"eligible": 1})
    assert (code, found["checked"], found["agree"]) == (1, 2, 0)
    assert all("applicant.facts.agee" in row["got"] for row in found["mismatches"])


def test_a_refused_applicant_of_whom_nothing_was_expected_still_fails(tmp_path: Path) -> None:
    assert run(tmp_path, {}, applicant={"facts": {"agee": 3}})[0] == 1


def test_what_is_refused_may_be_what_is_expected(tmp_path: Path) -> None:
    bad = {"facts": {"agee": 3}}
    assert run(tmp_path, {}, applicant=bad, refused="applicant.facts.agee") == (
        0,
        {"cases": 1, "checked": 1, "agree": 1, "mismatches": [], "differences": []},
    )
    apart = {"areas": ["E08000025", "S92000003"]}
    assert run(tmp_path, {}, applicant=apart, refused="applicant.areas")[0] == 0
    code, found = run(tmp_path, {}, applicant=bad, refused="applicant.facts.age")
    assert (code, found["mismatches"][0]["expected"]) == (1, {"refused": "applicant.facts.age"})
    code, found = run(tmp_path, {"fund": "eligible"}, refused="applicant.facts.age")
    assert (code, found["checked"], found["agree"]) == (1, 2, 1)


def test_what_public_fault_reports_of_other_screeners_say_holds_here() -> None:
    reports = Path(__file__).parent / "public_reports"
    catalogue = read_catalogue(reports / "catalogue.jsonl", facts=reports / "facts.json")
    agreement = compare(catalogue, reports / "cases.jsonl")
    assert (agreement.cases, agreement.mismatches, agreement.differences) == (69, (), ())


def test_a_case_that_cannot_be_read_is_named_with_its_line_and_field(tmp_path: Path) -> None:
    code, found = run(tmp_path, {"fund": "perhaps"})
    assert code == 2
    (problem,) = found["problems"]
    assert (problem["line"], problem["field"]) == (1, "expected.fund")
    assert "expected a status (not_eligible, " in problem["message"]


def test_an_expectation_in_words_that_the_format_does_not_have_is_refused(tmp_path: Path) -> None:
    code, found = run(tmp_path, {"fund": {"status": "needs_info"}})
    assert (code, found["problems"][0]["field"]) == (2, "expected.fund")


@pytest.mark.parametrize(
    "written",
    [
        b'{"name": "a", "on": "2026-11-23", "applicant": {}, "expected": {"x": "eligible", "x": "not_now"}}',
        b'{"name": "a", "on": 1787270400, "applicant": {}}',
        b'{"name": "a", "on": "2026-11-23", "applicant": {}, "count": {"eligible": true}}',
        b"\xe9",
    ],
)
def test_a_case_file_with_anything_doubtful_in_it_is_refused_as_a_whole(
    tmp_path: Path, written: bytes
) -> None:
    (tmp_path / "cases.jsonl").write_bytes(written)
    result = CliRunner().invoke(app, ["judge", "--cases", str(tmp_path / "cases.jsonl"), "--json"])
    assert result.exit_code == 2
    assert len(json.loads(result.stdout)["problems"]) == 1
    assert CliRunner().invoke(app, ["judge", "--cases", str(tmp_path)]).exit_code == 2


def test_a_name_in_brackets_is_printed_as_it_is(tmp_path: Path) -> None:
    case = {"name": "a [/b] c", "on": "2026-11-23", "applicant": {}, "expected": {"none": "eligible"}}
    (tmp_path / "cases.jsonl").write_text(json.dumps(case), encoding="utf-8")
    result = CliRunner().invoke(app, ["judge", "--cases", str(tmp_path / "cases.jsonl")])
    assert result.exit_code == 1
    assert "a [/b] c" in result.stdout
