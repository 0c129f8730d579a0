"""Draws made people together with needs that could be theirs: of whoever writes, what the words state is so.

Households are drawn first, into a pool (`experiments/households.py`); a need of the sample's judged situations then
goes to one of those of whom what it states or implies is true, for who needs a pram has a baby. A need that nobody in
the pool could have is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from data.catalogue.reading import Catalogue
from data.people.applicants import Need, read_applicant
from data.people.judgements import read_judgements
from data.people.statements import Between, PartSet, Statement, read_statement
from experiments.households import Collected, Households, Json
from models.eligibility.conditions import evaluation_context
from models.eligibility.context import EvaluationContext
from models.needs.patterns import WORK
from models.needs.suggested_facts import implied, suggest


@dataclass(frozen=True)
class Asker:
    """A made person, as a client would send them, and all that follows."""

    told: Json
    context: EvaluationContext

    def could_write(self, need: Need) -> bool:
        """Tell whether everything that a need's words state or imply is so."""
        book, on = self.context.book, self.context.on
        stated = [(one.fact, one.value) for one in suggest(need.text, book)]
        return all(self._is(fact, said) for fact, said in stated) and all(
            self._agrees(fact, said) for facts in implied(need.text, book, on) for fact, said in facts.items()
        )

    def _is(self, fact: str, value: object) -> bool:
        if fact == WORK:
            return self._agrees(fact, frozenset(value) if isinstance(value, tuple) else frozenset())
        said = {"includes": list(value)} if isinstance(value, tuple) else value
        return self._agrees(fact, read_statement(self.context.book.facts[fact], said, fact))

    def _agrees(self, fact: str, said: Statement) -> bool:
        if fact == WORK:
            trades = frozenset(spell.trade for spell in self.context.applicant.work or ())
            return agrees(said, trades)
        return agrees(said, self.context.statement(self.context.applicant, fact))


def agrees(said: Statement, so: Statement | None) -> bool:
    """Tell whether what is so lies within what was said; what does not apply, or nobody drew, does not."""
    match said, so:
        case Between(), Between():
            return _below(said.low, so.high) and _below(so.low, said.high)
        case Between(), Decimal() | date():
            return _below(said.low, so) and _below(so, said.high)
        case PartSet(), frozenset():
            return said.includes <= so and not said.excludes & so
        case frozenset(), frozenset():
            return said <= so
        case _:
            return said == so


def _below(low: Decimal | date | None, high: Decimal | date | None) -> bool:
    match low, high:
        case Decimal() as first, Decimal() as last:
            return first <= last
        case date() as first_day, date() as last_day:
            return first_day <= last_day
        case _:
            return low is None or high is None


def draw(
    collected: Collected, catalogue: Catalogue, people: int, pool: int, *, seed: int, on: date
) -> Iterator[tuple[Json, Need]]:
    """Yield so many needs, each with one of a pool of people who could write it."""
    rng = np.random.default_rng(seed)
    households = Households(collected, catalogue.facts, catalogue.areas, rng, on)
    askers = [_asker(households.applicant(), catalogue, on) for _ in range(pool)]
    needs = [one.need for one in read_judgements().situations]
    drawn = 0
    while drawn < people:
        need = needs[int(rng.integers(len(needs)))]
        able = _able(askers, need)
        if able:
            drawn += 1
            yield able[int(rng.integers(len(able)))].told, need


def _asker(told: Json, catalogue: Catalogue, on: date) -> Asker:
    applicant = read_applicant(told, catalogue.facts, catalogue.areas)
    return Asker(told, evaluation_context(applicant, catalogue.facts, catalogue.areas, on=on))


def _able(askers: Sequence[Asker], need: Need) -> list[Asker]:
    return [one for one in askers if one.could_write(need)]
