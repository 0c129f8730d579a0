"""Which kinds of needs a grant leans to, as a plane through the space of meanings, learned from the needs it met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.embedding import Vectors
from features.funders import Funders

PRIOR_NEEDS: Final = 5.0
"""A funder's mean need is drawn to everybody's as if so many more needs of everybody were its own."""
STEADY: Final = 1.0
"""Share of the mean variance that is added to each direction, so that few needs cannot mislead."""
LEAST_SPREAD: Final = 1e-4
"""Grants of a funder count as differing by at least this share of the spread among needs."""

AT_ONCE: Final = 8192
"""Needs that are worked on at a time, so that memory stays flat as history grows."""

Wide = NDArray[np.float64]


@dataclass(frozen=True)
class Leaning:
    """Linear discriminants (Fisher 1936) of the needs that grants and their funders met.

    Every mean is shrunk: a funder's to everybody's, a grant's to its funder's, the more the less the funder's
    grants differ from each other (empirical Bayes), so that grants which only differ by region do not pretend
    to differ in kind.
    """

    middle: Vectors
    """(dimension,) mean of all met needs."""
    by_funder: Vectors
    """(funders, dimension)."""
    funder_start: NDArray[np.float32]
    by_grant: Vectors
    """(grants, dimension); what a grant leans to beyond its funder."""
    grant_start: NDArray[np.float32]

    @classmethod
    def of(
        cls, vectors: Vectors, texts: NDArray[np.int64], grants: NDArray[np.int64], funders: Funders
    ) -> Leaning:
        """Learn from met needs: (needs,) rows of `vectors` (texts, dimension), and the grants that met them."""
        if not len(grants):
            return cls.flat(vectors.shape[1], funders)
        middle, scatter = _moments(vectors, texts)
        sums, counts = _sums_by_grant(vectors, texts, grants, len(funders.of_grant), middle)
        funder_sums, funder_counts = _sums(sums, funders.of_grant, len(funders.names), counts)
        of_funder = funder_sums / (funder_counts + PRIOR_NEEDS)[:, None]
        hold = _hold(float(np.trace(scatter)), sums, counts, funders)
        beyond = (sums - counts[:, None] * of_funder[funders.of_grant]) / (counts + hold)[:, None]
        of_grant = of_funder[funders.of_grant] + beyond
        crossed = sums.T @ of_grant
        spread = (scatter - crossed - crossed.T + of_grant.T @ (counts[:, None] * of_grant)) / len(grants)
        spread += (STEADY * np.trace(spread) / len(spread) + 1e-9) * np.eye(len(spread))
        return cls._of_means(middle, of_funder, of_grant, spread, funders)

    @classmethod
    def flat(cls, dimension: int, funders: Funders) -> Leaning:
        """The leaning of grants that have met no need yet: none."""
        size, wide = len(funders.of_grant), len(funders.names)
        return cls(
            np.zeros(dimension, dtype=np.float32),
            np.zeros((wide, dimension), dtype=np.float32),
            np.zeros(wide, dtype=np.float32),
            np.zeros((size, dimension), dtype=np.float32),
            np.zeros(size, dtype=np.float32),
        )

    @classmethod
    def _of_means(
        cls, middle: Wide, of_funder: Wide, of_grant: Wide, spread: Wide, funders: Funders
    ) -> Leaning:
        means = np.concatenate([of_funder, of_grant])
        planes = np.linalg.solve(spread, means.T).T
        starts = -0.5 * (planes * means).sum(axis=1)
        first, wide = planes[: len(of_funder)], starts[: len(of_funder)]
        own, narrow = planes[len(of_funder) :], starts[len(of_funder) :]
        return cls(
            middle.astype(np.float32),
            first.astype(np.float32),
            wide.astype(np.float32),
            (own - first[funders.of_grant]).astype(np.float32),
            (narrow - wide[funders.of_grant]).astype(np.float32),
        )

    def lean(self, vector: Vectors) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Give (funders,) and (grants,) log-odds-like leanings to a need; 0 where nothing is known."""
        away = vector - self.middle
        return self.by_funder @ away + self.funder_start, self.by_grant @ away + self.grant_start

    def moved(self, rows: NDArray[np.int64], places: NDArray[np.int64], funders: Funders) -> Leaning:
        """Renumber grants and funders (new numbers of the old ones, -1 for one that is gone)."""
        flat = Leaning.flat(len(self.middle), funders)
        kept, held = rows >= 0, places >= 0
        flat.by_funder[places[held]], flat.funder_start[places[held]] = (
            self.by_funder[held],
            self.funder_start[held],
        )
        flat.by_grant[rows[kept]], flat.grant_start[rows[kept]] = self.by_grant[kept], self.grant_start[kept]
        return Leaning(self.middle, flat.by_funder, flat.funder_start, flat.by_grant, flat.grant_start)

    def to_arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Give plain arrays, each name led by `name`, that `from_arrays` reads back."""
        return {f"{name}.{part}": getattr(self, part) for part in self.__dataclass_fields__}

    @classmethod
    def from_arrays(cls, name: str, arrays: Mapping[str, NDArray[Any]]) -> Leaning:
        """Read back what `to_arrays` gave under `name`."""
        return cls(**{part: arrays[f"{name}.{part}"] for part in cls.__dataclass_fields__})


def _moments(vectors: Vectors, texts: NDArray[np.int64]) -> tuple[Wide, Wide]:
    """Give (dimension,) mean of the needs, and (dimension, dimension) sum of their squared distances from it."""
    times = np.bincount(texts, minlength=len(vectors)).astype(np.float64)
    used = np.flatnonzero(times)
    parts = [used[at : at + AT_ONCE] for at in range(0, len(used), AT_ONCE)]
    middle = np.zeros(vectors.shape[1])
    for part in parts:
        middle += times[part] @ vectors[part].astype(np.float64)
    middle /= len(texts)
    scatter = np.zeros((len(middle), len(middle)))
    for part in parts:
        away = vectors[part].astype(np.float64) - middle
        scatter += away.T @ (times[part][:, None] * away)
    return middle, scatter


def _sums_by_grant(
    vectors: Vectors, texts: NDArray[np.int64], grants: NDArray[np.int64], size: int, middle: Wide
) -> tuple[Wide, Wide]:
    """Give (grants, dimension) sums of the needs' distances from the middle, and (grants,) how many there are."""
    totals, counts = np.zeros((size, len(middle))), np.zeros(size)
    for at in range(0, len(texts), AT_ONCE):
        part = slice(at, at + AT_ONCE)
        sums, count = _sums(vectors[texts[part]].astype(np.float64) - middle, grants[part], size)
        totals += sums
        counts += count
    return totals, counts


