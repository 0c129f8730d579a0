"""A condition as a tree of plain leaves about known people: what is left to find out once a person is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from data.catalogue.facts import SELF
from data.catalogue.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Discretion,
    HasLivedIn,
    LivesIn,
    Not,
    OfApplicant,
    PeopleCount,
    Receives,
    Related,
    Sum,
    WorkedIn,
)
from data.catalogue.traversal import facts_named, tables_of, walk
from models.counterfactuals.variables import LISTS, Variable, open_facts, person_of
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer, at_least
from models.eligibility.residence_and_work import lives_now


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing asked of one person, that it holds or that it does not, and the answer to that."""

    condition: Condition
    holder: int
    """0 is the applicant, n the n-th related person."""
    holds: bool
    answer: Answer


@dataclass(frozen=True, slots=True)
class Group:
    """At least `count` of the parts: all of them, any of them, or a number in between."""

    count: int
    parts: tuple[Tree, ...]

    @property
    def answer(self) -> Answer:
        """The answer that follows from the parts."""
        if self.count <= 0:
            return Answer.YES
        if self.count > len(self.parts):
            return Answer.NO
        return at_least(self.count, [part.answer for part in self.parts])


Tree: TypeAlias = Leaf | Group


def tree_of(
    condition: Condition,
    context: EvaluationContext,
    holder: int = 0,
    *,
    holds: bool = True,
    related_too: bool = True,
) -> Tree:
    """Open a condition up to its leaves; no opposite is left but in the leaves.

    Without `related_too` what is asked of related people stays one leaf.
    """
    match condition:
        case AllOf(all_of=parts):
            return _group(len(parts), parts, context, holder, holds=holds, related_too=related_too)
        case AnyOf(any_of=parts):
            return _group(1, parts, context, holder, holds=holds, related_too=related_too)
        case AtLeast(of=parts):
            return _group(condition.at_least, parts, context, holder, holds=holds, related_too=related_too)
        case Not(condition=part):
            return tree_of(part, context, holder, holds=not holds, related_too=related_too)
        case OfApplicant(applicant=part):
            return tree_of(part, context, 0, holds=holds, related_too=related_too)
        case Related() if not related_too:
            return _leaf(condition, context, holder, holds=holds)
        case Related() if context.applicant.related is not None or set(context.whom(condition)) <= {SELF}:
            return _people(condition, context, holds=holds)
        case Related(condition=part) if SELF in context.whom(condition) and part is not None:
            return _self_and_others(condition, part, context, holds=holds)
        case _:
            return _leaf(condition, context, holder, holds=holds)


def _leaf(condition: Condition, context: EvaluationContext, holder: int, *, holds: bool) -> Leaf:
    found = ask(condition, context, person_of(context.applicant, holder))
    return Leaf(condition, holder, holds, found if holds else found.negated())


def _group(
    count: int,
    parts: Sequence[Condition],
    context: EvaluationContext,
    holder: int,
    *,
    holds: bool,
    related_too: bool,
) -> Group:
    opened = tuple(tree_of(part, context, holder, holds=holds, related_too=related_too) for part in parts)
    return Group(count if holds else len(parts) - count + 1, opened)


def _people(condition: Related, context: EvaluationContext, *, holds: bool) -> Group:
    """Ask everybody of the relations that is known, and count."""
    holders = list(_holders(context.whom(condition), context))
    part = condition.condition
    counted = condition.at_least is not None or condition.at_most is not None
    asked: list[tuple[int, bool]] = []
    """How many must hold, and whether that is meant of the condition or of its opposite."""
    if condition.all:
        asked.append((len(holders), True))
    elif not counted:
        asked.append((1, True))
    if condition.at_least is not None:
        asked.append((condition.at_least, True))
    if condition.at_most is not None:
        asked.append((len(holders) - condition.at_most, False))
    groups = []
    for count, so in asked:
        wanted, count_so = (so, count) if holds else (not so, len(holders) - count + 1)
        groups.append(Group(count_so, tuple(_one(part, context, holder, holds=wanted) for holder in holders)))
    return groups[0] if len(groups) == 1 else Group(len(groups) if holds else 1, tuple(groups))


def _one(part: Condition | None, context: EvaluationContext, holder: int, *, holds: bool) -> Tree:
    if part is None:
        return Group(0 if holds else 1, ())
    return tree_of(part, context, holder, holds=holds)


def _self_and_others(condition: Related, part: Condition, context: EvaluationContext, *, holds: bool) -> Tree:
    """Set the applicant apart where it is not known who else there is; a count is left as it is."""
    others = tuple(name for name in condition.related if name != SELF)
    if condition.at_least is not None or condition.at_most is not None:
        found = ask(condition, context)
        return Leaf(condition, 0, holds, found if holds else found.negated())
    memo = context.catalogue_memo
    rest = memo.memoised(condition, "others", lambda: condition.model_copy(update={"related": others}))
    parts = (tree_of(part, context, 0, holds=holds), tree_of(rest, context, 0, holds=holds))
    return Group(2 if bool(condition.all) is holds else 1, parts)


def _holders(relations: tuple[str, ...], context: EvaluationContext) -> Iterator[int]:
    meant = context.book.relations_meant(relations)
    if SELF in meant:
        yield 0
    for place, person in enumerate(context.applicant.related or (), start=1):
        if person.relation in meant:
            yield place


