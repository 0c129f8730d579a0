"""What the order of a list reads of a need and a grant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.catalogue.codelists import PURPOSES, REASONS
from data.catalogue.grants import Grant
from data.catalogue.rules import EligibilityRule
from features.columns import FIT_NAMES
from features.fit import Asked, FitOfNeed
from features.grant_index import GrantIndex
from features.pairs import PairFeatures
from tests.training.small_world import SharedWords

GRANTS = (
    Grant(id="bed", title="Bed fund", rules=(), purposes=("GTIP020",), summary="Pays for a bed."),
    Grant(id="loan", title="Home loan", rules=(), purposes=("GTIP020", "GTIP060")),
    Grant(id="food", title="Food fund", rules=(), purposes=("GTIP070",)),
)


@pytest.fixture(scope="module")
def index() -> GrantIndex:
    return GrantIndex.build(GRANTS, SharedWords())


@pytest.fixture(scope="module")
def asked() -> Asked:
    wanted = np.array([0.9 if code == "GTIP020" else 0.05 for code in PURPOSES])
    return Asked(SharedWords().embed(["a bed"])[0], "a bed", wanted, np.zeros(len(REASONS)))


def fit_features(asked: Asked, index: GrantIndex, areas: tuple[str, ...] = ()) -> PairFeatures:
    chances, usual = np.array([0.5, 0.5, 1.0]), np.array([0.05, 0.5, 0.5])
    return FitOfNeed.of(asked, index).for_person(areas, chances, usual)


def test_columns_stand_in_their_order_and_chances_enter_as_logarithms(
    asked: Asked, index: GrantIndex
) -> None:
    pairs = fit_features(asked, index)
    assert pairs.columns == FIT_NAMES
    assert pairs.column("qualifies").tolist() == pytest.approx([-0.693, -0.693, 0.0])
    assert pairs.column("sure").tolist() == [0.0, 0.0, 1.0]


def test_a_grant_whose_chance_rose_with_what_was_told_is_special_to_the_person(
    asked: Asked, index: GrantIndex
) -> None:
    special = fit_features(asked, index).column("special")
    assert special[0] > 2
    assert special[1] == 0


def test_what_pays_for_the_need_and_little_else_is_told_apart(asked: Asked, index: GrantIndex) -> None:
    pairs = fit_features(asked, index)
    assert pairs.column("pays_for_it")[0] > pairs.column("pays_for_it")[2]
    assert pairs.column("pays_for_little_else")[0] > pairs.column("pays_for_little_else")[1]
    assert pairs.column("pays_for_the_first").tolist() == [1.0, 1.0, 0.0]


def test_a_grant_for_the_cost_that_is_named_is_told_from_one_whose_name_is_about_another(
    asked: Asked, index: GrantIndex
) -> None:
    pairs = fit_features(asked, index)
    assert pairs.column("cost_met").tolist() == [1.0, 0.0, 0.0]
    assert pairs.column("cost_share").tolist() == [1.0, 0.0, 0.0]
    assert pairs.column("no_other_cost").tolist() == [1.0, 0.0, 0.0]


def test_of_a_need_that_names_no_cost_nothing_is_known_and_no_grant_is_for_another(
    asked: Asked, index: GrantIndex
) -> None:
    pairs = fit_features(replace(asked, words="please help"), index)
    assert np.isnan(pairs.column("cost_met")).all()
    assert np.isnan(pairs.column("cost_share")).all()
    assert pairs.column("no_other_cost").all()


def test_a_loan_is_seen_in_its_words(asked: Asked, index: GrantIndex) -> None:
    assert fit_features(asked, index).column("no_loan").tolist() == [1.0, 0.0, 1.0]


def test_without_words_their_columns_are_unknown(asked: Asked, index: GrantIndex) -> None:
    silent = replace(asked, vector=None, words="")
    pairs = fit_features(silent, index)
    assert np.isnan(pairs.column("meaning_text")).all()
    assert np.isnan(pairs.column("words_text")).all()


def test_noise_in_the_last_digits_of_a_vector_changes_nothing(asked: Asked, index: GrantIndex) -> None:
    assert asked.vector is not None
    noisy = replace(asked, vector=asked.vector * np.float32(1 + 1e-6))
    assert fit_features(noisy, index).matrix.tobytes() == fit_features(asked, index).matrix.tobytes()


def named(words: str, **more: Any) -> list[float]:
    grants = (
        Grant(id="crews", title="Ambulance crews: money help", rules=()),
        Grant(id="ill", title="A fund", rules=(for_illness("leukaemia"),)),
        Grant(id="ill-too", title="Another fund", rules=(for_illness("a", "b", "c", "leukaemia"),)),
    )
    asked = Asked(None, words, np.zeros(len(PURPOSES)), np.zeros(len(REASONS)), **more)
    pairs = FitOfNeed.of(asked, GrantIndex.build(grants, SharedWords())).for_person(
        (), np.full(3, 0.5), np.full(3, 0.5)
    )
    return [round(float(value), 2) for value in pairs.column("named")]


def for_illness(*illnesses: str) -> EligibilityRule:
    condition = {"fact": "illness", "one_of": list(illnesses)}
    return EligibilityRule.model_validate({"id": "ill", "text": "For the ill.", "condition": condition})


def test_a_word_that_everybody_types_names_no_fund_and_a_number_none() -> None:
    assert named("no money")[0] > 0.9
    assert named("no money", seldom={"money": 0.3})[0] < 0.4
    assert named("2 ambulance", seldom={"money": 0.3})[0] > 0.9


def test_a_named_illness_names_the_fund_that_asks_for_it_and_not_one_for_many() -> None:
    assert named("bus fares", values=frozenset({("illness", "leukaemia")})) == [0.0, 1.0, 0.0]
