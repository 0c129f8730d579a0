"""What is said of steps, of public funds, of days that are told, and what is never proposed or asked."""

from __future__ import annotations

from datetime import date

import pytest

from data.catalogue.facts import Fact
from data.catalogue.grants import Grant
from data.catalogue.rules import EligibilityRule
from data.catalogue.settling import settled
from models.counterfactuals.causes import causes
from models.counterfactuals.missing import missing_sets
from models.eligibility.verdict import Status, judge_in
from models.explanations.in_the_way import cause_in_words
from models.explanations.near_miss import NearMiss, near_miss
from models.explanations.reasons import reasons, steps_in_words
from models.wording.condition_phrases import describe
from tests.models.eligibility.household import AREAS, BOOK, Json, context_of
from tests.models.explanations.asking import question_about

ASKS = {
    "age": "How old are you?", "born": "When were you born?", "wage": "How much do you earn a week?",
    "pension": "How much is your pension a week?", "bills": "How much do your bills come to?",
    "people": "How many people live with you?", "benefits": "Which benefits do you get?",
    "course_starts": "When does your course start?", "studies": "Do you study?", "tenant": "Do you rent your home?",
}  # fmt: skip


def with_questions() -> dict[str, Fact]:
    return {
        name: fact.model_copy(update={"question": ASKS.get(name, name)}) for name, fact in BOOK.facts.items()
    }


WORDED = BOOK.model_copy(update={"facts": with_questions()})
GETS_OLD_OR_NEW = {"fact": "benefits", "one_of": ["is", "pc"]}


def offer(*conditions: Json, **more: object) -> Grant:
    rules = [{"id": f"r{at}", "text": "", "condition": condition} for at, condition in enumerate(conditions)]
    return Grant.model_validate({"id": "fund", "title": "A fund", "rules": rules, **more})


def nearly(grant: Grant, **facts: object) -> NearMiss | None:
    context = context_of({"facts": facts}, book=WORDED)
    return near_miss(context, grant, judge_in(context, grant))


def test_a_step_is_told_in_a_sentence_and_nothing_of_it_is_missing() -> None:
    rule = {"id": "check", "text": "Ask for a benefits check.", "first": True}
    grant = Grant.model_validate(
        {"id": "fund", "title": "A fund", "rules": [{**rule, "condition": {"fact": "studies", "is": True}}]}
    )
    context = context_of({"facts": {"studies": False}}, book=WORDED)
    verdict = judge_in(context, grant)
    assert steps_in_words(verdict, grant, context) == ("One thing to do first: Ask for a benefits check.",)
    assert missing_sets(context, grant) == ()
    assert missing_sets(context_of({}, book=WORDED), grant) == ()
    done = context_of({"facts": {"studies": True}}, book=WORDED)
    assert reasons(judge_in(done, grant), grant, done)[0].text == (
        "You have done this: “Ask for a benefits check.”"
    )


def test_a_step_that_says_first_says_it_once() -> None:
    rule = {"id": "check", "text": "First have a check.", "condition": {"fact": "studies", "is": True}}
    grant = Grant.model_validate({"id": "fund", "title": "A fund", "rules": [{**rule, "first": True}]})
    context = context_of({"facts": {"studies": False}}, book=WORDED)
    assert steps_in_words(judge_in(context, grant), grant, context) == ("First have a check.",)


def test_no_cause_and_no_change_is_about_a_step() -> None:
    steps = [{"id": "s", "text": "Have a check.", "condition": {"fact": "tenant", "is": True}, "first": True}]
    steps += [{"id": "r", "text": "", "condition": {"fact": "benefits", "one_of": ["pc"]}}]
    grant = Grant.model_validate({"id": "fund", "title": "A fund", "rules": steps})
    context = context_of({"facts": {"tenant": False, "benefits": []}}, book=WORDED)
    (cause,) = causes(context, grant)
    assert "rent" not in cause_in_words(cause, grant, context)
    miss = near_miss(context, grant, judge_in(context, grant))
    assert miss is not None
    assert [change.fact for change in miss.change] == ["benefits"]


def test_who_may_not_have_public_funds_is_told_why_and_what_is_open() -> None:
    alone = {"facts": {"no_public_funds": True, "benefits": []}, "related": []}
    context = context_of(alone, book=WORDED)
    grant = offer({"fact": "benefits", "one_of": ["pc"]}, public_fund=True)
    verdict = judge_in(context, grant)
    (said,) = [reason for reason in reasons(verdict, grant, context) if reason.code == "NO_RECOURSE"]
    assert "Charities" in said.text
    assert near_miss(context, grant, verdict) is None
    assert "public funds" in cause_in_words(causes(context, grant)[0], grant, context)
    family = context_of({"facts": {"no_public_funds": True}, "related": [{"relation": "child"}]}, book=WORDED)
    (step,) = steps_in_words(judge_in(family, offer(public_fund=True)), offer(public_fund=True), family)
    assert "registered immigration adviser" in step


