"""A shorter way to the answer of a bound that is a table or a share, where what is known allows it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Self

from data.applicants import Silence
from data.facts import FactBook
from data.rules import Share, Table, Within
from models.answers import Answer, answer
from models.conditions import ask
from models.scene import Scene
from models.spans import Span, may_break, may_keep

_MOST_KEYS: Final = 200


@dataclass(frozen=True)
class QuickBound:
    """A condition with one limit that is a table or a share."""

    condition: Within
    name: str
    bound: Table | Share
    rows: Mapping[int | str, Decimal]
    whole: tuple[Decimal, Decimal, bool] | None
    """The least and greatest row of all keys there can be, and whether one has none; None where that is not known."""

    @classmethod
    def of(cls, condition: object, book: FactBook) -> Self | None:
        """Prepare a condition; None for one of another form."""
        if not isinstance(condition, Within) or len(condition.limits) != 1:
            return None
        name, bound = next(iter(condition.limits.items()))
        if isinstance(bound, Share):
            return cls(condition, name, bound, {}, None)
        if not isinstance(bound, Table):
            return None
        fact = book.facts[bound.by]
        rows: dict[int | str, Decimal] = {}
        if fact.kind == "choice":
            rows.update(bound.rows)
            return cls(condition, name, bound, rows, _whole([rows.get(value) for value in fact.values]))
        rows.update({int(key): row for key, row in bound.rows.items()})
        low, high = fact.limits
        if low is None or high is None or high - low > _MOST_KEYS:
            return cls(condition, name, bound, rows, None)
        keys = range(math.ceil(low), math.floor(high) + 1)
        return cls(condition, name, bound, rows, _whole([_row(rows, bound, key) for key in keys]))

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
        strict, generous = possible[:2] if self.name in ("at_most", "below") else possible[1::-1]
        can_keep = may_keep(number, [(self.name, Span.point(generous))])
        return answer(can_keep, possible[2] or may_break(self.name, number, Span.point(strict)))

    def _possible(self, scene: Scene) -> tuple[Decimal, Decimal, bool] | None:
        fact = self.bound.fact if isinstance(self.bound, Share) else self.bound.by
        statement = scene.statement(scene.applicant, fact)
        if isinstance(self.bound, Share):
            if not isinstance(statement, Decimal):
                return None
            share = statement * self.bound.times
            return share, share, False
        if statement is None:
            missing = self.whole is not None and scene.may_not_apply(scene.applicant, fact)
            return None if self.whole is None else (*self.whole[:2], self.whole[2] or missing)
        key: int | str | None = statement if isinstance(statement, str) else None
        if isinstance(statement, Decimal) and statement == int(statement):
            key = int(statement)
        row = None if key is None else _row(self.rows, self.bound, key)
        return None if row is None else (row, row, False)


def _row(rows: Mapping[int | str, Decimal], table: Table, key: int | str) -> Decimal | None:
    if key in rows or table.each_more is None or isinstance(key, str):
        return rows.get(key)
    highest = max(key for key in rows if isinstance(key, int))
    return rows[highest] + (key - highest) * table.each_more if key > highest else None


def _whole(rows: list[Decimal | None]) -> tuple[Decimal, Decimal, bool] | None:
    found = [row for row in rows if row is not None]
    return (min(found), max(found), len(found) < len(rows)) if found else None
