"""Laws of judging that hold for every rule and every person; full size with LAW_CASES=100000."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.catalogue.rules import EligibilityRule, as_json
from data.lint.satisfiable import Satisfiability
from data.people.applicants import Applicant, read_applicant
from data.synthetic.random_people import PersonMaker
from models.compiled.judge import CompiledJudge
from models.counterfactuals.missing import missing_sets
from models.eligibility.conditions import ask, evaluation_context
from models.eligibility.findings import find
from models.eligibility.kleene import Answer
from models.eligibility.memo import catalogue_memo
from models.eligibility.verdict import HOLDS, STATUSES, Status, Verdict, judge, judge_in, status_of
from tests.models.generated import AREAS, BOOK, CASES, ON, World, read

seeds = st.integers(0, 2**32 - 1)
law = settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FULL = 100_000
"""From this size on, people are judged against every grant of the sample and not against some."""
whole_catalogues = settings(law, max_examples=max(CASES // 10, 15))


def verdict(person: dict[str, Any], grant: Grant) -> Verdict:
    return judge(read(person), grant, on=ON, facts=BOOK, areas=AREAS)


def answers(person: dict[str, Any], grant: Grant) -> list[Answer]:
    return [finding.answer for finding in find(evaluation_context(read(person), BOOK, AREAS, on=ON), grant)]


def adorned(world: World) -> Grant:
    return world.adorned(world.catalogue(1, distinct=8)).grants[0]


def telling_of_recourse(person: dict[str, Any], world: World) -> dict[str, Any]:
    """Have a person tell what is taken as met while it is not known."""
    facts = person.get("facts", {})
    told = facts.get("visa") if isinstance(facts.get("visa"), bool) else world.rules.chance(0.5)
    return {**person, "facts": {**facts, "visa": told}}


@law
@given(seeds)
def test_a_grant_decided_with_facts_unknown_is_decided_the_same_by_every_completion(seed: int) -> None:
    world = World.of(seed)
    person, grant = telling_of_recourse(world.person(), world), adorned(world)
    before = verdict(person, grant).status
    same = {before, Status.NOT_ELIGIBLE} if before is Status.NOT_NOW else {before}
    if before is not Status.NEEDS_INFO:
        assert verdict(world.completed(person), grant).status in same


@law
@given(seeds)
def test_learning_what_was_unknown_turns_no_answer_round(seed: int) -> None:
    world = World.of(seed)
    person, grant = telling_of_recourse(world.person(0.4), world), adorned(world)
    known = answers(person, grant)
    for before, after in zip(known, answers(world.completed(person), grant), strict=True):
        assert before is Answer.UNKNOWN or after is before


@law
@given(seeds)
def test_another_rule_never_makes_more_grants_eligible(seed: int) -> None:
    world = World.of(seed)
    person, catalogue = world.person(), world.catalogue(4, distinct=8)
    rule = world.rules.rule(99)
    for grant in catalogue.grants:
        harder = grant.model_copy(update={"rules": (*grant.rules, rule)})
        if verdict(person, harder).status is Status.ELIGIBLE:
            assert verdict(person, grant).status is Status.ELIGIBLE


@law
@given(seeds)
def test_a_rule_that_somebody_meets_is_never_called_impossible_nor_one_that_somebody_fails_idle(
    seed: int,
) -> None:
    world, logic = World.of(seed), Satisfiability(BOOK, AREAS)
    rule, person = world.rules.rule(1), world.person(1.0)
    found = ask(rule.condition, evaluation_context(read(person), BOOK, AREAS, on=ON))
    assert found is not Answer.YES or logic.can_hold([rule.condition])
    plain = "not_applicable" not in str(person)  # nobody is expected to say so of what always applies
    assert found is not Answer.NO or not plain or logic.can_fail(rule.condition)


@law
@given(seeds)
def test_nobody_who_said_nothing_is_ruled_out(seed: int) -> None:
    catalogue = World.of(seed).catalogue(5, distinct=20)
    assert all(verdict({}, grant).status is not Status.NOT_ELIGIBLE for grant in catalogue.grants)
    assert CompiledJudge.build(catalogue).statuses(read({}), on=ON).min() > 0


@law
@given(seeds, st.sampled_from([None, {"unknown": True}, {"declined": True}]))
def test_a_fact_that_nobody_told_leaves_every_condition_on_it_unknown(seed: int, said: Any) -> None:
    world = World.of(seed)
    raw = world.rules.leaf()
    while "fact" not in raw:
        raw = world.rules.leaf()
    condition = EligibilityRule.model_validate({"condition": raw}).condition
    person = {"facts": {} if said is None else {raw["fact"]: said}}
    assert ask(condition, evaluation_context(read(person), BOOK, AREAS, on=ON)) is Answer.UNKNOWN


@pytest.mark.parametrize(
    "raw",
    [
        {"lives_in": ["E08000025"]},
        {"lives_in": ["E08000025"], "for_months": 3},
        {"has_lived_in": ["E08000025"]},
        {"worked_in": ["nursing"], "years": 2},
        {"receives": ["other"]},
        {"related": ["child"]},
        {"related": ["child"], "condition": {"fact": "age", "below": 5}},
        {"sum": "income", "over": ["self", "partner"], "at_most": 100},
    ],
)
def test_a_part_that_nobody_told_leaves_conditions_on_it_unknown(raw: dict[str, Any]) -> None:
    condition = EligibilityRule.model_validate({"condition": raw}).condition
    assert ask(condition, evaluation_context(read({}), BOOK, AREAS, on=ON)) is Answer.UNKNOWN


@law
@given(seeds)
def test_a_rule_written_and_read_again_is_the_same_rule(seed: int) -> None:
    maker = World.of(seed).rules
    raw = {"id": "r", "text": "…", "condition": maker.condition(6)}
    rule = EligibilityRule.model_validate(raw)
    assert as_json(rule) == raw
    assert EligibilityRule.model_validate(as_json(rule)) == rule


@law
@given(seeds)
def test_a_day_that_is_told_is_a_day_that_holds(seed: int) -> None:
    world = World.of(seed)
    person, catalogue = read(world.person(0.8)), world.adorned(world.catalogue(6, distinct=30))
    context = evaluation_context(person, BOOK, AREAS, on=ON)
    for grant in catalogue.grants:
        found = judge_in(context, grant)
        if found.from_day is not None:
            assert status_of(find(context.later(found.from_day), grant)) in HOLDS
        if found.not_before is not None:
            later = find(context.later(found.not_before), grant)
            assert all(finding.answer is not Answer.NO for finding in later)
            assert found.from_day is None


@whole_catalogues
@given(seeds)
@example(267149689)  # somebody silent whose child's pension is known
@example(76054)  # a share of a fact whose limit depends on how many people there are
def test_what_is_missing_for_somebody_does_not_hang_on_who_was_judged_before(seed: int) -> None:
    world = World.of(seed)
    grants = world.adorned(world.catalogue(2, distinct=10)).grants
    people = [read({}), *(read(world.person()) for _ in range(3)), read({})]
    catalogue_memo.cache_clear()
    after_others = [missing_of(person, grants) for person in people]
    for person, found in zip(people, after_others, strict=True):
        catalogue_memo.cache_clear()
        assert missing_of(person, grants) == found


def missing_of(person: Applicant, grants: Sequence[Grant]) -> list[list[list[str]]]:
    context = evaluation_context(person, BOOK, AREAS, on=ON)
    return [sorted(map(sorted, missing_sets(context, grant))) for grant in grants]


def disagreements(catalogue: Catalogue, person: dict[str, Any], on: date) -> list[tuple[str, Status, Status]]:
    applicant = read_applicant(person, catalogue.facts, catalogue.areas)
    context = evaluation_context(applicant, catalogue.facts, catalogue.areas, on=on)
    fast = CompiledJudge.build(catalogue).statuses(applicant, on=on)
    slow = [judge_in(context, grant).status for grant in catalogue.grants]
    quick = [STATUSES[code] for code in fast.tolist()]
    return [
        (grant.id, one, other)
        for grant, one, other in zip(catalogue.grants, quick, slow, strict=True)
        if one is not other
    ]


@whole_catalogues
@given(seeds)
@example(4072343618)  # a table that grows with an age of which only a range is known, found once
def test_the_compiled_judge_agrees_with_the_plain_one_on_generated_catalogues(seed: int) -> None:
    world = World.of(seed)
    catalogue = world.adorned(world.catalogue(12, distinct=60))
    for _ in range(3):
        assert not disagreements(catalogue, world.person(), ON)


@whole_catalogues
@given(seeds)
def test_the_compiled_judge_agrees_with_the_plain_one_rule_by_rule(seed: int) -> None:
    world = World.of(seed)
    rules = [world.rules.rule(number) for number in range(40)]
    grants = tuple(
        Grant(id=f"benefit-{at}", title="one rule", rules=(rule,)) for at, rule in enumerate(rules)
    )
    catalogue = world.adorned(Catalogue(grants, BOOK, AREAS, "one rule each"))
    for _ in range(10):
        assert not disagreements(catalogue, world.person(), ON)


@whole_catalogues
@given(seeds)
def test_leaving_later_days_out_moves_nothing_but_what_is_ruled_out_today(seed: int) -> None:
    world = World.of(seed)
    catalogue = world.adorned(world.catalogue(12, distinct=60))
    judges = [CompiledJudge.build(catalogue, bits_above=above) for above in (0, 20_000)]
    for _ in range(3):
        applicant = read_applicant(world.person(), catalogue.facts, catalogue.areas)
        for compiled in judges:
            context = evaluation_context(applicant, catalogue.facts, catalogue.areas, on=ON)
            today, whole = compiled.statuses_in(context, later=False), compiled.statuses_in(context)
            not_now = STATUSES.index(Status.NOT_NOW)
            assert np.maximum(today, not_now).tolist() == np.maximum(whole, not_now).tolist()


@whole_catalogues
@given(seed=seeds)
def test_the_compiled_judge_agrees_with_the_plain_one_on_real_schemes(
    seed: int, catalogue: Catalogue
) -> None:
    rng = np.random.default_rng(seed)
    known = float(rng.choice([0.0, 0.15, 0.5, 1.0]))
    person = PersonMaker(catalogue.facts, catalogue.areas, rng, ON, known).applicant()
    context = evaluation_context(
        read_applicant(person, catalogue.facts, catalogue.areas), catalogue.facts, catalogue.areas, on=ON
    )
    fast = real_judge(catalogue).statuses(context.applicant, on=ON)
    size = len(catalogue.grants) if CASES >= FULL else 40
    for at in rng.choice(len(catalogue.grants), size, replace=False).tolist():
        grant = catalogue.grants[at]
        assert STATUSES[int(fast[at])] is judge_in(context, grant).status, grant.id


_JUDGES: dict[str, CompiledJudge] = {}


def real_judge(catalogue: Catalogue) -> CompiledJudge:
    if catalogue.digest not in _JUDGES:
        _JUDGES[catalogue.digest] = CompiledJudge.build(catalogue)
    return _JUDGES[catalogue.digest]
