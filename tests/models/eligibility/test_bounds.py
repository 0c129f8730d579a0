"""Bounds in all their forms, as a funder reads them: a condition, what is known, the answer."""

from __future__ import annotations

from datetime import date

import pytest

from models.eligibility.kleene import Answer
from tests.models.eligibility.household import Json, answer_to

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES
UNDER_20_WHEN_IT_STARTS = {"fact": "course_starts", "below": {"fact": "born", "plus_years": 20}}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"born": "2006-09-02", "course_starts": "2026-09-01"}, YES),
        ({"born": "2006-09-01", "course_starts": "2026-09-01"}, NO),
        ({"born": "2006-08", "course_starts": "2026-09-01"}, NO),
        ({"born": "2006-09", "course_starts": "2026-09-10"}, UNKNOWN),
        ({"born": "2006-10", "course_starts": "2026-09-10"}, YES),
        ({"born": {"unknown": True}, "course_starts": "2026-09-10"}, UNKNOWN),
        ({"born": {"not_applicable": True}, "course_starts": "2026-09-10"}, NO),
        ({"born": "2006-09-02"}, UNKNOWN),
        ({"born": {"not_applicable": True}}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_a_date_may_be_compared_with_another_date_that_is_shifted(facts: Json, expected: Answer) -> None:
    assert answer_to(UNDER_20_WHEN_IT_STARTS, {"facts": facts}) is expected


def test_a_shift_may_go_back_and_by_days() -> None:
    condition = {
        "fact": "moved_in",
        "at_least": {"fact": "course_starts", "plus_months": -1, "plus_days": -3},
    }
    assert answer_to(condition, {"facts": {"moved_in": "2026-07-29", "course_starts": "2026-09-01"}}) is YES
    assert answer_to(condition, {"facts": {"moved_in": "2026-07-28", "course_starts": "2026-09-01"}}) is NO


@pytest.mark.parametrize(
    ("moved_in", "expected"), [("2026-10-18", YES), ("2026-10-19", NO), ("2026-10", UNKNOWN)]
)
def test_weeks_are_counted_by_sevens_of_days(moved_in: str, expected: Answer) -> None:
    condition = {"fact": "moved_in", "weeks_ago": {"at_least": 6}}
    assert answer_to(condition, {"facts": {"moved_in": moved_in}}) is expected


def test_months_from_the_31st_end_on_the_last_day_of_a_shorter_month_only_where_the_rule_says_so() -> None:
    born = {"facts": {"born": "1960-07-31"}}
    pension_age = {"fact": "born", "months_ago": {"at_least": 796}}
    assert answer_to(pension_age, born, on=date(2026, 11, 30)) is NO
    assert answer_to(pension_age, born, on=date(2026, 12, 1)) is YES
    assert answer_to({**pension_age, "month_end": "last"}, born, on=date(2026, 11, 30)) is YES
    assert answer_to({**pension_age, "month_end": "last"}, born, on=date(2026, 11, 29)) is NO


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"wage": 100, "pension": 50}, NO),
        ({"wage": 100, "pension": 49}, YES),
        ({"wage": 100, "pension": {"not_applicable": True}}, YES),
        ({"wage": 125}, NO),
        ({"wage": 100}, UNKNOWN),
        ({"pension": {"at_least": 0, "below": 20}}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_several_facts_of_one_person_can_be_added_up(facts: Json, expected: Answer) -> None:
    condition = {"sum_of": ["wage", {"fact": "pension", "times": 0.5}], "below": 125}
    assert answer_to(condition, {"facts": facts}) is expected


def test_a_sum_asks_each_related_person_of_their_own() -> None:
    condition = {"related": ["partner"], "condition": {"sum_of": ["wage", "pension"], "at_most": 200}}
    person = {
        "facts": {"wage": 900},
        "related": [{"relation": "partner", "facts": {"wage": 150, "pension": 50}}],
    }
    assert answer_to(condition, person) is YES


BY_PEOPLE_AND_PLACE = {
    "fact": "bills",
    "at_most": {
        "by": "people",
        "rows": {"1": 500, "2": {"by": "area", "rows": {"town": 900, "village": 700}}},
    },
}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"people": 1, "bills": 500}, YES),
        ({"people": 2, "area": "town", "bills": 800}, YES),
        ({"people": 2, "area": "village", "bills": 800}, NO),
        ({"people": 2, "bills": 800}, UNKNOWN),
        ({"people": 2, "bills": 700}, YES),
        ({"people": 2, "bills": 901}, NO),
        ({"people": 3, "area": "town", "bills": 1}, NO),
        ({"people": 2, "area": {"not_applicable": True}, "bills": 700}, YES),
    ],
)
def test_a_row_of_a_table_may_be_a_table(facts: Json, expected: Answer) -> None:
    assert answer_to(BY_PEOPLE_AND_PLACE, {"facts": facts}) is expected


