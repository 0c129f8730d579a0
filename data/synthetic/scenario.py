"""What a made world is drawn from: kinds of people, the things they need and how they say it; all of it data.

A scenario may name facts that a deployment's fact book does not have, and the other way round: what both know
is used, other facts are drawn by their kind and limits.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, TypeAlias

from pydantic import Field, ValidationError

from data.catalogue.codelists import PURPOSES
from data.catalogue.grants import Reason, code_of
from data.catalogue.reading import SAMPLE
from data.catalogue.records import Record
from data.errors import BadData, Problem

SCENARIO: Final = SAMPLE / "scenario.json"
"""The scenario that comes with the project."""

Purpose = Annotated[str, code_of(PURPOSES, "purpose")]
Share = Annotated[float, Field(ge=0, le=1)]
Weights = dict[str, Annotated[float, Field(ge=0)]]


class Fixed(Record):
    """Always the same value."""

    value: bool | float | str | tuple[str, ...]


class Chance(Record):
    """True with a chance."""

    chance: Share


class Weighted(Record):
    """One of several values, or whole numbers, by weight."""

    weights: Weights


class Each(Record):
    """A set: each value is in it with its own chance."""

    each: dict[str, Share]


class Even(Record):
    """A whole number, evenly between two."""

    between: tuple[int, int]


class Spread(Record):
    """A positive number around a median; `spread` is the standard deviation of its logarithm."""

    median: float = Field(gt=0)
    spread: float = Field(ge=0)


class DaysAgo(Record):
    """A day, evenly between so many days before the one on which the person is asked."""

    days_ago: tuple[int, int]


class Derived(Record):
    """A number worked out from other facts: the sum of each times its factor, and a constant."""

    times: dict[str, float]
    plus: float = 0.0


Draw: TypeAlias = Fixed | Chance | Weighted | Each | Even | Spread | DaysAgo | Derived


class Profile(Record):
    """A kind of person: what tends to be true of them and what they tend to need."""

    name: str
    share: float = Field(gt=0)
    facts: dict[str, Draw]
    reasons: dict[Reason, float]
    """Why they apply, by weight."""
    purposes: dict[Purpose, float] = Field(default_factory=dict)
    """How many times more often than others they need something for this purpose."""


class Topic(Record):
    """One kind of thing that people need, in a funder's words and in theirs."""

    name: str
    purpose: Purpose
    words: tuple[str, ...] = Field(min_length=1)
    """Lower-case words by which a grant's own text names it."""
    amount: float = Field(gt=0)
    """Pounds that it typically takes."""
    share: float = Field(gt=0)
    phrases: tuple[str, ...] = Field(min_length=1)
    """What people say instead."""


class Scenario(Record):
    """Everything that people and needs are drawn from."""

    about: str
    profiles: tuple[Profile, ...] = Field(min_length=1)
    defaults: dict[str, Draw]
    """Facts of whoever has no other word on them in their profile."""
    topics: tuple[Topic, ...] = Field(min_length=1)
    reasons: dict[Reason, tuple[str, ...]]
    """What people say of why they are in need."""
    templates: tuple[str, ...] = Field(min_length=1)
    """Sentences with places for {want} and {why}."""

    @cached_property
    def purposes(self) -> tuple[str, ...]:
        """The purposes that topics have, in order."""
        return tuple(sorted({topic.purpose for topic in self.topics}))


def read_scenario(path: Path = SCENARIO) -> Scenario:
    """Read a scenario file; raises BadData with all of its problems."""
    try:
        return Scenario.model_validate(json.loads(path.read_text("utf-8")))
    except ValidationError as error:
        found = [
            Problem(detail["msg"], file=path.name, field=".".join(str(part) for part in detail["loc"]))
            for detail in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise BadData(found) from None
    except ValueError as error:
        raise BadData([Problem(f"expected a JSON object ({error})", file=path.name)]) from error
