"""Conditions about time: how long ago a day was, how long somebody has lived or worked somewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from data.catalogue.rules import HasLivedIn, LivesIn, WorkedIn
from data.people.applicants import Person, Spell, Stay
from models.eligibility.context import Scene
from models.eligibility.day_sets import merged, months_in_all
from models.eligibility.durations import months_before, months_later, nearest, whole_months
from models.eligibility.kleene import Answer, answer, every, some, yes_or_no

Times = list[tuple[date, date]]


def ask_lives_in(condition: LivesIn, scene: Scene, person: Person) -> Answer:
    """Tell whether a person lives in one of the areas now, and has for as long as is asked."""
    now = lives_now(condition.lives_in, scene, person)
    if now is Answer.NO or condition.for_months is None:
        return now
    if person.lived_in is None:
        return every([now, Answer.UNKNOWN])
    return every([now, _unbroken(condition, nearest(condition.for_months), scene, person)])


def _unbroken(condition: LivesIn, months: int, scene: Scene, person: Person) -> Answer:
    stays = person.lived_in or ()
    surely, perhaps = _stay_times(stays, condition.lives_in, scene)
    if not stays:
        return yes_or_no(months_later(scene.stated, months) <= scene.on)
    if not _reaches(perhaps, scene.on):
        return Answer.UNKNOWN
    return answer(_lasts(perhaps, months, scene.on), not _lasts(surely, months, scene.on))


def _reaches(times: Times, on: date) -> bool:
    return any(since <= on <= until for since, until in merged(times))


def _lasts(times: Times, months: int, on: date) -> bool:
    return any(months_later(since, months) <= on <= until for since, until in merged(times))


def lives_now(areas: tuple[str, ...], scene: Scene, person: Person) -> Answer:
    """Tell whether a person lives in one of the areas now."""
    if person.areas is None:
        return Answer.UNKNOWN
    return some(lies_in(person.areas, area, scene) for area in areas)


def lies_in(codes: tuple[str, ...], area: str, scene: Scene) -> Answer:
    """Tell whether a place, given by areas of several levels, lies in an area."""
    if not codes or any(scene.areas.apart(area, code) for code in codes):
        return Answer.NO
    return Answer.YES if any(scene.areas.contains(area, code) for code in codes) else Answer.UNKNOWN


def ask_has_lived_in(condition: HasLivedIn, scene: Scene, person: Person) -> Answer:
    """Tell whether a person has lived in one of the areas, for as long in all as is asked."""
    now = lives_now(condition.has_lived_in, scene, person)
    if condition.for_months is None:
        past = [_stayed(stay, condition.has_lived_in, scene) for stay in person.lived_in or ()]
        return some([now, *past, *([Answer.UNKNOWN] if person.lived_in is None else [])])
    if person.lived_in is None:
        return Answer.UNKNOWN
    surely, perhaps = _stay_times(person.lived_in, condition.has_lived_in, scene)
    if now is not Answer.NO and not _reaches(perhaps, scene.on):
        since = scene.stated if not person.lived_in else date.min
        perhaps = [*perhaps, (since, scene.on)]
        surely = [*surely, (scene.stated, scene.on)] if now is Answer.YES else surely
    months = condition.for_months
    return answer(months_in_all(perhaps, on=scene.on) >= months, months_in_all(surely, on=scene.on) < months)


def _stayed(stay: Stay, areas: tuple[str, ...], scene: Scene) -> Answer:
    begun = answer(
        stay.since.earliest <= scene.on, stay.since.latest > scene.on and stay.since.earliest > date.min
    )
    return every([begun, some(lies_in((stay.area,), area, scene) for area in areas)])


def _stay_times(stays: Iterable[Stay], areas: tuple[str, ...], scene: Scene) -> tuple[Times, Times]:
    where = [(stay, some(lies_in((stay.area,), area, scene) for area in areas)) for stay in stays]
    surely = [_shortest(stay, scene) for stay, inside in where if inside is Answer.YES]
    perhaps = [_longest(stay, scene) for stay, inside in where if inside is not Answer.NO]
    return surely, perhaps


def _shortest(time: Stay | Spell, scene: Scene) -> tuple[date, date]:
    until = scene.on if time.until is None else min(scene.moment(time.until)[0], scene.on)
    untold = time.since.earliest == date.min
    return until if untold else scene.moment(time.since)[1], until


def _longest(time: Stay | Spell, scene: Scene) -> tuple[date, date]:
    until = scene.on if time.until is None else min(scene.moment(time.until)[1], scene.on)
    return scene.moment(time.since)[0], until


def ask_worked_in(condition: WorkedIn, scene: Scene, person: Person) -> Answer:
    """Tell whether a person has worked in one of the trades for as long, as lately and until now as is asked."""
    if person.work is None:
        return Answer.UNKNOWN
    spells = [spell for spell in person.work if spell.trade in condition.worked_in]
    parts = [_worked_long_enough(condition, spells, scene)]
    if condition.now:
        parts.append(some(_goes_on(spell, scene) for spell in spells))
    return every(parts)


def _worked_long_enough(condition: WorkedIn, spells: list[Spell], scene: Scene) -> Answer:
    window = date.min
    if condition.within_years is not None:
        window = months_before(scene.on, whole_months(condition.within_years))
    surely = _from(window, [_shortest(spell, scene) for spell in spells])
    perhaps = _from(window, [_longest(spell, scene) for spell in spells])
    if condition.years is None:
        return answer(bool(perhaps), not surely)
    months = Decimal(whole_months(condition.years))
    return answer(months_in_all(perhaps, on=scene.on) >= months, months_in_all(surely, on=scene.on) < months)


def _from(window: date, times: Times) -> Times:
    cut = [(max(since, window), until) for since, until in times]
    return [(since, until) for since, until in cut if since <= until]


def _goes_on(spell: Spell, scene: Scene) -> Answer:
    begun = answer(scene.moment(spell.since)[0] <= scene.on, scene.moment(spell.since)[1] > scene.on)
    if spell.until is None:
        return begun if spell.since.earliest > date.min else Answer.YES
    first, last = scene.moment(spell.until)
    return every([begun, answer(last >= scene.on, first < scene.on)])
