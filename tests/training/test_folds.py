"""Settings are searched in folds of the learning period, by person or by time, and nothing later is looked at."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.errors import BadExperiment
from tests.training.small_world import small_experiment
from training.choosing import choose
from training.config import read_experiment
from training.folds import folds_of
from training.prepared import Prepared
from training.search import drawn
from training.split import Period

DOCS = Path(__file__).parents[2] / "docs" / "retraining.md"
EVER = Period("all", date.min, date.max)
SEARCH: dict[str, Any] = {
    "ranker": {"kind": "boosting", "trees": 10},
    "among": {"leaves": [2, 4], "ridge": [1.0, 5.0]},
    "draws": 3,
}


@pytest.mark.parametrize("by", ["person", "time"])
def test_folds_hold_needs_of_the_learning_period_alone_and_never_one_twice(
    prepared: Prepared, by: Any
) -> None:
    period = prepared.periods.train
    folds = folds_of(prepared, 3, by)
    judged = [one.query.number for fold in folds for one in fold.judged.lists]
    of_period = {query.number for query in prepared.queries(period)}
    assert len(folds) == 3
    assert len(judged) == len(set(judged)) and set(judged) <= of_period
    assert (set(judged) == of_period) == (by == "person")
    learnt = set(prepared.stream(period).whole.queries.tolist())
    for fold in folds:
        assert set(fold.learn.whole.queries.tolist()) < learnt
        for one in fold.judged.lists:
            assert one.query.first.on <= period.last
            assert all(outcome.decided_on < period.end for _, outcome in one.query.decided)


def test_nobody_whose_needs_judge_a_fold_by_person_was_learned_from_in_it(prepared: Prepared) -> None:
    who = {query.number: query.first.person for query in prepared.queries(EVER)}
    people = []
    for fold in folds_of(prepared, 4, "person"):
        judged = {one.query.first.person for one in fold.judged.lists}
        learnt = {who[number] for number in fold.learn.whole.queries.tolist()}
        assert judged and learnt and not judged & learnt
        people.append(judged)
    assert sum(map(len, people)) == len(set().union(*people))


def test_a_fold_by_time_learns_only_what_had_been_decided_before_its_first_day(prepared: Prepared) -> None:
    asked = {query.number: query for query in prepared.queries(EVER)}
    sizes = []
    for fold in folds_of(prepared, 3, "time"):
        start = min(one.query.first.on for one in fold.judged.lists)
        pairs = fold.learn.whole
        sizes.append(len(pairs))
        for number in set(pairs.queries.tolist()):
            assert (start - asked[number].first.on).days > prepared.experiment.split.settle_days
            assert any(outcome.decided_on < start for _, outcome in asked[number].decided)
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1]


@pytest.mark.parametrize("by", ["person", "time"])
def test_the_best_in_folds_competes_and_every_trial_tells_its_folds(prepared: Prepared, by: str) -> None:
    experiment = small_experiment(search=[{**SEARCH, "folds": 3, "by": by}])
    _, trials = choose(replace(prepared, experiment=experiment))
    searched = [one for one in trials if "folds.ndcg_at_10" in one]
    assert len(searched) == 3 and len(trials) == 5
    for one in searched:
        values = [one[f"fold_{number}.ndcg_at_10"] for number in (1, 2, 3)]
        assert one["folds.ndcg_at_10"] == pytest.approx(np.mean(values))
        assert one["folds.ndcg_at_10.spread"] == pytest.approx(np.std(values, ddof=1))
    [best] = [one for one in searched if "ndcg_at_10" in one]
    assert best["folds.ndcg_at_10"] == max(one["folds.ndcg_at_10"] for one in searched)
    assert [one["chosen"] for one in trials].count(True) == 1


def test_without_folds_everything_drawn_competes_on_the_validation_period(prepared: Prepared) -> None:
    _, trials = choose(replace(prepared, experiment=small_experiment(search=[SEARCH])))
    assert len(trials) == 5
    assert all(set(one) == {"config", "ndcg_at_10", "chosen"} for one in trials)


def test_folds_that_cannot_be_cut_are_refused_in_words(prepared: Prepared, tmp_path: Path) -> None:
    people = {query.first.person for query in prepared.queries(prepared.periods.train)}
    with pytest.raises(BadExperiment, match="folds by person need as many people"):
        folds_of(prepared, len(people) + 1, "person")
    with pytest.raises(BadExperiment, match="fold 1 of 60 by time has too few decisions"):
        folds_of(prepared, 60, "time")
    path = tmp_path / "mine.toml"
    path.write_text('[[search]]\nranker = {kind = "boosting"}\namong = {leaves = [4]}\nfolds = 3\n', "utf-8")
    with pytest.raises(BadExperiment, match="`folds` and `by` belong together"):
        read_experiment(path)


def test_the_documented_searches_are_read_as_they_stand(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), flags=re.DOTALL)
    path = tmp_path / "mine.toml"
    path.write_text("".join(block for block in blocks if "[[search]]" in block), "utf-8")
    searches = read_experiment(path).search
    assert [(one.folds, one.by) for one in searches] == [(None, None), (5, "person")]
    assert [len(drawn(one, seed=0)) for one in searches] == [8, 6]
