"""A special-category fact moves nothing but what it decides; a column that reads one is caught by the same trial."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np

from data.people.applicants import Need
from data.people.statements import Silence
from features.pairs import PairFeatures
from models.eligibility.context import EvaluationContext
from models.pairing import Described, Pairing
from models.recommender import Recommender
from training.audit.separation import made_asking
from training.audit.special import Flip, flip

ON = date(2026, 11, 29)
PEOPLE = 20


def flips(recommender: Recommender) -> list[Flip]:
    asking = made_asking(recommender.catalogue, PEOPLE, on=ON, seed=2)
    return [flip(recommender, one, np.random.default_rng([3, at]), on=ON) for at, one in enumerate(asking)]


def test_a_flip_moves_nothing_whose_status_and_chance_it_leaves(recommender: Recommender) -> None:
    found = flips(recommender)
    assert all(one.same for one in found)
    assert sum(one.kept for one in found) > 0.8 * sum(one.listed for one in found)
    assert any(one.kept < one.listed for one in found)


class _Leaking(Pairing):
    """Holds a need to be nearer to some grants for who tells more special-category facts."""

    def describe(
        self, context: EvaluationContext, need: Need, statuses: Any = None, *, later: bool = True
    ) -> Described:
        honest = super().describe(context, need, statuses, later=later)
        facts = self.catalogue.facts.facts
        told = [name for name, said in context.applicant.facts.items() if not isinstance(said, Silence)]
        matrix = honest.pairs.matrix.copy()
        close = matrix[:, honest.pairs.columns.index("meaning_text")]
        close[::2] += 0.01 * sum(facts[name].special_category for name in told)
        return replace(honest, pairs=PairFeatures(honest.pairs.columns, matrix))


def test_a_planted_column_that_reads_such_a_fact_is_caught(recommender: Recommender) -> None:
    honest = recommender.pairing
    leaking = _Leaking(**{one.name: getattr(honest, one.name) for one in fields(Pairing)})
    found = flips(replace(recommender, pairing=leaking))
    assert sum(not one.same for one in found) > PEOPLE / 4
