"""What makes a no: the smallest sets of failing conditions that would have to change for it to go away."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial, reduce
from itertools import combinations
from typing import Final

from data.catalogue.grants import Grant
from models.counterfactuals.changes import (
    Cause,
    Changes,
    Failing,
    changes_of,
    failing_leaves,
    opened,
    readable,
)
from models.counterfactuals.cubes import Support
from models.counterfactuals.grant_values import candidate_values_of
from models.counterfactuals.implicants import NOT_NO
from models.counterfactuals.nearest import nearest
from models.counterfactuals.residual import Leaf
from models.eligibility.context import EvaluationContext
from models.eligibility.findings import Finding, find
from models.eligibility.kleene import Answer

MOST_CAUSES: Final = 5

MOST_FAILING: Final = 10
"""Of more failing conditions than this, only those on the way to a no are looked at."""

MOST_TOGETHER: Final = 6
"""Causes of more conditions than this are not looked for: nobody could act on them."""


def causes(context: EvaluationContext, grant: Grant) -> tuple[Cause, ...]:
    """Give the smallest sets of failing conditions: if what they read were different, nothing would be a no.

    No part of a set does as much. Empty where nothing is a no, or no value of anything can cure it.
    """
    findings = find(context, grant)
    refused = [found for found in findings if found.answer is Answer.NO]
    always = tuple(Failing(found.code) for found in refused if found.rule is None)
    if not any(found.rule for found in refused):
        return (always,) if always else ()
    everywhere = len(_each_once(failing_leaves(findings, context, everywhere=True))) <= MOST_FAILING
    variables = readable(context, findings, everywhere=everywhere)
    changes = changes_of(
        context, findings, partial(candidate_values_of(grant, context).changeable, context=context), variables
    )
    found = _nearest_first(_minimal_causes(changes, everywhere=everywhere), refused, context)
    return tuple((*cause, *always) for cause in found[:MOST_CAUSES])


def _nearest_first(found: list[Cause], refused: list[Finding], context: EvaluationContext) -> list[Cause]:
    """Put of causes of the same size those first that follow the branches that were meant."""
    near = {
        Failing.of(one.code, leaf)
        for one in refused
        if one.condition is not None
        for leaf in nearest(opened(one.condition, context))
    }
    return sorted(found, key=lambda cause: (len(cause), sum(part not in near for part in cause)))


def _minimal_causes(changes: Changes, *, everywhere: bool) -> list[Cause]:
    """Try the failing conditions alone, then two by two, and so on, past those that hold a cause already."""
    failing = failing_leaves(changes.findings, changes.context, everywhere=everywhere)
    leaves = _each_once(failing)
    stops = _stops(changes)
    space = changes.implicants.space
    passing = [changes.implicants.to(NOT_NO, leaf) for _, leaf in leaves]
    read = [changes.read_by(leaf) for _, leaf in leaves]
    found: list[frozenset[int]] = []
    for size in range(1, min(len(leaves), MOST_TOGETHER) + 1):
        for chosen in combinations(range(len(leaves)), size):
            may_change = reduce(int.__or__, (read[place] for place in chosen))
            if any(one <= set(chosen) for one in found) or not all(stop & may_change for stop in stops):
                continue
            cubes = [cube for cube in changes.cubes if not space.needs(cube) & ~may_change]
            for place in chosen:
                cubes = [
                    cube for cube in space.both(cubes, passing[place]) if not space.needs(cube) & ~may_change
                ]
            if cubes:
                found.append(frozenset(chosen))
    return [tuple(Failing.of(*leaves[place]) for place in sorted(one)) for one in found]


def _each_once(failing: Iterable[tuple[str, Leaf]]) -> list[tuple[str, Leaf]]:
    """Leave out conditions that stood before, in this rule or another."""
    once = {(leaf.condition, leaf.holds, leaf.holder): (code, leaf) for code, leaf in reversed(list(failing))}
    return list(reversed(once.values()))


def _stops(changes: Changes) -> list[Support]:
    """Give for each rule that is a no what makes it one, as bits of variables: some of them have to change."""
    refused = [one for one in changes.findings if one.rule is not None and one.answer is Answer.NO]
    return [
        reduce(int.__or__, (changes.read_by(leaf) for _, leaf in failing_leaves([one], changes.context)), 0)
        for one in refused
    ]
