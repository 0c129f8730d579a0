"""One run from outcomes to a measured bundle; it reads top to bottom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from features.embedding import Embedder
from models.rankers.bundle import About, Bundle
from models.rankers.calibration import Calibration
from models.rankers.protocol import Ranker
from training.choosing import choose, fit_one
from training.config import RankerConfig
from training.evaluate import curve_point, flat, order_of, report, told_on
from training.graded_order import learn_order
from training.latency import latency
from training.limits import limits_of
from training.lists import Lists
from training.pair_table import Pairs, PairStream
from training.prepared import Prepared


@dataclass(frozen=True)
class Fitted:
    """What a run found: the bundle, its report, and what is needed to draw it."""

    bundle: Bundle
    report: dict[str, Any]
    metrics: dict[str, float]
    curve: tuple[dict[str, float], ...]
    """Pairs learned from, and the figure that they bring on the test period with its interval."""
    test: Pairs
    lists: Lists
    """The test period's decided applications, and its needs against all of their candidates."""


def fit(
    prepared: Prepared, embedder: Embedder, *, run: str, commit: str | None, by: str | None = None
) -> Fitted:
    """Fit every ranker, let the validation period choose, refit, calibrate later, measure last.

    One thread does the arithmetic: with arrays this small, threads that wait for each other cost more than they save.
    """
    with threadpool_limits(limits=1):
        return _fit_all(prepared, embedder, run=run, commit=commit, by=by)


def _fit_all(
    prepared: Prepared, embedder: Embedder, *, run: str, commit: str | None, by: str | None
) -> Fitted:
    experiment, periods = prepared.experiment, prepared.periods
    rng = np.random.default_rng(experiment.seed)
    chosen, trials = choose(prepared)
    learned_from = prepared.stream(periods.refit)
    ranker = fit_one(chosen, learned_from, experiment.seed)
    later = prepared.pairs(periods.calibrate)
    calibration = Calibration.fit(
        ranker.score(later.features), later.awarded, pairs=later.features.select(ranker.columns)
    )
    test, lists = prepared.pairs(periods.test), prepared.lists(periods.test)
    why = _why_silent(told_on(calibration, ranker, test), len(later), experiment.fewest_decisions)
    calibration = Calibration.silent() if why else calibration
    limits = limits_of(
        prepared.decided, prepared.left_out, prepared.source.catalogue, calibration, why, lists
    )
    bundle = _bundle(prepared, embedder, ranker, calibration, limits, run=run, commit=commit)
    bundle, order = _with_order(prepared, bundle, embedder)
    served = prepared.served(bundle).score
    figures = report(ranker, calibration, lists, test, rng, served=served, replicates=experiment.bootstrap)
    curve = _curve(prepared, chosen, ranker, learned_from, lists)
    told = {
        **figures,
        "experiment": experiment.name,
        "simulated": prepared.source.simulated,
        "chosen": ranker.name,
        "trials": trials,
        "period": periods.test.as_dict(),
        "left_out": prepared.left_out.as_dict(),
        "limits": bundle.about.limits,
        "learned_from": len(learned_from),
        "curve": curve,
        "latency": latency(served, lists),
        **({} if order is None else {"order": order}),
    }
    metrics = {**flat(figures), **{f"latency_ms.{k}": v for k, v in told["latency"].items()}}
    metrics |= {} if order is None else {n: v for n, v in order.items() if n.startswith("judged.")}
    metrics = {name: value for name, value in metrics.items() if np.isfinite(value)}
    about = bundle.about.model_copy(update={"metrics": metrics, "fitted_by": by})
    return Fitted(replace(bundle, about=about), told, metrics, tuple(curve), test, lists)


def _why_silent(told: int, calibrated: int, fewest: int) -> str:
    """Say why no chance of an award is told to anybody; empty where chances can be told."""
    if not told:
        return f"{calibrated} decisions to calibrate by are too few"
    if told < fewest:
        return f"{told} decisions to check the chances by are too few, {fewest} are needed"
    return ""


def _with_order(
    prepared: Prepared, bundle: Bundle, embedder: Embedder
) -> tuple[Bundle, dict[str, Any] | None]:
    """Learn the order of lists into a bundle, where the experiment asks for it, and say how good it is."""
    settings = prepared.experiment.order
    if not settings.learn:
        return bundle, None
    prepared.progress("order", 0, 1)
    order, needs = learn_order(
        settings,
        embedder,
        prepared.source.catalogue.facts,
        seed=prepared.experiment.seed,
        told=prepared.source.judgements,
    )
    prepared.progress("order", 1, 1)
    judged = {f"judged.{name}": value for name, value in order.figures.items()}
    told = {"chosen": order.ranker.name, "trials": order.trials, **judged}
    return replace(bundle, order=order.ranker, needs=needs.to_arrays()), told


def _curve(
    prepared: Prepared, config: RankerConfig, whole: Ranker, learn: PairStream, lists: Lists
) -> list[dict[str, float]]:
    """Learn again from fewer people, drawn at random, to see what more outcomes would bring."""
    rng = np.random.default_rng(prepared.experiment.seed)
    people = rng.permutation(learn.counted[2])
    metric = "ndcg_at_10_chance" if prepared.source.simulated else "ndcg_at_10"

    def point(count: int, ranker: Ranker) -> dict[str, float]:
        order = order_of("curve", ranker.score, lists)
        return curve_point(count, order, metric, lists, rng, replicates=prepared.experiment.bootstrap)

    found = []
    for share in prepared.experiment.learning_curve:
        kept = replace(learn, people=people[: max(1, int(share * len(people)))])
        if 0 < kept.counted[1] < len(kept):
            found.append(point(len(kept), fit_one(config, kept, prepared.experiment.seed)))
    return [*found, point(len(learn), whole)]


def _bundle(
    prepared: Prepared,
    embedder: Embedder,
    ranker: Ranker,
    calibration: Calibration,
    limits: dict[str, Any],
    *,
    run: str,
    commit: str | None,
) -> Bundle:
    source, index = prepared.source, prepared.builder.index
    about = About(
        experiment=prepared.experiment.name,
        run=run,
        trained_until=source.until,
        simulated=source.simulated,
        columns=ranker.columns,
        embedder=embedder.name,
        dimension=embedder.dimension,
        data=source.fingerprint(),
        catalogue=source.catalogue.digest,
        commit=commit,
        config=prepared.experiment.as_dict(),
        metrics={},
        tested_from=prepared.periods.test.start,
        limits=limits,
    )
    history = prepared.builder.memory.log.known(before=source.after)
    return Bundle(about, ranker, calibration, history, index.to_arrays())
