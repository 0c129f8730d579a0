"""How long pair tables and fits of growing size take, and how much memory: a simulated log in Parquet, batch by batch.

The log replays the searches of a small made world: each need of the log is one of its searches, on a day of its own,
by a person of their own, with applications and outcomes drawn anew from the true chances. Everything after that is
what every fit runs: `decision_log`, `described`, `pairs_of`, the rankers, the calibration.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from data.catalogue.reading import sample_catalogue
from data.synthetic.scenario import read_scenario
from data.synthetic.world import Search, World, WorldConfig, made_world
from experiments.peak_memory import peak, peak_from_now
from experiments.report import HEADING, RESULTS
from features.embedding import Embedder
from features.grant_index import GrantIndex
from models.rankers.boosting import Boosting, LambdaMart
from models.rankers.calibration import Calibration
from models.rankers.logistic import Logistic
from models.rankers.protocol import Ranker
from training.asked import CONTRAST_WEIGHT, SCHEMA
from training.dataset import Builder
from training.memory import Memory, decision_log, texts_of
from training.metrics import area_under_curve, calibration_error
from training.pair_table import PairStream, StoredBatches, described, pairs_of, write_batches
from training.source import eligible_on
from training.split import Period

SIZES: Final = (10_000, 100_000, 1_000_000)
UNTIL: Final = date(2026, 11, 22)
DAYS: Final = 1095
SEED: Final = 7
PEOPLE: Final = 600
"""Of the made world whose searches are replayed."""
APPLIED: Final = 4
"""Applications of a need, on average."""
PASSED_OVER: Final = 20
"""Grants of a need that it did not apply to and that are learned from."""
LEARN: Final = 0.8
"""Share of the days that are learned from; the log is longer by the rest."""
NEEDS_A_BATCH: Final = 400

Told = Callable[[str], None]


@dataclass(frozen=True)
class Sized:
    """What one size took."""

    pairs: int
    """Learned from."""
    needs: int
    """In the whole log."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Step → seconds of processor time; one thread works, so that these are what a clock shows on an idle machine."""
    streamed: int = 0
    """Megabytes that the logistic regression, which reads the pairs as a stream, took beside what was there."""
    ordered: int = 0
    """Megabytes that LightGBM's LambdaMART, which needs all pairs at once, took beside what was there."""
    megabytes: int = 0
    """Most memory that the process held since LambdaMART's fit began, the pairs among it (peak resident set)."""
    auc: float = 0.0
    calibration_error: float = 0.0

    @property
    def total(self) -> float:
        """Seconds from the log to the calibrated ranker."""
        return sum(self.seconds.values())


