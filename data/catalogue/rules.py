"""The small closed set of conditions that a grant's rules are written in.

A condition is data: frozen, hashable, and equal to the JSON that it was read from. What a condition *means*
for a person stands in `models/eligibility/conditions.py`; whether its names exist is checked in
`data/catalogue/references.py`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, StrictBool, Tag, ValidationInfo, model_validator

from data.catalogue import bounds
from data.catalogue.bounds import (
    Amount,
    Bound,
    Bounds,
    Count,
    Day,
    Names,
    Number,
    Part,
    PeopleCount,
    PerPeriod,
    Share,
    ShiftedDay,
    Table,
    Value,
)
from data.catalogue.records import Text

__all__ = [
    "AGO", "FORMS", "Ago", "AllOf", "Amount", "AnyOf", "AtLeast", "Beneficiary", "Bound", "Bounds", "Condition", "Day",
    "Discretion", "EligibilityRule", "HasLivedIn", "Is", "LivesIn", "NoneOf", "Not", "Number", "OfApplicant", "OneOf",
    "Part", "PeopleCount", "PerPeriod", "Receives", "Related", "Share", "ShiftedDay", "Sum", "SumOf", "Table", "Value",
    "Within", "WorkedIn", "as_json",
]  # fmt: skip


class Is(Part):
    """The fact equals one value."""

    fact: str
    value: Value = Field(alias="is")


class Within(Bounds):
    """The fact lies within bounds."""

    fact: str


class OneOf(Part):
    """The fact is one of these; a set-valued fact shares at least one."""

    fact: str
    one_of: Annotated[tuple[Value, ...], Field(min_length=1)]


class NoneOf(Part):
    """The exact negation of `OneOf`."""

    fact: str
    none_of: Annotated[tuple[Value, ...], Field(min_length=1)]


AGO: Final = ("years_ago", "months_ago", "weeks_ago", "days_ago", "days_ahead")


class Ago(Part):
    """A date fact, by its distance from the day judged."""

    fact: str
    years_ago: Bounds | None = None
    months_ago: Bounds | None = None
    weeks_ago: Bounds | None = None
    days_ago: Bounds | None = None
    days_ahead: Bounds | None = None
    month_end: Literal["last"] | None = None
    """Months from a day that a shorter month does not have end on its last day, not on the first of the next."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(getattr(self, unit) is not None for unit in AGO) != 1:
            raise ValueError(f"expected exactly one of {', '.join(AGO)}")
        if self.month_end is not None and self.unit not in ("years_ago", "months_ago"):
            raise ValueError("month_end goes with years_ago and months_ago")
        return self

    @cached_property
    def unit(self) -> str:
        """Which distance is bounded."""
        return next(unit for unit in AGO if getattr(self, unit) is not None)

    @cached_property
    def bounds(self) -> Bounds:
        """The bounds of that distance."""
        found: Bounds = getattr(self, self.unit)
        return found


class Sum(Bounds):
    """The sum of a number over people of these relations who meet `where` lies within bounds."""

    sum: str
    over: Names
    where: Condition | None = None


class SumOf(Bounds):
    """The sum of several facts of one person, or of shares of them, lies within bounds."""

    sum_of: Annotated[tuple[str | Share, ...], Field(min_length=1)]

    @property
    def parts(self) -> tuple[Share, ...]:
        """Every part as a share of a fact."""
        whole = Decimal(1)
        return tuple(Share(fact=one, times=whole) if isinstance(one, str) else one for one in self.sum_of)


class LivesIn(Part):
    """Lives now in one of these areas, unbroken for a number of months where that is asked."""

    lives_in: Names
    for_months: Number | None = Field(default=None, ge=0)


class HasLivedIn(Part):
    """Lived in one of these areas at any time, now included."""

    has_lived_in: Names
    for_months: Number | None = Field(default=None, ge=0)
    within_years: Number | None = Field(default=None, ge=0)


class WorkedIn(Part):
    """Worked in one of these trades: for how long in all, within which years, and whether still there."""

    worked_in: Names
    years: Number | None = Field(default=None, ge=0)
    within_years: Number | None = Field(default=None, ge=0)
    now: StrictBool | None = None


class Related(Part):
    """Some person of these relations meets a condition, or every one, or so many."""

    related: Names
    condition: Condition | None = None
    all: StrictBool | None = None
    at_least: Count | None = None
    at_most: Count | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"at_least {self.at_least} is above at_most {self.at_most}")
        return self

    @property
    def asks_who(self) -> bool:
        """Whether it asks no more than that there is such a person."""
        return all(one is None for one in (self.condition, self.all, self.at_least, self.at_most))


class Beneficiary(Related):
    """Some one person for whom the grant may be got meets all of a condition."""

    related: Names = Field(default=("self",), alias="for")
    """Left out, it is what the grant says in its own `for`."""
    condition: Condition | None = Field(default=..., alias="beneficiary")

    @model_validator(mode="after")
    def _asks_of_one(self) -> Self:
        others = (self.all, self.at_least, self.at_most)
        if self.condition is None or any(other is not None for other in others):
            raise ValueError("expected a condition, and beside it at most the key `for`")
        return self


