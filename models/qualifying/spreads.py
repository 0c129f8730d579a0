"""How the values of one fact are spread: cut into cells so that a condition holds in the whole of a cell or nowhere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from data.people.base_rates import TOGETHER

Chances: TypeAlias = NDArray[np.floating[Any]]
"""Probabilities, 0 to 1; where there are two axes the last one is the kinds of people."""
Mask: TypeAlias = frozenset[int]
"""The cells in which a condition holds."""


class Spread(Protocol):
    """The cells of one fact."""

    @property
    def names(self) -> tuple[str, ...]:
        """The values that are named; of a line, where cells begin."""
        ...

    @property
    def size(self) -> int:
        """How many cells there are."""
        ...

    def of(self, shares: Mapping[str, float]) -> Chances:
        """Spread the shares of a row over the cells, (cells,); NaN where the row does not say."""
        ...

    def everybody(self, shares: Mapping[str, float]) -> Chances:
        """Spread the shares of the row that is given nothing, (cells,)."""
        ...

    def joined(self, rows: Iterable[Chances], base: Chances) -> Chances:
        """Join rows that are given different things, (cells,), by how each differs from `base`."""
        ...

    def chance(self, mask: Mask, cells: Chances) -> Chances:
        """Give the chance that a condition holds: (cells, kinds) → (kinds,)."""
        ...


@dataclass(frozen=True)
class Options:
    """One of several values: a boolean, a choice, a place, or a span of a number."""

    names: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.names)

    def of(self, shares: Mapping[str, float]) -> Chances:
        """Take each value's share; what is left is divided among values that are not named."""
        named = np.array([shares.get(name, math.nan) for name in self.names])
        unnamed = np.isnan(named)
        named[unnamed] = max(0.0, 1 - float(np.nansum(named))) / max(1, int(unnamed.sum()))
        return _whole(named)

    def everybody(self, shares: Mapping[str, float]) -> Chances:
        """As for any other row."""
        return self.of(shares)

    def joined(self, rows: Iterable[Chances], base: Chances) -> Chances:
        """Multiply the base by the ratio of each row to it (Bayes, the givens independent within each value)."""
        found = base.copy()
        for row in rows:
            ratio = np.divide(row, base, out=np.zeros_like(base), where=base > 0)
            found *= np.where(np.isnan(ratio), 1.0, ratio)
        return _whole(found) if found.sum() > 0 else base

    def chance(self, mask: Mask, cells: Chances) -> Chances:
        """Add up the cells: exact."""
        return np.asarray(cells[sorted(mask)].sum(axis=0), dtype=np.float64)


@dataclass(frozen=True)
class Line(Options):
    """A number, or a day by how many days ago it is; `names` are only places on the line."""

    cuts: tuple[float, ...] = ()
    """Where cells begin, ascending; the first begins at minus infinity."""
    end: float | None = None
    """Where the last span of a row ends, where the fact says so."""

    @classmethod
    def cut(cls, cuts: Iterable[float], end: float | None) -> Line:
        """Cut the line at these numbers."""
        places = (-math.inf, *sorted(set(cuts)))
        return cls(tuple(map(str, places)), places, end)

    def of(self, shares: Mapping[str, float]) -> Chances:
        """Spread each share evenly over its span; the last span, if open, is twice as long as the one before."""
        spans = sorted((float(key), share) for key, share in shares.items())
        begins = [begin for begin, _ in spans]
        last = begins[-1] + 2 * (begins[-1] - begins[-2] if len(begins) > 1 else max(1.0, begins[-1]))
        ends = np.array([*begins, last if self.end is None else max(self.end, begins[-1] + 1)])
        reached = np.concatenate([[0.0], np.cumsum([share for _, share in spans])])
        below = np.interp(np.array([*self.cuts[1:]]), ends, reached)
        return _whole(np.diff(np.concatenate([[0.0], below, [reached[-1]]])))

    def at(self, number: float) -> int:
        """Find the cell in which a number lies."""
        return int(np.searchsorted(self.cuts, number, side="right")) - 1

    def overlap(self, low: float, high: float) -> Chances:
        """Give (cells,) the part of each cell that lies from `low` to `high`."""
        if low == high:
            found = np.zeros(self.size)
            found[self.at(low)] = 1.0
            return found
        begins, ends = np.array(self.cuts), np.array([*self.cuts[1:], math.inf])
        inside = np.minimum(ends, high) - np.maximum(begins, low)
        bounded = np.isfinite(begins) & np.isfinite(ends) & (ends - begins > 1e-9)
        part = np.divide(inside, ends - begins, out=np.ones(self.size), where=bounded)
        return np.where(inside > 0, np.minimum(part, 1), 0.0)


@dataclass(frozen=True)
class Members:
    """Any number of several values: each has a chance of its own, and so may sets of which at least one is held."""

    names: tuple[str, ...]
    sets: tuple[frozenset[int], ...] = ()

    @classmethod
    def naming(cls, names: Iterable[str], keys: Iterable[str]) -> Members:
        """Take the values, and those keys of rows that name several."""
        places = {name: at for at, name in enumerate(names)}
        several = {frozenset(places[name] for name in key.split(TOGETHER)) for key in keys if TOGETHER in key}
        return cls(tuple(places), tuple(sorted(several, key=sorted)))

    @property
    def size(self) -> int:
        """How many cells there are: the values, then the sets."""
        return len(self.names) + len(self.sets)

    def of(self, shares: Mapping[str, float]) -> Chances:
        """Take the share of each value and set; NaN where there is none."""
        found = {frozenset(key.split(TOGETHER)): share for key, share in shares.items()}
        sets = [frozenset(self.names[at] for at in one) for one in self.sets]
        singles = [frozenset([name]) for name in self.names]
        return np.array([found.get(key, math.nan) for key in (*singles, *sets)])

    def everybody(self, shares: Mapping[str, float]) -> Chances:
        """Take the share of each value, none where none is named; sets that are not named stay NaN."""
        found = self.of(shares)
        found[: len(self.names)] = np.nan_to_num(found[: len(self.names)])
        return found

    def joined(self, rows: Iterable[Chances], base: Chances) -> Chances:
        """Multiply odds: odds(v|a,b) = odds(v|a) · odds(v|b) / odds(v); what no row names keeps the base."""
        start = _odds(base)
        found = start.copy()
        for row in rows:
            ratio = np.divide(_odds(row), start, out=np.ones_like(start), where=start > 0)
            found *= np.where(np.isnan(ratio), 1.0, ratio)
        return found / (1 + found)

    def chance(self, mask: Mask, cells: Chances) -> Chances:
        """Give the chance of at least one: as the rates say, else as if independent, within what sets allow."""
        if mask in self._of_set:
            known: Chances = cells[self._of_set[mask]]
            if not np.isnan(known).any():
                return known
        found: Chances = 1 - np.prod(1 - cells[sorted(mask)], axis=0)
        for one, at in self._of_set.items():
            if one < mask:
                found = np.fmax(found, cells[at])
            elif mask < one:
                found = np.fmin(found, cells[at])
        return found

    @cached_property
    def _of_set(self) -> dict[Mask, int]:
        return {one: len(self.names) + at for at, one in enumerate(self.sets)}


_SURE: Final = 1e9
"""Odds that stand for certainty."""


def _odds(chances: Chances) -> Chances:
    return np.minimum(chances / np.maximum(1 - chances, 1 / _SURE), _SURE)


def _whole(parts: Chances) -> Chances:
    total = float(parts.sum())
    return parts / total if total > 0 else np.full(len(parts), 1 / max(1, len(parts)))
