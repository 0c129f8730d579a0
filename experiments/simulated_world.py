"""Is what was learned true? In a made world, whose true chances are known, learning must beat both baselines.

And it must not where the decisions were dealt out again at random: then nothing is there to learn, and a ranker
that still looked better would be cheating. That half is asked of the linear ranker, which starts from nothing. Trees
are shown beside it, both those that the product learns, which are told beforehand which way likeness may push (that
knowledge survives any shuffling), and free ones. What is fitted to noise orders grants by the luck of one deal, so
the outcomes are dealt many times; who applied for what is not shuffled. All figures are printed as they come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np

from data.synthetic.world import shuffled as shuffled_history
from experiments.report import Measured, Report
from features.embedding import Embedder
from features.pairs import NAMES
from models.rankers.boosting import Boosting
from models.rankers.calibration import Calibration
from models.rankers.logistic import Logistic
from training.config import Experiment, OrderSettings, Simulated, Split
from training.evaluate import CHANCE_METRIC, Order, baselines, gain, order_of, worth
from training.fit import Fitted, fit
from training.metrics import Floats
from training.prepared import Prepared, prepare
from training.source import Source, open_source
from training.split import Period

UNTIL: Final = date(2026, 11, 22)
"""The last day of the made worlds: always the same, so that the study can be repeated."""
LEVEL: Final = 0.8
REDRAWN: Final = 200
DEALS: Final = 20
BASELINES: Final = ("similarity", "award_rate")
LEARNED: Final = "learned"
TREES: Final = "learned, trees told which way likeness pushes"
FREE_TREES: Final = "learned, free trees"
FREE: Final = Boosting(one_way=tuple((name, 0) for name in NAMES))
"""Trees that know nothing beforehand."""

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
        kinds = {TREES: Boosting(), FREE_TREES: FREE}
        trees = {
            name: kind.fit(pairs.features, pairs.awarded, weights=pairs.weights).score
            for name, kind in kinds.items()
        }
        scorers = {**baselines(), LEARNED: self.fitted.bundle.ranker.score, **trees}
        return {name: order_of(name, scorer, lists) for name, scorer in scorers.items()}

    def gains(self, name: str) -> dict[str, dict[str, float]]:
        """A ranking's nDCG@10 against the true chances, less each baseline's, with its interval by applicant."""
        rng, lists = np.random.default_rng(self.prepared.experiment.seed), self.fitted.lists
        ours = self.orders[name]
        return {
            other: gain(ours, self.orders[other], CHANCE_METRIC, lists, rng, replicates=1000).as_dict()
            for other in BASELINES
        }

    def gains_over_deals(self) -> dict[str, dict[str, float]]:
        """Deal the outcomes learned from again and again: the linear ranker's mean gains, with intervals over deals.

        What is fitted to one deal of noise orders grants by luck; a way of learning is judged by many.
        """
        rng, lists = np.random.default_rng(2), self.fitted.lists
        pairs = self.prepared.pairs(self.prepared.periods.refit)
        found = []
        for _ in range(DEALS):
            ranker = Logistic().fit(pairs.features, rng.permutation(pairs.awarded), weights=pairs.weights)
            found.append(worth(order_of("dealt", ranker.score, lists), lists, CHANCE_METRIC))
        half = 1.96 * float(np.std(found, ddof=1)) / DEALS**0.5
        means = {
            other: float(np.mean(found)) - worth(self.orders[other], lists, CHANCE_METRIC)
            for other in BASELINES
        }
        return {other: {"value": m, "low": m - half, "high": m + half} for other, m in means.items()}

    def rows(self) -> list[Measured]:
        """Every ranking as a row of the study's table."""
        people = self.fitted.lists.people
        return [
            Measured.of(name, _shown(order), people, learned=name in (LEARNED, TREES, FREE_TREES))
            for name, order in self.orders.items()
        ]

    def coverage(self) -> dict[str, float]:
        """Give how often the told 80 % intervals hold the true chance, over the decisions of the test period.

        The outcomes of the calibration period are drawn anew from the true chances many times, and the calibration
        with them. `held` is about the mean true chance of all who are told an interval, which is what it claims;
        `held_alone` about each one's own, which outcomes cannot tell.
        """
        rng, fitted, periods = np.random.default_rng(1), self.fitted, self.prepared.periods
        scores = fitted.bundle.ranker.score(self.prepared.pairs(periods.calibrate).features)
        asked = fitted.bundle.ranker.score(fitted.test.features)
        past, truth = self._true(periods.calibrate), self._true(periods.test)
        held, alone, width = [], [], []
        for _ in range(REDRAWN):
            told = Calibration.fit(scores, rng.random(len(past)) < past).estimate(asked, level=LEVEL)
            _, block = np.unique(told.estimate, return_inverse=True)
            mean = (np.bincount(block, truth) / np.bincount(block))[block]
            held.append(((told.low <= mean) & (mean <= told.high)).mean())
            alone.append(((told.low <= truth) & (truth <= told.high)).mean())
            width.append((told.high - told.low).mean())
        found = {"held": held, "held_alone": alone, "width": width}
        return {"level": LEVEL, **{name: float(np.mean(values)) for name, values in found.items()}}

    def _true(self, period: Period) -> Floats:
        """The true chances of a period's decided applications, in the order of its pairs."""
        source, places, found = self.prepared.source, self.prepared.builder.places, []
        for query in self.prepared.queries(period):
            assert source.chances is not None
            known = dict(
                zip(source.candidates(query.first).tolist(), source.chances(query.first), strict=True)
            )
            found += [float(known[places[grant]]) for grant in query.grants]
        return np.array(found)


