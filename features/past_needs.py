"""The needs that a grant has met, or declined, before: how close a new need is to the closest of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.embedding import Vectors

CLOSEST: Final = 3
"""How many of the closest past needs are averaged."""


@dataclass(frozen=True)
class PastNeeds:
    """Vectors of past needs, gathered by grant, latest first; a bounded number for each grant."""

    vectors: Vectors
    """(needs, dimension)."""
    grants: NDArray[np.int32]
    """(needs,) row of the grant, ascending."""
    size: int
    """Grants in all."""

    @classmethod
    def latest(
        cls, vectors: Vectors, texts: NDArray[np.int64], grants: NDArray[np.int64], *, size: int, room: int
    ) -> PastNeeds:
        """Keep each grant's latest needs out of needs in order of time, `room` vectors at most in all.

        `texts` (needs,) holds each need's row in `vectors`. The room is shared out evenly: every grant keeps up to
        the same number.
        """
        order = np.lexsort((-np.arange(grants.size), grants))
        ordered = grants[order]
        starts = np.searchsorted(ordered, ordered)
        nth = np.arange(ordered.size) - starts
        most = _even_share(np.bincount(grants, minlength=size), room)
        kept = order[nth < most]
        return cls(np.ascontiguousarray(vectors[texts[kept]]), grants[kept].astype(np.int32), size)

    @cached_property
    def table(self) -> NDArray[np.int64]:
        """(grants with needs, most needs) rows into `vectors`; the place past the last one where there are fewer."""
        rows = np.arange(self.grants.size)
        starts = np.searchsorted(self.grants, self.grants)
        width = int((rows - starts).max()) + 1 if rows.size else 0
        table = np.full((self.size, width), rows.size, dtype=np.int64)
        table[self.grants, rows - starts] = rows
        return table

    def cosines(self, vector: Vectors) -> NDArray[np.float32]:
        """Give (needs,) how close each past need is to a new one, -1..1."""
        return self.vectors @ vector

    def closeness(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give (grants,) the mean of the closest few `cosines` of each; NaN for a grant without past needs."""
        if not self.grants.size:
            return np.full(self.size, np.nan, dtype=np.float32)
        cosines = np.append(cosines, np.float32(-np.inf))[self.table]
        if cosines.shape[1] > CLOSEST:
            cosines = -np.partition(-cosines, CLOSEST - 1, axis=1)[:, :CLOSEST]
        found = np.isfinite(cosines)
        total = np.where(found, cosines, 0.0).sum(axis=1, dtype=np.float32)
        count = found.sum(axis=1)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)

    def moved(self, rows: NDArray[np.int64], *, size: int) -> PastNeeds:
        """Renumber the grants: `rows` (old grants,) holds each one's new row, or -1 for one that is gone."""
        new = rows[self.grants]
        order = np.argsort(new, kind="stable")
        order = order[new[order] >= 0]
        return PastNeeds(np.ascontiguousarray(self.vectors[order]), new[order].astype(np.int32), size)

    def to_arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Give plain arrays, each name led by `name`, that `from_arrays` reads back."""
        return {f"{name}.vectors": self.vectors, f"{name}.grants": self.grants}

    @classmethod
    def from_arrays(cls, name: str, arrays: Mapping[str, NDArray[Any]], *, size: int) -> PastNeeds:
        """Read back what `to_arrays` gave under `name`."""
        return cls(arrays[f"{name}.vectors"], arrays[f"{name}.grants"], size)


def _even_share(counts: NDArray[np.int64], room: int) -> int:
    """Give the greatest number that each grant may keep so that all together fit in `room`."""
    low, high = 1, max(int(counts.max(initial=1)), 1)
    while low < high:
        middle = (low + high + 1) // 2
        if int(np.minimum(counts, middle).sum()) <= room:
            low = middle
        else:
            high = middle - 1
    return low