def _sums(rows: Wide, owners: NDArray[np.int64], size: int, counts: Wide | None = None) -> tuple[Wide, Wide]:
    """Give (owners, dimension) sums of rows and (owners,) sums of their counts, each row once without counts."""
    totals = np.zeros((size, rows.shape[1]))
    order = np.argsort(owners, kind="stable")
    present, starts = np.unique(owners[order], return_index=True)
    totals[present] = np.add.reduceat(rows[order], starts, axis=0)
    return totals, np.bincount(owners, counts, size).astype(np.float64)


def _hold(squares: float, sums: Wide, counts: Wide, funders: Funders) -> Wide:
    """Give (grants,) in how many needs' worth each grant is held to its funder: spread within / spread between.

    `squares` is the sum of the needs' squared distances from the middle.
    """
    means = sums / np.maximum(counts, 1)[:, None]
    seen = counts > 0
    inside = max(squares - float((sums * means).sum()), 0.0)
    within = inside / max(counts.sum() - seen.sum(), 1)
    several = counts > 1
    weight = np.where(several, counts, 0.0)
    funder_sums, funder_counts = _sums(sums, funders.of_grant, len(funders.names), counts)
    funder_means = funder_sums / np.maximum(funder_counts, 1)[:, None]
    apart = ((means - funder_means[funders.of_grant]) ** 2).sum(axis=1) - within / np.maximum(counts, 1)
    between = funders.total(apart * weight) / np.maximum(funders.total(weight), 1)
    between = np.maximum(between, LEAST_SPREAD * within)
    return np.asarray((within + 1e-12) / (between + 1e-12))[funders.of_grant]
