"""The changes to what a person said that leave no rule of a grant a no."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from data.catalogue.rules import Condition, Related, Sum
from models.counterfactuals.cubes import Box, Needs
from models.counterfactuals.implicants import NOT_NO, Ways
from models.counterfactuals.residual import Leaf, Tree, facts_of, leaves_of, read_by, tree_of
from models.counterfactuals.variables import Variable, person_of, with_values
from models.eligibility.conditions import ask
from models.eligibility.context import Scene
from models.eligibility.findings import Finding
from models.eligibility.kleene import Answer


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


@dataclass(frozen=True)
class Changes:
    """The changes to what a person said that leave no rule a no, as boxes."""

    scene: Scene
    ways: Ways
    boxes: list[Box]
    findings: tuple[Finding, ...]

    def read_by(self, leaf: Leaf) -> Needs:
        """Give the variables that a leaf reads itself, as bits."""
        read = set(directly_read(leaf.condition, leaf.holder, self.scene))
        places = zip(self.ways.variables_in_order, self.ways.space.firsts, strict=True)
        return sum(1 << first for one, first in places if one in read)

    def cured(self, values: dict[Variable, Any]) -> Cause:
        """Name the failing conditions that are a no no longer once these values stand."""
        scene = with_values(self.scene, values)
        found: dict[Failing, None] = {}
        for code, leaf in failing_leaves(self.findings, self.scene):
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
    trees = [opened(found.rule.condition, scene) for found in findings if found.rule is not None]
    chosen = frozenset(variables)

    def reads(leaf: Leaf) -> tuple[Variable, ...]:
        return tuple(variable for variable in hangs_on(leaf, scene) if variable in chosen)

    ways = Ways(scene, tuple(variables), possible, reads)
    boxes = [ways.space.whole]
    touched = [tree for tree in trees if tree.answer is Answer.NO or any(map(reads, leaves_of(tree)))]
    for tree in sorted(touched, key=lambda tree: tree.answer):
        boxes = ways.space.both(boxes, ways.to(NOT_NO, tree))
    return Changes(scene, ways, boxes, tuple(findings))


def opened(condition: Condition, scene: Scene) -> Tree:
    """Open a condition up; what is asked of related people stays one condition."""
    return tree_of(condition, scene, related_too=False)


def failing_leaves(
    findings: Iterable[Finding], scene: Scene, *, everywhere: bool = False
) -> Iterator[tuple[str, Leaf]]:
    """Yield the leaves that make a rule a no, with the code of its finding; `everywhere`."""
    for finding in findings:
        if finding.rule is not None and (everywhere or finding.answer is Answer.NO):
            for leaf in failing_in(opened(finding.rule.condition, scene), everywhere=everywhere):
                yield finding.code, leaf


def failing_in(tree: Tree, *, everywhere: bool = False) -> Iterator[Leaf]:
    """Yield the leaves that make a tree a no; `everywhere`, all that are one."""
    if isinstance(tree, Leaf):
        if tree.answer is Answer.NO:
            yield tree
    elif everywhere or tree.answer is Answer.NO:
        for part in tree.parts:
            yield from failing_in(part, everywhere=everywhere)


def readable(scene: Scene, findings: Sequence[Finding], *, everywhere: bool = False) -> tuple[Variable, ...]:
    """List what the failing conditions read."""
    found: dict[Variable, None] = {}
    for _, leaf in failing_leaves(findings, scene, everywhere=everywhere):
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
