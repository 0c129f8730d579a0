"""What a need is about: inferred from its words, on the real labelled needs with letters alone."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from data.catalogue.codelists import PURPOSES, REASONS
from data.catalogue.facts import FactBook
from data.people.applicants import Need
from models.needs.lay_words import LayWords, read_lay_words
from models.needs.need_model import CODES, NeedModel, labels_of, phrases_of
from models.needs.tfidf import Tfidf
from tests.training.small_world import SharedWords
from training.graded_order import fit_needs, read_needs


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


def test_words_and_letters_of_a_text_weigh_what_scikit_learn_gives_them_bit_by_bit() -> None:
    texts = [
        "a broken cooker",
        "behind with the rent, rent is due",
        "Zwölf İ ☂",
        "x",
        "cook\tcooker\ncooks, rent is due",
    ]
    vectors = np.eye(5, 8, dtype=np.float32)
    labels = labels_of([["GTIP020"], ["GTIP060"], [], [], ["GTIP020"]])
    model = NeedModel.fit(texts, vectors, labels, LayWords({"rent": "housing costs"}))
    assert "rent due" in model.phrases.terms
    explained = [model.lay_words.explained(text) for text in texts]
    tables = []
    for read, analyzer in ((model.letters, "char_wb"), (model.phrases, phrases_of)):
        at = {term: place for place, term in enumerate(read.terms)}
        theirs = TfidfVectorizer(analyzer=analyzer, ngram_range=(2, 5), sublinear_tf=True, vocabulary=at)
        theirs.idf_ = read.rarity
        tables.append(theirs.transform(explained))
    everything = hstack([csr_matrix(vectors.astype(np.float64) * model.meaning), *tables]).tocsr()
    expected = 1.0 / (1.0 + np.exp(-(everything @ model.weights.T + model.bias)))
    assert model.infer(texts, vectors).tobytes() == np.ascontiguousarray(expected).tobytes()


def test_arrays_from_before_words_were_read_infer_as_they_did(model: NeedModel) -> None:
    texts, vectors = ["a cooker", "bus fares"], np.full((2, 4), 0.5, dtype=np.float32)
    letters = 4 + len(model.letters)
    older = replace(model, phrases=Tfidf((), np.zeros(0)), meaning=3.0, weights=model.weights[:, :letters])
    arrays = older.to_arrays()
    for name in ("phrases", "rarity_of_phrases", "meaning"):
        del arrays[name]
    again = NeedModel.from_arrays(arrays)
    assert np.allclose(again.infer(texts, vectors), older.infer(texts, vectors), atol=1e-5)


OWN = FactBook.model_validate(
    {
        "facts": {},
        "purposes": {
            "heat": {"text": "Heating", "words": ["no coal", "cold stove", "firewood for the winter"]},
            "mine": {"text": "Tools for miners", "words": ["a new lamp", "boots for the mine"]},
            "wedding": "A wedding",
        },
    }
)


def test_purposes_of_a_deployments_own_are_learned_from_the_words_of_its_file_and_reasons_as_before() -> None:
    model = fit_needs(read_needs()[::8], SharedWords(), OWN)
    assert model.codes == (*OWN.purposes, *REASONS)

    def about(text: str) -> dict[str, float]:
        vector = SharedWords().embed([text])[0]
        return dict(zip(model.codes, model.about(Need(text=text), vector).tolist(), strict=True))

    for text, code in (
        ("coal for my stove", "heat"),
        ("my lamp broke in the mine", "mine"),
        ("wedding", "wedding"),
    ):
        found = about(text)
        assert max(OWN.purposes, key=found.__getitem__) == code
    assert about("my mum died, I need help with the funeral")["GTIR100"] > 0.5


def test_the_same_codes_are_told_after_the_list_changed_and_new_ones_never(model: NeedModel) -> None:
    longer = model.of_codes(("heat", *CODES[1:3]))
    text, zeros = ["a cooker for the kitchen"], np.zeros((1, 4), dtype=np.float32)
    assert longer.infer(text, zeros)[0, 0] < 1e-20
    assert longer.infer(text, zeros)[0, 1:].tolist() == model.infer(text, zeros)[0, 1:3].tolist()
    assert model.of_codes(CODES) is model


def test_a_list_of_one_purpose_is_learned_from_without_complaint() -> None:
    alone = FactBook.model_validate(
        {"facts": {}, "purposes": {"heat": {"text": "Heating", "words": ["coal"]}}}
    )
    with warnings.catch_warnings(action="error"):
        model = fit_needs(read_needs()[::40], SharedWords(), alone)
    assert model.about(Need(purposes=("heat",)), None)[0] == 1.0
