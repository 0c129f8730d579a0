"""Past awards at several origins in time, with gaps between what is learned from and what is measured.

At each origin everything, the kind of ranker too, is learned from the days before it; what is measured are the awards
of the next stretch of each funder's time, after a gap of some months in which nothing is known.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.award_records import read_awards
from experiments.past_awards import (
    LEARNED,
    Awards,
    Learned,
    Told,
    last_days,
    learn,
    owners_of,
    scored,
    split,
)
from experiments.report import Measured, Report, query_figures
from features.embedding import Embedder
from training.intervals import paired_interval

ORIGINS: Final = (0.4, 0.5, 0.6, 0.7, 0.8)
"""Shares of each funder's days after which it is measured."""
GAPS: Final = (0, 3, 6)
"""Months of 30 days between the days to learn from and those to measure."""
STRETCH: Final = 0.2
"""Length of what is measured, as a share of each funder's days."""
FEWEST: Final = 30
"""Queries, below which an origin with a gap is left out."""
SEED: Final = 20

MRR: Final = "mrr"


def run(data: Path, embedder: Embedder, *, told: Told) -> Report:
    """Measure the learned ranker and every baseline at each origin and gap."""
    records, grants = read_awards(data / "awards.jsonl")
    awards = Awards(tuple(records), embedder.embed([record.need.text for record in records]))
    rows: list[Measured] = []
    notes: list[str] = []
    queries_in_all = 0
    for at, origin in enumerate(ORIGINS):
        told("origins", at, len(ORIGINS))
        train, _ = split(awards, origin)
        seen = {record.grant_id for record in train.records}
        learned = learn(train, [grant for grant in grants if grant.id in seen], embedder, _quiet)
        for gap in GAPS:
            queries = after(awards, origin, gap, seen)
            if len(queries) < FEWEST:
                notes.append(f"{origin:.0%} + {gap} months: only {len(queries)} awards, left out")
                continue
            queries_in_all += len(queries)
            found, ahead = _at(learned, queries, f"{origin:.0%} + {gap} m")
            rows += found
            notes.append(
                f"{origin:.0%} + {gap} months: {len(queries)} awards, {learned.chosen.kind}; {ahead}"
            )
    told("origins", len(ORIGINS), len(ORIGINS))
    return Report("past_awards_origins", queries_in_all, rows, notes)


def after(awards: Awards, origin: float, gap: int, seen: set[str]) -> Awards:
    """Take the awards of programmes that were seen, with words, in the stretch that follows an origin and a gap."""
    first = last_days(awards.records, origin)
    length = {
        funder: last - first[funder]
        for funder, last in last_days(awards.records, min(1.0, origin + STRETCH)).items()
    }
    gone = timedelta(days=30 * gap)
    rows = [
        row
        for row, record in enumerate(awards.records)
        if record.grant_id in seen
        and first[record.funder] + gone < record.on <= first[record.funder] + gone + length[record.funder]
    ]
    return awards.take(rows).worded()


def _at(learned: Learned, queries: Awards, name: str) -> tuple[list[Measured], str]:
    """Measure all rankers on queries, and say by how much the learned one is ahead of the best baseline."""
    test, scores = scored(learned, queries, _quiet)
    owners = owners_of(queries)
    figures = {ranker: query_figures(table, test.paid) for ranker, table in scores.items()}
    rows = [
        Measured.of(f"{name}: {ranker}", found, owners, learned=ranker == LEARNED)
        for ranker, found in figures.items()
    ]
    return rows, _lead({ranker: found[MRR] for ranker, found in figures.items()}, owners)


def _lead(mrr: dict[str, NDArray[np.float64]], owners: NDArray[np.int64]) -> str:
    best = max((name for name in mrr if name != LEARNED), key=lambda name: float(mrr[name].mean()))
    gained = paired_interval(mrr[LEARNED], mrr[best], owners, np.random.default_rng(SEED))
    return f"learned {gained.value:+.3f} ({gained.low:+.3f} to {gained.high:+.3f}) beside {best}, the best baseline"


def _quiet(what: str, done: int, total: int) -> None:
    """Tell nothing: one bar over the origins is enough."""
