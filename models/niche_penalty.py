"""A grant for people of one trade or place is not put first for somebody whose trade or place is not known.

Nothing but where people live and what work they did is read, which is no special-category data: telling such data, or
not, moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import Catalogue
from data.catalogue.rules import AllOf, AnyOf, Condition, HasLivedIn, LivesIn, Related, WorkedIn
from data.places.areas import UK, AreaTree
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer

NAME: Final = "for_few"
FEW: Final = 0.1
"""Rough share of people of whom one trade, or one place smaller than a nation, is true."""
OPEN: Final = "It is for people of some places or trades, and we do not know yet if you are one of them."
SETTLED: Final = "Nothing is open about where you live or what work you did."


@dataclass(frozen=True)
class ForFew:
    """What grants ask of place and work that is true of few people."""

    asked: tuple[tuple[Condition, ...], ...]
    """For each grant, the parts of its rules that ask for this and nothing else."""

    @classmethod
    def build(cls, catalogue: Catalogue) -> Self:
        """Look at every grant's rules once."""
        parts = (
            tuple(few_in(rule.condition, catalogue.areas) for rule in grant.rules)
            for grant in catalogue.grants
        )
        return cls(tuple(tuple(part for part in of_grant if part is not None) for of_grant in parts))

    def points(self, context: EvaluationContext) -> NDArray[np.float64]:
        """Give (grants,) what is added to a score: the logarithm of `FEW` where such a thing is open, else 0."""
        return np.array(
            [
                log(FEW) if any(ask(part, context) is Answer.UNKNOWN for part in parts) else 0.0
                for parts in self.asked
            ]
        )


def few_in(condition: Condition, areas: AreaTree) -> Condition | None:
    """Reduce a condition to what it cannot be met without and is true of few; None where there is no such thing."""
    match condition:
        case WorkedIn():
            return condition
        case LivesIn(lives_in=codes) | HasLivedIn(has_lived_in=codes):
            return None if any(_is_wide(code, areas) for code in codes) else condition
        case Related(condition=part) if part is not None and condition.at_most is None and not condition.all:
            reduced = few_in(part, areas)
            return None if reduced is None else condition.model_copy(update={"condition": reduced})
        case AllOf(all_of=parts):
            some = tuple(one for one in (few_in(part, areas) for part in parts) if one is not None)
            return condition.model_copy(update={"all_of": some}) if some else None
        case AnyOf(any_of=parts):
            every = [few_in(part, areas) for part in parts]
            found = tuple(one for one in every if one is not None)
            return condition.model_copy(update={"any_of": found}) if len(found) == len(every) else None
        case _:
            return None


def _is_wide(code: str, areas: AreaTree) -> bool:
    """Tell whether an area is a nation, or a group of nations."""
    return code in UK or not areas.ancestors(code)
