"""Reading catalogues: every fault named at once with its place, and nothing loaded while there is one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from data.catalogue.reading import Catalogue, read_areas, read_catalogue, read_facts
from data.catalogue.rules import as_json
from data.errors import BadData

FACTS = {
    "facts": [
        {"id": "age", "kind": "number", "min": 0, "max": 130},
        {"id": "disabled", "kind": "boolean"},
        {"id": "savings", "kind": "money"},
        {"id": "benefits", "kind": "choices", "values": ["uc", "pip"]},
        {"id": "household", "kind": "number", "of": "household"},
        {"id": "born", "kind": "date"},
    ],
    "relations": {"partner": "your partner"},
    "trades": {"nursing": "nursing"},
}


def rule(condition: Any, **more: Any) -> dict[str, Any]:
    return {"id": "r", "text": "You must …", "condition": condition, **more}


def grant(*conditions: Any, **more: Any) -> dict[str, Any]:
    return {"id": "g", "title": "A grant", "rules": [rule(condition) for condition in conditions], **more}


def read(folder: Path, *lines: Any, facts: Any = FACTS) -> Catalogue:
    """Write a catalogue and its facts to a folder and read them."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / "catalogue.jsonl").write_text(text, encoding="utf-8")
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    return read_catalogue(folder / "catalogue.jsonl", facts=folder / "facts.json")


def test_ten_different_faults_are_all_named_with_line_and_field_and_nothing_loads(tmp_path: Path) -> None:
    faults = [
        grant({"fact": "agee", "at_least": 60}, id="1"),
        grant({"fact": "disabled", "is": "yes"}, id="2"),
        grant({"fact": "benefits", "one_of": ["uc", "dla"]}, id="3"),
        grant({"fact": "savings", "at_least": "lots"}, id="4"),
        grant({"all_of": []}, id="5"),
        grant({"related": ["aunt"]}, id="6"),
        grant({"worked_in": ["mining"]}, id="7"),
        grant({"lives_in": ["Atlantis"]}, id="8"),
        "{not json",
        {"id": "10", "title": "T", "rules": [], "window": {"opens": "2026-02-01", "closes": "2026-01-01"}},
        grant(id="1"),
        grant(id="12", titel="T"),
    ]
    with pytest.raises(BadData) as refused:
        read(tmp_path, *faults)
    places = {(problem.line, problem.field) for problem in refused.value.problems}
    assert places == {
        (1, "rules[0].condition.fact"),
        (2, "rules[0].condition.is"),
        (3, "rules[0].condition.one_of[1]"),
        (4, "rules[0].condition.at_least"),
        (5, "rules[0].condition.all_of"),
        (6, "rules[0].condition.related[0]"),
        (7, "rules[0].condition.worked_in[0]"),
        (8, "rules[0].condition.lives_in[0]"),
        (9, None),
        (10, "window[0]"),
        (11, "id"),
        (12, "titel"),
    }


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"fact": "age"},
        {"fact": "age", "at_least": None},
        {"fact": "age", "at_least": True},
        {"fact": "age", "at_least": "2020-01-01"},
        {"fact": "born", "at_least": 3},
        {"fact": "age", "at_least": 5, "at_most": 3},
        {"fact": "age", "is": 131},
        {"fact": "age", "is": 18, "at_least": 17},
        {"fact": "disabled", "at_least": 1},
        {"fact": "benefits", "is": "uc"},
        {"fact": "benefits", "one_of": []},
        {"fact": "age", "years_ago": {"at_least": 1}},
        {"fact": "born", "years_ago": {}},
        {"fact": "born", "years_ago": {"at_least": 1}, "months_ago": {"at_least": 1}},
        {"fact": "savings", "at_most": {"by": "household", "rows": {}}},
        {"fact": "savings", "at_most": {"by": "household", "rows": {"two": 3}}},
        {"fact": "savings", "at_most": {"by": "disabled", "rows": {"1": 3}}},
        {"fact": "savings", "at_most": {"fact": "disabled", "times": 2}},
        {"sum": "household", "over": ["self"], "at_most": 1},
        {"sum": "disabled", "over": ["self"], "at_most": 1},
        {"sum": "savings", "over": [], "at_most": 1},
        {"sum": "savings", "over": ["self"]},
        {"related": ["partner"], "condition": {"related": ["partner"]}},
        {"related": ["partner"], "condition": {"sum": "savings", "over": ["self"], "at_most": 1}},
        {"related": ["partner"], "at_least": -1},
        {"applicant": {"fact": "age", "at_least": 3}},
        {"any_of": []},
        {"not": []},
        {"at_least": 0, "of": [{"discretion": "x"}]},
        {"at_least": 2, "of": [{"discretion": "x"}]},
        {"receives": []},
        {"lives_in": ["E08000025"], "for_month": 3},
        {"discretion": 3},
        {"discretion": "x", "likely": 1.2},
        {"discretion": "x", "likely": "often"},
        {"fact": "disabled", "value": True},
        {"condition": {"fact": "disabled", "is": True}},
        {"related": ["partner"], "all": "true"},
        {"worked_in": ["nursing"], "now": "yes"},
        {"lives_in": ["E08000025"], "for_months": 1e30},
        {"fact": "savings", "at_most": {"by": "household", "rows": {"--1": 3}}},
        {"fact": "savings", "at_most": {"by": "household", "rows": {"2": 3, "02": 4}}},
    ],
)
def test_a_condition_that_could_be_read_as_no_condition_is_refused(tmp_path: Path, condition: Any) -> None:
    with pytest.raises(BadData) as refused:
        read(tmp_path, grant(condition))
    assert all(problem.line == 1 and problem.rule == "r" for problem in refused.value.problems)


