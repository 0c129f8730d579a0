"""How good rankings are on a period, side by side: rules only, similarity, award rate, learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from features.pairs import PairFeatures
from models.qualifying.grouping import put_last
from models.rankers.baselines import AwardRate, Similarity
from models.rankers.calibration import Calibration
from models.rankers.protocol import Ranker
from training.by_outcomes import by_outcomes
from training.intervals import mean_interval, paired_interval, statistic_interval
from training.lists import Candidates, Lists
from training.metrics import (
    Estimate,
    Floats,
    area_under_curve,
    brier_score,
    calibration_error,
    calibration_noise,
    ndcg,
    reciprocal_rank,
    reliability,
    top_k_found,
)
from training.pair_table import Pairs

Scorer = Callable[[PairFeatures], Floats]
ListScorer = Callable[[Candidates], Floats]

RULES_ONLY: Final = "rules_only"
LEARNED: Final = "learned"
"""By the chance of an award alone."""
SERVED: Final = "served"
"""The list as a service shows it."""
CHANCE_METRIC: Final = "ndcg_at_10_chance"
SHORT: Final = {
    "ndcg_at_10": "nDCG@10",
    "mrr": "MRR",
    "found_in_3": "in first 3",
    CHANCE_METRIC: "nDCG@10 truth",
}
METRICS: Final = ("ndcg_at_10", "mrr", "found_in_3", CHANCE_METRIC)
"""Against what was awarded; the last against the true chances of a made world."""


@dataclass(frozen=True)
class Order:
    """One ranking's figures on each query of a period."""

    name: str
    learned: bool
    figures: Mapping[str, Floats]
    """Metric → (queries,) values, NaN where a query cannot tell."""


def baselines() -> dict[str, Scorer]:
    """The three orders that need no learning, by name."""
    return {
        RULES_ONLY: lambda pairs: np.zeros(len(pairs)),
        "similarity": Similarity().fit().score,
        "award_rate": AwardRate().fit().score,
    }


def order_of(name: str, scorer: Scorer, lists: Lists, *, learned: bool = False) -> Order:
    """Measure one ranking on every query; what stage one rules out stands last, as it does for every order."""

    def score(one: Candidates) -> Floats:
        return put_last(np.asarray(scorer(one.features), dtype=np.float64), one.ruled_out)

    return list_order(name, score, lists, learned=learned)


def list_order(name: str, score: ListScorer, lists: Lists, *, learned: bool = False) -> Order:
    """Measure one ranking of whole lists on every query."""
    rows = [_figures(score(one), one) for one in lists.lists]
    columns = np.array(rows, dtype=np.float64).reshape(-1, len(METRICS)).T
    return Order(name, learned, dict(zip(METRICS, columns, strict=True)))


def _figures(scores: Floats, one: Candidates) -> tuple[float, ...]:
    chance = np.nan if one.chances is None else ndcg(scores, one.chances)
    return (
        ndcg(scores, one.awarded.astype(np.float64)),
        reciprocal_rank(scores, one.awarded),
        top_k_found(scores, one.awarded, k=3),
        chance,
    )


def summary(order: Order, lists: Lists, rng: np.random.Generator, *, replicates: int) -> dict[str, Any]:
    """Give a ranking's mean figures with intervals by applicant."""
    figures: dict[str, Any] = {"name": order.name, "learned": order.learned}
    for metric in METRICS:
        found = mean_interval(
            order.figures[metric], lists.people, rng, weights=_weights(metric, lists), replicates=replicates
        )
        if found.count:
            figures[metric] = found.as_dict()
    return figures


def gain(
    ours: Order, theirs: Order, metric: str, lists: Lists, rng: np.random.Generator, *, replicates: int
) -> Estimate:
    """Give the mean difference of two rankings over the same queries, with its interval by applicant."""
    return paired_interval(
        ours.figures[metric],
        theirs.figures[metric],
        lists.people,
        rng,
        weights=_weights(metric, lists),
        replicates=replicates,
    )


def _weights(metric: str, lists: Lists) -> Floats | None:
    """What was awarded is a biased sample and is weighed; true chances need no weights."""
    return None if metric == CHANCE_METRIC else lists.weights


def curve_point(
    count: int, order: Order, metric: str, lists: Lists, rng: np.random.Generator, *, replicates: int
) -> dict[str, float]:
    """A point of a learning curve: the pairs learned from, and a metric's mean with its interval by applicant."""
    weights = _weights(metric, lists)
    found = mean_interval(order.figures[metric], lists.people, rng, weights=weights, replicates=replicates)
    return {"pairs": count, "value": found.value, "low": found.low, "high": found.high}


def told_on(calibration: Calibration, ranker: Ranker, pairs: Pairs) -> int:
    """Count the decided applications for which a chance is told."""
    told = calibration.estimate(ranker.score(pairs.features), pairs=pairs.features).estimate
    return int(np.isfinite(told).sum())


