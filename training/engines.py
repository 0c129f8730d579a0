"""Runs a pure function of Arrow batches over many: here, in several processes, or by Ray; the same rows in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Final, Protocol, TypeAlias

import pyarrow as pa

OnBatch: TypeAlias = Callable[[pa.RecordBatch], pa.RecordBatch]
AHEAD: Final = 2
"""Batches that wait for each process, so that it is never idle and memory stays flat."""


class Task(Protocol):
    """What is to be done with every batch; small and picklable, it opens what it needs where it runs."""

    def open(self) -> OnBatch:
        """Load whatever takes long, and give the function of one batch."""
        ...


def mapped(batches: Iterable[pa.RecordBatch], task: Task, *, workers: int = 1) -> Iterator[pa.RecordBatch]:
    """Give the task's answer to each batch, in the order of the batches."""
    if workers == 1:
        yield from map(task.open(), batches)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _open_here, (task,)) as pool:
        waiting: deque[Future[pa.RecordBatch]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_run_here, batch))
            if len(waiting) > workers * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_here: dict[str, Any] = {}


def _open_here(task: Task) -> None:
    _here["run"] = task.open()


def _run_here(batch: pa.RecordBatch) -> pa.RecordBatch:
    return _here["run"](batch)
