"""How long ranking one need takes on this machine, without embedding it and without HTTP."""

from __future__ import annotations

from time import perf_counter
from typing import Final

import numpy as np

from models.rankers.protocol import Ranker
from training.dataset import Builder
from training.lists import Candidates, Lists

NEEDS: Final = 60
RUNS: Final = 3


def latency(builder: Builder, ranker: Ranker, lists: Lists) -> dict[str, float]:
    """Milliseconds, p50 and p99 over needs, to describe one against its candidates and score them; best of three."""
    times = [min(_timed(builder, ranker, one) for _ in range(RUNS)) for one in lists.lists[:NEEDS]]
    middle, slow = np.quantile(times, [0.5, 0.99])
    return {"p50": float(middle), "p99": float(slow)}


def _timed(builder: Builder, ranker: Ranker, one: Candidates) -> float:
    started = perf_counter()
    ranker.score(builder.features(one.query.first, one.rows))
    return (perf_counter() - started) * 1000
