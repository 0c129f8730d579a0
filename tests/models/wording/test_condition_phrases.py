"""Every condition in plain words, as a person would read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.reading import sample_catalogue
from data.catalogue.rules import Ago, Condition, Is, LivesIn, Within
from data.catalogue.traversal import walk
from data.people.applicants import read_applicant
from data.places.areas import AreaTree
from data.synthetic.random_catalogues import generate_catalogue
from data.synthetic.random_rules import RuleMaker
from models.eligibility.conditions import evaluation_context
from models.wording.condition_phrases import PEOPLE, describe, wording

BOOK = FactBook.model_validate(
    {
        "facts": keyed_by_id(
            [
                {"id": "age", "kind": "number", "unit": "years", "question": "How old are you?"},
                {
                    "id": "weeks",
                    "kind": "number",
                    "unit": "weeks",
                    "question": "For how many weeks have you been out of work?",
                },
                {
                    "id": "size",
                    "kind": "number",
                    "of": "household",
                    "question": "How many people live in your home, with you?",
                },
                {"id": "drives", "kind": "boolean", "question": "Do you drive?"},
                {"id": "paid", "kind": "boolean", "question": "Have you already paid for what you need?"},
                {"id": "odd", "kind": "boolean", "question": "Is it so, or does someone say so?"},
                {"id": "unasked", "kind": "boolean"},
                {
                    "id": "homeless",
                    "kind": "boolean",
                    "question": "Are you homeless, with no settled place to live?",
                },
                {
                    "id": "income",
                    "kind": "money",
                    "question": "How much money do you get each week, after tax?",
                },
                {"id": "bill", "kind": "money", "question": "How much is your water bill for a year?"},
                {"id": "couple_income", "kind": "money", "question": "How much do you and a partner earn?"},
                {"id": "expecting", "kind": "boolean", "question": "Are you or your partner pregnant?"},
                {
                    "id": "pregnancy",
                    "kind": "number",
                    "unit": "weeks",
                    "question": "How many weeks pregnant are you or your partner?",
                },
                {"id": "checked", "kind": "boolean", "question": "Has someone checked your benefits?"},
                {"id": "left", "kind": "date", "question": "When did you leave prison, or when will you?"},
                {"id": "advised", "kind": "date", "question": "When did you last get advice?"},
                {"id": "born", "kind": "date", "question": "When were you born?"},
                {"id": "due", "kind": "date", "question": "When is the baby due?"},
                {
                    "id": "sex",
                    "kind": "choice",
                    "values": {"female": "female", "male": "male"},
                    "question": "What is your sex?",
                },
                {
                    "id": "home",
                    "kind": "choice",
                    "question": "What kind of home do you live in?",
                    "values": {
                        "own": "my own home",
                        "rent": "a rented home",
                        "care": "a care home",
                        "none": "no home",
                        "other": "something else",
                    },
                },
                {
                    "id": "supplier",
                    "kind": "choice",
                    "question": "Who supplies your gas?",
                    "values": {"edf": "EDF", "ovo": "OVO"},
                },
                {
                    "id": "benefits",
                    "kind": "choices",
                    "question": "Which benefits do you get, alone or with a partner?",
                    "values": {"uc": "Universal Credit", "pc": "Pension Credit", "hb": "Housing Benefit"},
                },
                {
                    "id": "care",
                    "kind": "choices",
                    "question": "Which kinds of care do you give to a child of others?",
                    "values": {"foster": "foster care", "kin": "kinship care"},
                },
                {
                    "id": "children",
                    "kind": "choices",
                    "of": "household",
                    "question": "How old are the children who live with you?",
                    "values": {"0": "under 1", **{str(n): str(n) for n in range(1, 20)}},
                },
            ]
        ),
        "relations": {
            "partner": "your partner",
            "child": "your child",
            "late_partner": {"text": "a partner who has died", "household": False},
        },
        "trades": {"nursing": "nursing", "railways": "the railways"},
    }
)
AREAS = AreaTree({"E08000025": "Birmingham", "E08000026": "Coventry"}, {})
READ: TypeAdapter[Condition] = TypeAdapter(Condition)
OLD = {"fact": "age", "at_least": 60}
DRIVES = {"fact": "drives", "is": True}
PENSION_CREDIT = {"fact": "benefits", "one_of": ["pc"]}


def said(condition: Mapping[str, Any], whose: str = "you") -> str:
    return describe(READ.validate_python(condition), BOOK, AREAS, whose=whose)


def said_instead(condition: Mapping[str, Any], whose: str = "you") -> str:
    return wording(BOOK, AREAS).describe(READ.validate_python(condition), whose=whose, holds=False)


@pytest.mark.parametrize(
    ("condition", "words", "opposite"),
    [
        (OLD, "you are 60 or over", "you are under 60"),
        (
            {"fact": "age", "at_least": 16, "below": 25},
            "you are 16 or over and under 25",
            "you are under 16, or 25 or over",
        ),
        ({"fact": "age", "at_least": 16, "at_most": 24}, "you are 16 to 24", "you are under 16, or over 24"),
        ({"fact": "age", "is": 19}, "you are 19", "you are under 19, or over 19"),
        (
            {"fact": "weeks", "at_least": 13},
            "you have been out of work for 13 weeks or more",
            "you have been out of work for less than 13 weeks",
        ),
        (
            {"fact": "size", "at_most": 2},
            "2 or fewer people live in your home, with you",
            "3 or more people live in your home, with you",
        ),
        (
            {"fact": "size", "at_least": 1},
            "1 or more people live in your home, with you",
            "no people live in your home, with you",
        ),
        (DRIVES, "you drive", "you do not drive"),
        ({"fact": "drives", "is": False}, "you do not drive", "you drive"),
        ({"not": DRIVES}, "you do not drive", "you drive"),
        ({"not": {"fact": "drives", "is": False}}, "you drive", "you do not drive"),
        (
            {"fact": "paid", "is": False},
            "you have not yet paid for what you need",
            "you have already paid for what you need",
        ),
        (
            {"fact": "homeless", "is": False},
            "you are not homeless",
            "you are homeless, with no settled place to live",
        ),
        (
            {"fact": "odd", "is": True},
            "your answer to “Is it so, or does someone say so?” is “yes”",
            "your answer to “Is it so, or does someone say so?” is “no”",
        ),
        (
            {"fact": "unasked", "is": True},
            "your answer to “unasked” is “yes”",
            "your answer to “unasked” is “no”",
        ),
        (
            {"fact": "income", "below": 238},
            "you get less than £238 each week, after tax",
            "you get £238 or more each week, after tax",
        ),
        (
            {"fact": "income", "at_most": 1283.33},
            "you get £1,283.33 or less each week, after tax",
            "you get more than £1,283.33 each week, after tax",
        ),
        (
            {"fact": "bill", "above": {"fact": "income", "times": 0.05}},
            "your water bill for a year is more than 5% of what you get each week",
            "your water bill for a year is no more than 5% of what you get each week",
        ),
        (
            {"fact": "income", "at_most": {"by": "size", "rows": {"1": 100, "2": 150}}},
            "you get no more than the limit each week, after tax"
            " (the limit depends on how many people live in your home)",
            "you get more than the limit each week, after tax (the limit depends on how many people live in your home)",
        ),
        (
            {"fact": "born", "at_most": "1959-06-03"},
            "you were born on 3 June 1959 or earlier",
            "you were born after 3 June 1959",
        ),
        (
            {"fact": "born", "years_ago": {"at_least": 66.83}},
            "you were born at least 66 years and 10 months ago",
            "you were born less than 66 years and 10 months ago",
        ),
        (
            {"fact": "due", "days_ahead": {"at_most": 77}},
            "the baby is due no more than 77 days from now",
            "the baby is due more than 77 days from now",
        ),
        (
            {"fact": "due", "days_ahead": {"at_least": 0}},
            "the baby is due today or later",
            "the baby was due before today",
        ),
        ({"fact": "sex", "is": "female"}, "your sex is female", "your sex is male"),
        (
            {"fact": "home", "one_of": ["own", "rent"]},
            "your answer to “What kind of home do you live in?” is “my own home” or “a rented home”",
            "your answer to “What kind of home do you live in?” is “a care home”, “no home” or “something else”",
        ),
        ({"fact": "supplier", "is": "edf"}, "EDF supplies your gas", "OVO supplies your gas"),
        (PENSION_CREDIT, "you get Pension Credit", "you do not get Pension Credit"),
        (
            {"fact": "benefits", "none_of": ["uc", "pc"]},
            "you do not get Universal Credit or Pension Credit",
            "you get Universal Credit or Pension Credit",
        ),
        (
            {"fact": "children", "one_of": ["0", "1", "2"]},
            "at least one of the children who live with you is 2 or under",
            "none of the children who live with you is 2 or under",
        ),
        ({"lives_in": ["E08000025"]}, "you live in Birmingham", "you live outside Birmingham"),
        (
            {"lives_in": ["E08000025", "E08000026"], "for_months": 12},
            "you live in Birmingham or Coventry, and have for at least the last year",
            "you live outside Birmingham and Coventry, or came there less than 1 year ago",
        ),
        (
            {"has_lived_in": ["E08000025"]},
            "you live in Birmingham now or lived there before",
            "you have never lived in Birmingham",
        ),
        (
            {"has_lived_in": ["E08000025"], "for_months": 30},
            "you have lived in Birmingham for 2 years and 6 months or more in all",
            "you have lived in Birmingham for less than 2 years and 6 months in all",
        ),
        (
            {"worked_in": ["nursing"], "now": True},
            "you work in nursing now",
            "you do not work in nursing now",
        ),
        (
            {"worked_in": ["nursing", "railways"], "years": 5},
            "you have worked in nursing or the railways for at least 5 years in all",
            "you have not worked in nursing or the railways for at least 5 years in all",
        ),
        (
            {"worked_in": ["nursing"], "years": 3, "within_years": 5},
            "you have worked in nursing for at least 3 years in all in the last 5 years",
            "you have not worked in nursing for at least 3 years in all in the last 5 years",
        ),
        (
            {"fact": "care", "one_of": ["foster", "kin"]},
            "you give foster care or kinship care to a child of others",
            "you do not give foster care or kinship care to a child of others",
        ),
        (
            {"fact": "expecting", "is": True},
            "you or your partner are pregnant",
            "neither you nor your partner is pregnant",
        ),
        (
            {"fact": "pregnancy", "at_least": 20},
            "you or your partner are 20 weeks or more pregnant",
            "you or your partner are less than 20 weeks pregnant",
        ),
        (
            {"fact": "checked", "is": True},
            "someone has checked your benefits",
            "nobody has checked your benefits",
        ),
        (
            {"fact": "left", "days_ago": {"at_most": 0}},
            "you leave prison today or later",
            "you left prison before today",
        ),
        (
            {"fact": "advised", "months_ago": {"at_most": 6}},
            "you last got advice no more than 6 months ago",
            "you last got advice more than 6 months ago",
        ),
        (
            {"fact": "bill", "at_most": 0},
            "your water bill for a year is nothing",
            "your water bill for a year is more than £0",
        ),
        (
            {"fact": "income", "below": {"fact": "bill", "times": 0.3333}},
            "you get less than a third of your water bill for a year each week, after tax",
            "you get at least a third of your water bill for a year each week, after tax",
        ),
        (
            {"receives": ["scottish-child-payment"]},
            "you get “scottish child payment” now",
            "you do not get “scottish child payment” now",
        ),
        ({"related": ["partner"]}, "you have a partner", "you have no partner"),
        (
            {"related": ["partner"], "condition": OLD},
            "your partner is 60 or over",
            "you have no partner who is 60 or over",
        ),
        (
            {"related": ["late_partner"], "condition": {"worked_in": ["nursing"]}},
            "a partner who has died has worked in nursing",
            "you have no partner who has died who has worked in nursing",
        ),
        (
            {"related": ["any"], "condition": DRIVES},
            "someone else in your home drives",
            "nobody else in your home drives",
        ),
        (
            {"related": ["child"], "condition": OLD, "at_least": 3},
            "this is so for 3 or more of these people (your child): they are 60 or over",
            "this is so for fewer than 3 of these people (your child): they are 60 or over",
        ),
        (
            {"related": ["partner", "late_partner"], "condition": {"worked_in": ["nursing"]}},
            "your partner or a partner who has died has worked in nursing",
            "none of these has worked in nursing: your partner or a partner who has died",
        ),
        (
            {"related": ["child"], "condition": {"fact": "checked", "is": True}},
            "this is so for your child: someone has checked their benefits",
            "this is so for everyone who is your child: nobody has checked their benefits",
        ),
        ({"related": ["partner"], "condition": {"applicant": DRIVES}}, "you drive", "you do not drive"),
        (
            {"sum": "income", "over": ["self", "partner"], "below": 300},
            "you and your partner together get less than £300 each week, after tax",
            "you and your partner together get £300 or more each week, after tax",
        ),
        (
            {"all_of": [OLD, DRIVES]},
            "you are 60 or over, and you drive",
            "you are under 60 or you do not drive",
        ),
        (
            {"any_of": [OLD, DRIVES, PENSION_CREDIT]},
            "you are 60 or over, you drive, or you get Pension Credit",
            "you are under 60, you do not drive and you do not get Pension Credit",
        ),
        (
            {"any_of": [PENSION_CREDIT, {"all_of": [OLD, DRIVES]}]},
            "you get Pension Credit; or you are 60 or over, and you drive",
            "you do not get Pension Credit; and you are under 60 or you do not drive",
        ),
        (
            {"at_least": 2, "of": [OLD, DRIVES, PENSION_CREDIT]},
            "at least 2 of these are so: you are 60 or over; you drive; you get Pension Credit",
            "fewer than 2 of these are so: you are 60 or over; you drive; you get Pension Credit",
        ),
        (
            {"any_of": [{"at_least": 1, "of": [OLD, DRIVES]}, PENSION_CREDIT]},
            "(at least 1 of these is so: you are 60 or over; you drive); or you get Pension Credit",
            "(none of these is so: you are 60 or over; you drive); and you do not get Pension Credit",
        ),
        (
            {"discretion": "The council decides."},
            "the fund says yes to this: “The council decides”",
            "the fund says no to this: “The council decides”",
        ),
    ],
)
def test_a_condition_and_its_opposite_in_plain_words(
    condition: dict[str, Any], words: str, opposite: str
) -> None:
    assert said(condition) == words
    assert said_instead(condition) == opposite


def test_the_words_say_whose_fact_it_is() -> None:
    assert said(OLD, "your partner") == "your partner is 60 or over"
    assert said(DRIVES, PEOPLE) == "people who drive"
    assert (
        said({"fact": "paid", "is": True}, "your child") == "your child has already paid for what they need"
    )
    assert (
        said({"fact": "bill", "above": 500}, "your partner")
        == "your partner’s water bill for a year is more than £500"
    )
    assert (
        said({"fact": "size", "at_most": 2}, "your partner")
        == "2 or fewer people live in your home, with you"
    )


def test_people_with_a_partner_are_told_that_both_count() -> None:
    assert (
        said({"fact": "couple_income", "below": 300}, PEOPLE)
        == "people who, with a partner, earn less than £300"
    )
    assert said({"all_of": [DRIVES, {"fact": "couple_income", "below": 300}]}, PEOPLE) == (
        "people who drive, and who, with a partner, earn less than £300"
    )


def test_a_table_names_the_row_that_applies_where_the_key_is_known() -> None:
    limit = READ.validate_python(
        {"fact": "income", "at_most": {"by": "size", "rows": {"1": 100}, "each_more": 50}}
    )
    person = read_applicant({"facts": {"size": 3}}, BOOK, AREAS)
    context = evaluation_context(person, BOOK, AREAS, on=date(2026, 11, 23))
    assert (
        wording(BOOK, AREAS).describe(limit, context=context) == "you get £200 or less each week, after tax"
    )


SAMPLE = sample_catalogue()


def every_condition() -> Iterator[Condition]:
    for grant in SAMPLE.grants:
        for rule in grant.rules:
            yield rule.condition


def test_every_condition_of_the_sample_catalogue_has_words_and_an_opposite() -> None:
    for condition in every_condition():
        words = describe(condition, SAMPLE.facts, SAMPLE.areas)
        opposite = wording(SAMPLE.facts, SAMPLE.areas).describe(condition, holds=False)
        assert words != opposite
        for part in (words, opposite):
            assert not re.search(r"[{}_]|  | ,|\bNone\b|not not|\bdo not have no\b", part), part


def test_no_near_miss_of_the_sample_facts_asks_to_leave_work_or_a_course() -> None:
    for fact in ("employment", "study_level", "study_full_time"):
        assert SAMPLE.facts.facts[fact].mutable != "either"


def test_every_form_of_condition_has_words_in_simulated_catalogues_too() -> None:
    maker = RuleMaker(SAMPLE.facts, SAMPLE.areas, np.random.default_rng(1), date(2026, 11, 23))
    made = generate_catalogue(maker, grants=40)
    for grant in made.grants:
        for rule in grant.rules:
            words = describe(rule.condition, made.facts, made.areas)
            assert words
            assert not re.search(r"[{}]|  ", words)


def reading_age(text: str) -> float:
    """Estimate the age at which a text is read easily: Flesch-Kincaid grade (Kincaid et al. 1975) and five years."""
    words = re.findall(r"[a-z’']+", re.sub(r"“[^”]*”", "", text.lower()))
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word)))) for word in words)
    sentences = max(1, len(re.findall(r"[.;:]", text)))
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 + 5


def test_plain_conditions_are_read_easily_at_eleven() -> None:
    ages = [
        reading_age(describe(part, SAMPLE.facts, SAMPLE.areas) + ".")
        for condition in every_condition()
        for part in walk(condition)
        if isinstance(part, Is | Within | Ago | LivesIn)
    ]
    assert float(np.mean(ages)) <= 11
