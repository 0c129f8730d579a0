"""Lays a period's needs out against every grant that was not ruled out, once for all rankings to be measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.people.outcomes import Result
from features.pairs import PairFeatures
from training.asked import Query
from training.dataset import Builder
from training.metrics import Floats
from training.source import Source


@dataclass(frozen=True)
class Candidates:
    """One need and all its candidates; the arrays are (candidates,)."""

    query: Query
    rows: NDArray[np.int64]
    """Places of the grants in the catalogue."""
    features: PairFeatures
    ruled_out: NDArray[np.bool_]
    """Whether stage one rules it out by what is known: it is here only because it was applied to all the same."""
    awarded: NDArray[np.bool_]
    """Whether it was applied to and awarded; what was not applied to counts as not."""
    chances: Floats | None
    """True chances of an award, which only a made world knows."""
    weight: float
    """How much the query counts: more where what was awarded was seldom seen."""


@dataclass(frozen=True)
class Lists:
    """The candidates of a period's queries."""

    lists: tuple[Candidates, ...]

    @property
    def people(self) -> NDArray[np.int64]:
        """(queries,) number of the person who asked."""
        return np.array([one.query.person for one in self.lists], dtype=np.int64)

    @property
    def weights(self) -> Floats:
        """(queries,) how much each counts."""
        return np.array([one.weight for one in self.lists], dtype=np.float64)


def lay_out(
    queries: Sequence[Query], source: Source, builder: Builder, *, told: Callable[[], None] | None = None
) -> Lists:
    """Describe each query's need against its candidates, what was applied to among them."""
    lists = []
    for query in queries:
        lists.append(_laid(query, source, builder))
        if told:
            told()
    return Lists(tuple(lists))


def _laid(query: Query, source: Source, builder: Builder) -> Candidates:
    applied = np.array([builder.places[grant] for grant in query.grants], dtype=np.int64)
    allowed = source.candidates(query.first)
    chances = source.chances(query.first) if source.chances else None
    rows = allowed if chances is not None else np.union1d(allowed, applied)
    won = [(a, o.result is Result.AWARDED) for a, o in query.decided]
    awarded = np.isin(rows, [builder.places[a.grant_id] for a, yes in won if yes])
    weights = [builder.weight(a) for a, yes in won if yes]
    weight = float(np.mean(weights)) if weights else 1.0
    ruled_out = ~np.isin(rows, allowed)
    return Candidates(query, rows, builder.features(query.first, rows), ruled_out, awarded, chances, weight)
