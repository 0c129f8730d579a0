"""Limits in words: amounts, tables that depend on another fact, shares of another fact, lengths of time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, assert_never

from data.catalogue.bounds import LOWER_BOUNDS, OPPOSITES
from data.catalogue.facts import ANY, SELF, Fact, FactBook
from data.catalogue.rules import Ago, Amount, Bound, PeopleCount, PerPeriod, Share, ShiftedDay, Table
from data.people.applicants import Person
from models.eligibility.bound_values import row_for
from models.eligibility.context import EvaluationContext
from models.wording.quantities import (
    AGE,
    AGO,
    AHEAD,
    AMOUNT,
    COUNT,
    DAY,
    LIMIT,
    Measure,
    day,
    length,
    listed,
    money,
    number,
    share,
)
from models.wording.question_forms import saying_of
from models.wording.sentences import SLOT

_TIMES: Final = ("years", "months", "weeks", "days", "hours")


@dataclass(frozen=True)
class LimitTeller:
    """Puts limits into words; with a context, the row of a table that applies to a person."""

    book: FactBook
    context: EvaluationContext | None = None
    person: Person | None = None

    def within(self, fact: Fact, limits: Mapping[str, Bound], *, holds: bool) -> tuple[str, str]:
        """Give the limits of a number or a day, or what lies outside, and what is to be added about them."""
        words: dict[str, str] = {}
        tails: dict[str, None] = {}
        for name, bound in limits.items():
            words[name], tail = self._bound(fact, bound)
            tails |= {f" ({tail})": None} if tail else {}
        measure = (
            LIMIT if tails or any(isinstance(bound, Share) for bound in limits.values()) else _measure(fact)
        )
        said = measure.say(words) if holds else measure.say_outside(words)
        return (_in_whole_numbers(said) if measure is COUNT else _of_nothing(said)), "".join(tails)

    def distance(self, fact: Fact, condition: Ago, *, holds: bool) -> str:
        """Give limits of how far a day lies from today."""
        limits = condition.bounds.limits
        ahead = condition.unit == "days_ahead"
        if len(limits) == 1 and next(iter(limits.values())) == 0:
            name = next(iter(limits))
            return _beside_today(name if holds else OPPOSITES[name], ahead=ahead)
        words = {
            name: length(bound, condition.unit) if isinstance(bound, Decimal) else self._bound(fact, bound)[0]
            for name, bound in limits.items()
        }
        measure = AHEAD if ahead else AGO
        return measure.say(words) if holds else measure.say_outside(words)

    def _bound(self, fact: Fact, bound: Bound) -> tuple[str, str]:
        match bound:
            case Decimal():
                return amount(fact, bound), ""
            case date():
                return day(bound), ""
            case Table():
                return self._table(fact, bound)
            case Share(fact=other, times=times, plus=plus):
                more = "" if plus is None else f" and {amount(fact, plus)} more"
                return f"{share(times)} {self._amount_of(other)}{more}", ""
            case ShiftedDay():
                return self._shifted(bound), ""
            case Amount():
                return per_period(bound), ""
            case _:
                assert_never(bound)

    def _table(self, fact: Fact, table: Table) -> tuple[str, str]:
        known = self.context is not None and self.person is not None
        found = row_for(table, self.context, self.person) if known else None  # type: ignore[arg-type]
        if found is not None:
            return amount(fact, found), ""
        asked = dict.fromkeys(self._key_in_words(part.by) for part in table.nested)
        return "the limit", f"the limit depends on {listed(list(asked), 'and')}"

    def _key_in_words(self, by: str | PeopleCount) -> str:
        if isinstance(by, str):
            return self._what_is_asked(by)
        people = listed([people_of(name, self.book) for name in by.count], "and")
        return f"how many {'people' if by.where is None else 'of these'} there are: {people}"

    def _shifted(self, bound: ShiftedDay) -> str:
        parts = [
            length(Decimal(abs(count)), unit)
            for count, unit in ((bound.months, "months"), (bound.plus_days, "days"))
            if count
        ]
        asks = f"the day you told us for “{self.book.facts[bound.fact].asks}”"
        if not parts:
            return asks
        side = "after" if (bound.months or bound.plus_days) > 0 else "before"
        return f"{' and '.join(parts)} {side} {asks}"

    def _what_is_asked(self, fact_id: str) -> str:
        asks = self.book.facts[fact_id].asks
        short = asks.removesuffix("?").split(",")[0]
        if short.startswith("How many children are there"):
            return f"how many children there are{short.removeprefix('How many children are there')}"
        said = saying_of(asks, "number")
        if said is not None and said.tense == "in rest":
            return f"{short[0].lower()}{short[1:]}"
        return f"your answer to “{asks}”"

    def _amount_of(self, fact_id: str) -> str:
        asks = self.book.facts[fact_id].asks
        said = saying_of(asks, self.book.facts[fact_id].kind)
        if said is None or said.tense == "in rest" or said.rest.count(SLOT) != 1:
            return f"your answer to “{asks}”"
        return said.subject if said.tense == "be" else f"what {said.say()}".split(",")[0]


def per_period(written: Amount) -> str:
    """Write money as it stands in a rule, such as "£900 a month"."""
    return f"{money(written.amount)} a {written.per}"


def people_of(name: str, book: FactBook) -> str:
    """Name related people, such as "your child"."""
    if name == SELF:
        return "you"
    return "everyone else in your home" if name == ANY else book.relations[name].text


def amount(fact: Fact, value: Decimal) -> str:
    """Write a number as its fact counts: in pounds, with the period that a rule gives, or plain."""
    if isinstance(value, PerPeriod):
        return per_period(value.written)
    return money(value) if fact.kind == "money" else number(value)


def _measure(fact: Fact) -> Measure:
    if fact.kind == "date":
        return DAY
    if fact.asks.startswith("How old"):
        return AGE
    counts = fact.kind == "number" and fact.asks.startswith("How many") and fact.unit not in _TIMES
    return COUNT if counts else AMOUNT


def _in_whole_numbers(said: str) -> str:
    """Say limits of a count as people count: "no" for fewer than 1, "2 or more" for more than 1."""
    said = re.sub(r"\b(?:0 or fewer|fewer than 1|exactly 0)(?![,.]?\d)", "no", said)
    return re.sub(r"\bmore than (\d+)\b(?![,.]\d)", lambda found: f"{int(found[1]) + 1} or more", said)


def _of_nothing(said: str) -> str:
    return re.sub(r"(?:exactly £0|£0 or less)(?![\d.,])", "nothing", said)


def _beside_today(name: str, *, ahead: bool) -> str:
    """Say on which side of today a day lies."""
    early = (name in LOWER_BOUNDS) != ahead
    if name in ("at_least", "at_most"):
        return "today or earlier" if early else "today or later"
    return "before today" if early else "after today"
