"""Is what was learned true? In a made world, whose true chances are known, learning must beat both baselines.

And it must not where the decisions were dealt out again at random: then nothing is there to learn, and a ranker
that still looked better would be cheating. That half is asked of the linear ranker, which starts from nothing. The
boosted trees are told beforehand which way likeness may push; that knowledge survives any shuffling, and is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np

from experiments.report import Measured, Report
from features.embedding import Embedder
from models.boosting import Boosting
from models.linear import Logistic
from training.config import Experiment, Simulated, Split
from training.evaluate import CHANCE_METRIC, Order, baselines, gain, order_of
from training.fit import Fitted, Prepared, fit, prepare
from training.source import open_source

UNTIL: Final = date(2026, 11, 22)
"""The last day of the made worlds: always the same, so that the study can be repeated."""
BASELINES: Final = ("similarity", "award_rate")
LEARNED: Final = "learned"
TREES: Final = "learned, trees"

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Trial:
    """One world, learned from and measured against its true chances."""

    prepared: Prepared
    fitted: Fitted

    @cached_property
    def orders(self) -> dict[str, Order]:
        """The baselines and what was learned, measured on every need of the test period."""
        lists, pairs = self.fitted.lists, self.prepared.pairs(self.prepared.periods.refit)
        trees = Boosting().fit(pairs.features, pairs.awarded, weights=pairs.weights)
        scorers = {**baselines(), LEARNED: self.fitted.bundle.ranker.score, TREES: trees.score}
        return {name: order_of(name, scorer, lists) for name, scorer in scorers.items()}

    def gains(self, name: str) -> dict[str, dict[str, float]]:
        """A ranking's nDCG@10 against the true chances, less each baseline's, with its interval by applicant."""
        rng, lists = np.random.default_rng(self.prepared.experiment.seed), self.fitted.lists
        ours = self.orders[name]
        return {
            other: gain(ours, self.orders[other], CHANCE_METRIC, lists, rng, replicates=1000).as_dict()
            for other in BASELINES
        }

    def rows(self) -> list[Measured]:
        """Every ranking as a row of the study's table."""
        people = self.fitted.lists.people
        return [
            Measured.of(name, _shown(order), people, learned=name in (LEARNED, TREES))
            for name, order in self.orders.items()
        ]

    def coverage(self) -> dict[str, int]:
        """Count the told chances, and those whose interval holds the mean true chance of whom they were told to."""
        pairs = [self._applied(place) for place in range(len(self.fitted.lists.lists))]
        truth = np.concatenate([true for _, true in pairs])
        told = self.fitted.bundle.calibration.estimate(np.concatenate([scores for scores, _ in pairs]))
        blocks = [told.estimate == level for level in np.unique(told.estimate[np.isfinite(told.estimate)])]
        held = [told.low[rows][0] <= truth[rows].mean() <= told.high[rows][0] for rows in blocks]
        return {"told_chances": len(held), "held": int(np.sum(held))}

    def _applied(self, place: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Scores and true chances of the grants that a need's person applied to."""
        one = self.fitted.lists.lists[place]
        rows = self.prepared.source.candidates(one.query.first)
        applied = np.isin(rows, [self.prepared.builder.places[grant] for grant in one.query.grants])
        true = one.chances if one.chances is not None else np.full(len(rows), np.nan)
        return self.fitted.bundle.ranker.score(one.features.take(applied)), true[applied]


def experiment(*, people: int, seed: int, shuffled: bool) -> Experiment:
    """The experiment of the study; only the dealing of decisions differs."""
    return Experiment(
        name="simulated-world-shuffled" if shuffled else "simulated-world",
        seed=seed,
        source=Simulated(people=people, days=1095, until=UNTIL, shuffled=shuffled),
        split=Split(train=0.42, validate=0.1, calibrate=0.25),
        rankers=(Logistic(),),
        bootstrap=200,
        learning_curve=() if shuffled else (0.05, 0.1, 0.3),
    )


def trial(plan: Experiment, embedder: Embedder, told: Told) -> Trial:
    """Make a world, learn from it, measure."""

    def step(what: str, done: int, total: int) -> None:
        told(f"{plan.name}: {what}", done, total)

    step("outcomes", 0, 1)
    source = open_source(plan, today=UNTIL)
    step("outcomes", 1, 1)
    prepared = prepare(plan, source, embedder, progress=step)
    return Trial(prepared, fit(prepared, embedder, run=plan.name, commit=None))


def run(embedder: Embedder, *, people: int, seed: int, told: Told) -> Report:
    """Learn from a world, and from the same world shuffled; report both against the true chances."""
    real = trial(experiment(people=people, seed=seed, shuffled=False), embedder, told)
    dealt = trial(experiment(people=people, seed=seed, shuffled=True), embedder, told)
    chances = real.fitted.report["chances"]
    extra = {
        "simulated": True,
        "gains": real.gains(LEARNED),
        "beats_both": _beats_both(real.gains(LEARNED)),
        "shuffled": {
            "rankers": [row.as_dict() for row in dealt.rows()],
            "gains": dealt.gains(LEARNED),
            "beats_both": _beats_both(dealt.gains(LEARNED)),
        },
        "calibration_error": chances["calibration_error"],
        "calibration_noise": chances["calibration_noise"],
        "coverage": real.coverage(),
        "learning_curve": real.fitted.curve,
    }
    return Report("simulated_world", len(real.fitted.lists.lists), real.rows(), _notes(extra, dealt), extra)


def _shown(order: Order) -> dict[str, np.ndarray[Any, Any]]:
    figures = order.figures
    told = {"ndcg_at_10": figures[CHANCE_METRIC], "ndcg_at_10_outcomes": figures["ndcg_at_10"]}
    return {**told, "mrr": figures["mrr"]}


def _beats_both(gains: dict[str, dict[str, float]]) -> bool:
    return all(found["low"] > 0 for found in gains.values())


def _notes(extra: dict[str, Any], dealt: Trial) -> list[str]:
    error, held, shuffled = extra["calibration_error"], extra["coverage"], extra["shuffled"]
    curve = ", ".join(f"{count}: {value:.3f}" for count, value in extra["learning_curve"])
    trees = "; ".join(f"over {name} {_span(found)}" for name, found in dealt.gains(TREES).items())
    return [
        "SIMULATED: a made world over the sample catalogue; ndcg_at_10 is against its true chances.",
        *(f"learned over {name}: {_span(found)}" for name, found in extra["gains"].items()),
        *(
            f"decisions shuffled, learned over {name}: {_span(found)}"
            for name, found in shuffled["gains"].items()
        ),
        f"decisions shuffled, trees that know beforehand which way likeness may push: {trees}",
        f"calibration error {error['value']:.3f} on {error['count']} decisions, "
        f"where true chances would show {extra['calibration_noise']:.3f}",
        f"{held['held']} of {held['told_chances']} told 95 % intervals hold the mean true chance of those told it",
        f"ndcg_at_10 by decided applications learned from: {curve}",
    ]


def _span(found: dict[str, float]) -> str:
    return f"{found['value']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})"
