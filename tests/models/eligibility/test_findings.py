"""What a grant asks beside its rules' conditions: steps, public funds, an end, limits to awards, for whom it is."""

from __future__ import annotations

from datetime import date

import pytest

from models.eligibility.findings import AWARDED_ONCE, STEP, FindingKind
from models.eligibility.verdict import Verdict
from tests.models.eligibility.household import Json, verdict_on

TENANT = {"id": "tenant", "text": "You must rent.", "condition": {"fact": "tenant", "is": True}}
CHECKED = {
    "id": "checked",
    "text": "Have a check.",
    "condition": {"fact": "studies", "is": True},
    "first": True,
}


def code_of(verdict: Verdict, kind: FindingKind) -> str:
    return next(found.code for found in verdict.findings if found.kind is kind)


@pytest.mark.parametrize(
    ("facts", "status", "steps"),
    [
        ({"tenant": True, "studies": True}, "eligible", []),
        ({"tenant": True, "studies": False}, "needs_info", [STEP]),
        ({"tenant": True}, "needs_info", ["CHECKED"]),
        ({"tenant": False, "studies": False}, "not_eligible", [STEP]),
    ],
)
def test_a_thing_to_do_first_is_no_refusal(facts: Json, status: str, steps: list[str]) -> None:
    verdict = verdict_on({"rules": [TENANT, CHECKED]}, {"facts": facts})
    assert (verdict.status, [step.code for step in verdict.steps]) == (status, steps)


def test_a_step_of_which_the_fund_decides_is_a_step_all_the_same() -> None:
    decided = {**CHECKED, "condition": {"all_of": [CHECKED["condition"], {"discretion": "They look at it."}]}}
    for studies in (False, True):
        verdict = verdict_on({"rules": [decided]}, {"facts": {"studies": studies}})
        assert (verdict.status, len(verdict.steps)) == ("needs_info", 1)


@pytest.mark.parametrize(
    ("person", "status", "code"),
    [
        ({}, "eligible", "RECOURSE_TAKEN_AS_MET"),
        ({"facts": {"no_public_funds": False}}, "eligible", "RECOURSE"),
        ({"facts": {"no_public_funds": True}}, "needs_info", "ASK_ABOUT_RECOURSE"),
        (
            {"facts": {"no_public_funds": True, "with_partner": True, "dependants": 1}},
            "needs_info",
            "ASK_ABOUT_RECOURSE",
        ),
        (
            {"facts": {"no_public_funds": True, "with_partner": False}},
            "needs_info",
            "ASK_ABOUT_RECOURSE",
        ),
        (
            {"facts": {"no_public_funds": True, "with_partner": False, "dependants": 0}},
            "not_eligible",
            "NO_RECOURSE",
        ),
        ({"facts": {"no_public_funds": True}, "related": []}, "not_eligible", "NO_RECOURSE"),
        (
            {"facts": {"no_public_funds": True}, "related": [{"relation": "child"}]},
            "needs_info",
            "ASK_ABOUT_RECOURSE",
        ),
        (
            {"facts": {"no_public_funds": True}, "related": [{"relation": "parent"}]},
            "not_eligible",
            "NO_RECOURSE",
        ),
        (
            {
                "facts": {"no_public_funds": True},
                "related": [{"relation": "partner", "facts": {"no_public_funds": True}}],
            },
            "not_eligible",
            "NO_RECOURSE",
        ),
    ],
)
def test_a_public_fund_is_closed_to_who_may_not_have_public_funds(
    person: Json, status: str, code: str
) -> None:
    verdict = verdict_on({"public_fund": True}, person)
    assert (verdict.status, code_of(verdict, FindingKind.RECOURSE)) == (status, code)
    assert [step.kind for step in verdict.steps] == ([FindingKind.RECOURSE] if status == "needs_info" else [])
    assert verdict_on({}, person).status == "eligible"


@pytest.mark.parametrize(
    ("ended", "on", "status"),
    [
        ("2026-11-28", date(2026, 11, 29), "not_eligible"),
        ("2026-11-29", date(2026, 11, 29), "eligible"),
        ("2027-06-01", date(2026, 11, 29), "eligible"),
    ],
)
def test_a_scheme_that_has_ended_does_not_come_again(ended: str, on: date, status: str) -> None:
    assert verdict_on({"ended": ended}, {}, on=on).status == status


def test_who_is_old_enough_only_after_the_end_is_not_told_to_wait() -> None:
    adult = {"id": "age", "text": "18 or over.", "condition": {"fact": "age", "at_least": 18}}
    person = {"facts": {"born": "2009-05-01"}}
    assert verdict_on({"rules": [adult], "ended": "2027-04-30"}, person).status == "not_eligible"
    waits = verdict_on({"rules": [adult], "ended": "2027-05-01"}, person)
    assert (waits.status, waits.from_day) == ("not_now", date(2027, 5, 1))


def awards(*days: str) -> Json:
    return {"awards": [{"grant_id": "fund", "on": day} for day in days]}


