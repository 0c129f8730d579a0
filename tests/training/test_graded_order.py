"""An order is learned from grades, and measured on situations that it has not seen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from data.people.base_rates import no_rates
from data.people.judgements import JudgedSituation, Judgements
from features.columns import FIT_NAMES
from features.pairs import PairFeatures
from models.pairing import Pairing
from models.rankers.graded import GradedLinear
from tests.training.small_world import TODAY, SharedWords, small_catalogue
from training.config import NEEDS, CatalogueFiles, OrderSettings
from training.graded_order import (
    GradedLists,
    cross_validated,
    fit_order,
    folds_of,
    graded_ndcg,
    pairing_of,
    together,
)


def lists(size: int, *, seed: int = 1) -> GradedLists:
    """Situations in which what pays for the need is graded well, and nothing else is."""
    rng = np.random.default_rng(seed)
    pairs, grades = [], []
    for _ in range(size):
        matrix = rng.random((12, len(FIT_NAMES))).astype(np.float32)
        pairs.append(PairFeatures(FIT_NAMES, matrix))
        grades.append((matrix[:, FIT_NAMES.index("pays_for_it")] * 4).astype(np.int64).clip(0, 3))
    names = tuple(f"s{seed}-{number}" for number in range(size))
    rows = (np.arange(12),) * size
    return GradedLists(
        names, names, tuple(pairs), tuple(grades), tuple(grades), (0,) * size, (1.0,) * size, rows
    )


def test_planted_truth_is_found_on_situations_not_seen() -> None:
    found = cross_validated(lists(30), GradedLinear(ridge=1.0), np.arange(30) % 5, seed=0)
    assert found["ndcg_at_10"].mean() > 0.95
    assert found["useful_at_5"].mean() > 0.7


def test_the_kind_that_did_best_unseen_is_the_one_that_is_fitted() -> None:
    stiff, free = GradedLinear(ridge=1e9), GradedLinear(ridge=1.0)
    fitted = fit_order(lists(30), (stiff, free), SharedWords(), seed=0)
    assert fitted.figures["ndcg_at_10"] == max(one["ndcg_at_10"] for one in fitted.trials)
    assert fitted.ranker.score(lists(1, seed=9).pairs[0]).std() > 0.1


def test_a_grant_that_stage_one_hides_still_counts_in_the_best_list() -> None:
    whole = graded_ndcg(np.array([2.0, 1.0]), np.array([3, 0]), np.array([3, 0]))
    hidden = graded_ndcg(np.array([2.0, 1.0]), np.array([3, 0]), np.array([3, 0, 3]))
    assert whole == 1.0
    assert hidden == pytest.approx(1 / (1 + 1 / np.log2(3)))


def test_needs_that_are_nearly_the_same_share_a_fold() -> None:
    texts = [f"need number {number} of things" for number in range(12)] + ["a broken cooker", "broken cooker"]
    folds = folds_of(texts, SharedWords(), seed=3)
    assert folds[-1] == folds[-2]


def test_situations_of_two_sets_stand_under_each_other() -> None:
    assert len(together(lists(3), lists(2, seed=2))) == 5


def test_a_grant_that_was_not_graded_is_left_out_of_list_and_best() -> None:
    catalogue = small_catalogue()
    pairing = Pairing.build(catalogue, no_rates(TODAY), SharedWords())
    graded = frozenset(grant.id for grant in catalogue.grants[:10])
    one = JudgedSituation.model_validate(
        {"id": "a", "applicant": {"facts": {"age": 50}}, "need": {"text": "bed"}, "grades": {"fund-01": 2}}
    )
    found = GradedLists.of(Judgements(graded, (one,)), pairing, on=TODAY)
    assert len(found.pairs[0]) == len(found.best[0]) == 10
    assert found.grades[0].sum() == 2


def test_an_order_can_be_learned_for_a_catalogue_with_facts_of_its_own(tmp_path: Path) -> None:
    book = {
        "facts": [{"id": "bread_card", "kind": "boolean", "question": "A card?", "why": "Some funds ask."}]
    }
    rule = {"id": "card", "text": "You must hold a card.", "condition": {"fact": "bread_card", "is": True}}
    grants = [{"id": "stove", "title": "Stove Fund", "rules": [rule]}]
    (tmp_path / "facts.json").write_text(json.dumps(book))
    (tmp_path / "catalogue.jsonl").write_text("\n".join(map(json.dumps, grants)))
    needs = NEEDS.read_text("utf-8").splitlines()[:40]
    (tmp_path / "needs.jsonl").write_text("\n".join(needs))
    files = CatalogueFiles(grants=tmp_path / "catalogue.jsonl", facts=tmp_path / "facts.json")
    settings = OrderSettings(catalogue=files, needs=tmp_path / "needs.jsonl")
    pairing, _ = pairing_of(settings, SharedWords())
    assert [grant.id for grant in pairing.catalogue.grants] == ["stove"]
