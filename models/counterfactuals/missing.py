"""What would have to be learned for a grant to be decided: the smallest sets of things that can do it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, TypeAlias

from data.catalogue.grants import Grant
from data.catalogue.rules import EligibilityRule
from models.counterfactuals.cubes import Cube, Support, minimal
from models.counterfactuals.grant_values import candidate_values_of
from models.counterfactuals.implicants import NO, YES, Implicants, to_learn
from models.counterfactuals.reads import Reads, reads_of
from models.counterfactuals.residual import Tree, tree_of
from models.counterfactuals.variables import Variable, burden_of, name_of
from models.eligibility.context import EvaluationContext
from models.eligibility.findings import FindingKind
from models.eligibility.kleene import Answer
from models.eligibility.verdict import Status, Verdict, judge_in

MOST_SETS: Final = 5


def missing_sets(
    context: EvaluationContext, grant: Grant, verdict: Verdict | None = None
) -> tuple[tuple[str, ...], ...]:
    """Name the smallest sets of things that decide a grant for some of their values, easiest to answer first.

    Nothing less than a set decides; empty where the grant is decided.
    The names are those of `models.counterfactuals.variables`.
    A verdict at hand saves judging once more.
    """
    sets = deciding_sets(context, grant, verdict)
    told = [tuple(name_of(variable, context.applicant) for variable in one) for one in sets]
    return tuple(told[:MOST_SETS])


def deciding_sets(
    context: EvaluationContext, grant: Grant, verdict: Verdict | None = None
) -> tuple[tuple[Variable, ...], ...]:
    """Give all of the sets, fewest things first, then the least burden."""
    verdict = judge_in(context, grant) if verdict is None else verdict
    if verdict.status is not Status.NEEDS_INFO:
        return ()
    if _says_nothing_to(grant, context):
        whose_silence = ("of somebody silent", context.on, context.stated)
        return context.catalogue_memo.memoised(
            grant, whose_silence, lambda: _sets_of(context, grant, verdict)
        )
    return _sets_of(context, grant, verdict)


_Sets: TypeAlias = tuple[tuple[Variable, ...], ...]


@dataclass(frozen=True)
class _Open:
    """The rules of a grant that are still open, taken apart."""

    trees: list[Tree]
    implicants: Implicants
    pattern: Hashable
    """The same for two people of whom the same is known; None where that cannot be told."""
    rules: tuple[EligibilityRule, ...]
    awards_matter: bool


def _sets_of(context: EvaluationContext, grant: Grant, verdict: Verdict) -> _Sets:
    still = _opened(context, grant, verdict)

    def sets() -> _Sets:
        return tuple(still.implicants.variables(one) for one in _deciding(still.implicants, still.trees))

    memo = context.catalogue_memo
    whose = ("deciding", still.rules, still.pattern)
    found = sets() if still.pattern is None else memo.memoised(grant, whose, sets)
    found = tuple(one for one in found if one)  # with nothing to learn, only a step is left
    if still.awards_matter:
        found = (*found, (Variable(0, "awards"),))
    return tuple(sorted(found, key=lambda one: (len(one), sum(burden_of(v, context.book) for v in one))))


def _says_nothing_to(grant: Grant, context: EvaluationContext) -> bool:
    """Tell whether a person told nothing of what a grant reads; then what is missing is so for all who did not.

    What is known of people around them counts too: it tells limits that values are tried at.
    """
    facts, lists = context.catalogue_memo.memoised(grant, "reads", lambda: _reads(grant, context))
    applicant = context.applicant
    return (
        applicant.whom is None
        and all(facts.isdisjoint(person.facts) for person in (applicant, *(applicant.related or ())))
        and all(getattr(applicant, name) is None for name in lists)
    )


def _reads(grant: Grant, context: EvaluationContext) -> Reads:
    facts, lists = reads_of(candidate_values_of(grant, context).conditions, context)
    return Reads(facts, lists if grant.repeat is None else lists | {"awards"})


def _opened(context: EvaluationContext, grant: Grant, verdict: Verdict) -> _Open:
    """Take a verdict apart once, whatever is asked about it."""
    return context.memo.memoised(grant, "opened", lambda: _taken_apart(context, grant, verdict))


def _taken_apart(context: EvaluationContext, grant: Grant, verdict: Verdict) -> _Open:
    unknown = [one for one in verdict.findings if one.answer is Answer.UNKNOWN]
    trees = [tree_of(one.condition, context) for one in unknown if one.condition is not None]
    implicants = to_learn(trees, context, candidate_values_of(grant, context))
    awards_matter = any(one.kind is FindingKind.REPEAT for one in unknown)
    return _Open(
        trees,
        implicants,
        implicants.pattern(trees),
        tuple(one.rule for one in unknown if one.rule is not None),
        awards_matter,
    )


def _ruling_out(implicants: Implicants, trees: list[Tree]) -> list[Support]:
    return minimal(implicants.space.needs(cube) for tree in trees for cube in implicants.to(NO, tree))


def _deciding(implicants: Implicants, trees: list[Tree]) -> list[Support]:
    found = _ruling_out(implicants, trees)
    return minimal([*found, *_to_a_yes(implicants, trees, found)])


def _to_a_yes(implicants: Implicants, trees: list[Tree], banned: list[Support]) -> list[Support]:
    """Find sets that make every open rule a yes, or leave it to the fund alone; none that holds a banned set."""
    space = implicants.space
    granted = _all_to_a_yes(implicants, trees, banned, fund=Answer.YES)
    if not granted:
        return []
    sure = _all_to_a_yes(implicants, trees, banned)
    refused = [cube for tree in trees for cube in implicants.to(NO, tree, fund=Answer.NO, banned=banned)]
    return [space.needs(cube) for cube in (*sure, *space.both(granted, refused, banned))]


def _all_to_a_yes(
    implicants: Implicants, trees: list[Tree], banned: list[Support], *, fund: Answer = Answer.UNKNOWN
) -> list[Cube]:
    met = [implicants.space.whole]
    for tree in trees:
        met = (
            implicants.space.both(met, implicants.to(YES, tree, fund=fund, banned=banned), banned)
            if met
            else []
        )
    return met
