"""What is for few people waits until it is known whether a person is one of them; nothing else moves the order so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from data.catalogue.reading import Catalogue
from data.catalogue.rules import Condition, as_json
from data.people.applicants import Need, read_applicant
from data.places.areas import AreaTree
from features.columns import NAMES
from features.pairs import PairFeatures
from models.niche_penalty import NAME, OPEN, few_in
from models.rankers.linear import Logistic
from models.recommendations import Ranking
from models.recommender import Recommender, Wish

ON = date(2026, 11, 23)
TREE = AreaTree({"E92000001": "England", "E08000025": "Birmingham"}, {"E08000025": "E92000001"}, listed=True)
TRADE = {"worked_in": ["nursing"]}
HERE = {"lives_in": ["E08000025"]}
OLD = {"fact": "age", "at_least": 60}


@pytest.mark.parametrize(
    ("asked", "few"),
    [
        (TRADE, TRADE),
        (HERE, HERE),
        ({"lives_in": ["E92000001"]}, None),
        (OLD, None),
        ({"all_of": [OLD, TRADE]}, {"all_of": [TRADE]}),
        ({"any_of": [OLD, TRADE]}, None),
        ({"any_of": [HERE, {"all_of": [TRADE, OLD]}]}, {"any_of": [HERE, {"all_of": [TRADE]}]}),
        ({"related": ["partner"], "condition": TRADE}, {"related": ["partner"], "condition": TRADE}),
        ({"related": ["partner"], "condition": OLD}, None),
        ({"not": TRADE}, None),
    ],
)
def test_only_a_place_or_a_trade_that_nothing_else_replaces_is_for_few(asked: Any, few: Any) -> None:
    found = few_in(TypeAdapter[Condition](Condition).validate_python(asked), TREE)
    assert (None if found is None else as_json(found)) == few


@pytest.fixture(scope="module")
def recommender(catalogue: Catalogue, embedder: Any) -> Recommender:
    """One whose ranker has learned from noise: only the rest of the order is looked at."""
    rng = np.random.default_rng(0)
    pairs = PairFeatures(NAMES, rng.normal(size=(400, len(NAMES))).astype(np.float32))
    ranker = Logistic().fit(pairs, rng.integers(0, 2, size=400))
    return replace(Recommender.unlearned(catalogue, embedder, why="not_trained"), ranker=ranker)


def ranked(recommender: Recommender, **known: Any) -> Ranking:
    catalogue = recommender.catalogue
    applicant = read_applicant({"areas": ["E08000025"], **known}, catalogue.facts, catalogue.areas)
    return recommender.recommend(applicant, Need(text="a cooker"), on=ON, wish=Wish(size=300))


def test_a_fund_for_one_trade_rises_once_the_trade_is_told(recommender: Recommender) -> None:
    silent, told = ranked(recommender), ranked(recommender, work=[{"trade": "nursing", "from": "2009-01"}])
    before = {result.grant_id: result for result in silent.results}
    risen = [result for result in told.results if result.score > before[result.grant_id].score + 1]
    assert risen
    for result in risen:
        (part,) = [one for one in before[result.grant_id].contributions if one.feature == NAME]
        assert part.text == OPEN
        assert sum(one.points for one in before[result.grant_id].contributions) == pytest.approx(
            before[result.grant_id].score, abs=1e-9
        )


def test_scores_that_are_no_odds_stay_as_they_are(catalogue: Catalogue, embedder: Any) -> None:
    plain = Recommender.unlearned(catalogue, embedder, why="not_trained")
    parts = [one for result in ranked(plain).results for one in result.contributions if one.feature == NAME]
    assert parts
    assert all(part.points == 0 for part in parts)
