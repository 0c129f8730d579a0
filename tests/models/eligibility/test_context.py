"""What follows from what is known: counts that time raises, derived facts, grants that are values of a fact."""

from __future__ import annotations

from datetime import date

import pytest

from models.eligibility.kleene import Answer
from tests.models.eligibility.household import Json, answer_to, verdict_on

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES
FROM_24_WEEKS = {"id": "weeks", "text": "24 weeks or more.", "condition": {"fact": "weeks", "at_least": 24}}


@pytest.mark.parametrize(
    ("facts", "status", "day"),
    [
        ({"weeks": 24, "expecting": True}, "eligible", None),
        ({"weeks": 20, "expecting": True}, "not_now", "2026-12-27"),
        ({"weeks": 20}, "not_now", None),
        ({"weeks": 20, "expecting": False}, "not_eligible", None),
    ],
)
def test_weeks_grow_while_what_they_count_goes_on(facts: Json, status: str, day: str | None) -> None:
    verdict = verdict_on({"rules": [FROM_24_WEEKS]}, {"facts": facts})
    assert (verdict.status, verdict.from_day) == (status, None if day is None else date.fromisoformat(day))


def test_a_count_grows_no_further_than_it_can_be() -> None:
    too_long = {"id": "weeks", "text": "…", "condition": {"fact": "weeks", "above": 42}}
    assert (
        verdict_on({"rules": [too_long]}, {"facts": {"weeks": 40, "expecting": True}}).status
        == "not_eligible"
    )


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ({"related": [{"relation": "child", "facts": {"age": age}} for age in (3, 9, 20)]}, YES),
        ({"related": [{"relation": "child", "facts": {"age": 3}}]}, NO),
        ({"related": [{"relation": "child", "facts": {"age": 3}}, {"relation": "child"}]}, UNKNOWN),
        ({"facts": {"children": 1}, "related": [{"relation": "child", "facts": {"age": 3}}] * 2}, NO),
        ({"facts": {"children": {"unknown": True}}, "related": []}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_a_number_of_children_follows_from_the_list_of_them_unless_it_is_stated(
    person: Json, expected: Answer
) -> None:
    assert answer_to({"fact": "children", "at_least": 2}, person) is expected


FOUR, NINE = ({"relation": "child", "facts": {"born": day}} for day in ("2022-05-01", "2017-05-01"))
SOME_CHILD = {"relation": "child"}


@pytest.mark.parametrize(
    ("asked", "person", "expected"),
    [
        ({"fact": "ages", "one_of": ["4"]}, {"related": [FOUR, NINE]}, YES),
        ({"fact": "ages", "one_of": ["5"]}, {"related": [FOUR, NINE]}, NO),
        ({"fact": "ages", "one_of": ["4"]}, {"related": [FOUR, SOME_CHILD]}, YES),
        ({"fact": "ages", "one_of": ["5"]}, {"related": [FOUR, SOME_CHILD]}, UNKNOWN),
        ({"fact": "ages", "one_of": ["4"]}, {"related": []}, NO),
        ({"fact": "ages", "one_of": ["4"]}, {}, UNKNOWN),
        ({"fact": "ages", "one_of": ["4"]}, {"facts": {"ages": ["5"]}, "related": [FOUR]}, NO),
    ],
)
def test_ages_follow_from_the_list_of_children_unless_they_are_stated(
    asked: Json, person: Json, expected: Answer
) -> None:
    assert answer_to(asked, person) is expected


@pytest.mark.parametrize(
    ("facts", "gets", "care"),
    [
        ({"allowances": ["care"]}, YES, YES),
        ({"allowances": []}, NO, NO),
        ({"allowances": ["none"]}, NO, NO),
        ({"allowances": {"includes": ["rent"]}}, YES, UNKNOWN),
        ({"allowances": {"unknown": True}}, UNKNOWN, UNKNOWN),
        ({"gets_some": False}, NO, NO),
        ({"gets_some": True}, YES, UNKNOWN),
        ({}, UNKNOWN, UNKNOWN),
    ],
)
def test_whether_there_are_any_follows_from_the_set_itself_and_may_still_be_told_alone(
    facts: Json, gets: Answer, care: Answer
) -> None:
    assert answer_to({"fact": "gets_some", "is": True}, {"facts": facts}) is gets
    assert answer_to({"fact": "allowances", "one_of": ["care"]}, {"facts": facts}) is care


def test_a_derived_count_changes_with_the_birthdays_of_the_people_counted() -> None:
    rule = {"id": "none", "text": "…", "condition": {"fact": "children", "at_most": 0}}
    person = {"related": [{"relation": "child", "facts": {"born": "2009-05-01"}}]}
    verdict = verdict_on({"rules": [rule]}, person)
    assert (verdict.status, verdict.from_day) == ("not_now", date(2027, 5, 1))


def test_a_set_of_ages_changes_on_every_birthday() -> None:
    rule = {"id": "teens", "text": "…", "condition": {"fact": "ages", "one_of": ["16", "17"]}}
    person = {"related": [{"relation": "child", "facts": {"born": "2025-07-02"}}]}
    verdict = verdict_on({"rules": [rule]}, person)
    assert (verdict.status, verdict.from_day) == ("not_now", date(2041, 7, 2))
    grown = {"related": [{"relation": "child", "facts": {"born": "2006-07-02"}}]}
    assert verdict_on({"rules": [rule]}, grown).status == "not_eligible"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"wage": 100, "pension": 60}, NO),
        ({"wage": 100, "pension": 50}, YES),
        ({"wage": 151}, NO),
        ({"wage": 100}, UNKNOWN),
        ({"wage": 400, "money_in": 150}, YES),
    ],
)
def test_a_sum_follows_from_its_parts_unless_it_is_stated(facts: Json, expected: Answer) -> None:
    assert answer_to({"fact": "money_in", "at_most": 150}, {"facts": facts}) is expected


