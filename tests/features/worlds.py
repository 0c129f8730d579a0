"""A few small grants and decisions that the tests of the features share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256

import numpy as np

from data.catalogue.grants import Amount, Funder, Grant, Window
from data.catalogue.rules import EligibilityRule, LivesIn
from data.people.applicants import Need
from data.people.outcomes import Application, Outcome, Result
from features.embedding import Vectors

DAY = date(2026, 3, 1)
DIMENSION = 16
Decided = tuple[Application, Outcome]


class BagOfWords:
    """Unit vectors in which texts that share words are close; deterministic and quick."""

    name = "bag-of-words"
    dimension = DIMENSION

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                rows[row, sha256(word.encode()).digest()[0] % DIMENSION] += 1
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        unit: Vectors = np.divide(rows, length, out=rows, where=length > 0)
        return unit


def some_grants() -> list[Grant]:
    fund = Funder(name="Harbour Fund", id="GB-CHC-1")
    local = EligibilityRule(id="local", condition=LivesIn(lives_in=("E09000007",)))
    return [
        Grant(
            id="warm",
            title="Heating and fuel debts",
            rules=(),
            funder=fund,
            purposes=("GTIP050", "GTIP090"),
            reasons=("GTIR010",),
            amount=Amount(min=50, max=300),
        ),
        Grant(
            id="home",
            title="Beds cookers and washing machines",
            rules=(local,),
            funder=fund,
            purposes=("GTIP020",),
            route="adviser",
            windows=(
                Window(closes=date(2026, 3, 31)),
                Window(opens=date(2026, 9, 1), closes=date(2026, 9, 30)),
            ),
        ),
        Grant(
            id="study", title="Books and fees for students", rules=(), funder=Funder(name="Learning Trust")
        ),
        Grant(id="alone", title="Help of last resort", rules=()),
    ]


def decided(
    number: int, grant: str, text: str, *, on: date, result: Result = Result.AWARDED, area: str = "E09000007"
) -> Decided:
    need = Need(text=text, amount=100.0 + number, purposes=("GTIP050",))
    application = Application(
        f"a{number:04}", f"p{number}", grant, on - timedelta(days=20), need, (area, "E12000007")
    )
    return application, Outcome(application.id, result, on)


def some_decisions() -> list[Decided]:
    rows = []
    for number in range(60):
        grant, text = (
            ("warm", "fuel debts for gas heating"),
            ("home", "a bed and a cooker"),
            ("study", "books fees"),
        )[number % 3]
        result = Result.DECLINED if number % 5 == 0 else Result.AWARDED
        area = "E09000007" if number % 2 else "S12000036"
        rows.append(
            decided(number, grant, text, on=DAY - timedelta(days=1 + 5 * number), result=result, area=area)
        )
    return rows
