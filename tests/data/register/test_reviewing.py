"""A person at a desk turns an entry of the register into a reviewed grant, which a newer extract leaves alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from data.__main__ import app
from data.catalogue.reading import SAMPLE, read_catalogue
from tests.data.register.extracts import charity, write_extract

ENTRY = "charity-210169"
READ = {"on": "2026-11-29", "what": "a telephone call to the clerk"}
RULES = [
    {"id": "place", "text": "You must live in Launcells.", "condition": {"lives_in": ["E06000052"]}},
    {"id": "old", "text": "You must be 60 or over.", "condition": {"fact": "age", "at_least": 60}},
]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with an imported entry and an empty catalogue."""
    (tmp_path / "mine.jsonl").write_text("", encoding="utf-8")
    write_extract(tmp_path / "extract", [charity()])
    run(tmp_path, "import-charities", str(tmp_path / "extract"), str(tmp_path / "register.jsonl"))
    return tmp_path


def run(desk: Path, *words: str) -> Result:
    ours = ["--catalogue", str(desk / "mine.jsonl")]
    if words[0] == "review":
        ours += ["--register", str(desk / "register.jsonl"), "--drafts", str(desk / "drafts")]
    return CliRunner().invoke(app, [*words, *ours])


def edited(desk: Path, **changes: Any) -> None:
    run(desk, "review", ENTRY)
    file = desk / "drafts" / f"{ENTRY}.json"
    draft = json.loads(file.read_text(encoding="utf-8"))
    whole = {"read": READ, "checked_on": "2026-11-29", "rules": RULES, "apply": {"phone": "01288 000000"}}
    file.write_text(json.dumps({**draft, **whole, **changes}), encoding="utf-8")


def test_an_edited_draft_becomes_a_reviewed_grant_of_the_catalogue(desk: Path) -> None:
    edited(desk)
    ran = run(desk, "review", ENTRY, "--accept")
    assert ran.exit_code == 0, ran.output
    (grant,) = read_catalogue(desk / "mine.jsonl", areas=SAMPLE / "areas.csv").grants
    assert grant.reviewed and grant.id == ENTRY and [rule.id for rule in grant.rules] == ["place", "old"]
    assert not (desk / "drafts" / f"{ENTRY}.json").exists()


def test_a_newer_extract_leaves_the_reviewed_grant_and_makes_no_second_entry_of_it(desk: Path) -> None:
    edited(desk)
    run(desk, "review", ENTRY, "--accept")
    before = (desk / "mine.jsonl").read_bytes()
    write_extract(desk / "extract", [charity(charity_name="RENAMED"), charity(8)])
    run(desk, "import-charities", str(desk / "extract"), str(desk / "register.jsonl"))
    assert (desk / "mine.jsonl").read_bytes() == before
    ids = [json.loads(line)["id"] for line in (desk / "register.jsonl").read_text().splitlines()]
    assert ids == ["charity-8"]


def test_a_draft_that_nobody_has_edited_is_not_accepted_and_says_what_is_missing(desk: Path) -> None:
    run(desk, "review", ENTRY)
    ran = run(desk, "review", ENTRY, "--accept")
    assert ran.exit_code == 1 and "say what you read" in ran.output and "Traceback" not in ran.output
    assert (desk / "mine.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reviewed": False}, "a person has read"),
        ({"read": {"on": "soon", "what": "a page"}}, "say on which day"),
        (
            {"rules": [{"id": "unread", "text": "x", "condition": {"discretion": "y"}}]},
            "in place of this rule",
        ),
        ({"rules": [{"id": "age", "text": "Old.", "condition": {"fact": "agee", "at_least": 60}}]}, "agee"),
        ({"sumary": "x"}, "no such key"),
    ],
)
def test_a_draft_that_is_not_sound_changes_nothing(changes: dict[str, Any], told: str, desk: Path) -> None:
    edited(desk, **changes)
    ran = run(desk, "review", ENTRY, "--accept")
    assert ran.exit_code == 1 and told in ran.output
    assert (desk / "mine.jsonl").read_bytes() == b"" and (desk / "drafts" / f"{ENTRY}.json").exists()


def test_a_draft_that_is_there_is_not_written_over(desk: Path) -> None:
    edited(desk)
    before = (desk / "drafts" / f"{ENTRY}.json").read_bytes()
    assert "there already" in run(desk, "review", ENTRY).output
    assert (desk / "drafts" / f"{ENTRY}.json").read_bytes() == before


def test_an_unknown_entry_is_refused_in_words(desk: Path) -> None:
    ran = run(desk, "review", "charity-1")
    assert ran.exit_code == 1 and "there is no entry 'charity-1'" in ran.output
