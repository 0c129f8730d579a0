"""The vocabulary of grants, rules and facts: what is well formed is read and written again, the rest is refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.catalogue.facts import FactBook
from data.catalogue.reading import Catalogue, read_catalogue, read_facts
from data.catalogue.rules import PerPeriod, as_json
from data.errors import BadData

Json = dict[str, Any]
FACTS: list[Json] = [
    {"id": "age", "kind": "number", "min": 0, "max": 130, "from_birth_date": "born"},
    {"id": "born", "kind": "date"},
    {"id": "starts", "kind": "date"},
    {"id": "wage", "kind": "money", "period": "week", "topic": "money"},
    {"id": "rent", "kind": "money", "period": "month"},
    {"id": "savings", "kind": "money"},
    {"id": "people", "kind": "number", "of": "household"},
    {"id": "area", "kind": "choice", "values": ["town", "village"]},
    {"id": "benefits", "kind": "choices", "values": {"uc": "UC", "none": "none of these"}, "exclusive": "none"},
    {"id": "weeks", "kind": "number", "max": 42, "grows": "weeks", "while": {"fact": "expecting", "is": True}},
    {"id": "expecting", "kind": "boolean", "asked": False},
]  # fmt: skip
RELATIONS = {"partner": "your partner", "child": "your child"}


def read(folder: Path, grant: Json, **book: Any) -> Catalogue:
    (folder / "c.jsonl").write_text(
        json.dumps({"id": "g", "title": "A grant", "rules": [], **grant}), encoding="utf-8"
    )
    written = {"facts": FACTS, "relations": RELATIONS, **book}
    (folder / "f.json").write_text(json.dumps(written), encoding="utf-8")
    return read_catalogue(folder / "c.jsonl", facts=folder / "f.json")


def facts_of(folder: Path, *more: Json, **book: Any) -> FactBook:
    (folder / "f.json").write_text(
        json.dumps({"facts": [*FACTS, *more], "relations": RELATIONS, **book}), encoding="utf-8"
    )
    return read_facts(folder / "f.json")


OF_KIDS: Json = {"by": {"count": ["kid"]}, "rows": {"0": 1}}
OF_CHILDREN: Json = {"by": {"count": ["child"]}, "rows": {"0": 1}}
TOWN: Json = {"by": "area", "rows": {"town": 1}}
OF_ONE: Json = {"beneficiary": {"fact": "age", "below": 5}}
CONDITIONS: list[Json] = [
    {"fact": "starts", "below": {"fact": "born", "plus_years": 20, "plus_months": -1, "plus_days": 3}},
    {"has_lived_in": ["E92000001"], "for_months": 6, "within_years": 3},
    {"has_lived_in": ["E92000001"], "within_years": 2.5},
    {"sum_of": ["wage", {"fact": "wage", "times": 0.5}], "at_most": 300, "above": 10},
    {"sum_of": [{"fact": "savings", "times": 0.002}, "wage"], "below": {"amount": 1000, "per": "month"}},
    {
        "fact": "savings",
        "at_most": {"by": "people", "rows": {"1": {"by": "area", "rows": {"town": 1}}, "2": 5}},
    },
    {"fact": "savings", "at_most": {"by": {"count": ["child"]}, "rows": {"0": 5}, "each_more": 2}},
    {
        "fact": "savings",
        "below": {"by": {"count": ["any"], "where": {"fact": "age", "below": 5}}, "rows": {"0": 5}},
    },
    {"fact": "wage", "at_most": {"fact": "rent", "times": 0.3, "plus": 500}},
    {"fact": "wage", "at_most": {"amount": 900, "per": "month"}},
    {"sum": "wage", "over": ["self"], "at_most": {"amount": 12000.5, "per": "year"}},
    {"fact": "rent", "below": {"by": "people", "rows": {"1": {"amount": 150, "per": "week"}, "2": 900}}},
    {"fact": "starts", "weeks_ago": {"at_least": 6}},
    {"fact": "born", "years_ago": {"at_least": 66.25}, "month_end": "last"},
    {"beneficiary": {"fact": "age", "below": 5}, "for": ["self", "child"]},
    {"discretion": "The trustees decide.", "likely": 0.7},
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_well_formed_condition_is_read_and_written_as_it_was(condition: Json, tmp_path: Path) -> None:
    written = {"id": "r", "text": "…", "condition": condition, "first": True}
    (grant,) = read(tmp_path, {"rules": [written]}).grants
    assert as_json(grant.rules[0]) == written


@pytest.mark.parametrize(
    ("condition", "field", "says"),
    [
        ({"fact": "starts", "below": {"fact": "wage", "plus_years": 1}}, "below.fact", "only a date can be shifted"),
        ({"fact": "wage", "below": {"fact": "born", "plus_years": 1}}, "below", "of the wrong kind"),
        ({"fact": "starts", "below": {"fact": "bron", "plus_days": 1}}, "below.fact", "did you mean 'born'"),
        ({"fact": "starts", "below": {"fact": "born", "plus_years": 1.5}}, "below.plus_years", "whole number"),
        ({"fact": "starts", "below": {"fact": "born", "times": 2}}, "below", "of the wrong kind"),
        ({"sum_of": [], "at_most": 1}, "sum_of", "found nothing"),
        ({"sum_of": ["wage"]}, "", "at least one of at_least"),
        ({"sum_of": ["wage", "area"], "at_most": 1}, "sum_of[1]", "only numbers can be added"),
        ({"sum_of": ["wage", "rent"], "at_most": 1}, "sum_of", "different periods"),
        ({"fact": "savings", "at_most": OF_KIDS}, "at_most.by.count[0]", "no relation"),
        ({"fact": "savings", "at_most": {**OF_CHILDREN, "rows": {"a": 1}}}, "at_most.rows.a", "whole number"),
        ({"fact": "savings", "at_most": {"by": "people", "rows": {"1": {"by": "area", "rows": {"city": 1}}}}},
         "at_most.rows.1.rows.city", "no value"),
        ({"fact": "savings", "at_most": {"by": "people", "rows": {"1": TOWN}, "each_more": 1}},
         "at_most", "each_more adds to the highest row"),
        ({"related": ["child"], "condition": {"fact": "savings", "at_most": OF_CHILDREN}},
         "condition.at_most", "people cannot be counted inside"),
        ({"fact": "savings", "at_most": {"amount": 5, "per": "month"}}, "at_most", "has no `period`"),
        ({"fact": "people", "at_most": {"amount": 5, "per": "month"}}, "at_most", "has no `period`"),
        ({"fact": "wage", "at_most": {"amount": 5, "per": "day"}}, "at_most.amount.per", "week"),
        ({"fact": "starts", "days_ago": {"at_least": 6}, "month_end": "last"}, "", "month_end goes with"),
        ({"fact": "starts", "years_ago": {"at_least": 6}, "month_end": "first"}, "month_end", "last"),
        ({"related": ["child"], "condition": OF_ONE}, "condition", "cannot stand inside"),
        ({"beneficiary": {"fact": "age", "below": 5}, "for": ["any"]}, "for", "no one person"),
        ({"beneficiary": {"fact": "age", "below": 5}, "all": True}, "", "at most the key `for`"),
        ({"beneficiary": {"fact": "agee", "below": 5}}, "beneficiary.fact", "no fact"),
        ({"discretion": "…", "likely": 1.2}, "likely", "less than or equal to 1"),
    ],
)  # fmt: skip
def test_a_malformed_condition_is_refused_in_words_with_its_place(
    condition: Json, field: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(BadData) as refused:
        read(tmp_path, {"rules": [{"id": "r", "text": "…", "condition": condition}]})
    (problem,) = refused.value.problems
    assert (problem.line, problem.grant, problem.rule) == (1, "g", "r")
    assert problem.field == f"rules[0].condition{'.' if field else ''}{field}"
    assert says in problem.message


def test_a_grant_says_how_to_apply_what_was_read_and_what_it_was_called(tmp_path: Path) -> None:
    (grant,) = read(
        tmp_path,
        {
            "apply": {"url": "https://example.org", "needs": ["proof of income"], "days_to_decide": 10,
                      "by_area": {"E08000025": "https://example.org/b"}},
            "read": {"on": "2026-11-29", "what": "the fund's own page"},
            "reviewed": False, "public_fund": True, "ended": "2027-06-01", "was": ["old"], "for": ["self", "child"],
            "same_as": {"fact": "benefits", "value": "uc"},
            "repeat": {"months_between_awards": 12, "awards": 3, "within_months": 12, "once": True, "per": "household"},
        },
    ).grants  # fmt: skip
    assert grant.apply is not None
    assert (grant.apply.needs, grant.apply.days_to_decide) == (("proof of income",), 10)
    assert grant.read is not None
    assert grant.read.on == date(2026, 11, 29)
    assert (grant.reviewed, grant.whom, grant.was) == (False, ("self", "child"), ("old",))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"for": ["kid"]}, "for[0]"),
        ({"for": []}, "for"),
        ({"whom": ["child"]}, "whom"),
        ({"public_fund": "yes"}, "public_fund"),
        ({"ended": "June"}, "ended"),
        ({"apply": {"web": "…"}}, "apply.web"),
        ({"apply": {"by_area": {"X": "…"}}}, "apply.by_area[0]"),
        ({"same_as": {"fact": "benefits", "value": "pc"}}, "same_as.value"),
        ({"same_as": {"fact": "benefit", "value": "uc"}}, "same_as.fact"),
        ({"repeat": {}}, "repeat"),
        ({"repeat": {"awards": 2}}, "repeat"),
        ({"repeat": {"once": True, "per": "family"}}, "repeat.per"),
    ],
)
def test_a_malformed_key_of_a_grant_is_refused_with_its_place(more: Json, field: str, tmp_path: Path) -> None:
    with pytest.raises(BadData) as refused:
        read(tmp_path, more)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_limit_with_a_period_is_taken_into_the_period_of_its_fact_and_remembers_how_it_was_written(
    tmp_path: Path,
) -> None:
    condition = {"fact": "wage", "at_most": {"amount": 520, "per": "year"}}
    (grant,) = read(tmp_path, {"rules": [{"condition": condition}]}).grants
    limit = grant.rules[0].condition.at_most  # type: ignore[union-attr]
    assert isinstance(limit, PerPeriod)
    assert limit == 10
    assert limit.written.per == "year"


def test_a_beneficiary_is_looked_for_among_those_that_the_grant_is_for(tmp_path: Path) -> None:
    condition = {"all_of": [{"beneficiary": {"fact": "age", "below": 5}}, {"fact": "wage", "at_most": 300}]}
    (grant,) = read(tmp_path, {"for": ["child"], "rules": [{"condition": condition}]}).grants
    assert as_json(grant.rules[0])["condition"]["all_of"][0]["for"] == ["child"]


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        ({"kind": "number", "period": "week"}, "facts.x"),
        ({"kind": "money", "period": "day"}, "facts.x.period"),
        ({"kind": "choices", "values": ["a"], "exclusive": "b"}, "facts.x"),
        ({"kind": "choice", "values": ["a"], "exclusive": "a"}, "facts.x"),
        ({"kind": "choice", "values": {"a": {"words": "A"}}}, "facts.x"),
        ({"kind": "choice", "values": {"a": {"text": "A", "ended": "spring"}}}, "facts.x.ended_values.a"),
        (
            {"kind": "choice", "values": {"a": {"text": "A", "public_fund": "yes"}}},
            "facts.x.public_fund_values.a",
        ),
        (
            {"kind": "choice", "values": {"a": {"text": "A", "open_to": {"fact": "expectin", "is": True}}}},
            "facts.x.values.a.open_to.fact",
        ),
        ({"kind": "money", "grows": "weeks"}, "facts.x"),
        ({"kind": "number", "grows": "days"}, "facts.x.grows"),
        ({"kind": "number", "while": {"fact": "expecting", "is": True}}, "facts.x"),
        (
            {"kind": "number", "grows": "weeks", "while": {"fact": "expectin", "is": True}},
            "facts.x.while.fact",
        ),
        ({"kind": "number", "grows": "weeks", "while": {"fact": "x", "at_least": 1}}, "facts.x.while"),
        ({"kind": "boolean", "derived": {"count": ["child"]}}, "facts.x"),
        ({"kind": "number", "derived": {"any": ["expecting"]}}, "facts.x"),
        ({"kind": "number", "derived": {}}, "facts.x.derived"),
        ({"kind": "number", "derived": {"count": ["child"], "sum_of": ["age"]}}, "facts.x.derived"),
        ({"kind": "number", "derived": {"sum_of": ["x"]}}, "facts.x.derived"),
        ({"kind": "number", "derived": {"sum_of": ["area"]}}, "facts.x.derived.sum_of[0]"),
        ({"kind": "number", "derived": {"count": ["kid"]}}, "facts.x.derived.related[0]"),
        ({"kind": "boolean", "derived": {"any": ["expectin"]}}, "facts.x.derived.fact"),
        ({"kind": "choices", "values": ["1"], "derived": {"values_of": "age"}}, "facts.x.derived"),
        ({"kind": "number", "derived": {"values_of": "age", "over": ["child"]}}, "facts.x"),
        ({"kind": "boolean", "derived": {"some_of": "age"}}, "facts.x.derived.some_of"),
        ({"kind": "boolean", "asked": "no"}, "facts.x.asked"),
    ],
)
def test_a_malformed_fact_is_refused_with_its_place(fact: Json, field: str, tmp_path: Path) -> None:
    with pytest.raises(BadData) as refused:
        facts_of(tmp_path, {"id": "x", **fact})
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_value_that_has_ended_keeps_its_words_and_tells_its_last_day(tmp_path: Path) -> None:
    values = {
        "is": {"text": "Income Support", "ended": "2026-03-31"},
        "pc": {"text": "Pension Credit"},
        "uc": "UC",
    }
    fact = facts_of(tmp_path, {"id": "x", "kind": "choices", "values": values}).facts["x"]
    assert fact.values == {"is": "Income Support", "pc": "Pension Credit", "uc": "UC"}
    assert fact.ended_values == {"is": date(2026, 3, 31)}
    assert (fact.public_funds, fact.open_to) == (frozenset(), {})


def test_a_value_says_whether_it_is_a_public_fund_and_who_can_newly_get_it(tmp_path: Path) -> None:
    who = {"fact": "expecting", "is": True}
    values = {"uc": {"text": "UC", "public_fund": True}, "ma": {"text": "MA", "open_to": who}}
    fact = facts_of(tmp_path, {"id": "x", "kind": "choices", "values": values}).facts["x"]
    assert fact.values == {"uc": "UC", "ma": "MA"}
    assert fact.public_funds == {"uc"}
    assert {value: as_json(one) for value, one in fact.open_to.items()} == {"ma": who}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"no_recourse": {"fact": "expectin", "is": True}}, "no_recourse.fact"),
        ({"no_recourse": {"related": ["child"]}}, "no_recourse"),
        (
            {"contradictions": [{"text": "…", "condition": {"related": ["kid"]}}]},
            "contradictions[0].condition.related[0]",
        ),
        ({"recourse_through": ["kid"]}, "recourse_through"),
        ({"contradictions": [{"condition": {"related": ["child"]}}]}, "contradictions[0].text"),
    ],
)
def test_what_a_fact_file_adds_is_checked_too(more: Json, field: str, tmp_path: Path) -> None:
    with pytest.raises(BadData) as refused:
        facts_of(tmp_path, **more)
    assert [problem.field for problem in refused.value.problems] == [field]