def test_no_near_miss_asks_for_what_can_no_longer_be_got() -> None:
    miss = nearly(offer(GETS_OLD_OR_NEW), benefits=["uc"])
    assert miss is not None
    assert "Pension Credit" in miss.text
    assert nearly(offer({"fact": "benefits", "one_of": ["is"]}), benefits=["uc"]) is None
    in_time = context_of({"facts": {"benefits": ["uc"]}}, book=WORDED, on=date(2026, 3, 31))
    grant = offer({"fact": "benefits", "one_of": ["is"]})
    assert near_miss(in_time, grant, judge_in(in_time, grant)) is not None


def test_nobody_is_told_to_claim_a_public_fund_that_would_put_their_stay_at_risk() -> None:
    grant = offer({"fact": "benefits", "one_of": ["uc", "allowance"]})
    told = nearly(grant, benefits=["is"])
    assert told is not None
    assert told.text == "It could fit if you get Universal Credit or Bereavement Support."
    barred = nearly(grant, benefits=["is"], no_public_funds=True)
    assert barred is not None
    assert barred.text == "It could fit if you get Bereavement Support."
    assert nearly(offer({"fact": "benefits", "one_of": ["uc"]}), benefits=[], no_public_funds=True) is None
    part = offer({"fact": "uc_rent_part", "is": True})
    assert nearly(part, benefits=["uc"], uc_rent_part=False) is not None
    assert nearly(part, benefits=["uc"], uc_rent_part=False, no_public_funds=True) is None


def test_nobody_is_told_to_claim_what_they_are_not_known_to_be_able_to_get() -> None:
    grant = offer({"fact": "benefits", "one_of": ["carer", "uc"]})
    texts = [nearly(grant, benefits=[], **told) for told in ({}, {"studies": False}, {"studies": True})]
    assert [one.text for one in texts if one is not None] == [
        "It could fit if you get Universal Credit.",
        "It could fit if you get Universal Credit.",
        "It could fit if you get a payment for students or Universal Credit.",
    ]
    only = offer({"fact": "benefits", "one_of": ["carer"]})
    assert nearly(only, benefits=[]) is None
    assert nearly(only, benefits=[], studies=True) is not None


def test_nobody_is_told_to_change_a_part_of_what_they_do_not_have() -> None:
    assert nearly(offer({"fact": "uc_rent_part", "is": True}), benefits=[]) is None


def test_a_home_that_may_have_a_public_fund_is_sent_to_an_adviser_before_any_other_step() -> None:
    rule = {"id": "s", "text": "Claim it.", "condition": {"fact": "studies", "is": True}, "first": True}
    grant = Grant.model_validate({"id": "fund", "title": "A fund", "rules": [rule], "public_fund": True})
    context = context_of({"facts": {"no_public_funds": True, "studies": False}}, book=WORDED)
    first, second = steps_in_words(judge_in(context, grant), grant, context)
    assert "adviser" in first
    assert "Claim it." in second


def test_of_several_benefits_those_that_can_no_longer_be_got_are_not_named() -> None:
    miss = nearly(offer(GETS_OLD_OR_NEW), benefits=["uc"])
    assert miss is not None
    assert miss.text == "It could fit if you get Pension Credit."


def test_who_gets_nothing_is_told_to_claim_without_keeping_none_of_these() -> None:
    miss = nearly(offer({"fact": "benefits", "one_of": ["pc"]}), benefits=["none"])
    assert miss is not None
    assert "Pension Credit" in miss.text


def test_a_day_that_is_not_sure_is_told_as_such_with_what_we_would_have_to_know() -> None:
    grant = offer({"fact": "age", "at_least": 66}, {"fact": "bills", "at_most": 100})
    miss = nearly(grant, born="1961-01-10")
    assert miss is not None
    assert (miss.from_day, miss.not_before) == (None, date(2027, 1, 10))
    assert miss.text == (
        "It may open to you from 10 January 2027; we would still have to know “How much do your bills come to?”."
    )
    sure = nearly(grant, born="1961-01-10", bills=50)
    assert sure is not None
    assert (sure.text, sure.not_before) == ("You can apply from 10 January 2027.", None)


