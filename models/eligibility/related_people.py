"""Conditions about related people: how many meet something, and sums over them."""

from __future__ import annotations

from decimal import Decimal

from data.catalogue.rules import (
    Related,
    Sum,
)
from data.people.applicants import Person, Silence
from models.eligibility.bound_values import within
from models.eligibility.context import EvaluationContext
from models.eligibility.intervals import INFINITY, Span
from models.eligibility.kleene import Answer, answer, every


def ask_sum(condition: Sum, context: EvaluationContext, person: Person) -> Answer:
    """Tell whether the sum of a number over people lies within bounds."""
    total = sum_of(condition, context)
    return Answer.UNKNOWN if total is None else within(total, condition.limits, context, person)


def sum_of(condition: Sum, context: EvaluationContext) -> Span | None:
    """Give the numbers that a sum may be, whatever its bounds; None where nothing of it is known."""
    people, may_be_more = context.people(condition.over)
    parts = [_part_of_sum(condition, context, one) for one in people]
    total = Span.point(Decimal(0))
    for span, _ in parts:
        total = total.plus(span)
    if may_be_more:
        total = total.plus(_of_more_people(context.limits(condition.sum)))
    if (people or may_be_more) and not any(known for _, known in parts):
        return None
    return total.exact()


def _part_of_sum(condition: Sum, context: EvaluationContext, person: Person) -> tuple[Span, bool]:
    """Give what a person may add to a sum, and whether anything at all is known of it."""
    counts = Answer.YES if condition.where is None else context.asks(condition.where, context, person)
    number = context.number(person, condition.sum)
    if counts is Answer.NO or number is Silence.NOT_APPLICABLE:
        return Span.point(Decimal(0)), True
    known = isinstance(number, Span)
    span = number if isinstance(number, Span) else context.limits(condition.sum)
    counts_whole = counts is Answer.YES and (known or not context.may_not_apply(person, condition.sum))
    return (span if counts_whole else span.or_nothing()), known


def _of_more_people(limits: Span) -> Span:
    return Span(Decimal(0) if limits.low >= 0 else -INFINITY, Decimal(0) if limits.high <= 0 else INFINITY)


def ask_related(condition: Related, context: EvaluationContext, _: Person) -> Answer:
    """Tell whether some person of these relations, every one or so many meet a condition."""
    people, may_be_more = context.people(context.whom(condition))
    part = condition.condition
    answers = [Answer.YES if part is None else context.asks(part, context, person) for person in people]
    if condition.all:
        every_one = every([*answers, *([Answer.UNKNOWN] if may_be_more and part is not None else [])])
        if condition.at_least is None and condition.at_most is None:
            return every_one
        return every([every_one, _ask_how_many(condition, answers, may_be_more)])
    return _ask_how_many(condition, answers, may_be_more)


def _ask_how_many(condition: Related, answers: list[Answer], may_be_more: bool) -> Answer:
    fewest = sum(found is Answer.YES for found in answers)
    most = INFINITY if may_be_more else Decimal(sum(found is not Answer.NO for found in answers))
    asked = condition.at_least is not None or condition.at_most is not None
    least = (condition.at_least or 0) if asked else 1
    limit = INFINITY if condition.at_most is None else Decimal(condition.at_most)
    return answer(most >= least and fewest <= limit, fewest < least or most > limit)
