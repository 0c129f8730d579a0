"""Which classroom projects will go unfunded? Learned from one winter, measured on the next.

Outcome 1 is the bad one, so a high score asks for help, not for praise. Between the winters lies most of a year of
which nothing is known. What is chosen and how chances are told is therefore decided on the hardest question that the
training file can ask: its latest projects, in regions that the ranker has not seen, weighted to the regions of those
to be scored (where a project lies is known beforehand; how it fares is not).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

from experiments.funding_groups import compared, in_words
from experiments.project_records import Projects, read_projects
from experiments.report import Measured, Report
from features.pairs import PairFeatures
from models.rankers.average import average
from models.rankers.boosting import Boosting
from models.rankers.calibration import Calibration
from models.rankers.logistic import Logistic
from models.rankers.protocol import Ranker
from training.intervals import statistic_interval
from training.metrics import Estimate, area_under_curve, calibration_error

PLACES: Final = 1000
LATEST: Final = 1 / 3
"""Share of the training days, the latest, that choosing and calibrating use."""
PARTS: Final = 4
"""Regions are dealt out to so many parts; each is scored by a ranker that saw only the others."""
MOST_WEIGHT: Final = 5.0
SURE: Final = 1e-4
"""Chances nearer to 0 or 1 count as this near when their odds are taken."""
SEED: Final = 0
REPLICATES: Final = 200
RATES: Final = ("district", "teacher", "zip")
CARRIERS: Final = ("school_metro", "teacher_prefix", "poverty_level")
"""Columns with these in their names tell what the groups tell."""

LINEAR: Final = Logistic(strength=0.01)
TREES: Final = Boosting(
    trees=300,
    learning_rate=0.03,
    least_pairs=50,
    ridge=10.0,
    column_share=0.3,
    one_way=tuple((f"donation_{who}_funding_rate_{years}yr", -1) for who in RATES for years in (1, 2)),
)
RIVALS: Final = ("logistic", "boosted trees", "average of both")

Told = Callable[[str, int, int], None]
Values = NDArray[np.float64]
Groups = dict[str, dict[str, dict[str, float | None]]]
"""Attribute → group → its figures; None where there is nothing to measure."""


@dataclass(frozen=True)
class Rehearsal:
    """The latest training projects, scored by rankers that knew neither their time nor their region."""

    projects: Projects
    scores: dict[str, Values]
    weights: Values
    """(projects,) so that regions weigh as among the projects to be scored."""


def run(data: Path, *, told: Told) -> Report:
    """Choose, fit and calibrate on the training files of a folder, and measure on its test files."""
    train, test = read_projects(data, "train"), read_projects(data, "test")
    if train.pairs.columns != test.pairs.columns:
        test = same_columns(test, train.pairs.columns)
    rehearsed = rehearse(train, test.regions, told)
    share = PLACES / len(test)
    found = {name: weighted_precision(rehearsed, name, share=share) for name in RIVALS}
    best = max(found, key=lambda name: found[name])
    told("fitting", 0, 3)
    rankers = fit_all(train.pairs, train.unfunded)
    scores = {name: ranker.score(test.pairs) for name, ranker in rankers.items()}
    told("fitting", 1, 3)
    blind = fit_all(without(train.pairs, CARRIERS), train.unfunded)[best]
    scores[f"{best}, blind to groups"] = blind.score(without(test.pairs, CARRIERS))
    told("fitting", 2, 3)
    plain = baselines(train, test)
    told("fitting", 3, 3)
    told_by = {name: calibrated(rehearsed, name, scores[name]) for name in RIVALS}
    told_by[f"{best}, blind to groups"] = calibrated(rehearsed, best, scores[f"{best}, blind to groups"])
    return _report(train, test, {**plain, **scores}, told_by, best, found)


def rehearse(train: Projects, ahead: NDArray[np.str_], told: Told) -> Rehearsal:
    """Score the latest projects of each part of the regions by rankers fitted on earlier ones of the other parts."""
    first, last = int(train.days.min()), int(train.days.max())
    late = train.days > last - (last - first + 1) * LATEST
    names = np.unique(train.regions)
    part_of = np.random.default_rng(SEED).permutation(np.arange(len(names)) % PARTS)
    part = part_of[np.searchsorted(names, train.regions)]
    scores = {name: np.full(len(train), np.nan) for name in RIVALS}
    for held in range(PARTS):
        told("rehearsing", held, PARTS)
        learn, check = ~late & (part != held), late & (part == held)
        if not check.any():
            continue
        for name, ranker in fit_all(train.pairs.take(learn), train.unfunded[learn]).items():
            scores[name][check] = ranker.score(train.pairs.take(check))
    told("rehearsing", PARTS, PARTS)
    weights = to_mix(train.regions[late], ahead)
    return Rehearsal(train.take(late), {name: values[late] for name, values in scores.items()}, weights)


def fit_all(pairs: PairFeatures, unfunded: NDArray[np.int64]) -> dict[str, Ranker]:
    """Fit every rival; the average votes with the very rankers that stand beside it."""
    members = [kind.fit(pairs, unfunded, seed=SEED) for kind in (LINEAR, TREES)]
    return dict(zip(RIVALS, [*members, average("average", members)], strict=True))


def to_mix(regions: NDArray[np.str_], ahead: NDArray[np.str_]) -> Values:
    """Give each project a weight so that regions have the shares they have `ahead`, within bounds."""
    names, own, counts = np.unique(regions, return_inverse=True, return_counts=True)
    wanted = np.array([np.mean(ahead == name) for name in names])
    return np.asarray(np.clip(wanted / (counts / len(regions)), 0.01, MOST_WEIGHT)[own], dtype=np.float64)


def weighted_precision(rehearsed: Rehearsal, name: str, *, share: float) -> float:
    """Give the share of unfunded projects among the first `share` of the rehearsed ones, all by their weight."""
    order = np.argsort(-rehearsed.scores[name], kind="stable")
    unfunded, weights = rehearsed.projects.unfunded[order], rehearsed.weights[order]
    first = np.cumsum(weights) <= share * weights.sum()
    return float(np.average(unfunded[first], weights=weights[first]))


def baselines(train: Projects, test: Projects) -> dict[str, Values]:
    """Give scores that learn little or know nothing of the product: chance, the price, and LightGBM as it comes."""
    import lightgbm

    price = next(name for name in train.pairs.columns if "asking_price" in name)
    table = lightgbm.Dataset(train.pairs.matrix.astype(np.float64), train.unfunded)
    settings = {"objective": "binary", "verbose": -1, "deterministic": True, "force_row_wise": True}
    model = lightgbm.train(settings, table, num_boost_round=100)
    return {
        "chance": np.random.default_rng(SEED).random(len(test)),
        "price asked": test.pairs.column(price).astype(np.float64),
        "LightGBM as it comes": np.asarray(
            model.predict(test.pairs.matrix.astype(np.float64), raw_score=True)
        ),
    }


def precision(scores: Values, unfunded: NDArray[np.int64]) -> float:
    """Give the share of unfunded projects among the first thousand."""
    first = np.argsort(-scores, kind="stable")[:PLACES]
    return float(unfunded[first].mean())


def figures(scores: Values, chances: Values, unfunded: NDArray[np.int64]) -> dict[str, Estimate]:
    """Measure scores, and the chances told, with intervals by drawing projects anew."""
    every, actual = np.arange(len(scores)), unfunded.astype(np.float64)
    measures: dict[str, Callable[[NDArray[np.intp]], float]] = {
        "precision_at_1000": lambda rows: precision(scores[rows], unfunded[rows]),
        "auc": lambda rows: area_under_curve(scores[rows], actual[rows]),
        "calibration_error": lambda rows: calibration_error(chances[rows], actual[rows]),
    }
    return {
        name: statistic_interval(measure, every, np.random.default_rng(SEED), replicates=REPLICATES)
        for name, measure in measures.items()
    }


def by_group(scores: Values, chances: Values, test: Projects) -> Groups:
    """Give for each group its share of the first thousand, and there precision and recall; and calibration error."""
    first = np.zeros(len(test), dtype=np.bool_)
    first[np.argsort(-scores, kind="stable")[:PLACES]] = True
    found: Groups = {}
    for name, values in test.groups.items():
        found[name] = {}
        for value in np.unique(values):
            own = values == value
            bad = own & (test.unfunded == 1)
            found[name][str(value)] = {
                "projects": int(own.sum()),
                "unfunded": round(float(test.unfunded[own].mean()), 3),
                "among_first": int((first & own).sum()),
                "precision": round(float(test.unfunded[first & own].mean()), 3)
                if (first & own).any()
                else None,
                "recall": round(float(first[bad].mean()), 3),
                "calibration_error": round(
                    calibration_error(chances[own], test.unfunded[own].astype(np.float64)), 3
                ),
            }
    return found


def without(pairs: PairFeatures, parts: tuple[str, ...]) -> PairFeatures:
    """Leave out the columns whose name holds one of `parts`."""
    kept = [at for at, name in enumerate(pairs.columns) if not any(part in name for part in parts)]
    return PairFeatures(tuple(pairs.columns[at] for at in kept), pairs.matrix[:, kept])


def same_columns(projects: Projects, columns: tuple[str, ...]) -> Projects:
    """Put columns into another file's order; one that is missing is unknown everywhere."""
    held = {name: projects.pairs.column(name) for name in projects.pairs.columns}
    unknown = np.full(len(projects), np.nan, dtype=np.float32)
    matrix = np.column_stack([held.get(name, unknown) for name in columns])
    pairs = PairFeatures(columns, matrix)
    return Projects(pairs, projects.unfunded, projects.days, projects.regions, projects.groups)