def chance_figures(
    ranker: Ranker, calibration: Calibration, pairs: Pairs, rng: np.random.Generator, *, replicates: int
) -> dict[str, Any]:
    """Tell how true the told chances are on decided applications; hidden chances are counted, not measured."""
    scores = ranker.score(pairs.features)
    told = calibration.estimate(scores, pairs=pairs.features).estimate
    shown = np.isfinite(told)
    kept, people = pairs.take(np.flatnonzero(shown)), pairs.people[shown]
    told, scores = told[shown], scores[shown]
    statistics: dict[str, Callable[[Floats, Floats], float]] = {
        "calibration_error": lambda rows, won: calibration_error(told[rows.astype(int)], won),
        "brier": lambda rows, won: brier_score(told[rows.astype(int)], won),
        "auc": lambda rows, won: area_under_curve(scores[rows.astype(int)], won),
    }
    figures: dict[str, Any] = {
        name: statistic_interval(
            lambda rows, statistic=statistic: statistic(rows, kept.awarded[rows]),  # type: ignore[misc]
            people,
            rng,
            replicates=min(200, replicates),
        ).as_dict()
        for name, statistic in statistics.items()
    }
    told_and_seen = reliability(told, kept.awarded) if len(told) else []
    return {
        **figures,
        "calibration_noise": calibration_noise(told),
        "hidden": int((~shown).sum()),
        "reliability": told_and_seen,
    }


def report(
    ranker: Ranker,
    calibration: Calibration,
    lists: Lists,
    pairs: Pairs,
    rng: np.random.Generator,
    *,
    served: ListScorer,
    replicates: int,
) -> dict[str, Any]:
    """Measure what is `served` beside the chance of an award alone and the baselines: a table, gains, told chances."""
    others = [order_of(name, scorer, lists) for name, scorer in baselines().items()]
    alone = order_of(LEARNED, ranker.score, lists, learned=True)
    ours = list_order(SERVED, served, lists, learned=True)
    metrics = [m for m in ("ndcg_at_10", CHANCE_METRIC) if np.isfinite(ours.figures[m]).any()]

    def gains(one: Order) -> dict[str, Any]:
        return {
            other.name: {
                metric: gain(one, other, metric, lists, rng, replicates=replicates).as_dict()
                for metric in metrics
            }
            for other in others
        }

    return {
        "queries": len(lists.lists),
        "applications": len(pairs),
        "people": len(np.unique(pairs.people)),
        "awarded": float(pairs.awarded.mean()),
        "rankers": [summary(order, lists, rng, replicates=replicates) for order in (*others, alone, ours)],
        "gains": gains(ours),
        "gains_of_chances": gains(alone),
        "by_outcomes": by_outcomes(
            {one.name: one.figures["ndcg_at_10"] for one in (*others, alone, ours)}, lists
        ),
        "chances": chance_figures(ranker, calibration, pairs, rng, replicates=replicates),
    }


def flat(figures: Mapping[str, Any]) -> dict[str, float]:
    """Name each figure of a report and its interval's ends in one level, as MLflow keeps them."""
    found: dict[str, float] = {}
    for row in figures["rankers"]:
        for metric in METRICS:
            found |= _named(f"{row['name']}.{metric}", row.get(metric))
    for kind, prefix in (("gains", ""), ("gains_of_chances", "chances_")):
        for other, gains in figures[kind].items():
            for metric, estimate in gains.items():
                found |= _named(f"{prefix}gain_over_{other}.{metric}", estimate)
    for name in ("calibration_error", "brier", "auc"):
        found |= _named(name, figures["chances"][name])
    found["calibration_noise"] = figures["chances"]["calibration_noise"]
    found["calibration_decisions"] = figures["chances"]["calibration_error"]["count"]
    return found


def _named(name: str, estimate: Mapping[str, float] | None) -> dict[str, float]:
    if estimate is None:
        return {}
    return {name: estimate["value"], f"{name}.low": estimate["low"], f"{name}.high": estimate["high"]}


def worth(order: Order, lists: Lists, metric: str) -> float:
    """One number to choose by: the weighted mean of a metric over the queries that can tell."""
    values, weights = order.figures[metric], _weights(metric, lists)
    kept = np.isfinite(values)
    if not kept.any():
        return float("nan")
    return float(np.average(values[kept], weights=None if weights is None else weights[kept]))


def table(figures: Mapping[str, Any]) -> Sequence[Sequence[str]]:
    """Lay a report out as rows of text: a head, then a line for each ranking."""
    metrics = [m for m in METRICS if any(m in row for row in figures["rankers"])]
    lines = [["ranking", *(SHORT[metric] for metric in metrics)]]
    for row in figures["rankers"]:
        told = [Estimate(**{**row[m], "count": int(row[m]["count"])}) if m in row else None for m in metrics]
        lines.append([row["name"], *("" if one is None else str(one) for one in told)])
    return lines
