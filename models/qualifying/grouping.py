"""Which part of a list a grant stands in, by how likely the person qualifies and whether its rules were read.

Likely and possible grants stand in one learned order, each with its group told beside it: to put the group first cost
.088 of judged nDCG@10 (.836 to .748, 48 situations graded apart), only to put those for few people last .006.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from data.catalogue.facts import Purpose
from data.catalogue.grants import Grant
from features.fit import DIGITS
from features.pairs import PairFeatures
from models.qualifying.wording import FEW, VERY_LIKELY

Group = Literal["likely", "possible", "unreviewed", "few"]
GROUPS: Final[tuple[Group, ...]] = ("likely", "possible", "unreviewed", "few")
"""You very likely qualify; you may; nobody has read its rules; it is for few people."""
_LIKELY, _POSSIBLE, _UNREVIEWED, _FEW = range(len(GROUPS))
NAMED: Final = 0.48
"""From here on, 0 to 1, a word of a grant's name that a person used is rare enough to name it."""
WRITTEN_FOR: Final = 0.06
"""From this chance that a need was written for a grant it is not only for few: one of a few hundred is."""
SOME: Final = 0.2
"""Who has a smaller chance of qualifying cannot count on help tonight: our own estimate."""
_LOG_FEW, _LOG_WRITTEN_FOR, _LOG_SOME, _LOG_LIKELY = (
    round(log(chance), DIGITS) for chance in (FEW, WRITTEN_FOR, SOME, VERY_LIKELY)
)
_PARTS: Final = np.array([1, 1, 2, 3])
"""Which part of the list each group stands in; part 0 is what can help tonight."""
CRISIS: Final = "GTIR100"
"""The reason "emergency or crisis event"."""
SOON: Final = 2
"""Days to a decision, at most, of what can help tonight."""


def groups_of(pairs: PairFeatures, reviewed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Give (pairs,) places in `GROUPS` from the columns of the order, and (pairs,) whether rules were read.

    A grant of which a person used a rare word of the name, or for which their need was likely written, is not only for
    few: they may well be meant.
    """
    likely, named = pairs.column("qualifies"), pairs.column("named") >= NAMED
    possible = (likely > _LOG_FEW) | (pairs.column("meant") > _LOG_WRITTEN_FOR) | named
    by_chance = np.where(likely >= _LOG_LIKELY, _LIKELY, np.where(possible, _POSSIBLE, _FEW))
    return np.where(reviewed, by_chance, _UNREVIEWED).astype(np.int64)


def few_last(scores: NDArray[np.float64], pairs: PairFeatures) -> NDArray[np.float64]:
    """Give (pairs,) scores in the order of a list in which the grants for few people come last, as it is shown."""
    return put_last(scores, groups_of(pairs, np.ones(len(pairs), dtype=np.bool_)) == _FEW)


def put_last(scores: NDArray[np.float64], which: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give (pairs,) scores in which some pairs stand below all others, and keep their order among themselves.

    >>> put_last(np.array([5.0, 1.0, 3.0]), np.array([True, False, True])).tolist()
    [0.0, 1.0, -2.0]
    """
    return scores - which * (np.ptp(scores) + 1.0) if len(scores) else scores


def parts_of(groups: NDArray[np.int64], tonight: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Give (grants,) which part of the list each stands in, 0 first; what is for few is never moved up."""
    return np.where(tonight & (groups <= _POSSIBLE), 0, _PARTS[groups]).astype(np.int64)


def within_reach(pairs: PairFeatures) -> NDArray[np.bool_]:
    """Tell (pairs,) where there is some chance, and the name is about no other cost: only these can help tonight."""
    some = pairs.column("qualifies") >= _LOG_SOME
    return np.asarray(some & (pairs.column("no_other_cost") > 0), dtype=np.bool_)


def helps_tonight(
    grants: Sequence[Grant], urgent: Sequence[str], purposes: Mapping[str, Purpose]
) -> NDArray[np.bool_]:
    """Tell (grants,) which pay for an urgent need and decide in days; where no days are told, those for a crisis."""
    paid = {code for code, purpose in purposes.items() if purpose.urgent in urgent}
    if not paid:
        return np.zeros(len(grants), dtype=np.bool_)
    return np.array(
        [bool(paid & set(grant.purposes)) and _is_quick(grant) for grant in grants], dtype=np.bool_
    )


def _is_quick(grant: Grant) -> bool:
    days = grant.apply.days_to_decide if grant.apply else None
    return CRISIS in grant.reasons if days is None else days <= SOON


def counted(groups: NDArray[np.int64]) -> dict[Group, int]:
    """Count the grants of each group."""
    many = np.bincount(groups, minlength=len(GROUPS))
    return {group: int(many[at]) for at, group in enumerate(GROUPS)}