def experiment(*, people: int, seed: int, shuffled: bool) -> Experiment:
    """The experiment of the study; only the dealing of decisions differs."""
    return Experiment(
        name="simulated-world-shuffled" if shuffled else "simulated-world",
        seed=seed,
        source=Simulated(people=people, days=1095, until=UNTIL, shuffled=shuffled),
        split=Split(train=0.5, validate=0.1, calibrate=0.2),
        rankers=(Logistic(),) if shuffled else (Logistic(), FREE),
        bootstrap=200,
        learning_curve=() if shuffled else (0.05, 0.1, 0.3),
        order=OrderSettings(learn=False),
    )


def trial(plan: Experiment, source: Source, embedder: Embedder, told: Told) -> Trial:
    """Learn from a world's outcomes, and measure."""

    def step(what: str, done: int, total: int) -> None:
        told(f"{plan.name}: {what}", done, total)

    prepared = prepare(plan, source, embedder, progress=step)
    return Trial(prepared, fit(prepared, embedder, run=plan.name, commit=None))


def run(embedder: Embedder, *, people: int, seed: int, told: Told) -> Report:
    """Learn from a world, and from the same world with its decisions shuffled; report both against the true chances."""
    plan, other = (experiment(people=people, seed=seed, shuffled=shuffled) for shuffled in (False, True))
    told("a made world", 0, 1)
    world = open_source(plan, today=UNTIL)
    told("a made world", 1, 1)
    history = shuffled_history(world.history, np.random.default_rng(seed))
    real = trial(plan, world, embedder, told)
    dealt = trial(other, replace(world, history=history), embedder, told)
    chances, over_deals = real.fitted.report["chances"], dealt.gains_over_deals()
    extra = {
        "simulated": True,
        "gains": real.gains(LEARNED),
        "beats_both": _beats_both(real.gains(LEARNED)),
        "shuffled": {
            "rankers": [row.as_dict() for row in dealt.rows()],
            "gains": over_deals,
            "gains_of_one_deal": dealt.gains(LEARNED),
            "beats_both": _beats_both(over_deals),
        },
        "calibration_error": chances["calibration_error"],
        "calibration_noise": chances["calibration_noise"],
        "chosen": real.fitted.bundle.ranker.name,
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
    trees = [
        f"decisions shuffled once, {name}: "
        + "; ".join(f"over {other} {_span(found)}" for other, found in dealt.gains(name).items())
        for name in (TREES, FREE_TREES)
    ]
    return [
        "SIMULATED: a made world over the sample catalogue; ndcg_at_10 is against its true chances.",
        *(f"learned over {name}: {_span(found)}" for name, found in extra["gains"].items()),
        *(
            f"decisions shuffled {DEALS} times, learned (linear) over {name}: {_span(found)} on average"
            for name, found in shuffled["gains"].items()
        ),
        f"decisions shuffled, learned beats both: {'YES' if shuffled['beats_both'] else 'no'}; "
        "who applied for what is not shuffled, and single deals order grants by luck, as the next lines show",
        *(
            f"decisions shuffled once, learned (linear) over {name}: {_span(found)}"
            for name, found in shuffled["gains_of_one_deal"].items()
        ),
        *trees,
        f"chosen by the validation period: {extra['chosen']}",
        f"calibration error {error['value']:.3f} on {error['count']} decisions, "
        f"where true chances would show {extra['calibration_noise']:.3f}",
        f"told {held['level']:.0%} intervals hold the mean true chance of those told them in {held['held']:.1%} of "
        f"decisions (goal 75 % to 85 %; {held['width']:.3f} wide on average; outcomes drawn anew {REDRAWN} times)",
        f"and one person's own true chance in {held['held_alone']:.1%}: one outcome an application cannot tell how "
        "far single chances lie apart, so a told chance is that of many who are like one",
        f"ndcg_at_10 by decided applications learned from: {curve}",
    ]


def _span(found: dict[str, float]) -> str:
    return f"{found['value']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})"