def test_what_time_brings_only_after_years_is_no_near_miss() -> None:
    grant = offer({"fact": "age", "at_least": 66})
    soon = nearly(grant, born="1962-01-10")
    assert soon is not None
    assert soon.text == "You can apply from 10 January 2028."
    assert nearly(grant, born="1990-01-10") is None
    assert (
        nearly(offer({"fact": "age", "at_least": 66}, {"fact": "bills", "at_most": 9}), born="1990-01-10")
        is None
    )


def asked(grant: Grant, facts: dict[str, Fact], **said: object) -> str | None:
    book = WORDED.model_copy(update={"facts": {**WORDED.facts, **facts}})
    question = question_about(context_of({"facts": said}, book=book), [grant])
    return None if question is None else question.fact


def test_a_fact_that_is_not_to_be_asked_is_never_asked() -> None:
    grant = offer({"fact": "tenant", "is": True})
    silent = WORDED.facts["tenant"].model_copy(update={"asked": False})
    assert asked(grant, {}) == "tenant"
    assert asked(grant, {"tenant": silent}) is None
    assert (
        missing_sets(
            context_of({}, book=WORDED.model_copy(update={"facts": {**WORDED.facts, "tenant": silent}})),
            grant,
        )
        == ()
    )


def test_declining_a_fact_silences_the_other_questions_of_its_topic() -> None:
    grant = offer({"fact": "tenant", "is": True}, {"fact": "bills", "at_most": 100})
    home = {
        name: WORDED.facts[name].model_copy(update={"topic": "home", "special_category": False})
        for name in ("tenant", "bills")
    }
    assert asked(grant, home, tenant={"unknown": True}) == "bills"
    assert asked(grant, home, tenant={"declined": True}) is None


def test_limits_to_awards_are_told_as_the_fund_counts_them() -> None:
    def said(repeat: Json, *days: str) -> str:
        grant = offer(repeat=repeat)
        context = context_of({"awards": [{"grant_id": "fund", "on": day} for day in days]}, book=WORDED)
        found = reasons(judge_in(context, grant), grant, context)
        return next(reason.text for reason in found if "AWARD" in reason.code or "REPEAT" in reason.code)

    assert said({"once": True}, "2020-01-01") == "It can be had only once, and you had it before."
    assert said({"once": True}) == "You had no award from it before."
    three = {"awards": 3, "within_months": 12}
    assert said(three) == "You had fewer than 3 awards from it in the last year."
    assert said(three, "2026-01-10", "2026-02-10", "2026-03-10") == (
        "You had as many awards from it as there can be. You can ask again from 10 January 2027."
    )


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            {"sum_of": ["wage", {"fact": "pension", "times": 0.5}], "at_most": 300},
            "added up, your answer to “How much do you earn a week?” and half of your answer to "
            "“How much is your pension a week?” come to £300 or less",
        ),
        (
            {"fact": "wage", "at_most": {"amount": 900, "per": "month"}},
            "you earn £900 a month or less",
        ),
        (
            {"fact": "course_starts", "below": {"fact": "born", "plus_years": 20}},
            "your course starts before 20 years after the day you told us for “When were you born?”",
        ),
        (
            {"has_lived_in": ["E92000001"], "for_months": 6, "within_years": 3},
            "you have lived in England for 6 months or more in all in the last 3 years",
        ),
        ({"beneficiary": {"fact": "age", "below": 5}, "for": ["child"]}, "your child is under 5"),
        ({"fact": "born", "weeks_ago": {"at_most": 6}}, "you were born no more than 6 weeks ago"),
    ],
)
def test_every_new_form_is_one_phrase(condition: Json, words: str) -> None:
    rule = EligibilityRule.model_validate({"condition": condition})
    grant = settled(Grant(id="fund", title="A fund", rules=(rule,)), WORDED)
    assert describe(grant.rules[0].condition, WORDED, AREAS) == words


@pytest.mark.parametrize("on", [date.min, date.max])
def test_on_the_first_and_the_last_day_there_is_nothing_fails(on: date) -> None:
    grant = offer(
        {"fact": "born", "weeks_ago": {"at_most": 6}},
        {"fact": "moved_in", "days_ahead": {"at_least": 9}},
        {"worked_in": ["nursing"], "years": 2, "within_years": 5},
        {"lives_in": ["E92000001"], "for_months": 6},
    )
    context = context_of({}, book=WORDED, on=on)
    assert judge_in(context, grant).status is Status.NEEDS_INFO
    assert missing_sets(context, grant)
    assert causes(context, grant) == ()
