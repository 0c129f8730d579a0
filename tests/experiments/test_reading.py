"""How easily sentences are read: by whole sentences, but names and lists as a reader takes them."""

from __future__ import annotations

import pytest

from experiments.reading import grade, run


def test_longer_words_and_longer_sentences_are_harder() -> None:
    easy = grade("You must be ill. You must live in the town.")
    assert easy < grade("You must be ill and you must live in the town.")
    assert easy < grade("You must be ill. You must inhabit the municipality.")


def test_an_official_name_counts_as_one_short_word() -> None:
    plain = grade("You get it now.")
    assert grade("You get Universal Credit now.") == pytest.approx(plain)
    assert grade("You get income-based help now.", ["income-based help"]) == pytest.approx(plain)


def test_a_list_counts_as_its_bullets_and_one_comma_makes_no_list() -> None:
    assert grade("You get pay, rent, heat or food.") < grade("You get pay and rent and heat or food.")
    assert grade("You get pay, if you rent.") == pytest.approx(grade("You get pay if you rent."))


def test_what_people_are_told_is_read_at_nine_to_eleven() -> None:
    found = run(16)
    assert found["sentences"] > 300
    assert found["median"] <= 5
    assert found["p95"] <= 9
