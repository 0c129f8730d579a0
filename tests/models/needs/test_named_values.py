"""An illness that words name is found, whoever has it, and nothing is told of the person by it."""

from __future__ import annotations

import pytest

from data.catalogue.reading import sample_catalogue
from models.needs.named_values import named_values
from models.needs.suggested_facts import suggest

BOOK = sample_catalogue().facts


@pytest.mark.parametrize(
    ("text", "illness"),
    [
        ("I'm being treated for leukaemia and the bus fares are dear", "leukaemia"),
        ("our son has cystic fibrosis and the fridge for his medicine is broken", "cystic_fibrosis"),
        ("electric for my husbands machines, he has motor neurone", "mnd"),
        ("stairlift, ms", "ms"),
    ],
)
def test_an_illness_is_named_whoever_has_it(text: str, illness: str) -> None:
    assert ("health_conditions", illness) in named_values(text, BOOK)


@pytest.mark.parametrize(
    "text",
    [
        "kitchen blinds",
        "skint till friday no food in",
        "help with my council tax",
        "",
        "леукемия",
        "nurse off sick",
    ],
)
def test_look_alikes_and_other_words_name_none(text: str) -> None:
    assert named_values(text, BOOK) == frozenset()


def test_an_illness_of_somebody_else_is_never_suggested_of_the_person() -> None:
    text = "electric for my husbands machines, he has motor neurone"
    assert named_values(text, BOOK)
    assert not [one for one in suggest(text, BOOK) if one.fact == "health_conditions"]
