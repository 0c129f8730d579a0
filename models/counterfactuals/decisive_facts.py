"""The facts that can each rule a grant out with nothing else known."""

from __future__ import annotations

from collections import Counter

from data.catalogue.dependencies import derived_from
from data.catalogue.grants import Grant
from data.catalogue.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Not,
    Related,
    Sum,
)
from models.counterfactuals.residual import read_by
from models.counterfactuals.variables import LISTS
from models.eligibility.context import EvaluationContext


def decided_alone_by(grant: Grant, context: EvaluationContext) -> frozenset[str]:
    """List the facts, and lists of a person, that can each rule a grant out with nothing else known."""
    memo = context.catalogue_memo

    def found() -> frozenset[str]:
        return frozenset().union(
            *(_alone_to_a_no(rule.condition, context) for rule in grant.rules if not rule.first)
        )

    return memo.memoised(grant, "decided alone", found)


def _alone_to_a_no(condition: Condition, context: EvaluationContext, *, holds: bool = True) -> frozenset[str]:
    """List what can make a condition a no, or with `holds=False` its opposite, while all else stays open."""
    match condition:
        case Not(condition=part):
            return _alone_to_a_no(part, context, holds=not holds)
        case AllOf(all_of=parts) | AnyOf(any_of=parts) | AtLeast(of=parts):
            count = len(parts) if isinstance(condition, AllOf) else 1
            count = condition.at_least if isinstance(condition, AtLeast) else count
            count = count if holds else len(parts) - count + 1
            times = Counter(name for part in parts for name in _alone_to_a_no(part, context, holds=holds))
            return frozenset(name for name, often in times.items() if len(parts) - often < count)
        case Related() | Sum():
            return frozenset({"related"})
        case _:
            return frozenset().union(
                *(with_sources(one.of, context) for one in read_by(condition, 0, context))
            )


def with_sources(name: str, context: EvaluationContext) -> frozenset[str]:
    """Give a fact with all that settle it, at any remove: what decides whether it applies, and birth dates.

    A list of a person stands for itself.
    """
    if name in LISTS:
        return frozenset({name})
    book = context.book
    return context.catalogue_memo.memoised(
        book.facts[name], "with sources", lambda: frozenset({name, *filter(None, derived_from(name, book))})
    )
