"""And, or, not and at-least over chances, for all conditions of a catalogue at once.

Everything is a product: "any of these" is "not all of them are not". An edge is twice the number of a node, and one
more where its opposite is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.qualifying.spreads import Chances, Mask

TRUE: Final = 0
"""The edge of what always holds."""
FALSE: Final = 1


class InCells(NamedTuple):
    """A slot: one fact lies in some of its cells."""

    fact: str
    mask: Mask


class Gate(NamedTuple):
    """So many of the parts hold, in a chain of which each names only nodes before it; all of them, where None."""

    parts: tuple[int, ...]
    least: int | None = None


Merge = Callable[[str, Sequence[tuple[Mask, bool]]], list[tuple[Mask, bool]]]
"""Makes of several masks of one fact that must all hold, each perhaps negated, fewer."""


@dataclass
class Builder:
    """Numbers slots and gates, each distinct one once."""

    merge: Merge
    nodes: list[Hashable] = field(default_factory=lambda: ["always"])
    _numbers: dict[Hashable, int] = field(default_factory=dict)

    def slot(self, of: Hashable) -> int:
        """Give the edge of a slot, or of a gate."""
        if of not in self._numbers:
            self._numbers[of] = 2 * len(self.nodes)
            self.nodes.append(of)
        return self._numbers[of]

    def all_of(self, edges: Iterable[int]) -> int:
        """Give the edge of "all of these"; what they ask of one fact is put together."""
        parts = self._merged(self._flat(edges))
        if FALSE in parts or any(edge ^ 1 in parts for edge in parts):
            return FALSE
        if len(parts) < 2:
            return next(iter(parts), TRUE)
        return self.slot(Gate(tuple(sorted(parts))))

    def any_of(self, edges: Iterable[int]) -> int:
        """Give the edge of "any of these"; "a and b, or a and c" is asked as "a, and b or c"."""
        left = set(edges)
        for (_, rest), alike in self._alike(left).items():
            if len(alike) > 1 and alike.keys() <= left:
                left = left - alike.keys() | {self.all_of([*rest, self.any_of(alike.values())])}
        return self.all_of(edge ^ 1 for edge in left) ^ 1

    def _alike(self, edges: set[int]) -> dict[tuple[str, frozenset[int]], dict[int, int]]:
        """Group gates that differ in what they ask of one fact alone: by the fact and the rest, gate → what differs."""
        found: dict[tuple[str, frozenset[int]], dict[int, int]] = {}
        for edge in sorted(edges):
            node = self.nodes[edge // 2]
            if edge % 2 == 0 and isinstance(node, Gate) and node.least is None:
                for part in node.parts:
                    asked = self.nodes[part // 2]
                    if isinstance(asked, InCells):
                        found.setdefault((asked.fact, frozenset(node.parts) - {part}), {})[edge] = part
        return found

    def at_least(self, least: int, edges: Sequence[int]) -> int:
        """Give the edge of "at least so many of these"."""
        if least == 1:
            return self.any_of(edges)
        if least == len(edges):
            return self.all_of(edges)
        return self.slot(Gate(tuple(sorted(edges)), least))

    def _flat(self, edges: Iterable[int]) -> set[int]:
        found = set[int]()
        for edge in edges:
            node = self.nodes[edge // 2]
            inner = isinstance(node, Gate) and node.least is None and edge % 2 == 0
            found |= set(node.parts) if inner and isinstance(node, Gate) else {edge}
        return found - {TRUE}

    def _merged(self, edges: set[int]) -> set[int]:
        masks: dict[str, list[tuple[Mask, bool]]] = {}
        found = set[int]()
        for edge in sorted(edges):
            node = self.nodes[edge // 2]
            if isinstance(node, InCells):
                masks.setdefault(node.fact, []).append((node.mask, edge % 2 == 1))
            else:
                found.add(edge)
        for fact, asked in masks.items():
            kept = asked if len(asked) == 1 else self.merge(fact, asked)
            found |= {self.slot(InCells(fact, mask)) ^ int(negated) for mask, negated in kept}
        return found


class Level(NamedTuple):
    """Gates that name none of their own level."""

    parts: NDArray[np.int64]
    """The edges of all of them, end to end."""
    starts: NDArray[np.int64]
    first: int
    """The node of the first; the others follow."""
    counts: tuple[tuple[int, Gate], ...]
    """Gates that count, with their nodes."""


@dataclass(frozen=True)
class Gates:
    """Nodes in an order in which they can be worked out: what always holds, slots, gates level by level."""

    slots: tuple[Hashable, ...]
    levels: tuple[Level, ...]
    size: int
    places: Mapping[int, int]
    """Edge of the builder → edge here."""

    @classmethod
    def of(cls, builder: Builder) -> Gates:
        """Put the nodes of a builder in order."""
        level = _levels(builder.nodes)
        order = sorted(range(len(level)), key=lambda node: level[node])
        rank = {node: at for at, node in enumerate(order)}
        places = {2 * node + sign: 2 * rank[node] + sign for node in order for sign in (0, 1)}
        inner = order[sum(1 for one in level if one == 0) :]
        slots = tuple(builder.nodes[node] for node in order[1 : len(order) - len(inner)])
        levels = []
        for _, group in groupby(inner, key=lambda node: level[node]):
            nodes = list(group)
            gates = [_renamed(builder.nodes[node], places) for node in nodes]
            levels.append(_level(gates, rank[nodes[0]]))
        return cls(slots, tuple(levels), len(order), places)

    def evaluate(self, slots: Chances, pins: Mapping[int, Chances | float]) -> Chances:
        """Give (edges, kinds) all chances, from (slots, kinds); `pins` are nodes with a chance known otherwise."""
        found = np.empty((2 * self.size, slots.shape[1]))
        found[0], found[1] = 1.0, 0.0
        found[2 : 2 + 2 * len(slots) : 2] = slots
        found[3 : 3 + 2 * len(slots) : 2] = 1 - slots
        for node in sorted(pins):
            found[2 * node], found[2 * node + 1] = pins[node], 1 - pins[node]
        for level in self.levels:
            product = np.multiply.reduceat(found[level.parts], level.starts, axis=0)
            first, last = 2 * level.first, 2 * (level.first + len(level.starts))
            found[first:last:2] = product
            for node, gate in level.counts:
                found[2 * node] = at_least(gate.least or 0, found[list(gate.parts)])
            found[first + 1 : last : 2] = 1 - found[first:last:2]
            for node in pins:
                if first <= 2 * node < last:
                    found[2 * node], found[2 * node + 1] = pins[node], 1 - pins[node]
        return found


def at_least(least: int, parts: Chances) -> Chances:
    """Give the chance that so many of independent parts hold: (parts, kinds) → (kinds,)."""
    held = np.zeros((len(parts) + 1, parts.shape[1]))
    held[0] = 1
    for part in parts:
        held[1:] = held[1:] * (1 - part) + held[:-1] * part
        held[0] *= 1 - part
    return np.asarray(held[least:].sum(axis=0), dtype=np.float64)


def _levels(nodes: Sequence[Hashable]) -> list[int]:
    found: list[int] = []
    for node in nodes:
        inner = node.parts if isinstance(node, Gate) else ()
        found.append(1 + max(found[part // 2] for part in inner) if inner else 0)
    return found


def _renamed(node: Hashable, places: Mapping[int, int]) -> Gate:
    if not isinstance(node, Gate):
        raise TypeError(f"not a gate: {node!r}")
    return Gate(tuple(places[part] for part in node.parts), node.least)


def _level(gates: Sequence[Gate], first: int) -> Level:
    counts = np.array([len(gate.parts) for gate in gates], dtype=np.int64)
    parts = np.array([part for gate in gates for part in gate.parts], dtype=np.int64)
    counting = tuple((first + at, gate) for at, gate in enumerate(gates) if gate.least is not None)
    return Level(parts, np.cumsum(counts) - counts, first, counting)
