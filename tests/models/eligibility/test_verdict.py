"""The status of a grant for a person on a day, and the day when time alone cures a no."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.grants import Grant
from data.people.applicants import read_applicant
from data.places.areas import AreaTree
from models.eligibility.verdict import Status, Verdict, judge, status_of

ON = date(2026, 11, 23)
BOOK = FactBook.model_validate(
    {
        "facts": keyed_by_id(
            [
                {"id": "age", "kind": "number", "min": 0, "max": 130, "from_birth_date": "born"},
                {"id": "born", "kind": "date"},
                {"id": "disabled", "kind": "boolean"},
                {"id": "savings", "kind": "money"},
                {"id": "people", "kind": "number", "of": "household"},
                {"id": "status_granted", "kind": "date"},
            ]
        ),
        "relations": {"child": "your child"},
        "trades": ["nursing"],
    }
)
AREAS = AreaTree()
OLD_ENOUGH = {"fact": "age", "at_least": 60}
BIRMINGHAM, COVENTRY = "E08000025", "E08000026"


def verdict_on(
    *conditions: dict[str, Any], person: dict[str, Any] | None = None, on: date = ON, **grant: Any
) -> Verdict:
    """Judge a grant with these conditions as rules, written as in a catalogue, for a person."""
    rules = [
        {"id": f"rule {n}", "text": "…", "condition": condition} for n, condition in enumerate(conditions)
    ]
    offer = Grant.model_validate({"id": "fund", "title": "A fund", "rules": rules, **grant})
    return judge(read_applicant(person or {}, BOOK, AREAS), offer, on=on, facts=BOOK, areas=AREAS)


def status_and_day(*conditions: dict[str, Any], **rest: Any) -> tuple[str, str | None]:
    verdict = verdict_on(*conditions, **rest)
    assert status_of(verdict.findings) is verdict.status
    day = verdict.from_day
    return verdict.status.value, None if day is None else day.isoformat()


def test_a_grant_without_rules_is_open_to_anyone() -> None:
    assert status_and_day() == ("eligible", None)


def test_nothing_is_refused_to_a_person_who_answered_nothing() -> None:
    conditions = (OLD_ENOUGH, {"not": {"fact": "disabled", "is": True}}, {"lives_in": [BIRMINGHAM]})
    assert status_and_day(*conditions) == ("needs_info", None)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ({"facts": {"born": "1970-03-01"}}, ("not_now", "2030-03-01")),
        ({"facts": {"born": "1968-02-29"}}, ("not_now", "2028-02-29")),
        ({"facts": {"born": "1967-02-28", "age": 59}}, ("not_now", "2027-11-23")),
        ({"facts": {"age": 59}}, ("not_now", "2027-11-23")),
        ({"facts": {"age": {"below": 50}}}, ("not_now", "2086-11-23")),
        ({"facts": {"born": {"at_least": "1970-03-01", "at_most": "1970-03-31"}}}, ("not_now", "2030-03-31")),
        ({"facts": {"age": 60}}, ("eligible", None)),
        ({"facts": {"age": {"not_applicable": True}}}, ("not_eligible", None)),
    ],
)
def test_too_young_is_not_now_with_the_first_day_on_which_they_are_surely_old_enough(
    person: dict[str, Any], expected: tuple[str, str | None]
) -> None:
    assert status_and_day(OLD_ENOUGH, person=person) == expected


def test_too_old_is_not_cured_by_time() -> None:
    assert status_and_day({"fact": "age", "below": 25}, person={"facts": {"age": 25}}) == (
        "not_eligible",
        None,
    )


def test_a_limit_of_age_that_rises_with_the_household_is_waited_for_too() -> None:
    by_people = {"by": "people", "rows": {"1": 50}, "each_more": 5}
    person = {"facts": {"age": 51, "people": 3}}
    assert status_and_day({"fact": "age", "at_least": by_people}, person=person)[0] == "not_now"


def test_a_limit_that_rises_with_age_is_waited_for_too() -> None:
    by_age = {"by": "age", "rows": {"0": 100}, "each_more": 100}
    person = {"facts": {"born": "2020-01-15", "savings": 1500}}
    assert status_and_day({"fact": "savings", "at_most": by_age}, person=person) == ("not_now", "2034-01-15")


def test_savings_do_not_change_with_time() -> None:
    condition = {"fact": "savings", "at_most": 6000}
    assert status_and_day(condition, person={"facts": {"savings": 6001}}) == ("not_eligible", None)


def test_time_cures_only_what_it_cures_on_one_and_the_same_day() -> None:
    young = {"fact": "age", "at_least": 18, "at_most": 20}
    refugee = {"fact": "status_granted", "months_ago": {"at_most": 6}}
    person = {"facts": {"born": "2009-05-01", "status_granted": "2026-09-01"}}
    assert status_and_day(young, person=person) == ("not_now", "2027-05-01")
    assert status_and_day(young, refugee, person=person) == ("not_eligible", None)


def test_the_age_of_a_related_person_grows_too() -> None:
    condition = {"related": ["child"], "condition": {"fact": "age", "at_least": 4}}
    person = {"related": [{"relation": "child", "facts": {"born": "2024-01-15"}}]}
    assert status_and_day(condition, person=person) == ("not_now", "2028-01-15")


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ({"opens": "2026-04-01", "closes": "2026-11-23"}, ("eligible", None)),
        ({"opens": "2026-04-01", "closes": "2026-11-22"}, ("not_now", None)),
        ({"opens": "2027-04-01"}, ("not_now", "2027-04-01")),
        ({"paused": True}, ("not_now", None)),
        (
            [{"closes": "2026-10-31"}, {"opens": "2027-10-01", "closes": "2027-10-31"}],
            ("not_now", "2027-10-01"),
        ),
    ],
)
def test_a_closed_grant_is_not_now_with_its_next_opening(
    window: Any, expected: tuple[str, str | None]
) -> None:
    assert status_and_day(window=window) == expected


@pytest.mark.parametrize(
    ("awards", "expected"),
    [
        (None, ("eligible", None)),
        ([], ("eligible", None)),
        ([{"grant_id": "fund", "on": "2026-01-31"}], ("not_now", "2027-01-31")),
        ([{"grant_id": "fund", "on": "2025-11-23"}], ("eligible", None)),
        ([{"grant_id": "fund", "on": "2025-11"}], ("needs_info", None)),
        ([{"grant_id": "other", "on": "2026-11-01"}], ("eligible", None)),
    ],
)
def test_an_earlier_award_locks_out_for_the_repeat_period(
    awards: Any, expected: tuple[str, str | None]
) -> None:
    person = {} if awards is None else {"awards": awards}
    assert status_and_day(person=person, repeat={"months_between_awards": 12}) == expected


def test_with_awards_unknown_the_repeat_period_is_taken_as_met_and_said() -> None:
    verdict = verdict_on(repeat={"months_between_awards": 12})
    assert "REPEAT_TAKEN_AS_MET" in {finding.code for finding in verdict.findings}


def test_a_residence_that_goes_on_grows_into_the_rule() -> None:
    condition = {"lives_in": [BIRMINGHAM], "for_months": 24}
    person = {"areas": [BIRMINGHAM], "lived_in": [{"area": BIRMINGHAM, "from": "2025-06-01"}]}
    assert status_and_day(condition, person=person) == ("not_now", "2027-06-01")
    elsewhere = {
        "areas": [COVENTRY],
        "lived_in": [{"area": BIRMINGHAM, "from": "2020-06-01", "to": "2021-06-01"}],
    }
    assert status_and_day(condition, person=elsewhere) == ("not_eligible", None)


def test_service_that_goes_on_grows_into_the_rule_and_ended_service_does_not() -> None:
    condition = {"worked_in": ["nursing"], "years": 3}
    going_on = {"work": [{"trade": "nursing", "from": "2024-11-24"}]}
    ended = {"work": [{"trade": "nursing", "from": "2024-11-24", "to": "2026-01-01"}]}
    assert status_and_day(condition, person=going_on) == ("not_now", "2027-11-24")
    assert status_and_day(condition, person=ended) == ("not_eligible", None)


def test_a_rule_outside_its_dates_does_not_apply() -> None:
    rule = {"id": "old", "text": "…", "until": "2026-11-22", "condition": {"fact": "savings", "at_most": 1}}
    person = {"facts": {"savings": 9}}
    assert status_and_day(person=person, rules=[rule]) == ("eligible", None)
    assert status_and_day(person=person, rules=[rule], on=date(2026, 11, 22)) == ("not_now", "2026-11-23")


DISCRETION = {"discretion": "The trustees decide whether your case is exceptional."}


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        (DISCRETION, {}, "discretionary"),
        ({"any_of": [OLD_ENOUGH, DISCRETION]}, {"age": 40}, "discretionary"),
        ({"any_of": [OLD_ENOUGH, DISCRETION]}, {}, "needs_info"),
        ({"all_of": [OLD_ENOUGH, DISCRETION]}, {}, "needs_info"),
        ({"all_of": [OLD_ENOUGH, DISCRETION]}, {"age": 61}, "discretionary"),
        ({"any_of": [OLD_ENOUGH, DISCRETION]}, {"age": 61}, "eligible"),
    ],
)
def test_discretionary_is_when_facts_no_longer_matter(
    condition: dict[str, Any], facts: dict[str, Any], expected: str
) -> None:
    assert verdict_on(condition, person={"facts": facts}).status == expected


def test_discretion_that_counts_against_a_person_is_not_a_refusal() -> None:
    assert verdict_on({"not": DISCRETION}).status is Status.NEEDS_INFO


def test_the_route_is_always_told() -> None:
    codes = {finding.code for finding in verdict_on(route="adviser").findings}
    assert "ROUTE_ADVISER" in codes


@pytest.mark.parametrize(
    ("on", "expected"), [(date(2025, 12, 31), "not_now"), (date(2026, 1, 1), "eligible")]
)
def test_six_months_from_the_first_of_july_end_with_the_year(on: date, expected: str) -> None:
    condition = {"lives_in": [BIRMINGHAM], "for_months": 6}
    person = {"areas": [BIRMINGHAM], "lived_in": [{"area": BIRMINGHAM, "from": "2025-07-01"}]}
    assert verdict_on(condition, person=person, on=on).status.value == expected


@pytest.mark.parametrize(
    ("on", "expected"), [(date(2025, 3, 1), "eligible"), (date(2025, 3, 2), "not_eligible")]
)
def test_work_that_ended_on_29_february_counts_until_the_first_of_march(on: date, expected: str) -> None:
    condition = {"worked_in": ["nursing"], "within_years": 1}
    person = {"work": [{"trade": "nursing", "from": "2020-01-01", "to": "2024-02-29"}]}
    assert verdict_on(condition, person=person, on=on).status.value == expected


def test_service_that_will_be_long_enough_before_it_ends_is_not_now() -> None:
    condition = {"worked_in": ["nursing"], "years": 3, "now": True}
    person = {"work": [{"trade": "nursing", "from": "2024-01-01", "to": "2028-06-01"}]}
    assert status_and_day(condition, person=person) == ("not_now", "2027-01-01")
    person["work"][0]["to"] = "2026-12-30"
    assert status_and_day(condition, person=person)[0] == "not_eligible"


def test_who_may_not_be_at_work_waits_for_the_day_after_the_last() -> None:
    condition = {"not": {"worked_in": ["nursing"], "now": True}}
    person = {"work": [{"trade": "nursing", "from": "2024-01-01", "to": "2026-12-10"}]}
    assert status_and_day(condition, person=person) == ("not_now", "2026-12-11")


def test_a_window_to_come_takes_no_hope_from_a_pause() -> None:
    young, paused = {"fact": "age", "at_most": 17}, {"closes": "2026-12-31", "paused": True}
    person = {"facts": {"born": "2009-06-01"}}
    for window in (paused, [paused, {"opens": "2028-01-01", "closes": "2028-12-31"}]):
        assert status_and_day(young, person=person, window=window)[0] == "not_now"
    closed = [{"opens": "2028-01-01", "closes": "2028-12-31"}]
    assert status_and_day(young, person=person, window=closed)[0] == "not_eligible"


PENSION_AGE = {"fact": "age", "at_least": 66}
MODEST = {"fact": "savings", "at_most": 10_000}
BORN_1961 = {"facts": {"born": "1961-01-10"}}


def days(verdict: Verdict) -> tuple[date | None, date | None]:
    return verdict.from_day, verdict.not_before


def test_a_day_that_is_told_is_a_day_on_which_the_grant_is_open() -> None:
    person = {"facts": {"born": "1961-01-10", "savings": 500}}
    verdict = verdict_on(PENSION_AGE, MODEST, person=person)
    assert days(verdict) == (date(2027, 1, 10), None)
    assert verdict_on(PENSION_AGE, MODEST, person=person, on=date(2027, 1, 10)).status is Status.ELIGIBLE


def test_where_more_has_to_be_known_only_the_first_day_not_ruled_out_is_told() -> None:
    assert days(verdict_on(PENSION_AGE, MODEST, person=BORN_1961)) == (None, date(2027, 1, 10))


def test_a_later_day_is_told_where_the_first_not_ruled_out_leaves_something_open() -> None:
    either = {"any_of": [{"fact": "age", "at_least": 67}, {"all_of": [PENSION_AGE, MODEST]}]}
    assert days(verdict_on(either, person=BORN_1961)) == (date(2028, 1, 10), None)


def test_what_the_fund_decides_needs_no_more_to_be_known() -> None:
    verdict = verdict_on(PENSION_AGE, {"discretion": "The trustees look at it."}, person=BORN_1961)
    assert days(verdict) == (date(2027, 1, 10), None)


def test_no_day_is_told_where_nobody_knows_whether_the_grant_opens_again() -> None:
    assert days(verdict_on(PENSION_AGE, person=BORN_1961, window={"closes": "2026-01-01"})) == (None, None)


def test_a_window_that_closes_before_somebody_is_old_enough_is_not_now() -> None:
    verdict = verdict_on(PENSION_AGE, person=BORN_1961, window={"closes": "2026-12-31"})
    assert (verdict.status, days(verdict)) == (Status.NOT_NOW, (None, None))
