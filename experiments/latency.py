"""How long the service takes over HTTP, beside a bare endpoint and beside what somebody would write, in one run.

Every server is a process of its own on this machine, asked by one client, one request after the other. Every request
is of another applicant (`experiments/latency_world.py`); a need was seen before, or is new each time. Times are what
the client waits. What the ratio says travels from machine to machine, milliseconds do not.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import date
from itertools import count, cycle
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from data.catalogue.reading import sample_catalogue
from experiments.latency_servers import Server, peer, service
from experiments.latency_world import ON, applicants, situations, write_catalogue
from experiments.register_cost import write_register
from experiments.report import RESULTS

Json = dict[str, Any]
Told = Callable[[str, int, int], None]

REQUESTS: Final = 200
SEEN: Final = 10
"""Needs that were seen before."""
LONGEST: Final = 12
"""Words of a need."""
SIZES: Final = (300, 2_000, 22_000)
"""Candidates; of the last, all but the reviewed are entries of a register."""
REVIEWED: Final = 2_000
GIVEN: Final = (100, 300)
"""Grants that are given to be put in order."""
ENTRIES: Final = max(SIZES) - REVIEWED


@dataclass(frozen=True)
class Timed:
    """What one kind of request took."""

    server: str
    candidates: int
    request: str
    p50: float
    p95: float
    p99: float
    """Milliseconds."""
    a_second: float
    """Requests a second, one after the other."""
    degraded: int
    """Answers of which a part stood in for another."""


@dataclass(frozen=True)
class Started:
    """How long a server took to be ready, and the memory of its worker."""

    server: str
    candidates: int
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Kind:
    """A kind of request."""

    name: str
    placed: bool
    new: bool
    explain: bool

    def bodies(self) -> Iterator[Json]:
        """Give one question after another."""
        texts = [one["need"]["text"] for one in situations()]
        short = [text for text in texts if 0 < len(text.split()) < LONGEST]
        first = 1_000_000 * KINDS.index(self)  # what is new for one kind was not asked for another
        needs = (f"{text} {number}" for number, text in zip(count(first), cycle(short), strict=False))
        for applicant, need in zip(
            applicants(placed=self.placed), needs if self.new else cycle(short[:SEEN]), strict=False
        ):
            plain = {} if self.explain else {"explain": False, "near_misses": 0}
            yield {"on": ON.isoformat(), "applicant": applicant, "need": {"text": need}, **plain}


KINDS: Final = tuple(
    Kind(
        f"{place}, need {'new' if new else 'seen'}, {'explained' if explain else 'unexplained'}",
        placed,
        new,
        explain,
    )
    for place, placed in (("a place told", True), ("nothing told", False))
    for explain in (True, False)
    for new in (False, True)
)


def run(bundle: Path, requests: int, sizes: Sequence[int], told: Told) -> tuple[list[Timed], list[Started]]:
    """Time everything at every size."""
    times: list[Timed] = []
    starts: list[Started] = []
    steps, done = len(sizes) * (2 * len(KINDS) + len(GIVEN)) + 1, count(1)
    with tempfile.TemporaryDirectory() as made, ExitStack() as every:
        folder = Path(made)
        told("servers asked", 0, steps)
        with peer("echo", ()) as echo:
            times.append(_timed("bare FastAPI", 0, KINDS[0], echo, "/rank", requests))
        told("servers asked", next(done), steps)
        register = write_register(folder, sample_catalogue(), ENTRIES, 384) if max(sizes) > REVIEWED else None
        every.callback(shutil.rmtree, folder / "extract", ignore_errors=True)
        for size in sizes:
            files = _files(folder, size, register)
            with service(folder, files, bundle) as ours:
                for kind in KINDS:
                    times.append(_timed("this service", size, kind, ours, "/v1/rank", requests))
                    told("servers asked", next(done), steps)
                for given in GIVEN:
                    times.append(_reranked(size, given, files[0], ours, requests))
                    told("servers asked", next(done), steps)
                starts.append(Started("this service", size, ours.seconds, ours.megabytes))
            with peer("usual", files) as usual:
                for kind in KINDS:
                    times.append(_timed("usual libraries", size, kind, usual, "/rank", requests))
                    told("servers asked", next(done), steps)
                starts.append(Started("usual libraries", size, usual.seconds, usual.megabytes))
    return times, starts


def _files(folder: Path, size: int, register: Path | None) -> tuple[Path, ...]:
    file = folder / f"{size}.jsonl"
    write_catalogue(file, sample_catalogue(), min(size, REVIEWED))
    return (file,) if size <= REVIEWED or register is None else (file, register)


def _timed(server: str, size: int, kind: Kind, asked: Server, path: str, requests: int) -> Timed:
    return _of(server, size, kind.name, *asked.ask(path, kind.bodies(), requests))


def _reranked(size: int, given: int, catalogue: Path, asked: Server, requests: int) -> Timed:
    ids = [json.loads(line)["id"] for line in catalogue.read_text("utf-8").splitlines()]
    kind, rng = KINDS[0], np.random.default_rng(given)

    def bodies() -> Iterator[Json]:
        for number, question in enumerate(kind.bodies()):
            facts, areas = question["applicant"]["facts"], question["applicant"].get("areas", [])
            fields = [
                {"name": name, "value": value} for name, value in facts.items() if not isinstance(value, dict)
            ]
            fields += [
                {"name": "query", "value": question["need"]["text"]},
                {"name": "areas", "value": areas},
            ]
            some = rng.choice(ids, min(given, len(ids)), replace=False).tolist()
            items = [{"id": one} for one in some]
            yield {"id": str(number), "timestamp": number, "fields": fields, "items": items}

    return _of(
        "this service", size, f"{given} given, need seen", *asked.ask("/rank/champion", bodies(), requests)
    )


def _of(server: str, size: int, request: str, seconds: Sequence[float], degraded: int) -> Timed:
    p50, p95, p99 = np.percentile(np.array(seconds) * 1e3, [50, 95, 99]).tolist()
    return Timed(server, size, request, p50, p95, p99, len(seconds) / sum(seconds), degraded)


def show(times: Sequence[Timed], starts: Sequence[Started], *, as_json: bool) -> None:
    """Print the figures, as JSON or as tables."""
    if as_json:
        rows = [asdict(one) | {"times_ours": _ratio(one, times)} for one in times]
        print(json.dumps({"study": "latency", "rows": rows, "starts": [asdict(one) for one in starts]}))
        return
    table = Table(*COLUMNS, title="Over HTTP, one request after the other; milliseconds")
    for cells in _rows(times):
        table.add_row(*cells)
    ready = Table("server", "candidates", "ready, s", "MB a worker")
    for one in starts:
        ready.add_row(one.server, f"{one.candidates:,}", f"{one.seconds:.1f}", f"{one.megabytes:.0f}")
    console = Console(width=130)
    console.print(table, ready)


COLUMNS: Final = ("server", "candidates", "request", "p50", "p95", "p99", "a second", "times ours, p50")


def _rows(times: Sequence[Timed]) -> Iterator[tuple[str, ...]]:
    for one in times:
        ratio, mark = _ratio(one, times), f" ({one.degraded} degraded)" if one.degraded else ""
        numbers = [f"{number:.1f}" for number in (one.p50, one.p95, one.p99, one.a_second)]
        yield (
            one.server,
            f"{one.candidates:,}",
            one.request + mark,
            *numbers,
            "" if ratio is None else f"{ratio:.1f}",
        )


def _ratio(one: Timed, times: Sequence[Timed]) -> float | None:
    """Give how many times as long as ours another server takes for the same; None for ours."""
    if one.server == "this service":
        return None
    same = (
        t
        for t in times
        if t.server == "this service" and (t.candidates, t.request) == (one.candidates, one.request)
    )
    ours = next(same, None)
    return None if ours is None else one.p50 / ours.p50


def keep(
    times: Sequence[Timed], starts: Sequence[Started], *, on: date, beside: str, file: Path = RESULTS
) -> None:
    """Append the figures with the day and the machine to the results; `beside` says what else ran."""
    processor = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if "model name" in line
        ),
        "an unknown processor",
    )
    lines = [f"\n## latency, {on:%Y-%m-%d}: {os.cpu_count()} cores of {processor}; {beside}\n"]
    lines += ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    lines += ["| " + " | ".join(cells) + " |" for cells in _rows(times)]
    lines.append("")
    lines += [
        f"- {one.server} at {one.candidates:,}: ready in {one.seconds:.1f} s, {one.megabytes:.0f} MB a worker"
        for one in starts
    ]
    lines.append(
        "- SIMULATED: grants beyond the sample, register entries, savings; the usual libraries' model learned noise"
    )
    with file.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n")
