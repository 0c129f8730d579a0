"""Conditions about places and trades: where somebody lives or has lived, what work they did, and for how long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from data.catalogue.rules import HasLivedIn, LivesIn, WorkedIn
from data.people.applicants import Person, Spell, Stay
from models.eligibility.context import EvaluationContext
from models.eligibility.day_sets import merged, months_in_all
from models.eligibility.durations import months_before, months_later, nearest, whole_months
from models.eligibility.kleene import Answer, answer, every, some, yes_or_no

Times = list[tuple[date, date]]


def ask_lives_in(condition: LivesIn, context: EvaluationContext, person: Person) -> Answer:
    """Tell whether a person lives in one of the areas now, and has for as long as is asked."""
    now = lives_now(condition.lives_in, context, person)
    if now is Answer.NO or condition.for_months is None:
        return now
    if person.lived_in is None:
        return every([now, Answer.UNKNOWN])
    return every([now, _unbroken(condition, nearest(condition.for_months), context, person)])


def _unbroken(condition: LivesIn, months: int, context: EvaluationContext, person: Person) -> Answer:
    stays = person.lived_in or ()
    surely, perhaps = _stay_times(stays, condition.lives_in, context)
    if not stays:
        return yes_or_no(months_later(context.stated, months) <= context.on)
    if not _reaches(perhaps, context.on):
        return Answer.UNKNOWN
    return answer(_lasts(perhaps, months, context.on), not _lasts(surely, months, context.on))


def _reaches(times: Times, on: date) -> bool:
    return any(since <= on <= until for since, until in merged(times))


def _lasts(times: Times, months: int, on: date) -> bool:
    return any(months_later(since, months) <= on <= until for since, until in merged(times))


def lives_now(areas: tuple[str, ...], context: EvaluationContext, person: Person) -> Answer:
    """Tell whether a person lives in one of the areas now."""
    if person.areas is None:
        return Answer.UNKNOWN
    return some(lies_in(person.areas, area, context) for area in areas)


def lies_in(codes: tuple[str, ...], area: str, context: EvaluationContext) -> Answer:
    """Tell whether a place, given by areas of several levels, lies in an area; of no place at all nothing is known."""
    if any(context.areas.apart(area, code) for code in codes):
        return Answer.NO
    return Answer.YES if any(context.areas.contains(area, code) for code in codes) else Answer.UNKNOWN


def ask_has_lived_in(condition: HasLivedIn, context: EvaluationContext, person: Person) -> Answer:
    """Tell whether a person has lived in one of the areas, for as long in all as is asked."""
    now = lives_now(condition.has_lived_in, context, person)
    if condition.for_months is None:
        past = [_stayed(stay, condition, context) for stay in person.lived_in or ()]
        return some([now, *past, *([Answer.UNKNOWN] if person.lived_in is None else [])])
    if person.lived_in is None:
        return Answer.UNKNOWN
    surely, perhaps = _stay_times(person.lived_in, condition.has_lived_in, context)
    if now is not Answer.NO and not _reaches(perhaps, context.on):
        since = context.stated if not person.lived_in else date.min
        perhaps = [*perhaps, (since, context.on)]
        surely = [*surely, (context.stated, context.on)] if now is Answer.YES else surely
    months, window = condition.for_months, _start_of(condition.within_years, context)
    perhaps, surely = _from(window, perhaps), _from(window, surely)
    return answer(
        months_in_all(perhaps, on=context.on) >= months, months_in_all(surely, on=context.on) < months
    )


def _start_of(within_years: Decimal | None, context: EvaluationContext) -> date:
    """Give the first of the last so many years; without a number of years, the first day there is."""
    return date.min if within_years is None else months_before(context.on, whole_months(within_years))


def _stayed(stay: Stay, condition: HasLivedIn, context: EvaluationContext) -> Answer:
    begun = answer(
        stay.since.earliest <= context.on, stay.since.latest > context.on and stay.since.earliest > date.min
    )
    window = _start_of(condition.within_years, context)
    lately = answer(_longest(stay, context)[1] >= window, _shortest(stay, context)[1] < window)
    inside = some(lies_in((stay.area,), area, context) for area in condition.has_lived_in)
    return every([begun, lately, inside])


def _stay_times(
    stays: Iterable[Stay], areas: tuple[str, ...], context: EvaluationContext
) -> tuple[Times, Times]:
    where = [(stay, some(lies_in((stay.area,), area, context) for area in areas)) for stay in stays]
    surely = [_shortest(stay, context) for stay, inside in where if inside is Answer.YES]
    perhaps = [_longest(stay, context) for stay, inside in where if inside is not Answer.NO]
    return surely, perhaps


def _shortest(time: Stay | Spell, context: EvaluationContext) -> tuple[date, date]:
    until = context.on if time.until is None else min(context.moment(time.until)[0], context.on)
    untold = time.since.earliest == date.min
    return until if untold else context.moment(time.since)[1], until


def _longest(time: Stay | Spell, context: EvaluationContext) -> tuple[date, date]:
    until = context.on if time.until is None else min(context.moment(time.until)[1], context.on)
    return context.moment(time.since)[0], until


def ask_worked_in(condition: WorkedIn, context: EvaluationContext, person: Person) -> Answer:
    """Tell whether a person has worked in one of the trades for as long, as lately and until now as is asked."""
    if person.work is None:
        return Answer.UNKNOWN
    spells = [spell for spell in person.work if spell.trade in condition.worked_in]
    parts = [_worked_long_enough(condition, spells, context)]
    if condition.now:
        parts.append(some(_goes_on(spell, context) for spell in spells))
    return every(parts)


def _worked_long_enough(condition: WorkedIn, spells: list[Spell], context: EvaluationContext) -> Answer:
    window = _start_of(condition.within_years, context)
    surely = _from(window, [_shortest(spell, context) for spell in spells])
    perhaps = _from(window, [_longest(spell, context) for spell in spells])
    if condition.years is None:
        return answer(bool(perhaps), not surely)
    months = Decimal(whole_months(condition.years))
    return answer(
        months_in_all(perhaps, on=context.on) >= months, months_in_all(surely, on=context.on) < months
    )


def _from(window: date, times: Times) -> Times:
    cut = [(max(since, window), until) for since, until in times]
    return [(since, until) for since, until in cut if since <= until]


def _goes_on(spell: Spell, context: EvaluationContext) -> Answer:
    begun = answer(context.moment(spell.since)[0] <= context.on, context.moment(spell.since)[1] > context.on)
    if spell.until is None:
        return begun if spell.since.earliest > date.min else Answer.YES
    first, last = context.moment(spell.until)
    return every([begun, answer(last >= context.on, first < context.on)])
