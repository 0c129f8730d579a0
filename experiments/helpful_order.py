"""Whether the order of a list helps: situations that an adviser graded, put to the product as a person would.

Two figures stand for ours. *What ships* was learned from the project's own judged situations alone and has seen none of
these. *Cross-validated* learned from those and from four fifths of these. A grant that was not graded, or takes no
applications any more, is left out of lists and of the best list. Who graded is told by the folder's README; where that
is a language model, no figure here speaks for people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import sample_catalogue
from data.people.base_rates import sample_rates
from data.people.judgements import read_judgements
from experiments.report import Measured, Report
from features.embedding import Embedder
from features.pairs import PairFeatures
from models.pairing import Pairing
from models.rankers.baselines import likely_and_alike
from training.config import OrderSettings
from training.graded_order import (
    GradedLists,
    cross_validated,
    fit_needs,
    fit_order,
    folds_of,
    read_needs,
)

SEED: Final = 7
JUDGED_ON: Final = date(2026, 11, 29)
WORST: Final = 10
TOLD: Final = {"nothing told": (0, 0), "some told": (1, 3), "much told": (4, 10**6)}
"""By how many facts a situation tells."""

Told = Callable[[str, int, int], None]
Score = Callable[[int, PairFeatures], NDArray[np.float64]]


def run(data: Path, embedder: Embedder, *, test: Path | None = None, told: Told) -> Report:
    """Measure on the situations of `data`, or of `test` alone, with what is learned from the project's own."""
    told("learning", 0, 3)
    settings, catalogue = OrderSettings(), sample_catalogue()
    needs = fit_needs(read_needs(settings.needs), embedder, catalogue.facts)
    pairing = Pairing.build(catalogue, sample_rates(catalogue), embedder, needs=needs)
    own = GradedLists.of(read_judgements(settings.judgements), pairing, on=settings.judged_on)
    told("learning", 1, 3)
    order = fit_order(own, settings.rankers, embedder, seed=SEED)
    told("learning", 2, 3)
    lists = GradedLists.of(read_judgements(test or data), pairing, on=JUDGED_ON)
    chosen = settings.rankers[max(range(len(order.trials)), key=lambda at: order.trials[at]["ndcg_at_10"])]
    ours = {"what ships": lists.figures(lambda _, pairs: order.ranker.score(pairs))}
    if test is None:
        folds = folds_of(lists.texts, embedder, seed=SEED)
        ours["cross-validated"] = cross_validated(lists, chosen, folds, seed=SEED, more=own)
    told("learning", 3, 3)
    return _report(lists, ours, order.trials)


def _report(
    lists: GradedLists,
    ours: Mapping[str, dict[str, NDArray[np.float64]]],
    trials: tuple[dict[str, object], ...],
) -> Report:
    owners = np.arange(len(lists))
    figures = {**{name: lists.figures(score) for name, score in _baselines(lists).items()}, **ours}
    rows = [Measured.of(name, found, owners, learned=name in ours) for name, found in figures.items()]
    shipped = ours["what ships"]["ndcg_at_10"]
    worst = [int(row) for row in np.argsort(np.nan_to_num(shipped, nan=2.0), kind="stable")[:WORST]]
    by_told = {
        name: float(np.nanmean(shipped[rows_told]))
        for name, (least, most) in TOLD.items()
        if len(rows_told := [row for row, many in enumerate(lists.told) if least <= many <= most])
    }
    notes = (
        "what ships, by how much was told: " + ", ".join(f"{name} {v:.3f}" for name, v in by_told.items()),
        "the worst: " + ", ".join(f"{lists.ids[row]} {shipped[row]:.2f}" for row in worst),
        "lists of which none of the first ten is of use: "
        f"{float((ours['what ships']['useless_at_10'] == 1.0).mean()):.3f}",
        "our own situations, cross-validated: "
        + ", ".join(f"{one['config']['kind']} {one['ndcg_at_10']:.3f}" for one in trials),  # type: ignore[index]
    )
    return Report("helpful_order", len(lists), rows, notes, {"by_told": by_told})


def _baselines(lists: GradedLists) -> dict[str, Score]:
    rng = np.random.default_rng(SEED)
    drawn = [rng.random(len(pairs)) for pairs in lists.pairs]

    def column(name: str) -> Score:
        return lambda _, pairs: np.nan_to_num(pairs.column(name).astype(np.float64))

    alike = likely_and_alike()
    return {
        "best possible": lambda row, _: lists.grades[row].astype(np.float64),
        "at random": lambda row, _: drawn[row],
        "by meaning": column("meaning_text"),
        "by words": column("words_text"),
        "by chance of qualifying": column("qualifies"),
        "by purpose": column("pays_for_it"),
        "likely and alike, nothing learned": lambda _, pairs: alike.score(pairs),
    }
