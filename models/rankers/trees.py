"""Boosted trees as plain arrays, scored and explained by numpy alone, so that a bundle runs nobody's code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.pairs import PairFeatures
from models.rankers.protocol import Arrays, Scores, chosen
from models.rankers.quick_scorer import LeafMasks

Rows = NDArray[np.int64]


EXPLAINED_AT_ONCE: Final = 32
"""Pairs of which the contributions are added up together: some megabytes of them."""


@dataclass(frozen=True)
class Trees:
    """All nodes of all trees in one table; a node whose `left` is itself is a leaf."""

    roots: Rows
    """(trees,) row of each tree's first node."""
    column: Rows
    """(nodes,) place of the column that is asked; 0 in a leaf."""
    threshold: Scores
    """(nodes,) up to and including it goes left."""
    unknown_left: NDArray[np.bool_]
    """(nodes,) whether NaN goes left."""
    left: Rows
    right: Rows
    value: Scores
    """(nodes,) what a leaf adds; in an inner node the mean of its leaves by training pairs."""

    @cached_property
    def masks(self) -> LeafMasks:
        """The same trees in the form that scores fast."""
        return LeafMasks.of(
            self.roots, self.column, self.threshold, self.unknown_left, self.left, self.right, self.value
        )

    def score(self, table: Scores) -> Scores:
        """Give (pairs,) the sum of the leaves that each row (pairs, columns) falls into."""
        return self.masks.score(table)

    def contributions(self, table: Scores) -> Scores:
        """Give (pairs, columns) how each column moved the mean on the way to the leaf (Saabas 2014)."""
        pairs, columns = table.shape
        found = np.zeros((pairs, columns))
        for start in range(0, pairs, EXPLAINED_AT_ONCE):
            reached = self.masks.leaves(table[start : start + EXPLAINED_AT_ONCE]).T
            # Tree after tree for all pairs at once: the last digits of a sum depend on its order.
            moved = self._moves[np.arange(len(reached))[:, None], reached].sum(axis=0)
            found[start : start + EXPLAINED_AT_ONCE, : self._moves.shape[2]] = moved
        return found

    @cached_property
    def _moves(self) -> Scores:
        """(trees, leaves from left to right, columns) how each column moved the mean on the way to each leaf."""
        columns = int(self.column.max(initial=0)) + 1
        found = np.zeros((*self.masks.values.shape, columns))
        for tree, root in enumerate(self.roots.tolist()):
            place, waiting = 0, [(root, np.zeros(columns))]
            while waiting:
                node, moved = waiting.pop()
                if self.left[node] == node:
                    found[tree, place] = moved
                    place += 1
                    continue
                for child in (int(self.right[node]), int(self.left[node])):  # the left one is taken first
                    after = moved.copy()
                    after[self.column[node]] += self.value[child] - self.value[node]
                    waiting.append((child, after))
        return found

    @property
    def start(self) -> float:
        """The mean over all trees before any column is asked."""
        return float(self.value[self.roots].sum())


@dataclass(frozen=True)
class TreeRanker:
    """Score = a constant + what the trees add."""

    name: str
    columns: tuple[str, ...]
    trees: Trees
    constant: float

    def score(self, pairs: PairFeatures) -> Scores:
        """Give (pairs,) finite scores, higher is better."""
        return self.trees.score(chosen(pairs, self.columns)) + self.constant

    def contributions(self, pairs: PairFeatures) -> Scores:
        """Give (pairs, columns + 1) what each column adds, the baseline last; a row sums to the score."""
        added = self.trees.contributions(chosen(pairs, self.columns))
        return np.column_stack([added, np.full(len(pairs), self.constant + self.trees.start)])

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give plain arrays that `from_arrays` reads back."""
        return {
            "form": np.array("trees"),
            "name": np.array(self.name),
            "columns": np.array(self.columns, dtype=np.str_),
            "constant": np.array(self.constant),
            **{name: getattr(self.trees, name) for name in Trees.__dataclass_fields__},
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> TreeRanker:
        """Read back what `to_arrays` gave."""
        trees = Trees(**{name: arrays[name] for name in Trees.__dataclass_fields__})
        columns = tuple(arrays["columns"].tolist())
        return cls(str(arrays["name"]), columns, trees, float(arrays["constant"]))


def joined(trees: list[Trees]) -> Trees:
    """Put trees, each with its own node numbers, into one table."""
    starts = np.cumsum([0, *(tree.left.size for tree in trees[:-1])])
    shifted = {
        name: np.concatenate([getattr(tree, name) + at for tree, at in zip(trees, starts, strict=True)])
        for name in ("roots", "left", "right")
    }
    same = {
        name: np.concatenate([getattr(tree, name) for tree in trees])
        for name in ("column", "threshold", "unknown_left", "value")
    }
    return Trees(**shifted, **same)


def mean_values(left: Rows, right: Rows, leaf_value: Scores, cover: Scores) -> Scores:
    """Give every node of one tree the mean of its leaves by `cover` (training pairs); children stand after parents."""
    value = leaf_value.astype(np.float64).copy()
    weight = np.maximum(cover.astype(np.float64), 1e-12)
    for node in range(left.size - 1, -1, -1):
        if left[node] != node:
            low, high = left[node], right[node]
            value[node] = np.average(value[[low, high]], weights=weight[[low, high]])
    return value
