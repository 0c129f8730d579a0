"""Asks the next question about a list of grants that lies in the order of the chances of qualifying."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.people.base_rates import BaseRates, no_rates
from models.eligibility.context import EvaluationContext
from models.eligibility.verdict import STATUSES, Status, judge_in
from models.explanations.next_question import NextQuestion, next_question
from models.explanations.places_ahead import CHANCES, Front
from models.qualifying.chances import Qualifying
from models.qualifying.outlooks import outlooks


def question_about(
    context: EvaluationContext, grants: Sequence[Grant], rates: BaseRates | None = None
) -> NextQuestion | None:
    """Judge, order by chance and choose; without rates every fact stands at one half."""
    catalogue = Catalogue(tuple(grants), context.book, context.areas, "a few grants")
    statuses = np.array([STATUSES.index(judge_in(context, grant).status) for grant in grants])
    estimate = Qualifying.build(catalogue, rates or no_rates(context.on)).estimate(context, statuses)
    rows = [int(row) for row in np.argsort(-estimate.chances, kind="stable") if estimate.chances[row] > 0]
    chances = estimate.chances[rows]
    by_chance = np.repeat(CHANCES[:, None], len(rows), axis=1)
    front = Front(chances, chances, by_chance, statuses[rows] == STATUSES.index(Status.NEEDS_INFO))
    still_open = [grants[row] for row in rows if statuses[row] == STATUSES.index(Status.NEEDS_INFO)]
    return next_question(context, still_open, front, outlooks(estimate, rows))
