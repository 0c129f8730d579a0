"""Where people live: every area that is known as a cell, with the share of people who live in it and no smaller one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np

from data.people.base_rates import BaseRates
from data.places.areas import UK, AreaTree
from models.qualifying.spreads import Chances, Mask

PLACES: Final = ":areas"
"""Where people live, among facts."""


@dataclass(frozen=True, eq=False)
class Places:
    """Areas as cells."""

    tree: AreaTree
    codes: tuple[str, ...]
    own: Chances
    """(cells,) the share of people in each area and in none that it contains."""

    @classmethod
    def of(cls, rates: BaseRates, tree: AreaTree, named: Iterable[str]) -> Places:
        """Take all areas of the tree, those that the rates name, and those that rules do."""
        shares = dict(rates.areas[0].shares) if rates.areas else {}
        codes = tuple(sorted({*tree.names, *UK, *shares, *named}))
        inside = defaultdict[str | None, list[str]](list)
        for code in codes:
            inside[next(iter(tree.ancestors(code)), None)].append(code)
        for code in sorted(codes, key=lambda code: -len(tree.ancestors(code))):
            if code not in shares and any(part in shares for part in inside[code]):
                shares[code] = sum(shares.get(part, 0.0) for part in inside[code])
        _divide(1.0, inside[None], shares, whole=True)
        for code in sorted(codes, key=lambda code: len(tree.ancestors(code))):
            _divide(shares[code], inside[code], shares, whole=False)
        own = np.array([shares[code] - sum(shares[one] for one in inside[code]) for code in codes])
        own = np.maximum(own, 0)
        return cls(tree, codes, own / own.sum())

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.codes)

    def mask(self, names: Iterable[str]) -> Mask:
        """Give the cells that lie in one of these areas."""
        return frozenset[int]().union(*(self._inside(name) for name in names))

    def left(self, areas: tuple[str, ...]) -> Chances:
        """Give (cells,) 1 where somebody of these areas may live, else 0."""
        return self._left(areas)

    @cached_property
    def _left(self) -> Callable[[tuple[str, ...]], Chances]:
        return lru_cache(maxsize=1024)(self._cells_left)

    def _cells_left(self, areas: tuple[str, ...]) -> Chances:
        if not areas:
            return np.zeros(self.size)
        return np.asarray(np.prod([self._may_be(code) for code in areas], axis=0), dtype=np.float64)

    def _may_be(self, code: str) -> Chances:
        nearest = next((one for one in (code, *self.tree.ancestors(code)) if one in self._places), None)
        inside = range(self.size) if nearest is None else self._inside(nearest)
        found = np.zeros(self.size)
        found[[at for at in inside if nearest == code or not self.tree.apart(self.codes[at], code)]] = 1
        return found

    @cached_property
    def _places(self) -> dict[str, int]:
        return {code: at for at, code in enumerate(self.codes)}

    @cached_property
    def _within(self) -> dict[str, Mask]:
        found = defaultdict[str, set[int]](set)
        for at, code in enumerate(self.codes):
            for outer in (code, *self.tree.ancestors(code)):
                found[outer].add(at)
        return {code: frozenset(cells) for code, cells in found.items()}

    def _inside(self, code: str) -> Mask:
        return self._within.get(code, frozenset())


def _divide(share: float, parts: list[str], shares: dict[str, float], *, whole: bool) -> None:
    """Give areas without a share equal parts of what is left, another such part staying outside where none has one."""
    unknown = [part for part in parts if part not in shares]
    left = max(0.0, share - sum(shares.get(part, 0.0) for part in parts))
    outside = int(not whole and len(unknown) == len(parts))
    shares.update(dict.fromkeys(unknown, left / (len(unknown) + outside) if unknown else 0.0))
