"""Numbers for what cannot wait: each with a source, for the right nation, and warned of once they are old."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from data.errors import BadData
from data.people.urgent_help import STALE, HelpLine, UrgentHelp, own_help, read_urgent_help
from models.needs.urgent import KINDS

ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND = "E92000001", "W92000004", "S92000003", "N92000002"
NATIONS = (ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND)


def phones(kind: str, nation: str | None) -> list[str]:
    return [line.phone for line in own_help().for_kind(kind, nation) if line.phone]


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_somewhere_to_turn_in_every_nation(kind: str, nation: str) -> None:
    lines = own_help().for_kind(kind, nation)
    assert lines
    assert all(line.phone or line.sms or line.url for line in lines)
    assert own_help().headings[kind]


@pytest.mark.parametrize(
    ("nation", "helpline"),
    [
        (ENGLAND, "0808 2000 247"),
        (WALES, "0808 80 10 800"),
        (SCOTLAND, "0800 027 1234"),
        (NORTHERN_IRELAND, "0808 802 1414"),
    ],
)
def test_somebody_who_fled_is_given_the_helpline_of_her_own_nation_alone(nation: str, helpline: str) -> None:
    others = {"0808 2000 247", "0808 80 10 800", "0800 027 1234", "0808 802 1414"} - {helpline}
    assert helpline in phones("abuse", nation)
    assert not others & set(phones("abuse", nation))


def test_northern_ireland_has_lifeline_where_the_others_have_111() -> None:
    assert "0808 808 8000" in phones("life", NORTHERN_IRELAND)
    assert "111" not in phones("life", NORTHERN_IRELAND)
    assert all("111" in phones("life", nation) for nation in NATIONS[:3])


def test_where_no_nation_is_known_all_of_them_are_shown() -> None:
    assert {"0808 2000 247", "0808 80 10 800", "0800 027 1234", "0808 802 1414"} <= set(phones("abuse", None))


@pytest.mark.parametrize("kind", ["life", "abuse", "ill"])
def test_danger_begins_with_999_and_its_silent_way(kind: str) -> None:
    first = own_help().for_kind(kind, None)[0]
    assert first.phone == "999"
    assert "press 55" in first.says


def test_every_line_names_the_page_it_rests_on_and_what_was_read_of_it() -> None:
    assert all(re.match(r"https://[\w.-]+\.", line.source) and line.read for line in own_help().lines)


def test_a_number_is_warned_of_after_ninety_days_and_shown_all_the_same() -> None:
    read = date(2026, 9, 4)
    line = HelpLine(
        id="a", name="A", says="Call.", kinds=("life",), source="https://a.example", checked_on=read
    )
    lists = UrgentHelp(headings={}, lines=(line,))
    assert list(lists.stale(read + STALE)) == []
    (problem,) = lists.stale(read + STALE + timedelta(days=1))
    assert problem.field == "urgent_help.a"
    assert "2026-09-04" in problem.message
    assert lists.for_kind("life", None) == (line,)


def test_a_number_of_no_known_day_is_warned_of() -> None:
    line = HelpLine(id="a", name="A", says="Call.", kinds=("life",), source="https://a.example")
    assert [one.field for one in UrgentHelp(headings={}, lines=(line,)).stale(date(2026, 11, 29))] == [
        "urgent_help.a"
    ]


def test_a_file_whose_kind_has_no_heading_is_refused(tmp_path: Path) -> None:
    line = {"id": "a", "name": "A", "says": "Call.", "kinds": ["life"], "source": "https://a.example"}
    (tmp_path / "help.json").write_text(json.dumps({"headings": {}, "lines": [line]}), "utf-8")
    with pytest.raises(BadData, match="headings.life"):
        read_urgent_help(tmp_path / "help.json")
