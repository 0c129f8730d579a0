"""Values that the lists of a person may have: places, stays, work, what they get, the people around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar

from data.catalogue.facts import SELF
from data.catalogue.rules import Condition, HasLivedIn, LivesIn, Receives, Related, Sum, Table, WorkedIn
from data.people.applicants import Award, Moment, Person, Spell, Stay
from data.places.areas import UK
from models.counterfactuals.variables import Variable, person_of, with_values
from models.eligibility.context import Scene
from models.eligibility.durations import months_later
from models.eligibility.kleene import Answer

LONG: Final = 12 * 90
"""Months that are longer than any rule asks for."""
MOST_COMBINED: Final = 4
MOST_ABOUT_PEOPLE: Final = 8
"""Of more conditions about related people than this, the first are looked at to make up people."""

_S = TypeVar("_S", Stay, Spell)


def values_of_list(variable: Variable, scene: Scene, conditions: Sequence[Condition]) -> tuple[Any, ...]:
    """List values of a person's list, enough of them to meet every answer that the conditions can give."""
    person = person_of(scene.applicant, variable.holder)
    match variable.of:
        case "areas":
            return tuple(dict.fromkeys(_places(person, scene, conditions)))
        case "lived_in":
            return tuple(_stays(person, scene, conditions))
        case "work":
            return tuple(_work(person, scene, conditions))
        case "receives":
            wanted = [frozenset(part.receives) for part in conditions if isinstance(part, Receives)]
            firsts = [frozenset([min(one)]) for one in wanted]
            return tuple(dict.fromkeys([frozenset(), *firsts, frozenset[str]().union(*firsts)]))
        case "awards":
            return tuple(_awards(person))
        case _:
            return tuple(_people(scene, conditions))


def _named(conditions: Iterable[Condition]) -> list[str]:
    found: dict[str, None] = {}
    for part in conditions:
        match part:
            case LivesIn(lives_in=areas) | HasLivedIn(has_lived_in=areas):
                found.update(dict.fromkeys(areas))
            case _:
                continue
    return list(found)


def _places(person: Person, scene: Scene, conditions: Sequence[Condition]) -> Iterator[tuple[str, ...]]:
    known = person.areas or ()
    named = _named(conditions)
    for code in named:
        if not any(scene.areas.apart(code, here) for here in known):
            yield (*known, code)
    elsewhere = _elsewhere(known, named, scene)
    if elsewhere is not None:
        yield (*known, elsewhere)


def _elsewhere(known: tuple[str, ...], named: Sequence[str], scene: Scene) -> str | None:
    """Find a place that agrees with what is known of where a person lives, and lies in none of the areas."""
    made_up = [f"{code[:3]}999{digits}" for code in named if len(code) == 9 for digits in ("998", "999")]
    for code in (*UK, *scene.areas.names, *made_up):
        agrees = all(not scene.areas.apart(code, here) for here in known) and (
            not known or any(scene.areas.contains(here, code) for here in known)
        )
        if agrees and scene.areas.places(code) and all(scene.areas.apart(area, code) for area in named):
            return code
    return None


def _stays(person: Person, scene: Scene, conditions: Sequence[Condition]) -> Iterator[tuple[Stay, ...]]:
    known = person.lived_in
    yield from _settled(known or ())
    if known is None:
        yield ()
    for area in _named(conditions):
        for since, until in _times(scene.on):
            yield (*(known or ()), Stay(area, since, until))
    made = [Stay(area, *_times(scene.on)[0]) for area in _named(conditions)[:MOST_COMBINED]]
    if known is None and len(made) > 1:
        yield tuple(made)


def _work(person: Person, scene: Scene, conditions: Sequence[Condition]) -> Iterator[tuple[Spell, ...]]:
    known = person.work
    if known is not None:
        yield from _settled(known)
        return
    yield ()
    asked = [part for part in conditions if isinstance(part, WorkedIn)]
    for part in asked:
        for since, until in (*_times(scene.on), *_windows(part, scene.on)):
            yield (Spell(part.worked_in[0], since, until),)
    if len(asked) > 1:
        yield tuple(Spell(part.worked_in[0], *_times(scene.on)[0]) for part in asked[:MOST_COMBINED])


def _times(on: date) -> tuple[tuple[Moment, Moment | None], ...]:
    """List a long time that goes on, one that began today, a long one that has just ended and one of long ago."""
    old, older, yesterday = months_later(on, -LONG), months_later(on, -LONG - 12), on - timedelta(days=1)
    return (
        (_at(old), None),
        (_at(on), None),
        (_at(old), _at(yesterday)),
        (_at(older), _at(old)),
    )


def _windows(part: WorkedIn, on: date) -> Iterator[tuple[Moment, Moment | None]]:
    if part.within_years is not None:
        start = months_later(on, -int(part.within_years * 12))
        yield _at(months_later(on, -LONG)), _at(start + timedelta(days=1))


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


def _people(scene: Scene, conditions: Sequence[Condition]) -> Iterator[tuple[Person, ...]]:
    """List people that may be around an applicant: none, for each condition such as meet it and such as do not."""
    yield ()
    everybody: list[Person] = []
    about = list(dict.fromkeys(part for part in conditions if isinstance(part, Related | Sum)))
    for part in about[:MOST_ABOUT_PEOPLE]:
        relations = part.related if isinstance(part, Related) else part.over
        relation = next(iter(sorted(scene.book.relations_meant(relations) - {SELF})), None)
        if relation is None:
            continue
        made = list(
            _summed(part, relation, scene) if isinstance(part, Sum) else _asked_about(part, relation, scene)
        )
        yield from made
        everybody += made[0] if made else ()
    if everybody:
        yield tuple(everybody)


def _asked_about(part: Related, relation: str, scene: Scene) -> Iterator[tuple[Person, ...]]:
    """Make up people of whom what is asked is so, and people of whom it is not."""
    count = max(part.at_least or 1, 1)
    if part.condition is None:
        yield (Person(relation=relation),) * count
        return
    for wanted in (Answer.YES, Answer.NO):
        person = _who_makes_it(wanted, part.condition, relation, scene)
        if person is not None:
            yield (person,) * count


def _summed(part: Sum, relation: str, scene: Scene) -> Iterator[tuple[Person, ...]]:
    """Make up people whose share brings a sum to its limits, and beyond."""
    someone = (
        Person(relation=relation)
        if part.where is None
        else _who_makes_it(Answer.YES, part.where, relation, scene)
    )
    if someone is None:
        return
    least, most = scene.book.facts[part.sum].limits
    limits = [bound for bound in part.limits.values() if isinstance(bound, Decimal)]
    limits += [
        value for bound in part.limits.values() if isinstance(bound, Table) for value in bound.rows.values()
    ]
    for value in (
        sorted({limit + step for limit in limits for step in (-1, 0, 1)}) if someone is not None else ()
    ):
        if (least is None or value >= least) and (most is None or value <= most):
            yield (replace(someone, facts={**someone.facts, part.sum: value}),)


def _who_makes_it(wanted: Answer, condition: Condition, relation: str, scene: Scene) -> Person | None:
    """Make up a person of a relation for whom a condition is answered as wanted."""
    from models.counterfactuals.implicants import settle

    stranger = with_values(scene, {Variable(0, "related"): (Person(relation=relation),)})
    found = settle(condition, stranger, 1, wanted)
    return None if found is None else person_of(with_values(stranger, found).applicant, 1)
