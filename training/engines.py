"""Runs a pure function of batches over many, here or in several processes: the same answers in order.

A batch is one of Arrow's (which Ray maps too), or anything else that can be pickled.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Final, Protocol, TypeAlias, TypeVar

import pyarrow as pa

OnBatch: TypeAlias = Callable[[pa.RecordBatch], pa.RecordBatch]
AHEAD: Final = 2
"""Batches that wait for each process, so that it is never idle and memory stays flat."""
Batch = TypeVar("Batch", contravariant=True)
Answer = TypeVar("Answer", covariant=True)
One = TypeVar("One")
Of = TypeVar("Of")


class Task(Protocol[Batch, Answer]):
    """What is to be done with every batch; small and picklable, it opens what it needs where it runs."""

    def open(self) -> Callable[[Batch], Answer]:
        """Load whatever takes long, and give the function of one batch."""
        ...


ArrowTask: TypeAlias = Task[pa.RecordBatch, pa.RecordBatch]
"""What every engine can run, Ray too."""


def mapped(batches: Iterable[One], task: Task[One, Of], *, workers: int = 1) -> Iterator[Of]:
    """Give the task's answer to each batch, in the order of the batches."""
    if workers == 1:
        yield from map(task.open(), batches)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _open_here, (task,)) as pool:
        waiting: deque[Future[Of]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_run_here, batch))
            if len(waiting) > workers * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_here: dict[str, Any] = {}


def _open_here(task: Task[Any, Any]) -> None:
    _here["run"] = task.open()


def _run_here(batch: Any) -> Any:
    return _here["run"](batch)
