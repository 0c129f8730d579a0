"""How long judging a whole catalogue takes, beside what others do on the same machine; the catalogues are simulated.

Two kinds of catalogue, both with twelve rules a grant on average, drawn from two thousand distinct ones. In the
mixed one the rules take every form about as often as those of real schemes do (`AS_IN_REAL_SCHEMES`), one in five
nested, one in fifty dated; two grants in five have windows and one in four a repeat period. Only ours can judge it.
In the plain one every rule is one bound on a number or one choice, and everything is known: what all engines can do.
Every engine judges the same people; a figure is the median over people of the quickest of some runs, and beside
ours stands what the first run of each person took, after other people had been judged.
"""

from __future__ import annotations

import gc
import json
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from data.catalogue.reading import Catalogue, sample_catalogue
from data.people.applicants import Applicant, read_applicant
from data.synthetic.random_catalogues import generate_catalogue
from data.synthetic.random_people import PersonMaker
from data.synthetic.random_rules import RuleMaker
from experiments.judge_peers import PEERS, Json, PeerCatalogue, peer_catalogue
from models.compiled.judge import CompiledJudge

SIZES: Final = (2_000, 100_000, 1_000_000)
ON: Final = date(2026, 8, 21)
SEED: Final = 7
PEOPLE: Final = 15
BEFORE: Final = 40
"""So many other people are judged first: a service that has just started is slower."""
KNOWN: Final = {"nobody known": 0.0, "a form filled in": 0.15, "everything known": 1.0}
"""Kinds of people, and the share of facts of which they tell something."""
TOO_LONG: Final = 20.0
"""Seconds, preparation included; what would take longer is left out, and said."""
SLOW: Final = 1.0
"""Seconds; an engine that is slower judges one person once, and that is said."""


@dataclass(frozen=True)
class Timing:
    """One engine on one catalogue."""

    engine: str
    grants: int
    ms: float | None
    """Median over people of the quickest of some runs; None where there is no figure."""
    note: str = ""
    build_s: float | None = None
    first_ms: float | None = None
    """Median over people of their first run."""

    def as_dict(self) -> dict[str, Any]:
        """The timing as plain JSON-ready data."""
        return {
            "engine": self.engine,
            "grants": self.grants,
            "ms": _rounded(self.ms, 4),
            "first_ms": _rounded(self.first_ms, 4),
            "build_s": _rounded(self.build_s, 2),
            "note": self.note,
        }


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)


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
        gc.unfreeze()
    return found


def _people(catalogue: Catalogue, known: float) -> list[Applicant]:
    rng = np.random.default_rng(SEED)
    maker = PersonMaker(catalogue.facts, catalogue.areas, rng, ON, known)
    drawn = (maker.applicant() for _ in range(PEOPLE + BEFORE))
    return [read_applicant(person, catalogue.facts, catalogue.areas) for person in drawn]


def _ours(catalogue: Catalogue, told: Callable[[str], None]) -> list[Timing]:
    told(f"building {len(catalogue.grants):,} grants")
    started = time.perf_counter()
    judge = CompiledJudge.build(catalogue)
    build_s = time.perf_counter() - started
    found = []
    for kind, known in KNOWN.items():
        told(f"judging for {kind}")
        people = _people(catalogue, known)
        ms, first = _median_ms(lambda person: judge.statuses(person, on=ON), people[BEFORE:], people[:BEFORE])
        note = f"mixed rules, three answers, statuses; {kind}"
        found.append(Timing("ours", len(catalogue.grants), ms, note, build_s, first))
    return found


def _median_ms(
    work: Callable[[Any], object], people: Sequence[Any], before: Sequence[Any] = (), runs: int = 3
) -> tuple[float, float]:
    """Give the median over people of their quickest run, and of their first, in milliseconds."""
    for person in before:
        work(person)
    times = np.array([[_seconds(work, person) for _ in range(runs)] for person in people])
    return float(np.median(times.min(axis=1))) * 1e3, float(np.median(times[:, 0])) * 1e3


def _seconds(work: Callable[[Any], object], person: Any) -> float:
    started = time.perf_counter()
    work(person)
    return time.perf_counter() - started


def _peers(catalogue: PeerCatalogue, told: Callable[[str], None]) -> list[Timing]:
    """Time ours and the others on plain rules and people of whom everything is known: what all of them can do."""
    started = time.perf_counter()
    judge, size = CompiledJudge.build(catalogue.ours), len(catalogue.ours.grants)
    build_s = time.perf_counter() - started
    facts, areas = catalogue.ours.facts, catalogue.ours.areas
    people = [read_applicant(person, facts, areas) for person in catalogue.people]
    found = []
    for note, some in ((PLAIN, people), (HALF_TOLD, [_half_told(person) for person in people])):
        ms, first = _median_ms(lambda person: judge.statuses(person, on=ON), some[:PEOPLE], some[PEOPLE:])
        found.append(Timing("ours", size, ms, note, build_s, first))
    for name, prepare in PEERS.items():
        told(f"{name} on {size:,} grants")
        expected = _PACE[name] * size
        if expected > TOO_LONG:
            found.append(Timing(name, size, None, f"left out: more than {TOO_LONG:.0f} s with preparation"))
            continue
        try:
            found.append(_peer(name, prepare, catalogue))
        except ModuleNotFoundError as error:
            found.append(Timing(name, size, None, f"not installed: {error.name}"))
    return found


def _half_told(person: Applicant) -> Applicant:
    """Leave out every other fact that a person told."""
    return replace(person, facts=dict(list(person.facts.items())[::2]))


def _peer(
    name: str,
    prepare: Callable[[PeerCatalogue], Callable[[Json], object]],
    catalogue: PeerCatalogue,
) -> Timing:
    started = time.perf_counter()
    judge_all = prepare(catalogue)
    build_s, people = time.perf_counter() - started, catalogue.people[:PEOPLE]
    once = _seconds(judge_all, people[0])
    if once > SLOW:
        ms, note = once * 1e3, "plain rules, yes or no; one person, once"
    else:
        ms, note = (
            _median_ms(judge_all, people if once < SLOW / 10 else people[:3])[0],
            "plain rules, yes or no",
        )
    return Timing(name, len(catalogue.ours.grants), ms, note, build_s)


PLAIN: Final = "plain rules, three answers, statuses"
HALF_TOLD: Final = f"{PLAIN}; half of the facts told"
_PACE: Final = {
    "Python loop": 3e-6, "zen-engine": 1e-4, "json-logic": 1e-4, "rule-engine": 4e-4, "DuckDB": 1e-5,
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
        "engine",
        "grants",
        "ms",
        "times ours",
        "first ms",
        "build s",
        "what",
        title="Judging a simulated catalogue",
    )
    for row in rows:
        cells = [
            row["engine"],
            f"{row['grants']:,}",
            row["ms"],
            row["times_ours"],
            row["first_ms"],
            row["build_s"],
            row["note"],
        ]
        table.add_row(*("–" if cell is None else str(cell) for cell in cells))
    Console(width=120).print(table)


def _ratio(timing: Timing, timings: Sequence[Timing]) -> float | None:
    plain = (t for t in timings if t.engine == "ours" and t.grants == timing.grants and t.note == PLAIN)
    ours = next(plain, None)
    if timing.engine == "ours" or timing.ms is None or ours is None or not ours.ms:
        return None
    return round(timing.ms / ours.ms, 1)
