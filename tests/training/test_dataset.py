"""Pairs show what was known on the day: later decisions change nothing, and rare sightings weigh more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from data.people.outcomes import History, Result
from tests.training.small_world import SharedWords, small_experiment
from training.asked import queries_of
from training.dataset import Builder
from training.prepared import Prepared, prepare
from training.split import Period


def test_decisions_made_on_the_day_or_later_change_no_number(prepared: Prepared) -> None:
    """Every later decision is turned to its opposite: what was known before must not move."""
    experiment, source = small_experiment(), prepared.source
    query = prepared.queries(prepared.periods.validate)[5]
    other_way = {Result.AWARDED: Result.DECLINED, Result.DECLINED: Result.AWARDED}
    outcomes = tuple(
        replace(o, result=other_way.get(o.result, o.result)) if o.decided_on >= query.first.on else o
        for o in source.history.outcomes
    )
    changed = replace(source, history=History(source.history.applications, outcomes))
    assert changed.fingerprint() != source.fingerprint()
    other = prepare(experiment, changed, SharedWords())
    rows = np.arange(30)
    assert np.array_equal(
        prepared.builder.features(query.first, rows).matrix,
        other.builder.features(query.first, rows).matrix,
        equal_nan=True,
    )


def test_earlier_decisions_do_change_the_numbers(prepared: Prepared) -> None:
    first, later = prepared.decided[0][0], prepared.queries(prepared.periods.test)[0].first
    rows = np.arange(30)
    early = prepared.builder.features(replace(first, need=later.need), rows).matrix
    late = prepared.builder.features(later, rows).matrix
    assert not np.array_equal(early, late, equal_nan=True)


@pytest.mark.parametrize("snapshots", ["day", "month"])
def test_a_snapshot_is_never_later_than_the_day(prepared: Prepared, snapshots: str) -> None:
    memory = replace(prepared.builder.memory, snapshots=snapshots, _known={})
    for application, _ in prepared.decided[::150]:
        before = memory.known(on=application.on).before
        assert before <= application.on
        assert application.on - before < timedelta(days=1 if snapshots == "day" else 31)


def test_an_application_seldom_seen_weighs_more_up_to_a_limit(prepared: Prepared) -> None:
    application = prepared.decided[0][0]
    builder: Builder = replace(prepared.builder, propensity_floor=0.1)
    assert builder.weight(replace(application, propensity=0.5)) == 2
    assert builder.weight(replace(application, propensity=0.001)) == 10
    assert builder.weight(replace(application, propensity=None)) == 1
    assert replace(builder, propensity_floor=None).weight(application) == 1


def test_one_search_with_several_applications_is_one_query(prepared: Prepared) -> None:
    period = prepared.periods.train
    queries = prepared.queries(period)
    held = [pair for pair in prepared.decided if period.holds(*pair)]
    assert sum(len(query.decided) for query in queries) == len(held)
    assert max(len(query.decided) for query in queries) > 1
    assert len({(q.first.person, q.first.on, q.first.need.text) for q in queries}) == len(queries)


def test_decisions_about_grants_that_left_the_catalogue_are_left_out(prepared: Prepared) -> None:
    everything = Period("all", prepared.periods.train.start, prepared.periods.test.end)
    some = {grant: row for grant, row in prepared.builder.places.items() if row < 10}
    queries = queries_of(prepared.decided, everything, some)
    assert {grant for query in queries for grant in query.grants} <= set(some)


def test_pairs_name_no_person(prepared: Prepared) -> None:
    pairs = prepared.pairs(prepared.periods.train)
    assert pairs.people.dtype.kind == "i"
    assert len(np.unique(pairs.people)) > 50
