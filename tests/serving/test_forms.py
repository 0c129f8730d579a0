"""A sent form is read as the person meant it, and no form that anybody can send breaks the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue, sample_catalogue
from data.people.applicants import read_applicant
from data.places.areas import AreaTree
from models.eligibility.verdict import Status
from serving.pages.forms import NO_SUCH_PLACE, WHICH_PLACE, read_form
from serving.pages.links import safe_link
from serving.pages.render import page
from serving.pages.search import Search
from serving.pages.words import day, pounds, status

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

FACTS: list[Mapping[str, Any]] = [
    {"id": "married", "kind": "boolean", "question": "Are you married?", "special_category": False},
    {"id": "age", "kind": "number", "min": 0, "max": 130, "special_category": False},
    {"id": "savings", "kind": "money", "min": 0, "special_category": False, "burden": 5},
    {
        "id": "income",
        "kind": "money",
        "min": -10,
        "max": 9000,
        "period": "week",
        "question": "How much comes in?",
    },
    {
        "id": "tenure",
        "kind": "choice",
        "values": {"rent": "renting", "own": "my own"},
        "special_category": False,
    },
    {"id": "benefits", "kind": "choices", "values": {"uc": "Universal Credit", "pc": "Pension Credit"}},
    {"id": "born", "kind": "date", "special_category": False},
    {"id": "faith", "kind": "choice", "values": {"a": "A"}, "special_category": True},
]


def asks(fact: str, **condition: Any) -> dict[str, Any]:
    return {"id": fact, "condition": {"fact": fact, **condition}}


RULES = [
    asks("married", **{"is": True}),
    asks("age", at_least=18),
    asks("savings", below=100),
    asks("tenure", one_of=["rent"]),
    asks("born", years_ago={"at_least": 18}),
    asks("faith", one_of=["a"]),
]


def small_catalogue() -> Catalogue:
    book = FactBook.model_validate({"facts": keyed_by_id(FACTS), "relations": {}, "trades": {}})
    tree = AreaTree(
        {"E92000001": "England", "E08": "Birmingham", "E09": "Leeds"},
        {"E08": "E92000001", "E09": "E92000001"},
        listed=True,
    )
    grants = (Grant.model_validate({"id": "one", "title": "One", "rules": RULES}),)
    return Catalogue(grants, book, tree, "0" * 64)


CATALOGUE = small_catalogue()


def facts_of(*pairs: tuple[str, str]) -> dict[str, Any]:
    asked = read_form(pairs, CATALOGUE)
    assert asked.problems == {}
    read_applicant(asked.applicant, CATALOGUE.facts, CATALOGUE.areas)
    return asked.facts


def test_ages_of_children_told_one_by_one_tell_how_many_there_are() -> None:
    catalogue = sample_catalogue()
    for sent, ages, number in (
        ([("fact-children_ages", "4"), ("fact-children_ages", ""), ("fact-children_ages", "4")], ["4"], 2),
        ([("silence-children_ages", "none")], [], 0),
    ):
        asked = read_form(sent, catalogue)
        assert (asked.facts["children_ages"], asked.facts["number_of_children"]) == (ages, number)
        assert asked.fact_ids == ("children_ages",)
        read_applicant(asked.applicant, catalogue.facts, catalogue.areas)
    told = read_form([("fact-number_of_children", "3"), ("fact-children_ages", "4")], catalogue)
    assert told.facts["number_of_children"] == 3


def leeds_of(postcode: str) -> tuple[str, ...] | None:
    """The areas of the only postcode that is known."""
    return ("E09", "E92000001") if postcode == "ZZ1 1ZZ" else None


def test_a_postcode_becomes_the_areas_it_lies_in_and_is_carried_no_further() -> None:
    pairs = [("postcode", "ZZ1 1ZZ"), ("area", "E08")]
    asked = read_form(pairs, CATALOGUE, leeds_of)
    assert asked.applicant["areas"] == ["E09", "E92000001"]
    assert asked.sent == (("area", "E09 E92000001"),)
    assert asked.postcode == ""
    again = read_form(asked.sent, CATALOGUE, leeds_of)
    assert again.areas == asked.areas


def test_a_postcode_that_is_not_known_is_a_problem_and_can_be_put_right() -> None:
    asked = read_form([("postcode", "ZZ9 9ZZ")], CATALOGUE, leeds_of)
    assert list(asked.problems) == ["postcode"]
    assert asked.postcode == "ZZ9 9ZZ"


def test_what_a_postcode_told_is_still_told_when_answers_are_changed() -> None:
    asked = read_form([("postcode", "ZZ1 1ZZ")], CATALOGUE, leeds_of)
    assert Search(CATALOGUE).page(asked)["place"] == "Leeds"


@pytest.mark.parametrize("typed", ["Leeds", " leeds ", "LEEDS", "Leeds City Council", "the city of Leeds"])
def test_a_place_is_found_however_it_is_typed(typed: str) -> None:
    asked = read_form([("place", typed)], CATALOGUE)
    assert (asked.areas, asked.problems) == (("E09",), {})


def test_a_place_that_is_written_wrong_is_offered_as_it_may_be_meant() -> None:
    asked = read_form([("place", "Birmingam")], CATALOGUE)
    assert asked.problems == {"place": WHICH_PLACE}
    assert asked.places == (("E08", "Birmingham"),)
    chosen = read_form([("place", "Birmingam"), ("area", "E08")], CATALOGUE)
    assert (chosen.areas, chosen.problems) == (("E08",), {})


def test_a_place_that_nobody_knows_is_said_and_nothing_is_guessed() -> None:
    asked = read_form([("place", "Xanadu")], CATALOGUE)
    assert (asked.areas, asked.problems) == ((), {"place": NO_SUCH_PLACE})
    assert Search(CATALOGUE).page(asked)["place"] == "Xanadu"


def test_a_visit_and_a_suggestion_that_is_not_so_are_carried_on() -> None:
    sent = [
        ("visit", "abcdefghijklmnop"),
        ("unlike-age", "1"),
        ("whom", "stranger"),
        ("purpose", "GTIP020"),
        ("purpose", "x"),
    ]
    asked = read_form(sent, CATALOGUE)
    assert (asked.visit, asked.unlike, asked.whom) == ("abcdefghijklmnop", frozenset({"age"}), "")
    assert asked.purposes == ("GTIP020",)
    assert read_form(asked.sent, CATALOGUE).unlike == asked.unlike


def test_where_no_postcodes_are_known_none_is_asked_for() -> None:
    assert read_form([("postcode", "ZZ1 1ZZ")], CATALOGUE).postcode is None


def problem_of(name: str, value: str) -> str:
    return read_form([(name, value)], CATALOGUE).problems[name.removesuffix("-day")]


@pytest.mark.parametrize(
    ("pairs", "facts"),
    [
        ([("fact-married", "yes")], {"married": True}),
        ([("fact-married", "no")], {"married": False}),
        ([("fact-age", " 34 ")], {"age": 34}),
        ([("fact-savings", "£1,200.50")], {"savings": 1200.5}),
        ([("fact-income", "£120")], {"income": 120}),
        ([("fact-income", "120"), ("fact-income-per", "week")], {"income": 120}),
        ([("fact-income", "£1,250"), ("fact-income-per", "month")], {"income": {"amount": 1250, "per": "month"}}),
        ([("fact-income", "500.50"), ("fact-income-per", "year")], {"income": {"amount": 500.5, "per": "year"}}),
        ([("fact-income", "250.50"), ("fact-income-per", "two_weeks")], {"income": 125.25}),
        ([("fact-income", "500"), ("fact-income-per", "four_weeks")], {"income": 125}),
        ([("fact-income", ""), ("fact-income-per", "month")], {}),
        ([("fact-income-per", "month"), ("silence-income", "declined")], {"income": {"declined": True}}),
        ([("fact-savings", "9"), ("fact-savings-per", "month")], {"savings": 9}),
        ([("fact-tenure", "rent")], {"tenure": "rent"}),
        ([("fact-benefits", "uc"), ("fact-benefits", "pc")], {"benefits": ["uc", "pc"]}),
        ([("silence-benefits", "none")], {"benefits": []}),
        ([("fact-born-day", "3"), ("fact-born-month", "6"), ("fact-born-year", "1990")], {"born": "1990-06-03"}),
        ([("silence-age", "declined")], {"age": {"declined": True}}),
        ([("silence-age", "unknown")], {"age": {"unknown": True}}),
        ([("fact-age", "34"), ("silence-age", "declined")], {"age": 34}),
        ([("fact-age", "")], {}),
        ([("fact-unheard-of", "1"), ("silence-tenure", "none")], {}),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_it_was_meant(pairs: list[tuple[str, str]], facts: dict[str, Any]) -> None:
    assert facts_of(*pairs) == facts


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("fact-age", "old", "Write a number"),
        ("fact-age", "131", "from 0 up to 130"),
        ("fact-age", "NaN", "Write a number"),
        ("fact-savings", "1e999999", "Write a number"),
        ("fact-savings", "-1", "from 0"),
        ("fact-tenure", "boat", "Choose one"),
        ("fact-married", "maybe", "yes or no"),
        ("fact-born-day", "31", "as numbers"),
        ("area", "E99", "from the list"),
        ("need", "x" * 2001, "at most 2000"),
    ],
)
def test_a_wrong_answer_is_said_in_words_beside_its_question(name: str, value: str, words: str) -> None:
    assert words in problem_of(name, value)


@pytest.mark.parametrize(
    ("amount", "per", "words"),
    [
        ("much", "month", "Write a number, such as 120"),
        ("-1000", "month", "Write an amount from -10 up to 9000 a week"),
        ("40000", "month", "Write an amount from -10 up to 9000 a week"),
        ("12", "fortnight", "Choose for which time"),
    ],
)
def test_money_for_a_time_is_held_to_the_limits_of_its_own_time(amount: str, per: str, words: str) -> None:
    pairs = [("fact-income", amount), ("fact-income-per", per)]
    assert words in read_form(pairs, CATALOGUE).problems["fact-income"]


def test_money_is_asked_with_the_time_it_is_for_and_told_again_in_words() -> None:
    search = Search(CATALOGUE)
    for sent, chosen, told in (
        ([("fact-income", "1250"), ("fact-income-per", "month")], "month", "£1,250 a month"),
        ([("fact-income", "£80.5"), ("fact-income-per", "four_weeks")], "four_weeks", "£80.50 every 4 weeks"),
        ([("fact-income", "-5")], "week", "–£5 a week"),
    ):
        asked = read_form(sent, CATALOGUE)
        (field,) = search.page(asked, answers=True)["fields"]
        assert field.parts["per"] == chosen
        assert [code for code, _ in field.values] == ["week", "two_weeks", "four_weeks", "month", "year"]
        assert [answer for _, _, answer in search.told(asked)] == [told]
        shown = bytes(page("search.html", **search.page(asked, answers=True)).body).decode()
        assert f'<option value="{chosen}" selected>' in shown
    total = read_form([("fact-savings", "1200")], CATALOGUE)
    assert search.page(total, answers=True)["fields"][0].values == ()
    assert [answer for _, _, answer in search.told(total)] == ["£1,200"]


def test_what_is_wrong_is_said_with_the_question_it_is_about() -> None:
    asked = read_form([("fact-income", "much"), ("area", "E99")], CATALOGUE)
    shown = bytes(page("search.html", **Search(CATALOGUE).page(asked)).body).decode()
    assert '<a href="#fact-income">How much comes in? Write a number, such as 120</a>' in shown
    assert '<a href="#area">Choose a place from the list</a>' in shown


def test_a_day_that_does_not_exist_is_said() -> None:
    pairs = [("fact-born-day", "30"), ("fact-born-month", "2"), ("fact-born-year", "1990")]
    assert "does not exist" in read_form(pairs, CATALOGUE).problems["fact-born"]


def test_earlier_answers_are_carried_and_steps_are_not() -> None:
    sent = [
        ("need", "bed"),
        ("area", "E08"),
        ("fact-age", "3"),
        ("step", "edit"),
        ("offset", "10"),
        ("x", "y"),
    ]
    asked = read_form(sent, CATALOGUE)
    assert set(asked.sent) == {("need", "bed"), ("area", "E08"), ("fact-age", "3")}
    assert (asked.step, asked.offset) == ("edit", 10)
    assert asked.applicant == {"facts": {"age": 3}, "areas": ["E08"]}


NAMES = st.sampled_from(
    ["need", "area", "place", "offset", "step", "visit", "whom", "worker", "purpose", "unlike-age", "name"]
    + [f"{kind}-{fact['id']}" for fact in FACTS for kind in ("fact", "silence")]
    + [f"fact-born-{part}" for part in ("day", "month", "year")]
    + ["fact-income-per"]
)


@patient
@given(
    st.lists(
        st.tuples(NAMES, st.text(max_size=12) | st.sampled_from(["yes", "rent", "uc", "none", "12", "month"]))
    )
)
def test_whatever_is_sent_the_page_can_show_it_and_the_judge_can_read_it(
    pairs: list[tuple[str, str]],
) -> None:
    asked = read_form(pairs, CATALOGUE)
    for answers in (False, True):
        assert page("search.html", **Search(CATALOGUE).page(asked, answers=answers)).status_code == 200
    if not asked.problems:
        read_applicant(asked.applicant, CATALOGUE.facts, CATALOGUE.areas)


def test_the_first_page_asks_for_the_need_the_place_and_for_whom_alone() -> None:
    assert Search(CATALOGUE).page(read_form([], CATALOGUE))["fields"] == []


def test_answers_stand_in_one_place_the_skipped_ones_too() -> None:
    sent = [
        ("need", "a bed"),
        ("area", "E09"),
        ("fact-age", "34"),
        ("silence-tenure", "declined"),
        ("fact-married", "yes"),
    ]
    search, asked = Search(CATALOGUE), read_form(sent, CATALOGUE)
    assert {field.id for field in search.page(asked, answers=True)["fields"]} == {"married", "age", "tenure"}
    assert [(question, answer) for _, question, answer in search.told(asked)] == [
        ("What do you need help with?", "a bed"),
        ("Where do you live?", "Leeds"),
        ("Are you married?", "Yes"),
        ("age", "34"),
        ("tenure", "Not said"),
    ]


@pytest.mark.parametrize(
    "hostile",
    ["javascript:alert(1)", "data:text/html,x", "//x.example", "/local", "https://", "http://[", "", None],
)
def test_a_link_that_is_no_web_address_is_not_a_link(hostile: str | None) -> None:
    assert safe_link(hostile) is None


def test_a_web_address_is_a_link() -> None:
    assert safe_link("https://www.gov.uk/a?b=c") == "https://www.gov.uk/a?b=c"


def test_no_status_says_only_no() -> None:
    spoken = {status(each) for each in Status}
    assert len(spoken) == len(Status)
    assert not any("not eligible" in words.lower() for words in spoken)
    assert status(Status.NOT_NOW, date(2027, 6, 3)) == "Not now – opens 3 June 2027"


def test_days_and_sums_read_as_people_write_them() -> None:
    assert day(date(2026, 8, 1)) == "1 August 2026"
    assert (pounds(1200.0), pounds(12.5)) == ("£1,200", "£12.50")