@dataclass(frozen=True)
class Replay:
    """The searches of a made world, ready to be drawn from."""

    searches: tuple[Search, ...]
    chances: tuple[NDArray[np.float64], ...]
    needs: pa.Table

    @classmethod
    def of(cls, world: World) -> Replay:
        """Take over a world's searches and their true chances."""
        rows = [
            {
                **search.made.need.model_dump(include={"text", "purposes", "reasons", "amount"}),
                "areas": search.person.places,
            }
            for search in world.searches
        ]
        names = ("text", "purposes", "reasons", "amount", "areas")
        schema = pa.schema([SCHEMA.field(name) for name in names])
        chances = tuple(world.chances(search) for search in world.searches)
        return cls(world.searches, chances, pa.Table.from_pylist(rows, schema))

    def log(self, pairs: int, rng: np.random.Generator) -> Iterator[pa.RecordBatch]:
        """Give batches of about so many pairs in all, in the order of their days."""
        needs = max(1, pairs // (APPLIED + PASSED_OVER))
        days = np.sort(rng.integers(0, DAYS, size=needs))
        for start in range(0, needs, NEEDS_A_BATCH):
            numbers = range(start, min(start + NEEDS_A_BATCH, needs))
            yield self._batch([(n, int(days[n])) for n in numbers], rng)

    def _batch(self, needs: Sequence[tuple[int, int]], rng: np.random.Generator) -> pa.RecordBatch:
        parts = [self._rows(number, day, rng) for number, day in needs]
        search, number, grant, on, decided, awarded = (
            np.concatenate(part) for part in zip(*parts, strict=True)
        )
        passed_over = decided < 0
        columns = {
            "query": number,
            "person": number,
            "grant": grant,
            "on": on,
            "decided_on": pa.array(decided, pa.int32(), mask=passed_over),
            "awarded": awarded > 0,
            "weight": np.where(passed_over, CONTRAST_WEIGHT, 1.0),
        }
        told = self.needs.take(pa.array(search)).combine_chunks()
        arrays = [
            told.column(field.name).combine_chunks()
            if field.name in told.column_names
            else _column(columns[field.name], field.type)
            for field in SCHEMA
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)

    def _rows(self, number: int, day: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], ...]:
        """Draw one need: its rows' search, number, grant, day, day of decision (-1: none), and outcome."""
        at = int(rng.integers(len(self.searches)))
        candidates = self.searches[at].candidates
        drawn = rng.permutation(len(candidates))[: 1 + rng.poisson(APPLIED - 1) + PASSED_OVER]
        applied = max(1, len(drawn) - PASSED_OVER)
        on = FIRST + day
        waits = np.maximum(1, np.round(24 * np.exp(rng.normal(0, 0.6, applied)))).astype(np.int64)
        decided = np.full(len(drawn), -1)
        decided[:applied] = on + waits
        awarded = np.zeros(len(drawn), dtype=np.int64)
        awarded[:applied] = rng.random(applied) < self.chances[at][drawn[:applied]]
        settled = decided <= LAST
        size = int(settled.sum())
        told = (np.full(size, value) for value in (at, number))
        return (*told, candidates[drawn[settled]], np.full(size, on), decided[settled], awarded[settled])


def run(embedder: Embedder, sizes: Sequence[int], *, told: Told) -> list[Sized]:
    """Go from a log to a calibrated ranker for each size, the smallest first."""
    catalogue = sample_catalogue()
    told("a made world to replay")
    config = WorldConfig(PEOPLE, DAYS, 1000)
    world = made_world(
        catalogue,
        read_scenario(),
        eligible_on(catalogue),
        config,
        until=UNTIL,
        rng=np.random.default_rng(SEED),
    )
    replay, index = Replay.of(world), GrantIndex.build(catalogue.grants, embedder)
    with TemporaryDirectory() as folder, threadpool_limits(limits=1):
        return [_sized(size, replay, index, embedder, Path(folder), told) for size in sorted(sizes)]


def _sized(
    size: int, replay: Replay, index: GrantIndex, embedder: Embedder, folder: Path, told: Told
) -> Sized:
    asked, pairs = folder / f"asked-{size}.parquet", folder / f"pairs-{size}.parquet"
    write_batches(replay.log(int(size / LEARN), np.random.default_rng(SEED)), asked)
    seconds: dict[str, float] = {}
    with _timed("history", seconds, told, size):
        texts = texts_of(StoredBatches(asked))
        vectors = embedder.embed(texts)
        memory = Memory(decision_log(StoredBatches(asked), texts, vectors, index), "month")
    builder = Builder(index, memory, dict(zip(texts, vectors, strict=True)), {}, None)
    with _timed("pair table", seconds, told, size):
        write_batches((described(batch, builder.describe) for batch in StoredBatches(asked)), pairs)
    learn, calibrate, test = _periods()
    with _timed("logistic, streamed", seconds, told, size):
        before = peak_from_now()
        Logistic().fit_parts(PairStream(StoredBatches(pairs), learn, contrast=True).parts)
        streamed = peak() - before
    with _timed("boosting", seconds, told, size):
        learned_from = pairs_of(StoredBatches(pairs), learn, contrast=True)
        trees = Boosting().fit(learned_from.features, learned_from.awarded, weights=learned_from.weights)
    with _timed("LambdaMART", seconds, told, size):
        before = peak_from_now()
        LambdaMart().fit(
            learned_from.features,
            learned_from.awarded,
            weights=learned_from.weights,
            groups=learned_from.queries,
        )
        ordered = peak() - before
    size = len(learned_from)
    del learned_from
    with _timed("calibration", seconds, told, size):
        later = pairs_of(StoredBatches(pairs), calibrate)
        calibration = Calibration.fit(trees.score(later.features), later.awarded)
    needs = sum(len(batch.column("query").unique()) for batch in StoredBatches(pairs))
    return Sized(size, needs, seconds, streamed, ordered, peak(), *_measured(trees, calibration, pairs, test))


