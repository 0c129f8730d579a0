"""How much computing one list takes on this machine, without HTTP; who else is busy here plays no part."""

from __future__ import annotations

from time import thread_time
from typing import Final

import numpy as np

from training.evaluate import ListScorer
from training.lists import Candidates, Lists

NEEDS: Final = 60
RUNS: Final = 3


def latency(served: ListScorer, lists: Lists) -> dict[str, float]:
    """Milliseconds, p50 and p99 over needs, to judge, describe and order all grants for one; best of three."""
    times = [min(_timed(served, one) for _ in range(RUNS)) for one in lists.lists[:NEEDS]]
    middle, slow = np.quantile(times, [0.5, 0.99])
    return {"p50": float(middle), "p99": float(slow)}


def _timed(served: ListScorer, one: Candidates) -> float:
    started = thread_time()
    served(one)
    return (thread_time() - started) * 1000
