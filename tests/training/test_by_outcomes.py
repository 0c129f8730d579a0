"""What is said of needs by how much was known of the grant that met them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from data.people.applicants import Need
from data.people.outcomes import Application
from features.pairs import NAMES, PairFeatures
from training.asked import Query
from training.by_outcomes import by_outcomes
from training.lists import Candidates, Lists


def need(*made: int, met: tuple[bool, ...], weight: float = 1.0) -> Candidates:
    """A need beside grants that have made so many awards, of which some met it."""
    matrix = np.zeros((len(made), len(NAMES)), dtype=np.float32)
    matrix[:, NAMES.index("awards_made")] = np.log1p(made)
    query = Query(0, 0, Application("a", "p", "g", date(2026, 1, 1), Need()), ())
    rows = np.arange(len(made))
    nothing = np.zeros(len(made), dtype=np.bool_)
    return Candidates(query, rows, PairFeatures(NAMES, matrix), nothing, np.array(met), None, weight)


def test_needs_stand_by_the_awards_of_the_grant_that_met_them_and_are_weighed() -> None:
    needs = Lists(
        (
            need(0, 400, met=(True, False)),
            need(2, 9, met=(False, True), weight=1.0),
            need(5, 400, met=(True, True), weight=3.0),
            need(7, met=(False,)),
            need(500, met=(True,)),
        )
    )
    steps = by_outcomes({"ours": np.array([0.2, 0.4, 0.8, np.nan, 1.0])}, needs)
    assert [(step["from"], step["below"], step["needs"]) for step in steps] == [
        (0, 1, 1),
        (3, 10, 2),
        (300, None, 1),
    ]
    assert [step["ndcg_at_10"]["ours"] for step in steps] == pytest.approx([0.2, 0.7, 1.0])
