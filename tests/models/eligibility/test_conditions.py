"""What each condition means, as tables that a funder can read: a condition, what is known, the answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter

from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.references import References
from data.catalogue.rules import FORMS, Condition
from data.people.applicants import read_applicant
from data.places.areas import AreaTree
from models.eligibility.conditions import MEANINGS, ask, evaluation_context
from models.eligibility.kleene import Answer

ON = date(2026, 11, 23)
NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

BOOK = FactBook.model_validate(
    {
        "facts": keyed_by_id(
            [
                {"id": "age", "kind": "number", "min": 0, "max": 130, "from_birth_date": "born"},
                {"id": "born", "kind": "date"},
                {"id": "disabled", "kind": "boolean"},
                {"id": "tenure", "kind": "choice", "values": ["rents", "owns", "hostel"]},
                {"id": "on_benefits", "kind": "boolean"},
                {
                    "id": "benefits",
                    "kind": "choices",
                    "values": ["uc", "pip", "hb"],
                    "applies_if": {"fact": "on_benefits", "is": True},
                },
                {"id": "income", "kind": "money", "min": 0},
                {"id": "savings", "kind": "money"},
                {"id": "rent", "kind": "money", "min": 0},
                {"id": "people", "kind": "number", "min": 1, "max": 12, "of": "household"},
                {"id": "rooms", "kind": "number"},
                {"id": "granted_status", "kind": "date"},
                {"id": "due", "kind": "date"},
                {
                    "id": "shift",
                    "kind": "choice",
                    "values": ["day", "night"],
                    "applies_if": {"fact": "disabled", "is": False},
                },
            ]
        ),
        "relations": {
            "partner": "your partner",
            "child": "your child",
            "late_partner": {"text": "a partner who has died", "household": False},
        },
        "trades": ["nursing", "mining"],
    }
)
AREAS = AreaTree(
    {
        "E92000001": "England",
        "E12000005": "West Midlands",
        "E08000025": "Birmingham",
        "E08000026": "Coventry",
    },
    {"E12000005": "E92000001", "E08000025": "E12000005", "E08000026": "E12000005"},
    listed=True,
)
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


def answer_to(condition: dict[str, Any], on: date = ON, **known: Any) -> Answer:
    """Ask a condition, written as in a catalogue, of a person, written as in a request."""
    parsed = _CONDITION.validate_python(condition)
    assert list(References(BOOK, AREAS).check(parsed)) == []
    return ask(parsed, evaluation_context(read_applicant(known, BOOK, AREAS), BOOK, AREAS, on=on))


AT_LEAST_60 = {"fact": "age", "at_least": 60}
TWO_DAYS = {"above": "1966-02-27", "below": "1966-03-02"}
TEN_YEARS_A_ROOM = {"fact": "born", "years_ago": {"at_least": {"fact": "rooms", "times": 10}}}
RENTING_ONLY = {"by": "tenure", "rows": {"rents": 100}}
NA = {"not_applicable": True}
BY_SHIFT = {"by": "shift", "rows": {"day": 100, "night": 200}}
ANY_TENURE = {"by": "tenure", "rows": {"rents": 100, "owns": 200, "hostel": 300}}
LIMIT_BY_PEOPLE = {"by": "people", "rows": {"1": 200, "2": 300, "4": 500}, "each_more": 50}


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        # a value, known
        ({"fact": "disabled", "is": True}, {"disabled": True}, YES),
        ({"fact": "disabled", "is": False}, {"disabled": True}, NO),
        ({"fact": "tenure", "is": "rents"}, {"tenure": "owns"}, NO),
        ({"fact": "income", "is": 190.10}, {"income": 190.1}, YES),
        ({"fact": "born", "is": "1966-02-28"}, {"born": "1966-02-28"}, YES),
        # bounds are inclusive, `above` and `below` are not
        ({"fact": "age", "at_least": 60}, {"age": 60}, YES),
        ({"fact": "age", "above": 60}, {"age": 60}, NO),
        ({"fact": "age", "at_most": 60}, {"age": 60}, YES),
        ({"fact": "age", "below": 60}, {"age": 60}, NO),
        ({"fact": "income", "at_least": 0.1, "at_most": 0.3}, {"income": 0.3}, YES),
        ({"fact": "born", "below": "1966-03-01"}, {"born": "1966-02-28"}, YES),
        # a range decides when every value in it agrees
        ({"fact": "income", "below": 200}, {"income": {"at_least": 0, "below": 200}}, YES),
        ({"fact": "income", "below": 200}, {"income": {"at_least": 0, "at_most": 200}}, UNKNOWN),
        ({"fact": "income", "above": 200}, {"income": {"at_most": 200}}, NO),
        ({"fact": "age", "at_least": 0}, {"age": {"at_most": 40}}, YES),
        ({"fact": "income", "is": 5}, {"income": {"above": 5}}, NO),
        ({"fact": "income", "is": 5}, {"income": {"at_least": 5, "below": 9}}, UNKNOWN),
        ({"fact": "born", "at_least": "1966-02-01"}, {"born": {"at_least": "1966-02-10"}}, YES),
        ({"fact": "born", "at_least": "1966-02-01"}, {"born": {"at_most": "1966-02-10"}}, UNKNOWN),
        ({"fact": "born", "is": "1966-02-28"}, {"born": {"above": "1966-02-27", "below": "1966-03-01"}}, YES),
        ({"fact": "born", "is": "1966-02-28"}, {"born": "1966-02"}, UNKNOWN),
        ({"fact": "born", "one_of": ["1966-02-28", "1966-03-01"]}, {"born": TWO_DAYS}, YES),
        ({"fact": "born", "none_of": ["1966-02-28"]}, {"born": TWO_DAYS}, UNKNOWN),
        # sets
        ({"fact": "benefits", "one_of": ["uc", "pip"]}, {"benefits": ["pip", "hb"]}, YES),
        ({"fact": "benefits", "none_of": ["uc", "pip"]}, {"benefits": ["pip"]}, NO),
        ({"fact": "benefits", "one_of": ["uc"]}, {"benefits": []}, NO),
        ({"fact": "benefits", "none_of": ["uc"]}, {"benefits": []}, YES),
        ({"fact": "benefits", "one_of": ["uc", "pip"]}, {"benefits": {"includes": ["uc"]}}, YES),
        ({"fact": "benefits", "one_of": ["uc", "pip"]}, {"benefits": {"excludes": ["uc"]}}, UNKNOWN),
        ({"fact": "benefits", "one_of": ["uc"]}, {"benefits": {"includes": ["hb"], "excludes": ["uc"]}}, NO),
        # not applicable: a plain condition is no, its negation yes
        ({"fact": "benefits", "one_of": ["uc"]}, {"on_benefits": False}, NO),
        ({"fact": "benefits", "none_of": ["uc"]}, {"on_benefits": False}, YES),
        ({"fact": "benefits", "one_of": ["uc"]}, {"on_benefits": False, "benefits": {"unknown": True}}, NO),
        ({"fact": "benefits", "one_of": ["uc"]}, {"on_benefits": False, "benefits": ["uc"]}, YES),
        ({"fact": "benefits", "one_of": ["uc"]}, {}, UNKNOWN),
        ({"not": {"fact": "income", "at_least": 1}}, {"income": {"not_applicable": True}}, YES),
        ({"fact": "disabled", "is": False}, {"disabled": {"not_applicable": True}}, NO),
        # age follows from the birth date
        ({"fact": "age", "at_least": 18}, {"born": "2008-11-23"}, YES),
        ({"fact": "age", "at_least": 18}, {"born": "2008-11-24"}, NO),
        ({"fact": "age", "at_least": 18}, {"born": {"at_least": "2008-01-01", "at_most": "2008-12-31"}}, UNKNOWN),
        ({"fact": "age", "at_least": 18}, {"born": "1950-01-01", "age": 17}, NO),
        # tables
        ({"fact": "income", "at_most": LIMIT_BY_PEOPLE}, {"income": 300, "people": 2}, YES),
        ({"fact": "income", "at_most": LIMIT_BY_PEOPLE}, {"income": 100, "people": 3}, NO),
        ({"fact": "income", "at_most": LIMIT_BY_PEOPLE}, {"income": 600, "people": 6}, YES),
        ({"fact": "income", "at_most": LIMIT_BY_PEOPLE}, {"income": 601, "people": 6}, NO),
        ({"fact": "income", "at_most": LIMIT_BY_PEOPLE}, {"income": 1000}, NO),
        ({"fact": "income", "at_most": LIMIT_BY_PEOPLE}, {"income": 100}, UNKNOWN),
        ({"fact": "income", "at_most": LIMIT_BY_PEOPLE}, {"income": 150, "people": {"at_most": 2}}, YES),
        (
            {"fact": "income", "at_most": {"by": "rooms", "rows": {"1": 100}, "each_more": 10}},
            {"income": 0, "rooms": {"at_least": 1}},
            YES,
        ),
        ({"fact": "income", "at_most": {"by": "tenure", "rows": {"rents": 100}}}, {"income": 1, "tenure": "owns"}, NO),
        ({"fact": "income", "at_most": {"by": "tenure", "rows": {"rents": 100}}}, {"income": 1}, UNKNOWN),
        ({"fact": "income", "at_most": {"by": "tenure", "rows": {"rents": 100}}}, {"income": 101}, NO),
        # a key that does not apply leaves what every row allows: to say so never refuses who was let in before
        ({"fact": "income", "at_most": ANY_TENURE}, {"income": 100}, YES),
        ({"fact": "income", "at_most": ANY_TENURE}, {"income": 100, "tenure": {"not_applicable": True}}, YES),
        ({"fact": "income", "at_most": ANY_TENURE}, {"income": 101, "tenure": {"not_applicable": True}}, NO),
        ({"fact": "income", "at_most": RENTING_ONLY}, {"income": 1, "tenure": {"not_applicable": True}}, NO),
        ({"fact": "income", "at_most": BY_SHIFT}, {"income": 1, "shift": NA}, YES),
        ({"fact": "income", "at_most": BY_SHIFT}, {"income": 1, "shift": NA, "disabled": False}, YES),
        ({"fact": "income", "at_most": BY_SHIFT}, {"income": 1, "shift": NA, "disabled": True}, YES),
        ({"fact": "income", "at_most": BY_SHIFT}, {"income": 1, "disabled": True}, NO),
        ({"fact": "income", "at_most": BY_SHIFT}, {"income": 1, "disabled": False}, YES),
        ({"fact": "income", "at_most": BY_SHIFT}, {"income": 1}, UNKNOWN),
        # shares
        ({"fact": "rent", "at_most": {"fact": "income", "times": 0.3}}, {"rent": 0}, UNKNOWN),
        ({"fact": "rent", "at_most": {"fact": "income", "times": 0.3}}, {"rent": 0, "income": {"at_most": 9}}, YES),
        ({"fact": "rent", "above": {"fact": "income", "times": 0.3}}, {"rent": 31, "income": 100}, YES),
        ({"fact": "rent", "above": {"fact": "income", "times": 0.3}}, {"rent": 30, "income": 100}, NO),
        ({"fact": "rent", "above": {"fact": "income", "times": 0.3}}, {"rent": 30}, UNKNOWN),
        ({"fact": "rent", "above": {"fact": "income", "times": 0.3}}, {"rent": 0}, NO),
        (
            {"fact": "rent", "above": {"fact": "income", "times": 0.3}},
            {"rent": 30, "income": {"not_applicable": True}},
            NO,
        ),
        # days
        ({"fact": "born", "years_ago": {"at_least": 66.83}}, {"born": "1960-01-23"}, YES),
        ({"fact": "born", "years_ago": {"at_least": 66.83}}, {"born": "1960-01-24"}, NO),
        ({"fact": "granted_status", "months_ago": {"at_most": 6}}, {"granted_status": "2026-05-23"}, YES),
        ({"fact": "granted_status", "months_ago": {"at_most": 6}}, {"granted_status": "2026-05-22"}, NO),
        ({"fact": "granted_status", "days_ago": {"below": 10}}, {"granted_status": "2026-11-13"}, NO),
        ({"fact": "due", "days_ahead": {"at_most": 77}}, {"due": "2027-02-08"}, YES),
        ({"fact": "due", "days_ahead": {"at_most": 77}}, {"due": "2027-02-09"}, NO),
        ({"fact": "due", "days_ahead": {"at_least": 1, "at_most": 77}}, {"due": {"at_least": "2027-01-01"}}, UNKNOWN),
        (TEN_YEARS_A_ROOM, {"born": "1966-01", "rooms": {"at_least": 2, "at_most": 6}}, YES),
        (TEN_YEARS_A_ROOM, {"born": "1966-01", "rooms": {"at_most": 6}}, YES),
        (TEN_YEARS_A_ROOM, {"born": "1966-01", "rooms": {"at_least": 6}}, UNKNOWN),
        (TEN_YEARS_A_ROOM, {"born": "1966-01", "rooms": {"at_least": 7}}, NO),
        # nesting
        ({"any_of": [{"fact": "age", "at_least": 60}, {"fact": "disabled", "is": True}]}, {"age": 40}, UNKNOWN),
        ({"all_of": [{"fact": "age", "at_least": 60}, {"fact": "disabled", "is": True}]}, {"age": 40}, NO),
        (
            {"at_least": 2, "of": [AT_LEAST_60, {"fact": "disabled", "is": True}, {"fact": "income", "at_most": 9}]},
            {"age": 61, "income": 9},
            YES,
        ),
        ({"discretion": "good character"}, {}, UNKNOWN),
        ({"any_of": [{"discretion": "exceptional"}, {"fact": "age", "at_least": 60}]}, {"age": 70}, YES),
    ],
)  # fmt: skip
def test_a_condition_is_answered_from_the_facts(
    condition: dict[str, Any], facts: dict[str, Any], expected: Answer
) -> None:
    assert answer_to(condition, facts=facts) is expected


def test_every_form_of_condition_has_a_meaning() -> None:
    assert MEANINGS.keys() == FORMS


@pytest.mark.parametrize("said", [None, {"unknown": True}, {"declined": True}])
@pytest.mark.parametrize(
    "condition",
    [
        {"fact": "disabled", "is": False},
        {"fact": "disabled", "is": True},
        {"fact": "tenure", "one_of": ["rents", "owns", "hostel"]},
        {"fact": "tenure", "none_of": ["rents"]},
        {"not": {"fact": "tenure", "is": "rents"}},
        {"fact": "age", "at_least": 0},
        {"fact": "born", "years_ago": {"at_least": 0}},
        {"fact": "income", "at_most": LIMIT_BY_PEOPLE},
        {"fact": "income", "above": {"fact": "rent", "times": 2}},
        {"sum": "income", "over": ["self"], "at_least": 0},
    ],
)
def test_what_was_not_asked_not_known_or_not_said_is_never_a_yes_or_a_no(
    condition: dict[str, Any], said: Any
) -> None:
    names = ("disabled", "tenure", "age", "born", "income", "rent")
    facts = {} if said is None else dict.fromkeys(names, said)
    assert answer_to(condition, facts=facts) is UNKNOWN


@pytest.mark.parametrize(
    ("condition", "known", "expected"),
    [
        ({"lives_in": ["E12000005"]}, {"areas": ["E08000025"]}, YES),
        ({"lives_in": ["E08000025"]}, {"areas": ["E08000026"]}, NO),
        ({"lives_in": ["E08000025"]}, {"areas": ["E92000001"]}, UNKNOWN),
        ({"lives_in": ["E08000025"]}, {"areas": ["S92000003"]}, NO),
        ({"lives_in": ["E08000025"]}, {"areas": ["S12000036"]}, NO),
        ({"lives_in": ["K04000001"]}, {"areas": ["S12000036"]}, NO),
        ({"lives_in": ["K04000001"]}, {"areas": ["W06000001"]}, YES),
        ({"lives_in": ["E08000025"]}, {"areas": ["E92000001", "E08000026"]}, NO),
        ({"lives_in": ["E08000025", "E08000026"]}, {"areas": ["E08000026"]}, YES),
        ({"lives_in": ["E08000025"]}, {}, UNKNOWN),
        ({"lives_in": ["E08000025"]}, {"areas": []}, UNKNOWN),
        (
            {"lives_in": ["E08000025"], "for_months": 12},
            {"areas": ["E08000025"], "lived_in": [{"area": "E08000025", "from": "2025-11-23"}]},
            YES,
        ),
        (
            {"lives_in": ["E08000025"], "for_months": 12},
            {"areas": ["E08000025"], "lived_in": [{"area": "E08000025", "from": "2025-11-24"}]},
            NO,
        ),
        (
            {"lives_in": ["E08000025"], "for_months": 12},
            {"areas": ["E08000025"], "lived_in": [{"area": "E08000025", "from": "2025-11"}]},
            UNKNOWN,
        ),
        (
            {"lives_in": ["E12000005"], "for_months": 24},
            {
                "areas": ["E08000025"],
                "lived_in": [
                    {"area": "E08000026", "from": "2020-01-01", "to": "2026-05-31"},
                    {"area": "E08000025", "from": "2026-06-01"},
                ],
            },
            YES,
        ),
        ({"lives_in": ["E08000025"], "for_months": 12}, {"areas": ["E08000025"]}, UNKNOWN),
        ({"lives_in": ["E08000025"], "for_months": 12}, {"areas": ["E08000026"]}, NO),
        (
            {"has_lived_in": ["E08000026"]},
            {"areas": ["E08000025"], "lived_in": [{"area": "E08000026", "from": "2001-01", "to": "2002-01"}]},
            YES,
        ),
        ({"has_lived_in": ["E08000026"]}, {"areas": ["E08000025"], "lived_in": []}, NO),
        ({"has_lived_in": ["E08000026"]}, {"areas": ["E08000025"]}, UNKNOWN),
        (
            {"has_lived_in": ["E08000026"], "for_months": 24},
            {
                "areas": ["E08000025"],
                "lived_in": [
                    {"area": "E08000026", "from": "2001-01-01", "to": "2001-12-31"},
                    {"area": "E08000026", "from": "2001-07-01", "to": "2002-12-31"},
                ],
            },
            YES,
        ),
        ({"worked_in": ["nursing"]}, {"work": [{"trade": "mining", "from": "2001-01"}]}, NO),
        ({"worked_in": ["nursing"]}, {}, UNKNOWN),
        ({"worked_in": ["nursing"]}, {"work": [{"trade": "nursing"}]}, YES),
        ({"worked_in": ["nursing"]}, {"work": [{"trade": "nursing", "to": "2010-05"}]}, YES),
        ({"worked_in": ["nursing"]}, {"work": [{"trade": "nursing", "from": "2026-11"}]}, UNKNOWN),
        ({"worked_in": ["nursing"], "years": 2}, {"work": [{"trade": "nursing"}]}, UNKNOWN),
        ({"worked_in": ["nursing"], "within_years": 5}, {"work": [{"trade": "nursing", "to": "2010-05"}]}, NO),
        (
            {"worked_in": ["nursing"], "years": 1, "now": True},
            {"work": [{"trade": "nursing", "from": "2025-11-23"}]},
            YES,
        ),
        (
            {"worked_in": ["nursing"], "now": True},
            {"work": [{"trade": "nursing", "from": "2020-01", "to": "2026-10"}]},
            NO,
        ),
        (
            {"worked_in": ["nursing"], "years": 3, "within_years": 5},
            {"work": [{"trade": "nursing", "from": "2010-01-01", "to": "2023-11-22"}]},
            NO,
        ),
        (
            {"worked_in": ["nursing"], "years": 3, "within_years": 5},
            {"work": [{"trade": "nursing", "from": "2010-01-01", "to": "2024-11-23"}]},
            YES,
        ),
        ({"receives": ["fund"]}, {"receives": ["fund"]}, YES),
        ({"receives": ["fund"]}, {"receives": []}, NO),
        ({"receives": ["fund"]}, {"awards": []}, UNKNOWN),
        (
            {"receives": ["fund"]},
            {"awards": [{"grant_id": "fund", "on": "2026-01-10", "until": "2026-12-31"}]},
            YES,
        ),
        ({"receives": ["fund"]}, {"receives": [], "awards": [{"grant_id": "fund", "on": "2026-01-10"}]}, NO),
    ],
)  # fmt: skip
def test_a_condition_is_answered_from_places_work_and_awards(
    condition: dict[str, Any], known: dict[str, Any], expected: Answer
) -> None:
    assert answer_to(condition, **known) is expected


PARTNER_OF_61 = {"relation": "partner", "facts": {"age": 61}}
CHILD_OF_4 = {"relation": "child", "facts": {"age": 4}}
CHILD_OF_9 = {"relation": "child", "facts": {"age": 9}}
CHILD = {"relation": "child"}
UNDER_5 = {"fact": "age", "below": 5}


@pytest.mark.parametrize(
    ("condition", "related", "expected"),
    [
        ({"related": ["partner"], "condition": {"fact": "age", "at_least": 60}}, [PARTNER_OF_61], YES),
        ({"related": ["partner"], "condition": {"fact": "age", "at_least": 60}}, [], NO),
        ({"related": ["partner"], "condition": {"fact": "age", "at_least": 60}}, None, UNKNOWN),
        ({"related": ["child"]}, [CHILD_OF_4], YES),
        ({"related": ["child"]}, [PARTNER_OF_61], NO),
        ({"related": ["child"], "condition": UNDER_5}, [CHILD_OF_9, CHILD], UNKNOWN),
        ({"related": ["child"], "condition": UNDER_5, "all": True}, [CHILD_OF_4, CHILD_OF_9], NO),
        ({"related": ["child"], "condition": UNDER_5, "all": True}, [], YES),
        ({"related": ["child"], "condition": UNDER_5, "all": True}, None, UNKNOWN),
        ({"related": ["child"], "at_least": 2}, [CHILD_OF_4, CHILD_OF_9], YES),
        ({"related": ["child"], "condition": UNDER_5, "at_least": 2}, [CHILD_OF_4, CHILD], UNKNOWN),
        ({"related": ["child"], "at_most": 1}, [CHILD_OF_4, CHILD_OF_9], NO),
        ({"related": ["child"], "at_most": 1}, None, UNKNOWN),
        ({"related": ["any"], "at_least": 2}, [PARTNER_OF_61, {"relation": "late_partner"}], NO),
        ({"related": ["any"], "at_least": 2}, [PARTNER_OF_61, CHILD], YES),
        (
            {"related": ["partner"], "condition": {"applicant": {"fact": "age", "at_least": 30}}},
            [PARTNER_OF_61],
            YES,
        ),
        ({"related": ["partner"], "condition": {"fact": "people", "at_least": 3}}, [PARTNER_OF_61], YES),
    ],
)
def test_related_people_are_counted_as_far_as_they_are_known(
    condition: dict[str, Any], related: Any, expected: Answer
) -> None:
    known: dict[str, Any] = {"facts": {"age": 34, "people": 3}}
    if related is not None:
        known["related"] = related
    assert answer_to(condition, **known) is expected


@pytest.mark.parametrize(
    ("limit", "mine", "partner", "expected"),
    [
        (300, 100, 200, YES),
        (299, 100, 200, NO),
        (300, 100, None, UNKNOWN),
        (99, 100, None, NO),
        (300, {"at_least": 0, "at_most": 50}, {"below": 250}, YES),
        (300, 100, {"not_applicable": True}, YES),
    ],
)
def test_a_sum_is_unknown_only_if_a_part_that_could_matter_is(
    limit: int, mine: Any, partner: Any, expected: Answer
) -> None:
    facts = {} if partner is None else {"income": partner}
    condition = {"sum": "income", "over": ["self", "partner"], "at_most": limit}
    related = [{"relation": "partner", "facts": facts}]
    assert answer_to(condition, facts={"income": mine}, related=related) is expected


def test_unknown_related_people_may_add_to_a_sum_but_not_take_away() -> None:
    over_the_limit = {"sum": "income", "over": ["self", "any"], "at_most": 99}
    assert answer_to(over_the_limit, facts={"income": 100}) is NO
    assert answer_to({**over_the_limit, "at_most": 100}, facts={"income": 100}) is UNKNOWN


def test_only_people_who_meet_where_are_summed() -> None:
    condition = {"sum": "income", "over": ["any"], "where": {"fact": "age", "at_least": 18}, "at_most": 100}
    grown = {"relation": "child", "facts": {"age": 19, "income": 100}}
    young = {"relation": "child", "facts": {"age": 9, "income": 100}}
    unsure = {"relation": "child", "facts": {"income": 100}}
    assert answer_to(condition, related=[grown, young]) is YES
    assert answer_to(condition, related=[grown, grown]) is NO
    assert answer_to(condition, related=[grown, unsure]) is UNKNOWN
