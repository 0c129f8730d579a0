"""Splits by time, never by row: each period knows only what had been decided by its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data.errors import BadExperiment
from data.people.outcomes import Application, Outcome
from training.config import Split

Decided = tuple[Application, Outcome]


@dataclass(frozen=True, slots=True)
class Period:
    """Applications made from `start` until the day before `end`, as far as decided before `end`."""

    name: str
    start: date
    end: date
    settle_days: int = 0
    """Days before `end` in which applications do not count, since slow decisions are missing there."""

    @property
    def last(self) -> date:
        """The last day on which an application of the period is made."""
        return self.end - timedelta(days=self.settle_days + 1)

    def as_dict(self) -> dict[str, str]:
        """The first and the last day of its applications, and the last day on which they may be decided."""
        decided = self.end - timedelta(days=1)
        return {
            "start": self.start.isoformat(),
            "end": self.last.isoformat(),
            "decided_until": decided.isoformat(),
        }

    def holds(self, application: Application, outcome: Outcome) -> bool:
        """Tell whether a decided application belongs to the period."""
        return self.start <= application.on <= self.last and outcome.decided_on < self.end


@dataclass(frozen=True, slots=True)
class Periods:
    """One after the other: learn, choose, calibrate, measure; `refit` is learn and choose together."""

    train: Period
    validate: Period
    refit: Period
    calibrate: Period
    test: Period

    def use(self, application: Application, outcome: Outcome) -> bool:
        """Tell whether a decided application belongs to any period; `refit` holds all of `train` and `validate`."""
        return any(period.holds(application, outcome) for period in (self.refit, self.calibrate, self.test))


def split_by_time(decided: Sequence[Decided], split: Split, *, until: date) -> Periods:
    """Cut the days so that each period gets its share of the applications; a day is never divided.

    Raises BadExperiment where a period would hold nothing that was decided.
    """
    days = sorted(application.on for application, _ in decided)
    if not days:
        raise BadExperiment("there are no decided applications to learn from")

    def day_at(share: float) -> date:
        return days[min(len(days) - 1, int(share * len(days)))]

    first, last = days[0], until + timedelta(days=1)
    chosen = day_at(split.train)
    calibrated = day_at(split.train + split.validate_)
    tested = day_at(split.train + split.validate_ + split.calibrate)
    settle = split.settle_days
    periods = Periods(
        Period("train", first, chosen, settle),
        Period("validate", chosen, calibrated, settle),
        Period("refit", first, calibrated, settle),
        Period("calibrate", calibrated, tested, settle),
        Period("test", tested, last, settle),
    )
    for period in (periods.train, periods.validate, periods.calibrate, periods.test):
        if not any(period.holds(application, outcome) for application, outcome in decided):
            raise BadExperiment(
                f"the {period.name} period, {period.start} to {period.last}, holds no settled decision; "
                f"bring more history or a smaller settle_days than {settle}"
            )
    return periods