BY_SMALL_CHILDREN = {
    "fact": "bills",
    "at_most": {
        "by": {"count": ["child"], "where": {"fact": "age", "below": 5}}, "rows": {"0": 100, "1": 200}, "each_more": 50,
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("ages", "bills", "expected"),
    [
        ([], 100, YES),
        ([3], 200, YES),
        ([3, 7], 201, NO),
        ([1, 2, 3], 300, YES),
        ([None], 150, UNKNOWN),
        ([None], 100, YES),
        ([None], 201, NO),
        (None, 100, YES),
        (None, 150, UNKNOWN),
    ],
)
def test_a_table_may_be_keyed_by_how_many_people_there_are(
    ages: list[int | None] | None, bills: int, expected: Answer
) -> None:
    person: Json = {"facts": {"bills": bills}}
    if ages is not None:
        known = [{} if age is None else {"age": age} for age in ages]
        person["related"] = [{"relation": "child", "facts": facts} for facts in known]
    assert answer_to(BY_SMALL_CHILDREN, person) is expected


@pytest.mark.parametrize(("wage", "expected"), [(0, YES), (100, YES), (101, NO), (None, UNKNOWN)])
def test_a_share_may_have_a_constant_beside_it(wage: int | None, expected: Answer) -> None:
    condition = {"fact": "wage", "at_most": {"fact": "pension", "times": 0.5, "plus": 75}}
    facts = {"pension": 50} if wage is None else {"pension": 50, "wage": wage}
    assert answer_to(condition, {"facts": facts}) is expected


@pytest.mark.parametrize(
    ("wage", "expected"),
    [
        ({"amount": 900, "per": "month"}, YES),
        ({"amount": 10_800, "per": "year"}, YES),
        ({"amount": 10_801, "per": "year"}, NO),
        (207.69, YES),
        (207.70, NO),
        ({"at_least": {"amount": 901, "per": "month"}}, NO),
    ],
)
def test_money_with_its_period_is_compared_in_exact_fractions(wage: Json | float, expected: Answer) -> None:
    condition = {"fact": "wage", "at_most": {"amount": 900, "per": "month"}}
    assert answer_to(condition, {"facts": {"wage": wage}}) is expected


def test_fractions_that_are_added_up_are_exact_too() -> None:
    condition = {"sum_of": ["wage", "pension"], "at_most": {"amount": 300, "per": "year"}}
    facts = {"wage": {"amount": 100, "per": "year"}, "pension": {"amount": 200, "per": "year"}}
    assert answer_to(condition, {"facts": facts}) is YES
    together = {"sum": "wage", "over": ["self", "child"], "at_most": {"amount": 25, "per": "month"}}
    family: Json = {
        "facts": {"wage": {"amount": 100, "per": "year"}},
        "related": [
            {"relation": "child", "facts": {"wage": {"amount": 100, "per": "year"}}} for _ in range(2)
        ],
    }
    assert answer_to(together, family) is YES


@pytest.mark.parametrize(
    ("months", "years", "expected"), [(12, 2, YES), (19, 2, YES), (20, 2, NO), (36, 10, YES), (36, None, YES)]
)
def test_a_stay_may_be_asked_of_the_last_years_alone(
    months: int, years: int | None, expected: Answer
) -> None:
    condition: Json = {"has_lived_in": ["E08000025"], "for_months": months}
    condition |= {} if years is None else {"within_years": years}
    stays = [{"area": "E08000025", "from": "2020-01-01", "to": "2026-06-29"}]
    assert answer_to(condition, {"areas": ["E08000026"], "lived_in": stays}) is expected


def test_a_stay_that_ended_before_the_last_years_is_none() -> None:
    stays = [{"area": "E08000025", "from": "2001-01-01", "to": "2020-06-29"}]
    person = {"areas": ["E08000026"], "lived_in": stays}
    assert answer_to({"has_lived_in": ["E08000025"], "within_years": 5}, person) is NO
    assert answer_to({"has_lived_in": ["E08000025"], "within_years": 7}, person) is YES


def test_somebody_with_no_home_is_not_outside_every_place() -> None:
    assert answer_to({"lives_in": ["E08000025"]}, {"areas": []}) is UNKNOWN
    assert answer_to({"not": {"lives_in": ["E08000025"]}}, {"areas": []}) is UNKNOWN
    assert answer_to({"lives_in": ["E08000025"], "for_months": 6}, {"areas": [], "lived_in": []}) is NO
