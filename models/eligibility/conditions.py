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
    Sum,
    Within,
    WorkedIn,
)
from data.people.applicants import Applicant, Award, Between, PartSet, Person, Silence, Statement
from data.places.areas import AreaTree
from models.eligibility.bound_values import within
from models.eligibility.context import Scene
from models.eligibility.date_distance import ask_ago
from models.eligibility.intervals import INFINITY, Span
from models.eligibility.kleene import Answer, answer, at_least, every, some, yes_or_no
from models.eligibility.related_people import ask_related, ask_sum
from models.eligibility.residence_and_work import ask_has_lived_in, ask_lives_in, ask_worked_in


def evaluation_context(applicant: Applicant, book: FactBook, areas: AreaTree, *, on: date) -> Scene:
    """Give the context in which an applicant is judged on the day on which the facts were stated."""
    return Scene(applicant, book, areas, on, on, ask)


def ask(condition: Condition, scene: Scene, person: Person | None = None) -> Answer:
    """Ask a condition of the applicant, or of a related person."""
    who = scene.applicant if person is None else person
    key = (id(condition), id(who))
    before = scene.asked.get(key)
    if before is not None:
        return before[2]
    found = MEANINGS[type(condition)](condition, scene, who)
    scene.asked[key] = (condition, who, found)
    return found


def _ask_all_of(condition: AllOf, scene: Scene, who: Person) -> Answer:
    return every(ask(part, scene, who) for part in condition.all_of)


def _ask_any_of(condition: AnyOf, scene: Scene, who: Person) -> Answer:
    return some(ask(part, scene, who) for part in condition.any_of)


def _ask_at_least(condition: AtLeast, scene: Scene, who: Person) -> Answer:
    return at_least(condition.at_least, [ask(part, scene, who) for part in condition.of])


def _ask_is(condition: Is, scene: Scene, person: Person) -> Answer:
    return _ask_one_of((condition.value,), scene.statement(person, condition.fact), scene)


def _ask_shares(condition: OneOf, scene: Scene, person: Person) -> Answer:
    return _ask_one_of(condition.one_of, scene.statement(person, condition.fact), scene)


def _ask_shares_none(condition: NoneOf, scene: Scene, person: Person) -> Answer:
    return _ask_one_of(condition.none_of, scene.statement(person, condition.fact), scene).mirrored()


def _ask_one_of(
    values: tuple[bool | Decimal | str, ...], statement: Statement | None, scene: Scene
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
            possible = {value for value in values if _may_be(statement, value, scene)}
            return answer(bool(possible), len(possible) != _how_many(statement, scene))
        case date():
            return yes_or_no(statement.isoformat() in values)
        case bool():
            return yes_or_no(any(value is statement for value in values))
        case _:
            return yes_or_no(any(not isinstance(value, bool) and value == statement for value in values))


def _may_be(statement: Between, value: bool | Decimal | str, scene: Scene) -> bool:
    if isinstance(value, Decimal):
        low = statement.low if isinstance(statement.low, Decimal) else -INFINITY
        high = statement.high if isinstance(statement.high, Decimal) else INFINITY
        return Span(low, high, statement.low_open, statement.high_open).holds(value)
    days = scene.days(statement)
    return days is not None and isinstance(value, str) and days[0] <= date.fromisoformat(value) <= days[1]


def _how_many(statement: Between, scene: Scene) -> int | None:
    """Count the days that a date may be; None for numbers, which may be fractions."""
    days = scene.days(statement)
    return (
        (days[1] - days[0]).days + 1 if days and isinstance(statement.low or statement.high, date) else None
    )


def _ask_within(condition: Within, scene: Scene, person: Person) -> Answer:
    if scene.book.facts[condition.fact].kind == "date":
        return _ask_day_within(condition, scene, person)
    number = scene.number(person, condition.fact)
    if number is Silence.NOT_APPLICABLE:
        return Answer.NO
    if not isinstance(number, Span):
        return Answer.UNKNOWN
    return within(number, condition.limits, scene, person)


def _ask_day_within(condition: Within, scene: Scene, person: Person) -> Answer:
    statement = scene.statement(person, condition.fact)
    if statement is Silence.NOT_APPLICABLE:
        return Answer.NO
    days = scene.days(statement)
    if days is None:
        return Answer.UNKNOWN
    limits = {
        name: Decimal(bound.toordinal())
        for name, bound in condition.limits.items()
        if isinstance(bound, date)
    }
    ordinals = Span(Decimal(days[0].toordinal()), Decimal(days[1].toordinal()))
    return within(ordinals, limits, scene, person)


def _ask_receives(condition: Receives, scene: Scene, person: Person) -> Answer:
    wanted = frozenset(condition.receives)
    if person.receives is not None and wanted & person.receives:
        return Answer.YES
    lasting = [found for _, found in lasting_awards(wanted, person.awards or (), scene)]
    if person.receives is None:
        lasting.append(Answer.UNKNOWN)
    return some(lasting)


def lasting_awards(
    wanted: frozenset[str], awards: tuple[Award, ...], scene: Scene
) -> Iterator[tuple[str, Answer]]:
    """Yield for every award of these grants whether it has begun and not ended."""
    for award in awards:
        if award.grant_id in wanted:
            begun = scene.moment(award.on)
            ends = scene.moment(award.until if award.until is not None else award.on)
            not_over = answer(ends[1] >= scene.on, ends[0] < scene.on)
            yield award.grant_id, every([answer(begun[0] <= scene.on, begun[1] > scene.on), not_over])


MEANINGS: Final[Mapping[type[object], Callable[[Any, Scene, Person], Answer]]] = {
    AllOf: _ask_all_of,
    AnyOf: _ask_any_of,
    AtLeast: _ask_at_least,
    Not: lambda condition, scene, who: ask(condition.condition, scene, who).mirrored(),
    OfApplicant: lambda condition, scene, _: ask(condition.applicant, scene, scene.applicant),
    Discretion: lambda _, scene, __: scene.discretion,
    Related: ask_related,
    Is: _ask_is,
    OneOf: _ask_shares,
    NoneOf: _ask_shares_none,
    Within: _ask_within,
    Ago: ask_ago,
    Sum: ask_sum,
    LivesIn: ask_lives_in,
    HasLivedIn: ask_has_lived_in,
    WorkedIn: ask_worked_in,
    Receives: _ask_receives,
}
"""What each form of condition means: looked up, which is quicker than to try one class after another."""
