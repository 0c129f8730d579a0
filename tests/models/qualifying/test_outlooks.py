"""Looking ahead over the answers to a question: they add up to what is known now, and settle what they should."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from data.catalogue.dependencies import closure
from data.catalogue.facts import FactBook
from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.catalogue.traversal import facts_named
from data.people.applicants import read_applicant
from data.people.base_rates import sample_rates
from models.compiled.judge import CompiledJudge
from models.eligibility.conditions import evaluation_context
from models.qualifying.chances import Estimate, Qualifying
from models.qualifying.outlooks import Outlooks, outlooks
from models.qualifying.places import PLACES

ON = date(2026, 11, 29)


@pytest.fixture(scope="module")
def estimate(catalogue: Catalogue) -> Estimate:
    applicant = read_applicant({"facts": {}, "areas": ["E08000025"]}, catalogue.facts, catalogue.areas)
    context = evaluation_context(applicant, catalogue.facts, catalogue.areas, on=ON)
    qualifying = Qualifying.build(catalogue, sample_rates(catalogue))
    return qualifying.estimate(context, CompiledJudge.build(catalogue).statuses_in(context))


@pytest.fixture(scope="module")
def ahead(estimate: Estimate) -> Outlooks:
    found = outlooks(estimate, range(len(estimate.chances)))
    assert found is not None
    return found


def test_the_answers_to_each_thing_are_all_that_there_are(ahead: Outlooks) -> None:
    totals = np.add.reduceat(ahead.shares, ahead.starts)
    assert totals == pytest.approx(np.ones(len(ahead.of)), abs=1e-3)
    assert ((ahead.chances > -1e-6) & (ahead.chances < 1 + 1e-6)).all()


def test_a_fact_that_a_grant_does_not_read_moves_its_chance_only_where_it_tells_the_kind_of_people(
    catalogue: Catalogue, estimate: Estimate, ahead: Outlooks
) -> None:
    assert estimate.made is not None
    things = [
        at for at, of in enumerate(ahead.of) if isinstance(of, str) and of not in estimate.made.place.varying
    ]
    read = {
        (row, of)
        for row, one in enumerate(estimate.of.catalogue.grants)
        for of in facts_of(one, catalogue.facts)
    }
    moved = {
        (int(row), str(ahead.of[at])) for at in things for row in np.flatnonzero(ahead.moves[:, at] > 1e-4)
    }
    assert moved
    assert {one for one in moved if one[1] != PLACES} <= read


def facts_of(grant: Grant, book: FactBook) -> set[str]:
    return set(closure({name for rule in grant.rules for name in facts_named(rule.condition)}, book))


def test_the_mean_over_the_answers_is_near_the_chance_that_is_told(
    estimate: Estimate, ahead: Outlooks
) -> None:
    means = ahead.expected(ahead.chances)[estimate.chances < 1]
    told = estimate.chances[estimate.chances < 1][:, None]
    assert np.abs(means - told).mean() < 0.03


def test_nothing_is_open_where_every_grant_is_decided(estimate: Estimate) -> None:
    decided = Estimate(estimate.of, np.ones(3), np.zeros((0, 0)), np.zeros(0), ON)
    assert outlooks(decided, [0, 1, 2]) is None


def test_what_some_gates_hang_on_gives_what_all_gates_give(estimate: Estimate) -> None:
    gates, rng = estimate.of.circuit.gates, np.random.default_rng(7)
    slots = rng.random((len(gates.slots), 5))
    pins: dict[int, NDArray[np.float64] | float] = {5: 0.25, gates.size // 2: rng.random(5)}
    pins[gates.size - 1] = 0.5
    whole = gates.evaluate(slots, pins)
    for count in (1, 40, 2 * gates.size):
        edges = rng.choice(2 * gates.size, count, replace=False)
        part = gates.under(edges)
        found = part.evaluate(slots[part.slots], pins)
        assert found[part.edges[edges]].tobytes() == whole[edges].tobytes()
        assert len(found) < len(whole) or count == 2 * gates.size


def test_looking_ahead_for_some_grants_is_looking_ahead_for_all(estimate: Estimate, ahead: Outlooks) -> None:
    rows = [400, 3, 17, 141, 40]
    some = outlooks(estimate, rows)
    assert some is not None
    counts = np.diff(ahead.starts, append=len(ahead.shares))
    each = zip(ahead.of, ahead.starts, counts, strict=True)
    whole = {of: ahead.chances[rows][:, start : start + n] for of, start, n in each}
    checked = 0
    for of, start, n in zip(some.of, some.starts, np.diff(some.starts, append=len(some.shares)), strict=True):
        if not isinstance(of, str) and whole[of].shape[1] == n:
            assert some.chances[:, start : start + n] == pytest.approx(whole[of], abs=1e-6)
            checked += 1
    assert checked
