"""How many applicants `python -m training rank` works through in a second, by worker processes and kind of text.

The people are those of the sample's judged situations, the needs lines of `needs.jsonl`: all different, or a few over
and over, so that their meaning is known. The first batch of each worker is not timed: it loads the model.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from data.catalogue.reading import SAMPLE
from training.engines import AHEAD, mapped
from training.many import QUESTIONS, TOGETHER
from training.opening import Ranking

ON: Final = date(2026, 11, 29)
MOST: Final = 10
"""Places of each list."""
TIMED: Final = 4
"""Batches of each worker that are timed."""
SEEN: Final = 64
"""Different texts where they were seen before."""
Texts = Callable[[list[str]], list[str]]
KINDS: Final[dict[str, Texts]] = {"new": lambda texts: texts, "seen before": lambda texts: texts[:SEEN]}


@dataclass(frozen=True)
class Speed:
    """Lists a second for one kind of text."""

    texts: str
    workers: int
    lists: int
    seconds: float

    @property
    def a_second(self) -> float:
        """How many lists were made in a second, by all workers together."""
        return self.lists / self.seconds


def run(bundle: Path, workers: tuple[int, ...], told: Callable[[str], None]) -> tuple[Speed, ...]:
    """Rank many made questions for each kind of text and number of workers."""
    task = Ranking(bundle.resolve(), MOST, ON)
    needs = [line["text"] for line in _lines("needs.jsonl")]
    found = []
    for many in workers:
        for kind, of in KINDS.items():
            told(f"{kind}, {many} at work")
            found.append(_timed(kind, task, many, of(needs)))
    return tuple(found)


def _timed(kind: str, task: Ranking, workers: int, texts: list[str]) -> Speed:
    untimed, batches = workers * (AHEAD + 1), workers * TIMED
    answers = mapped(_questions(texts, untimed + batches), task, workers=workers)
    for _ in range(untimed):
        next(answers)
    started = time.perf_counter()
    for _ in answers:
        pass
    return Speed(kind, workers, batches * TOGETHER, time.perf_counter() - started)


def _questions(texts: list[str], batches: int) -> Iterator[pa.RecordBatch]:
    people = cycle(
        [json.dumps(line["applicant"]) for line in _lines("judgements.jsonl") if "applicant" in line]
    )
    asked = cycle([json.dumps({"text": text}) for text in texts])
    for batch in range(batches):
        ids = (f"{batch}-{number}" for number in range(TOGETHER))
        rows = [{"id": one, "on": ON, "applicant": next(people), "need": next(asked)} for one in ids]
        yield pa.RecordBatch.from_pylist(rows, QUESTIONS)


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (SAMPLE / name).open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def show(found: tuple[Speed, ...], *, as_json: bool) -> None:
    """Print a table, or one JSON object."""
    if as_json:
        speeds = [asdict(one) | {"a_second": round(one.a_second, 1)} for one in found]
        print(json.dumps({"study": "rank_speed", "speeds": speeds}))
        return
    table = Table("texts", "workers", "lists", "lists a second", title="Many applicants ranked at once")
    for one in found:
        table.add_row(one.texts, str(one.workers), f"{one.lists:,}", f"{one.a_second:.0f}")
    Console().print(table)
