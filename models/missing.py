"""What would have to be learned for a grant to be decided: the smallest sets of things that can do it."""

from __future__ import annotations

from typing import Final

from data.grants import Grant
from models.answers import Answer
from models.boxes import both, needs, smallest
from models.eligibility import Finding, FindingKind, Status, Verdict, find, status_of
from models.kept import kept
from models.possibilities import Possibilities
from models.residue import Tree, tree_of
from models.scene import Scene
from models.variables import Variable, burden_of, name_of
from models.ways import NO, YES, Ways, to_learn, with_preconditions

MOST_SETS: Final = 5


def missing_sets(scene: Scene, grant: Grant, verdict: Verdict | None = None) -> tuple[tuple[str, ...], ...]:
    """Name the smallest sets of things that decide a grant for some of their values, easiest to answer first.

    A verdict at hand saves judging once more. Nothing less than a set decides; empty where the grant is decided. The names are those of `models.variables`.
    """
    sets = deciding_sets(scene, grant, verdict)
    told = [tuple(name_of(variable, scene.applicant) for variable in one) for one in sets]
    return tuple(told[:MOST_SETS])


def deciding_sets(
    scene: Scene, grant: Grant, verdict: Verdict | None = None
) -> tuple[tuple[Variable, ...], ...]:
    """Give all of the sets, fewest things first, then the least burden."""
    findings = find(scene, grant) if verdict is None else verdict.findings
    if any(found.answer is Answer.NO for found in findings) or status_of(findings) is not Status.NEEDS_INFO:
        return ()
    trees = [
        tree_of(f.rule.condition, scene)
        for f in findings
        if f.rule is not None and f.answer is Answer.UNKNOWN
    ]
    ways = to_learn(trees, scene, possibilities(grant, scene))
    pattern = ways.pattern(trees)
    if pattern is None:
        sets = list(_smallest_sets(ways, trees))
    else:
        keeper = kept(scene.book, scene.areas)
        sets = list(keeper.once(grant, ("missing", pattern), lambda: _smallest_sets(ways, trees)))
    if _repeat_is_open(findings):
        sets.append((Variable(0, "awards"),))
    return tuple(sorted(sets, key=lambda one: (len(one), sum(burden_of(v, scene.book) for v in one))))


def _smallest_sets(ways: Ways, trees: list[Tree]) -> tuple[tuple[Variable, ...], ...]:
    found = smallest(needs(box) for tree in trees for box in ways.to(NO, tree))
    found = smallest([*found, *_to_a_yes(ways, trees, found)])
    return tuple(ways.variables(one) for one in found)


def _to_a_yes(ways: Ways, trees: list[Tree], banned: list[int]) -> list[int]:
    """Find sets that make every open rule a yes, or leave it to the fund alone; none that holds a banned set."""
    granted = [ways.whole]
    for tree in trees:
        granted = both(granted, ways.to(YES, tree, fund=Answer.YES, banned=banned), banned)
    sure = [ways.whole]
    for tree in trees:
        sure = both(sure, ways.to(YES, tree, banned=banned), banned)
    refused = [box for tree in trees for box in ways.to(NO, tree, fund=Answer.NO, banned=banned)]
    return [needs(box) for box in (*sure, *both(granted, refused, banned))]


def _repeat_is_open(findings: tuple[Finding, ...]) -> bool:
    return any(found.kind is FindingKind.REPEAT and found.answer is Answer.UNKNOWN for found in findings)


def possibilities(grant: Grant, scene: Scene) -> Possibilities:
    """Give the values that matter to a grant's rules."""
    conditions = [rule.condition for rule in grant.rules]
    return kept(scene.book, scene.areas).once(
        grant, "possibilities", lambda: Possibilities(tuple(with_preconditions(conditions, scene)))
    )
