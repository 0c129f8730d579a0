"""What a register of simulated charities costs: to import, to judge, in a request; and that it moves no reviewed list.

The extract is made in the real files' form (`data/synthetic/charity_extract.py`); none of it is real. Texts
of entries get random vectors in place of meanings, which cost the same and take no time to make. People and needs are
the judged situations of the sample. Times are of this machine, in milliseconds of one thread's processor time, the
median over situations of the quickest of three runs; what is built at the first question from a place stands apart.
"""

from __future__ import annotations

import filecmp
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from data.catalogue.reading import SAMPLE, Catalogue, read_catalogue, sample_catalogue
from data.people.applicants import Applicant, Need, read_applicant
from data.people.base_rates import sample_rates
from data.synthetic.charity_extract import MadeExtract
from features.embedding import CachedEmbedder, Embedder
from features.grant_index import digest_of, texts_of
from models.listing.wish import Wish
from models.rankers.bundle import load
from models.recommender import Recommender
from models.register import Register, read_vectors, vectors_file

ON: Final = date(2026, 11, 29)
ENTRIES: Final = 20_000
SITUATIONS: Final = 25
RUNS: Final = 3
SEED: Final = 7
BELOW: Final = Wish(size=5, near_misses=0, question=False)
PLACES: Final = ("E08000025", "E06000052", "E07000067", "E09000022", "W06000015")
"""A situation that tells no council of England or Wales is put into one of these."""


@dataclass(frozen=True)
class Imported:
    """Two imports of one made extract."""

    charities: int
    megabytes: float
    entries: int
    seconds: float
    processor_seconds: float
    peak_mib: float
    same_bytes: bool


@dataclass(frozen=True)
class Served:
    """What entries beside the reviewed catalogue cost; milliseconds."""

    entries: int
    situations: int
    near: float
    """Entries near a person, on average."""
    judge_ms: float
    first_ms: float
    """To make the entries of a place ready, at the first question from it."""
    register_ms: float
    """To judge, rank and explain the group."""
    reviewed_ms: float
    """To judge, rank and explain the reviewed list."""
    unchanged: int
    """Situations whose first ten reviewed grants are the same with and without the register."""


