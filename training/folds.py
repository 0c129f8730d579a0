"""Cuts the learning period into folds, by person or by time: each is judged by what was learned from the others.

Later periods play no part, so that what validates, calibrates and tests a ranker stays unseen while settings are
searched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from data.errors import BadExperiment
from training.lists import Lists
from training.pair_table import PairStream
from training.prepared import Prepared
from training.split import Period


@dataclass(frozen=True)
class Fold:
    """Pairs to learn from, and the needs that judge what was learned."""

    learn: PairStream
    judged: Lists


def folds_of(prepared: Prepared, folds: int, by: Literal["person", "time"]) -> tuple[Fold, ...]:
    """Cut the learning period: by person each fold holds other people, by time each is later than what it learns from.

    Raises BadExperiment where a fold has nothing to learn from or to be judged by.
    """
    lists = prepared.lists(prepared.periods.train)
    found = tuple((_by_person if by == "person" else _by_time)(prepared, lists, folds))
    for number, fold in enumerate(found, start=1):
        learnable = 0 < fold.learn.counted[1] < len(fold.learn)
        if not learnable or not any(one.awarded.any() for one in fold.judged.lists):
            raise BadExperiment(
                f"[[search]]: fold {number} of {folds} by {by} has too few decisions to learn from or to be judged "
                "by; take fewer folds, or a smaller settle_days"
            )
    return found


def _by_person(prepared: Prepared, lists: Lists, folds: int) -> Iterator[Fold]:
    """Nobody whose needs judge a fold was learned from in it."""
    numbers = {one.first.person: one.person for one in prepared.queries(Period("all", date.min, date.max))}
    people = np.array([numbers[one.query.first.person] for one in lists.lists], dtype=np.int64)
    if len(np.unique(people)) < folds:
        raise BadExperiment(f"[[search]]: {folds} folds by person need as many people; take fewer folds")
    stream = prepared.stream(prepared.periods.train)
    for _, held in GroupKFold(folds).split(people, groups=people):
        others = np.setdiff1d(stream.counted[2], people[held])
        yield Fold(replace(stream, people=others), _some(lists, held))


def _by_time(prepared: Prepared, lists: Lists, folds: int) -> Iterator[Fold]:
    """Rolling origins: each fold learns from all that had settled before its first day."""
    period = prepared.periods.train
    days = np.array(sorted(one.query.first.on for one in lists.lists))
    starts = [days[int(place / (folds + 1) * len(days))] for place in range(1, folds + 1)]
    for start, end in zip(starts, [*starts[1:], period.end], strict=True):
        held = [at for at, one in enumerate(lists.lists) if start <= one.query.first.on < end]
        before = Period("fold", period.start, start, period.settle_days)
        yield Fold(prepared.stream(before), _some(lists, np.array(held, dtype=np.int64)))


def _some(lists: Lists, places: NDArray[np.int64]) -> Lists:
    return Lists(tuple(lists.lists[place] for place in places))
