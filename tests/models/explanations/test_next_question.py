"""The next question: worth asking, not asked before, sensitive ones last, none when nothing can change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.grants import Grant
from data.catalogue.reading import sample_catalogue
from data.people.applicants import read_applicant
from data.people.base_rates import sample_rates
from data.places.areas import AreaTree
from models.counterfactuals.decisive_facts import decided_alone_by
from models.eligibility.conditions import evaluation_context
from models.explanations.next_question import NextQuestion
from models.explanations.places_ahead import TOP
from tests.models.explanations.asking import question_about

ON = date(2026, 11, 23)
PLAIN = {"special_category": False, "burden": 2}
BOOK = FactBook.model_validate(
    {
        "facts": keyed_by_id(
            [
                {"id": "born", "kind": "date", "question": "When were you born?", **PLAIN},
                {
                    "id": "age",
                    "kind": "number",
                    "question": "How old are you?",
                    "why": "Age counts.",
                    "from_birth_date": "born",
                    "special_category": False,
                    "burden": 1,
                },
                {
                    "id": "savings",
                    "kind": "money",
                    "question": "How much do you have in savings?",
                    "special_category": False,
                    "burden": 4,
                },
                {"id": "working", "kind": "boolean", "question": "Do you work?", **PLAIN},
                {
                    "id": "hours",
                    "kind": "number",
                    "question": "How many hours do you work?",
                    "applies_if": {"fact": "working", "is": True},
                    **PLAIN,
                },
                {
                    "id": "religion",
                    "kind": "choice",
                    "values": ["a", "b"],
                    "question": "What is your religion?",
                    "special_category": True,
                    "burden": 1,
                },
                {
                    "id": "with_partner",
                    "kind": "boolean",
                    "derived": {"any": [{"related": ["partner"]}]},
                    **PLAIN,
                },
                {"id": "gets_aid", "kind": "boolean", "asked": False, "derived": {"some_of": "aid"}, **PLAIN},
                {
                    "id": "aid",
                    "kind": "choices",
                    "values": ["rent", "food"],
                    "applies_if": {"fact": "gets_aid", "is": True},
                    **PLAIN,
                },
            ]
        ),
        "relations": {"partner": "your partner"},
    }
)
AREAS = AreaTree()
OLD = {"fact": "age", "at_least": 60}
POOR = {"fact": "savings", "below": 6000}
RELIGIOUS = {"fact": "religion", "is": "a"}


def grants_of(*rules: Sequence[Mapping[str, Any]]) -> list[Grant]:
    return [
        Grant.model_validate(
            {
                "id": f"fund {n}",
                "title": "A fund",
                "rules": [{"condition": condition} for condition in conditions],
            }
        )
        for n, conditions in enumerate(rules)
    ]


def asked(grants: list[Grant], **person: Any) -> NextQuestion | None:
    context = evaluation_context(read_applicant(person, BOOK, AREAS), BOOK, AREAS, on=ON)
    return question_about(context, grants)


def fact_asked(*rules: Sequence[Mapping[str, Any]], **person: Any) -> str | None:
    found = asked(grants_of(*rules), **person)
    return None if found is None else found.fact


def test_the_question_that_decides_most_for_least_is_asked() -> None:
    question = asked(grants_of([OLD], [OLD, POOR], [POOR]))
    assert question == NextQuestion("age", "How old are you?", "Age counts.", could_decide=2)


def test_nothing_is_asked_when_everything_is_decided() -> None:
    assert fact_asked([OLD], facts={"age": 70}) is None
    assert fact_asked([]) is None


def test_nothing_is_asked_when_no_answer_can_change_the_first_ten() -> None:
    open_to_all: list[Sequence[Mapping[str, Any]]] = [[] for _ in range(TOP)]
    assert fact_asked(*open_to_all, [OLD]) is None
    assert fact_asked(*open_to_all[1:], [OLD]) == "age"


def test_what_was_declined_or_not_known_is_not_asked_again() -> None:
    assert fact_asked([OLD], facts={"age": {"declined": True}}) is None
    assert fact_asked([POOR], facts={"savings": {"unknown": True}}) is None
    assert fact_asked([OLD, POOR], facts={"age": {"declined": True}}) == "savings"


def test_a_question_waits_for_the_one_that_tells_whether_it_applies() -> None:
    works_long = {"fact": "hours", "at_least": 16}
    assert fact_asked([works_long]) == "working"
    assert fact_asked([works_long], facts={"working": True}) == "hours"


def test_a_set_that_tells_itself_whether_it_applies_is_asked_at_once_and_only_once() -> None:
    gets_food = {"fact": "aid", "one_of": ["food"]}
    assert fact_asked([gets_food]) == "aid"
    assert fact_asked([gets_food], facts={"aid": []}) is None
    assert fact_asked([gets_food], facts={"gets_aid": False}) is None
    assert fact_asked([{"fact": "gets_aid", "is": True}]) == "aid"


def test_what_follows_from_who_there_is_is_not_asked_after_that() -> None:
    alone = {"fact": "with_partner", "is": False}
    assert fact_asked([alone, POOR]) in ("with_partner", "related")
    assert fact_asked([alone, POOR], related=[]) == "savings"


def test_a_special_category_question_comes_last_unless_it_decides_many() -> None:
    assert fact_asked([RELIGIOUS], [RELIGIOUS], [POOR]) == "savings"
    assert fact_asked(*[[RELIGIOUS]] * 5, [POOR]) == "religion"
    assert fact_asked([RELIGIOUS]) == "religion"


def test_where_a_person_lives_is_asked_in_plain_words() -> None:
    question = asked(grants_of([{"lives_in": ["E08000025"]}]))
    assert question is not None
    assert (question.fact, question.text) == ("areas", "Where do you live?")


def test_a_question_about_a_related_person_says_whom_it_is_about() -> None:
    partner = {"related": ["partner"], "condition": OLD}
    question = asked(grants_of([partner]), related=[{"relation": "partner"}])
    assert question is not None
    assert (question.fact, question.text) == ("partner.age", "About your partner: How old are they?")


def test_asking_on_ends_and_never_asks_twice() -> None:
    sample = sample_catalogue()
    rates = sample_rates(sample)
    facts: dict[str, Any] = {}
    person: dict[str, Any] = {
        "facts": facts,
        "areas": ["E08000025"],
        "work": [],
        "related": [],
        "receives": [],
    }
    seen: set[str] = set()
    for _ in range(120):
        context = evaluation_context(
            read_applicant(person, sample.facts, sample.areas), sample.facts, sample.areas, on=ON
        )
        question = question_about(context, sample.grants[:60], rates)
        if question is None:
            break
        if question.fact in ("lived_in",):
            person[question.fact] = []
            continue
        assert question.fact not in seen
        seen.add(question.fact)
        facts[question.fact] = {"declined": True}
    else:
        pytest.fail("the questions do not end")
    assert seen


def test_what_an_answer_decides_alone_is_seen_through_groups() -> None:
    either = {"any_of": [OLD, {"all_of": [POOR, RELIGIOUS]}]}
    (grant,) = grants_of([either])
    context = evaluation_context(read_applicant({}, BOOK, AREAS), BOOK, AREAS, on=ON)
    assert decided_alone_by(grant, context) == frozenset()
    (both,) = grants_of([{"all_of": [OLD, POOR]}])
    assert decided_alone_by(both, context) == {"age", "born", "savings"}