def import_twice(charities: int, told: Callable[[str], None]) -> Imported:
    """Make an extract, import it twice by the command line, and measure time, memory and bytes."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        told(f"making {charities:,} charities")
        MadeExtract(sample_catalogue().areas, seed=SEED).write(folder / "extract", charities)
        size = sum(file.stat().st_size for file in (folder / "extract").iterdir()) / 1e6
        found = []
        for name in ("one", "two"):
            told(f"importing, {name}")
            command = [sys.executable, "-m", "data", "import-charities", str(folder / "extract")]
            before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            ran = subprocess.run(  # noqa: S603 - our own command
                [*command, str(folder / f"{name}.jsonl"), "--json"],
                check=True,
                capture_output=True,
                text=True,
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            entries = int(json.loads(ran.stdout)["entries"])
            found.append((time.perf_counter() - started, spent, after.ru_maxrss / 1024, entries))
        same = filecmp.cmp(folder / "one.jsonl", folder / "two.jsonl", shallow=False)
    seconds, spent, peak = (max(one[at] for one in found) for at in range(3))
    return Imported(charities, size, found[0][3], seconds, spent, peak, same)


def serve(bundle: Path, embedder: Embedder, entries: int, told: Callable[[str], None]) -> Served:
    """Put so many entries beside the sample, and ask for judged situations with and without them."""
    sample = sample_catalogue()
    like = Recommender.of_bundle(
        load(bundle.resolve()), sample, sample_rates(sample), CachedEmbedder(embedder)
    )
    people = _situations(sample)
    told("ranking without the register")
    before = [_first_ten(like, *one) for one in people]
    told(f"making {entries:,} entries")
    register = _register(sample, entries, embedder.dimension)
    told("ranking with the register")
    times = [timed for one in people if (timed := _timed(register, like, *one)) is not None]
    unchanged = sum(one == _first_ten(like, *person) for one, person in zip(before, people, strict=True))
    return Served(
        entries=len(register.catalogue.grants),
        situations=len(people),
        near=float(np.mean([one.near for one in times])),
        judge_ms=median(one.judge for one in times),
        first_ms=median(one.first for one in times),
        register_ms=median(one.below for one in times),
        reviewed_ms=median(one.reviewed for one in times),
        unchanged=unchanged,
    )


class _Times(NamedTuple):
    """How many entries are near one person, and milliseconds."""

    near: float
    judge: float
    first: float
    below: float
    reviewed: float


def _timed(register: Register, like: Recommender, applicant: Applicant, need: Need) -> _Times | None:
    """Time one situation; None where the register has nothing near."""
    started = time.thread_time()
    ready = register.near(applicant.areas or (), like)
    first = _ms(started)
    if ready is None:
        return None
    contexts = iter([ready.context(applicant, on=ON) for _ in range(RUNS)])
    judge = _quickest(lambda: ready.pairing.judge.statuses_in(next(contexts)))
    below = _quickest(lambda: ready.recommend(applicant, need, on=ON, wish=BELOW))
    reviewed = _quickest(lambda: like.recommend(applicant, need, on=ON))
    return _Times(len(ready.catalogue.grants), judge, first, below, reviewed)


def _register(sample: Catalogue, entries: int, dimension: int) -> Register:
    with tempfile.TemporaryDirectory() as made:
        file = write_register(Path(made), sample, entries, dimension)
        read, vectors = read_catalogue(file, areas=SAMPLE / "areas.csv"), read_vectors(file)
    return Register.build(read, sample, sample_rates(sample), vectors, dimension=dimension)


def write_register(folder: Path, sample: Catalogue, entries: int, dimension: int) -> Path:
    """Write so many simulated entries and their vectors into a folder, as a deployment has them; give their file."""
    file = folder / "register.jsonl"
    MadeExtract(sample.areas, seed=SEED, giving=1.0).write(folder / "extract", entries * 3 // 2)
    command = [sys.executable, "-m", "data", "import-charities", str(folder / "extract"), str(file), "--json"]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)[:entries]
    file.write_text("".join(lines), encoding="utf-8")
    grants = read_catalogue(file, areas=SAMPLE / "areas.csv").grants
    digests = np.array([digest_of(text) for text in texts_of(grants)])
    vectors = np.random.default_rng(SEED).normal(size=(len(digests), dimension))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    np.savez(vectors_file(file), digests=digests, vectors=vectors.astype(np.float16))
    return file


def _situations(sample: Catalogue) -> list[tuple[Applicant, Need]]:
    """Take judged situations of the sample, each with a council of England or Wales."""
    text = (SAMPLE / "judgements.jsonl").read_text(encoding="utf-8")
    judged = [told for told in map(json.loads, text.splitlines()) if "applicant" in told][:SITUATIONS]
    found = []
    for at, told in enumerate(judged):
        applicant = dict(told["applicant"])
        if not any(
            str(code)[0] in "EW" and code in sample.areas.names for code in applicant.get("areas") or ()
        ):
            applicant["areas"] = [PLACES[at % len(PLACES)]]
        need = {name: value for name, value in told["need"].items() if name in Need.model_fields}
        found.append((read_applicant(applicant, sample.facts, sample.areas), Need.model_validate(need)))
    return found


def _first_ten(like: Recommender, applicant: Applicant, need: Need) -> list[str]:
    wish = Wish(explain=False, near_misses=0)
    return [one.grant_id for one in like.recommend(applicant, need, on=ON, wish=wish).results]


def _quickest(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.thread_time()
        work()
        times.append(_ms(started))
    return min(times)


def _ms(started: float) -> float:
    return (time.thread_time() - started) * 1000


def show(imported: Imported | None, served: Served | None, *, as_json: bool) -> None:
    """Print the figures, as JSON or as a table."""
    found = {"import": imported and asdict(imported), "request": served and asdict(served)}
    if as_json:
        print(json.dumps(found))
        return
    table = Table("what", "figure", title="A register of simulated charities")
    for part, figures in found.items():
        for name, value in (figures or {}).items():
            table.add_row(f"{part}: {name}", f"{value:,.2f}" if isinstance(value, float) else str(value))
    Console().print(table)
