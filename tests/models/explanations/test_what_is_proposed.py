"""What near misses propose to people of each nation, over the whole sample: nothing that would harm, or cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from data.catalogue.facts import Fact
from data.catalogue.reading import Catalogue
from data.people.applicants import read_applicant
from models.eligibility.conditions import evaluation_context
from models.eligibility.verdict import judge_in
from models.explanations.near_miss import NearMiss, near_miss
from tests.models.eligibility.household import Json

ON = date(2026, 11, 30)
NATIONS = {
    "England": "E08000025",
    "Wales": "W06000015",
    "Scotland": "S12000017",
    "Northern Ireland": "N09000003",
}
MOTHER = {
    "on_benefits": False, "benefits": [], "number_of_children": 1, "children_ages": ["3"], "savings": 50,
    "lives_with_partner": False, "tenure": "private_rent", "employment": "unemployed", "carer": True,
}  # fmt: skip
ALONE = {"age": 30, "lives_with_partner": False, "number_of_children": 0, "benefits": [], "savings": 50}


@pytest.fixture(params=list(NATIONS.values()), ids=list(NATIONS))
def area(request: pytest.FixtureRequest) -> str:
    """A place in each nation."""
    return str(request.param)


def proposed(catalogue: Catalogue, area: str, **facts: object) -> Iterator[NearMiss]:
    told: Json = {"facts": facts, "areas": [area]}
    applicant = read_applicant(told, catalogue.facts, catalogue.areas)
    context = evaluation_context(applicant, catalogue.facts, catalogue.areas, on=ON)
    for grant in catalogue.grants:
        miss = near_miss(context, grant, judge_in(context, grant))
        if miss is not None and miss.change:
            yield miss


def words_of_funds(catalogue: Catalogue) -> set[str]:
    """The words of every value that is a public fund, and the facts that are about one."""
    return {fact.values[value] for fact in catalogue.facts.facts.values() for value in fact.public_funds}


def benefits(catalogue: Catalogue) -> Fact:
    return catalogue.facts.facts["benefits"]


def test_what_grants_and_values_of_the_sample_say_of_public_funds_is_the_same(catalogue: Catalogue) -> None:
    told = {grant.same_as.value: grant.public_fund for grant in catalogue.grants if grant.same_as is not None}
    assert told
    assert {value for value, is_one in told.items() if is_one} == benefits(
        catalogue
    ).public_funds & told.keys()


@pytest.mark.parametrize("age", [30, 70])
@pytest.mark.parametrize(
    "status",
    [
        {"immigration_status": "limited_leave", "no_recourse_to_public_funds": True},
        {"no_recourse_to_public_funds": True},
        {"immigration_status": "asylum_seeker"},
        {"immigration_status": "no_leave"},
    ],
)
def test_who_may_have_no_public_funds_is_never_told_to_claim_one(
    status: Json, age: int, area: str, catalogue: Catalogue
) -> None:
    funds = words_of_funds(catalogue)
    about = {name for name, fact in catalogue.facts.facts.items() if fact.public_fund}
    for miss in proposed(catalogue, area, **MOTHER, **status, age=age):
        assert not [words for words in funds if words in miss.text], miss
        assert about.isdisjoint(one.fact for one in miss.change), miss


def test_nobody_of_30_is_told_to_claim_what_older_people_get(area: str, catalogue: Catalogue) -> None:
    old = ("Pension Credit", "Guarantee Credit", "State Pension", "Housing Benefit")
    texts = [miss.text for miss in proposed(catalogue, area, **ALONE, tenure="private_rent")]
    assert any("Universal Credit" in text for text in texts)
    assert not [text for text in texts if any(words in text for words in old)]


def test_who_is_older_is_told_of_pension_credit_and_not_of_universal_credit(
    area: str, catalogue: Catalogue
) -> None:
    texts = [miss.text for miss in proposed(catalogue, area, **{**ALONE, "age": 70})]
    assert any("Pension Credit" in text for text in texts)
    assert not [text for text in texts if "Universal Credit" in text]


def test_nobody_without_universal_credit_is_told_of_a_part_of_it(area: str, catalogue: Catalogue) -> None:
    for miss in proposed(catalogue, area, **ALONE, tenure="private_rent"):
        assert {"uc_elements", "pension_credit_guarantee"}.isdisjoint(one.fact for one in miss.change), miss


@pytest.mark.parametrize(("carer", "told"), [({}, False), ({"carer": False}, False), ({"carer": True}, True)])
def test_only_who_cares_for_somebody_is_told_of_benefits_for_carers(
    carer: Json, told: bool, catalogue: Catalogue
) -> None:
    facts = {**ALONE, "health_conditions": ["cancer"], **carer}
    texts = [
        miss.text
        for area in NATIONS.values()
        for miss in proposed(catalogue, area, **facts, tenure="private_rent")
    ]
    assert any("Carer" in text for text in texts) is told
