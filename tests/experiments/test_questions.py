"""The study of questions: answers are true and no more than what was asked, and its figures count what they say."""

from __future__ import annotations

from experiments.questions import Asked, Found, answered

PERSON = {
    "facts": {"savings": 20, "tenure": "owner"},
    "areas": ["E08000025"],
    "work": [{"trade": "baking"}],
    "related": [
        {"relation": "partner", "facts": {"age": 40, "disabled": True}, "work": []},
        {"relation": "child", "facts": {"birth_date": "2020-01-01"}, "work": []},
        {"relation": "child", "facts": {"birth_date": "2022-01-01", "disabled": False}, "work": []},
    ],
}
NOTHING = {"facts": {}, "areas": ["E08000025"]}


def test_an_answer_tells_what_was_asked_and_nothing_else() -> None:
    assert answered(NOTHING, "savings", PERSON) == {**NOTHING, "facts": {"savings": 20}}
    assert answered(NOTHING, "work", PERSON) == {**NOTHING, "work": [{"trade": "baking"}]}


def test_what_nobody_drew_is_not_known() -> None:
    assert answered(NOTHING, "rent_arrears", PERSON)["facts"] == {"rent_arrears": {"unknown": True}}


def test_who_there_is_comes_with_ages_and_the_rest_is_asked_of_each() -> None:
    told = answered(NOTHING, "related", PERSON)
    assert [one["facts"] for one in told["related"]] == [
        {"age": 40},
        {"birth_date": "2020-01-01"},
        {"birth_date": "2022-01-01"},
    ]
    told = answered(told, "child[2].disabled", PERSON)
    assert [one["facts"].get("disabled") for one in told["related"]] == [None, None, False]


def test_questions_are_counted_until_enough_is_right() -> None:
    quick = Asked(("a", "b"), {5: (1, 4, 3), 10: (2, 8, 9)})
    never = Asked(("a",), {5: (1, 3), 10: (2, 5)})
    assert (quick.needed(5), quick.needed(10), never.needed(5)) == (1, 1, float("inf"))
    assert not quick.is_right_after(5, 6)
    assert quick.is_right_after(10, 10)
    figures = Found((quick, quick, never)).figures(10)
    assert figures["median"] == 1
    assert figures["never"] == 1 / 3
