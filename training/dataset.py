"""Describes needs beside grants, each as it looked on the day of the application: what all learning reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.people.applicants import Need
from data.people.outcomes import Application
from features.embedding import Vectors
from features.pairs import GrantIndex, PairFeatures, pair_features
from training.memory import Memory


@dataclass(frozen=True)
class Builder:
    """Describes pairs with one and the same function that serving uses."""

    index: GrantIndex
    memory: Memory
    vectors: Mapping[str, Vectors]
    """Text of a need → its vector (dimension,)."""
    places: Mapping[str, int]
    """Id of a grant → its place in the catalogue."""
    propensity_floor: float | None

    def describe(self, need: Need, areas: tuple[str, ...], on: date, rows: NDArray[np.int64]) -> PairFeatures:
        """Describe a need of somebody in some areas against some grants, as known on a day."""
        vector, known = self.vectors[need.text], self.memory.known(on=on)
        return pair_features(need, vector, areas, self.index, known, on=on, rows=rows)

    def features(self, application: Application, rows: NDArray[np.int64]) -> PairFeatures:
        """Describe an application's need against some grants, as known on its day."""
        return self.describe(application.need, application.areas, application.on, rows)

    def weight(self, application: Application) -> float:
        """How much an application counts."""
        return weight_of(application, self.propensity_floor)


def weight_of(application: Application, floor: float | None) -> float:
    """How much an application counts: seldom seen ones more, where it is logged how seldom."""
    if floor is None or application.propensity is None:
        return 1.0
    return 1.0 / max(application.propensity, floor)
