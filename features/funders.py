"""Which grants belong to the same funder, since a new grant is best understood from its funder's others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.catalogue.grants import Grant


@dataclass(frozen=True)
class Funders:
    """The funders of some grants."""

    names: tuple[str, ...]
    of_grant: NDArray[np.int64]
    """(grants,) place of each grant's funder in `names`."""

    @classmethod
    def of(cls, grants: Sequence[Grant]) -> Funders:
        """Find the funders; a grant without one stands for itself."""
        named = [funder_name(grant) for grant in grants]
        names = tuple(sorted(set(named)))
        place = {name: at for at, name in enumerate(names)}
        return cls(names, np.array([place[name] for name in named], dtype=np.int64))

    def total(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give (funders,) the sums of (grants,) values."""
        return np.bincount(self.of_grant, values, len(self.names)).astype(np.float64)

    def largest(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give (funders,) the largest of (grants,) values; NaN where none is known."""
        most = np.full(len(self.names), -np.inf)
        np.maximum.at(most, self.of_grant, np.nan_to_num(values, nan=-np.inf))
        return np.where(np.isinf(most), np.nan, most)


def funder_name(grant: Grant) -> str:
    """Give what tells one funder from another: its identifier, else its name, else the grant's own id."""
    if grant.funder is None:
        return f"grant {grant.id}"
    return grant.funder.id or grant.funder.name
