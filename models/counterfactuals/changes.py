"""The changes to what a person said that leave no rule of a grant a no."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from data.catalogue.dependencies import sources
from data.catalogue.rules import Condition, Related, Sum
from models.counterfactuals.cubes import Cube, Support
from models.counterfactuals.implicants import NOT_NO, Implicants
from models.counterfactuals.residual import Leaf, Tree, counts_people, leaves_of, read_by, tree_of
from models.counterfactuals.variables import Variable, person_of, with_values
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
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

    context: EvaluationContext
    implicants: Implicants
    cubes: list[Cube]
    findings: tuple[Finding, ...]

    def read_by(self, leaf: Leaf) -> Support:
        """Give the variables that a leaf reads itself, as bits."""
        read = set(directly_read(leaf.condition, leaf.holder, self.context))
        places = zip(self.implicants.variables_in_order, self.implicants.space.firsts, strict=True)
        return sum(1 << first for one, first in places if one in read)

    def cured(self, values: dict[Variable, Any]) -> Cause:
        """Name the failing conditions that are a no no longer once these values stand."""
        context = with_values(self.context, values)
        found: dict[Failing, None] = {}
        for code, leaf in failing_leaves(self.findings, self.context):
            answer = ask(leaf.condition, context, person_of(context.applicant, leaf.holder))
            if (answer if leaf.holds else answer.negated()) is not Answer.NO:
                found[Failing.of(code, leaf)] = None
        return tuple(found)


def changes_of(
    context: EvaluationContext,
    findings: Sequence[Finding],
    possible: Callable[[Variable], tuple[Any, ...]],
    variables: Sequence[Variable],
) -> Changes:
    """Find every change to some variables, each to one of its possible values, that leaves no rule a no."""
    trees = [opened(found.condition, context) for found in findings if found.condition is not None]
    chosen = frozenset(variables)

    def reads(leaf: Leaf) -> tuple[Variable, ...]:
        return tuple(variable for variable in hangs_on(leaf, context) if variable in chosen)

    implicants = Implicants(context, tuple(variables), possible, reads)
    cubes = [implicants.space.whole]
    touched = [tree for tree in trees if tree.answer is Answer.NO or any(map(reads, leaves_of(tree)))]
    for tree in sorted(touched, key=lambda tree: tree.answer):
        cubes = implicants.space.both(cubes, implicants.to(NOT_NO, tree))
    return Changes(context, implicants, cubes, tuple(findings))


def opened(condition: Condition, context: EvaluationContext) -> Tree:
    """Open a condition up; what is asked of related people stays one condition."""
    return tree_of(condition, context, related_too=False)


def failing_leaves(
    findings: Iterable[Finding], context: EvaluationContext, *, everywhere: bool = False
) -> Iterator[tuple[str, Leaf]]:
    """Yield the leaves that make a rule a no, with the code of its finding; `everywhere`."""
    for finding in findings:
        if finding.condition is not None and (everywhere or finding.answer is Answer.NO):
            for leaf in failing_in(opened(finding.condition, context), everywhere=everywhere):
                yield finding.code, leaf


def failing_in(tree: Tree, *, everywhere: bool = False) -> Iterator[Leaf]:
    """Yield the leaves that make a tree a no; `everywhere`, all that are one."""
    if isinstance(tree, Leaf):
        if tree.answer is Answer.NO:
            yield tree
    elif everywhere or tree.answer is Answer.NO:
        for part in tree.parts:
            yield from failing_in(part, everywhere=everywhere)


def readable(
    context: EvaluationContext, findings: Sequence[Finding], *, everywhere: bool = False
) -> tuple[Variable, ...]:
    """List what the failing conditions read."""
    found: dict[Variable, None] = {}
    for _, leaf in failing_leaves(findings, context, everywhere=everywhere):
        found.update(dict.fromkeys(directly_read(leaf.condition, leaf.holder, context)))
    return tuple(found)


def directly_read(condition: Condition, holder: int, context: EvaluationContext) -> Iterator[Variable]:
    """Yield what a condition reads; of people around the applicant, who they are and all about them."""
    if isinstance(condition, Related | Sum) or counts_people(condition):
        yield Variable(0, "related")
    for variable in read_by(condition, holder, context):
        if variable.holder in (0, holder):
            yield variable


def hangs_on(leaf: Leaf, context: EvaluationContext) -> Iterator[Variable]:
    """Yield what the answer of a leaf can hang on, with what its facts follow from."""
    seen: set[Variable] = set()
    waiting = list(dict.fromkeys(directly_read(leaf.condition, leaf.holder, context)))
    while waiting:
        variable = waiting.pop(0)
        if variable in seen:
            continue
        seen.add(variable)
        yield variable
        if variable.is_list:
            continue
        fact = context.book.facts[variable.of]
        holder = person_of(context.applicant, variable.holder)
        if context.applicant.facts.get(fact.id) is None or holder.facts.get(fact.id) is None:
            waiting += [Variable(variable.holder, other) for other in sorted(sources(fact))]
            if fact.derived is not None and fact.derived.reads_people:
                waiting.append(Variable(0, "related"))
