"""Partners' grades in the order of lists: they stand in place of the shipped grades of the same situation.

A situation that partners graded becomes one list for each of them, with that partner's grades where there are any and
the shipped ones elsewhere; together these lists weigh what the experiment says, beside 1 for a shipped list. No partner
carries more than a capped share of everything that is learned from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from data.errors import BadExperiment
from data.people.events import Judgement
from data.people.judgements import JudgedSituation, Judgements
from data.people.partners import newest
from data.people.situations import Situation


@dataclass(frozen=True)
class Weighed:
    """Judged situations, one for each partner who graded it, and how much each counts."""

    judgements: Judgements
    partners: tuple[str, ...]
    """Of each situation the partner whose grades it has; empty where it is as shipped."""
    weights: NDArray[np.float64]
    """(situations,) beside 1 for a shipped one."""


def weighed(
    shipped: Judgements,
    told: Iterable[Judgement],
    situations: Mapping[str, Situation],
    *,
    weight: float,
    share: float,
) -> Weighed:
    """Put partners' grades in place of shipped ones; `told` oldest first, of which the newest count.

    Raises BadExperiment for a situation that is neither shipped nor among `situations`.
    """
    known = {one.id: one for one in shipped.situations}
    by_situation = _by_situation(told)
    replaced = [one for one in shipped.situations if one.id not in by_situation]
    rows: list[tuple[JudgedSituation, str, float]] = [(one, "", 1.0) for one in replaced]
    for name, graded in sorted(by_situation.items()):
        base = known.get(name) or _never_judged(name, situations)
        for partner, grades in sorted(graded.items()):
            rows.append((_with_grades(base, shipped, grades), partner, weight / len(graded)))
    weights = capped(np.array([row[2] for row in rows]), [row[1] for row in rows], share=share)
    judgements = Judgements(shipped.graded, tuple(row[0] for row in rows))
    return Weighed(judgements, tuple(row[1] for row in rows), weights)


def partners_alone(
    shipped: Judgements, told: Iterable[Judgement], situations: Mapping[str, Situation]
) -> Weighed:
    """Partners' grades with nothing beside them: of each situation and partner the grants that were graded."""
    known = {one.id: one for one in shipped.situations}
    rows: list[tuple[JudgedSituation, str]] = []
    for name, graded in sorted(_by_situation(told).items()):
        base = known.get(name) or _never_judged(name, situations)
        for partner, grades in sorted(graded.items()):
            alone = {"grades": grades, "second": None, "among": tuple(sorted(grades))}
            rows.append((base.model_copy(update=alone), partner))
    judgements = Judgements(shipped.graded, tuple(row[0] for row in rows))
    return Weighed(judgements, tuple(row[1] for row in rows), np.ones(len(rows)))


def capped(weights: NDArray[np.float64], owners: Sequence[str], *, share: float) -> NDArray[np.float64]:
    """Scale the weights of owners down until none has more than a share of the sum; what nobody owns ('') stays.

    With the k largest owners at the limit L and R the weight of all else, L = share * (R + k L).

    >>> capped(np.array([3.0, 3.0, 1.0, 1.0]), ["ana", "ana", "ben", ""], share=0.5).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    totals = {name: 0.0 for name in sorted(set(owners)) if name}
    for owner, weight in zip(owners, weights.tolist(), strict=True):
        if owner:
            totals[owner] += weight
    limit, rest = np.inf, float(weights.sum())
    for count, total in enumerate([*sorted(totals.values(), reverse=True), 0.0]):
        if rest <= 0 or count * share >= 1:  # it cannot be held: they are made alike
            break
        limit = share * rest / (1 - count * share)
        if total <= limit:
            break
        limit, rest = total, rest - total
    factors = {name: min(1.0, limit / total) if total else 1.0 for name, total in totals.items()}
    return np.asarray(weights * [factors.get(owner, 1.0) for owner in owners], dtype=np.float64)


def _by_situation(told: Iterable[Judgement]) -> dict[str, dict[str, dict[str, int]]]:
    """Situation → partner → grant → grade."""
    ordered = sorted(newest(told), key=lambda one: (one.situation_id, one.partner, one.grant_id))
    found: dict[str, dict[str, dict[str, int]]] = {}
    for (situation, partner), group in groupby(ordered, key=lambda one: (one.situation_id, one.partner)):
        found.setdefault(situation, {})[partner] = {one.grant_id: one.grade for one in group}
    return found


def _with_grades(base: JudgedSituation, shipped: Judgements, grades: Mapping[str, int]) -> JudgedSituation:
    among = base.among if base.among is not None else tuple(sorted(shipped.graded))
    told = {
        "grades": {**base.grades, **grades},
        "second": None,
        "among": (*among, *sorted(set(grades) - set(among))),
    }
    return base.model_copy(update=told)


def _never_judged(name: str, situations: Mapping[str, Situation]) -> JudgedSituation:
    """A situation of which nothing is known but what partners say."""
    if name not in situations:
        raise BadExperiment(
            f"partners graded the situation {name!r}, which is neither judged nor told; name the file of "
            "situations as `situations` under [order.partners]"
        )
    told = situations[name]
    return JudgedSituation(id=name, applicant=told.applicant, need=told.need, among=())
