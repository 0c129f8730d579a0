"""Runs a pure function of Arrow batches by Ray Data, on this machine or on a cluster: the same rows, in order.

Ray is an extra (`pip install -e .[scale]`). A worker that dies is started again and its batch done again. On this
machine Ray listens on the loopback address only; usage statistics are off everywhere.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from data.errors import BadExperiment
from training.engines import ArrowTask

SPARE: Final = 2
"""Processors that Ray may think it has beyond one for each worker: its own tasks need some, or all wait."""
LAYERS: Final = ("data", "features", "models", "training")
"""What the machines of a cluster need of this repository."""
ROOT: Final = Path(__file__).parents[1]


class _Worker:
    """A process that opened the task once and works on whole batches."""

    def __init__(self, task: ArrowTask) -> None:
        self._run = task.open()

    def __call__(self, table: pa.Table) -> pa.Table:
        return pa.Table.from_batches([self._run(batch_of(table))])


def mapped_by_ray(
    batches: Iterable[pa.RecordBatch], task: ArrowTask, *, workers: int, address: str | None = None
) -> Iterator[pa.RecordBatch]:
    """Give the task's answer to each batch, in the order of the batches; batches without rows are left out.

    `address` is a cluster's (`HOST:6379`); None starts Ray on this machine. Raises BadExperiment where Ray is not
    installed or does not answer.
    """
    with _started(workers, address) as ray:
        blocks = [pa.Table.from_batches([batch]) for batch in batches if batch.num_rows]
        if not blocks:
            return
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False  # the command has one of its own
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        answers = ray.data.from_arrow(blocks).map_batches(
            _Worker,
            fn_constructor_args=(task,),
            batch_format="pyarrow",
            batch_size=None,  # a block is one of our batches: numbers must not depend on where they are cut
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_cpus=1,
        )
        for table in answers.iter_batches(batch_format="pyarrow", batch_size=None):
            yield batch_of(table)


def batch_of(table: pa.Table) -> pa.RecordBatch:
    """Give a table's rows as one batch."""
    whole = table.combine_chunks().to_batches()
    return whole[0] if whole else pa.RecordBatch.from_pylist([], table.schema)


@contextmanager
def _started(workers: int, address: str | None) -> Iterator[Any]:
    """Connect to a cluster, or start Ray here; what was started is ended."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address is None:
        # Ray's own switch to take the loopback address everywhere; and workers are what is waited for, no background.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        os.environ.setdefault("RAY_worker_niceness", "0")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise BadExperiment("--engine ray needs the extra: pip install -e '.[scale]'") from error
    here = {"num_cpus": workers + SPARE, "include_dashboard": False}
    there = {"runtime_env": {"py_modules": [str(ROOT / layer) for layer in LAYERS]}}
    try:
        ray.init(
            address=address or "local",
            log_to_driver=False,
            logging_level=logging.ERROR,
            **(here if address is None else there),
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise BadExperiment(f"Ray cannot be reached at {address or 'this machine'}: {error}") from None
    try:
        yield ray
    finally:
        ray.shutdown()
