"""How long growing numbers of outcomes take to import, read back and export, and how much memory; and ten million.

The outcomes are simulated: an export in CSV, as a case system would write it. Each step runs in a process of its own,
so that its memory is its own. What a size that was not run would take is extrapolated from the two greatest that were.
"""

from __future__ import annotations

import csv
import json
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from data.catalogue.reading import sample_catalogue
from data.errors import BadExperiment
from data.people.outcomes import Result
from data.store.parquet_export import export_outcomes
from data.store.store import Store
from experiments.peak_memory import peak, peak_from_now
from experiments.report import HEADING, RESULTS
from training.importing import Columns, ImportMapping
from training.keeping_outcomes import imported

SIZES: Final = (100_000, 1_000_000)
FAR: Final = 10_000_000
"""The size that is extrapolated to."""
UNTIL: Final = date(2026, 11, 22)
DAYS: Final = 1095
SEED: Final = 7
NAMES: Final = (
    "application", "person", "grant", "applied_on", "decision", "decided_on", "need", "areas", "amount", "paid",
)  # fmt: skip
NEEDS: Final = (
    "a cooker for the family",
    "rent arrears",
    "a school uniform",
    "a powered wheelchair",
    "heating",
)
MAPPING: Final = ImportMapping(
    columns=Columns(**{name: name for name in NAMES}),
    decisions={str(result): result for result in Result},
    days="%Y-%m-%d",
)

Told = Callable[[str], None]
Step = Callable[[str, Path, int], None]


@dataclass(frozen=True)
class Took:
    """What a step took."""

    seconds: float
    """As a clock shows."""
    processor: float
    """Seconds of this process's processor; a database server's own are not among them."""
    megabytes: int
    """The most memory beyond what was held before."""


@dataclass(frozen=True)
class Growth:
    """How a step grows between two sizes, and what it would take at a third."""

    exponent: float
    """Of the seconds by the clock; 1: ten times as many take ten times as long."""
    of_processor: float
    """The same of the processor's seconds, which other work on the machine moves less."""
    far: Took
    """Extrapolated: seconds by these exponents, memory as a line."""

    @classmethod
    def of(cls, small: tuple[int, Took], large: tuple[int, Took], to: int) -> Growth:
        """Draw the growth from two sizes on to a third."""
        (few, less), (many, more) = small, large
        times = math.log(many / few)
        clock = math.log(more.seconds / less.seconds) / times
        processor = math.log(more.processor / less.processor) / times
        a_row = (more.megabytes - less.megabytes) / (many - few)
        further = to / many
        far = Took(
            more.seconds * further**clock,
            more.processor * further**processor,
            max(0, round(more.megabytes + a_row * (to - many))),
        )
        return cls(clock, processor, far)


@dataclass(frozen=True)
class Sized:
    """What each step took with so many outcomes."""

    outcomes: int
    steps: dict[str, Took]


