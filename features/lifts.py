"""How much more often than expected a funder, and a grant beyond its funder, made awards that carry a code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.funders import Funders
from features.tallies import Counts, Tally

WIDEST_SPREAD: Final = 50.0
LEAST_SPREAD: Final = 1e-3
"""Bounds of the variance of ratios from code to code; its inverse is how many awards an expectation is worth."""


@dataclass(frozen=True)
class Lifts:
    """Ratios of awards made to awards expected, shrunk as much as the record of each grant says they should be.

    A gamma prior on Poisson rates whose strength is estimated, by moments, from all codes at once (empirical
    Bayes, as DuMouchel 1999): where a grant's awards follow the codes no more than chance, single codes say little.
    """

    tally: Tally
    funders: Funders
    awarded: Counts
    """(grants,) awards in all."""
    hold_of_funder: Counts
    """(funders,) expected awards that the prior is worth."""
    hold_of_grant: Counts

    @classmethod
    def of(cls, tally: Tally, funders: Funders, awarded: Counts) -> Lifts:
        """Estimate the strengths of the priors from all codes of a tally."""
        size = len(funders.names)
        codes = np.repeat(np.arange(len(tally.codes)), np.diff(tally.starts))
        made = tally.awarded.astype(np.float64)
        by_grant = _Entries(tally.grants.astype(np.int64), codes, made)
        by_funder = by_grant.merged(funders.of_grant, len(tally.codes))
        everybody = np.zeros(size, dtype=np.int64)
        total = funders.total(awarded)
        return cls(
            tally,
            funders,
            awarded,
            by_funder.holds(everybody, total / max(total.sum(), 1.0), len(tally.codes)),
            by_grant.holds(funders.of_grant, _share(awarded, total[funders.of_grant]), len(tally.codes)),
        )

    def of_codes(
        self, codes: Sequence[str], *, near: tuple[Counts, Counts] | None = None
    ) -> tuple[Counts, Counts]:
        """Give (funders,) and (grants,) ratios, from the widest code to the narrowest; 1 where nothing is known.

        Each code's ratio is drawn to the one before it, and the first to `near` or to 1.
        """
        ratios = near or (np.ones(len(self.funders.names)), np.ones(len(self.awarded)))
        for code in codes:
            ratios = self.of_counts(self.tally.of_code(code)[0], ratios)
        return ratios

    def of_counts(self, made: Counts, parents: tuple[Counts, Counts]) -> tuple[Counts, Counts]:
        """Give the ratios of (grants,) awards made to those expected, drawn to `parents`."""
        total, by_funder = self.funders.total(self.awarded), self.funders.total(made)
        expected = total * (made.sum() / max(total.sum(), 1.0))
        of_funder = (by_funder + self.hold_of_funder * parents[0]) / (expected + self.hold_of_funder)
        own = by_funder[self.funders.of_grant] * _share(self.awarded, total[self.funders.of_grant])
        of_grant = (made + self.hold_of_grant * parents[1]) / (own + self.hold_of_grant)
        return of_funder, of_grant


@dataclass(frozen=True)
class _Entries:
    """Awards by unit (a grant or a funder) and code; pairs without awards are not listed."""

    units: NDArray[np.int64]
    codes: NDArray[np.int64]
    made: Counts

    def merged(self, parents: NDArray[np.int64], codes: int) -> _Entries:
        """Add up the entries of units with the same parent."""
        pairs, group = np.unique(parents[self.units] * max(codes, 1) + self.codes, return_inverse=True)
        made = np.bincount(group, self.made, pairs.size).astype(np.float64)
        return _Entries(pairs // max(codes, 1), pairs % max(codes, 1), made)

    def holds(self, parents: NDArray[np.int64], share: Counts, codes: int) -> Counts:
        """Give (units,) 1 / variance of made / expected over all codes, beyond what chance alone would bring.

        Expected is the unit's share of its parent's awards with the code, so over codes c with parent counts m_c
        the variance is sum((made - share m)^2 - share m) / sum((share m)^2).
        """
        above = self.merged(parents, codes)
        size = int(parents.max(initial=0)) + 1
        sums = np.bincount(above.units, above.made, size)
        squares = np.bincount(above.units, above.made**2, size)
        keys = above.units * max(codes, 1) + above.codes
        found = np.searchsorted(keys, parents[self.units] * max(codes, 1) + self.codes)
        crossed = np.bincount(self.units, self.made * above.made[found], len(parents)) * share
        own = np.bincount(self.units, self.made**2, len(parents))
        expected = share**2 * squares[parents]
        variance = (own - 2 * crossed + expected - share * sums[parents]) / np.maximum(expected, 1e-12)
        return np.asarray(1.0 / np.clip(variance, LEAST_SPREAD, WIDEST_SPREAD), dtype=np.float64)


def _share(part: Counts, whole: Counts) -> Counts:
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
