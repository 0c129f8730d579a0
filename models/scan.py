"""Asks a condition on every day on which its answer can change, where no shorter way is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from data.rules import Condition, Receives, Sum
from models.answers import Answer
from models.conditions import ask
from models.literals import Literal
from models.scene import Scene
from models.timed import NEVER
from models.timing import turning_days_of


class Run(NamedTuple):
    """A span of ordinals of days; `broken` if some days within do not belong to it."""

    first: int
    last: int
    broken: bool


def not_no_and_not_yes(condition: Condition, scene: Scene) -> tuple[Run, Run]:
    """Give the later days on which the answer is no no, and those on which it is no yes."""
    days = sorted({day for day in turning_days_of(condition, scene) if day > scene.on})
    answers = [ask(condition, scene.later(day)) for day in days]
    return _run(days, (a is not Answer.NO for a in answers)), _run(
        days, (a is not Answer.YES for a in answers)
    )


def _run(days: list[date], holds: Iterable[bool]) -> Run:
    ends = [day.toordinal() - 1 for day in days[1:]] + [NEVER]
    runs: list[tuple[int, int]] = []
    for day, end, held in zip(days, ends, holds, strict=True):
        if held and runs and runs[-1][1] == day.toordinal() - 1:
            runs[-1] = runs[-1][0], end
        elif held:
            runs.append((day.toordinal(), end))
    if not runs:
        return Run(NEVER, -NEVER, broken=False)
    return Run(runs[0][0], runs[-1][1], len(runs) > 1)


def condition_of(literal: Literal, sums: list[Sum]) -> tuple[Condition, bool]:
    """Write a literal about awards or a sum as a condition again; False where the literal is its opposite."""
    what: Any = literal.what
    if literal.subject.kind == "receives":
        return Receives(receives=tuple(sorted(what))), literal.sense == "hit"
    number, beyond = what
    group = sums[int(str(literal.subject.about))]
    limit = {"above" if beyond else "at_least": number}
    return Sum(sum=group.sum, over=group.over, where=group.where, **limit), literal.sense == "up"
