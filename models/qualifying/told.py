"""What is left of the cells of a fact once something of it is told, and how likely that was to be told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np

from data.people.applicants import Between, PartSet, Statement
from models.eligibility.context import EvaluationContext
from models.qualifying.spreads import Chances, Line, Members, Spread


def narrowed(
    spread: Spread,
    cells: Chances,
    statement: Statement,
    context: EvaluationContext,
    special: frozenset[str] = frozenset(),
) -> tuple[Chances, Chances]:
    """Give (cells, kinds) what is left, and (kinds,) how likely the statement was; `special` values tell nothing."""
    if isinstance(spread, Members):
        return _of_members(spread, cells, statement, special)
    left = _left(spread, statement, context)
    likely: Chances = left @ cells
    share = left / max(1e-12, left.sum())
    found = np.where(likely > 0, cells * left[:, None] / np.maximum(likely, 1e-300), share[:, None])
    return found, likely


def _left(spread: Spread, statement: Statement, context: EvaluationContext) -> Chances:
    """Give (cells,) the part of each cell that is still possible; none where the fact does not apply."""
    if isinstance(spread, Line):
        ends = _ends(statement, context)
        return np.zeros(spread.size) if ends is None else spread.overlap(*ends)
    name = ("true" if statement else "false") if isinstance(statement, bool) else statement
    return np.array([float(one == name) for one in spread.names])


def _ends(statement: Statement, context: EvaluationContext) -> tuple[float, float] | None:
    """Give the lowest and the highest number that is possible; of days, how long ago they are."""
    match statement:
        case Decimal():
            return float(statement), float(statement)
        case Between(low=Decimal() | None, high=Decimal() | None) if not _of_days(statement):
            low = -np.inf if statement.low is None else float(statement.low)  # type: ignore[arg-type]
            high = np.inf if statement.high is None else float(statement.high)  # type: ignore[arg-type]
            return low, high
        case date() | Between():
            days = context.days(statement)
            if days is None:
                return None
            return float((context.on - days[1]).days), float((context.on - days[0]).days)
        case _:
            return None


def _of_days(statement: Between) -> bool:
    return isinstance(statement.low, date) or isinstance(statement.high, date)


def _of_members(
    spread: Members, cells: Chances, statement: Statement, special: frozenset[str]
) -> tuple[Chances, Chances]:
    if isinstance(statement, PartSet):
        held, lacking = statement.includes, statement.excludes
    else:
        held = statement if isinstance(statement, frozenset) else frozenset[str]()
        lacking = frozenset(spread.names) - held
    found, likely = cells.copy(), np.ones(cells.shape[1])
    for at, name in enumerate(spread.names):
        if name in held or name in lacking:
            if name not in special:
                likely *= cells[at] if name in held else 1 - cells[at]
            found[at] = float(name in held)
    for at, one in enumerate(spread.sets, start=len(spread.names)):
        names = {spread.names[place] for place in one}
        if not names.isdisjoint(held | lacking):
            found[at] = 1 - np.prod(1 - found[sorted(one)], axis=0)
    return found, likely