CONDITIONS = [
    {"fact": "age", "at_least": 60},
    {"fact": "savings", "at_most": 66.83, "above": 0},
    {
        "fact": "savings",
        "at_most": {"by": "household", "rows": {"1": 54350, "2": 62150.5}, "each_more": 6200},
    },
    {"fact": "savings", "at_most": {"fact": "age", "times": 0.3333}},
    {"fact": "benefits", "none_of": ["uc"]},
    {"fact": "born", "is": "2020-02-29"},
    {"fact": "born", "days_ahead": {"at_least": 1}},
    {"sum": "savings", "over": ["self", "any"], "where": {"applicant": {"fact": "age", "is": 3}}, "below": 9},
    {"lives_in": ["E08000025"], "for_months": 12},
    {"has_lived_in": ["S92000003"]},
    {"worked_in": ["nursing"], "years": 3, "within_years": 5, "now": True},
    {
        "related": ["partner"],
        "condition": {"not": {"fact": "disabled", "is": True}},
        "all": True,
        "at_least": 1,
    },
    {"receives": ["another"]},
    {"discretion": "a", "likely": 0.7},
    {"at_least": 2, "of": [{"discretion": "a"}, {"any_of": [{"discretion": "b"}]}]},
]


def test_beside_a_part_that_cannot_be_read_the_faults_of_the_others_are_named(tmp_path: Path) -> None:
    parts = [{}, {"fact": "agee", "at_least": 60}, {"any_of": [{"related": ["aunt"]}, {"not": 1}]}]
    with pytest.raises(BadData) as refused:
        read(tmp_path, grant({"all_of": parts}))
    fields = {problem.field for problem in refused.value.problems}
    at = "rules[0].condition.all_of"
    assert {f"{at}[0]", f"{at}[1].fact", f"{at}[2].any_of[0].related[0]"} <= fields


@pytest.mark.parametrize("whole", ["not", "related", "sum"])
def test_also_inside_what_turns_round_or_goes_to_others_the_faults_are_named(
    tmp_path: Path, whole: str
) -> None:
    parts = {"all_of": [{"fact": "age"}, {"applicant": {"fact": "agee", "is": 1}}]}
    conditions: dict[str, dict[str, Any]] = {
        "not": {"not": {"all_of": [{"fact": "age"}, {"fact": "agee", "is": 1}]}},
        "related": {"related": ["partner"], "condition": parts},
        "sum": {"sum": "savings", "over": ["self"], "where": parts, "at_most": 1},
    }
    with pytest.raises(BadData) as refused:
        read(tmp_path, grant(conditions[whole]))
    messages = [problem.message for problem in refused.value.problems]
    assert len(messages) == 2
    assert "there is no fact 'agee'; did you mean 'age'?" in messages


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"windows": []}, "windows"),
        ({"checked_on": 1700006400}, "checked_on"),
        ({"window": {"opens": 0}}, "window[0].opens"),
        ({"window": {"paused": "yes"}}, "window[0].paused"),
        ({"repeat": {"months_between_awards": True}}, "repeat.months_between_awards"),
    ],
)
def test_a_value_of_another_type_and_a_name_from_inside_the_code_are_refused(
    tmp_path: Path, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadData) as refused:
        read(tmp_path, grant(**more))
    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"id": 1e99999999999999999999}', "[1, 2]", "nothing"])
def test_what_is_no_json_object_is_named_and_never_a_crash(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadData) as refused:
        read(tmp_path, text)
    assert refused.value.problems[0].line == 1


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.jsonl"):
        with pytest.raises(BadData) as refused:
            read_catalogue(path)
        assert refused.value.problems[0].file == str(path)


