"""Looking ahead over the answers to a question: they add up to what is known now, and settle what they should."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

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
from models.qualifying.outlooks import Outlooks, _answers, outlooks
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


def test_looking_ahead_for_some_grants_gives_what_working_out_all_gates_gives(
    catalogue: Catalogue, estimate: Estimate
) -> None:
    for rows in ([3, 17, 141, 40], [400], list(range(100, 160))):
        ahead = outlooks(estimate, rows)
        assert ahead is not None and estimate.made is not None
        slots = np.concatenate([one.slots for one in _answers(estimate, estimate.made, rows)], axis=1)
        pins = {**estimate.made.pins, 5: 0.25, estimate.of.circuit.gates.size - 1: 0.5}
        whole = estimate.of.circuit.gates.evaluate(slots, pins)
        expected = estimate.of.rules_in_force(ON).of(whole)[rows]
        pinned = replace(estimate, made=replace(estimate.made, pins=pins))
        found = outlooks(pinned, rows)
        assert found is not None
        assert found.chances.tobytes() == expected.tobytes()
        assert found.chances.shape == ahead.chances.shape
