"""Asks a condition on every day on which its answer can change, where no shorter way is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from data.catalogue.rules import Condition, Receives, Sum
from models.compiled.circuit import NEVER
from models.compiled.compile_conditions import Literal
from models.days import NOWHEN, Runs, united
from models.eligibility.change_days import turning_days_of
from models.eligibility.conditions import ask
from models.eligibility.context import Scene
from models.eligibility.kleene import Answer
from models.quick import QuickBound


def not_no_and_not_yes(
    condition: Condition, scene: Scene, later: Callable[[date], Scene], quick: QuickBound | None = None
) -> tuple[Runs, Runs]:
    """Give the later days on which the answer is no no, and those on which it is no yes.

    `later` gives the scene of a later day, `quick` is a shorter way to the answers.
    """
    days = sorted({day for day in turning_days_of(condition, scene) if day > scene.on})
    if not days:
        return NOWHEN, NOWHEN
    starts = [day.toordinal() for day in days]
    runs = list(zip(starts, [*(start - 1 for start in starts[1:]), NEVER], strict=True))
    answers = [ask(condition, later(day)) if quick is None else quick.ask(later(day)) for day in days]
    not_no = united((run,) for run, answer in zip(runs, answers, strict=True) if answer is not Answer.NO)
    not_yes = united((run,) for run, answer in zip(runs, answers, strict=True) if answer is not Answer.YES)
    return not_no, not_yes


def condition_of(literal: Literal, sums: list[Sum]) -> tuple[Condition, bool]:
    """Write a literal about awards or a sum as a condition again; False where the literal is its opposite."""
    what: Any = literal.what
    if literal.subject.kind == "receives":
        return Receives(receives=tuple(sorted(what))), literal.sense == "hit"
    number, beyond = what
    group = sums[int(str(literal.subject.about))]
    limit = {"above" if beyond else "at_least": number}
    return Sum(sum=group.sum, over=group.over, where=group.where, **limit), literal.sense == "up"
