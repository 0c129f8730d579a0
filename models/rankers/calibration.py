"""Turns scores into chances that can be told to a person, with an interval, or into silence where little is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.pairs import PairFeatures
from models.rankers.protocol import Arrays, Scores

LEAST_IN_ALL: Final = 100
"""With fewer decided outcomes than this no chance is told at all."""
LEAST_A_BLOCK: Final = 40
"""Each chance rests on at least so many outcomes."""
LEVEL: Final = 0.95
"""How often the mean chance of all those who are told an interval should lie in it."""


class Chances(NamedTuple):
    """Chances of an award, 0..1, with intervals; NaN where too little is known to tell one.

    An interval is about the mean of all who are told it. One outcome an application cannot tell how far the chances
    of single people lie apart within that.
    """

    estimate: Scores
    low: Scores
    high: Scores
    outcomes: NDArray[np.int64]
    """Decided outcomes that each estimate rests on."""
    nearest: Scores
    """The chance at the nearest score that was calibrated: for the order alone, never told to anybody."""


@dataclass(frozen=True)
class Calibration:
    """Blocks of scores in rising order, and how many of the outcomes in each were awards."""

    starts: Scores
    """(blocks,) lowest score of each block."""
    awarded: Scores
    """(blocks,) awards, by weight where outcomes were weighted."""
    decided: Scores
    """(blocks,) effective number of outcomes."""
    outcomes: NDArray[np.int64]
    """(blocks,) outcomes as counted."""
    highest: Scores = field(default_factory=lambda: np.array([np.inf]))
    """(1,) the highest score that was calibrated."""
    always: NDArray[np.str_] = field(default_factory=lambda: np.array([], dtype=np.str_))
    """Columns of pairs that were known of every outcome: without one of them nothing was ever calibrated."""

    @classmethod
    def fit(
        cls,
        scores: Scores,
        awarded: NDArray[Any],
        *,
        weights: Scores | None = None,
        pairs: PairFeatures | None = None,
    ) -> Calibration:
        """Find the blocks: pool neighbours until rates rise with scores (isotonic) and none is small.

        `pairs` are what was scored: a pair that lacks what all of these had is told no chance later.
        It is not scikit-learn's IsotonicRegression, whose blocks may rest on a single outcome and which does not keep
        the counts that intervals need; without a least size they are the same.
        """
        if len(scores) != len(awarded) or (weights is not None and len(weights) != len(scores)):
            raise ValueError(f"{len(scores)} scores came with {len(awarded)} outcomes")
        weight = np.ones(len(scores)) if weights is None else np.asarray(weights, dtype=np.float64)
        levels, level = np.unique(np.asarray(scores, dtype=np.float64), return_inverse=True)
        sums = np.stack([np.bincount(level, weights=w) for w in (weight * awarded, weight, weight**2)])
        counts = np.bincount(level)
        blocks: list[tuple[float, float, float, float, int]] = []
        for start, won, total, squared, count in zip(levels, *sums, counts, strict=True):
            blocks.append((float(start), float(won), float(total), float(squared), int(count)))
            while len(blocks) > 1 and _must_pool(blocks[-2], blocks[-1]):
                blocks[-2:] = [_pooled(blocks[-2], blocks[-1])]
        if len(blocks) > 1 and blocks[-1][4] < LEAST_A_BLOCK:
            blocks[-2:] = [_pooled(blocks[-2], blocks[-1])]
        table = np.array(blocks, dtype=np.float64).reshape(-1, 5)
        effective = np.divide(table[:, 2] ** 2, table[:, 3], out=np.zeros(len(table)), where=table[:, 3] > 0)
        rate = np.divide(table[:, 1], table[:, 2], out=np.zeros(len(table)), where=table[:, 2] > 0)
        highest = np.array([levels[-1] if len(levels) else -np.inf])
        known = [] if pairs is None else [n for n in pairs.columns if not np.isnan(pairs.column(n)).any()]
        always = np.array(known, dtype=np.str_)
        return cls(table[:, 0], rate * effective, effective, table[:, 4].astype(np.int64), highest, always)

    @classmethod
    def silent(cls) -> Calibration:
        """A calibration that tells nobody a chance."""
        return cls.fit(np.zeros(0), np.zeros(0))

    def estimate(self, scores: Scores, *, pairs: PairFeatures | None = None, level: float = LEVEL) -> Chances:
        """Give each score's chance with its interval (Wilson 1927) and the outcomes that it rests on.

        No chance is told of a score beyond those that were calibrated, nor of one of the `pairs` that lacks a column
        which all calibrated ones had.
        """
        both = 0.0 < self.awarded.sum() < self.decided.sum()
        if self.outcomes.sum() < LEAST_IN_ALL or not both:
            unknown = np.full(len(scores), np.nan)
            return Chances(unknown, unknown, unknown, np.zeros(len(scores), dtype=np.int64), unknown)
        block = np.maximum(np.searchsorted(self.starts, scores, side="right") - 1, 0)
        n, won = self.decided[block], self.awarded[block]
        rate = (won + 1.0) / (n + 2.0)  # Laplace's rule: nobody is told 0 or 100 %
        z = NormalDist().inv_cdf((1 + level) / 2)
        share = won / n
        middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
        low, high = np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)
        nearest, alike = np.clip(rate, low, high), self._alike(scores, pairs)
        told, least, most = (np.where(alike, found, np.nan) for found in (nearest, low, high))
        return Chances(told, least, most, np.where(alike, self.outcomes[block], 0), nearest)

    def _alike(self, scores: Scores, pairs: PairFeatures | None) -> NDArray[np.bool_]:
        """Whether each score is like those that were calibrated."""
        alike: NDArray[np.bool_] = (scores >= self.starts[0]) & (scores <= self.highest[0])
        if pairs is not None:
            for name in self.always.tolist():
                alike &= ~np.isnan(pairs.column(name))
        return alike

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give plain arrays that `from_arrays` reads back."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Calibration:
        """Read back what `to_arrays` gave."""
        return cls(**{name: arrays[name] for name in cls.__dataclass_fields__ if name in arrays})


Block = tuple[float, float, float, float, int]


def _must_pool(lower: Block, upper: Block) -> bool:
    falling = lower[1] * upper[2] >= upper[1] * lower[2]
    return falling or lower[4] < LEAST_A_BLOCK


def _pooled(lower: Block, upper: Block) -> Block:
    return (lower[0], lower[1] + upper[1], lower[2] + upper[2], lower[3] + upper[3], lower[4] + upper[4])
