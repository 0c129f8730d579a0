"""What a batch of records holds: each read for itself, so that one that cannot be read keeps out no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError

from data.people.applicants import Need
from data.people.events import MOST_PLACES, Chance, Event, Judgement, Name, Standing
from data.people.outcomes import Application, NamedOutcome, Outcome, Result
from serving.refusals import Refusal, refusal_of_message

R = TypeVar("R", bound=BaseModel)

MOST_POUNDS: Final = 1e9
"""No amount of a single award is larger."""


class Sent(BaseModel):
    """A record as a client sends it: a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ApplicationRecord(Sent):
    """An application as a funder or a case system tells it."""

    id: Name
    person: Name = Field(description="A pseudonym; never a name.")
    grant_id: Name
    on: date = Field(description="The day of the application; not in the future.")
    need: Need = Need()
    areas: tuple[Name, ...] = Field(default=(), max_length=20)
    position: int | None = Field(default=None, ge=1, le=MOST_PLACES)
    propensity: float | None = Field(default=None, gt=0, le=1)
    status: Standing | None = Field(default=None, description="The grant's status as it was answered.")
    qualifies: Chance | None = Field(default=None, description="`qualifies.estimate` as it was answered.")
    success: Chance | None = Field(default=None, description="`success.estimate` as it was answered.")

    def as_kept(self) -> Application:
        """The application as the store keeps it."""
        return Application(**{name: getattr(self, name) for name in ApplicationRecord.model_fields})


class OutcomeRecord(Sent):
    """A decision on an application, or a correction of an earlier one."""

    id: Name
    application_id: Name
    result: Result
    decided_on: date = Field(description="Not before the application, and not in the future.")
    amount: float | None = Field(default=None, ge=0, le=MOST_POUNDS, allow_inf_nan=False)
    corrects: Name | None = Field(default=None, description="Id of the outcome that this one replaces.")

    def as_kept(self) -> NamedOutcome:
        """The outcome as the store keeps it."""
        outcome = Outcome(self.application_id, self.result, self.decided_on, self.amount)
        return NamedOutcome(self.id, outcome, self.corrects)


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that cannot be read, under its id where it has one, and why."""

    id: str | None
    refusal: Refusal


def _each(kind: type[R]) -> Callable[[Any], R | Unread]:
    def read(value: Any) -> R | Unread:
        if isinstance(value, kind):
            return value
        try:
            return kind.model_validate_json(json.dumps(value), strict=True)
        except ValidationError as error:
            name = value.get("id") if isinstance(value, dict) else None
            return Unread(name[:200] if isinstance(name, str) else None, refusal_of_message(error))

    return read


Applications = tuple[
    Annotated[
        ApplicationRecord | Unread,
        PlainValidator(_each(ApplicationRecord), json_schema_input_type=ApplicationRecord),
    ],
    ...,
]
Outcomes = tuple[
    Annotated[
        OutcomeRecord | Unread, PlainValidator(_each(OutcomeRecord), json_schema_input_type=OutcomeRecord)
    ],
    ...,
]
Events = tuple[Annotated[Event | Unread, PlainValidator(_each(Event), json_schema_input_type=Event)], ...]
Judgements = tuple[
    Annotated[Judgement | Unread, PlainValidator(_each(Judgement), json_schema_input_type=Judgement)], ...
]
