"""Shared words are found, by the formula, whatever their endings."""

from __future__ import annotations

import numpy as np
import pytest

from features.lexical import BM25, words

TEXTS = [
    "grants for school uniforms and shoes",
    "help with a washing machine",
    "school trips, school meals",
    "",
]


def test_endings_and_stop_words_do_not_matter() -> None:
    assert words("Schools AND the uniforms") == words("school uniform")


def test_only_texts_with_a_word_of_the_query_score() -> None:
    found = BM25.fit(TEXTS).score("I need a uniform for school")
    assert found[0] > found[2] > 0
    assert found[1] == found[3] == 0


def test_the_score_is_the_one_computed_by_hand() -> None:
    # "machine": 1 of 2 texts, 2 words each: rarity ln(1 + 1.5 / 1.5), tf part 1 x 2.2 / (1 + 1.2 x (0.25 + 0.75 x 1))
    assert BM25.fit(["washing machine", "school shoes"]).score("machine")[0] == pytest.approx(np.log(2))


def test_a_share_lies_between_nothing_and_all() -> None:
    index = BM25.fit(TEXTS)
    for query in ("school", "washing machine school uniform", "nothing of this", ""):
        assert ((index.share(query) >= 0) & (index.share(query) <= 1)).all()


def test_arrays_bring_back_the_same_index() -> None:
    index = BM25.fit(TEXTS)
    again = BM25.from_arrays(index.to_arrays())
    assert again.score("school shoes").tobytes() == index.score("school shoes").tobytes()


def test_no_texts_at_all_are_an_index_too() -> None:
    assert BM25.fit([]).score("school").shape == (0,)
    assert BM25.fit([""]).share("school").tolist() == [0.0]
