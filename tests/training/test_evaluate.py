"""Rankings are compared on the same needs, biased samples are weighed, and told chances are held to what came."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from data.errors import BadExperiment
from training.compare import compare_bundles, evaluate_bundle
from training.evaluate import CHANCE_METRIC, flat, gain, order_of, summary, table, worth
from training.fit import Fitted
from training.lists import Lists
from training.prepared import Prepared
from training.split import Period


def test_a_perfect_order_has_ndcg_one_and_a_blind_one_less(fitted: Fitted) -> None:
    by_features = {one.features.matrix.tobytes(): one.chances for one in fitted.lists.lists}
    perfect = order_of("truth", lambda pairs: np.asarray(by_features[pairs.matrix.tobytes()]), fitted.lists)
    blind = order_of("blind", lambda pairs: np.zeros(len(pairs)), fitted.lists)
    assert np.nanmin(perfect.figures[CHANCE_METRIC]) == pytest.approx(1)
    assert worth(blind, fitted.lists, CHANCE_METRIC) < 0.7


def test_what_the_rules_rule_out_stands_last_in_every_order(fitted: Fitted) -> None:
    lists = Lists(tuple(replace(one, ruled_out=one.awarded) for one in fitted.lists.lists))
    perfect = order_of("by hindsight", lambda pairs: np.arange(len(pairs), dtype=np.float64), lists)
    for values, one in zip(perfect.figures["mrr"], lists.lists, strict=True):
        if one.awarded.any():
            assert values == pytest.approx(1 / (1 + (~one.awarded).sum()))


def test_what_was_seldom_seen_counts_more_when_awards_are_the_measure(fitted: Fitted) -> None:
    heavy = Lists(
        tuple(replace(one, weight=9.0 if place == 0 else 1.0) for place, one in enumerate(fitted.lists.lists))
    )
    order = order_of("learned", fitted.bundle.ranker.score, fitted.lists)
    values = order.figures["ndcg_at_10"]
    first = int(np.flatnonzero(np.isfinite(values))[0])
    heavy = Lists(
        tuple(replace(one, weight=1e6 if place == first else 1.0) for place, one in enumerate(heavy.lists))
    )
    assert worth(order, heavy, "ndcg_at_10") == pytest.approx(values[first], abs=1e-2)
    assert worth(order, heavy, CHANCE_METRIC) == worth(order, fitted.lists, CHANCE_METRIC)


def test_a_ranking_gains_nothing_over_itself(fitted: Fitted) -> None:
    order = order_of("learned", fitted.bundle.ranker.score, fitted.lists)
    found = gain(order, order, "ndcg_at_10", fitted.lists, np.random.default_rng(1), replicates=50)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_all_candidates_are_ranked_and_not_only_those_applied_to(fitted: Fitted, prepared: Prepared) -> None:
    for one in fitted.lists.lists:
        assert len(one.features) == len(prepared.source.candidates(one.query.first))
        assert len(one.features) > len(one.query.grants)


def test_figures_have_one_name_each_for_the_tracking_server(fitted: Fitted) -> None:
    names = flat(fitted.report)
    assert names["learned.ndcg_at_10.low"] <= names["learned.ndcg_at_10"] <= names["learned.ndcg_at_10.high"]
    assert {"gain_over_similarity.ndcg_at_10", "calibration_error", "calibration_noise", "auc"} <= set(names)


def test_the_table_has_a_line_for_each_ranking(fitted: Fitted) -> None:
    lines = table(fitted.report)
    assert [line[0] for line in lines] == [
        "ranking",
        "rules_only",
        "similarity",
        "award_rate",
        "learned",
        "served",
    ]
    assert all(len(line) == len(lines[0]) for line in lines)


def test_a_metric_that_no_query_can_tell_is_left_out(fitted: Fitted) -> None:
    unknown = Lists(tuple(replace(one, chances=None) for one in fitted.lists.lists))
    order = order_of("learned", fitted.bundle.ranker.score, unknown)
    told = summary(order, unknown, np.random.default_rng(1), replicates=50)
    assert CHANCE_METRIC not in told
    assert "ndcg_at_10" in told


def test_days_that_a_bundle_learned_from_are_no_test(fitted: Fitted, prepared: Prepared) -> None:
    test = prepared.periods.test
    early = replace(test, start=test.start - timedelta(days=30))
    told = f"learned from applications of {early.start} to .*{test.start}"
    with pytest.raises(BadExperiment, match=told):
        evaluate_bundle(fitted.bundle, prepared, early)
    with pytest.raises(BadExperiment, match=told):
        compare_bundles([fitted.bundle, fitted.bundle], prepared, early)


def test_a_kept_bundle_measured_again_has_the_figures_of_its_run(fitted: Fitted, prepared: Prepared) -> None:
    again = evaluate_bundle(fitted.bundle, prepared, prepared.periods.test)
    assert [row[CHANCE_METRIC]["value"] for row in again["rankers"]] == [
        row[CHANCE_METRIC]["value"] for row in fitted.report["rankers"]
    ]
    assert again["bundle"] == fitted.bundle.version


def test_a_period_without_decisions_is_refused_in_words(fitted: Fitted, prepared: Prepared) -> None:
    with pytest.raises(BadExperiment, match="no settled decisions lie between 2030-01-01 and 2030-01-31"):
        evaluate_bundle(fitted.bundle, prepared, Period("named", date(2030, 1, 1), date(2030, 2, 1)))


def test_bundles_are_compared_pair_by_pair(fitted: Fitted, prepared: Prepared) -> None:
    found = compare_bundles([fitted.bundle, fitted.bundle], prepared, prepared.periods.test)
    assert found["differences"][0]["ndcg_at_10"]["value"] == 0
