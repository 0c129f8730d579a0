"""An experiment's outcomes cut into periods and laid out as numbers, ready to be learned from and measured on."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.columns import check_columns
from features.embedding import Embedder
from features.grant_index import GrantIndex
from models.rankers.bundle import Bundle
from training.asked import Query, asked_batches, queries_of
from training.config import Experiment
from training.dataset import Builder, weight_of
from training.left_out import LeftOut, places_of, usable
from training.lists import Lists, lay_out
from training.memory import Memory, decision_log, texts_of
from training.pair_table import Batches, Pairs, PairStream, StoredBatches, described, pairs_of, write_batches
from training.served import Served
from training.source import Source
from training.split import Decided, Period, Periods, split_by_time

HELD: Final = 200_000
"""A table of more pairs than this is kept in a file."""
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def silent(what: str, done: int, total: int) -> None:
    """Show no progress."""
    del what, done, total


@dataclass(frozen=True)
class Prepared:
    """An experiment's outcomes cut into periods and laid out as numbers."""

    experiment: Experiment
    source: Source
    builder: Builder
    periods: Periods
    decided: tuple[Decided, ...]
    embedder: Embedder
    asked: tuple[pa.RecordBatch, ...]
    """All needs with their decisions, and with the grants drawn from those that they passed over."""
    left_out: LeftOut
    """What of the history cannot be learned from."""
    progress: Progress = field(default=silent)

    def queries(self, period: Period) -> list[Query]:
        """The needs of a period with their decisions."""
        return queries_of(self.decided, period, self.builder.places)

    def pairs(self, period: Period, *, contrast: bool = False) -> Pairs:
        """The decided applications of a period; with `contrast`, grants not applied to among them."""
        return pairs_of(self._table, period, contrast=contrast)

    def stream(self, period: Period) -> PairStream:
        """The same with grants not applied to among them, to be learned from part by part."""
        return PairStream(self._table, period, contrast=True)

    @cached_property
    def _table(self) -> Batches:
        """Every pair, described once in the order of days: what was known on a day never changes.

        A long table is kept in Parquet until the program ends, and read from there a batch at a time.
        """
        if sum(batch.num_rows for batch in self.asked) <= HELD:
            return tuple(self._described())
        path = Path(self._folder.name) / "pairs.parquet"
        write_batches(self._described(), path)
        return StoredBatches(path)

    @cached_property
    def _folder(self) -> TemporaryDirectory[str]:
        made = TemporaryDirectory(prefix="pairs-")
        atexit.register(made.cleanup)
        return made

    def _described(self) -> Iterator[pa.RecordBatch]:
        for done, batch in enumerate(self.asked):
            self.progress("pairs", done, len(self.asked))
            yield described(batch, self.builder.describe)
        self.progress("pairs", len(self.asked), len(self.asked))

    def lists(self, period: Period) -> Lists:
        """The needs of a period against all of their candidates."""
        queries = self.queries(period)
        told = self._told(f"lists: {period.name}", len(queries))
        return lay_out(queries, self.source, self.builder, told=told)

    def served(self, bundle: Bundle) -> Served:
        """What a service would list with a bundle, on any day."""
        return Served.of(bundle, self.source, self.builder.memory, self.embedder)

    def _told(self, what: str, total: int) -> Callable[[], None]:
        done = 0

        def told() -> None:
            nonlocal done
            done += 1
            self.progress(what, done, total)

        return told


def prepare(
    experiment: Experiment, source: Source, embedder: Embedder, *, progress: Progress = silent
) -> Prepared:
    """Embed every text once, fold the history by day, and cut the periods; raises BadColumn for a column at fault."""
    check_columns(source.catalogue.facts)
    index = GrantIndex.build(source.catalogue.grants, embedder, purposes=source.catalogue.facts.purpose_texts)
    places = places_of(source.catalogue.grants)
    decided, left_out = usable(source, places)
    periods = split_by_time(decided, experiment.split, until=source.until)
    left_out = replace(left_out, between_periods=sum(not periods.use(*pair) for pair in decided))
    everything = Period("all", date.min, date.max)
    asked = tuple(
        asked_batches(
            queries_of(decided, everything, places),
            places,
            lambda application: weight_of(application, experiment.propensity_floor),
            _contrast(experiment, source, places) if experiment.contrast else None,
        )
    )
    texts = texts_of(asked)
    vectors = embedder.embed(texts)
    memory = Memory(decision_log(asked, texts, vectors, index), experiment.snapshots)
    of_text = dict(zip(texts, vectors, strict=True))
    builder = Builder(index, memory, of_text, places, experiment.propensity_floor)
    return Prepared(experiment, source, builder, periods, decided, embedder, asked, left_out, progress)


def _contrast(
    experiment: Experiment, source: Source, places: Mapping[str, int]
) -> Callable[[Query], NDArray[np.int64]]:
    """Draw grants that a need passed over, the same ones in every run."""

    def drawn(query: Query) -> NDArray[np.int64]:
        rng = np.random.default_rng([experiment.seed, query.number])
        others = np.setdiff1d(source.candidates(query.first), [places[grant] for grant in query.grants])
        size = min(experiment.contrast, len(others))
        return rng.choice(others, size=size, replace=False).astype(np.int64)

    return drawn
