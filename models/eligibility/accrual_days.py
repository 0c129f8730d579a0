"""The days on which a total of months, lived or worked, reaches or loses its limit: found by halving."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from data.catalogue.rules import (
    HasLivedIn,
    WorkedIn,
)
from data.people.applicants import Person, Spell, Stay
from models.eligibility.conditions import ask
from models.eligibility.context import BoundChoice, EvaluationContext
from models.eligibility.durations import days_later, months_later, whole_months
from models.eligibility.kleene import Answer

BOUND_CHOICES: Final[tuple[BoundChoice, ...]] = ("none", "early", "late")


def end_days(times: Iterable[Stay | Spell]) -> Iterator[date]:
    """Yield the days after those on which a time may end."""
    for time in times:
        if time.until is not None:
            yield from (days_later(day, 1) for day in (time.until.earliest, time.until.latest))


def accrual_days(
    leaf: HasLivedIn | WorkedIn,
    context: EvaluationContext,
    person: Person,
    months: int,
    moves: Iterable[date],
) -> Iterator[date]:
    """Find by halving every day on which a total turns; between two of the `moves` it goes one way only."""
    begun = [time.since.latest for time in (person.work or ()) + (person.lived_in or ())]
    moved = sorted({day.toordinal() for day in moves if day > context.on})
    yield from map(date.fromordinal, moved)
    starts = [context.on.toordinal(), *moved]
    last = months_later(max([context.on, *begun]), months + 1).toordinal()
    stretches = list(zip(starts, [*(day - 1 for day in moved), max(last, starts[-1])], strict=True))
    for bound_choice in BOUND_CHOICES:
        told = _Told(leaf, context, person, bound_choice)
        for first, end in stretches:
            yield from map(date.fromordinal, _turns(told, first, end))


@dataclass(frozen=True)
class _Told:
    """The answers to a leaf on later days, each asked once."""

    leaf: HasLivedIn | WorkedIn
    context: EvaluationContext
    person: Person
    bound_choice: BoundChoice
    known: dict[int, Answer] = field(default_factory=dict)

    def on(self, day: int) -> Answer:
        """The answer on a day, an ordinal."""
        if day not in self.known:
            later = self.context.later(date.fromordinal(day), self.bound_choice)
            self.known[day] = ask(self.leaf, later, self.person)
        return self.known[day]


def _turns(told: _Told, low: int, high: int) -> Iterator[int]:
    """Yield the days from `low` to `high` on which an answer turns that only gets better, or only worse."""
    while told.on(low) is not told.on(high):
        first, last = low, high
        while first + 1 < last:
            middle = (first + last) // 2
            first, last = (middle, last) if told.on(middle) is told.on(low) else (first, middle)
        yield last
        low = last


def window_days(leaf: HasLivedIn | WorkedIn, person: Person) -> Iterator[date]:
    """Yield the days on which a time enters or leaves the last years that a leaf looks back on."""
    if leaf.within_years is None:
        return
    months = whole_months(leaf.within_years)
    times = person.work if isinstance(leaf, WorkedIn) else person.lived_in
    for time in times or ():
        ends = [time.since, *(() if time.until is None else (time.until,))]
        for day in (day for moment in ends for day in (moment.earliest, moment.latest)):
            yield from (months_later(day, months), days_later(months_later(day, months), 1))
