"""Learns which grant a need was written for, from needs that were each written for one, and measures who finds it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import SAMPLE
from data.catalogue.records import Record
from data.json_files import read_text
from data.people.applicants import Applicant, Need, read_applicant
from features.meant import CLOSENESS, Meant, closeness_of, log_odds
from models.eligibility.verdict import STATUSES, Status
from models.pairing import Pairing
from models.recommender import Recommender

SOUGHT: Final = SAMPLE / "sought.jsonl"
"""Needs that were each written for one grant of the catalogue."""
APART: Final = SAMPLE / "sought_apart.jsonl"
"""The same by another writer, to measure by: nothing is learned from it."""
HELD_BACK: Final = 0.003
"""How much large weights are held back, by need."""
_OPEN: Final = STATUSES.index(Status.NEEDS_INFO)

Floats = NDArray[np.float64]


class Sought(Record):
    """What somebody types for whom a grant is meant, with little else that is known of them."""

    id: str
    """The grant."""
    text: str
    areas: tuple[str, ...] | None = None
    age: int | None = None

    def asked(self, pairing: Pairing) -> tuple[Applicant, Need]:
        """Give the person and the need."""
        told = {"facts": {} if self.age is None else {"age": self.age}}
        where = {} if self.areas is None else {"areas": list(self.areas)}
        catalogue = pairing.catalogue
        return read_applicant({**told, **where}, catalogue.facts, catalogue.areas), Need(text=self.text)


def read_sought(path: Path = SOUGHT) -> list[Sought]:
    """Read needs, one JSON object a line."""
    return [Sought.model_validate(json.loads(line)) for line in read_text(path).splitlines() if line]


@dataclass(frozen=True)
class _Choice:
    """One need beside all grants that its person may get, and which of them it was written for."""

    signs: Floats
    """(grants, CLOSENESS + 1)."""
    meant: int


def learn_meant(sought: Sequence[Sought], pairing: Pairing, *, on: date) -> Meant:
    """Fit the weights that make it likeliest that each need was written for its grant (conditional logit)."""
    from scipy.optimize import minimize

    choices = list(_choices(sought, pairing, on))

    def loss(weights: Floats) -> tuple[float, Floats]:
        lost, slope = HELD_BACK * float(weights @ weights), 2 * HELD_BACK * weights
        for one in choices:
            scores = one.signs @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            lost -= float(np.log(chances[one.meant])) / len(choices)
            slope = slope - (one.signs[one.meant] - chances @ one.signs) / len(choices)
        return lost, slope

    fitted = minimize(loss, np.zeros(len(CLOSENESS) + 1), jac=True, method="L-BFGS-B").x.round(3)
    return Meant(pairing.embedder.name, fitted[:-1], float(fitted[-1]))


def _choices(sought: Sequence[Sought], pairing: Pairing, on: date) -> Iterator[_Choice]:
    """Yield the needs of which the grant may be got."""
    row_of = {grant.id: row for row, grant in enumerate(pairing.catalogue.grants)}
    for one in sought:
        applicant, need = one.asked(pairing)
        described = pairing.describe(pairing.context(applicant, on=on), need)
        rows = np.flatnonzero((described.statuses >= _OPEN) & pairing.reviewed)
        if row_of.get(one.id) in rows:
            qualifies = log_odds(described.chances[rows])
            signs = np.column_stack([closeness_of(described.need.fit.matrix)[rows], qualifies])
            yield _Choice(signs, int(np.flatnonzero(rows == row_of[one.id])[0]))


def places_of(sought: Sequence[Sought], recommender: Recommender, *, on: date) -> Iterator[int | None]:
    """Yield the place, from one, of the grant that each need was written for; None where it is ruled out."""
    row_of = {grant.id: row for row, grant in enumerate(recommender.catalogue.grants)}
    for one in sought:
        applicant, need = one.asked(recommender.pairing)
        rows = recommender.order_of(applicant, need, on=on)
        found = np.flatnonzero(rows == row_of[one.id])
        yield int(found[0]) + 1 if len(found) else None