def leaves_of(tree: Tree) -> Iterator[Leaf]:
    """Yield every leaf of a tree."""
    if isinstance(tree, Leaf):
        yield tree
    else:
        for part in tree.parts:
            yield from leaves_of(part)


def open_variables(leaf: Leaf, context: EvaluationContext) -> tuple[Variable, ...]:
    """List what a leaf's answer may still hang on."""
    found: dict[Variable, None] = {}
    for variable in read_by(leaf.condition, leaf.holder, context):
        if variable.of not in LISTS:
            found.update(dict.fromkeys(open_facts(variable.of, variable.holder, context)))
        elif variable.of != "areas" or _is_place_open(leaf, context):
            found[variable] = None
    return tuple(found)


def _is_place_open(leaf: Leaf, context: EvaluationContext) -> bool:
    """Tell whether it is still open if a person lives in the areas that a leaf names."""
    person = person_of(context.applicant, leaf.holder)
    match leaf.condition:
        case LivesIn(lives_in=areas) | HasLivedIn(has_lived_in=areas):
            return lives_now(areas, context, person) is Answer.UNKNOWN
        case _:
            return person.areas is None


def read_by(condition: Condition, holder: int, context: EvaluationContext) -> tuple[Variable, ...]:
    """List what a leaf reads directly, known or not."""
    memo = context.catalogue_memo
    if isinstance(condition, Sum | Related) or memo.memoised(
        condition, "counts people", lambda: counts_people(condition)
    ):  # who there is differs from person to person
        return tuple(_read_by(condition, holder, context))
    return memo.memoised(condition, ("read", holder), lambda: tuple(_read_by(condition, holder, context)))


def _read_by(condition: Condition, holder: int, context: EvaluationContext) -> Iterator[Variable]:
    match condition:
        case LivesIn(for_months=months):
            yield Variable(holder, "areas")
            if months is not None:
                yield Variable(holder, "lived_in")
        case HasLivedIn():
            yield Variable(holder, "areas")
            yield Variable(holder, "lived_in")
        case WorkedIn():
            yield Variable(holder, "work")
        case Receives():
            yield Variable(holder, "receives")
            yield Variable(holder, "awards")
            for fact in context.book.names.facts_of(condition.receives):
                yield _of_fact(fact, holder, context)
        case Sum():
            yield from _read_by_sum(condition, holder, context)
        case Related():
            yield Variable(0, "related")
            yield from _read_of_applicant(condition, context)
        case Discretion():
            return
        case _:
            yield from _read_to_count(condition, context)
            for fact in facts_of(condition, context):
                yield _of_fact(fact, holder, context)
                if fact in context.book.names.facts:
                    yield Variable(_of_fact(fact, holder, context).holder, "receives")


def facts_of(condition: Condition, context: EvaluationContext) -> tuple[str, ...]:
    """List the facts that a condition names, in their order."""
    memo = context.catalogue_memo
    return memo.memoised(condition, "facts", lambda: tuple(sorted(facts_named(condition))))


def _of_fact(fact: str, holder: int, context: EvaluationContext) -> Variable:
    return Variable(0 if context.book.of_household(fact) else holder, fact)


def _read_by_sum(condition: Sum, holder: int, context: EvaluationContext) -> Iterator[Variable]:
    if context.people(condition.over)[1]:
        yield Variable(0, "related")
    for place in _holders(condition.over, context):
        yield Variable(place, condition.sum)
        if condition.where is not None:
            for leaf in leaves_of(tree_of(condition.where, context, place)):
                yield from read_by(leaf.condition, leaf.holder, context)
    bounds = condition.model_copy(update={"where": None})
    for fact in sorted(facts_named(bounds) - {condition.sum}):
        yield _of_fact(fact, holder, context)


def counts_people(condition: Condition) -> bool:
    """Tell whether a limit depends on how many people there are."""
    return any(isinstance(table.by, PeopleCount) for table in tables_of(condition))


def _read_to_count(condition: Condition, context: EvaluationContext) -> Iterator[Variable]:
    """Yield what tables that are keyed by a number of people read."""
    for counted in (table.by for table in tables_of(condition) if isinstance(table.by, PeopleCount)):
        if context.people(counted.count)[1]:
            yield Variable(0, "related")
        if counted.where is not None:
            for place in _holders(counted.count, context):
                for leaf in leaves_of(tree_of(counted.where, context, place)):
                    yield from read_by(leaf.condition, leaf.holder, context)


def _read_of_applicant(condition: Related, context: EvaluationContext) -> Iterator[Variable]:
    """Yield what people who are not known yet are asked of the applicant: `applicant`, and facts of the household."""
    if condition.condition is None:
        return
    for part in walk(condition.condition):
        if isinstance(part, OfApplicant):
            for leaf in leaves_of(tree_of(part, context)):
                yield from read_by(leaf.condition, leaf.holder, context)
        elif not isinstance(part, AllOf | AnyOf | AtLeast | Not):
            for fact in sorted(facts_named(part)):
                if context.book.of_household(fact):
                    yield Variable(0, fact)
    if SELF in context.whom(condition):
        for leaf in leaves_of(tree_of(condition.condition, context)):
            yield from read_by(leaf.condition, leaf.holder, context)