@pytest.mark.parametrize(
    ("repeat", "person", "status", "day"),
    [
        ({"once": True}, awards("2001-01-01"), "not_eligible", None),
        ({"once": True}, awards(), "eligible", None),
        ({"once": True}, {}, "eligible", None),
        ({"awards": 2, "within_months": 12}, awards("2026-01-10"), "eligible", None),
        ({"awards": 2, "within_months": 12}, awards("2026-01-10", "2026-03-01"), "not_now", "2027-01-10"),
        ({"awards": 2, "within_months": 12}, awards("2025-11-29", "2026-03-01"), "eligible", None),
        ({"awards": 2, "within_months": 12}, awards("2025-11", "2026-03-01"), "needs_info", None),
        (
            {"months_between_awards": 3, "awards": 2, "within_months": 12},
            awards("2026-01-10", "2026-10-01"),
            "not_now",
            "2027-01-10",
        ),
        (
            {"months_between_awards": 3, "awards": 3, "within_months": 12},
            awards("2026-10-01"),
            "not_now",
            "2027-01-01",
        ),
    ],
)
def test_earlier_awards_are_counted_as_the_fund_counts_them(
    repeat: Json, person: Json, status: str, day: str | None
) -> None:
    verdict = verdict_on({"repeat": repeat}, person)
    assert (verdict.status, verdict.from_day) == (status, None if day is None else date.fromisoformat(day))


def test_where_a_home_has_it_once_the_award_of_a_partner_counts() -> None:
    person = {"awards": [], "related": [{"relation": "partner", **awards("2026-10-01")}]}
    assert verdict_on({"repeat": {"months_between_awards": 12}}, person).status == "eligible"
    of_home = {"repeat": {"months_between_awards": 12, "per": "household"}}
    assert verdict_on(of_home, person).status == "not_now"
    away = {"awards": [], "related": [{"relation": "parent", **awards("2026-10-01")}]}
    assert verdict_on(of_home, away).status == "eligible"
    once = verdict_on({"repeat": {"once": True, "per": "household"}}, person)
    assert code_of(once, FindingKind.REPEAT) == AWARDED_ONCE


def test_an_award_under_an_id_that_the_grant_had_before_counts() -> None:
    person = {"awards": [{"grant_id": "old-fund", "on": "2026-10-01"}]}
    assert verdict_on({"was": ["old-fund"], "repeat": {"once": True}}, person).status == "not_eligible"


YOUNG_STUDENT = {
    "id": "who", "text": "A student under 20.",
    "condition": {"beneficiary": {"all_of": [{"fact": "age", "below": 20}, {"fact": "studies", "is": True}]}},
}  # fmt: skip


AUNT = {"age": 19, "studies": True}
STUDENT = {"relation": "child", "facts": {"age": 17, "studies": True}}


def family(**applicant: object) -> Json:
    return {
        "facts": {"age": 45, "studies": False},
        "related": [
            {"relation": "child", "facts": {"age": 17, "studies": False}},
            {"relation": "child", "facts": {"age": 24, "studies": True}},
        ],
        **applicant,
    }


@pytest.mark.parametrize(
    ("whom", "person", "status"),
    [
        (["self", "child"], family(), "not_eligible"),
        (
            ["self", "child"],
            {**family(), "related": [{"relation": "child", "facts": {"age": 17, "studies": True}}]},
            "eligible",
        ),
        (["self", "child"], {"facts": {"age": 19, "studies": True}}, "eligible"),
        (["child"], {"facts": {"age": 19, "studies": True}}, "needs_info"),
        (["self"], {"facts": {"age": 45}}, "not_eligible"),
        (["self", "child"], {"facts": {"age": 45}}, "needs_info"),
        (["self", "child"], {"facts": {"age": 45}, "for": "self"}, "not_eligible"),
        (
            ["self", "child"],
            {"facts": {"age": 19, "studies": True}, "for": ["child"], "related": []},
            "not_eligible",
        ),
        (["self"], {"facts": {"age": 19, "studies": True}, "for": "child"}, "not_eligible"),
        (None, {"facts": {"age": 19, "studies": True}}, "eligible"),
    ],
)
def test_what_is_asked_of_the_beneficiary_is_met_by_one_and_the_same_person(
    whom: list[str] | None, person: Json, status: str
) -> None:
    offer = {"rules": [YOUNG_STUDENT]} | ({} if whom is None else {"for": whom})
    assert verdict_on(offer, person).status == status


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ({"facts": {"age": 45}}, "not_eligible"),
        ({"facts": {"age": 45}, "related": [{"relation": "aunt", "facts": AUNT}]}, "not_eligible"),
        ({"facts": {"age": 45}, "for": "aunt"}, "needs_info"),
        ({"facts": {"age": 45}, "for": ["self", "aunt"], "related": [{"relation": "aunt", "facts": AUNT}]}, "eligible"),
        ({"facts": {"age": 19, "studies": True}, "for": "aunt", "related": []}, "not_eligible"),
    ],
)  # fmt: skip
def test_who_must_be_named_is_looked_at_only_where_help_is_sought_for_them(person: Json, status: str) -> None:
    assert verdict_on({"rules": [YOUNG_STUDENT], "for": ["self", "aunt"]}, person).status == status
