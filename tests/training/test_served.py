"""What is measured is what is served: one order, for every ranker and every way of starting it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from data.people.applicants import Applicant
from data.people.outcomes import Application
from models.rankers.average import Average
from models.rankers.baselines import AwardRate, Similarity, likely_and_alike
from models.rankers.boosting import Boosting, LambdaMart
from models.rankers.bundle import About, Bundle, load, save
from models.rankers.calibration import Calibration
from models.rankers.linear import Listwise, Logistic
from models.recommender import Recommender, Wish
from tests.training.small_world import SharedWords
from training.evaluate import list_order, worth
from training.fit import Fitted, Prepared
from training.served import Served

KINDS = (
    Similarity(),
    AwardRate(),
    Logistic(),
    Listwise(),
    Boosting(trees=10),
    LambdaMart(trees=10),
    Average(),
)
EACH = 400 // len(KINDS) + 1
"""Lists that each kind of ranker is held to."""


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.kind)
def bundle(request: pytest.FixtureRequest, prepared: Prepared, fitted: Fitted) -> Bundle:
    """A bundle of each kind of ranker, as if learned from real outcomes, so that they move its lists."""
    kind = request.param
    pairs = prepared.pairs(prepared.periods.refit)
    ranker = kind.fit(pairs.features, pairs.awarded, weights=pairs.weights, groups=pairs.queries, seed=1)
    calibration = Calibration.fit(ranker.score(pairs.features), pairs.awarded, pairs=pairs.features)
    about = {**fitted.bundle.about.model_dump(), "simulated": False, "columns": ranker.columns}
    return Bundle(
        About.model_validate(about), ranker, calibration, fitted.bundle.history, fitted.bundle.vectors
    )


@pytest.mark.parametrize("facts", [True, False], ids=["with facts", "without facts"])
def test_the_measured_order_is_the_served_order(
    bundle: Bundle, prepared: Prepared, fitted: Fitted, tmp_path_factory: pytest.TempPathFactory, facts: bool
) -> None:
    """Measured as training measures; served by another process's way: from the bundle's folder."""
    folder = tmp_path_factory.mktemp("bundle")
    save(bundle, folder)
    source = prepared.source if facts else replace(prepared.source, applicant=_areas_alone)
    served = Recommender.of_bundle(load(folder), source.catalogue, source.rates, SharedWords())
    measured = Served.of(bundle, source, prepared.builder.memory, SharedWords())
    on = prepared.source.until + timedelta(days=1)
    for one in fitted.lists.lists[:EACH]:
        asked = replace(one.query.first, on=on)
        everything = np.arange(len(source.catalogue.grants))
        scores = measured.score(replace(one, query=replace(one.query, first=asked), rows=everything))
        wish = Wish(size=len(everything), explain=False, near_misses=0)
        results = served.recommend(source.applicant(asked), asked.need, on=on, wish=wish).results
        listed = [found.grant_id for found in results]
        best_first = np.argsort(-scores, kind="stable")[: len(listed)]
        assert [source.catalogue.grants[row].id for row in best_first] == listed


def test_past_outcomes_move_what_is_measured_as_they_move_what_is_served(
    bundle: Bundle, prepared: Prepared, fitted: Fitted
) -> None:
    unmoved = replace(bundle, calibration=Calibration.silent())
    orders = [
        list_order("one", prepared.served(one).score, fitted.lists).figures["ndcg_at_10"]
        for one in (bundle, unmoved)
    ]
    assert not np.array_equal(orders[0], orders[1], equal_nan=True)


def test_the_report_measures_the_list_and_not_the_ranker_alone(prepared: Prepared, fitted: Fitted) -> None:
    backwards = replace(fitted.bundle, order=replace(likely_and_alike(), weights=-likely_and_alike().weights))
    orders = {
        name: list_order(name, prepared.served(one).score, fitted.lists)
        for name, one in (("fitted", fitted.bundle), ("backwards", backwards))
    }
    told = {row["name"]: row["ndcg_at_10"]["value"] for row in fitted.report["rankers"]}
    means = {name: worth(order, fitted.lists, "ndcg_at_10") for name, order in orders.items()}
    assert told["served"] == pytest.approx(means["fitted"])
    assert means["backwards"] < means["fitted"]


def _areas_alone(application: Application) -> Applicant:
    return Applicant(areas=application.areas or None)
