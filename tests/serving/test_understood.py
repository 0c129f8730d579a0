"""What the real service tells back of a need: what it is about, its language, and facts to be confirmed."""

from __future__ import annotations

from typing import Any

import httpx


def understood(
    front: httpx.Client, need: dict[str, Any], facts: dict[str, Any] | None = None
) -> dict[str, Any]:
    answer = front.post(
        "/v1/rank", json={"need": need, "applicant": {"facts": facts or {}}, "page": {"size": 1}}
    )
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()["understood"]
    return told


def test_facts_that_the_words_state_come_back_with_a_question_each(front: httpx.Client) -> None:
    told = understood(front, {"text": "single mum of 2 on UC, need a cooker"})
    assert told["language"] == "en"
    asked = {one["fact"]: one for one in told["suggestions"]}
    assert asked["benefits"] == {
        "fact": "benefits",
        "value": ["universal_credit"],
        "question": "Do you get Universal Credit?",
        "sensitive": False,
    }
    assert {name: one["value"] for name, one in asked.items()} == {
        "sex": "female",
        "lives_with_partner": False,
        "number_of_children": 2,
        "benefits": ["universal_credit"],
    }


def test_a_suggestion_comes_back_as_a_fact_in_the_form_in_which_it_was_offered(front: httpx.Client) -> None:
    need = {"text": "im 72, ex army, on pip, council flat, fleeing domestic violence"}
    offered = {one["fact"]: one["value"] for one in understood(front, need)["suggestions"]}
    assert len(offered) == 6
    answer = front.post("/v1/rank", json={"need": need, "applicant": {"facts": offered}})
    assert answer.status_code == 200


def test_what_is_suggested_is_not_taken_as_said(front: httpx.Client) -> None:
    answer, silent = (front.post("/v1/rank", json={"need": {"text": text}}).json() for text in ("im 72", ""))
    assert answer["understood"]["suggestions"][0]["value"] == 72
    assert answer["counts"] == silent["counts"]


def test_purposes_that_a_need_names_itself_are_certain(front: httpx.Client) -> None:
    told = understood(front, {"text": "", "purposes": ["GTIP020"], "reasons": ["GTIR010"]})
    assert told["purposes"] == [{"code": "GTIP020", "text": "Furniture and appliances", "likely": 1.0}]
    assert told["reasons"] == [{"code": "GTIR010", "text": "Financial Hardship", "likely": 1.0}]
    assert told["suggestions"] == []


def test_health_is_marked_to_be_asked_only(front: httpx.Client) -> None:
    told = understood(front, {"text": "i have ms and need a fan"})
    assert [(one["fact"], one["sensitive"]) for one in told["suggestions"]] == [("health_conditions", True)]


def test_another_language_is_told_and_another_alphabet_suggests_nothing(front: httpx.Client) -> None:
    assert understood(front, {"text": "potrzebuję pomocy na czynsz"})["language"] == "other"
    told = understood(front, {"text": "немає їжі, UC, 2 kids, двоє дітей вдома"})
    assert (told["language"], told["suggestions"]) == ("other", [])