def test_a_yes_follows_from_any_of_several_things() -> None:
    condition = {"fact": "any_child", "is": True}
    assert answer_to(condition, {"related": [{"relation": "child"}]}) is YES
    assert answer_to(condition, {"related": [], "facts": {"expecting": False}}) is NO
    assert answer_to(condition, {"related": []}) is UNKNOWN


def credit(name: str) -> Json:
    return {"id": name, "same_as": {"fact": "benefits", "value": "pc"}}


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ({"receives": ["credit"]}, "eligible"),
        ({"receives": ["credit"], "facts": {"benefits": ["uc"]}}, "eligible"),
        ({"receives": []}, "needs_info"),
        ({}, "needs_info"),
        ({"facts": {"benefits": ["uc"]}}, "not_eligible"),
    ],
)
def test_who_says_to_get_a_grant_has_told_the_value_that_it_is(person: Json, expected: str) -> None:
    rule = {"id": "pc", "text": "…", "condition": {"fact": "benefits", "one_of": ["pc"]}}
    assert verdict_on({"rules": [rule]}, person, others=(credit("credit"),)).status == expected


@pytest.mark.parametrize(
    ("wanted", "others", "facts", "expected"),
    [
        (["credit"], ("credit",), {"benefits": ["pc"]}, "eligible"),
        (["credit"], ("credit",), {"benefits": ["uc"]}, "not_eligible"),
        (["credit"], ("credit",), {}, "needs_info"),
        (["credit"], ("credit", "credit-ni"), {"benefits": ["pc"]}, "needs_info"),
        (["credit", "credit-ni"], ("credit", "credit-ni"), {"benefits": ["pc"]}, "eligible"),
        (["credit", "other"], ("credit",), {"benefits": ["uc"]}, "needs_info"),
    ],
)
def test_who_tells_a_value_has_told_the_grant_that_it_is_or_that_it_is_one_of_several(
    wanted: list[str], others: tuple[str, ...], facts: Json, expected: str
) -> None:
    rule = {"id": "gets", "text": "…", "condition": {"receives": wanted}}
    offer = {"rules": [rule]}
    assert verdict_on(offer, {"facts": facts}, others=tuple(map(credit, others))).status == expected
