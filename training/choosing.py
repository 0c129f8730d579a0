"""Which ranker is taken: settings may be searched in folds of the learning period, the validation period decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from data.errors import BadExperiment
from models.rankers.logistic import Logistic
from models.rankers.protocol import Ranker
from training.config import RankerConfig, Search
from training.evaluate import order_of, worth
from training.folds import folds_of
from training.lists import Lists
from training.pair_table import PairStream
from training.prepared import Prepared
from training.search import competing, drawn, each_once

METRIC = "ndcg_at_10"


def choose(prepared: Prepared) -> tuple[RankerConfig, list[dict[str, Any]]]:
    """Fit each competing ranker on the training period and take the best of the validation period.

    Of a search in folds only the best competes; the figures of all that it tried stand among the trials.
    """
    experiment = prepared.experiment
    searched = [_in_folds(prepared, search) for search in experiment.search if search.folds]
    tried = [trial for trials in searched for trial in trials]
    rankers = each_once([*competing(experiment), *(max(trials, key=_mean)[0] for trials in searched)])
    judged = _validated(prepared, rankers)
    best = max(range(len(judged)), key=lambda place: np.nan_to_num(judged[place], nan=-1.0))
    trials = [
        _told(config, {**_figures(config, tried), METRIC: figure}, chosen=place == best)
        for place, (config, figure) in enumerate(zip(rankers, judged, strict=True))
    ]
    others = [_told(config, figures, chosen=False) for config, figures in tried if config not in rankers]
    return rankers[best], [*trials, *others]


def fit_one(config: RankerConfig, learn: PairStream, seed: int) -> Ranker:
    """Fit a kind of ranker: part by part where it can learn so, else on all pairs at once."""
    if not len(learn):
        raise BadExperiment("no decided applications to learn from")
    if isinstance(config, Logistic) and 0 < learn.counted[1] < len(learn):
        return config.fit_parts(learn.parts)
    pairs = learn.whole
    return config.fit(pairs.features, pairs.awarded, weights=pairs.weights, groups=pairs.queries, seed=seed)


Tried = tuple[RankerConfig, dict[str, float]]
"""A ranker and its figures in folds."""


def _in_folds(prepared: Prepared, search: Search) -> list[Tried]:
    """Judge every ranker that a search draws in each fold: its figures, their mean and their standard deviation."""
    assert search.folds and search.by
    folds = folds_of(prepared, search.folds, search.by)
    found: list[Tried] = []
    rankers = drawn(search, prepared.experiment.seed)
    for place, config in enumerate(rankers):
        prepared.progress("rankers in folds", place, len(rankers))
        values = [_judged(prepared, config, fold.learn, fold.judged) for fold in folds]
        figures = {f"fold_{number}.{METRIC}": value for number, value in enumerate(values, start=1)}
        figures |= {f"folds.{METRIC}": float(np.mean(values))}
        figures |= {f"folds.{METRIC}.spread": float(np.std(values, ddof=1))}
        found.append((config, figures))
    prepared.progress("rankers in folds", len(rankers), len(rankers))
    return found


def _validated(prepared: Prepared, rankers: tuple[RankerConfig, ...]) -> list[float]:
    train, lists = prepared.stream(prepared.periods.train), prepared.lists(prepared.periods.validate)
    found = []
    for place, config in enumerate(rankers):
        prepared.progress("rankers", place, len(rankers))
        found.append(_judged(prepared, config, train, lists))
    prepared.progress("rankers", len(rankers), len(rankers))
    return found


def _judged(prepared: Prepared, config: RankerConfig, learn: PairStream, lists: Lists) -> float:
    ranker = fit_one(config, learn, prepared.experiment.seed)
    return worth(order_of(config.kind, ranker.score, lists, learned=True), lists, METRIC)


def _mean(tried: Tried) -> float:
    return tried[1][f"folds.{METRIC}"]


def _figures(config: RankerConfig, tried: Iterable[Tried]) -> dict[str, float]:
    return next((figures for one, figures in tried if one == config), {})


def _told(config: RankerConfig, figures: dict[str, float], *, chosen: bool) -> dict[str, Any]:
    return {"config": config.model_dump(mode="json"), **figures, "chosen": chosen}