def test_where_the_areas_cannot_be_read_no_area_is_said_to_be_missing(tmp_path: Path) -> None:
    (tmp_path / "catalogue.jsonl").write_text(json.dumps(grant({"lives_in": ["town"]})), encoding="utf-8")
    with pytest.raises(BadData) as refused:
        read_catalogue(tmp_path / "catalogue.jsonl", areas=tmp_path / "areas.csv")
    assert [problem.message for problem in refused.value.problems] == ["there is no such file"]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_is_written_back_as_it_was_read(tmp_path: Path, condition: dict[str, Any]) -> None:
    (read_rule,) = read(tmp_path, grant(condition)).grants[0].rules
    assert as_json(read_rule)["condition"] == condition


def test_a_catalogue_with_only_the_required_keys_loads(tmp_path: Path) -> None:
    catalogue = read(tmp_path, {"id": "a", "title": "A", "rules": []})
    assert catalogue.by_id["a"].windows == ()


def test_a_null_says_no_more_than_a_key_that_was_left_out(tmp_path: Path) -> None:
    optional = ["funder", "summary", "purposes", "reasons", "amount", "route", "window", "repeat"]
    optional += ["excluded_purposes", "source", "checked_on"]
    nulls: dict[str, Any] = dict.fromkeys(optional)
    silent = {"id": None, "text": None, "source": None, "since": None, "until": None}
    condition = {"fact": "age", "at_least": 60, "at_most": None}
    spoken = {"id": "g", "title": "A grant", "rules": [{**silent, "condition": condition}], **nulls}
    bare = {"id": "g", "title": "A grant", "rules": [{"condition": {"fact": "age", "at_least": 60}}]}
    unsaid = dict.fromkeys(["unit", "min", "special_values", "question", "burden", "applies_if"])
    facts = [{**unsaid, "id": "age", "kind": "number", "max": 130}]
    one = read(tmp_path, spoken, facts={**FACTS, "facts": facts}).grants[0]
    other = read(tmp_path, bare).grants[0]
    assert one.model_dump() == other.model_dump()


def test_a_null_where_a_key_is_required_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData):
        read(tmp_path, {"id": "g", "title": "A grant", "rules": None})


@pytest.mark.parametrize(
    "condition",
    [
        {"related": ["partner"], "at_least": 2.0},
        {"at_least": 1.0, "of": [{"fact": "age", "at_least": 60}]},
        {"fact": "age", "one_of": [60.0]},
    ],
)
def test_a_whole_number_may_be_written_with_a_decimal_point(tmp_path: Path, condition: Any) -> None:
    (read_rule,) = read(tmp_path, grant(condition, repeat={"months_between_awards": 12.0})).grants[0].rules
    assert as_json(read_rule)["condition"] == condition


def test_half_a_person_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData):
        read(tmp_path, grant({"related": ["partner"], "at_least": 1.5}))


def test_a_catalogue_may_have_blank_lines_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    catalogue = read(
        tmp_path, "\ufeff" + json.dumps(grant()) + "\r", "\r", json.dumps({**grant(), "id": "h"}) + "\r", ""
    )
    assert list(catalogue.by_id) == ["g", "h"]


def test_relations_and_trades_may_be_lists_of_their_names(tmp_path: Path) -> None:
    book = read(
        tmp_path, grant(), facts={**FACTS, "relations": ["foster_child"], "trades": ["nursing"]}
    ).facts
    assert (book.relations["foster_child"].text, book.trades) == ("foster child", {"nursing": "nursing"})


def test_the_version_of_a_catalogue_changes_with_its_facts(tmp_path: Path) -> None:
    before = read(tmp_path, grant()).digest
    assert read(tmp_path, grant(), facts={**FACTS, "trades": {}}).digest != before


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        ({"id": "x", "kind": "choice"}, "facts.x"),
        ({"id": "x", "kind": "colour"}, "facts.x.kind"),
        ({"id": "x", "kind": "number", "min": 3, "max": 2}, "facts.x"),
        ({"id": "x", "kind": "boolean", "applies_if": {"fact": "y", "is": True}}, "facts.x.applies_if.fact"),
        ({"id": "x", "kind": "boolean", "applies_if": {"fact": "x", "is": True}}, "facts.x.applies_if"),
        ({"id": "x", "kind": "number", "from_birth_date": "age"}, "facts.x.from_birth_date"),
        ({"id": "x", "kind": "boolean", "burdn": 3}, "facts.x.burdn"),
    ],
)
def test_a_faulty_fact_file_is_refused_with_the_field(
    tmp_path: Path, fact: dict[str, Any], field: str
) -> None:
    (tmp_path / "facts.json").write_text(json.dumps({"facts": [fact]}), encoding="utf-8")
    with pytest.raises(BadData) as refused:
        read_facts(tmp_path / "facts.json")
    assert field in {problem.field for problem in refused.value.problems}


