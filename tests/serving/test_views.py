"""What a card says follows from the answer: what is missing, what fits, what the fund decides, and since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.grants import Apply, Grant
from data.catalogue.reading import Catalogue
from data.places.areas import AreaTree
from models.eligibility.verdict import Status
from serving.answers import (
    Contribution,
    NextQuestion,
    PageOut,
    Qualifies,
    Ranked,
    Recommendation,
    Success,
    Understood,
    Versions,
    Why,
)
from serving.pages.cards import Card, card
from serving.pages.following import following
from serving.pages.forms import read_form
from serving.pages.links import pages_of

FACTS: list[Any] = [
    {"id": "age", "kind": "number", "question": "How old are you?", "special_category": False},
    {"id": "ill", "kind": "boolean", "question": "Are you ill?", "special_category": True},
]
BOOK = FactBook.model_validate(
    {"facts": keyed_by_id(FACTS), "relations": {"child": "your child"}, "trades": {"nursing": "nursing"}}
)
GRANT = Grant.model_validate(
    {
        "id": "one",
        "title": "One",
        "amount": {"max": 500},
        "rules": [{"id": "work", "condition": {"worked_in": ["nursing"]}}],
        "source": "https://one.example",
    }
)
TREE = AreaTree({"E92000001": "England", "E1": "Here"}, {"E1": "E92000001"}, listed=True)
CATALOGUE = Catalogue((GRANT,), BOOK, TREE, "0" * 64)


PLAIN: dict[str, Any] = {
    "grant_id": "one",
    "rank": 1,
    "status": Status.NEEDS_INFO,
    "group": "possible",
    "score": 0.5,
    "route": "self",
}
LIKELY = Qualifies(estimate=0.5, text="You may qualify.")


def shown(*, simulated: bool = False, **changes: Any) -> Card:
    return card(Recommendation(**{**PLAIN, "qualifies": LIKELY, **changes}), CATALOGUE, simulated=simulated)


@pytest.mark.parametrize(
    ("missing", "asked"),
    [
        ((("age",),), ("How old are you?",)),
        ((("child.age",),), ("About your child: How old are they?",)),
        ((("child[2].age",),), ("About your child: How old are they?",)),
        (
            (("work", "areas"), ("age",)),
            ("What work have you done, and when?", "Where do you live?"),
        ),
        ((), ()),
    ],
)
def test_what_is_missing_is_asked_in_words(missing: Any, asked: tuple[str, ...]) -> None:
    assert shown(missing=missing).needed == asked


def test_a_card_tells_what_fits_and_what_the_fund_decides() -> None:
    told = (
        Why(code="AREA", answer="yes", text="It helps people who live here."),
        Why(code="ROUTE_SELF", answer="yes", text="You can apply yourself."),
        Why(code="NEED", answer="unknown", text="You must be in need. The fund decides this."),
    )
    found = shown(status=Status.DISCRETIONARY, reasons=told)
    assert found.reasons == ("It helps people who live here.",)
    assert found.decides == ("You must be in need. The fund decides this.",)
    assert shown(reasons=told).decides == ()


def test_what_raised_it_most_is_told_in_two_sentences() -> None:
    parts = (
        Contribution(feature="baseline", value=None, points=3.0, text="Every grant starts from here."),
        Contribution(feature="award_rate", value=0.1, points=-1.0, text="It says yes to few who apply."),
        Contribution(feature="area_lift", value=1.0, points=0.1, text="It pays more often in your area."),
        Contribution(feature="meaning_text", value=0.6, points=0.9, text="What it pays for is close."),
        Contribution(feature="words_text", value=0.3, points=0.4, text="It uses the same words as you."),
    )
    assert shown(contributions=parts).reasons == (
        "What it pays for is close.",
        "It uses the same words as you.",
    )
    likely = Contribution(feature="qualifies", value=0.0, points=9.0, text="You are more likely than most.")
    assert likely.text not in shown(contributions=(*parts, likely)).reasons


def test_a_card_says_when_it_was_checked_or_that_nobody_knows() -> None:
    assert shown(checked_on=date(2026, 8, 21)).checked == "We checked this on 21 August 2026."
    assert "do not know" in shown().checked


@pytest.mark.parametrize(
    ("read", "checked_on", "said"),
    [
        (
            {"what": "general knowledge of the scheme; no page was read again"},
            None,
            "This comes from general knowledge. We did not open its page. Look at the fund’s own page.",
        ),
        (
            {"what": "a stored copy of the page, without a date"},
            None,
            "From a stored copy of the page, without a date. Look at the fund’s own page.",
        ),
        (
            {"what": "the official tool, as published that day", "on": "2026-08-21"},
            date(2026, 8, 21),
            "Read on 21 August 2026: the official tool, as published that day.",
        ),
        ({"on": "2026-08-21"}, None, "Read on 21 August 2026."),
        ({"what": "the council's news"}, date(2026, 8, 1), "Read on 1 August 2026: the council's news."),
        ({}, None, "We do not know when this was last checked. Look at the fund’s own page."),
    ],
)
def test_a_card_says_how_and_when_it_was_read(read: Any, checked_on: date | None, said: str) -> None:
    grant = Grant.model_validate({**GRANT.model_dump(by_alias=True), "read": read})
    told = Recommendation(**{**PLAIN, "qualifies": LIKELY, "checked_on": checked_on})
    found = card(told, replace(CATALOGUE, grants=(grant,)), simulated=False)
    assert f"{found.checked} {found.undated}".strip() == said


def test_a_card_tells_amount_route_and_closing_day() -> None:
    found = shown(route="adviser", closes=date(2027, 3, 31))
    assert found.amount == "It gives up to £500."
    assert found.route.startswith("A support worker must apply for you.")
    assert found.time == "It closes on 31 March 2027."


@pytest.mark.parametrize("route", ["adviser", "referral"])
def test_who_has_a_worker_is_told_to_ask_them_and_who_has_none_where_to_find_one(route: str) -> None:
    found = Recommendation(**{**PLAIN, "qualifies": LIKELY, "route": route})
    told = {
        answer: card(found, CATALOGUE, simulated=False, worker=answer).route for answer in ("yes", "no", "")
    }
    assert told["yes"].startswith("Ask your worker to")
    assert "ask an advice service" in told["no"]
    assert len(set(told.values())) == 3
    oneself = Recommendation(**{**PLAIN, "qualifies": LIKELY})
    assert card(oneself, CATALOGUE, simulated=False, worker="yes").route == "You can apply yourself."


def test_the_front_page_of_a_councils_site_stands_beside_the_page_where_people_apply() -> None:
    by_area = {"A": "https://a.example/", "B": "https://b.example/apply", "C": "javascript:x"}
    apply = Apply.model_validate({"url": "https://all.example", "by_area": by_area})
    assert pages_of(apply, ["A"]) == ("https://all.example", "https://a.example/")
    assert pages_of(apply, ["B", "A"]) == ("https://b.example/apply", None)
    assert pages_of(apply, ["C"]) == (None, None)
    assert pages_of(apply, ["D"]) == ("https://all.example", None)
    assert pages_of(None, ["A"]) == (None, None)


def test_a_card_says_what_was_not_seen() -> None:
    assert shown().apply.unseen == "We have not seen how to apply."
    bare = Grant.model_validate(
        {**GRANT.model_dump(by_alias=True), "amount": None, "summary": "Money for bakers."}
    )
    without = replace(CATALOGUE, grants=(bare,))
    found = card(Recommendation(**{**PLAIN, "qualifies": LIKELY}), without, simulated=False)
    assert found.amount == "We have not seen how much it gives."


def test_what_comes_by_itself_is_nothing_to_apply_to() -> None:
    found = shown(route="automatic")
    assert found.by_itself
    assert "apply" not in found.route
    assert not shown().by_itself


def test_a_chance_is_told_in_people_and_never_when_it_was_simulated() -> None:
    success = Success(estimate=0.4, low=0.31, high=0.58, outcomes=112)
    assert (
        shown(success=success).chance
        == "Of 10 people with a request like yours, about 3 to 6 were given something."
    )
    assert shown(success=success, simulated=True).chance == ""


def test_the_most_decisive_gap_is_told_first() -> None:
    missing = (("age",), ("ill", "work"))
    assert shown(missing=missing, decisive="age").needed == ("How old are you?",)
    assert shown(missing=missing, decisive="ill").needed[0] == "Are you ill?"


def test_a_private_question_stands_on_a_card_only_where_it_decides() -> None:
    missing = (("age", "ill"),)
    assert shown(missing=missing, decisive="age").needed == ("How old are you?",)
    assert shown(missing=missing, decisive="ill").needed == ("Are you ill?", "How old are you?")


def test_once_no_question_is_left_no_card_asks_for_more() -> None:
    result = ranked("age", "age").results[0]
    assert card(result, CATALOGUE, simulated=False).needed == ("How old are you?",)
    assert card(result, CATALOGUE, simulated=False, ended=True).needed == ()


def ranked(fact: str | None, *missing: str) -> Ranked:
    found = Recommendation(
        grant_id="one", rank=1, status=Status.NEEDS_INFO, group="possible", score=0.5, route="self",
        qualifies=Qualifies(estimate=0.5, text="You may qualify."),
        missing=tuple((name,) for name in missing),
    )  # fmt: skip
    return Ranked(
        response_id="r",
        versions=Versions(model=None, rules="r", catalogue="c", service="s"),
        results=(found,),
        near_misses=(),
        next_question=None if fact is None else NextQuestion(fact=fact, text="", why="", could_decide=1),
        understood=Understood(purposes=(), reasons=(), language="en", suggestions=()),
        counts={},
        page=PageOut(offset=0, size=10, total=1),
    )


def next_id(answer: Ranked, *sent: tuple[str, str]) -> str | None:
    field = following(answer, read_form(sent, CATALOGUE), CATALOGUE)
    return field.id if field else None


def test_the_best_question_follows_the_list() -> None:
    assert next_id(ranked("age")) == "age"
    assert next_id(ranked("ill")) == "ill"
    assert next_id(ranked("areas")) == "area"
    assert next_id(ranked("work")) == "list-work"


def test_a_question_that_no_form_can_ask_gives_way_to_one_that_decides_alone() -> None:
    assert next_id(ranked("related", "ill", "child.age", "age")) == "age"


def test_a_question_left_unanswered_is_not_asked_again() -> None:
    assert next_id(ranked("work"), ("silence-list-work", "declined")) is None
    assert next_id(ranked("work", "age"), ("silence-list-work", "none")) == "age"
    assert next_id(ranked("areas"), ("area", "E1")) is None


def test_where_no_answer_can_change_the_list_nothing_is_asked() -> None:
    assert next_id(ranked(None, "age")) is None
