"""Scores many pairs against many trees at once: each column value rules out leaves, and one leaf a tree remains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]
Masks = NDArray[np.unsignedinteger]

MOST_LEAVES = 64
AT_ONCE = 128
"""Pairs that are scored together: their masks stay near the processor."""


@dataclass(frozen=True)
class LeafMasks:
    """For each column and each span between its thresholds, the leaves of every tree that remain (QuickScorer).

    The idea is Lucchese et al. 2015; here both sides of a question rule out leaves, so one bit remains a tree.
    """

    columns: tuple[int, ...]
    """Places of the columns that some tree asks."""
    thresholds: tuple[Scores, ...]
    """Per column, ascending."""
    masks: tuple[Masks, ...]
    """Per column (thresholds + 2, trees); the last row is for NaN."""
    values: Scores
    """(trees, leaves) what each leaf adds."""

    @classmethod
    def of(
        cls,
        roots: Rows,
        column: Rows,
        threshold: Scores,
        unknown_left: NDArray[np.bool_],
        left: Rows,
        right: Rows,
        value: Scores,
    ) -> LeafMasks:
        """Number the leaves of each tree from left to right and note what each question rules out."""
        leaves = [_leaves(int(root), left, right) for root in roots]
        most = max((len(held[int(root)]) for root, held in zip(roots, leaves, strict=True)), default=1)
        kind = next(
            (k for k in (np.uint8, np.uint16, np.uint32, np.uint64) if most <= np.iinfo(k).bits), None
        )
        if kind is None:
            raise ValueError(f"a tree has {most} leaves; at most {MOST_LEAVES} can be scored")
        values = np.zeros((roots.size, most))
        questions: dict[int, list[tuple[float, bool, int, int, int]]] = {}
        for tree, (root, held) in enumerate(zip(roots, leaves, strict=True)):
            order = {leaf: at for at, leaf in enumerate(held[int(root)])}
            values[tree, : len(order)] = value[list(order)]
            for node, under in held.items():
                if left[node] != node:
                    low = sum(1 << order[leaf] for leaf in held[int(left[node])])
                    high = sum(1 << order[leaf] for leaf in under) - low
                    question = (float(threshold[node]), bool(unknown_left[node]), tree, low, high)
                    questions.setdefault(int(column[node]), []).append(question)
        columns = tuple(sorted(questions))
        built = [_spans(questions[at], roots.size, kind) for at in columns]
        full = _everything(leaves, roots, kind)
        masks = tuple(np.bitwise_and(mask, full) for _, mask in built)
        return cls(columns, tuple(cuts for cuts, _ in built), masks, values)

    def score(self, table: Scores) -> Scores:
        """Give (pairs,) the sum over trees of the one leaf that remains for each row of (pairs, columns)."""
        trees, most = self.values.shape
        starts = np.arange(trees, dtype=np.int32) * np.int32(most)
        if not self.columns:
            return np.full(len(table), self.values[:, 0].sum())
        sums = [self.values.take(leaf + starts, mode="clip").sum(axis=1) for leaf in self._leaves(table)]
        return np.concatenate([*sums, np.zeros(0)])

    def leaves(self, table: Scores) -> NDArray[np.int32]:
        """Give (pairs, trees) the leaf that each row of (pairs, columns) falls into, from left to right."""
        trees = len(self.values)
        if not self.columns:
            return np.zeros((len(table), trees), dtype=np.int32)
        return np.concatenate([*self._leaves(table), np.zeros((0, trees), dtype=np.int32)])

    def _leaves(self, table: Scores) -> Iterator[NDArray[np.int32]]:
        """Yield the leaves of some rows after another."""
        trees = len(self.values)
        same, varying = np.full(trees, np.iinfo(self.kind).max, dtype=self.kind), []
        for at, cuts, masks in zip(self.columns, self.thresholds, self.masks, strict=True):
            value = table[:, at]
            span = np.where(np.isnan(value), len(cuts) + 1, np.searchsorted(cuts, value))
            if len(span) and (span == span[0]).all():
                same &= masks[span[0]]
            else:
                varying.append((span, masks))
        ruled = np.empty((min(AT_ONCE, len(table)), trees), dtype=self.kind)
        for start in range(0, len(table), AT_ONCE):
            some = slice(start, min(start + AT_ONCE, len(table)))
            out = ruled[: some.stop - start]
            remaining = np.repeat(same[None], len(out), axis=0)
            for span, masks in varying:
                remaining &= masks.take(span[some], axis=0, out=out, mode="clip")
            yield _place_of_bit(remaining)

    @property
    def kind(self) -> np.dtype[np.unsignedinteger]:
        """The whole numbers that masks are."""
        return self.masks[0].dtype


def _place_of_bit(masks: Masks) -> NDArray[np.int32]:
    """Give the place of the one bit of each mask: a power of two is exact as a float, whose exponent it is."""
    return (masks.astype(np.float32).view(np.int32) >> 23) - np.int32(127)


def _leaves(root: int, left: Rows, right: Rows) -> dict[int, list[int]]:
    """Give, for every node under `root`, its leaves from left to right."""
    order, stack = [], [root]
    while stack:
        node = stack.pop()
        order.append(node)
        if left[node] != node:
            stack += [int(left[node]), int(right[node])]
    held: dict[int, list[int]] = {}
    for node in reversed(order):
        inner = left[node] != node
        held[node] = held[int(left[node])] + held[int(right[node])] if inner else [node]
    return held


def _spans(
    questions: list[tuple[float, bool, int, int, int]], trees: int, kind: type[np.unsignedinteger]
) -> tuple[Scores, Masks]:
    cuts = np.array(sorted({question[0] for question in questions}))
    masks = np.full((len(cuts) + 2, trees), np.iinfo(kind).max, dtype=kind)
    for threshold, unknown_left, tree, low, high in questions:
        at = int(np.searchsorted(cuts, threshold))
        every = int(np.iinfo(kind).max)
        masks[: at + 1, tree] &= kind(every & ~high)
        masks[at + 1 : -1, tree] &= kind(every & ~low)
        masks[-1, tree] &= kind(every & ~(high if unknown_left else low))
    return cuts, masks


def _everything(leaves: list[dict[int, list[int]]], roots: Rows, kind: type[np.unsignedinteger]) -> Masks:
    counts = [len(held[int(root)]) for root, held in zip(roots, leaves, strict=True)]
    return np.array([(1 << count) - 1 for count in counts], dtype=kind)
