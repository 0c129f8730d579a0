"""What the words of a need plainly state is suggested; what they deny, ask, wish or say of others is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.reading import SAMPLE, Catalogue
from data.errors import BadData
from models.needs.patterns import FILE, read_suggestions
from models.needs.suggested_facts import Suggestion, suggest

STATED: Final = [
    json.loads(line) for line in (Path(__file__).parent / "stated.jsonl").read_text().splitlines()
]


@pytest.fixture(scope="module")
def book(catalogue: Catalogue) -> FactBook:
    return catalogue.facts


def told(text: str, book: FactBook) -> dict[str, Any]:
    return {one.fact: one.value for one in suggest(text, book)}


def one(text: str, fact: str, book: FactBook) -> Suggestion:
    return next(found for found in suggest(text, book) if found.fact == fact)


def pairs(tells: dict[str, Any]) -> set[tuple[str, Any]]:
    return {
        (fact, value)
        for fact, values in tells.items()
        for value in (values if isinstance(values, list | tuple) else [values])
    }


def test_of_what_is_suggested_nearly_all_is_stated_and_of_what_is_stated_most_is_suggested(
    book: FactBook,
) -> None:
    right = suggested = stated = 0
    for need in STATED:
        said, found = pairs(need["tells"]), pairs(told(need["text"], book))
        right, suggested, stated = right + len(said & found), suggested + len(found), stated + len(said)
    assert len(STATED) >= 150
    assert right / suggested >= 0.98
    assert right / stated >= 0.9


@pytest.mark.parametrize("text", [need["text"] for need in STATED if not need["tells"]])
def test_a_need_that_states_nothing_of_the_person_suggests_nothing(text: str, book: FactBook) -> None:
    assert told(text, book) == {}


def test_several_facts_of_one_sentence_are_all_suggested(book: FactBook) -> None:
    assert told("I'm 34, a single mum of two on UC and PIP, fleeing domestic violence", book) == {
        "age": 34,
        "sex": "female",
        "lives_with_partner": False,
        "number_of_children": 2,
        "benefits": ("universal_credit", "pip"),
        "fleeing_abuse": True,
    }


def test_a_fact_is_not_worked_out_from_another(book: FactBook) -> None:
    assert told("on universal credit", book) == {"benefits": ("universal_credit",)}
    assert told("lost my job", book) == {"recent_events": ("job_loss",)}
    assert told("staff nurse, rent", book) == {"work": ("nursing",)}
    assert told("on jsa", book) == {"on_benefits": True}


def test_whoever_is_named_first_owns_what_follows_until_the_writer_speaks_of_themselves(
    book: FactBook,
) -> None:
    assert told("bed for my mum, 82, on pension credit", book) == {}
    assert told("bed for my mum, im on pension credit", book) == {"benefits": ("pension_credit",)}


def test_what_a_household_shares_may_be_said_of_a_partner(book: FactBook) -> None:
    assert told("my wife is pregnant", book) == {"pregnant": True}
    assert told("my sister is pregnant", book) == {}
    assert told("my daughter is 8 months pregnant", book) == {}


def test_who_is_only_named_as_gone_does_not_own_what_follows(book: FactBook) -> None:
    assert told("husband left me, on UC", book) == {
        "benefits": ("universal_credit",),
        "recent_events": ("separation",),
    }


def test_those_who_write_for_a_client_state_nothing_of_themselves(book: FactBook) -> None:
    assert told("social worker here: single mum of 3 on UC needs beds", book) == {}


def test_one_thing_said_in_two_ways_is_not_plain(book: FactBook) -> None:
    assert "tenure" not in told("council flat, private rented", book)


def test_the_question_is_made_of_the_questions_and_the_words_of_the_facts(book: FactBook) -> None:
    assert one("on uc and pip", "benefits", book).question == (
        "Do you get Universal Credit and Personal Independence Payment (PIP)?"
    )
    assert one("im disabled", "disabled", book).question == "Do you have a disability?"
    assert one("single mum", "lives_with_partner", book).question == (
        "You do not live with a partner. Is that right?"
    )
    assert one("council flat", "tenure", book).question == (
        "What kind of home do you live in? Is it “rented from the council or Housing Executive”?"
    )
    assert one("retired miner", "work", book).question == "Have you worked in coal mining?"


def test_health_abuse_prison_and_immigration_are_sensitive_and_a_trade_is_not(book: FactBook) -> None:
    for text, fact in (
        ("i have ms", "health_conditions"),
        ("fleeing domestic violence", "fleeing_abuse"),
        ("just out of prison", "been_in_prison"),
        ("just out of prison", "recent_events"),
        ("asylum seeker", "immigration_status"),
        ("on pip", "benefits"),
    ):
        assert one(text, fact, book).sensitive
    assert not one("on uc", "benefits", book).sensitive
    assert not one("retired miner", "work", book).sensitive


def test_a_text_in_another_alphabet_suggests_nothing(book: FactBook) -> None:
    assert told("Я на UC, 2 kids: двоє дітей, немає їжі вдома", book) == {}


def test_facts_that_a_deployment_does_not_have_are_left_out() -> None:
    facts = [{"id": "age", "kind": "number", "question": "How old are you?", "special_category": False}]
    own = FactBook.model_validate({"facts": keyed_by_id(facts)})
    assert told("im 40, on uc, retired nurse", own) == {"age": 40}


def test_a_long_text_is_read_without_trouble(book: FactBook) -> None:
    assert "benefits" in told("on uc " + "single mum of mum of mum of " * 400, book)


def test_the_patterns_of_the_project_fit_its_facts(book: FactBook) -> None:
    assert len(read_suggestions(book).patterns) > 200


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"words": "on x", "tells": {"benefitz": ["pip"]}}, "there is no fact 'benefitz'"),
        ({"words": "on x", "tells": {"benefits": ["pipp"]}}, "expected one of: universal_credit"),
        ({"words": "on x", "tells": {"work": ["mineing"]}}, "there is no trade 'mineing'"),
        ({"words": "on (x", "tells": {"disabled": True}}, "cannot be read as a pattern"),
        ({"words": "on x", "tells": {"age": "{n}"}}, "must both have {n}"),
        ({"words": "{n} x", "tells": {"disabled": True}}, "must both have {n}"),
        ({"words": "{n} x", "tells": {"age": "{n}"}, "most": 900}, "0 to 130"),
        ({"words": "on x", "frame": "sung", "tells": {"disabled": True}}, "there is no frame 'sung'"),
        ({"words": "on x"}, "this key is missing"),
    ],
)
def test_a_pattern_that_does_not_fit_is_told_in_words_with_its_place(
    wrong: dict[str, Any], message: str, book: FactBook, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({**json.loads(FILE.read_text()), "patterns": [wrong]}))
    with pytest.raises(BadData, match=r"mine\.json, patterns\.0") as told_so:
        read_suggestions(book, file)
    assert message in str(told_so.value)


def test_words_around_patterns_that_cannot_be_read_are_told_with_their_place(
    book: FactBook, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({**json.loads(FILE.read_text()), "before": ["not (", "never"]}))
    with pytest.raises(BadData, match=r"mine\.json, before: cannot be read as a pattern"):
        read_suggestions(book, file)


def test_most_needs_of_the_sample_are_about_things_and_suggest_nothing(book: FactBook) -> None:
    lines = (SAMPLE / "needs.jsonl").read_text().splitlines()[::20]
    silent = sum(not suggest(json.loads(line)["text"], book) for line in lines)
    assert 0.7 < silent / len(lines) < 0.97
