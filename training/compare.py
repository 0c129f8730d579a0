"""Measures kept bundles again, side by side, on the same people and days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from data.errors import BadBundle, BadExperiment
from models.rankers.bundle import Bundle
from training.evaluate import METRICS, Order, list_order, report, summary
from training.intervals import paired_interval
from training.lists import Lists
from training.metrics import Estimate
from training.prepared import Prepared
from training.split import Period


def evaluate_bundle(bundle: Bundle, prepared: Prepared, period: Period) -> dict[str, Any]:
    """Measure one bundle and the baselines on a period, features as known on each day."""
    check_comparable(bundle, prepared)
    check_unseen(bundle, period)
    if not prepared.queries(period):
        raise BadExperiment(
            f"no settled decisions lie between {period.start} and {period.end - timedelta(days=1)}; "
            f"this history reaches from {prepared.periods.train.start} to {prepared.source.until}"
        )
    rng = np.random.default_rng(prepared.experiment.seed)
    figures = report(
        bundle.ranker,
        bundle.calibration,
        prepared.lists(period),
        prepared.pairs(period),
        rng,
        served=prepared.served(bundle).score,
        replicates=prepared.experiment.bootstrap,
    )
    about = {"bundle": bundle.version, "simulated": prepared.source.simulated}
    return {**figures, **about, "period": period.as_dict(), "limits": bundle.about.limits}


def compare_bundles(bundles: Sequence[Bundle], prepared: Prepared, period: Period) -> dict[str, Any]:
    """Measure bundles on the same queries; each one's difference to the first, paired by applicant."""
    lists, rng = prepared.lists(period), np.random.default_rng(prepared.experiment.seed)
    replicates = prepared.experiment.bootstrap
    orders = []
    for bundle in bundles:
        check_comparable(bundle, prepared)
        check_unseen(bundle, period)
        orders.append(list_order(bundle.version, prepared.served(bundle).score, lists, learned=True))
    return {
        "queries": len(lists.lists),
        "rankers": [summary(order, lists, rng, replicates=replicates) for order in orders],
        "differences": [
            {
                "bundle": order.name,
                "to": orders[0].name,
                **{m: _difference(order, orders[0], m, lists, prepared).as_dict() for m in METRICS[:1]},
            }
            for order in orders[1:]
        ],
    }


def check_comparable(bundle: Bundle, prepared: Prepared) -> None:
    """Raise BadBundle where the bundle was made with another embedding model than the features are."""
    if prepared.builder.index.texts.shape[1] != bundle.about.dimension:
        raise BadBundle(
            f"{bundle.version}: made with {bundle.about.embedder}, whose vectors have another length"
        )


def check_unseen(bundle: Bundle, period: Period) -> None:
    """Raise BadExperiment where a bundle learned from days of a period: such days are no test."""
    learned = bundle.about.tested_from
    if learned is not None and period.start < learned:
        until = min(learned - timedelta(days=1), period.last)
        raise BadExperiment(
            f"{bundle.version} learned from applications of {period.start} to {until}: measured on them it would only "
            f"be asked what it was told. Its test begins on {learned}; name days from then on with --from"
        )


def untouched(bundles: Sequence[Bundle], period: Period) -> Period:
    """Cut a period to the days that no bundle learned from, as far as they tell; it may then hold nothing."""
    learned = [bundle.about.tested_from for bundle in bundles]
    return replace(period, start=max([period.start, *(first for first in learned if first is not None)]))


def _difference(ours: Order, theirs: Order, metric: str, lists: Lists, prepared: Prepared) -> Estimate:
    rng = np.random.default_rng(prepared.experiment.seed)
    return paired_interval(
        ours.figures[metric],
        theirs.figures[metric],
        lists.people,
        rng,
        weights=lists.weights,
        replicates=prepared.experiment.bootstrap,
    )
