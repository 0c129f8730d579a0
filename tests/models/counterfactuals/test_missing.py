"""What would have to be learned for a grant to be decided, held against trying everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.grants import Grant
from data.catalogue.rules import Within
from data.catalogue.traversal import facts_named
from data.people.applicants import Applicant, Between, PartSet, read_applicant
from data.places.areas import AreaTree
from models.counterfactuals.breakpoints import Breakpoints
from models.counterfactuals.missing import deciding_sets, missing_sets
from models.counterfactuals.variables import Variable
from models.eligibility.conditions import evaluation_context
from models.eligibility.context import EvaluationContext
from models.eligibility.verdict import Status, judge_in

ON = date(2026, 11, 23)
COLOURS = ("red", "green", "blue")
BOOK = FactBook.model_validate(
    {
        "facts": keyed_by_id(
            [
                {"id": "age", "kind": "number", "min": 0, "max": 6, "burden": 1},
                {"id": "people", "kind": "number", "min": 1, "max": 4, "burden": 1},
                {"id": "savings", "kind": "money", "min": 0, "max": 6, "burden": 4},
                {"id": "disabled", "kind": "boolean"},
                {"id": "working", "kind": "boolean", "burden": 1},
                {
                    "id": "hours",
                    "kind": "number",
                    "min": 0,
                    "max": 3,
                    "applies_if": {"fact": "working", "is": True},
                },
                {"id": "home", "kind": "choice", "values": list(COLOURS)},
                {"id": "debts", "kind": "choices", "values": list(COLOURS)},
                *({"id": f"yes{n}", "kind": "boolean", "burden": 1} for n in range(10)),
            ]
        ),
        "relations": {"partner": "your partner", "child": "your child"},
        "trades": {"nursing": "nursing"},
    }
)
AREAS = AreaTree()
EVERY_SET = [frozenset(chosen) for size in range(4) for chosen in combinations(COLOURS, size)]
DOMAINS: Mapping[str, list[Any]] = {
    "age": [Decimal(n) for n in range(7)],
    "people": [Decimal(n) for n in range(1, 5)],
    "savings": [Decimal(n) / 2 for n in range(13)],
    "disabled": [True, False],
    "working": [True, False],
    "hours": [Decimal(n) for n in range(4)],
    "home": list(COLOURS),
    "debts": EVERY_SET,
    **{f"yes{n}": [True, False] for n in range(10)},
}


def grant_of(*conditions: Mapping[str, Any]) -> Grant:
    rules = [{"id": f"rule {n}", "condition": condition} for n, condition in enumerate(conditions)]
    return Grant.model_validate({"id": "fund", "title": "A fund", "rules": rules})


def context_of(person: Mapping[str, Any]) -> EvaluationContext:
    return evaluation_context(read_applicant(person, BOOK, AREAS), BOOK, AREAS, on=ON)


def missing_for(*conditions: Mapping[str, Any], **person: Any) -> set[tuple[str, ...]]:
    return {tuple(sorted(one)) for one in missing_sets(context_of(person), grant_of(*conditions))}


OLD = {"fact": "age", "at_least": 4}
POOR = {"fact": "savings", "below": 3}
DISABLED = {"fact": "disabled", "is": True}


def test_each_rule_that_is_open_can_rule_a_grant_out_alone() -> None:
    assert missing_for(OLD, DISABLED) == {("age",), ("disabled",)}


def test_one_thing_decides_or_two_others_together() -> None:
    either = {"any_of": [{"fact": "working", "is": False}, {"all_of": [OLD, DISABLED]}]}
    assert missing_for(either) == {("working",), ("age", "disabled")}


def test_a_grant_that_is_decided_misses_nothing() -> None:
    assert missing_for(OLD, facts={"age": 5}) == set()
    assert missing_for(OLD, DISABLED, facts={"age": 1}) == set()


def test_what_was_declined_still_decides_although_it_is_not_asked_again() -> None:
    assert missing_for(OLD, facts={"age": {"declined": True}}) == {("age",)}


def test_a_range_that_leaves_the_answer_open_has_to_be_told_more_closely() -> None:
    assert missing_for(POOR, facts={"savings": {"at_least": 1}}) == {("savings",)}
    assert missing_for(POOR, facts={"savings": {"below": 2}}) == set()


def test_a_fact_that_may_not_apply_is_settled_by_the_one_that_tells() -> None:
    assert missing_for({"fact": "hours", "at_least": 2}) == {("hours",), ("working",)}


def test_a_limit_from_a_table_needs_the_key_unless_the_amount_is_extreme() -> None:
    limit = {"fact": "savings", "at_most": {"by": "people", "rows": {"1": 2, "2": 3, "3": 4, "4": 5}}}
    assert missing_for(limit) == {("savings",)}
    assert missing_for(limit, facts={"savings": 3}) == {("people",)}
    assert missing_for(limit, facts={"savings": 6}) == set()


@pytest.mark.parametrize(("mine", "turns"), [(1, {1, 3}), (2, {3}), (1.5, {1, 3, 6, 9})])
def test_a_limit_from_a_table_turns_where_the_key_of_each_person_says(mine: float, turns: set[int]) -> None:
    table = {"by": "people", "rows": {"1": 1, "2": 3}, "each_more": 3}
    condition = Within.model_validate({"fact": "savings", "at_most": table})
    person = {"facts": {"people": mine}, "related": [{"relation": "partner", "facts": {"people": 2}}]}
    context = evaluation_context(read_applicant(person, BOOK, AREAS), BOOK, AREAS, on=ON)
    assert Breakpoints((condition,)).cuts(BOOK.facts["savings"], context) == turns


def test_where_a_person_lives_is_called_areas() -> None:
    assert missing_for({"lives_in": ["E08000025"]}) == {("areas",)}
    assert missing_for({"lives_in": ["E08000025"]}, areas=["E92000001"]) == {("areas",)}
    assert missing_for({"lives_in": ["E08000025"], "for_months": 6}, areas=["E08000025"]) == {("lived_in",)}


def test_work_and_what_a_person_gets_go_by_their_own_names() -> None:
    assert missing_for({"worked_in": ["nursing"], "years": 5}) == {("work",)}
    assert missing_for({"receives": ["pension-credit"]}) == {("receives",)}


def test_who_is_around_a_person_is_learned_with_all_that_is_asked_about_them() -> None:
    partner_is_old = {"related": ["partner"], "condition": OLD}
    assert missing_for(partner_is_old) == {("related",)}
    assert missing_for({"any_of": [partner_is_old, DISABLED]}) == {("disabled",), ("related",)}


def test_a_fact_of_a_related_person_goes_by_relation_and_fact() -> None:
    partner_is_old = {"related": ["partner"], "condition": OLD}
    assert missing_for(partner_is_old, related=[{"relation": "partner"}]) == {("partner.age",)}
    two = [{"relation": "child"}, {"relation": "child"}]
    every_child = {"related": ["child"], "condition": OLD, "all": True}
    assert missing_for(every_child, related=two) == {("child.age",), ("child[2].age",)}


def test_at_most_five_sets_are_named_the_least_burdensome_first() -> None:
    ten = {"all_of": [{"fact": f"yes{n}", "is": True} for n in range(8)]}
    assert len(missing_sets(context_of({}), grant_of(ten))) == 5
    assert missing_sets(context_of({}), grant_of(POOR, OLD)) == (("age",), ("savings",))


def test_a_decision_of_the_fund_is_not_something_that_a_person_can_tell() -> None:
    assert missing_for({"discretion": "The trustees decide."}) == set()
    assert missing_for({"any_of": [DISABLED, {"discretion": "The trustees decide."}]}) == {("disabled",)}


def open_facts(context: EvaluationContext, names: frozenset[str]) -> list[str]:
    """List the facts of which not all is known, and that a rule reads."""
    said = {fact: context.statement(context.applicant, fact) for fact in DOMAINS if fact in names}
    return [fact for fact, statement in said.items() if isinstance(statement, Between | PartSet | None)]


def read_by(grant: Grant) -> frozenset[str]:
    """List the facts that the rules read, and those that decide whether these apply."""
    named = {fact for rule in grant.rules for fact in facts_named(rule.condition)}
    return frozenset(named | ({"working"} if "hours" in named else set()))


def values_of(fact: str, applicant: Applicant) -> list[Any]:
    match applicant.facts.get(fact):
        case Between(low=low, high=high, low_open=low_open, high_open=high_open):
            return [
                value
                for value in DOMAINS[fact]
                if (low is None or value > low or (value == low and not low_open))
                and (high is None or value < high or (value == high and not high_open))
            ]
        case PartSet(includes=includes, excludes=excludes):
            return [value for value in DOMAINS[fact] if includes <= value and not value & excludes]
        case _:
            return list(DOMAINS[fact])


def completions(applicant: Applicant, facts: tuple[str, ...]) -> Iterator[Applicant]:
    for values in product(*(values_of(fact, applicant) for fact in facts)):
        yield replace(applicant, facts={**applicant.facts, **dict(zip(facts, values, strict=True))})


def by_trying_everything(context: EvaluationContext, grant: Grant, facts: list[str]) -> set[frozenset[str]]:
    """Find the smallest sets of facts that decide a grant, from the smallest up."""
    found: set[frozenset[str]] = set()
    for size in range(1, len(facts) + 1):
        for chosen in combinations(facts, size):
            if any(one <= set(chosen) for one in found):
                continue
            contexts = (replace(context, applicant=other) for other in completions(context.applicant, chosen))
            if any(judge_in(other, grant).status is not Status.NEEDS_INFO for other in contexts):
                found.add(frozenset(chosen))
    return found


NUMBERS = st.sampled_from(["age", "savings", "people", "hours"])
LIMITS = st.integers(0, 6)
COLOUR_LISTS = st.lists(st.sampled_from(COLOURS), min_size=1, max_size=2)
BOUNDS = st.sampled_from(["at_least", "at_most", "above", "below"])
LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(lambda f, b, n: {"fact": f, b: n}, NUMBERS, BOUNDS, LIMITS),
    st.builds(lambda f, v: {"fact": f, "is": v}, st.sampled_from(["disabled", "working"]), st.booleans()),
    st.builds(lambda f, v, k: {"fact": f, k: v}, st.sampled_from(["home", "debts"]), COLOUR_LISTS,
              st.sampled_from(["one_of", "none_of"])),
    st.just({"fact": "savings", "at_most": {"by": "people", "rows": {"1": 1, "2": 4}, "each_more": 1}}),
    st.just({"fact": "savings", "above": {"fact": "age", "times": 0.5}}),
    st.just({"discretion": "The trustees decide."}),
)  # fmt: skip


def grouped(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    lists = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda several: {"all_of": several}, lists),
        st.builds(lambda several: {"any_of": several}, lists),
        st.builds(lambda part: {"not": part}, parts),
        st.builds(lambda several: {"at_least": (len(several) + 1) // 2, "of": several}, lists),
    )


CONDITIONS = st.recursive(LEAVES, grouped, max_leaves=6)
STATEMENTS = st.fixed_dictionaries(
    {},
    optional={
        "age": st.one_of(st.integers(0, 6), st.just({"at_least": 2, "below": 5}), st.just({"unknown": True})),
        "people": st.integers(1, 4),
        "savings": st.one_of(st.integers(0, 6), st.just({"above": 1})),
        "disabled": st.one_of(st.booleans(), st.just({"declined": True})),
        "working": st.booleans(),
        "home": st.sampled_from(COLOURS),
        "debts": st.one_of(
            st.lists(st.sampled_from(COLOURS), unique=True),
            st.just({"includes": ["red"], "excludes": ["blue"]}),
        ),
    },
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules=st.lists(CONDITIONS, min_size=1, max_size=2), facts=STATEMENTS)
def test_the_sets_are_those_that_trying_everything_finds(
    rules: list[dict[str, Any]], facts: dict[str, Any]
) -> None:
    context, grant = context_of({"facts": facts}), grant_of(*rules)
    if judge_in(context, grant).status is not Status.NEEDS_INFO:
        assert deciding_sets(context, grant) == ()
        return
    unsure = open_facts(context, read_by(grant))
    assume(len(unsure) <= 4)
    expected = by_trying_everything(context, grant, unsure)
    assert {frozenset(one.of for one in found) for found in deciding_sets(context, grant)} == expected


BOOLEANS = st.builds(lambda n, v: {"fact": f"yes{n}", "is": v}, st.integers(0, 9), st.booleans())


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules=st.lists(st.recursive(BOOLEANS, grouped, max_leaves=14), min_size=1, max_size=2))
def test_the_sets_are_right_with_ten_unknown_facts(rules: list[dict[str, Any]]) -> None:
    context, grant = context_of({}), grant_of(*rules)
    if judge_in(context, grant).status is Status.NEEDS_INFO:
        expected = by_trying_everything(context, grant, sorted(read_by(grant)))
        assert {frozenset(one.of for one in found) for found in deciding_sets(context, grant)} == expected


@pytest.mark.parametrize("holder", [0, 1])
def test_a_variable_is_a_list_or_a_fact(holder: int) -> None:
    assert Variable(holder, "areas").is_list
    assert not Variable(holder, "age").is_list


def test_what_was_found_for_somebody_silent_is_not_told_to_somebody_who_spoke() -> None:
    grant = grant_of({"fact": "age", "at_least": 3}, {"fact": "savings", "at_most": 4})
    silent, elsewhere, spoke = (context_of({"facts": facts}) for facts in ({}, {"people": 2}, {"savings": 1}))
    both = {("age",), ("savings",)}
    assert set(missing_sets(silent, grant)) == set(missing_sets(elsewhere, grant)) == both
    assert missing_sets(spoke, grant) == (("age",),)
