"""Documents with grades for queries: do our rankers put them in order at least as well as LightGBM's own example?

Which of our rankers is taken is decided by cross-validation on the training queries alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.letor_records import Judged, find_files, read_judged
from experiments.report import Measured, Report
from models.rankers.graded import GradedLinear, GradedTrees
from models.rankers.protocol import Ranker
from training.intervals import paired_interval
from training.metrics import ndcg

FOLDS: Final = 5
ROUNDS: Final = 2
"""Times that the folds are drawn anew, so that a choice does not hang on one draw."""
SEED: Final = 0
PLACES: Final = (10, 1, 3, 5)
RIVALS: Final[dict[str, GradedLinear | GradedTrees]] = {
    "linear, listwise": GradedLinear(),
    "trees, lambdarank": GradedTrees(),
    "trees, lambdarank, 3 seeds": GradedTrees(seeds=3),
    "trees, cross-entropy, 3 seeds": GradedTrees(objective="rank_xendcg", seeds=3),
}
EXAMPLE: Final[dict[str, Any]] = {
    "objective": "lambdarank",
    "num_leaves": 31,
    "learning_rate": 0.1,
    "max_bin": 255,
    "bagging_freq": 1,
    "bagging_fraction": 0.9,
    "min_data_in_leaf": 50,
    "min_sum_hessian_in_leaf": 5.0,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
"""LightGBM's settings in the example that the set comes with, but for early stopping."""

Told = Callable[[str, int, int], None]
Values = NDArray[np.float64]


def run(data: Path, *, test: Path | None = None, told: Told) -> Report:
    """Choose by cross-validation on the training queries, fit on all of them, measure on the test queries."""
    learn = read_judged(find_files(data, "train"))
    check = read_judged(test or find_files(data, "test"), columns=len(learn.pairs.columns))
    chances = dict.fromkeys(RIVALS, 0.0)
    for at, name in enumerate(RIVALS):
        told("choosing", at, len(RIVALS))
        chances[name] = float(np.mean([cross_validated(RIVALS[name], learn, seed) for seed in range(ROUNDS)]))
    told("choosing", len(RIVALS), len(RIVALS))
    best = max(chances, key=lambda name: chances[name])
    scores = {
        "order of the file": -np.arange(len(check.grades), dtype=np.float64),
        "LightGBM LambdaRank, its example's settings": lightgbm_example(learn, check),
        **{name: fit(kind, learn).score(check.pairs) for name, kind in RIVALS.items()},
    }
    scores["chosen by cross-validation"] = scores[best]
    return _report(check, scores, best, chances)


def fit(kind: GradedLinear | GradedTrees, learn: Judged) -> Ranker:
    """Fit a ranker of the product on graded documents."""
    return kind.fit(learn.pairs, learn.grades, groups=learn.queries, seed=SEED)


def cross_validated(kind: GradedLinear | GradedTrees, learn: Judged, seed: int) -> float:
    """Give the mean of nDCG@1, 3, 5 and 10 over queries that the ranker has not seen."""
    numbers = np.unique(learn.queries)
    fold = np.random.default_rng(seed).permutation(np.arange(len(numbers)) % FOLDS)
    of_document = fold[np.searchsorted(numbers, learn.queries)]
    scores = np.zeros(len(learn.grades))
    for held in range(FOLDS):
        ranker = fit(kind, learn.take(of_document != held))
        scores[of_document == held] = ranker.score(learn.take(of_document == held).pairs)
    return float(np.mean([np.nanmean(values) for values in figures(scores, learn).values()]))


def figures(scores: Values, judged: Judged) -> dict[str, Values]:
    """Give nDCG at each number of places, (queries,), with gains 2^grade - 1; NaN for a query without a useful one."""
    found: dict[str, list[float]] = {f"ndcg_at_{k}": [] for k in PLACES}
    for query in np.unique(judged.queries):
        own = judged.queries == query
        gains = 2.0 ** judged.grades[own] - 1.0
        for k in PLACES:
            found[f"ndcg_at_{k}"].append(ndcg(scores[own], gains, k=k))
    return {name: np.array(values) for name, values in found.items()}


def lightgbm_example(learn: Judged, check: Judged) -> Values:
    """Score by LightGBM itself, trained as in its example with 100 trees."""
    import lightgbm

    sizes = np.unique(learn.queries, return_counts=True)[1]
    order = np.argsort(learn.queries, kind="stable")
    table = lightgbm.Dataset(learn.pairs.matrix[order].astype(np.float64), learn.grades[order], group=sizes)
    model = lightgbm.train(EXAMPLE, table, num_boost_round=100)
    return np.asarray(model.predict(check.pairs.matrix.astype(np.float64)), dtype=np.float64)


def _report(check: Judged, scores: dict[str, Values], best: str, chances: dict[str, float]) -> Report:
    measured = {name: figures(values, check) for name, values in scores.items()}
    owners = np.unique(check.queries)
    ours = ("chosen by cross-validation", *RIVALS)
    rows = [Measured.of(name, found, owners, learned=name in ours) for name, found in measured.items()]
    example = measured["LightGBM LambdaRank, its example's settings"]
    gains = {
        name: paired_interval(values, example[name], owners, np.random.default_rng(SEED))
        for name, values in measured["chosen by cross-validation"].items()
    }
    notes = (
        f"chosen: {best}, by {ROUNDS} x {FOLDS}-fold cross-validation over training queries (mean of the four: "
        + ", ".join(f"{name} {value:.3f}" for name, value in chances.items())
        + ")",
        "chosen less LightGBM's example, query by query: "
        + ", ".join(f"{name} {gain}" for name, gain in gains.items()),
        f"queries without any useful document count nowhere: {int(np.isnan(example['ndcg_at_10']).sum())}",
    )
    return Report("letor", len(owners), rows, notes, {"chosen": best, "cross_validated": chances})
