"""What makes a no: the smallest sets of failing conditions that would have to change for it to go away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import Any, Final, Self, TypeAlias

from data.grants import Grant
from data.rules import Condition, Related, Sum
from models.answers import Answer
from models.boxes import both, distinct, needs
from models.conditions import ask
from models.eligibility import Finding, find
from models.kept import kept
from models.possibilities import Possibilities
from models.residue import Group, Leaf, Tree, facts_of, leaves_of, read_by, tree_of
from models.scene import Scene
from models.variables import Variable, person_of, with_values
from models.ways import NOT_NO, Ways, with_preconditions

MOST_CAUSES: Final = 5
MOST_TOGETHER: Final = 6
"""Causes of more conditions than this are not looked for: nobody could act on them."""


@dataclass(frozen=True, slots=True)
class Failing:
    """A condition that stands in the way: what it asks, and whether it asks that this holds or that it does not."""

    code: str
    """The code of the finding that it belongs to."""
    condition: Condition | None = None
    """None where it is the window or the time since an earlier award."""
    holds: bool = True
    holder: int = 0
    """Of whom it is asked: 0 is the applicant."""

    @classmethod
    def of(cls, code: str, leaf: Leaf) -> Self:
        """Name a leaf that stands in the way."""
        return cls(code, leaf.condition, leaf.holds, leaf.holder)


Cause: TypeAlias = tuple[Failing, ...]


def causes(scene: Scene, grant: Grant) -> tuple[Cause, ...]:
    """Give the smallest sets of failing conditions: if what they read were different, nothing would be a no.

    No part of a set does as much. Empty where nothing is a no, or no value of anything can cure it.
    """
    findings = find(scene, grant)
    refused = [found for found in findings if found.answer is Answer.NO]
    always = tuple(Failing(found.code) for found in refused if found.rule is None)
    if not any(found.rule for found in refused):
        return (always,) if always else ()
    changes = changes_of(scene, findings, possibilities(grant, scene), readable(scene, findings))
    return tuple((*cause, *always) for cause in _smallest_causes(changes)[:MOST_CAUSES])


def _smallest_causes(changes: Changes) -> list[Cause]:
    """Try the failing conditions alone, then two by two, and so on, past those that hold a cause already."""
    leaves = list(dict.fromkeys(changes.failing))
    passing = [changes.ways.to(NOT_NO, leaf) for _, leaf in leaves]
    read = [changes.read_by(leaf) for _, leaf in leaves]
    found: list[frozenset[int]] = []
    for size in range(1, min(len(leaves), MOST_TOGETHER) + 1):
        for chosen in combinations(range(len(leaves)), size):
            if any(one <= set(chosen) for one in found):
                continue
            may_change = reduce(int.__or__, (read[place] for place in chosen))
            boxes = [box for box in changes.boxes if needs(box) & ~may_change == 0]
            for place in chosen:
                boxes = [box for box in both(boxes, passing[place]) if needs(box) & ~may_change == 0]
            if boxes:
                found.append(frozenset(chosen))
    return [tuple(Failing.of(*leaves[place]) for place in sorted(one)) for one in found]


@dataclass(frozen=True)
class Changes:
    """The changes to what a person said that leave no rule a no, as boxes."""

    scene: Scene
    ways: Ways
    boxes: list[Any]
    failing: tuple[tuple[str, Leaf], ...]
    """The leaves that make a rule a no, with the code of the rule's finding."""

    def read_by(self, leaf: Leaf) -> int:
        """Give the variables that a leaf reads itself, as bits."""
        read = set(directly_read(leaf.condition, leaf.holder, self.scene))
        return sum(1 << place for place, one in enumerate(self.ways.variables_in_order) if one in read)

    def cured(self, values: dict[Variable, Any]) -> Cause:
        """Name the failing conditions that are a no no longer once these values stand."""
        scene = with_values(self.scene, values)
        found: dict[Failing, None] = {}
        for code, leaf in self.failing:
            answer = ask(leaf.condition, scene, person_of(scene.applicant, leaf.holder))
            if (answer if leaf.holds else answer.mirrored()) is not Answer.NO:
                found[Failing.of(code, leaf)] = None
        return tuple(found)


