"""What people applied for and what came of it: the history that the ranking learns from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.people.applicants import Need
from data.people.events import Standing


class Result(StrEnum):
    """What came of an application; only awarded and declined are decisions."""

    AWARDED = "awarded"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    PENDING = "pending"


DECIDED = frozenset({Result.AWARDED, Result.DECLINED})


@dataclass(frozen=True, slots=True)
class Application:
    """One person's application to one grant, and the list it was made from where that is known."""

    id: str
    person: str
    """A pseudonym; never a name."""
    grant_id: str
    on: date
    need: Need
    areas: tuple[str, ...] = ()
    position: int | None = None
    """Place in the list it was applied from, counted from 1."""
    propensity: float | None = None
    """Logged chance, above 0 to 1, that the grant was seen where it stood."""
    status: Standing | None = None
    """What the grant was for the person when it was shown."""
    qualifies: float | None = None
    """How likely the person was to qualify, 0 to 1, as told."""
    success: float | None = None
    """The chance of an award, 0 to 1, as told."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a funder decided about an application, and on which day."""

    application_id: str
    result: Result
    decided_on: date
    amount: float | None = None
    """Pounds awarded."""


@dataclass(frozen=True, slots=True)
class NamedOutcome:
    """An outcome under its id; one that `corrects` another replaces it, and both stay kept."""

    id: str
    outcome: Outcome
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Applications and outcomes as they were logged."""

    applications: tuple[Application, ...]
    outcomes: tuple[Outcome, ...]

    def decided(self, *, before: date) -> Iterator[tuple[Application, Outcome]]:
        """Give each application awarded or declined on a day earlier than `before`, oldest decision first."""
        by_id = {application.id: application for application in self.applications}
        known = (o for o in self.outcomes if o.decided_on < before and o.result in DECIDED)
        for outcome in sorted(known, key=lambda o: (o.decided_on, o.application_id)):
            application = by_id.get(outcome.application_id)
            if application is not None:
                yield application, outcome
