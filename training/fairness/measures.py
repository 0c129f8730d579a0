"""What is measured of applicants: each figure is a sum over people divided by another, so that people can be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.fairness.exposure import Floats

Names = NDArray[np.str_]


class Kind(StrEnum):
    """In what a figure is told, and from which size on a difference matters."""

    RATE = "rate"
    """A share, 0 to 1; ten points matter."""
    GAIN = "gain"
    """nDCG, 0 to 1; .05 matters."""
    COUNT = "count"
    """How many; a tenth matters."""
    HONESTY = "honesty"
    """Observed over expected; outside .8 to 1.25 matters."""

    @property
    def as_ratio(self) -> bool:
        """Whether groups are compared by their ratio; by their difference else."""
        return self in (Kind.COUNT, Kind.HONESTY)


MATTERS: Final[dict[Kind, tuple[float, float]]] = {
    Kind.RATE: (-0.10, 0.10),
    Kind.GAIN: (-0.05, 0.05),
    Kind.COUNT: (0.9, 1.1),
    Kind.HONESTY: (0.8, 1.25),
}
"""A group's difference to the rest, or its ratio, does not matter between these."""
MATTERS_IN_WORDS: Final[dict[Kind, str]] = {
    Kind.RATE: "10 points",
    Kind.GAIN: "0.05",
    Kind.COUNT: "10 %",
    Kind.HONESTY: "outside 0.8 to 1.25 times",
}


@dataclass(frozen=True)
class Measure:
    """One figure of everybody: `numerator` (people,) over `denominator` (people,), 0 where a person has no part."""

    key: str
    title: str
    kind: Kind
    numerator: Floats
    denominator: Floats
    about: str = ""
    """What it is, in a sentence."""

    @property
    def counted(self) -> NDArray[np.bool_]:
        """(people,) who has a part in it."""
        return self.denominator > 0

    @property
    def residuals(self) -> Floats:
        """(people,) how far each lies from the figure of everybody, for a spread that holds for sums over sums.

        Linearisation of a ratio (Cochran 1977, section 6.4).
        """
        total = self.denominator.sum()
        whole = self.numerator.sum() / total if total > 0 else 0.0
        return np.asarray(self.numerator - whole * self.denominator)

    @property
    def spread(self) -> float:
        """One person's deviation from the figure, in its unit; 0 where nobody has a part."""
        people = int(self.counted.sum())
        if not people:
            return 0.0
        mean = self.denominator.sum() / people
        return float(np.sqrt((self.residuals**2).sum() / people) / mean)
