"""What makes a no, and what nearly fits: held against trying everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.grants import Grant
from data.catalogue.rules import Condition
from data.catalogue.traversal import facts_named
from data.people.applicants import read_applicant
from data.places.areas import AreaTree
from models.counterfactuals.causes import causes
from models.counterfactuals.variables import Variable, with_values
from models.eligibility.conditions import ask, evaluation_context
from models.eligibility.context import EvaluationContext
from models.eligibility.findings import FindingKind, find
from models.eligibility.kleene import Answer
from models.eligibility.verdict import Status, judge_in
from models.explanations.near_miss import NearMiss, near_miss, near_miss_of

ON = date(2026, 11, 23)
BENEFITS = {"uc": "Universal Credit", "pc": "Pension Credit", "pip": "Personal Independence Payment"}
BOOK = FactBook.model_validate(
    {
        "facts": keyed_by_id(
            [
                {"id": "age", "kind": "number", "unit": "years", "min": 0, "max": 6, "question": "How old are you?",
                 "special_category": False},
                {"id": "hours", "kind": "number", "min": 0, "max": 4, "mutable": "either", "special_category": False,
                 "question": "How many hours do you work?"},
                {"id": "disabled", "kind": "boolean", "question": "Do you have a disability?", "mutable": "gain"},
                {"id": "advised", "kind": "boolean", "mutable": "gain", "special_category": False,
                 "question": "Have you had debt advice?"},
                {"id": "new_job", "kind": "date", "mutable": "either", "special_category": False,
                 "question": "When does your new job start?"},
                {"id": "benefits", "kind": "choices", "values": BENEFITS, "special_values": ["pip"], "mutable": "gain",
                 "special_category": False, "question": "Which benefits do you get?"},
            ]
        ),
        "relations": {"partner": "your partner"},
    }
)  # fmt: skip
AREAS = AreaTree()
EVERY_SET = [frozenset(chosen) for size in range(4) for chosen in combinations(BENEFITS, size)]
DOMAINS: Mapping[str, list[Any]] = {
    "age": [Decimal(n) for n in range(7)],
    "hours": [Decimal(n) for n in range(5)],
    "disabled": [True, False],
    "advised": [True, False],
    "benefits": EVERY_SET,
}
OLD = {"fact": "age", "at_least": 5}
YOUNG = {"fact": "age", "below": 2}
DISABLED = {"fact": "disabled", "is": True}
ADVISED = {"fact": "advised", "is": True}
PENSION_CREDIT = {"fact": "benefits", "one_of": ["pc"]}


def grant_of(*conditions: Mapping[str, Any], **more: Any) -> Grant:
    rules = [{"id": f"rule {n}", "condition": condition} for n, condition in enumerate(conditions)]
    return Grant.model_validate({"id": "fund", "title": "A fund", "rules": rules, **more})


def context_of(person: Mapping[str, Any]) -> EvaluationContext:
    return evaluation_context(read_applicant(person, BOOK, AREAS), BOOK, AREAS, on=ON)


def causes_of(*conditions: Mapping[str, Any], **facts: Any) -> list[set[str]]:
    found = causes(context_of({"facts": facts}), grant_of(*conditions))
    return [{getattr(part.condition, "fact", part.code) for part in cause} for cause in found]


def test_the_one_condition_that_fails_is_the_cause() -> None:
    assert causes_of(OLD, DISABLED, age=3, disabled=True) == [{"age"}]


def test_conditions_that_fail_in_different_rules_have_to_change_together() -> None:
    assert causes_of(OLD, DISABLED, age=3, disabled=False) == [{"age", "disabled"}]


def test_either_of_two_ways_out_is_a_cause_of_its_own() -> None:
    assert causes_of({"any_of": [OLD, DISABLED]}, age=3, disabled=False) == [{"age"}, {"disabled"}]


def test_a_change_that_breaks_another_rule_is_no_way_out() -> None:
    either = {"any_of": [{"fact": "age", "below": 4}, ADVISED]}
    assert causes_of(OLD, either, age=3, advised=False) == [{"age", "advised"}]


def test_what_must_not_be_so_is_a_cause_where_it_is() -> None:
    assert causes_of({"not": PENSION_CREDIT}, benefits=["pc"]) == [{"benefits"}]


def test_a_condition_that_stands_many_times_counts_once() -> None:
    able: dict[str, Any] = {"fact": "disabled", "is": False}
    neither: dict[str, Any] = {"fact": "benefits", "none_of": ["pc", "pip"]}
    either = {"any_of": [{"fact": "age", "at_least": 0}, neither]}
    rules: list[dict[str, Any]] = [
        {"fact": "benefits", "none_of": ["pc"]},
        *([{"all_of": [able, able]}] * 8),
        either,
    ]
    found = causes(context_of({"facts": {"age": 0, "disabled": True, "benefits": ["pc"]}}), grant_of(*rules))
    assert len(found) == 2


def test_a_grant_that_is_not_ruled_out_has_no_cause() -> None:
    assert causes_of(OLD, age=6) == []
    assert causes_of(OLD) == []


def test_rules_that_contradict_each_other_cannot_be_cured() -> None:
    assert causes_of(OLD, YOUNG, age=3) == []


def test_a_closed_grant_is_its_own_cause() -> None:
    closed = grant_of(OLD, window={"closes": "2026-01-31"})
    (only,) = causes(context_of({"facts": {"age": 6}}), closed)
    assert [part.code for part in only] == ["CLOSED"]
    (both,) = causes(context_of({"facts": {"age": 1}}), closed)
    assert {part.code for part in both} == {"RULE_0", "CLOSED"}


def test_where_a_person_lives_can_be_the_cause() -> None:
    (cause,) = causes(context_of({"areas": ["E08000025"]}), grant_of({"lives_in": ["S92000003"]}))
    assert [part.code for part in cause] == ["RULE_0"]


def test_having_no_partner_can_be_the_cause() -> None:
    (cause,) = causes(context_of({"related": []}), grant_of({"related": ["partner"], "condition": OLD}))
    assert [part.code for part in cause] == ["RULE_0"]


def failing(condition: Condition, context: EvaluationContext) -> Iterator[Condition]:
    """Yield the plain conditions that are a no, in a condition without opposites."""
    parts = getattr(condition, "all_of", None) or getattr(condition, "any_of", None)
    if parts is None and ask(condition, context) is Answer.NO:
        yield condition
    for part in parts or ():
        yield from failing(part, context)


def by_trying_everything(context: EvaluationContext, grant: Grant) -> set[frozenset[Condition]]:
    """Find the smallest sets of failing conditions that can pass, through values of what they read, and cure the no."""
    conditions = list(
        dict.fromkeys(part for rule in grant.rules for part in failing(rule.condition, context))
    )
    assume(len(conditions) <= 4)
    found: set[frozenset[Condition]] = set()
    for size in range(1, len(conditions) + 1):
        for chosen in combinations(conditions, size):
            if not any(one <= set(chosen) for one in found) and _cures(chosen, context, grant):
                found.add(frozenset(chosen))
    return found


def _cures(chosen: tuple[Condition, ...], context: EvaluationContext, grant: Grant) -> bool:
    facts = sorted(set().union(*(facts_named(part) for part in chosen)))
    for values in product(*(DOMAINS[fact] for fact in facts)):
        person = replace(
            context.applicant, facts={**context.applicant.facts, **dict(zip(facts, values, strict=True))}
        )
        other = replace(context, applicant=person)
        passes = all(ask(part, other) is not Answer.NO for part in chosen)
        if passes and all(found.answer is not Answer.NO for found in find(other, grant)):
            return True
    return False


BENEFIT_LISTS = st.lists(st.sampled_from(sorted(BENEFITS)), min_size=1, max_size=2, unique=True)
NUMBERS, BOUNDS = st.sampled_from(["age", "hours"]), st.sampled_from(["at_least", "below"])
LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(lambda f, b, n: {"fact": f, b: n}, NUMBERS, BOUNDS, st.integers(0, 6)),
    st.builds(lambda f, v: {"fact": f, "is": v}, st.sampled_from(["disabled", "advised"]), st.booleans()),
    st.builds(lambda v, k: {"fact": "benefits", k: v}, BENEFIT_LISTS, st.sampled_from(["one_of", "none_of"])),
)


def grouped(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    lists = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda several: {"all_of": several}, lists),
        st.builds(lambda several: {"any_of": several}, lists),
    )


RULES = st.lists(st.recursive(LEAVES, grouped, max_leaves=6), min_size=1, max_size=3)
STATEMENTS = st.fixed_dictionaries(
    {},
    optional={
        "age": st.one_of(st.integers(0, 6), st.just({"at_least": 2, "below": 5})),
        "hours": st.integers(0, 4),
        "disabled": st.booleans(),
        "advised": st.booleans(),
        "benefits": st.lists(st.sampled_from(sorted(BENEFITS)), unique=True),
    },
)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(rules=RULES, facts=STATEMENTS)
def test_the_causes_are_those_that_trying_everything_finds(
    rules: list[dict[str, Any]], facts: dict[str, Any]
) -> None:
    context, grant = context_of({"facts": facts}), grant_of(*rules)
    if judge_in(context, grant).status is not Status.NOT_ELIGIBLE:
        return
    expected = by_trying_everything(context, grant)
    found = {
        frozenset(part.condition for part in cause if part.condition) for cause in causes(context, grant)
    }
    assert found == expected if len(expected) <= 5 else found <= expected


def miss_of(*conditions: Mapping[str, Any], window: Any = None, **facts: Any) -> NearMiss | None:
    context, grant = context_of({"facts": facts}), grant_of(*conditions, window=window)
    return near_miss(context, grant, judge_in(context, grant))


def test_a_benefit_that_can_be_claimed_is_a_near_miss() -> None:
    miss = miss_of(PENSION_CREDIT, benefits=["uc"])
    assert miss is not None
    assert [(one.fact, one.needs, one.text) for one in miss.change] == [
        ("benefits", "Pension Credit", "you get Pension Credit")
    ]
    assert miss.text == "It could fit if you get Pension Credit."


def test_nobody_is_told_to_give_a_benefit_up() -> None:
    assert miss_of({"not": PENSION_CREDIT}, benefits=["pc"]) is None


def test_age_and_health_are_never_named_as_a_change() -> None:
    assert miss_of(OLD, age=3) is None
    assert miss_of(DISABLED, disabled=False) is None
    assert miss_of(OLD, PENSION_CREDIT, age=3, benefits=[]) is None


def test_a_special_category_value_of_a_fact_is_never_named() -> None:
    assert miss_of({"fact": "benefits", "one_of": ["pip"]}, benefits=[]) is None
    miss = miss_of({"fact": "benefits", "one_of": ["pip", "pc"]}, benefits=[])
    assert miss is not None
    assert miss.change[0].needs == "Pension Credit"


def test_what_can_change_either_way_may_go_down_as_well() -> None:
    miss = miss_of({"fact": "hours", "below": 2}, hours=4)
    assert miss is not None
    assert miss.change[0].fact == "hours"


def test_nobody_is_told_to_change_what_has_been() -> None:
    soon = {
        "any_of": [
            {"fact": "new_job", "months_ago": {"at_most": 6}},
            {"fact": "new_job", "days_ahead": {"at_least": 0}},
        ]
    }
    miss = miss_of(soon, new_job="2020-01-01")
    assert miss is not None
    assert miss.text == "It could fit if your new job starts today or later."
    assert miss_of({"fact": "new_job", "at_most": "2019-01-01"}, new_job="2020-01-01") is None


def test_a_grant_that_opens_later_names_the_day() -> None:
    miss = miss_of(OLD, window={"opens": "2027-06-03"}, age=6)
    assert miss is not None
    assert (miss.change, miss.from_day, miss.text) == (
        (),
        date(2027, 6, 3),
        "You can apply from 3 June 2027.",
    )


def test_a_change_and_time_can_be_needed_both() -> None:
    miss = miss_of(ADVISED, window={"opens": "2027-06-03"}, advised=False)
    assert miss is not None
    assert ([one.fact for one in miss.change], miss.from_day) == (["advised"], date(2027, 6, 3))


def test_a_grant_that_is_open_to_a_person_is_no_near_miss() -> None:
    assert miss_of(OLD, age=6) is None
    assert miss_of(OLD) is None


@settings(max_examples=150, deadline=None)
@given(rules=RULES, facts=STATEMENTS)
def test_every_change_is_permitted_and_flips_the_judge(
    rules: list[dict[str, Any]], facts: dict[str, Any]
) -> None:
    context, grant = context_of({"facts": facts}), grant_of(*rules)
    verdict = judge_in(context, grant)
    miss = near_miss(context, grant, verdict)
    assert miss == near_miss_of(context, grant, verdict.status)
    if miss is None or not miss.change:
        return
    permitted = {"advised", "hours", "benefits"}
    assert {one.fact for one in miss.change} <= permitted
    assert not any("Independence" in one.needs + one.text for one in miss.change)
    facts_changed = [Variable(0, one.fact) for one in miss.change]
    flips = [
        judge_in(with_values(context, dict(zip(facts_changed, values, strict=True))), grant).status
        for values in product(*(DOMAINS[variable.of] for variable in facts_changed))
    ]
    assert any(status is not Status.NOT_ELIGIBLE for status in flips)


def test_the_route_is_never_what_stands_in_the_way() -> None:
    context = context_of({})
    found = {one.kind: one.answer for one in find(context, grant_of(OLD, route="adviser"))}
    assert found[FindingKind.ROUTE] is Answer.YES