def changes_of(
    scene: Scene,
    findings: Sequence[Finding],
    possible: Callable[[Variable], tuple[Any, ...]],
    variables: Sequence[Variable],
) -> Changes:
    """Find every change to some variables, each to one of its possible values, that leaves no rule a no."""
    trees = [(found.code, opened(found, scene)) for found in findings if found.rule is not None]
    chosen = frozenset(variables)

    def reads(leaf: Leaf) -> tuple[Variable, ...]:
        return tuple(variable for variable in hangs_on(leaf, scene) if variable in chosen)

    ways = Ways(scene, tuple(variables), possible, reads)
    boxes = [ways.whole]
    touched = [tree for _, tree in trees if tree.answer is Answer.NO or any(map(reads, leaves_of(tree)))]
    for tree in sorted(touched, key=lambda tree: tree.answer):
        boxes = both(boxes, ways.to(NOT_NO, tree))
    failing = tuple((code, leaf) for code, tree in trees for leaf in failing_leaves(tree))
    return Changes(scene, ways, distinct(boxes), failing)


def opened(finding: Finding, scene: Scene) -> Tree:
    """Open the condition of a finding up; what is asked of related people stays one condition."""
    if finding.rule is None:
        raise ValueError(f"{finding.code} is not about a rule")
    return tree_of(finding.rule.condition, scene, related_too=False)


def failing_leaves(tree: Tree) -> Iterator[Leaf]:
    """Yield the leaves that make a tree a no."""
    if tree.answer is not Answer.NO:
        return
    if isinstance(tree, Leaf):
        yield tree
    elif isinstance(tree, Group):
        for part in tree.parts:
            yield from failing_leaves(part)


def readable(scene: Scene, findings: Sequence[Finding]) -> tuple[Variable, ...]:
    """List what the failing conditions read."""
    found: dict[Variable, None] = {}
    for finding in findings:
        if finding.rule is not None and finding.answer is Answer.NO:
            for leaf in failing_leaves(opened(finding, scene)):
                found.update(dict.fromkeys(directly_read(leaf.condition, leaf.holder, scene)))
    return tuple(found)


def directly_read(condition: Condition, holder: int, scene: Scene) -> Iterator[Variable]:
    """Yield what a condition reads; of people around the applicant, who they are and all about them."""
    if isinstance(condition, Related | Sum):
        yield Variable(0, "related")
    for variable in read_by(condition, holder, scene):
        if variable.holder in (0, holder):
            yield variable


def hangs_on(leaf: Leaf, scene: Scene) -> Iterator[Variable]:
    """Yield what the answer of a leaf can hang on, with what its facts follow from."""
    seen: set[Variable] = set()
    waiting = list(dict.fromkeys(directly_read(leaf.condition, leaf.holder, scene)))
    while waiting:
        variable = waiting.pop(0)
        if variable in seen:
            continue
        seen.add(variable)
        yield variable
        if variable.is_list:
            continue
        fact = scene.book.facts[variable.of]
        holder = person_of(scene.applicant, variable.holder)
        if scene.applicant.facts.get(fact.id) is None or holder.facts.get(fact.id) is None:
            others = [fact.from_birth_date] if fact.from_birth_date else []
            others += facts_of(fact.applies_if, scene) if fact.applies_if is not None else ()
            waiting += [Variable(variable.holder, other) for other in others]


def possibilities(grant: Grant, scene: Scene) -> Callable[[Variable], tuple[Any, ...]]:
    """Give every value that matters to a grant's rules, whatever was said."""
    conditions = [rule.condition for rule in grant.rules]
    possible = kept(scene.book, scene.areas).once(
        grant, "possibilities", lambda: Possibilities(tuple(with_preconditions(conditions, scene)))
    )
    return lambda variable: possible.changeable(variable, scene)
