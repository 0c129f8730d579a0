"""What each condition means for a person: the plain recursive reading that everything faster is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from data.catalogue.facts import FactBook
from data.catalogue.rules import (
    Ago,
    AllOf,
    AnyOf,
    AtLeast,
    Beneficiary,
    Bound,
    Condition,
    Discretion,
    HasLivedIn,
    Is,
    LivesIn,
    NoneOf,
    Not,
    OfApplicant,
    OneOf,
    Receives,
    Related,
    ShiftedDay,
    Sum,
    SumOf,
    Within,
    WorkedIn,
)
from data.people.applicants import Applicant, Award, Between, PartSet, Person, Silence, Statement
from data.places.areas import AreaTree
from models.eligibility.bound_values import within
from models.eligibility.context import EvaluationContext
from models.eligibility.date_distance import ask_ago
from models.eligibility.durations import days_later, months_later
from models.eligibility.intervals import INFINITY, Span, may_break, may_keep
from models.eligibility.kleene import Answer, answer, at_least, every, some, yes_or_no
from models.eligibility.related_people import ask_related, ask_sum
from models.eligibility.residence_and_work import ask_has_lived_in, ask_lives_in, ask_worked_in


def evaluation_context(
    applicant: Applicant, book: FactBook, areas: AreaTree, *, on: date
) -> EvaluationContext:
    """Give the context in which an applicant is judged on the day on which the facts were stated."""
    return EvaluationContext(applicant, book, areas, on, on, ask)


def ask(condition: Condition, context: EvaluationContext, person: Person | None = None) -> Answer:
    """Ask a condition of the applicant, or of a related person."""
    who = context.applicant if person is None else person
    key = condition, who
    found = context.answers.get(key)
    if found is None:
        found = context.answers[key] = MEANINGS[type(condition)](condition, context, who)
    return found


def _ask_all_of(condition: AllOf, context: EvaluationContext, who: Person) -> Answer:
    return every(ask(part, context, who) for part in condition.all_of)


def _ask_any_of(condition: AnyOf, context: EvaluationContext, who: Person) -> Answer:
    return some(ask(part, context, who) for part in condition.any_of)


def _ask_at_least(condition: AtLeast, context: EvaluationContext, who: Person) -> Answer:
    return at_least(condition.at_least, [ask(part, context, who) for part in condition.of])


def _ask_is(condition: Is, context: EvaluationContext, person: Person) -> Answer:
    return _ask_one_of((condition.value,), context.statement(person, condition.fact), context)


def _ask_shares(condition: OneOf, context: EvaluationContext, person: Person) -> Answer:
    return _ask_one_of(condition.one_of, context.statement(person, condition.fact), context)


def _ask_shares_none(condition: NoneOf, context: EvaluationContext, person: Person) -> Answer:
    return _ask_one_of(condition.none_of, context.statement(person, condition.fact), context).negated()


def _ask_one_of(
    values: tuple[bool | Decimal | str, ...], statement: Statement | None, context: EvaluationContext
) -> Answer:
    match statement:
        case None | Silence.UNKNOWN | Silence.DECLINED:
            return Answer.UNKNOWN
        case Silence.NOT_APPLICABLE:
            return Answer.NO
        case frozenset():
            return yes_or_no(not statement.isdisjoint(str(value) for value in values))
        case PartSet(includes=includes, excludes=excludes):
            named = {str(value) for value in values}
            return answer(not named <= excludes, includes.isdisjoint(named))
        case Between():
            possible = {value for value in values if _may_be(statement, value, context)}
            return answer(bool(possible), len(possible) != _how_many(statement, context))
        case date():
            return yes_or_no(statement.isoformat() in values)
        case bool():
            return yes_or_no(any(value is statement for value in values))
        case _:
            return yes_or_no(any(not isinstance(value, bool) and value == statement for value in values))


def _may_be(statement: Between, value: bool | Decimal | str, context: EvaluationContext) -> bool:
    if isinstance(value, Decimal):
        low = statement.low if isinstance(statement.low, Decimal) else -INFINITY
        high = statement.high if isinstance(statement.high, Decimal) else INFINITY
        return Span(low, high, statement.low_open, statement.high_open).holds(value)
    days = context.days(statement)
    return days is not None and isinstance(value, str) and days[0] <= date.fromisoformat(value) <= days[1]


def _how_many(statement: Between, context: EvaluationContext) -> int | None:
    """Count the days that a date may be; None for numbers, which may be fractions."""
    days = context.days(statement)
    return (
        (days[1] - days[0]).days + 1 if days and isinstance(statement.low or statement.high, date) else None
    )


def _ask_within(condition: Within, context: EvaluationContext, person: Person) -> Answer:
    if context.book.facts[condition.fact].kind == "date":
        return _ask_day_within(condition, context, person)
    number = context.number(person, condition.fact)
    if number is Silence.NOT_APPLICABLE:
        return Answer.NO
    if not isinstance(number, Span):
        return Answer.UNKNOWN
    return within(number, condition.limits, context, person)


def _ask_day_within(condition: Within, context: EvaluationContext, person: Person) -> Answer:
    statement = context.statement(person, condition.fact)
    if statement is Silence.NOT_APPLICABLE:
        return Answer.NO
    days = context.days(statement)
    if days is None:
        return Answer.UNKNOWN
    shifted = [bound.fact for bound in condition.limits.values() if isinstance(bound, ShiftedDay)]
    if any(context.statement(person, fact) is Silence.NOT_APPLICABLE for fact in shifted):
        return Answer.NO
    limits = {name: _days_of(bound, context, person) for name, bound in condition.limits.items()}
    told = [(name, span) for name, span in limits.items() if span is not None]
    if len(told) < len(limits):
        return Answer.UNKNOWN
    ordinals = _as_span(*days)
    return answer(may_keep(ordinals, told), any(may_break(name, ordinals, span) for name, span in told))


def _days_of(bound: Bound, context: EvaluationContext, person: Person) -> Span | None:
    """Give the days that a limit may be; None where nothing is known of the date that it is shifted from."""
    match bound:
        case date():
            return _as_span(bound, bound)
        case ShiftedDay():
            days = context.days(context.statement(person, bound.fact))
            return (
                None if days is None else _as_span(shifted_day(days[0], bound), shifted_day(days[1], bound))
            )
        case _:
            raise TypeError(f"not a day: {bound!r}")


def shifted_day(day: date, bound: ShiftedDay) -> date:
    """Move a day by years and months, then by days."""
    return days_later(months_later(day, bound.months), bound.plus_days)


def _as_span(first: date, last: date) -> Span:
    return Span(Decimal(first.toordinal()), Decimal(last.toordinal()))


def _ask_sum_of(condition: SumOf, context: EvaluationContext, person: Person) -> Answer:
    total = context.total(person, condition.parts)
    return Answer.UNKNOWN if total is None else within(total, condition.limits, context, person)


def _ask_receives(condition: Receives, context: EvaluationContext, person: Person) -> Answer:
    wanted = context.book.names.now(condition.receives)
    if person.receives is not None and wanted & person.receives:
        return Answer.YES
    found = [lasting for _, lasting in lasting_awards(wanted, person.awards or (), context)]
    if person.receives is None:
        found += [_told_by_value(grant, wanted, context, person) for grant in wanted]
    return some(found)


def _told_by_value(grant: str, wanted: frozenset[str], context: EvaluationContext, person: Person) -> Answer:
    """Tell whether somebody gets a grant by the value of a fact that getting it amounts to.

    A value that several grants amount to says that it is one of them.
    """
    names = context.book.names
    if grant not in names.same_as:
        return Answer.UNKNOWN
    fact, value = names.same_as[grant]
    has = _ask_one_of((value,), context.statement(person, fact), context)
    told = has is not Answer.YES or names.grants_of[fact, value] <= wanted
    return has if told else Answer.UNKNOWN


def lasting_awards(
    wanted: frozenset[str], awards: tuple[Award, ...], context: EvaluationContext
) -> Iterator[tuple[str, Answer]]:
    """Yield for every award of these grants whether it has begun and not ended."""
    for award in awards:
        if award.grant_id in wanted:
            begun = context.moment(award.on)
            ends = context.moment(award.until if award.until is not None else award.on)
            not_over = answer(ends[1] >= context.on, ends[0] < context.on)
            yield award.grant_id, every([answer(begun[0] <= context.on, begun[1] > context.on), not_over])


MEANINGS: Final[Mapping[type[object], Callable[[Any, EvaluationContext, Person], Answer]]] = {
    AllOf: _ask_all_of,
    AnyOf: _ask_any_of,
    AtLeast: _ask_at_least,
    Not: lambda condition, context, who: ask(condition.condition, context, who).negated(),
    OfApplicant: lambda condition, context, _: ask(condition.applicant, context, context.applicant),
    Discretion: lambda _, context, __: context.discretion,
    Related: ask_related,
    Beneficiary: ask_related,
    Is: _ask_is,
    OneOf: _ask_shares,
    NoneOf: _ask_shares_none,
    Within: _ask_within,
    Ago: ask_ago,
    Sum: ask_sum,
    SumOf: _ask_sum_of,
    LivesIn: ask_lives_in,
    HasLivedIn: ask_has_lived_in,
    WorkedIn: ask_worked_in,
    Receives: _ask_receives,
}
"""What each form of condition means: looked up, which is quicker than to try one class after another."""
