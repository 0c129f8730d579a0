"""What people were shown and did, and what partners judged: the messages that the store keeps.

An event has no place for a fact about a person, so no special-category fact can be stored with one. What may be
echoed of an answer is a grant's status and its two chances at its place, never what they were made from.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

NAME_LENGTH: Final = 200
"""Most characters of an id or a pseudonym."""
Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH, pattern=r"^[^\x00]*$")]
"""An id or a pseudonym; no database keeps a NUL character."""
MOST_PLACES: Final = 1_000_000
"""No list is longer."""
Standing = Literal["not_eligible", "not_now", "needs_info", "discretionary", "eligible"]
"""What a grant was for a person when it was shown: a status without its reasons."""
Chance = Annotated[float, Field(ge=0, le=1)]


class Kind(StrEnum):
    """What happened to a list of grants, or to one grant on it."""

    SHOWN = "shown"
    OPENED = "opened"
    APPLIED = "applied"


class Placement(BaseModel):
    """Where a grant stood on a list, and the logged chance that it stood there."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    grant_id: Name
    position: int = Field(ge=1, le=MOST_PLACES)
    """Place on the list, counted from 1."""
    propensity: float | None = Field(default=None, gt=0, le=1)
    """Chance, above 0 to 1; None when it was not logged."""
    status: Standing | None = None
    qualifies: Chance | None = None
    """How likely the person was to qualify, as told."""
    success: Chance | None = None
    """The chance of an award as told; None where none was."""


class Event(BaseModel):
    """What happened to an answer of ours: it was shown, or one grant of it was opened or applied for."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: Name
    kind: Kind
    response_id: Name
    placements: tuple[Placement, ...] = Field(min_length=1, max_length=500)
    at: AwareDatetime
    person: Name | None = None
    """A pseudonym; None for someone who is not to be followed."""

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.kind is not Kind.SHOWN and len(self.placements) != 1:
            raise ValueError("an opened or applied event is about exactly one grant")
        if len({placement.grant_id for placement in self.placements}) != len(self.placements):
            raise ValueError("a grant stands twice on the same list")
        return self


class Judgement(BaseModel):
    """A partner's opinion of how well a grant fits a described situation."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: Name
    partner: Name
    """A pseudonym."""
    situation_id: Name
    grant_id: Name
    grade: int = Field(ge=0, le=3)
    """0 does not fit, 1 a little, 2 well, 3 exactly."""
    words: str = Field(default="", max_length=4000, pattern=r"^[^\x00]*$")
    on: date


def utc(moment: datetime) -> str:
    """Write a moment as UTC text of fixed width, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
