"""What a grant is: an offer by a funder, with a window, a route and the rules it asks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from data.catalogue.bounds import Count, Day
from data.catalogue.codelists import PURPOSES, REASONS
from data.catalogue.records import Record
from data.catalogue.rules import EligibilityRule

Route = Literal["self", "adviser", "referral"]


def _code_of(codes: dict[str, str], kind: str) -> BeforeValidator:
    def check(value: Any) -> Any:
        if isinstance(value, str) and value not in codes:
            raise ValueError(f"{value!r} is not a 360Giving {kind} code; expected one of {', '.join(codes)}")
        return value

    return BeforeValidator(check)


Purpose = Annotated[str, _code_of(PURPOSES, "purpose")]
Reason = Annotated[str, _code_of(REASONS, "reason")]


class Funder(Record):
    """Who gives: a charity, a council, a department."""

    name: str = ""
    id: str | None = None
    """An organisation identifier such as GB-CHC-210169."""


class Amount(Record):
    """How much is given, in whole currency units."""

    min: Decimal | None = Field(default=None, ge=0)
    max: Decimal | None = Field(default=None, ge=0)
    currency: str = "GBP"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"the minimum {self.min} is above the maximum {self.max}")
        return self


class Window(Record):
    """When applications are taken: both days inclusive, in Europe/London; an open end has no limit."""

    opens: Day | None = None
    closes: Day | None = None
    paused: StrictBool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens is not None and self.closes is not None and self.opens > self.closes:
            raise ValueError(f"opens {self.opens} is after closes {self.closes}")
        return self

    def includes(self, day: date) -> bool:
        """Tell whether a day lies between the first and the last day, paused or not."""
        return (self.opens is None or self.opens <= day) and (self.closes is None or day <= self.closes)

    def is_open(self, day: date) -> bool:
        """Tell whether applications are taken on a day."""
        return not self.paused and self.includes(day)


def _as_list(value: Any) -> Any:
    if value is None:
        return ()
    return (value,) if isinstance(value, dict | Window) else value


class Repeat(Record):
    """How long after an award the same grant can be had again."""

    months_between_awards: Count


class Grant(Record):
    """One offer of money or goods to a person, with the rules that decide who may have it."""

    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    rules: tuple[EligibilityRule, ...]
    funder: Funder | None = None
    summary: str = ""
    purposes: tuple[Purpose, ...] = ()
    reasons: tuple[Reason, ...] = ()
    amount: Amount | None = None
    route: Route = "self"
    windows: Annotated[tuple[Window, ...], BeforeValidator(_as_list)] = Field(default=(), alias="window")
    """In the file one object or a list of them; none stated is open at any time."""
    repeat: Repeat | None = None
    excluded_purposes: tuple[Purpose, ...] = ()
    source: str | None = None
    checked_on: Day | None = None
