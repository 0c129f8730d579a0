"""What a need is about: inferred from its words, on the real labelled needs with letters alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from data.catalogue.codelists import PURPOSES
from data.people.applicants import Need
from models.needs.lay_words import LayWords, read_lay_words
from models.needs.need_model import CODES, OF_MEANING, NeedModel, labels_of
from training.graded_order import read_needs


@pytest.fixture(scope="module")
def model() -> NeedModel:
    """A model of the sample's first needs, by letters alone: their meanings are left out."""
    needs = read_needs()[::4]
    texts = [need.text for need in needs]
    labels = labels_of((*need.purposes, *need.reasons) for need in needs)
    return NeedModel.fit(texts, np.zeros((len(texts), 4), dtype=np.float32), labels, read_lay_words())


def likeliest(model: NeedModel, text: str) -> str:
    about = model.about(Need(text=text), np.zeros(4, dtype=np.float32))
    return CODES[int(about[: len(PURPOSES)].argmax())]


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("cooker", "GTIP020"),
        ("my fridge freezer packed in", "GTIP020"),
        ("leccy bill", "GTIP050"),
        ("school uniform", "GTIP080"),
        ("rent arrears", "GTIP060"),
        ("nothing to eat, food", "GTIP070"),
        ("funeral for my mum", "GTIP170"),
        ("driving lessons", "GTIP100"),
    ],
)
def test_common_needs_are_known_by_their_words(model: NeedModel, text: str, purpose: str) -> None:
    assert likeliest(model, text) == purpose


def test_a_misspelt_word_is_near_the_one_that_was_meant(model: NeedModel) -> None:
    assert likeliest(model, "coooker") == likeliest(model, "cooker")


def test_a_code_that_the_need_names_is_certain_and_no_words_tell_nothing(model: NeedModel) -> None:
    about = model.about(Need(purposes=("GTIP090",)), None)
    assert about[CODES.index("GTIP090")] == 1.0
    assert about.sum() == 1.0
    assert not model.infer([""], np.zeros((1, 4), dtype=np.float32)).any()


def test_a_model_read_back_from_arrays_infers_the_same(model: NeedModel) -> None:
    again = NeedModel.from_arrays(model.to_arrays())
    texts, vectors = ["a cooker", "owe the council"], np.zeros((2, 4), dtype=np.float32)
    assert np.allclose(model.infer(texts, vectors), again.infer(texts, vectors), atol=1e-5)


def test_every_purpose_and_reason_is_named_by_many_needs() -> None:
    labels = labels_of((*need.purposes, *need.reasons) for need in read_needs())
    assert labels.sum(axis=0).min() >= 60
    assert len(labels) >= 2000


def test_the_longest_lay_word_is_the_one_that_is_meant() -> None:
    words = LayWords({"dryer": "clothes drier", "tumble dryer": "appliance"})
    assert words.explained("Tumble dryer broke") == "tumble dryer broke appliance"
    assert words.explained("tumbledryers") == "tumbledryers"


def test_the_letters_of_a_text_weigh_what_scikit_learn_gives_them_bit_by_bit() -> None:
    texts = ["a broken cooker", "behind with the rent, rent is due", "Zwölf İ ☂", "x", "cook\tcooker\ncooks"]
    vectors = np.eye(5, 8, dtype=np.float32)
    labels = labels_of([["GTIP020"], ["GTIP060"], [], [], ["GTIP020"]])
    model = NeedModel.fit(texts, vectors, labels, LayWords({"rent": "housing costs"}))
    theirs = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 5),
        sublinear_tf=True,
        vocabulary={run: at for at, run in enumerate(model.runs)},
    )
    theirs.idf_ = model.rarity
    table = theirs.transform([model.lay_words.explained(text) for text in texts])
    both = hstack([csr_matrix(vectors.astype(np.float64) * OF_MEANING), table]).tocsr()
    expected = 1.0 / (1.0 + np.exp(-(both @ model.weights.T + model.bias)))
    assert model.infer(texts, vectors).tobytes() == np.ascontiguousarray(expected).tobytes()
