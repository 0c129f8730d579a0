"""Decisions that cannot be learned from, each counted under its reason: no row of a history vanishes silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from data.catalogue.grants import Grant
from data.errors import BadExperiment
from data.people.outcomes import DECIDED, Result
from training.source import Source
from training.split import Decided

NAMED: Final = 5
"""Unknown grants that a sentence names."""


@dataclass(frozen=True)
class LeftOut:
    """How many decisions there are, how many of them nothing can be learned from, and how many are not used."""

    decisions: int
    unknown_grants: Mapping[str, int] = field(default_factory=dict)
    """Id of a grant that the catalogue does not have → its decisions."""
    before_application: int = 0
    """Dated earlier than the application that they decide."""
    without_application: int = 0
    later: int = 0
    """Dated after the last day that is learned from; they are not lost, but not used yet."""
    between_periods: int = 0
    """Of use, but in no period: its last `settle_days`, or decided after its end. They count as known history."""

    @property
    def lost(self) -> int:
        """Decisions that were of use to nobody."""
        return sum(self.unknown_grants.values()) + self.before_application + self.without_application

    @property
    def share(self) -> float:
        """Lost decisions as a share of all, 0 to 1."""
        return self.lost / self.decisions if self.decisions else 0.0

    def as_dict(self) -> dict[str, Any]:
        """The counts as plain JSON-ready data."""
        return {
            "decisions": self.decisions,
            "unknown_grants": dict(self.unknown_grants),
            "before_application": self.before_application,
            "without_application": self.without_application,
            "later": self.later,
            "between_periods": self.between_periods,
        }

    def in_words(self) -> Iterator[str]:
        """Say what was left out, a sentence a reason."""
        yield from self.of_no_use()
        yield from self.not_used()

    def of_no_use(self) -> Iterator[str]:
        """Say what was lost, a sentence a reason."""
        if self.unknown_grants:
            most = sorted(self.unknown_grants, key=lambda name: (-self.unknown_grants[name], name))
            named = ", ".join(most[:NAMED]) + (" and others" if len(most) > NAMED else "")
            yield (
                f"{_decisions(sum(self.unknown_grants.values()))} about grants that the catalogue does not have "
                f"({named}); a grant that was renamed names its old id under `was`"
            )
        if self.before_application:
            yield f"{_decisions(self.before_application)} dated before the application"
        if self.without_application:
            yield f"{_decisions(self.without_application)} about no application that is kept"

    def not_used(self) -> Iterator[str]:
        """Say what is of use, and yet is not fitted to or measured on, a sentence a reason."""
        if self.later:
            yield f"{_decisions(self.later)} dated after the last day that is learned from, to be used later"
        if self.between_periods:
            yield (
                f"{_decisions(self.between_periods)} left between the periods (`settle_days`), so that nothing leaks: "
                "they count as known history, and nothing is fitted to them or measured on them"
            )


def _decisions(count: int) -> str:
    return "1 decision is" if count == 1 else f"{count} decisions are"


def places_of(grants: Sequence[Grant]) -> dict[str, int]:
    """Give the place in the catalogue of each grant's id, and of the ids that it had before."""
    now = {grant.id: row for row, grant in enumerate(grants)}
    before = {old: row for row, grant in enumerate(grants) for old in grant.was}
    return {**before, **now}


def usable(source: Source, places: Mapping[str, int]) -> tuple[tuple[Decided, ...], LeftOut]:
    """Give the decisions that can be learned from, oldest first, and what was left out.

    Raises BadExperiment where there are none, or where all of them say the same.
    """
    known = {application.id for application in source.history.applications}
    kept, unknown, early = [], Counter[str](), 0
    decided = [outcome for outcome in source.history.outcomes if outcome.result in DECIDED]
    for application, outcome in source.history.decided(before=source.after):
        if application.grant_id not in places:
            unknown[application.grant_id] += 1
        elif outcome.decided_on < application.on:
            early += 1
        else:
            kept.append((application, outcome))
    homeless = sum(outcome.application_id not in known for outcome in decided)
    found = LeftOut(len(decided), dict(unknown), early, homeless, source.later)
    _check(kept, found, source)
    return tuple(kept), found


def _check(kept: Sequence[Decided], found: LeftOut, source: Source) -> None:
    said = "".join(f"\n  {line}" for line in found.in_words())
    if not kept:
        raise BadExperiment(f"there is no decision up to {source.until} to learn from{said}")
    results = {outcome.result for _, outcome in kept}
    if len(results) == 1:
        same = "awards" if Result.AWARDED in results else "refusals"
        other = "refusals" if same == "awards" else "awards"
        raise BadExperiment(
            f"all {len(kept)} decisions are {same}: what is never otherwise tells nothing; bring {other} too{said}"
        )