def run(sizes: Sequence[int], *, store: str | None = None, told: Told) -> list[Sized]:
    """Go through every step for each size, the smallest first.

    `store` is the address of an empty store, with {size} in it where there are several sizes; SQLite in a temporary
    folder without it.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        return [
            _sized(size, store or f"sqlite:///{folder}/{{size}}.db", folder, told) for size in sorted(sizes)
        ]


def grown(found: Sequence[Sized], *, to: int = FAR) -> dict[str, Growth]:
    """Extrapolate every step from the two greatest sizes; nothing where only one was run."""
    if len(found) < 2:
        return {}
    small, large = found[-2:]
    return {
        step: Growth.of((small.outcomes, small.steps[step]), (large.outcomes, large.steps[step]), to)
        for step in large.steps
    }


def _sized(size: int, store: str, folder: Path, told: Told) -> Sized:
    address = store.replace("{size}", str(size))
    _check_empty(address)
    file = folder / f"{size}.csv"
    told(f"{size:,} outcomes: a simulated export")
    write_outcomes(file, size, np.random.default_rng(SEED))
    steps = {}
    for name, step in STEPS.items():
        told(f"{size:,} outcomes: {name}")
        with ProcessPoolExecutor(1, mp_context=_processes()) as alone:
            steps[name] = alone.submit(_timed, step, address, file, size).result()
    return Sized(size, steps)


def _processes() -> ForkServerContext:
    """New processes from one that has only imported this module, so that none starts with what another one held."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def write_outcomes(file: Path, size: int, rng: np.random.Generator) -> None:
    """Write a simulated export: a row for each application, to a grant of the sample, by one person in three rows."""
    catalogue = sample_catalogue()
    grants = [grant.id for grant in catalogue.grants]
    results = rng.choice([str(result) for result in Result], size=size, p=(0.5, 0.4, 0.05, 0.05))
    drawn = zip(
        results,
        rng.integers(len(grants), size=size),
        rng.integers(max(1, size // 3), size=size),
        np.sort(rng.integers(DAYS, size=size)),
        rng.integers(1, 60, size=size),
        rng.integers(50, 2000, size=size),
        strict=True,
    )
    with file.open("w", newline="", encoding="utf-8") as text:
        rows = csv.writer(text)
        rows.writerow(NAMES)
        for number, (result, grant, person, day, wait, amount) in enumerate(drawn):
            applied = UNTIL - timedelta(days=DAYS + 60 - int(day))
            decided, paid = applied + timedelta(days=int(wait)), amount if result == Result.AWARDED else ""
            need = f"{NEEDS[number % len(NEEDS)]}, household {person}"
            rows.writerow(
                (f"a{number}", f"p{person}", grants[grant], applied, result, decided, need, "", amount, paid)
            )


def _check_empty(address: str) -> None:
    store = Store.open(address)
    try:
        if store.count_applications():
            raise BadExperiment(
                "the store keeps applications already; name an empty one, with {size} in its address where there are "
                "several sizes"
            )
    finally:
        store.close()


def _timed(step: Step, address: str, file: Path, size: int) -> Took:
    before, started, processor = peak_from_now(), time.perf_counter(), time.process_time()
    step(address, file, size)
    return Took(time.perf_counter() - started, time.process_time() - processor, peak() - before)


def _import(address: str, file: Path, size: int) -> None:
    _whole(imported(file, MAPPING, address, today=UNTIL).kept, size)


def _history(address: str, _: Path, size: int) -> None:
    store = Store.open(address)
    _whole(len(store.history().applications), size)
    store.close()


def _stream(address: str, _: Path, size: int) -> None:
    store = Store.open(address)
    _whole(sum(1 for _ in store.followed()), size)
    store.close()


def _export(address: str, file: Path, size: int) -> None:
    store = Store.open(address)
    _whole(export_outcomes(store, file.with_suffix(".dataset")), size)
    store.close()


def _whole(rows: int, size: int) -> None:
    """A step that lost rows has no time worth telling."""
    if rows != size:
        raise BadExperiment(f"{rows} of {size} outcomes came through")


STEPS: Final[dict[str, Step]] = {
    "import from CSV": _import,
    "whole history, as a fit reads it": _history,
    "one by one, by the cursor": _stream,
    "export to Parquet": _export,
}


def show(found: Sequence[Sized], *, as_json: bool) -> None:
    """Print what each step took, as a table or as one JSON object."""
    if as_json:
        rows = [asdict(one) for one in found]
        far = {step: asdict(growth) for step, growth in grown(found).items()}
        told = {"study": "outcome_store", "simulated": True, "rows": rows}
        print(json.dumps({**told, "extrapolated": {"outcomes": FAR, "steps": far}}))
        return
    head, *lines = _cells(found)
    table = Table(*head, title="outcome_store: from a simulated export to a store and out of it")
    for line in lines:
        table.add_row(*line)
    Console(width=170).print(table)


def keep(found: Sequence[Sized], *, on: date, store: str, beside: str, path: Path = RESULTS) -> None:
    """Append the figures to the file of results; `store` is the kind of database, without its address."""
    held = path.read_text("utf-8") if path.is_file() else HEADING
    head, *lines = (f"| {' | '.join(cells)} |" for cells in _cells(found))
    rule = "|" + "---|" * len(_cells(found)[0])
    told = [
        f"- SIMULATED outcomes, kept in {store}; each step in a process of its own; {beside}",
        "- s: seconds by the clock (of the process's own processor); MB: the most memory beyond what was held before",
        "- extrapolated, not run: seconds by the exponent of growth between the two greatest sizes, memory as a line",
    ]
    parts = [f"## outcome_store, {on.isoformat()}", "", head, rule, *lines, "", *told, ""]
    path.write_text(f"{held.rstrip()}\n\n" + "\n".join(parts), "utf-8")


def _cells(found: Sequence[Sized]) -> list[list[str]]:
    growth = grown(found)
    head = ["step"]
    for one in found:
        head += [f"{one.outcomes:,}: s", "MB"]
    if growth:
        head += ["exponent", f"{FAR:,}, extrapolated: s", "MB"]
    lines = []
    for step in found[-1].steps:
        line = [step]
        for took in (one.steps[step] for one in found):
            line += [f"{took.seconds:.1f} ({took.processor:.1f})", f"{took.megabytes:,}"]
        if growth:
            drawn, far = growth[step], growth[step].far
            line += [f"{drawn.exponent:.2f} ({drawn.of_processor:.2f})"]
            line += [f"{far.seconds:,.0f} ({far.processor:,.0f})", f"{far.megabytes:,}"]
        lines.append(line)
    return [head, *lines]
