"""What a grant is: an offer by a funder, with a window, a route and the rules it asks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from data.catalogue.bounds import Count, Day, Names
from data.catalogue.codelists import REASONS
from data.catalogue.records import Record
from data.catalogue.rules import EligibilityRule
from data.places.areas import Tier

Route = Literal["self", "adviser", "referral", "automatic"]
"""Who asks for it; what is `automatic` comes without being asked for."""


def code_of(codes: dict[str, str], kind: str) -> BeforeValidator:
    """Take nothing but the codes of one of 360Giving's lists."""

    def check(value: Any) -> Any:
        if isinstance(value, str) and value not in codes:
            known = ", ".join(f"{code} ({name})" for code, name in codes.items())
            raise ValueError(f"{value!r} is not a 360Giving {kind} code; expected one of {known}")
        return value

    return BeforeValidator(check)


Reason = Annotated[str, code_of(REASONS, "reason")]


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
    """How often the same grant can be had: at least one of the limits is given, and all that are hold together."""

    months_between_awards: Count | None = None
    awards: Annotated[Count, Field(ge=1)] | None = None
    """At most so many awards within `within_months`."""
    within_months: Annotated[Count, Field(ge=1)] | None = None
    once: StrictBool = False
    """Whether it can be had only once ever."""
    per: Literal["person", "household"] = "person"
    """Whose awards count: those of the applicant, or of everyone of the household relations too."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.awards is None) != (self.within_months is None):
            raise ValueError("awards and within_months go together: so many awards within so many months")
        if self.months_between_awards is None and self.awards is None and not self.once:
            raise ValueError("expected months_between_awards, awards with within_months, or once")
        return self


class Apply(Record):
    """How to apply, as seen in a source; where a rule was read stands in `source`."""

    url: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    by_area: dict[str, str] = Field(default_factory=dict)
    """Area code → the page where people of that area apply."""
    council: Tier | None = None
    """The council that takes it: its own site stands in `by_area` for each area whose council has one."""
    needs: tuple[str, ...] = ()
    """Papers to have at hand, such as "proof of income"."""
    days_to_decide: Count | None = None


class SourceRead(Record):
    """What was read of a source, and when."""

    on: Day | None = None
    what: str = ""


class Registered(Record):
    """What a public register says of a charity, as it stands there; nobody has checked it."""

    on: Day
    """The day of the register's extract."""
    activities: str = ""
    objects: str = ""
    place: str = ""
    """Where it gives, in words: "Launcells, in Cornwall"."""
    website: str | None = None
    inferred: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    """Purpose or reason → how sure it is that the words above speak of it, 0 to 1."""


class SameAs(Record):
    """The value of a fact that getting this grant amounts to."""

    fact: str
    value: str


class Grant(Record):
    """One offer of money or goods to a person, with the rules that decide who may have it."""

    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    whom: Names = Field(default=("self",), alias="for")
    """For whom it may be got: `self` and relations of the fact file; what `beneficiary` asks is asked of these."""
    rules: tuple[EligibilityRule, ...]
    funder: Funder | None = None
    summary: str = ""
    purposes: tuple[str, ...] = ()
    """Codes of the fact file's purposes."""
    reasons: tuple[Reason, ...] = ()
    amount: Amount | None = None
    route: Route = "self"
    windows: Annotated[tuple[Window, ...], BeforeValidator(_as_list)] = Field(default=(), alias="window")
    """In the file one object or a list of them; none stated is open at any time."""
    repeat: Repeat | None = None
    excluded_purposes: tuple[str, ...] = ()
    source: str | None = None
    checked_on: Day | None = None
    read: SourceRead | None = None
    apply: Apply | None = None
    reviewed: StrictBool = True
    """Whether a person has read its rules; entries taken from a register are not."""
    registered: Registered | None = None
    """What the register says, for an entry that was taken from one."""
    public_fund: StrictBool = False
    """Whether it is a public fund in the sense of the immigration rules."""
    ended: Day | None = None
    """The last day of a scheme that does not come again."""
    was: tuple[str, ...] = ()
    """Ids that it had before."""
    same_as: SameAs | None = None
    """Getting it and having that value are one: told either way, both are told."""

    def has_ended(self, *, on: date) -> bool:
        """Tell whether the scheme is over for good on a day."""
        return self.ended is not None and self.ended < on
