"""Static checks: what is suspicious in a catalogue is named, and what is sound is left in peace."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from data.__main__ import app
from data.catalogue.reading import read_catalogue
from data.errors import Problem
from data.lint.checks import check
from data.lint.whole_catalogue import grants_of_cases

ON = date(2026, 11, 23)
FACTS = {
    "facts": [
        {"id": "age", "kind": "number", "min": 0, "max": 130},
        {"id": "disabled", "kind": "boolean"},
        {"id": "savings", "kind": "money", "min": 0},
        {"id": "tenure", "kind": "choice", "values": ["rents", "owns"]},
        {
            "id": "benefits",
            "kind": "choices",
            "values": {"uc": "UC", "pip": "PIP", "scp": "Scottish Child Payment"},
        },
        {"id": "born", "kind": "date"},
        {"id": "job", "kind": "choice", "values": ["a", "b"], "applies_if": {"fact": "age", "at_least": 16}},
        {"id": "wage", "kind": "money", "min": 0},
        {"id": "pay", "kind": "money", "min": 0, "period": "week"},
    ],
    "relations": {"partner": "your partner", "child": "your child"},
    "trades": {"nursing": "nursing"},
}
SOUND: dict[str, Any] = {
    "title": "A",
    "source": "https://example.org",
    "checked_on": "2026-11-01",
    "apply": {"url": "https://www.example.org/apply"},
}


def warnings(folder: Path, *conditions: Any, text: str = "You must …", **grant: Any) -> list[str]:
    """Check a catalogue of one grant with these conditions and give its warnings, but for facts it does not use."""
    rules = [{"id": f"r{n}", "text": text, "condition": c} for n, c in enumerate(conditions)]
    (folder / "c.jsonl").write_text(
        json.dumps({"id": "a", "rules": rules, **SOUND, **grant}), encoding="utf-8"
    )
    (folder / "f.json").write_text(json.dumps(FACTS), encoding="utf-8")
    found = check(read_catalogue(folder / "c.jsonl", facts=folder / "f.json"), on=ON)
    return [problem.message for problem in about_grants(found)]


def about_grants(found: Iterable[Problem]) -> list[Problem]:
    """Leave out what is said of the catalogue as a whole."""
    return [problem for problem in found if problem.grant is not None]


DISABLED = {"fact": "disabled", "is": True}
OVER_60, UNDER_25 = {"fact": "age", "at_least": 60}, {"fact": "age", "below": 25}


@pytest.mark.parametrize(
    "condition",
    [
        {"all_of": [OVER_60, UNDER_25]},
        {"all_of": [OVER_60, {"not": OVER_60}]},
        {"fact": "age", "above": 130},
        {"fact": "savings", "below": 0},
        {"all_of": [{"fact": "tenure", "is": "rents"}, {"fact": "tenure", "is": "owns"}]},
        {"all_of": [{"fact": "tenure", "none_of": ["rents"]}, {"fact": "tenure", "none_of": ["owns"]}]},
        {"all_of": [{"fact": "benefits", "one_of": ["uc"]}, {"fact": "benefits", "none_of": ["uc"]}]},
        {"all_of": [{"lives_in": ["S92000003"]}, {"lives_in": ["E08000025"]}]},
        {"at_least": 2, "of": [OVER_60, UNDER_25]},
        {"all_of": [{"discretion": "x"}, {"not": {"discretion": "x"}}]},
        {"all_of": [{"fact": "born", "at_least": "2020-01-01"}, {"fact": "born", "at_most": "2010-01-01"}]},
        {"fact": "born", "above": "2020-01-01", "below": "2020-01-02"},
        {"all_of": [{"fact": "born", "is": "2020-01-01"}, {"fact": "born", "below": "2020-01-01"}]},
        {
            "all_of": [
                {"fact": "born", "years_ago": {"at_least": 60}},
                {"fact": "born", "years_ago": {"at_most": 50}},
            ]
        },
        {"related": ["partner"], "condition": {"fact": "age", "at_least": 200}},
        {"sum": "wage", "over": ["self", "partner"], "below": 0},
        {"worked_in": ["nursing"], "years": 10, "within_years": 5},
        {"all_of": [{"lives_in": ["E92000001"]}, {"not": {"lives_in": ["E92000001", "S92000003"]}}]},
    ],
)
def test_a_rule_that_nobody_can_meet_is_named(tmp_path: Path, condition: Any) -> None:
    assert warnings(tmp_path, condition) == ["nobody can meet this rule"]


@pytest.mark.parametrize(
    "condition",
    [
        {"any_of": [OVER_60, {"fact": "age", "below": 60}]},
        {"fact": "savings", "at_least": 0},
        {"any_of": [{"fact": "disabled", "is": True}, {"fact": "disabled", "is": False}]},
        {"any_of": [{"fact": "born", "below": "2020-01-01"}, {"fact": "born", "at_least": "2020-01-01"}]},
        {"sum": "wage", "over": ["self", "partner"], "at_least": 0},
        {"related": ["child"], "at_least": 0},
    ],
)
def test_a_rule_that_is_always_true_is_named(tmp_path: Path, condition: Any) -> None:
    assert warnings(tmp_path, condition) == ["this rule is always true"]


def test_two_rules_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    assert warnings(tmp_path, OVER_60, UNDER_25) == [
        "this rule and 'r1' contradict each other: nobody can meet both"
    ]


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        ([OVER_60, {"fact": "age", "at_most": 60}], "You must …"),
        ([{"any_of": [OVER_60, {"all_of": [UNDER_25, {"fact": "disabled", "is": True}]}]}], "You must …"),
        ([{"fact": "savings", "at_most": 6000}], "Your savings must not be over £6,000."),
        ([OVER_60], "You must be 60 or over."),
        (
            [{"all_of": [{"fact": "benefits", "one_of": ["uc"]}, {"fact": "benefits", "one_of": ["pip"]}]}],
            "…",
        ),
        ([{"fact": "job", "none_of": ["a", "b"]}], "You must have no job."),
        ([{"fact": "born", "years_ago": {"at_least": 66.83}}], "You must be aged 66 and 10 months."),
        ([{"lives_in": ["E92000001"], "for_months": 36}], "You must have lived here for over 3 years."),
        ([{"fact": "savings", "below": 16000}], "You must have less than £16k."),
        ([{"fact": "age", "below": 22}], "You must be aged up to 21."),
        ([OVER_60, {"discretion": "A fee of £5 is asked."}], "There is a fee of £5, from 60."),
        ([DISABLED, {"discretion": "…"}], "You must live over 10 miles away and have at least 3 children."),
        (
            [{"related": ["child"], "at_most": 2, "condition": {"fact": "age", "below": 5}}],
            "You must have few small children.",
        ),
    ],
)
def test_sound_rules_are_left_in_peace(tmp_path: Path, conditions: list[Any], text: str) -> None:
    assert warnings(tmp_path, *conditions, text=text) == []


def test_a_text_that_names_another_figure_than_its_condition_is_named(tmp_path: Path) -> None:
    found = warnings(tmp_path, {"fact": "savings", "at_most": 8000}, text="Savings of £6,000 or less.")
    assert found == ["the text names 6000, which stands nowhere in the condition"]
    found = warnings(tmp_path, OVER_60, text="You must be 65 or over.")
    assert found == ["the text names 65, which stands nowhere in the condition"]


@pytest.mark.parametrize(
    "text",
    [
        "Over-65s only.", "AGED 65 or so", "You must be 65+.", "It is for 65-year-olds and up: 65 years of age.",
        "From your 65th birthday.", "You must be 65 years or over.", "You must be older than 65.",
        "You must be aged 60 to 65.", "At least 65.",
    ],
)  # fmt: skip
def test_an_age_that_a_text_names_is_found_however_it_is_written(tmp_path: Path, text: str) -> None:
    assert set(warnings(tmp_path, OVER_60, text=text)) == {
        "the text names 65, which stands nowhere in the condition"
    }


@pytest.mark.parametrize(
    "text", ["Up to 700 pounds.", "GBP 700 at most.", "£500-700 in savings.", "Below £0.7k."]
)
def test_an_amount_that_a_text_names_is_found_however_it_is_written(tmp_path: Path, text: str) -> None:
    condition = {"fact": "savings", "at_least": 500, "at_most": 600}
    (found,) = warnings(tmp_path, condition, text=text)
    assert found.startswith("the text names 700")


def test_a_rule_of_very_many_cases_is_let_be_in_no_time(tmp_path: Path) -> None:
    many = [{"fact": "age", "at_least": n} for n in range(24)]
    assert warnings(tmp_path, {"at_least": 12, "of": many}) == []


@pytest.mark.parametrize(
    ("grant", "message"),
    [
        ({"checked_on": None}, "no checked_on: nobody can see how old this is"),
        ({"checked_on": "2025-11-22"}, "last checked on 2025-11-22, over a year ago"),
        ({"checked_on": "2024-02-29"}, "last checked on 2024-02-29, over a year ago"),
        ({"window": {"closes": "2026-11-22"}}, "the last window closed on 2026-11-22"),
    ],
)
def test_what_is_old_is_named(tmp_path: Path, grant: dict[str, Any], message: str) -> None:
    assert warnings(tmp_path, OVER_60, **grant) == [message]


def test_two_grants_alike_in_all_but_name_are_named(tmp_path: Path) -> None:
    lines = [json.dumps({"id": name, "rules": [], **SOUND}) for name in ("a", "b")]
    (tmp_path / "c.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (found,) = about_grants(check(read_catalogue(tmp_path / "c.jsonl"), on=ON))
    assert (found.grant, found.message) == ("b", "same rules, window, purposes and funder as 'a'")


def test_rules_in_another_order_are_the_same_rules(tmp_path: Path) -> None:
    either = [{"fact": "benefits", "one_of": ["uc", "pip"]}, {"fact": "benefits", "one_of": ["pip", "uc"]}]
    rules = [{"id": "old", "condition": OVER_60}, {"id": "benefit", "condition": either[0]}]
    turned = [{"id": "benefit", "condition": either[1]}, {"id": "old", "condition": OVER_60}]
    lines = [json.dumps({"id": name, **SOUND, "rules": some}) for name, some in (("a", rules), ("b", turned))]
    (tmp_path / "c.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "f.json").write_text(json.dumps(FACTS), encoding="utf-8")
    (found,) = about_grants(check(read_catalogue(tmp_path / "c.jsonl", facts=tmp_path / "f.json"), on=ON))
    assert (found.grant, found.message) == ("b", "same rules, window, purposes and funder as 'a'")


def test_a_warning_says_where_also_where_rules_have_no_id(tmp_path: Path) -> None:
    rules = [{"condition": OVER_60}, {"condition": UNDER_25}]
    (tmp_path / "c.jsonl").write_text(json.dumps({"id": "a", "rules": rules, **SOUND}), encoding="utf-8")
    (tmp_path / "f.json").write_text(json.dumps(FACTS), encoding="utf-8")
    (found,) = about_grants(check(read_catalogue(tmp_path / "c.jsonl", facts=tmp_path / "f.json"), on=ON))
    assert (found.field, found.message) == (
        "rules[0].condition",
        "this rule and rules[1] contradict each other: nobody can meet both",
    )


def test_the_table_of_the_command_says_which_file(tmp_path: Path) -> None:
    (tmp_path / "facts.json").write_text("{}", encoding="utf-8")
    (tmp_path / "c.jsonl").write_text(json.dumps({"id": "a", "rules": []}), encoding="utf-8")
    arguments = ["check", str(tmp_path / "c.jsonl"), "--facts", str(tmp_path / "facts.json")]
    printed = CliRunner().invoke(app, arguments).stdout
    assert "facts.json" in printed
    assert "c.jsonl:1" in printed


def test_the_command_prints_both_kinds_as_json_and_strict_makes_warnings_fail(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text(json.dumps({"id": "a", "title": "A", "rules": []}), encoding="utf-8")
    arguments = ["check", str(tmp_path / "c.jsonl"), "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    found = [warning["field"] for warning in json.loads(result.stdout)["warnings"]]
    fields = [field for field in found if not field.startswith("urgent_help")]  # these grow old by themselves
    assert fields == ["checked_on", "source", "facts", "apply"]
    assert CliRunner().invoke(app, [*arguments, "--strict"]).exit_code == 1


def test_the_command_prints_errors_and_fails(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text('{"id": "a", "rules": []}', encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "c.jsonl"), "--json"])
    assert result.exit_code == 1
    assert [error["field"] for error in json.loads(result.stdout)["errors"]] == ["title"]


@pytest.mark.parametrize(
    ("condition", "text", "says"),
    [
        ({"fact": "savings", "below": 6000}, "You must have no more than £6,000.", "at_most may be meant"),
        ({"fact": "age", "at_least": 18}, "You must be over 18.", "above may be meant"),
        (
            {"fact": "benefits", "one_of": ["uc"]},
            "You must not get Universal Credit.",
            "none_of may be meant",
        ),
        (
            {"fact": "pay", "at_most": 900},
            "You must earn £900 a month or less.",
            "the fact pay by the week",
        ),
        (
            {"fact": "wage", "at_most": {"by": "age", "rows": {"1": 100, "3": 300}}},
            "You must earn little.",
            "the table has no row for 2",
        ),
        ({"discretion": "The trustees decide."}, "The trustees decide.", "only the fund's own decisions"),
        ({"fact": "benefits", "one_of": ["scp"]}, "You must get a payment.", "belongs to one nation"),
    ],
)
def test_a_text_that_means_something_else_than_its_condition_is_named(
    condition: Any, text: str, says: str, tmp_path: Path
) -> None:
    (found,) = warnings(tmp_path, condition, text=text)
    assert says in found


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"fact": "savings", "at_most": 6000}, "You must have no more than £6,000."),
        ({"fact": "age", "at_least": 18}, "You must be 18 or over."),
        ({"fact": "age", "at_least": 60}, "It is for over 60s."),
        ({"fact": "benefits", "none_of": ["uc"]}, "You must not get Universal Credit."),
        ({"fact": "pay", "at_most": {"amount": 900, "per": "month"}}, "You must earn £900 a month or less."),
        ({"fact": "pay", "at_most": 900}, "You must earn £900 a week or less."),
        (
            {"all_of": [{"fact": "benefits", "one_of": ["scp"]}, {"lives_in": ["S92000003"]}]},
            "You must get a payment.",
        ),
    ],
)
def test_a_text_that_means_what_its_condition_does_is_left_in_peace(
    condition: Any, text: str, tmp_path: Path
) -> None:
    assert warnings(tmp_path, condition, text=text) == []


def test_ids_that_look_alike_are_named(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": name, "rules": [], **SOUND, "purposes": [code]})
        for name, code in (("fund", "GTIP010"), ("Fund", "GTIP020"), ("fu\u200bnd", "GTIP030"))
    ]
    (tmp_path / "c.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = about_grants(check(read_catalogue(tmp_path / "c.jsonl"), on=ON))
    assert [(one.grant, "differs from 'fund'" in one.message) for one in found] == [
        ("Fund", True),
        ("fu\u200bnd", True),
    ]


def test_a_grant_without_a_case_a_way_to_apply_or_its_own_source_is_named(tmp_path: Path) -> None:
    other = {**SOUND, "apply": {"url": "https://fund.example"}}
    lines = [
        json.dumps({"id": "a", "rules": [], **SOUND, "apply": None}),
        json.dumps({"id": "b", "rules": [], **other, "purposes": ["GTIP010"]}),
    ]
    (tmp_path / "c.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "k.jsonl").write_text('{"name": "x", "expected": {"b": "eligible"}}', encoding="utf-8")
    cased = grants_of_cases(tmp_path / "k.jsonl")
    found = about_grants(check(read_catalogue(tmp_path / "c.jsonl"), on=ON, cased=cased))
    assert [(one.grant, one.field) for one in found] == [("a", "apply"), ("a", "id"), ("b", "source")]


def test_a_fact_that_no_rule_uses_is_named_unless_another_follows_from_it(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text(
        json.dumps({"id": "a", "rules": [{"condition": {"fact": "job", "is": "a"}}], **SOUND}),
        encoding="utf-8",
    )
    (tmp_path / "f.json").write_text(json.dumps(FACTS), encoding="utf-8")
    found = check(read_catalogue(tmp_path / "c.jsonl", facts=tmp_path / "f.json"), on=ON)
    (unused,) = [one.message for one in found if one.grant is None]
    assert unused.endswith(": disabled, savings, tenure, benefits, born, wage, pay")


@pytest.mark.parametrize(
    ("summary", "named"),
    [
        ("£25 in cold weeks. It comes without asking.", True),
        ("It is paid automatically with your pension.", True),
        ("Some get it without asking; others apply to their supplier.", False),
        ("£25 in cold weeks.", False),
    ],
)
def test_what_comes_by_itself_is_named_where_the_route_says_that_people_apply(
    tmp_path: Path, summary: str, named: bool
) -> None:
    for route, expected in (("self", named), ("automatic", False)):
        grant = {"id": "a", "rules": [], **SOUND, "summary": summary, "route": route}
        (tmp_path / "c.jsonl").write_text(json.dumps(grant), encoding="utf-8")
        found = about_grants(check(read_catalogue(tmp_path / "c.jsonl"), on=ON))
        assert any(one.field == "route" for one in found) is expected


def test_a_rule_on_a_fact_that_nobody_is_asked_for_is_named(tmp_path: Path) -> None:
    told = {
        "id": "told",
        "kind": "boolean",
        "asked": False,
        "derived": {"any": [{"fact": "asked", "is": True}]},
    }
    facts = [{"id": "asked", "kind": "boolean"}, {"id": "silent", "kind": "boolean", "asked": False}, told]
    (tmp_path / "f.json").write_text(json.dumps({"facts": facts}), encoding="utf-8")
    conditions = [{"any_of": [{"fact": fact, "is": True}]} for fact in ("asked", "silent", "told")]
    grant = {"id": "a", "rules": [{"text": "x", "condition": one} for one in conditions], **SOUND}
    (tmp_path / "c.jsonl").write_text(json.dumps(grant), encoding="utf-8")
    found = check(read_catalogue(tmp_path / "c.jsonl", facts=tmp_path / "f.json"), on=ON)
    assert [one.field for one in found if "nobody is asked" in one.message] == ["rules[1].condition"]
