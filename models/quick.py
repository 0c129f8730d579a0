"""A shorter way to the answer of a bound that is a table or a share, where what is known allows it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Final, Self, TypeAlias

from data.catalogue.facts import FactBook
from data.catalogue.rules import Share, Table, Within
from data.people.applicants import Between, Silence
from models.eligibility.conditions import ask
from models.eligibility.context import Scene
from models.eligibility.intervals import Span, may_break, may_keep
from models.eligibility.kleene import Answer, answer

_MOST_KEYS: Final = 200
_UPPER: Final = ("at_most", "below")
_HOLDS: Final = {"at_least": ge, "at_most": le, "above": gt, "below": lt}

Rows: TypeAlias = tuple[Decimal | None, ...]
"""The rows of some keys; None for those that have none."""


@dataclass(frozen=True)
class QuickBound:
    """A condition with one limit that is a table or a share."""

    condition: Within
    name: str
    bound: Table | Share
    whole: Rows | None = None
    """The rows of all keys there can be, as far as they decide; None where that is not known."""
    rows: Rows = ()
    """The row of each whole key there can be, the lowest first; of none, where they are not known."""
    lowest: int = 0

    @classmethod
    def of(cls, condition: object, book: FactBook) -> Self | None:
        """Prepare a condition; None for one of another form."""
        if not isinstance(condition, Within) or len(condition.limits) != 1:
            return None
        name, bound = next(iter(condition.limits.items()))
        if isinstance(bound, Share):
            return cls(condition, name, bound)
        if not isinstance(bound, Table):
            return None
        fact = book.facts[bound.by]
        if fact.kind == "choice":
            return cls(condition, name, bound, _deciding([bound.row(value) for value in fact.values]))
        low, high = fact.limits
        if low is None or high is None or high - low > _MOST_KEYS:
            return cls(condition, name, bound)
        rows = tuple(bound.row(key) for key in range(math.ceil(low), math.floor(high) + 1))
        return cls(condition, name, bound, _deciding(rows), rows, math.ceil(low))

    def ask(self, scene: Scene) -> Answer:
        """Ask the applicant."""
        number = scene.number(scene.applicant, self.condition.fact)
        if number is Silence.NOT_APPLICABLE:
            return Answer.NO
        if not isinstance(number, Span):
            return Answer.UNKNOWN
        possible = self._possible(scene)
        if possible is None:
            return ask(self.condition, scene)
        rows = [row for row in possible if row is not None]
        if not rows:
            return Answer.NO
        strict, generous = (min(rows), max(rows)) if self.name in _UPPER else (max(rows), min(rows))
        if number.low == number.high:
            holds = _HOLDS[self.name]
            can_break = None in possible or not holds(number.low, strict)
            return answer(holds(number.low, generous), can_break)
        can_break = None in possible or may_break(self.name, number, Span.point(strict))
        return answer(may_keep(number, [(self.name, Span.point(generous))]), can_break)

    def _possible(self, scene: Scene) -> Rows | None:
        """Give the rows there may be, or what decides among them; None where no shorter way is known."""
        if isinstance(self.bound, Share):
            statement = scene.statement(scene.applicant, self.bound.fact)
            return (statement * self.bound.times,) if isinstance(statement, Decimal) else None
        statement = scene.statement(scene.applicant, self.bound.by)
        match statement:
            case str():
                return (self.bound.row(statement),)
            case Decimal() if statement == int(statement):
                return (self.bound.row(int(statement)),)
            case Between(low=Decimal() as low, high=Decimal() as high) if self.rows:
                first = math.ceil(low) + (statement.low_open and low == int(low))
                last = math.floor(high) - (statement.high_open and high == int(high))
                return self.rows[first - self.lowest : last - self.lowest + 1]
            case None if self.whole is not None:
                missing = scene.may_not_apply(scene.applicant, self.bound.by)
                return (*self.whole, None) if missing else self.whole
            case Silence.NOT_APPLICABLE if self.whole is not None:
                return self._where_not_applicable(self.whole, self.bound.by, scene)
            case _:
                return None

    def _where_not_applicable(self, whole: Rows, key: str, scene: Scene) -> Rows:
        """Give the row that is hardest to meet, for somebody who said so themselves; nobody else has one."""
        rows = [row for row in whole if row is not None]
        if not rows or len(rows) < len(whole) or scene.applicant.facts.get(key) is not Silence.NOT_APPLICABLE:
            return ()
        return (min(rows) if self.name in _UPPER else max(rows),)


def _deciding(rows: Sequence[Decimal | None]) -> Rows:
    """Keep the least and the greatest row, and None where a key has none."""
    found = [row for row in rows if row is not None]
    none = (None,) if len(found) < len(rows) else ()
    return (min(found), max(found), *none) if found else none
