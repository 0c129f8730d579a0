"""And, or, not and at-least over chances, for all conditions of a catalogue at once.

Everything is a product: "any of these" is "not all of them are not". An edge is twice the number of a node, and one
more where its opposite is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby
from typing import Final, NamedTuple, TypeAlias

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
    """So many of the parts hold; all of them, where `least` is None."""

    parts: tuple[int, ...]
    least: int | None = None
    alone_for: str = ""
    """What the gate is kept apart for, though others ask the same."""


Places: TypeAlias = NDArray[np.int64]
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
        """Give the edge of "all of these"; what they ask of one fact is put together.

        "a or b, and a or c" is asked as "a, or b and c": what both ask is one chance, and not two.
        """
        parts = self._merged(self._factored(self._flat(edges)))
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

    def _factored(self, edges: set[int]) -> set[int]:
        """Take what gates of "any of these" have in common out of them."""
        parts = {edge: self._none_of(edge) for edge in sorted(edges)}
        for one, other in combinations([edge for edge in parts if parts[edge]], 2):
            if common := parts[one] & parts[other]:
                rest = self.any_of(self.all_of(parts[edge] - common) for edge in (one, other))
                return self._factored(edges - {one, other} | {self.all_of([*common, rest]) ^ 1})
        return edges

    def _none_of(self, edge: int) -> set[int]:
        """Give what must all hold so that an edge does not, where that is a gate of its own; else nothing."""
        node = self.nodes[edge // 2]
        gate = isinstance(node, Gate) and node.least is None and edge % 2 == 1
        return set(node.parts) if gate and isinstance(node, Gate) else set()

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


@dataclass(frozen=True)
class Products:
    """Products over lists of rows, one list after another."""

    columns: tuple[Places, ...]
    """Of the lists, longest first: the first row of each that has one, the second of each that has two …"""
    places: Places
    """Where each list stands among the longest first."""

    @classmethod
    def over(cls, lists: Sequence[Sequence[int]]) -> Products:
        """Take lists of row numbers."""
        order = sorted(range(len(lists)), key=lambda at: -len(lists[at]))
        places = np.empty(len(lists), dtype=np.int64)
        places[order] = np.arange(len(lists))
        longest = max(map(len, lists), default=0)
        columns = [
            [lists[at][column] for at in order if len(lists[at]) > column] for column in range(longest)
        ]
        return cls(tuple(np.array(column, dtype=np.int64) for column in columns), places)

    def of(self, rows: Chances) -> Chances:
        """Multiply: (rows, kinds) → (lists, kinds); one where a list is empty."""
        found = np.ones((len(self.places), rows.shape[1]), rows.dtype)
        for column in self.columns:
            found[: len(column)] *= rows.take(column, axis=0, mode="clip")
        return found.take(self.places, axis=0, mode="clip")

    def some(self, lists: Places) -> tuple[Products, Places]:
        """Take some of the lists, in the order given; give them with all the rows that they name."""
        order = np.argsort(self.places[lists])
        longest_first = self.places[lists][order]
        places = np.empty(len(lists), dtype=np.int64)
        places[order] = np.arange(len(lists))
        counts = [int(np.searchsorted(longest_first, len(column))) for column in self.columns]
        columns = [
            column[longest_first[:count]] for column, count in zip(self.columns, counts, strict=True) if count
        ]
        return Products(tuple(columns), places), np.concatenate([*columns, np.zeros(0, dtype=np.int64)])

    def renamed(self, rows: Places) -> Products:
        """Name (old rows,) the rows otherwise."""
        return Products(tuple(rows[column] for column in self.columns), self.places)


class Count(NamedTuple):
    """Gates that count, each over as many parts."""

    edges: Places
    parts: Places
    """(parts, gates)."""
    least: Places
    """(gates,) how many of the parts must hold."""

    @classmethod
    def of(cls, gates: Sequence[tuple[int, Gate]]) -> Count:
        """Put gates with as many parts beside each other."""
        edges, parts = [edge for edge, _ in gates], [gate.parts for _, gate in gates]
        return cls(np.array(edges), np.array(parts).T, np.array([gate.least or 0 for _, gate in gates]))

    def some(self, nodes: NDArray[np.bool_]) -> Count:
        """Take the gates that stand at some of (nodes,)."""
        mine = nodes[self.edges // 2]
        return Count(self.edges[mine], self.parts[:, mine], self.least[mine])


class Level(NamedTuple):
    """Gates that name none of their own level."""

    products: Products
    target: slice
    """Their edges."""
    opposite: slice
    counts: tuple[Count, ...]


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

    def under(self, edges: Places) -> Narrowed:
        """Keep what some edges hang on, so that they can be worked out for many people without all others."""
        kept = np.zeros(self.size, dtype=np.bool_)
        kept[0] = True
        kept[edges // 2] = True
        taken: list[tuple[Places, Products, list[Count]]] = []
        for level in reversed(self.levels):
            first = level.target.start // 2
            mine = np.flatnonzero(kept[first : level.target.stop // 2])
            products, named = level.products.some(mine)
            kept[named // 2] = True
            counts = [count.some(kept) for count in level.counts]
            counts = [count for count in counts if len(count.edges)]
            for count in counts:
                kept[count.parts // 2] = True
            taken.append((mine + first, products, counts))
        nodes = np.flatnonzero(kept)
        new = np.repeat(2 * (np.cumsum(kept) - 1), 2)
        new[1::2] += 1
        levels = []
        for mine, products, counts in reversed(taken):
            if len(mine):
                start, stop = int(new[2 * mine[0]]), int(new[2 * mine[-1]]) + 2
                again = tuple(Count(new[one.edges], new[one.parts], one.least) for one in counts)
                levels.append(
                    Level(products.renamed(new), slice(start, stop, 2), slice(start + 1, stop, 2), again)
                )
        slots = nodes[(nodes > 0) & (nodes <= len(self.slots))] - 1
        gates = Gates(tuple(self.slots[at] for at in slots), tuple(levels), len(nodes), {})
        return Narrowed(gates, slots, kept, new)

    def evaluate(self, slots: Chances, pins: Mapping[int, Chances | float]) -> Chances:
        """Give (edges, kinds) all chances, from (slots, kinds); `pins` are nodes with a chance known otherwise."""
        found = np.empty((2 * self.size, slots.shape[1]), np.float32)
        found[0], found[1] = 1.0, 0.0
        found[2 : 2 + 2 * len(slots) : 2] = slots
        found[3 : 3 + 2 * len(slots) : 2] = 1 - slots
        for node in sorted(pins):
            found[2 * node], found[2 * node + 1] = pins[node], 1 - pins[node]
        for level in self.levels:
            found[level.target] = level.products.of(found)
            for count in level.counts:
                found[count.edges] = at_least(count.least, found[count.parts])
            found[level.opposite] = 1 - found[level.target]
            for node in pins:
                if level.target.start <= 2 * node < level.target.stop:
                    found[2 * node], found[2 * node + 1] = pins[node], 1 - pins[node]
        return found


class Narrowed(NamedTuple):
    """A part of the gates."""

    gates: Gates
    slots: Places
    """Places of its slots among those of the whole."""
    kept: NDArray[np.bool_]
    """(nodes of the whole,) which are in the part."""
    edges: Places
    """(edges of the whole,) where each stands in the part, where it does."""

    def evaluate(self, slots: Chances, pins: Mapping[int, Chances | float]) -> Chances:
        """Give (edges, kinds) all chances of the part, from (slots, kinds) of the part and pins of the whole."""
        mine = {int(self.edges[2 * node]) // 2: chance for node, chance in pins.items() if self.kept[node]}
        return self.gates.evaluate(slots, mine)


def at_least(least: Places, parts: Chances) -> Chances:
    """Give the chance that so many of independent parts hold: (gates,), (parts, gates, kinds) → (gates, kinds)."""
    held = np.zeros((len(parts) + 1, *parts.shape[1:]), parts.dtype)
    held[0] = 1
    for part in parts:
        held[1:] = held[1:] * (1 - part) + held[:-1] * part
        held[0] *= 1 - part
    reached: Chances = np.cumsum(held[::-1], axis=0)[::-1]
    return reached[least, np.arange(len(least))]


def _levels(nodes: Sequence[Hashable]) -> list[int]:
    found: list[int] = []
    for node in nodes:
        inner = node.parts if isinstance(node, Gate) else ()
        found.append(1 + max(found[part // 2] for part in inner) if inner else 0)
    return found


def _renamed(node: Hashable, places: Mapping[int, int]) -> Gate:
    if not isinstance(node, Gate):
        raise TypeError(f"not a gate: {node!r}")
    return node._replace(parts=tuple(places[part] for part in node.parts))


def _level(gates: Sequence[Gate], first: int) -> Level:
    start, stop = 2 * first, 2 * (first + len(gates))
    counting = [(start + 2 * at, gate) for at, gate in enumerate(gates) if gate.least is not None]
    counting.sort(key=lambda one: len(one[1].parts))
    counts = tuple(Count.of(list(group)) for _, group in groupby(counting, key=lambda one: len(one[1].parts)))
    products = Products.over([gate.parts if gate.least is None else () for gate in gates])
    return Level(products, slice(start, stop, 2), slice(start + 1, stop, 2), counts)
