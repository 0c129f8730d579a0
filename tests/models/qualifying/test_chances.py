"""The chance of qualifying: exact within one fact, a product between facts, 0 and 1 only where the judge decides."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from data.catalogue.dependencies import closure
from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.catalogue.traversal import facts_named
from data.people.applicants import Applicant, read_applicant
from data.people.base_rates import FILE, BaseRates, read_base_rates
from data.places.areas import AreaTree
from data.synthetic.random_people import PersonMaker
from models.compiled.judge import CompiledJudge
from models.eligibility.conditions import evaluation_context
from models.qualifying.chances import Qualifying
from models.qualifying.wording import in_words
from models.wording.condition_phrases import describe
from tests.models.generated import CASES

ON = date(2026, 11, 29)
Json = dict[str, Any]
PLAIN = {"special_category": False}
SOURCE = {"source": "s", "year": 2026, "certainty": "estimate"}
BOOK = FactBook.model_validate(
    {
        "facts": keyed_by_id(
            [
                {
                    "id": "age",
                    "kind": "number",
                    "min": 0,
                    "max": 99,
                    "from_birth_date": "born",
                    **PLAIN,
                },
                {"id": "born", "kind": "date", **PLAIN},
                {"id": "working", "kind": "boolean", **PLAIN},
                {
                    "id": "hours",
                    "kind": "number",
                    **PLAIN,
                    "applies_if": {"fact": "working", "is": True},
                },
                {"id": "savings", "kind": "money", **PLAIN},
                {
                    "id": "tenure",
                    "kind": "choice",
                    "values": ["owns", "rents", "none"],
                    **PLAIN,
                },
                {
                    "id": "benefits",
                    "kind": "choices",
                    "values": ["uc", "pc", "pip"],
                    **PLAIN,
                },
                {"id": "ill", "kind": "boolean"},
                {
                    "id": "kids",
                    "kind": "number",
                    "min": 0,
                    "max": 9,
                    "derived": {"count": ["child"]},
                    **PLAIN,
                },
                {"id": "strange", "kind": "boolean", **PLAIN},
            ]
        ),
        "relations": {"partner": "your partner", "child": "your child"},
        "trades": ["nursing", "baking"],
    }
)
AREAS = AreaTree(
    {"E12000005": "Region", "E08000025": "City", "E08000026": "Town"},
    {"E12000005": "E92000001", "E08000025": "E12000005", "E08000026": "E12000005"},
    listed=True,
)
NATIONS = {"E92000001": 0.8, "W92000004": 0.05, "S92000003": 0.1, "N92000002": 0.05}
RATES: Json = {
    "about": "made up", "on": "2026-11-29", "sources": {"s": "made up"},
    "people": [
        {"share": 0.75, "facts": {"age": {"at_least": 0, "below": 60}}},
        {"share": 0.25, "facts": {"age": {"at_least": 60}}},
    ],
    "facts": {
        "age": [{**SOURCE, "shares": {"0": 0.25, "20": 0.25, "40": 0.25, "60": 0.125, "80": 0.125}}],
        "working": [
            {**SOURCE, "shares": {"true": 0.5}},
            {**SOURCE, "given": {"fact": "age", "at_least": 60}, "shares": {"true": 0.1}},
        ],
        "hours": [{**SOURCE, "shares": {"0": 0.5, "20": 0.5, "40": 0.0}}],
        "savings": [{**SOURCE, "shares": {"0": 0.5, "1000": 0.5, "2000": 0.0}}],
        "tenure": [{**SOURCE, "shares": {"owns": 0.25, "rents": 0.5, "none": 0.25}}],
        "benefits": [{**SOURCE, "shares": {"uc": 0.5, "pc": 0.25, "pip": 0.5, "uc|pc": 0.625}}],
        "kids": [{**SOURCE, "shares": {"0": 0.6, "1": 0.4}}],
        "ill": [{**SOURCE, "shares": {"true": 0.25}}],
    },
    "areas": [{**SOURCE, "shares": {**NATIONS, "E12000005": 0.4, "E08000025": 0.3, "E08000026": 0.1}}],
    "trades_ever": [{**SOURCE, "shares": {"nursing": 0.1, "baking": 0.02}}],
    "relations": [{**SOURCE, "shares": {"partner": 0.5, "child": 0.4}}],
}  # fmt: skip


def asked(*conditions: Json, known: Json | None = None, **rule: Any) -> float:
    """Give the chance of one grant with these rules for somebody of whom this is known."""
    grant = Grant.model_validate(
        {"id": "a", "title": "A", "rules": [{"condition": one, **rule} for one in conditions]}
    )
    catalogue = Catalogue((grant,), BOOK, AREAS, "made up")
    applicant = read_applicant(known or {}, BOOK, AREAS)
    return float(chances(Qualifying.build(catalogue, BaseRates.model_validate(RATES)), applicant)[0])


def chances(qualifying: Qualifying, applicant: Applicant) -> NDArray[np.float64]:
    catalogue = qualifying.catalogue
    context = evaluation_context(applicant, catalogue.facts, catalogue.areas, on=ON)
    return qualifying.chances(context, CompiledJudge.build(catalogue).statuses_in(context))


YOUNG, OLD = {"fact": "age", "below": 20}, {"fact": "age", "at_least": 60}
UC, PC = {"fact": "benefits", "one_of": ["uc"]}, {"fact": "benefits", "one_of": ["pc"]}
RENTS, ILL = {"fact": "tenure", "is": "rents"}, {"fact": "ill", "is": True}
CITY = {"lives_in": ["E08000025"]}


@pytest.mark.parametrize(
    ("condition", "chance"),
    [
        (OLD, 0.25),
        ({"fact": "age", "at_least": 30, "below": 70}, 0.125 + 0.25 + 0.0625),
        ({"any_of": [YOUNG, OLD]}, 0.5),
        ({"all_of": [{"fact": "age", "at_least": 20}, {"fact": "age", "below": 60}]}, 0.5),
        ({"not": {"any_of": [YOUNG, OLD]}}, 0.5),
        ({"any_of": [OLD, {"not": OLD}]}, 1.0),
        ({"any_of": [RENTS, {"fact": "tenure", "is": "none"}]}, 0.75),
        ({"fact": "tenure", "none_of": ["rents"]}, 0.5),
        ({"any_of": [UC, PC]}, 0.625),
        ({"not": {"fact": "benefits", "one_of": ["uc", "pc"]}}, 0.375),
        ({"fact": "savings", "at_most": 500}, 0.25),
        ({"fact": "born", "years_ago": {"at_least": 60}}, 0.5),
    ],
)
def test_whatever_is_asked_of_one_fact_is_exact(condition: Json, chance: float) -> None:
    assert asked(condition) == pytest.approx(chance, abs=2e-6)


def test_different_facts_multiply_within_a_kind_of_people() -> None:
    assert asked(RENTS, ILL) == pytest.approx(0.5 * 0.25)
    assert asked({"any_of": [RENTS, ILL]}) == pytest.approx(1 - 0.5 * 0.75)
    assert asked({"at_least": 2, "of": [RENTS, ILL, UC]}) == pytest.approx(
        0.5 * 0.25 * 0.5 + 0.5 * 0.25 * 0.5 + 0.5 * 0.75 * 0.5 + 0.5 * 0.25 * 0.5
    )


def test_what_two_choices_have_in_common_is_one_chance() -> None:
    both = {"all_of": [{"any_of": [ILL, RENTS]}, {"any_of": [ILL, UC]}]}
    assert asked(both) == pytest.approx(0.25 + 0.75 * 0.5 * 0.5)


def test_what_is_told_of_oneself_counts_for_a_grant_that_may_be_for_oneself_or_a_child() -> None:
    one_of_us = {"for": ["self", "child"], "beneficiary": {"all_of": [ILL, YOUNG]}}
    mine, child = 0.25 * 0.25, 0.4 * 0.25 * 0.25
    assert asked(one_of_us) == pytest.approx(1 - (1 - mine) * (1 - child))
    assert asked(one_of_us, known={"facts": {"ill": True, "age": 10}}) == 1
    assert asked(one_of_us, known={"facts": {"ill": True}}) == pytest.approx(1 - 0.75 * (1 - child))
    assert asked(one_of_us, known={"facts": {"age": 50}}) == pytest.approx(child)


def test_rates_that_are_given_something_are_taken_once_it_is_known() -> None:
    working = {"fact": "working", "is": True}
    young, old = (asked(working, known={"facts": {"age": age}}) for age in (30, 70))
    assert young == pytest.approx(0.5)
    assert old == pytest.approx(0.1)
    assert asked(working) == pytest.approx(0.75 * 0.5 + 0.25 * 0.1)
    assert asked(working, OLD) == pytest.approx(0.25 * 0.1)


def test_what_is_told_of_one_thing_tells_of_the_kind_of_people() -> None:
    assert asked(OLD, known={"facts": {"working": True}}) == pytest.approx(0.025 / (0.375 + 0.025))


def test_a_fact_that_may_not_apply_is_as_likely_as_that_it_applies() -> None:
    long = {"fact": "hours", "at_least": 30}
    assert asked(long, known={"facts": {"age": 30}}) == pytest.approx(0.5 * 0.25)
    assert asked(long, known={"facts": {"age": 30, "working": True}}) == pytest.approx(0.25)
    assert asked(long, known={"facts": {"age": 30, "hours": {"at_least": 20}}}) == pytest.approx(0.5)


def test_what_follows_from_who_there_is_is_known_once_that_is_told() -> None:
    has_child = {"fact": "kids", "at_least": 1}, {"fact": "tenure", "is": "rents"}
    assert asked(*has_child) == pytest.approx(0.2)
    assert asked(*has_child, known={"related": [{"relation": "child"}]}) == pytest.approx(0.5)


def test_a_range_leaves_the_rates_of_what_lies_within() -> None:
    assert asked(
        {"fact": "age", "at_least": 80}, known={"facts": {"age": {"at_least": 60}}}
    ) == pytest.approx(0.5)
    told = {"facts": {"benefits": {"excludes": ["uc"]}}}
    assert asked({"any_of": [UC, PC]}, known=told) == pytest.approx(0.25)


def test_places_count_by_how_many_live_there_within_what_is_told() -> None:
    assert asked(CITY) == pytest.approx(0.3)
    assert asked(CITY, known={"areas": ["E12000005"]}) == pytest.approx(0.75)
    assert asked(CITY, known={"areas": ["E08000025"]}) == 1
    assert asked(CITY, known={"areas": ["E08000026"]}) == 0


def test_trades_and_people_around_have_simple_rates() -> None:
    assert asked({"worked_in": ["nursing", "baking"]}) == pytest.approx(1 - 0.9 * 0.98)
    assert asked({"related": ["partner"], "condition": RENTS}) == pytest.approx(0.5 * 0.5)
    assert asked({"related": ["partner", "child"], "condition": RENTS}) == pytest.approx(1 - 0.75 * 0.8)


def test_a_discretion_counts_as_it_is_likely_and_a_fact_without_a_rate_as_one_half() -> None:
    assert asked({"discretion": "x", "likely": 0.7}) == pytest.approx(0.7)
    assert asked({"discretion": "x"}) == pytest.approx(0.5)
    assert asked({"fact": "strange", "is": True}) == pytest.approx(0.5)


def test_a_bound_by_table_is_each_row_for_those_of_its_key() -> None:
    table = {"by": "tenure", "rows": {"owns": 500, "rents": 1000}}
    found = asked({"fact": "savings", "below": table}, known={"facts": {"tenure": "owns"}})
    assert found == pytest.approx(0.25)
    assert asked({"fact": "savings", "below": table}) == pytest.approx(
        1 - (1 - 0.25 * 0.25) * (1 - 0.5 * 0.5)
    )


def test_a_rule_counts_only_on_the_days_on_which_it_applies() -> None:
    assert asked(ILL, since="2027-01-01") == 1
    assert asked(ILL, until="2026-11-29") == pytest.approx(0.25)


def test_the_rule_that_few_people_meet_is_the_one_to_name() -> None:
    rules = [{"condition": RENTS}, {"condition": {"worked_in": ["baking"]}}, {"condition": ILL}]
    grant = Grant.model_validate({"id": "a", "title": "A", "rules": rules})
    qualifying = Qualifying.build(
        Catalogue((grant,), BOOK, AREAS, "made up"), BaseRates.model_validate(RATES)
    )
    context = evaluation_context(read_applicant({}, BOOK, AREAS), BOOK, AREAS, on=ON)
    found = qualifying.estimate(context, CompiledJudge.build(qualifying.catalogue).statuses_in(context))
    assert found.rarest(0) is grant.rules[1]
    assert in_words(found.chances[0], describe(grant.rules[1].condition, BOOK, AREAS)) == (
        "It is for few people: only if you have worked in baking."
    )


def test_a_step_counts_as_done_and_is_never_the_rule_to_name() -> None:
    rules = [{"condition": RENTS}, {"condition": {"worked_in": ["baking"]}, "first": True}]
    grant = Grant.model_validate({"id": "a", "title": "A", "rules": rules})
    qualifying = Qualifying.build(
        Catalogue((grant,), BOOK, AREAS, "made up"), BaseRates.model_validate(RATES)
    )
    context = evaluation_context(read_applicant({}, BOOK, AREAS), BOOK, AREAS, on=ON)
    found = qualifying.estimate(context, CompiledJudge.build(qualifying.catalogue).statuses_in(context))
    assert found.chances[0] == pytest.approx(asked(RENTS))
    assert found.rarest(0) is grant.rules[0]


@pytest.fixture(scope="module")
def real(catalogue: Catalogue) -> tuple[Qualifying, CompiledJudge]:
    rates = read_base_rates(FILE, catalogue.facts, catalogue.areas)
    return Qualifying.build(catalogue, rates), CompiledJudge.build(catalogue)


def somebody(catalogue: Catalogue, seed: int) -> Applicant:
    rng = np.random.default_rng(seed)
    maker = PersonMaker(catalogue.facts, catalogue.areas, rng, ON, float(rng.choice([0.05, 0.15, 0.5, 1.0])))
    return read_applicant(maker.applicant(), catalogue.facts, catalogue.areas)


law = settings(
    max_examples=max(CASES // 10, 15),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@law
@given(seed=st.integers(0, 2**32 - 1))
def test_0_and_1_are_told_exactly_where_the_judge_has_decided(
    seed: int, real: tuple[Qualifying, CompiledJudge], catalogue: Catalogue
) -> None:
    qualifying, judge = real
    context = evaluation_context(somebody(catalogue, seed), catalogue.facts, catalogue.areas, on=ON)
    statuses = judge.statuses_in(context)
    found = qualifying.chances(context, statuses)
    assert np.array_equal(found == 1, statuses == 4)
    assert np.array_equal(found == 0, statuses <= 1)
    assert np.all((found >= 0) & (found <= 1))


def test_the_same_request_gives_the_same_chances_to_the_byte(
    real: tuple[Qualifying, CompiledJudge], catalogue: Catalogue
) -> None:
    qualifying, judge = real
    again = Qualifying.build(catalogue, qualifying.model.rates)
    for seed in range(8):
        context = evaluation_context(somebody(catalogue, seed), catalogue.facts, catalogue.areas, on=ON)
        statuses = judge.statuses_in(context)
        found = [one.chances(context, statuses).tobytes() for one in (qualifying, qualifying, again)]
        assert len(set(found)) == 1


@law
@given(seed=st.integers(0, 2**32 - 1))
def test_a_special_category_fact_moves_only_grants_whose_rules_read_it(
    seed: int, real: tuple[Qualifying, CompiledJudge], catalogue: Catalogue
) -> None:
    qualifying, judge = real
    book, rng = catalogue.facts, np.random.default_rng(seed)
    special = sorted(fact.id for fact in book.facts.values() if fact.sensitive)
    fact = special[int(rng.integers(len(special)))]
    maker = PersonMaker(book, catalogue.areas, rng, ON, 0.3, 1.0)
    person = maker.applicant()
    found = []
    for value in maker.said_in_two_ways(book.facts[fact]):
        person["facts"] = {**person["facts"], fact: value}
        context = evaluation_context(
            read_applicant(person, book, catalogue.areas), book, catalogue.areas, on=ON
        )
        found.append(qualifying.chances(context, judge.statuses_in(context)))
    read = np.array([fact in _reads(grant, book) for grant in catalogue.grants])
    assert np.array_equal(found[0][~read], found[1][~read])


def _reads(grant: Grant, book: FactBook) -> set[str]:
    return set(closure({fact for rule in grant.rules for fact in facts_named(rule.condition)}, book))


def test_a_fact_that_is_not_called_special_tells_the_kind_and_one_that_is_does_not() -> None:
    ill = [{**SOURCE, "shares": {"true": 0.25}}, {**SOURCE, "given": OLD, "shares": {"true": 0.9}}]
    rates = BaseRates.model_validate({**RATES, "facts": {**RATES["facts"], "ill": ill}})
    grant = Grant.model_validate({"id": "a", "title": "A", "rules": [{"condition": OLD}]})
    plain = BOOK.facts["ill"].model_copy(update=PLAIN)
    found = []
    for book in (BOOK, BOOK.model_copy(update={"facts": {**BOOK.facts, "ill": plain}})):
        qualifying = Qualifying.build(Catalogue((grant,), book, AREAS, "made up"), rates)
        found.append(chances(qualifying, read_applicant({"facts": {"ill": True}}, book, AREAS))[0])
    assert found[0] == pytest.approx(0.25)
    assert found[1] > 0.5


def test_in_real_rates_what_is_known_moves_the_chances(
    real: tuple[Qualifying, CompiledJudge], catalogue: Catalogue
) -> None:
    qualifying, judge = real
    at = {grant.id: place for place, grant in enumerate(catalogue.grants)}

    def chance(grant: str, **known: Any) -> float:
        applicant = read_applicant(known, catalogue.facts, catalogue.areas)
        context = evaluation_context(applicant, catalogue.facts, catalogue.areas, on=ON)
        return float(qualifying.chances(context, judge.statuses_in(context))[at[grant]])

    young, old = ({"age": 30}, {"age": 78})
    assert chance("pension-credit", facts=old, areas=["E08000025"]) > 0.2
    assert chance("pension-credit", facts=young, areas=["E08000025"]) == 0
    assert chance("blue-badge-england", areas=["S12000036"]) == 0
    nurse = [{"trade": "nursing", "from": "2009-01"}]
    assert chance("cavell-nurses-trust") < 0.1 < chance("cavell-nurses-trust", work=nurse)
