"""A need is compared to texts as wholes, passage by passage and word by word."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
import pytest
from numpy.typing import NDArray

from features.closeness import CLOSENESS, Asked, TextIndex, closeness
from features.embedding import Embedder, MiniLM
from features.lexical import words
from features.passages import passages, plain
from features.tokens import MiniLMTokens, TokenEmbedder, TokenIndex, Tokens

RULES = (
    "## Winter Fuel Payment\n\nYou qualify if:\n\n* you were born before 1953\n* you live in the UK",
    "# Child car seats\n\nChildren must ride in a seat. It must be approved.",
    "You can get help with the cost of a funeral if you get Universal Credit.",
)


class WordVectors:
    """A tiny embedder: each word has a fixed direction, a text is the mean of its words."""

    name = "words"
    dimension = 32

    def word(self, word: str) -> NDArray[np.float32]:
        seed = int.from_bytes(sha256(word.encode()).digest()[:4], "big")
        direction = np.random.default_rng(seed).normal(size=self.dimension)
        return np.asarray(direction / np.linalg.norm(direction), dtype=np.float32)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for at, text in enumerate(texts):
            for word in words(text):
                rows[at] += self.word(word)
            rows[at] /= max(float(np.linalg.norm(rows[at])), 1e-9)
        return rows

    def embed_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        return [
            Tokens(
                np.array([self.word(word) for word in words(text)], np.float32).reshape(-1, self.dimension),
                np.array([hash_of(word) for word in words(text)], dtype=np.int64),
                self.embed([text])[0],
            )
            for text in texts
        ]


def hash_of(word: str) -> int:
    return int.from_bytes(sha256(word.encode()).digest()[:3], "big")


def measured(*asked: Asked) -> NDArray[np.float32]:
    vectors = WordVectors()
    index = TextIndex.build(RULES, vectors, vectors)
    pairs = closeness(asked, index, vectors)
    assert pairs.columns == CLOSENESS
    return pairs.matrix.reshape(len(asked), len(RULES), len(CLOSENESS))


def test_the_embedder_of_this_test_is_one() -> None:
    embedder: Embedder = WordVectors()
    tokens: TokenEmbedder = WordVectors()
    assert embedder.embed(["a seat"]).shape == (1, 32)
    assert len(tokens.embed_tokens(["a seat"])) == 1


@pytest.mark.parametrize("column", [name for name in CLOSENESS if name.endswith("_question")])
def test_every_measure_puts_the_rule_that_is_asked_about_first(column: str) -> None:
    at = CLOSENESS.index(column)
    asked = ["Winter Fuel Payment?", "must children ride in a car seat?", "help with a funeral"]
    table = measured(*(Asked(question, "") for question in asked))[:, :, at]
    assert (table.argmax(axis=1) == np.arange(3)).all()


def test_a_situation_that_is_not_told_is_unknown_and_not_zero() -> None:
    table = measured(Asked("car seat", ""))
    told = np.array([name.endswith("_situation") for name in CLOSENESS])
    assert np.isnan(table[:, :, told]).all()
    assert np.isfinite(table[:, :, ~told]).all()


def test_nobody_asking_gives_no_pairs() -> None:
    vectors = WordVectors()
    index = TextIndex.build(RULES, vectors, vectors)
    assert closeness([], index, vectors).matrix.shape == (0, len(CLOSENESS))


def test_words_that_a_text_holds_are_wholly_met() -> None:
    vectors = WordVectors()
    index = TokenIndex.build(vectors.embed_tokens(RULES))
    met, meets = index.compare(vectors.embed_tokens(["approved seat"])[0])
    assert met[1] == pytest.approx(1.0, abs=1e-6)
    assert met[[0, 2]].max() < 0.9
    assert (meets <= 1.0 + 1e-6).all()


def test_a_text_without_words_cannot_be_indexed_word_by_word() -> None:
    with pytest.raises(ValueError, match="without words"):
        TokenIndex.build(WordVectors().embed_tokens(["the"]))


def test_each_point_of_a_list_carries_the_line_that_leads_to_it() -> None:
    assert passages(RULES[0]) == (
        "Winter Fuel Payment",
        "You qualify if:",
        "You qualify if: you were born before 1953",
        "You qualify if: you live in the UK",
    )
    assert passages(RULES[1])[1:] == ("Children must ride in a seat.", "It must be approved.")


def test_a_text_of_marks_alone_is_its_own_passage() -> None:
    assert passages("***") == ("***",)
    assert plain("# A\n\n* b") == "A b"


def test_the_real_model_gives_a_text_the_same_meaning_by_words_as_by_whole() -> None:
    model = MiniLM.load()
    texts = ["Can I get Winter Fuel Payment?", "", "My baby was born early, and I am in the UK."]
    found = MiniLMTokens(model).embed_tokens(texts)
    assert np.abs(np.array([one.whole for one in found]) - model.embed(texts)).max() < 1e-5
    assert [one.pieces.size for one in found][1] == 0
    assert all(len(one.vectors) == one.pieces.size for one in found)
    assert np.allclose(np.linalg.norm(found[0].vectors, axis=1), 1.0, atol=1e-5)
