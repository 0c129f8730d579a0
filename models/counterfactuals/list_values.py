"""Values that the lists of a person may have: places, stays, work, what they get, the people around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, TypeAlias, TypeVar

from data.catalogue.rules import Condition, HasLivedIn, LivesIn, Receives, WorkedIn
from data.people.applicants import Award, Moment, Person, Spell, Stay
from data.places.areas import UK
from models.counterfactuals.variables import Variable, person_of
from models.eligibility.context import EvaluationContext
from models.eligibility.durations import days_later, months_later

LONG: Final = 12 * 90
"""Months that are longer than any rule asks for."""
MOST_COMBINED: Final = 4

_S = TypeVar("_S", Stay, Spell)


PeopleValues: TypeAlias = Callable[[EvaluationContext, Sequence[Condition]], Iterable[tuple[Person, ...]]]


def values_of_list(
    variable: Variable, context: EvaluationContext, conditions: Sequence[Condition], people: PeopleValues
) -> tuple[Any, ...]:
    """List values of a person's list, enough of them to meet every answer that the conditions can give."""
    person = person_of(context.applicant, variable.holder)
    match variable.of:
        case "areas":
            return tuple(dict.fromkeys(_places(person, context, conditions)))
        case "lived_in":
            return tuple(_stays(person, context, conditions))
        case "work":
            return tuple(_work(person, context, conditions))
        case "receives":
            wanted = [frozenset(part.receives) for part in conditions if isinstance(part, Receives)]
            firsts = [frozenset([min(one)]) for one in wanted]
            return tuple(dict.fromkeys([frozenset(), *firsts, frozenset[str]().union(*firsts)]))
        case "awards":
            return tuple(_awards(person))
        case _:
            return tuple(people(context, conditions))


def _named(conditions: Iterable[Condition]) -> list[str]:
    found: dict[str, None] = {}
    for part in conditions:
        match part:
            case LivesIn(lives_in=areas) | HasLivedIn(has_lived_in=areas):
                found.update(dict.fromkeys(areas))
            case _:
                continue
    return list(found)


def _places(
    person: Person, context: EvaluationContext, conditions: Sequence[Condition]
) -> Iterator[tuple[str, ...]]:
    known = person.areas or ()
    named = _named(conditions)
    for code in named:
        if not any(context.areas.apart(code, here) for here in known):
            yield (*known, code)
    elsewhere = _elsewhere(known, named, context)
    if elsewhere is not None:
        yield (*known, elsewhere)


def _elsewhere(known: tuple[str, ...], named: Sequence[str], context: EvaluationContext) -> str | None:
    """Find a place that agrees with what is known of where a person lives, and lies in none of the areas."""
    made_up = [f"{code[:3]}999{digits}" for code in named if len(code) == 9 for digits in ("998", "999")]
    for code in (*UK, *context.areas.names, *made_up):
        agrees = all(not context.areas.apart(code, here) for here in known) and (
            not known or any(context.areas.contains(here, code) for here in known)
        )
        if agrees and context.areas.places(code) and all(context.areas.apart(area, code) for area in named):
            return code
    return None


def _stays(
    person: Person, context: EvaluationContext, conditions: Sequence[Condition]
) -> Iterator[tuple[Stay, ...]]:
    known = person.lived_in
    yield from _settled(known or ())
    if known is None:
        yield ()
    for area in _named(conditions):
        for since, until in _times(context.on):
            yield (*(known or ()), Stay(area, since, until))
    made = [Stay(area, *_times(context.on)[0]) for area in _named(conditions)[:MOST_COMBINED]]
    if known is None and len(made) > 1:
        yield tuple(made)


def _work(
    person: Person, context: EvaluationContext, conditions: Sequence[Condition]
) -> Iterator[tuple[Spell, ...]]:
    known = person.work
    if known is not None:
        yield from _settled(known)
        return
    yield ()
    asked = [part for part in conditions if isinstance(part, WorkedIn)]
    for part in asked:
        for since, until in (*_times(context.on), *_windows(part, context.on)):
            yield (Spell(part.worked_in[0], since, until),)
    if len(asked) > 1:
        yield tuple(Spell(part.worked_in[0], *_times(context.on)[0]) for part in asked[:MOST_COMBINED])


def _times(on: date) -> tuple[tuple[Moment, Moment | None], ...]:
    """List a long time that goes on, one that began today, a long one that has just ended and one of long ago."""
    old, older, yesterday = months_later(on, -LONG), months_later(on, -LONG - 12), days_later(on, -1)
    return (
        (_at(old), None),
        (_at(on), None),
        (_at(old), _at(yesterday)),
        (_at(older), _at(old)),
    )


def _windows(part: WorkedIn, on: date) -> Iterator[tuple[Moment, Moment | None]]:
    if part.within_years is not None:
        start = months_later(on, -int(part.within_years * 12))
        yield _at(months_later(on, -LONG)), _at(days_later(start, 1))


def _at(day: date) -> Moment:
    return Moment(day, day)


def _settled(times: tuple[_S, ...]) -> Iterator[tuple[_S, ...]]:
    """Settle every time of which only the month is known: all as long as can be, or all as short."""
    for longest in (True, False):
        made = []
        for time in times:
            since = time.since.earliest if longest else time.since.latest
            until = None if time.until is None else (time.until.latest if longest else time.until.earliest)
            if until is not None and until < since:
                until = since
            made.append(type(time)(_name(time), _at(since), None if until is None else _at(until)))
        if made:
            yield tuple(made)


def _name(time: Stay | Spell) -> str:
    return time.area if isinstance(time, Stay) else time.trade


def _awards(person: Person) -> Iterator[tuple[Award, ...]]:
    for latest in (True, False):
        made = []
        for award in person.awards or ():
            until = award.until
            ends = None if until is None else _at(until.latest if latest else until.earliest)
            made.append(Award(award.grant_id, _at(award.on.latest if latest else award.on.earliest), ends))
        yield tuple(made)
