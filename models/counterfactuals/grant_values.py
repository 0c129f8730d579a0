"""The values that can matter to one grant: of each fact and list, and of the people around an applicant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from data.catalogue.dependencies import with_preconditions
from data.catalogue.facts import SELF
from data.catalogue.grants import Grant
from data.catalogue.rules import (
    Condition,
    Related,
    Sum,
)
from data.catalogue.traversal import tables_of
from data.people.applicants import Person
from models.counterfactuals.candidate_values import CandidateValues
from models.counterfactuals.implicants import to_learn
from models.counterfactuals.residual import tree_of
from models.counterfactuals.variables import Variable, person_of, with_values
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer

MOST_ABOUT_PEOPLE: Final = 8
"""Of more conditions about related people than this, the first are looked at to make up people."""


def people_values(
    context: EvaluationContext, conditions: Sequence[Condition]
) -> Iterator[tuple[Person, ...]]:
    """List people that may be around an applicant: none, for each condition such as meet it and such as do not."""
    yield ()
    everybody: list[Person] = []
    about = list(dict.fromkeys(part for part in conditions if isinstance(part, Related | Sum)))
    for part in about[:MOST_ABOUT_PEOPLE]:
        relations = context.whom(part) if isinstance(part, Related) else part.over
        relation = next(iter(sorted(context.book.relations_meant(relations) - {SELF})), None)
        if relation is None:
            continue
        made = list(
            _summed(part, relation, context)
            if isinstance(part, Sum)
            else _asked_about(part, relation, context)
        )
        yield from made
        everybody += made[0] if made else ()
    if everybody:
        yield tuple(everybody)


def _asked_about(part: Related, relation: str, context: EvaluationContext) -> Iterator[tuple[Person, ...]]:
    """Make up people of whom what is asked is so, and people of whom it is not."""
    count = max(part.at_least or 1, 1)
    if part.condition is None:
        yield (Person(relation=relation),) * count
        return
    for wanted in (Answer.YES, Answer.NO):
        person = _who_makes_it(wanted, part.condition, relation, context)
        if person is not None:
            yield (person,) * count


def _summed(part: Sum, relation: str, context: EvaluationContext) -> Iterator[tuple[Person, ...]]:
    """Make up people whose share brings a sum to its limits, and beyond."""
    someone = (
        Person(relation=relation)
        if part.where is None
        else _who_makes_it(Answer.YES, part.where, relation, context)
    )
    if someone is None:
        return
    least, most = context.book.facts[part.sum].limits
    limits = [bound for bound in part.limits.values() if isinstance(bound, Decimal)]
    limits += [
        value for table in tables_of(part) for value in table.rows.values() if isinstance(value, Decimal)
    ]
    for value in (
        sorted({limit + step for limit in limits for step in (-1, 0, 1)}) if someone is not None else ()
    ):
        if (least is None or value >= least) and (most is None or value <= most):
            yield (replace(someone, facts={**someone.facts, part.sum: value}),)


def _who_makes_it(
    wanted: Answer, condition: Condition, relation: str, context: EvaluationContext
) -> Person | None:
    """Make up a person of a relation for whom a condition is answered as wanted."""
    stranger = with_values(context, {Variable(0, "related"): (Person(relation=relation),)})
    found = _settle(condition, stranger, 1, wanted)
    return None if found is None else person_of(with_values(stranger, found).applicant, 1)


def _settle(
    condition: Condition, context: EvaluationContext, holder: int, wanted: Answer
) -> dict[Variable, Any] | None:
    """Find values for one related person that make a condition a yes, or a no; None if there are none."""
    tree = tree_of(condition, context, holder)
    implicants = to_learn(
        [tree], context, _possible(tuple(with_preconditions((condition,), context.book)), keeps=False)
    )
    for cube in implicants.space.distinct(implicants.to(frozenset({wanted}), tree)):
        found = implicants.assignment(cube)
        if all(variable.holder == 1 for variable in found):
            return found
    return None


def _possible(conditions: tuple[Condition, ...], *, keeps: bool = True) -> CandidateValues:
    return CandidateValues(conditions, people_values, keeps)


def candidate_values_of(grant: Grant, context: EvaluationContext) -> CandidateValues:
    """Give the values that matter to a grant's rules."""
    conditions = [rule.condition for rule in grant.rules]
    return context.catalogue_memo.memoised(
        grant, "possibilities", lambda: _possible(tuple(with_preconditions(conditions, context.book)))
    )
