"""What is shown of a published award must not give away who paid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.errors import BadData
from experiments.award_records import cleaned, read_awards

TITLES = ["Theatre", "Music", "Trade Up (TU)", "XA4 - Community"]


@pytest.mark.parametrize(
    ("description", "title", "left"),
    [
        ("£7,500 towards core costs", "Legal advice", "core costs"),
        ("Grant to Station House", "Station House", ""),
        ("Provided Capacity Support to Locality", "Locality", ""),
        (
            "An unrestricted grant of £10,000 (year 1 of 3). Room to Heal supports refugees.",
            "A grant to Room to Heal",
            "supports refugees",
        ),
        ("Trade Up learning for TU members", "Grant to X", "learning for members"),
        ("the salary of a worker", "Grant to Wirral Change", "the salary of a worker"),
    ],
)
def test_opening_recipient_and_programme_are_taken_out(description: str, title: str, left: str) -> None:
    assert cleaned(description, title, TITLES) == left


def test_the_titles_of_other_programmes_are_taken_out_too_since_their_absence_would_tell() -> None:
    assert cleaned("music and theatre for schools", "Grant to Oakley", TITLES) == "and for schools"


def test_awards_become_decided_applications_to_programmes(tmp_path: Path) -> None:
    row = {
        "id": "360G-1",
        "funder": {"id": "GB-CHC-1", "name": "Harbour"},
        "programme": "Theatre",
        "title": "Grant to Oakley",
        "description": "£500 towards drums",
        "recipient_postcode": {"area": "LS", "outward": "LS3"},
        "beneficiary_geo_code": None,
        "amount_awarded": 0,
        "amount_applied_for": None,
        "award_date": "2013-01-22",
    }
    path = tmp_path / "awards.jsonl"
    path.write_text(json.dumps(row) + "\n", "utf-8")
    records, grants = read_awards(path)
    assert records[0].need.text == "drums"
    assert records[0].need.amount is None
    assert records[0].areas == ("LS",)
    assert [grant.id for grant in grants] == [records[0].grant_id]


def test_a_missing_file_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no such file"):
        read_awards(tmp_path / "awards.jsonl")
