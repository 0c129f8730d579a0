"""How long it takes to explain a page of ten grants to a person; the people are simulated, the grants are real.

What follows from the catalogue alone, such as a rule's sentence, is made once and kept: every grant is explained
once before anything is timed, as the service does before it is ready.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue, sample_catalogue
from data.people.applicants import Applicant, read_applicant
from data.people.base_rates import sample_rates
from data.synthetic.random_people import PersonMaker
from models.counterfactuals.missing import missing_sets
from models.eligibility.conditions import evaluation_context
from models.eligibility.context import EvaluationContext
from models.eligibility.verdict import STATUSES, Status, Verdict, judge_in
from models.explanations.next_question import next_question
from models.explanations.places_ahead import CHANCES, Front
from models.explanations.reasons import reasons
from models.qualifying.chances import Qualifying
from models.qualifying.outlooks import outlooks
from models.recommender import RANKED

ON: Final = date(2026, 8, 21)
SEED: Final = 7
PEOPLE: Final = 40
RUNS: Final = 5
PAGE: Final = 10
PARTS: Final = ("findings", "reasons", "missing sets", "next question")
KNOWN: Final = {"one who says nothing": 0.0, "a form filled in": 0.15, "half of all known": 0.5}
"""Kinds of people, and the share of facts of which they tell something."""


@dataclass(frozen=True)
class PartTime:
    """One part of explaining a page, for one kind of person."""

    part: str
    people: str
    ms: float
    """Median over people of the quickest of some runs."""
    ms_95: float
    """The 95th of a hundred people."""


@dataclass(frozen=True)
class Page:
    """A person on a day with the first grants that are not ruled out."""

    applicant: Applicant
    catalogue: Catalogue
    qualifying: Qualifying
    shown: list[tuple[Grant, Verdict]]

    @classmethod
    def of(cls, applicant: Applicant, qualifying: Qualifying) -> Page:
        """Judge in the order of the catalogue until the page is full."""
        page = cls(applicant, qualifying.catalogue, qualifying, [])
        for grant in page.catalogue.grants:
            verdict = judge_in(page.context(), grant)
            if verdict.status in RANKED:
                page.shown.append((grant, verdict))
            if len(page.shown) == PAGE:
                break
        return page

    def context(self) -> EvaluationContext:
        """See the person anew, nothing remembered."""
        return evaluation_context(self.applicant, self.catalogue.facts, self.catalogue.areas, on=ON)

    def _next_question(self, context: EvaluationContext) -> None:
        """Choose the next question as if the page were ordered by who qualifies."""
        statuses = np.full(len(self.catalogue.grants), STATUSES.index(Status.NOT_ELIGIBLE))
        rows = [self.catalogue.grants.index(grant) for grant, _ in self.shown]
        statuses[rows] = [STATUSES.index(verdict.status) for _, verdict in self.shown]
        estimate = self.qualifying.estimate(context, statuses)
        chances, by_chance = estimate.chances[rows], np.repeat(CHANCES[:, None], len(rows), axis=1)
        front = Front(chances, chances, by_chance, statuses[rows] == STATUSES.index(Status.NEEDS_INFO))
        still_open = [grant for grant, verdict in self.shown if verdict.status is Status.NEEDS_INFO]
        next_question(context, still_open, front, outlooks(estimate, rows))

    def timed(self) -> dict[str, float]:
        """Find, say every reason, name what is missing and choose the next question; milliseconds of each."""
        context, marks = self.context(), [time.perf_counter()]
        verdicts = {grant.id: judge_in(context, grant) for grant, _ in self.shown}
        marks.append(time.perf_counter())
        for grant, _ in self.shown:
            reasons(verdicts[grant.id], grant, context)
        marks.append(time.perf_counter())
        for grant, _ in self.shown:
            missing_sets(context, grant, verdicts[grant.id])
        marks.append(time.perf_counter())
        self._next_question(context)
        marks.append(time.perf_counter())
        return dict(zip(PARTS, np.diff(marks) * 1e3, strict=True))


def run(people: int = PEOPLE) -> list[PartTime]:
    """Time each part for each kind of person."""
    catalogue = sample_catalogue()
    qualifying = Qualifying.build(catalogue, sample_rates(catalogue))
    nobody = evaluation_context(Applicant(), catalogue.facts, catalogue.areas, on=ON)
    for grant in catalogue.grants:
        verdict = judge_in(nobody, grant)
        reasons(verdict, grant, nobody)
        missing_sets(nobody, grant, verdict)
    found = []
    for kind, known in KNOWN.items():
        maker = PersonMaker(catalogue.facts, catalogue.areas, np.random.default_rng(SEED), ON, known)
        made = [
            read_applicant(maker.applicant(), catalogue.facts, catalogue.areas)
            for _ in range(people if known else 1)
        ]
        pages = [Page.of(applicant, qualifying) for applicant in made]
        runs = [[page.timed() for _ in range(RUNS)] for page in pages]
        for part in PARTS:
            times = [min(one[part] for one in of_page) for of_page in runs]
            found.append(PartTime(part, kind, float(np.median(times)), float(np.quantile(times, 0.95))))
    return found


def show(found: Sequence[PartTime], *, as_json: bool) -> None:
    """Print the times: a table for people, or one JSON object."""
    rows: list[dict[str, Any]] = [
        {"engine": "ours", "part": one.part, "people": one.people, "grants": PAGE}
        | {"ms": round(one.ms, 3), "ms_95": round(one.ms_95, 3)}
        for one in found
    ]
    if as_json:
        print(json.dumps({"study": "page_speed", "rows": rows}))
        return
    table = Table(
        "part", "people", "ms, median", "ms, 95th of 100", title=f"Explaining a page of {PAGE} grants"
    )
    for row in rows:
        table.add_row(row["part"], row["people"], f"{row['ms']:.2f}", f"{row['ms_95']:.2f}")
    Console().print(table)
