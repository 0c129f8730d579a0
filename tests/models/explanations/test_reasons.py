"""Reasons: one for every finding, true, kind, and in an order that helps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.grants import Grant
from data.catalogue.reading import sample_catalogue
from data.people.applicants import read_applicant
from data.places.areas import AreaTree
from models.counterfactuals.causes import causes
from models.eligibility.conditions import evaluation_context
from models.eligibility.kleene import Answer
from models.eligibility.verdict import Status, judge_in, status_of
from models.explanations.in_the_way import cause_in_words
from models.explanations.reasons import Reason, fits_in_words, reasons
from models.wording.condition_phrases import wording

ON = date(2026, 11, 23)
BOOK = FactBook.model_validate(
    {
        "facts": keyed_by_id(
            [
                {
                    "id": "age",
                    "kind": "number",
                    "unit": "years",
                    "question": "How old are you?",
                    "min": 0,
                    "max": 130,
                    "from_birth_date": "born",
                },
                {"id": "born", "kind": "date", "question": "When were you born?"},
                {"id": "disabled", "kind": "boolean", "question": "Do you have a disability?"},
                {"id": "pregnant", "kind": "boolean", "question": "Are you or your partner pregnant?"},
                {
                    "id": "weeks",
                    "kind": "number",
                    "question": "How many weeks pregnant are you or your partner?",
                    "applies_if": {"fact": "pregnant", "is": True},
                },
                {
                    "id": "rating",
                    "kind": "choice",
                    "special_category": False,
                    "question": "What energy rating does your home have?",
                    "values": {"a": "A", "b": "B", "c": "C", "d": "D"},
                },
                {
                    "id": "church",
                    "kind": "choice",
                    "question": "What is your religion?",
                    "values": {"ours": "ours", "none": "none", "a": "A", "b": "B", "c": "C"},
                },
                {
                    "id": "benefits",
                    "kind": "choices",
                    "special_category": False,
                    "question": "Which benefits do you get?",
                    "values": {"uc": "Universal Credit", "pc": "Pension Credit"},
                },
                {
                    "id": "savings",
                    "kind": "money",
                    "question": "How much do you and a partner have in savings?",
                },
            ]
        ),
        "relations": {"child": "your child"},
    }
)
AREAS = AreaTree({"E08000025": "Birmingham"}, {"E08000025": "E92000001"})
OLD = {"fact": "age", "at_least": 60}
DISABLED = {"fact": "disabled", "is": True}
PENSION_CREDIT = {"fact": "benefits", "one_of": ["pc"]}


def told(
    condition: Mapping[str, Any], *, text: str = "", person: Mapping[str, Any] | None = None, **grant: Any
) -> dict[str, Reason]:
    rules = [{"id": "the rule", "text": text, "condition": condition}]
    offer = Grant.model_validate({"id": "fund", "title": "A fund", "rules": rules, **grant})
    context = evaluation_context(read_applicant(person or {}, BOOK, AREAS), BOOK, AREAS, on=ON)
    return {reason.code: reason for reason in reasons(judge_in(context, offer), offer, context)}


def rule_said(condition: Mapping[str, Any], text: str = "", **facts: Any) -> tuple[str, str]:
    reason = told(condition, text=text, person={"facts": facts})["THE_RULE"]
    return reason.answer, reason.text


def test_what_fits_is_told_of_the_people_it_helps() -> None:
    birmingham = told({"lives_in": ["E08000025"]}, person={"areas": ["E08000025"]})
    assert birmingham["THE_RULE"].text == "It helps people who live in Birmingham."
    assert rule_said(OLD, age=70) == ("yes", "It helps people who are 60 or over.")


def test_the_rules_own_words_are_used_where_it_has_some() -> None:
    text = "You must be 60 or over, or get your pension."
    assert rule_said(OLD, text, age=70) == (
        "yes",
        "It helps people who are 60 or over, or get their pension.",
    )
    either = {"any_of": [OLD, DISABLED]}
    assert rule_said(either, "Age or health counts.", age=70) == (
        "yes",
        "You fit this rule: “Age or health counts.”",
    )
    assert rule_said(OLD, "Age counts here.", age=70) == ("yes", "It helps people who are 60 or over.")


def test_what_is_not_known_yet_is_said_to_be_so() -> None:
    assert rule_said(OLD) == ("unknown", "It asks that you are 60 or over; we don’t know this yet.")
    assert rule_said(OLD, "You must be 60 or over.") == (
        "unknown",
        "You must be 60 or over. We don’t know this yet.",
    )


def test_a_no_says_what_is_known_and_never_only_no() -> None:
    assert rule_said(DISABLED, disabled=False) == (
        "no",
        "It asks that you have a disability. From what you told us, you do not have a disability.",
    )
    either = {"any_of": [DISABLED, PENSION_CREDIT]}
    assert rule_said(either, "You must be disabled, or get Pension Credit.", disabled=False, benefits=[]) == (
        "no",
        "You must be disabled, or get Pension Credit. From what you told us, "
        "you do not have a disability and you do not get Pension Credit.",
    )
    assert rule_said({"fact": "savings", "below": 6000}, savings=7500)[1].endswith(
        "From what you told us, you and a partner have £7,500 in savings."
    )


def test_what_does_not_apply_is_told_by_what_it_follows_from() -> None:
    far = {"fact": "weeks", "at_least": 20}
    assert rule_said(far, "It is for late in pregnancy.", pregnant=False)[1] == (
        "It is for late in pregnancy. From what you told us, neither you nor your partner is pregnant."
    )
    assert rule_said(far, "It is for late in pregnancy.", weeks={"not_applicable": True})[1].endswith(
        "“How many weeks pregnant are you or your partner?” does not apply to you."
    )


def test_a_choice_that_was_told_is_named_and_not_all_that_it_might_have_been() -> None:
    said = rule_said({"fact": "rating", "is": "d"}, "The rating must be D.", rating="b")
    assert said == ("no", "The rating must be D. From what you told us, your home has energy rating B.")


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("You must be a woman.", "It helps anyone who is a woman."),
        ("You must be or have been a nurse.", "It helps anyone who is or has been a nurse."),
        (
            "You must be or have been a nurse or a midwife.",
            "You fit this rule: “You must be or have been a nurse or a midwife.”",
        ),
        (
            "You must have a child with you, or be one.",
            "You fit this rule: “You must have a child with you, or be one.”",
        ),
        ("You must have a mortgage.", "It helps people who have a mortgage."),
        ("You must get the money, or be ill.", "It helps people who get the money, or are ill."),
        ("You must be ill now or still be weak.", "It helps people who are ill now or are still weak."),
        ("You must rent, unless you own a boat.", "It helps people who rent, unless they own a boat."),
        ("You must be ill and not be at work.", "You fit this rule: “You must be ill and not be at work.”"),
        ("You must be a nurse or a midwife.", "You fit this rule: “You must be a nurse or a midwife.”"),
        (
            "You must be over 60, or your partner must be disabled.",
            "You fit this rule: “You must be over 60, or your partner must be disabled.”",
        ),
    ],
)
def test_what_one_person_must_be_is_not_forced_into_words_about_many(text: str, fits: str) -> None:
    assert rule_said({"any_of": [OLD, DISABLED]}, text, age=70) == ("yes", fits)


def causes_said(
    *conditions: Mapping[str, Any],
    person: Mapping[str, Any],
    rule_text: str = "",
    book: FactBook = BOOK,
    **more: Any,
) -> list[str]:
    rules = [
        {"id": f"r{n}", "text": rule_text, "condition": condition} for n, condition in enumerate(conditions)
    ]
    offer = Grant.model_validate({"id": "fund", "title": "A fund", "rules": rules, **more})
    context = evaluation_context(read_applicant(person, book, AREAS), book, AREAS, on=ON)
    return [cause_in_words(cause, offer, context) for cause in causes(context, offer)]


def test_a_cause_is_one_short_sentence() -> None:
    person = {"facts": {"age": 40, "disabled": False, "benefits": []}}
    assert causes_said(OLD, PENSION_CREDIT, person=person) == [
        "What stands in the way: you are under 60 and you do not get Pension Credit."
    ]
    assert causes_said({"any_of": [OLD, DISABLED]}, person=person) == [
        "What stands in the way: you are under 60.",
        "What stands in the way: it is for people who have a disability.",
    ]
    assert causes_said(OLD, person={"facts": {"age": 70}}, window={"closes": "2026-11-01"}) == [
        "What stands in the way: it is not open now."
    ]


def test_of_any_of_the_branch_that_was_meant_is_named() -> None:
    young = {"fact": "age", "at_least": 16, "at_most": 24}
    saver = {"all_of": [PENSION_CREDIT, {"fact": "savings", "below": 100}, {"fact": "rating", "is": "d"}]}
    either = {"any_of": [saver, {"all_of": [DISABLED, young]}]}
    person = {"age": 30, "disabled": True, "benefits": [], "savings": 500, "rating": "b"}
    assert rule_said(either, "It is for some people.", **person)[1] == (
        "It is for some people. From what you told us, you are 30."
    )
    assert causes_said(either, person={"facts": person})[0] == "What stands in the way: you are over 24."
    half_met = {"any_of": [OLD, {"all_of": [young, DISABLED]}]}
    assert causes_said(half_met, person={"facts": {"age": 30, "disabled": True}}) == [
        "What stands in the way: you are over 24.",
        "What stands in the way: you are under 60.",
    ]


def test_of_people_around_somebody_the_one_who_was_meant_is_named() -> None:
    pupil = {"all_of": [{"fact": "age", "at_least": 16, "below": 20}, DISABLED]}
    family = {"related": ["self", "child"], "condition": pupil}
    child = {"relation": "child", "facts": {"age": 12, "disabled": True}}
    person = {"facts": {"age": 40, "disabled": False}, "related": [child]}
    said = told(family, text="A child counts too.", person=person)["THE_RULE"].text
    assert said == "A child counts too. For now, your child is 12."
    assert told(family, text="A child counts.", person={"related": []})["THE_RULE"].answer == "unknown"
    alone = told({"related": ["child"], "condition": pupil}, text="A child counts.", person={"related": []})
    assert alone["THE_RULE"].text == "A child counts. This does not fit what you told us."


def test_what_somebody_is_or_has_not_suffered_never_stands_in_the_way() -> None:
    person = {"facts": {"disabled": False}, "related": []}
    rule = {"related": ["child"], "condition": DISABLED}
    assert causes_said(DISABLED, person=person) == [
        "What stands in the way: it is for people who have a disability."
    ]
    lost = BOOK.facts["disabled"].model_copy(update={"special_category": False, "topic": "bereavement"})
    book = BOOK.model_copy(update={"facts": {**BOOK.facts, "disabled": lost}})
    assert causes_said(DISABLED, person=person, book=book) == [
        "What stands in the way: it is for people who have a disability."
    ]
    words = causes_said(rule, person=person, rule_text="A child of yours must have a disability.")
    assert words == ["What stands in the way: the rule “A child of yours must have a disability”."]


def test_a_cause_tells_the_choice_that_was_made_and_why_a_fact_does_not_apply() -> None:
    rated = {"fact": "rating", "one_of": ["c", "d"]}
    assert causes_said(rated, person={"facts": {"rating": "a"}}) == [
        "What stands in the way: your home has energy rating A."
    ]
    late = {"fact": "weeks", "at_least": 20}
    assert causes_said(late, person={"facts": {"weeks": {"not_applicable": True}}}) == [
        "What stands in the way: “How many weeks pregnant are you or your partner?” does not apply to you."
    ]


def test_a_cause_quotes_the_rule_rather_than_a_question_or_the_id_of_a_grant() -> None:
    text = "You must get help with rent."
    late = {"fact": "weeks", "at_least": 20}
    said = "What stands in the way: the rule “You must get help with rent”."
    person = {"facts": {"weeks": {"not_applicable": True}}, "receives": []}
    assert causes_said(late, person=person, rule_text=text) == [said]
    assert causes_said({"receives": ["rent-help-ni"]}, person=person, rule_text=text) == [said]
    known = told({"receives": ["rent-help-ni"]}, text=text, person=person)["THE_RULE"].text
    assert known == f"{text} This does not fit what you told us."


def test_the_side_on_which_an_exact_number_is_missed_is_said() -> None:
    person = {"facts": {"age": {"at_least": 30}}}
    assert causes_said({"fact": "age", "is": 25}, person=person) == [
        "What stands in the way: you are over 25."
    ]


def test_nobodys_faith_or_status_is_held_up_to_them() -> None:
    text = "You must be of our church."
    assert rule_said({"fact": "church", "is": "ours"}, text, church="none")[1] == (
        f"{text} This does not fit what you told us."
    )
    barred = {"fact": "church", "none_of": ["none"]}
    assert causes_said(barred, person={"facts": {"church": "none"}}, rule_text=text) == [
        "What stands in the way: the rule “You must be of our church”."
    ]


def test_parts_that_have_commas_of_their_own_are_kept_apart() -> None:
    benefits = {"fact": "savings", "below": 10}
    person = {"facts": {"age": 40, "benefits": [], "savings": 20}}
    three = causes_said(OLD, PENSION_CREDIT, benefits, person=person)
    assert three == [
        "What stands in the way: you are under 60, you do not get Pension Credit, and "
        "you and a partner have £10 or more in savings."
    ]


def test_a_no_that_time_cures_says_that_it_is_so_for_now() -> None:
    assert rule_said(OLD, "You must be 60 or over.", age=59) == (
        "no",
        "You must be 60 or over. For now, you are 59.",
    )


def test_a_decision_of_the_fund_is_told_as_such() -> None:
    said = rule_said({"discretion": "The trustees decide."}, "You must be in need.")
    assert said == ("unknown", "You must be in need. The fund decides this.")
    itself = rule_said({"discretion": "It depends."}, "The council decides case by case.")
    assert itself == ("unknown", "The council decides case by case.")


def test_the_way_to_apply_is_told() -> None:
    assert told(OLD)["ROUTE_SELF"].text == "You can apply yourself."
    assert told(OLD, route="adviser")["ROUTE_ADVISER"].text == "A support worker has to apply for you."
    itself = told(OLD, route="automatic")["ROUTE_AUTOMATIC"].text
    assert itself == "You do not have to ask for it. It comes by itself."


def test_the_window_is_told_with_its_days() -> None:
    assert told(OLD)["OPEN"].text == "You can apply at any time."
    assert told(OLD, window={"closes": "2026-12-31"})["OPEN"].text == "It is open until 31 December 2026."
    assert told(OLD, window={"opens": "2027-06-03"})["NOT_OPEN_YET"].text == "It opens on 3 June 2027."
    assert (
        told(OLD, window={"paused": True})["PAUSED"].text
        == "It has paused. We don’t know when it opens again."
    )
    assert told(OLD, window={"closes": "2026-03-31"})["CLOSED"].text.startswith("It closed on 31 March 2026.")


def test_earlier_awards_are_told_also_where_nothing_was_said_about_them() -> None:
    once_a_year: dict[str, Any] = {"repeat": {"months_between_awards": 12}}
    assert told(OLD, **once_a_year)["REPEAT_TAKEN_AS_MET"].text == (
        "We do not know of earlier awards, so we took it that you had none from it in the last year."
    )
    lately = {"awards": [{"grant_id": "fund", "on": "2026-06-03"}]}
    assert told(OLD, person=lately, **once_a_year)["AWARDED_TOO_RECENTLY"].text == (
        "You had an award from it less than 1 year ago. You can ask again from 3 June 2027."
    )


def test_what_fits_comes_first_and_what_stands_in_the_way_last() -> None:
    rules = [
        {"id": "no", "condition": DISABLED},
        {"id": "open", "condition": PENSION_CREDIT},
        {"id": "yes", "condition": OLD},
    ]
    offer = Grant.model_validate({"id": "fund", "title": "A fund", "rules": rules})
    person = read_applicant({"facts": {"age": 70, "disabled": False}}, BOOK, AREAS)
    context = evaluation_context(person, BOOK, AREAS, on=ON)
    found = reasons(judge_in(context, offer), offer, context)
    assert [reason.code for reason in found] == ["YES", "OPEN", "ROUTE_SELF", "NO_REPEAT_LIMIT", "OPEN", "NO"]
    assert found[0].facts == ("age",)


SAMPLE = sample_catalogue()
PEOPLE = st.fixed_dictionaries(
    {
        "facts": st.fixed_dictionaries(
            {},
            optional={
                "age": st.integers(0, 100),
                "disabled": st.booleans(),
                "number_of_children": st.integers(0, 4),
                "benefits": st.lists(
                    st.sampled_from(["universal_credit", "pension_credit", "pip"]), unique=True
                ),
                "savings": st.integers(0, 30_000),
                "employment": st.sampled_from(["employed", "retired", "student"]),
            },
        )
    },
    optional={"areas": st.sampled_from([["E08000025"], ["S92000003"], ["N92000002"]]), "work": st.just([])},
)
WORDS = {"yes": Answer.YES, "no": Answer.NO, "unknown": Answer.UNKNOWN}


@settings(max_examples=40, deadline=None)
@given(person=PEOPLE, at=st.integers(0, len(SAMPLE.grants) - 1))
def test_the_status_follows_from_the_reasons_again(person: dict[str, Any], at: int) -> None:
    grant = SAMPLE.grants[at]
    context = evaluation_context(
        read_applicant(person, SAMPLE.facts, SAMPLE.areas), SAMPLE.facts, SAMPLE.areas, on=ON
    )
    verdict = judge_in(context, grant)
    found = reasons(verdict, grant, context)
    assert sorted((one.code, WORDS[one.answer]) for one in found) == sorted(
        (finding.code, finding.answer) for finding in verdict.findings
    )
    assert status_of(verdict.findings) is verdict.status
    assert any(one.answer == "no" for one in found) == (
        verdict.status in (Status.NOT_ELIGIBLE, Status.NOT_NOW)
    )
    for one in found:
        assert "eligible" not in one.text.lower()
        assert one.text[-1] in ".”?!", one.text


def test_no_rule_of_the_sample_makes_anyone_a_thing() -> None:
    words = wording(SAMPLE.facts, SAMPLE.areas)
    for rule in (rule for grant in SAMPLE.grants for rule in grant.rules):
        said = fits_in_words(rule, words)
        unquoted = re.sub("“.*”", "", said)
        assert not said.startswith("It helps anyone who is") or rule.text.startswith("You must be ")
        assert not re.search(r"\b(?:or|and) (?:still )?be\b|unless them|\band not (?:be|have)\b", unquoted), (
            said
        )