class OfApplicant(Part):
    """Inside `related` and `sum`: back to the applicant."""

    applicant: Condition


class Receives(Part):
    """Gets one of these grants now, or has an award of one that has not ended."""

    receives: Names


class AllOf(Part):
    """Every part holds."""

    all_of: Annotated[tuple[Condition, ...], Field(min_length=1)]


class AnyOf(Part):
    """At least one part holds."""

    any_of: Annotated[tuple[Condition, ...], Field(min_length=1)]


class Not(Part):
    """The part does not hold."""

    condition: Condition = Field(alias="not")


class AtLeast(Part):
    """At least so many of the parts hold."""

    at_least: Count
    of: Annotated[tuple[Condition, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if not 1 <= self.at_least <= len(self.of):
            raise ValueError(f"at_least {self.at_least} lies outside 1…{len(self.of)}")
        return self


class Discretion(Part):
    """A person at the fund decides; never yes, never no."""

    discretion: str
    likely: Number | None = Field(default=None, ge=0, le=1)
    """Of those who get so far, the share whom the fund accepts; an estimate, which decides nothing about a status."""


_BY_KEY: Final[dict[str, type[Part]]] = {
    "sum": Sum, "sum_of": SumOf, "beneficiary": Beneficiary, "lives_in": LivesIn, "has_lived_in": HasLivedIn,
    "worked_in": WorkedIn, "related": Related, "applicant": OfApplicant, "receives": Receives, "all_of": AllOf,
    "any_of": AnyOf, "not": Not, "of": AtLeast, "discretion": Discretion,
}  # fmt: skip
_BY_FACT_KEY: Final[dict[str, type[Part]]] = {
    "is": Is, "one_of": OneOf, "none_of": NoneOf, **dict.fromkeys(AGO, Ago),
}  # fmt: skip

FORMS: Final[frozenset[type[Part]]] = frozenset({Within, *_BY_KEY.values(), *_BY_FACT_KEY.values()})
"""Every form of a condition."""


def _form(value: Any) -> str | None:
    if isinstance(value, Part):
        return type(value).__name__
    if not isinstance(value, dict):
        return None
    if "fact" in value:
        return next((form.__name__ for key, form in _BY_FACT_KEY.items() if key in value), Within.__name__)
    return next((form.__name__ for key, form in _BY_KEY.items() if key in value), None)


def _interned(condition: Part, info: ValidationInfo) -> Part:
    """Give the equal condition that was read before, where whoever reads hands a dictionary of them as context."""
    return condition if info.context is None else info.context.setdefault(condition, condition)


Condition: TypeAlias = Annotated[
    Annotated[Is, Tag("Is")]
    | Annotated[Within, Tag("Within")]
    | Annotated[OneOf, Tag("OneOf")]
    | Annotated[NoneOf, Tag("NoneOf")]
    | Annotated[Ago, Tag("Ago")]
    | Annotated[Sum, Tag("Sum")]
    | Annotated[SumOf, Tag("SumOf")]
    | Annotated[LivesIn, Tag("LivesIn")]
    | Annotated[HasLivedIn, Tag("HasLivedIn")]
    | Annotated[WorkedIn, Tag("WorkedIn")]
    | Annotated[Related, Tag("Related")]
    | Annotated[Beneficiary, Tag("Beneficiary")]
    | Annotated[OfApplicant, Tag("OfApplicant")]
    | Annotated[Receives, Tag("Receives")]
    | Annotated[AllOf, Tag("AllOf")]
    | Annotated[AnyOf, Tag("AnyOf")]
    | Annotated[Not, Tag("Not")]
    | Annotated[AtLeast, Tag("AtLeast")]
    | Annotated[Discretion, Tag("Discretion")],
    Discriminator(
        _form,
        custom_error_type="unknown_condition",
        custom_error_message="not a condition: expected an object with one of the keys fact, "
        + ", ".join(key if key != "of" else "at_least … of" for key in _BY_KEY),
    ),
    AfterValidator(_interned),
]
"""Any condition; the keys that are present say which form it is."""

_JOINED: Final = (AllOf, AnyOf, Not, AtLeast)
for _model in (
    PeopleCount, Table, Bounds, Within, Ago, Sum, SumOf, Related, Beneficiary, OfApplicant, *_JOINED
):  # fmt: skip
    _model.model_rebuild(force=True, _types_namespace={**vars(bounds), "Condition": Condition})


class EligibilityRule(Part):
    """What a grant asks, in words and as a condition, with its source and the days on which it applies."""

    condition: Condition
    id: Text = ""
    text: Text = ""
    source: str | None = None
    since: Day | None = None
    until: Day | None = None
    first: StrictBool = False
    """Whether it asks for a step that can still be taken, so that a no does not rule anybody out."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since is not None and self.until is not None and self.since > self.until:
            raise ValueError(f"since {self.since} is after until {self.until}")
        return self

    def applies(self, *, on: date) -> bool:
        """Tell whether the rule is in force on a day; both ends are inclusive."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


def as_json(part: Part) -> dict[str, Any]:
    """Write a condition or rule back as the JSON data that it was read from."""
    written: dict[str, Any] = part.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return written