def _measured(ranker: Ranker, calibration: Calibration, pairs: Path, period: Period) -> tuple[float, float]:
    test = pairs_of(StoredBatches(pairs), period)
    scores = ranker.score(test.features)
    told = calibration.estimate(scores).estimate
    shown = np.isfinite(told)
    return (
        area_under_curve(scores, test.awarded),
        calibration_error(told[shown], test.awarded[shown]),
    )


def _periods() -> tuple[Period, Period, Period]:
    """Learn from the first four fifths of the days, calibrate on the next tenth, measure on the last."""
    first, after = UNTIL - timedelta(days=DAYS), UNTIL + timedelta(days=1)
    chosen, late = first + timedelta(days=int(LEARN * DAYS)), first + timedelta(days=int(0.9 * DAYS))
    return Period("learn", first, chosen), Period("calibrate", chosen, late), Period("test", late, after)


@contextmanager
def _timed(step: str, seconds: dict[str, float], told: Told, size: int) -> Iterator[None]:
    told(f"{size:,} pairs: {step}")
    started = time.process_time()
    yield
    seconds[step] = time.process_time() - started


def _column(values: NDArray[np.int64] | pa.Array, kind: pa.DataType) -> pa.Array:
    plain = values if isinstance(values, pa.Array) else pa.array(values)
    return plain.cast(pa.int32()).cast(kind) if pa.types.is_date32(kind) else plain.cast(kind)


FIRST: Final = (UNTIL - timedelta(days=DAYS)).toordinal() - date(1970, 1, 1).toordinal()
LAST: Final = UNTIL.toordinal() - date(1970, 1, 1).toordinal()


def show(found: Sequence[Sized], *, as_json: bool) -> None:
    """Print what each size took, as a table or as one JSON object."""
    if as_json:
        rows = [{**asdict(one), "total_seconds": round(one.total, 1)} for one in found]
        print(json.dumps({"study": "pair_tables", "simulated": True, "rows": rows}))
        return
    head, *lines = _cells(found)
    table = Table(*head, title="pair_tables: from a simulated log in Parquet to a calibrated ranker")
    for line in lines:
        table.add_row(*line)
    Console(width=190).print(table)


def keep(found: Sequence[Sized], *, on: date, path: Path = RESULTS) -> None:
    """Append the figures to the file of results."""
    held = path.read_text("utf-8") if path.is_file() else HEADING
    head, *lines = (f"| {' | '.join(cells)} |" for cells in _cells(found))
    rule = "|" + "---|" * len(_cells(found)[0])
    told = "- SIMULATED log over the sample catalogue; seconds of one processor; peak memory from LambdaMART's fit on"
    parts = [f"## pair_tables, {on.isoformat()}", "", head, rule, *lines, "", told, ""]
    path.write_text(f"{held.rstrip()}\n\n" + "\n".join(parts), "utf-8")


def _cells(found: Sequence[Sized]) -> list[list[str]]:
    steps = list(found[0].seconds)
    head = [
        "pairs",
        "needs",
        *(f"{step}, s" for step in steps),
        "all, s",
        "streamed fit, MB",
        "LambdaMART, MB",
        "peak memory, MB",
        "AUC",
        "calibration error",
    ]
    return [
        head,
        *(
            [
                f"{one.pairs:,}",
                f"{one.needs:,}",
                *(f"{one.seconds[step]:.1f}" for step in steps),
                f"{one.total:.1f}",
                f"{one.streamed:,}",
                f"{one.ordered:,}",
                f"{one.megabytes:,}",
                f"{one.auc:.3f}",
                f"{one.calibration_error:.3f}",
            ]
            for one in found
        ),
    ]
