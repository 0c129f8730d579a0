"""How groups of classroom projects fared, and whether the chances told to them were honest: a review without lists.

The same measures, intervals and verdicts as a fairness review's. Nobody was shown a list here, so that nothing can be
said of attention or of good grants missed. The file does not tell which projects are one teacher's: each counts as
independent, and intervals are a little too narrow for who asked several times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from training.fairness.comparing import Compared, compare
from training.fairness.measures import Kind, Measure, Names
from training.fairness.review import in_unit

Values = NDArray[np.float64]


def compared(
    unfunded: NDArray[np.int64], chances: Mapping[str, Values], groups: Mapping[str, Names], *, seed: int
) -> tuple[Compared, ...]:
    """Compare every group with all other projects: unfunded, and unfunded for each expected by each model's chances."""
    came = unfunded.astype(np.float64)
    measures = [Measure("unfunded", "Not funded", Kind.RATE, came, np.ones(len(came)))]
    measures += [
        Measure(
            f"observed over expected, {name}",
            f"Not funded for each expected by {name}",
            Kind.HONESTY,
            came,
            told,
        )
        for name, told in chances.items()
    ]
    return compare(measures, groups, seed=seed)


def in_words(found: Sequence[Compared]) -> Iterator[str]:
    """Say what was found, a line for each figure of each attribute; of two groups one says it all."""
    for one in found:
        kind = one.measure.kind
        cells = one.cells[: 1 if len(one.cells) == 2 else None]
        told = [
            f"{cell.group} {in_unit(kind, cell.value)} ({in_unit(kind, cell.low)} to {in_unit(kind, cell.high)}) "
            f"against {in_unit(kind, cell.rest)}: {cell.verdict.value}"
            for cell in cells
        ]
        yield f"{one.measure.title}, {one.attribute}: {'; '.join(told)}"