def calibrated(rehearsed: Rehearsal, name: str, scores: Values) -> Values:
    """Tell the chance of going unfunded that goes with each score, by what became of the rehearsed projects.

    On average they are as high as the rate of the rehearsed projects with the regions ahead (post-stratification).
    """
    unfunded, weights = rehearsed.projects.unfunded, rehearsed.weights
    calibration = Calibration.fit(rehearsed.scores[name], unfunded, weights=weights)
    return levelled(calibration.estimate(scores).nearest, float(np.average(unfunded, weights=weights)))


def levelled(chances: Values, mean: float) -> Values:
    """Move all log-odds by the same amount so that the chances have this mean."""
    odds = logit(np.clip(chances, SURE, 1 - SURE))
    return np.asarray(expit(odds + brentq(lambda by: expit(odds + by).mean() - mean, -10, 10)))


def _report(
    train: Projects,
    test: Projects,
    scores: dict[str, Values],
    told_by: dict[str, Values],
    best: str,
    rehearsed: dict[str, float],
) -> Report:
    base = np.full(len(test), float(train.unfunded.mean()))
    plainly = {name: 1 / (1 + np.exp(-values)) for name, values in scores.items()}
    chances = {**plainly, "chance": base, "price asked": base, **told_by}
    rows = [
        Measured(
            f"{name} (chosen)" if name == best else name,
            learned=name in told_by,
            figures=figures(values, chances[name], test.unfunded),
        )
        for name, values in scores.items()
    ]
    groups = by_group(scores[best], told_by[best], test)
    fair = compared(
        test.unfunded,
        {name: told_by[name] for name in (best, f"{best}, blind to groups")},
        test.groups,
        seed=SEED,
    )
    notes = (
        f"{len(train)} projects to learn from, {train.unfunded.mean():.3f} of them unfunded; {len(test)} to measure, "
        f"{test.unfunded.mean():.3f}; outcome 1 = not funded",
        f"chosen: {best}, by precision in the same share of the latest third of the training days, in unseen regions: "
        + ", ".join(f"{name} {value:.3f}" for name, value in rehearsed.items()),
        "ours are calibrated on those same rehearsed projects, weighted to the regions ahead, and levelled to their "
        "mean; no outcome of the measured time is used. How to choose and to level was settled with these figures in "
        "view, so that only other data can confirm them",
        "recall of the chosen in its first thousand: "
        + "; ".join(
            f"{name}: " + ", ".join(f"{value} {told['recall']:.3f}" for value, told in values.items())
            for name, values in groups.items()
        ),
        "columns carry what the groups tell; the row blind to groups leaves out prefix, metro and poverty",
        "by group, as a fairness review tells it (95 % intervals; 10 points matter, or outside 0.8 to 1.25 times):",
        *in_words(fair),
    )
    extra: dict[str, Any] = {"chosen": best, "rehearsal_precision": rehearsed, "groups": groups}
    extra["fairness"] = [one.as_dict() for one in fair]
    return Report("funding_outcomes", len(test), rows, notes, extra)
