"""Pairs are made batch by batch and kept in Parquet, and are the same numbers however they are cut."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from features.history import DecisionLog
from features.pairs import NAMES
from models.rankers.logistic import Logistic
from tests.training.small_world import SharedWords
from training.asked import SCHEMA, needs_of
from training.memory import decision_log, texts_of
from training.pair_table import (
    Describing,
    Pairs,
    PairStream,
    StoredBatches,
    described,
    pairs_of,
    write_batches,
)
from training.prepared import Prepared
from training.split import Period

EVERYTHING = Period("all", date.min, date.max)


def same(ours: Pairs, theirs: Pairs) -> bool:
    names = ("awarded", "weights", "queries", "people")
    return ours.features.matrix.tobytes() == theirs.features.matrix.tobytes() and all(
        (getattr(ours, name) == getattr(theirs, name)).all() for name in names
    )


def test_a_batch_read_from_parquet_gives_the_pairs_that_the_fit_learns_from(
    prepared: Prepared, tmp_path: Path
) -> None:
    asked, pairs = tmp_path / "asked.parquet", tmp_path / "pairs.parquet"
    rows = write_batches(prepared.asked, asked)
    made = (described(batch, prepared.builder.describe) for batch in StoredBatches(asked))
    assert write_batches(made, pairs) == rows > len(prepared.decided)  # with grants that were passed over
    period = prepared.periods.train
    assert same(pairs_of(StoredBatches(pairs), period), prepared.pairs(period))


def test_numbers_do_not_depend_on_where_batches_are_cut(prepared: Prepared) -> None:
    whole = prepared.asked[0].slice(0, 120)
    parts = [whole.slice(0, 1), whole.slice(1, 50), whole.slice(51)]
    ours, theirs = (
        pairs_of([described(batch, prepared.builder.describe) for batch in cut], EVERYTHING)
        for cut in ([whole], parts)
    )
    assert same(ours, theirs)


def test_every_row_is_the_need_described_by_itself(prepared: Prepared) -> None:
    batch = prepared.asked[0].slice(0, 40)
    table = described(batch, prepared.builder.describe)
    query = prepared.queries(EVERYTHING)[0]
    rows = np.array([prepared.builder.places[grant] for grant in query.grants])
    alone = prepared.builder.features(query.first, rows).matrix
    held = np.column_stack([table.column(name).to_numpy()[: len(rows)] for name in NAMES])
    assert held.dtype == np.float32
    assert np.array_equal(held, alone, equal_nan=True)


def test_needs_come_back_as_they_were_told(prepared: Prepared) -> None:
    told = [(q.first.need, q.first.areas, q.first.on) for q in prepared.queries(EVERYTHING)]
    read = [(need, areas, on) for batch in prepared.asked for _, need, areas, on in needs_of(batch)]
    assert read == told


def test_decisions_read_from_batches_are_those_read_one_by_one(prepared: Prepared) -> None:
    index, embedder = prepared.builder.index, SharedWords()
    texts = texts_of(prepared.asked)
    ours = decision_log(prepared.asked, texts, embedder.embed(texts), index)
    vectors = embedder.embed([application.need.text for application, _ in prepared.decided])
    theirs = DecisionLog.of(prepared.decided, vectors, index.grants)
    before = date(2026, 6, 1)
    first, second = (log.known(before=before) for log in (ours, theirs))
    assert first.decisions == second.decisions > 100
    for tally in ("by_area", "by_purpose", "by_step", "by_amount", "by_word"):
        for name, array in getattr(first, tally).to_arrays("").items():
            assert (array == getattr(second, tally).to_arrays("")[name]).all(), (tally, name)
    need = vectors[0]
    assert np.allclose(first.leaning.lean(need)[1], second.leaning.lean(need)[1], atol=1e-5)
    assert np.allclose(
        first.met.closeness(first.met.cosines(need)), second.met.closeness(second.met.cosines(need))
    )


def test_no_need_at_all_is_a_table_too(prepared: Prepared) -> None:
    empty = pa.RecordBatch.from_pylist([], SCHEMA)
    assert len(pairs_of([described(empty, prepared.builder.describe)], EVERYTHING)) == 0


def test_a_stream_of_pairs_read_from_parquet_teaches_what_the_whole_table_does(
    prepared: Prepared, tmp_path: Path
) -> None:
    made = (described(batch.slice(0, 3000), prepared.builder.describe) for batch in prepared.asked)
    write_batches(made, tmp_path / "pairs.parquet")
    stream = PairStream(StoredBatches(tmp_path / "pairs.parquet"), prepared.periods.train, contrast=True)
    whole = stream.whole
    assert stream.counted[:2] == (len(whole), int(whole.awarded.sum()))
    ours = Logistic().fit_parts(stream.parts)
    theirs = Logistic().fit(whole.features, whole.awarded, weights=whole.weights)
    assert np.abs(ours.score(whole.features) - theirs.score(whole.features)).max() < 1e-6
    some = replace(stream, people=stream.counted[2][:5])
    assert set(some.whole.people) == set(stream.counted[2][:5])
    assert len(some) == len(some.whole) < len(stream)


def test_a_long_table_is_kept_in_a_file_and_teaches_the_same(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.prepared.HELD", 1000)
    long = replace(prepared)
    period = prepared.periods.train
    assert isinstance(long.stream(period).batches, StoredBatches)
    assert same(long.pairs(period), prepared.pairs(period))
    assert len(long.stream(period)) == len(prepared.stream(period)) > 1000


def test_what_describes_pairs_can_be_sent_to_another_process(prepared: Prepared) -> None:
    batch = prepared.asked[0].slice(0, 60)
    sent = pickle.loads(pickle.dumps(Describing(prepared.builder.describe)))
    ours, theirs = sent.open()(batch), described(batch, prepared.builder.describe)
    assert same(pairs_of([ours], EVERYTHING), pairs_of([theirs], EVERYTHING))
