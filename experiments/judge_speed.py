"""How long judging a whole catalogue takes, beside what others do on the same machine; the catalogues are simulated."""

from __future__ import annotations

import gc
import json
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from data.applicants import Applicant, read_applicant
from data.catalogue import Catalogue, sample_catalogue
from data.generated import RuleMaker, generate_catalogue
from data.generated_people import PersonMaker
from experiments.judge_peers import PEERS, PeerCatalogue, peer_catalogue
from models.compiled import CompiledJudge

SIZES: Final = (2_000, 100_000, 1_000_000)
ON: Final = date(2026, 8, 21)
SEED: Final = 7
PEOPLE: Final = 15
KNOWN: Final = {"nobody known": 0.0, "a form filled in": 0.15, "everything known": 1.0}
"""Kinds of people, and the share of facts of which they tell something."""
TOO_LONG: Final = 60.0
"""Seconds; what would take longer is skipped, and said."""


@dataclass(frozen=True)
class Timing:
    """One engine on one catalogue."""

    engine: str
    grants: int
    ms: float | None
    """Median over people of the quickest of some runs; None where there is no figure."""
    note: str = ""
    build_s: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The timing as plain JSON-ready data."""
        figure = None if self.ms is None else round(self.ms, 4)
        build = None if self.build_s is None else round(self.build_s, 2)
        return {
            "engine": self.engine,
            "grants": self.grants,
            "ms": figure,
            "build_s": build,
            "note": self.note,
        }


def run(
    sizes: Sequence[int], *, peers: bool = True, told: Callable[[str], None] = lambda _: None
) -> list[Timing]:
    """Time every engine on catalogues of these sizes."""
    found: list[Timing] = []
    for size in sizes:
        told(f"simulating {size:,} grants")
        sample, rng = sample_catalogue(), np.random.default_rng(SEED)
        catalogue = generate_catalogue(RuleMaker(sample.facts, sample.areas, rng, ON), grants=size)
        gc.freeze()
        found += _ours(catalogue, told)
        del catalogue
        if peers:
            found += _peers(peer_catalogue(size, np.random.default_rng(SEED)), told)
    return found


def _people(catalogue: Catalogue, known: float) -> list[Applicant]:
    rng = np.random.default_rng(SEED)
    maker = PersonMaker(catalogue.facts, catalogue.areas, rng, ON, known)
    return [read_applicant(maker.applicant(), catalogue.facts, catalogue.areas) for _ in range(PEOPLE)]


def _ours(catalogue: Catalogue, told: Callable[[str], None]) -> list[Timing]:
    told(f"building {len(catalogue.grants):,} grants")
    started = time.perf_counter()
    judge = CompiledJudge.build(catalogue)
    build_s = time.perf_counter() - started
    found = []
    for kind, known in KNOWN.items():
        told(f"judging for {kind}")
        people = _people(catalogue, known)
        ms = _median_ms(lambda person: judge.statuses(person, on=ON), people)
        found.append(
            Timing("ours", len(catalogue.grants), ms, f"every form, three answers, statuses; {kind}", build_s)
        )
    return found


def _median_ms(work: Callable[[Any], object], people: Sequence[Any], runs: int = 3) -> float:
    """Give the median over people of their quickest run, in milliseconds."""
    work(people[0])
    best = []
    for person in people:
        times = []
        for _ in range(runs):
            started = time.perf_counter()
            work(person)
            times.append(time.perf_counter() - started)
        best.append(min(times))
    return float(np.median(best)) * 1e3


def _peers(catalogue: PeerCatalogue, told: Callable[[str], None]) -> list[Timing]:
    """Time ours and the others on plain rules and people of whom everything is known: what all of them can do."""
    judge = CompiledJudge.build(catalogue.ours)
    people = [
        read_applicant(person, catalogue.ours.facts, catalogue.ours.areas) for person in catalogue.people
    ]
    size = len(catalogue.ours.grants)
    found = [
        Timing("ours", size, _median_ms(lambda person: judge.statuses(person, on=ON), people), "plain rules")
    ]
    pace: dict[str, float] = {}
    for name, prepare in PEERS.items():
        told(f"{name} on {size:,} grants")
        expected = pace.get(name, _PACE[name]) * size
        if expected > TOO_LONG:
            found.append(Timing(name, size, None, f"skipped: more than {TOO_LONG:.0f} s"))
            continue
        try:
            judge_all = prepare(catalogue)
        except ModuleNotFoundError as error:
            found.append(Timing(name, size, None, f"not installed: {error.name}"))
            continue
        count = 5 if expected < 1 else 1
        found.append(
            Timing(name, size, _median_ms(judge_all, catalogue.people[:count], 2), "plain rules, yes or no")
        )
    return found


_PACE: Final = {
    "Python loop": 2e-6, "zen-engine": 1e-4, "json-logic": 1e-4, "rule-engine": 3e-4, "DuckDB": 1e-7,
}  # fmt: skip
"""Seconds a grant, preparation included, to tell beforehand what would take too long."""


def show(timings: Sequence[Timing], *, as_json: bool) -> None:
    """Print the timings, and for the plain rules how many times as long as ours the others take."""
    rows = [timing.as_dict() | {"times_ours": _ratio(timing, timings)} for timing in timings]
    if as_json:
        machine = f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}"
        print(json.dumps({"study": "judge_speed", "machine": machine, "rows": rows}))
        return
    table = Table(
        "engine", "grants", "ms", "times ours", "build s", "what", title="Judging a simulated catalogue"
    )
    for row in rows:
        cells = [
            row["engine"],
            f"{row['grants']:,}",
            row["ms"],
            row["times_ours"],
            row["build_s"],
            row["note"],
        ]
        table.add_row(*("–" if cell is None else str(cell) for cell in cells))
    Console(width=120).print(table)


def _ratio(timing: Timing, timings: Sequence[Timing]) -> float | None:
    plain = (
        t for t in timings if t.engine == "ours" and t.grants == timing.grants and t.note == "plain rules"
    )
    ours = next(plain, None)
    if timing.engine == "ours" or timing.ms is None or ours is None or not ours.ms:
        return None
    return round(timing.ms / ours.ms, 1)