def test_facts_that_follow_from_each_other_through_a_birth_date_are_refused(tmp_path: Path) -> None:
    facts = [
        {"id": "age", "kind": "number", "from_birth_date": "born"},
        {"id": "born", "kind": "date", "applies_if": {"fact": "age", "at_least": 1}},
    ]
    (tmp_path / "facts.json").write_text(json.dumps({"facts": facts}), encoding="utf-8")
    with pytest.raises(BadData) as refused:
        read_facts(tmp_path / "facts.json")
    assert {problem.message for problem in refused.value.problems} == {
        "the facts that this depends on lead back to itself"
    }


def test_a_fact_says_as_little_as_it_may_and_is_treated_with_caution(tmp_path: Path) -> None:
    (tmp_path / "facts.json").write_text('{"facts": [{"id": "x", "kind": "boolean"}]}', encoding="utf-8")
    fact = read_facts(tmp_path / "facts.json").facts["x"]
    assert (fact.special_category, fact.mutable, fact.burden, fact.asks) == (True, "never", 3, "x")


def test_a_grant_that_councils_give_knows_the_own_site_of_each_council(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "code,name,parent,website\nC,Kent,,https://kent.example\nD,Dover,C,https://dover.example\n"
        "U,Medway,,https://medway.example\nX,Nowhere,,\n",
        encoding="utf-8",
    )
    own = {"by_area": {"U": "https://medway.example/apply"}}
    for tier, sites in (
        ("county", {"C": "https://kent.example", "U": "https://medway.example/apply"}),
        ("district", {"D": "https://dover.example", "U": "https://medway.example/apply"}),
    ):
        grant = {"id": "a", "title": "A", "rules": [], "apply": {"council": tier, **own}}
        (tmp_path / "c.jsonl").write_text(json.dumps(grant), encoding="utf-8")
        (tmp_path / "f.json").write_text('{"facts": []}', encoding="utf-8")
        (told,) = read_catalogue(
            tmp_path / "c.jsonl", facts=tmp_path / "f.json", areas=tmp_path / "a.csv"
        ).grants
        assert told.apply is not None
        assert told.apply.by_area == sites


def test_areas_are_read_from_csv_and_from_json_lines_alike(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "code,name,parent\nE92000001,England,\nX,Ex,E92000001\n", encoding="utf-8"
    )
    lines = ['{"code": "E92000001", "name": "England"}', '{"code": "X", "name": "Ex", "parent": "E92000001"}']
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "a.txt").write_bytes((tmp_path / "a.csv").read_bytes())
    trees = [read_areas(tmp_path / name) for name in ("a.csv", "a.txt", "a.jsonl")]
    assert {str((tree.names, tree.parents)) for tree in trees} == {
        "({'E92000001': 'England', 'X': 'Ex'}, {'X': 'E92000001'})"
    }


def test_areas_whose_parents_are_missing_or_go_round_are_refused(tmp_path: Path) -> None:
    rows = ["code,name,parent", "A,a,B", "B,b,A", "C,c,Z", "C,again,", ",none,"]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(BadData) as refused:
        read_areas(tmp_path / "a.csv")
    assert len(refused.value.problems) == 5
    assert {problem.line for problem in refused.value.problems} == {2, 3, 4, 5, 6}


def test_a_misspelt_key_of_an_area_is_refused_and_another_one_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"code": "T", "parnt": "N", "level": 3}', encoding="utf-8")
    with pytest.raises(BadData) as refused:
        read_areas(tmp_path / "a.jsonl")
    assert [(one.line, one.field) for one in refused.value.problems] == [(1, "parnt")]


def test_a_fact_file_may_name_purposes_of_its_own(tmp_path: Path) -> None:
    own = {**FACTS, "purposes": {"heat": {"text": "Heating", "words": ["no coal"]}, "food": "Food"}}
    read_one = read(tmp_path, grant(purposes=["heat"], excluded_purposes=["food"]), facts=own)
    assert read_one.facts.purpose_texts == {"heat": "Heating", "food": "Food"}
    assert read_one.facts.codes[:2] == ("heat", "food")
    with pytest.raises(BadData) as refused:
        read(tmp_path, grant(purposes=["heat", "GTIP020"], excluded_purposes=["heet"]), facts=own)
    assert [(problem.line, problem.field) for problem in refused.value.problems] == [
        (1, "purposes[1]"),
        (1, "excluded_purposes[0]"),
    ]
    assert "there is no purpose 'GTIP020'; known are heat (Heating), food (Food)" in str(refused.value)


@pytest.mark.parametrize(
    "purposes", [{}, {"heat": {"title": "Heating"}}, {"heat": ""}, {"heat": {"words": []}}]
)
def test_purposes_without_their_words_are_refused(tmp_path: Path, purposes: Any) -> None:
    with pytest.raises(BadData, match="purposes"):
        read(tmp_path, grant(), facts={**FACTS, "purposes": purposes})
