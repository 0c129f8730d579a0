"""A run is repeatable, measures four orders side by side, and finds what is there to find."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from data.errors import BadExperiment
from models.rankers.bundle import load, save
from tests.training.small_world import SharedWords, small_experiment, small_source
from training.fit import Fitted, fit
from training.limits import limits_in_words
from training.plots import draw_all
from training.prepared import Prepared, prepare
from training.showing import plain_json


def test_every_report_carries_rules_similarity_award_rate_and_learned(fitted: Fitted) -> None:
    names = [row["name"] for row in fitted.report["rankers"]]
    assert names == ["rules_only", "similarity", "award_rate", "learned", "served"]
    for row in fitted.report["rankers"]:
        for metric in ("ndcg_at_10", "mrr", "found_in_3", "ndcg_at_10_chance"):
            assert row[metric]["low"] <= row[metric]["value"] <= row[metric]["high"]


def test_the_chance_of_an_award_beats_what_needs_no_learning_against_the_true_chances(
    fitted: Fitted,
) -> None:
    for other in ("rules_only", "similarity", "award_rate"):
        assert fitted.report["gains_of_chances"][other]["ndcg_at_10_chance"]["low"] > 0


def test_the_same_experiment_gives_the_same_bundle(fitted: Fitted) -> None:
    experiment = small_experiment()
    again = fit(
        prepare(experiment, small_source(experiment), SharedWords()), SharedWords(), run="other", commit="x"
    )
    assert again.bundle.version == fitted.bundle.version
    assert again.report["rankers"] == fitted.report["rankers"]


def test_what_was_kept_scores_as_what_was_fitted(fitted: Fitted, tmp_path: Path) -> None:
    save(fitted.bundle, tmp_path)
    kept = load(tmp_path)
    pairs = fitted.test.features
    assert (kept.ranker.score(pairs) == fitted.bundle.ranker.score(pairs)).all()
    assert kept.about.simulated
    assert kept.about.config["name"] == "small"


def test_needs_are_told_apart_by_how_much_was_known_of_the_grant_that_met_them(fitted: Fitted) -> None:
    steps = fitted.report["by_outcomes"]
    met = [one for one in fitted.lists.lists if one.awarded.any()]
    assert sum(step["needs"] for step in steps) == len(met)
    known = [np.expm1(one.features.column("awards_made")[one.awarded].min()) for one in met]
    first = steps[0]
    assert first["needs"] == sum(first["from"] <= round(float(made)) < first["below"] for made in known)
    assert set(first["ndcg_at_10"]) == {"rules_only", "similarity", "award_rate", "learned", "served"}


def test_the_report_is_plain_json(fitted: Fitted) -> None:
    def never(constant: str) -> float:
        raise AssertionError(f"{constant} is no JSON")

    told = json.loads(
        plain_json({**fitted.report, "odd": [float("nan"), float("inf")]}), parse_constant=never
    )
    assert (told["experiment"], told["odd"]) == ("small", [None, None])
    assert all(np.isfinite(value) for value in fitted.metrics.values())


def test_the_learning_curve_has_intervals_and_the_plots_their_true_names(
    fitted: Fitted, tmp_path: Path
) -> None:
    for point in fitted.curve:
        assert point["low"] <= point["value"] <= point["high"]
    assert [point["pairs"] for point in fitted.curve] == sorted(point["pairs"] for point in fitted.curve)
    draw_all(tmp_path, fitted.report, fitted.bundle.ranker, fitted.test.features)
    names = {"award_effects", "calibration", "learning_curve", "ndcg_by_outcomes", "rankings"}
    assert {path.stem for path in tmp_path.glob("*.png")} == names


def test_the_bundle_says_what_it_does_not_know(fitted: Fitted, prepared: Prepared) -> None:
    limits = fitted.bundle.about.limits
    seen = {application.grant_id for application, _ in prepared.decided}
    grants = [grant.id for grant in prepared.source.catalogue.grants]
    assert limits["grants_without_outcomes"] == [grant for grant in grants if grant not in seen]
    assert fitted.report["period"]["end"] < fitted.report["period"]["decided_until"]


def test_the_decisions_that_are_told_are_those_that_were_used(fitted: Fitted, prepared: Prepared) -> None:
    limits, every = fitted.bundle.about.limits, prepared.periods
    used = sum(
        any(period.holds(*pair) for period in (every.refit, every.calibrate, every.test))
        for pair in prepared.decided
    )
    between = len(prepared.decided) - used
    assert limits["decisions"] == used < len(prepared.decided)
    assert limits["left_out"]["between_periods"] == prepared.left_out.between_periods == between > 0
    assert fitted.report["left_out"] == limits["left_out"]
    said = limits_in_words(limits)
    assert f"Of {prepared.left_out.decisions} decisions {used} were learned from or measured on." in said
    assert any(line.startswith(f"{between} decisions are left between the periods") for line in said)


def test_with_few_decisions_to_check_them_by_no_chance_is_told_and_the_rest_is_kept(
    fitted: Fitted, prepared: Prepared
) -> None:
    asked = prepared.experiment.model_copy(update={"fewest_decisions": 100_000, "learning_curve": ()})
    few = fit(replace(prepared, experiment=asked), SharedWords(), run="few", commit=None)
    assert not few.bundle.about.limits["tells_chances"]
    assert "100000 are needed" in few.bundle.about.limits["why_no_chances"]
    assert np.isnan(few.bundle.calibration.estimate(np.array([0.0])).estimate).all()
    assert fitted.bundle.about.limits["tells_chances"]


def test_the_bundle_knows_every_decision_and_nothing_later(prepared: Prepared, fitted: Fitted) -> None:
    assert fitted.bundle.history.before == prepared.source.until + timedelta(days=1)
    assert fitted.bundle.history.decisions == len(prepared.decided)


def test_grants_that_were_not_applied_to_can_be_learned_from_at_a_low_weight() -> None:
    experiment = small_experiment(contrast=2)
    contrasted = prepare(experiment, small_source(experiment), SharedWords())
    period = contrasted.periods.train
    plain, added = contrasted.pairs(period), contrasted.pairs(period, contrast=True)
    extra = len(added) - len(plain)
    assert extra == 2 * len(contrasted.queries(period))
    assert (added.weights == 0.1).sum() == extra
    assert added.awarded.sum() == plain.awarded.sum()


def test_an_experiment_without_enough_history_is_refused_in_words() -> None:
    experiment = small_experiment(source={"kind": "simulated", "people": 20, "days": 120})
    with pytest.raises(BadExperiment, match="settle_days"):
        prepare(experiment, small_source(experiment), SharedWords())
