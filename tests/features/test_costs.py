"""Kinds of cost are found by their words: in needs as people type them, and in what grants say that they pay for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.errors import BadData
from features.costs import Costs, own_costs, read_costs


def named(text: str) -> set[str]:
    kinds = own_costs().words
    return {kind for kind, there in zip(kinds, own_costs().named(text), strict=True) if there}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("behind on my rent", {"rent"}),
        ("Landlord's giving us notice", {"rent"}),
        ("council tax bill", {"council_tax"}),
        ("Severn Trent Trust Fund", {"water"}),
        ("no gas, electric or oil", {"energy"}),
        ("cooker, fridge-freezer and beds", {"goods"}),
        ("violin lessons", {"music"}),
        ("help me please", set()),
    ],
)
def test_a_text_names_the_kinds_of_cost_that_its_words_mean(text: str, kinds: set[str]) -> None:
    assert named(text) == kinds


@pytest.mark.parametrize("text", ["parents", "current account", "carpet for the carer", "simple", "catch up"])
def test_a_word_within_another_names_nothing_of_its_own(text: str) -> None:
    assert not named(text) & {"rent", "car", "phone", "pets"}


def test_a_star_stands_for_every_ending() -> None:
    costs = Costs({"rent": ["evict*"]})
    assert [bool(costs.named(text)[0]) for text in ("eviction", "evicted", "evict", "victim")] == [
        True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("words", [{"rent": "rent"}, {"rent": []}, {"rent": ["Rent"]}])
def test_a_file_of_another_form_is_refused(tmp_path: Path, words: object) -> None:
    (tmp_path / "costs.json").write_text(json.dumps(words), "utf-8")
    with pytest.raises(BadData, match="lower case"):
        read_costs(tmp_path / "costs.json")
