"""Checks that every name a condition uses exists and every value has the right kind: a typo must not be silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never

from data.catalogue.facts import ANY, NUMERIC, SELF, Fact, FactBook
from data.catalogue.fitting_values import (
    Found,
    check_order,
    check_value,
    check_values,
    unknown,
    unknown_purpose,
)
from data.catalogue.grants import Grant
from data.catalogue.rules import (
    Ago,
    AllOf,
    Amount,
    AnyOf,
    AtLeast,
    Beneficiary,
    Bound,
    Bounds,
    Condition,
    Discretion,
    HasLivedIn,
    Is,
    LivesIn,
    NoneOf,
    Not,
    OfApplicant,
    OneOf,
    PeopleCount,
    Receives,
    Related,
    Share,
    ShiftedDay,
    Sum,
    SumOf,
    Table,
    Within,
    WorkedIn,
)
from data.places.areas import AreaTree

_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]*")
_NUMBER_LIKE: Final = "a number, a table or a share"


@dataclass(frozen=True)
class References:
    """The names that conditions may use."""

    book: FactBook
    areas: AreaTree | None
    """None where the areas could not be read; then none that is named is checked."""

    def check(self, condition: Condition, at: str = "condition", *, of_related: bool = False) -> Found:
        """Yield every unknown name and wrong kind in a condition; `of_related` inside `related` and `sum`."""
        match condition:
            case Is() | OneOf() | NoneOf() | Within() | Ago():
                yield from self._fact_condition(condition, at, of_related)
            case Sum() | SumOf():
                yield from self._added(condition, at, of_related)
            case Related():
                yield from self._related(condition, at, of_related)
            case LivesIn(lives_in=areas):
                yield from self._areas(areas, f"{at}.lives_in")
            case HasLivedIn(has_lived_in=areas):
                yield from self._areas(areas, f"{at}.has_lived_in")
            case WorkedIn(worked_in=trades):
                yield from self._names(trades, self.book.trades, "trade", f"{at}.worked_in")
            case OfApplicant():
                if not of_related:
                    yield f"{at}.applicant", "`applicant` has a meaning only inside `related` and `sum`"
                yield from self.check(condition.applicant, f"{at}.applicant")
            case AllOf() | AnyOf() | AtLeast() | Not():
                for where, part in _nested(condition):
                    yield from self.check(part, f"{at}.{where}", of_related=of_related)
            case Receives() | Discretion():
                return
            case _:
                assert_never(condition)

    def check_grant(self, grant: Grant) -> Found:
        """Yield what is wrong with the names that a grant uses outside its rules."""
        known = {**self.book.relations, SELF: None}
        yield from self._names(grant.whom, known, "relation", "for")
        if grant.same_as is not None:
            fact = self.book.facts.get(grant.same_as.fact)
            if fact is None:
                yield "same_as.fact", unknown("fact", grant.same_as.fact, self.book.facts)
            elif grant.same_as.value not in fact.values:
                yield "same_as.value", unknown("value", grant.same_as.value, fact.values) + f" of {fact.id}"
        for key in ("purposes", "excluded_purposes"):
            for place, code in enumerate(getattr(grant, key)):
                if code not in self.book.purposes:
                    yield f"{key}[{place}]", unknown_purpose(self.book.purpose_texts, code)
        by_area = () if grant.apply is None else tuple(grant.apply.by_area)
        yield from self._areas(by_area, "apply.by_area")

    def _fact_condition(
        self, condition: Is | OneOf | NoneOf | Within | Ago, at: str, of_related: bool
    ) -> Found:
        fact = self.book.facts.get(condition.fact)
        if fact is None:
            yield f"{at}.fact", unknown("fact", condition.fact, self.book.facts)
            return
        match condition:
            case Is(value=value):
                if fact.kind == "choices":
                    yield f"{at}.is", f"{fact.id} is a set of choices: use one_of or none_of"
                else:
                    yield from check_value(fact, value, f"{at}.is")
            case OneOf(one_of=values):
                yield from check_values(fact, values, f"{at}.one_of")
            case NoneOf(none_of=values):
                yield from check_values(fact, values, f"{at}.none_of")
            case Ago():
                if fact.kind != "date":
                    yield f"{at}.fact", f"{fact.id} is a {fact.kind}: {condition.unit} needs a date fact"
                yield from self._bounds(condition.bounds, f"{at}.{condition.unit}", None, of_related)
            case Within():
                if fact.kind not in (*NUMERIC, "date"):
                    yield f"{at}.fact", f"{fact.id} is a {fact.kind}: bounds need a number or a date fact"
                else:
                    yield from self._bounds(condition, at, fact, of_related)

    def _bounds(self, bounds: Bounds, at: str, fact: Fact | None, of_related: bool = False) -> Found:
        """Check limits; `fact` is what they limit, None for what is counted or added up."""
        dates = fact is not None and fact.kind == "date"
        for name, bound in bounds.limits.items():
            yield from self._bound(bound, f"{at}.{name}", fact, dates=dates)
            tables = bound.nested if of_related and isinstance(bound, Table) else ()
            if any(isinstance(table.by, PeopleCount) for table in tables):
                yield f"{at}.{name}", "people cannot be counted inside `related` or `sum`"
        yield from check_order(bounds, at)

    def _bound(self, bound: Bound, at: str, fact: Fact | None, *, dates: bool) -> Found:
        if dates != isinstance(bound, date | ShiftedDay):
            expected = "a day written YYYY-MM-DD or a shifted date" if dates else _NUMBER_LIKE
            yield at, f"a bound of the wrong kind: expected {expected}"
            return
        match bound:
            case Table():
                yield from self._table(bound, at, fact)
            case Share():
                yield from self._shares((bound,), at, listed=False)
            case ShiftedDay():
                other = self.book.facts.get(bound.fact)
                if other is None:
                    yield f"{at}.fact", unknown("fact", bound.fact, self.book.facts)
                elif other.kind != "date":
                    yield f"{at}.fact", f"{other.id} is a {other.kind}: only a date can be shifted"
            case Amount():
                yield from _amount(fact, at)
            case _:
                return

    def _shares(self, shares: tuple[Share, ...], at: str, *, listed: bool = True) -> Found:
        for place, share in enumerate(shares):
            fact, where = self.book.facts.get(share.fact), f"{at}[{place}]" if listed else f"{at}.fact"
            if fact is None:
                yield where, unknown("fact", share.fact, self.book.facts)
            elif fact.kind not in NUMERIC:
                word = "only numbers can be added" if listed else "a share needs a number"
                yield where, f"{fact.id} is a {fact.kind}: {word}"

    def _table(self, table: Table, at: str, limited: Fact | None) -> Found:
        fact = self.book.facts.get(table.by) if isinstance(table.by, str) else None
        if isinstance(table.by, PeopleCount):
            yield from self._relations(table.by.count, f"{at}.by.count")
            if table.by.where is not None:
                yield from self.check(table.by.where, f"{at}.by.where", of_related=True)
            yield from _whole_keys(table, at, "a number of people is one")
        elif fact is None:
            yield f"{at}.by", unknown("fact", table.by, self.book.facts)
        elif fact.kind in NUMERIC:
            yield from _whole_keys(table, at, f"as the fact {fact.id} has")
        elif fact.kind == "choice":
            yield from self._names(tuple(table.rows), fact.values, "value", f"{at}.rows", listed=False)
            if table.each_more is not None:
                yield f"{at}.each_more", f"{fact.id} is a choice: each_more needs a number"
        else:
            yield f"{at}.by", f"{fact.id} is a {fact.kind}: a table needs a number or a choice"
        for key, row in table.rows.items():
            if isinstance(row, Table):
                yield from self._table(row, f"{at}.rows.{key}", limited)
            elif isinstance(row, Amount):
                yield from _amount(limited, f"{at}.rows.{key}")

    def _added(self, condition: Sum | SumOf, at: str, of_related: bool) -> Found:
        if isinstance(condition, Sum):
            return self._sum(condition, at, of_related)
        return self._sum_of(condition, at, of_related)

    def _sum_of(self, condition: SumOf, at: str, of_related: bool) -> Found:
        yield from self._shares(condition.parts, f"{at}.sum_of")
        known = [self.book.facts[part.fact] for part in condition.parts if part.fact in self.book.facts]
        facts = [fact for fact in known if fact.kind in NUMERIC]
        timed = [fact for fact in facts if fact.period is not None]
        if len({fact.period for fact in timed}) > 1:
            yield f"{at}.sum_of", "facts that are told for different periods cannot be added"
        elif facts:
            yield from self._bounds(condition, at, (timed or facts)[0], of_related)

    def _sum(self, condition: Sum, at: str, of_related: bool) -> Found:
        fact = self.book.facts.get(condition.sum)
        if of_related:
            yield at, "`sum` cannot stand inside `related` or `sum`, except within `applicant`"
        if fact is None:
            yield f"{at}.sum", unknown("fact", condition.sum, self.book.facts)
        elif fact.kind not in NUMERIC:
            yield f"{at}.sum", f"{fact.id} is a {fact.kind}: only numbers can be summed"
        elif fact.of == "household":
            yield f"{at}.sum", f"{fact.id} is a fact of the household: it cannot be summed over people"
        yield from self._relations(condition.over, f"{at}.over")
        yield from self._bounds(condition, at, fact)
        if condition.where is not None:
            yield from self.check(condition.where, f"{at}.where", of_related=True)

    def _related(self, condition: Related, at: str, of_related: bool) -> Found:
        one = isinstance(condition, Beneficiary)
        if of_related:
            name = "beneficiary" if one else "related"
            yield at, f"`{name}` cannot stand inside `related` or `sum`, except within `applicant`"
        yield from self._relations(condition.related, f"{at}.{'for' if one else 'related'}")
        if one and ANY in condition.related:
            yield f"{at}.for", "`any` is no one person: name the relations"
        if condition.condition is not None:
            inner = f"{at}.{'beneficiary' if one else 'condition'}"
            yield from self.check(condition.condition, inner, of_related=True)

    def _relations(self, names: tuple[str, ...], at: str) -> Found:
        known = {**self.book.relations, SELF: None, ANY: None}
        yield from self._names(names, known, "relation", at)

    def _areas(self, codes: tuple[str, ...], at: str) -> Found:
        if self.areas is None:
            return
        for place, code in enumerate(codes):
            if not self.areas.knows(code):
                yield f"{at}[{place}]", unknown("area", code, self.areas.names)

    def _names(
        self, names: tuple[str, ...], known: Mapping[str, object], kind: str, at: str, *, listed: bool = True
    ) -> Found:
        for place, name in enumerate(names):
            if name not in known:
                yield (f"{at}[{place}]" if listed else f"{at}.{name}"), unknown(kind, name, known)


def _whole_keys(table: Table, at: str, why: str) -> Found:
    for key in table.rows:
        if not _WHOLE.fullmatch(key):
            yield f"{at}.rows.{key}", f"{key!r} is not a whole number, {why}"


def _amount(fact: Fact | None, at: str) -> Found:
    if fact is None or fact.period is None:
        name = "what is added up or counted" if fact is None else fact.id
        yield at, f"{name} has no `period`, so money with a period cannot limit it"


def _nested(condition: AllOf | AnyOf | AtLeast | Not) -> Iterator[tuple[str, Condition]]:
    match condition:
        case AllOf(all_of=parts) | AnyOf(any_of=parts) | AtLeast(of=parts):
            key = {AllOf: "all_of", AnyOf: "any_of", AtLeast: "of"}[type(condition)]
            yield from ((f"{key}[{place}]", part) for place, part in enumerate(parts))
        case Not(condition=part):
            yield "not", part
        case _:
            assert_never(condition)
