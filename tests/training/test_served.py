"""What is measured is what is served: one order, for every ranker and every way of starting it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from data.people.applicants import Applicant, ApplicantRecord
from data.people.judgements import JudgedSituation, Judgements
from data.people.outcomes import Application, Result
from models.listing.wish import Wish
from models.pairing import Pairing
from models.rankers.average import Average
from models.rankers.baselines import AwardRate, Similarity, likely_and_alike
from models.rankers.boosting import Boosting, LambdaMart
from models.rankers.bundle import About, Bundle, load, save
from models.rankers.calibration import Calibration
from models.rankers.estimators import Estimator
from models.rankers.graded import GradedLinear, GradedTrees
from models.rankers.linear import Listwise
from models.rankers.logistic import Logistic
from models.recommender import Recommender
from tests.training.small_world import TODAY, SharedWords
from training.config import OrderConfig
from training.evaluate import list_order, worth
from training.fit import Fitted
from training.graded_order import GradedLists, fit_needs, read_needs
from training.prepared import Prepared
from training.served import Served

KINDS = (
    Similarity(),
    AwardRate(),
    Logistic(),
    Listwise(),
    Boosting(trees=10),
    LambdaMart(trees=10),
    Average(),
    Estimator(estimator="ridge"),
    Estimator(estimator="boosting", settings={"max_iter": 10}),
    Estimator(estimator="lightgbm", settings={"n_estimators": 10}),
)
GRADED: tuple[OrderConfig, ...] = (GradedLinear(ridge=1.0), GradedTrees(trees=10, least_pairs=5))
"""Kinds that learn the order of lists from judgements, beside the chance of an award."""
EACH = 400 // len((*KINDS, *GRADED)) + 1
"""Lists that each kind of ranker is held to."""


@pytest.fixture(scope="module", params=(*KINDS, *GRADED), ids=lambda kind: kind.kind)
def bundle(request: pytest.FixtureRequest, prepared: Prepared, fitted: Fitted) -> Bundle:
    """A bundle of each kind of ranker, as if learned from real outcomes, so that they move its lists."""
    graded = request.param if request.param in GRADED else None
    kind = request.param if graded is None else Logistic()
    pairs = prepared.pairs(prepared.periods.refit)
    ranker = kind.fit(pairs.features, pairs.awarded, weights=pairs.weights, groups=pairs.queries, seed=1)
    calibration = Calibration.fit(ranker.score(pairs.features), pairs.awarded, pairs=pairs.features)
    about = {**fitted.bundle.about.model_dump(), "simulated": False, "columns": ranker.columns}
    plain = Bundle(
        About.model_validate(about), ranker, calibration, fitted.bundle.history, fitted.bundle.vectors
    )
    return plain if graded is None else with_order(plain, graded, prepared)


def with_order(bundle: Bundle, kind: OrderConfig, prepared: Prepared) -> Bundle:
    """Learn an order into a bundle from judged situations: what was awarded is graded well, the rest is not."""
    catalogue, embedder = prepared.source.catalogue, SharedWords()
    needs = fit_needs(read_needs()[:40], embedder, catalogue.facts)
    situations = tuple(
        JudgedSituation(
            id=str(query.number),
            applicant=ApplicantRecord(facts={"age": 50}),
            need=query.first.need,
            grades={a.grant_id: 3 if o.result is Result.AWARDED else 1 for a, o in query.decided},
        )
        for query in prepared.queries(prepared.periods.train)[:40]
    )
    judged = Judgements(frozenset(grant.id for grant in catalogue.grants), situations)
    pairing = Pairing.build(catalogue, prepared.source.rates, embedder, needs=needs)
    lists = GradedLists.of(judged, pairing, on=TODAY)
    return replace(bundle, order=lists.fit(kind, seed=1), needs=needs.to_arrays())


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
    lists = fitted.lists.lists[:EACH]
    assert len(lists) == EACH
    for one in lists:
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
