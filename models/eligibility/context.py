"""What is known of a person on a day: the facts as stated, what follows from a birth date, what has grown since."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from data.catalogue.facts import ANY, SELF, Derived, Fact, FactBook
from data.catalogue.rules import Beneficiary, Condition, PeopleCount, Related, Share
from data.people.applicants import Applicant, Between, Moment, PartSet, Person, Silence, Statement
from data.places.areas import AreaTree
from models.eligibility.durations import completed_units, days_later, units_later
from models.eligibility.intervals import INFINITY, Span
from models.eligibility.kleene import Answer, some
from models.eligibility.memo import CatalogueMemo, Memo, catalogue_memo

BoundChoice = Literal["none", "early", "late"]
"""How to read a day that is only known to lie in a range: as any of them, as the first, or as the last."""


def _ends_of(said: Statement | None) -> tuple[Decimal | None, Decimal | None] | None:
    """Give the least and greatest number that a statement leaves; None where it is about no number."""
    match said:
        case Decimal():
            return said, said
        case Between(low=low, high=high) if isinstance(low, Decimal | None) and isinstance(
            high, Decimal | None
        ):
            return low, high
        case _:
            return None


def _within_limits(total: Span, limits: Span) -> Statement:
    low, high = max(total.low, limits.low), min(total.high, limits.high)
    if low >= high:
        return min(low, limits.high)
    return Between(
        low if low.is_finite() else None,
        high if high.is_finite() else None,
        total.low_open and low == total.low,
        total.high_open and high == total.high,
    )


@dataclass(frozen=True)
class EvaluationContext:
    """An applicant on the day that is judged; facts were stated on `stated`, which may be earlier."""

    applicant: Applicant
    book: FactBook
    areas: AreaTree
    on: date
    stated: date
    asks: Callable[[Condition, EvaluationContext, Person], Answer] = field(compare=False, repr=False)
    """What conditions mean; handed in, so that what is known of a person needs none of them."""
    discretion: Answer = Answer.UNKNOWN
    """What people at the funds are taken to decide."""
    bound_choice: BoundChoice = "none"
    answers: dict[tuple[Condition, Person], Answer] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """Answers given before."""

    @cached_property
    def catalogue_memo(self) -> CatalogueMemo:
        """What was worked out of the catalogue's parts, for anybody."""
        return catalogue_memo(self.book, self.areas)

    @cached_property
    def memo(self) -> Memo:
        """What was worked out for this person on this day."""
        return Memo()

    @cached_property
    def granted(self) -> EvaluationContext:
        """The same with every discretion in the person's favour."""
        return replace(self, discretion=Answer.YES)

    @cached_property
    def refused(self) -> EvaluationContext:
        """The same with every discretion against the person."""
        return replace(self, discretion=Answer.NO)

    def of(self, applicant: Applicant) -> EvaluationContext:
        """The same day and decisions for another applicant; half as long as `replace`, in what is done most often."""
        return EvaluationContext(
            applicant,
            self.book,
            self.areas,
            self.on,
            self.stated,
            self.asks,
            self.discretion,
            self.bound_choice,
        )

    def decided(self, discretion: Answer) -> EvaluationContext:
        """The same with every discretion decided so, or left open; each is made once and keeps what it finds out."""
        if discretion is self.discretion:
            return self
        if discretion is Answer.UNKNOWN:
            return replace(self, discretion=discretion)
        return self.granted if discretion is Answer.YES else self.refused

    def later(self, on: date, bound_choice: BoundChoice = "none") -> EvaluationContext:
        """See the same applicant on a later day, nothing but time changed; made once a day."""
        day = (on, bound_choice)
        return self.memo.memoised(day, "later", lambda: replace(self, on=on, bound_choice=bound_choice))

    def people(self, relations: tuple[str, ...]) -> tuple[tuple[Person, ...], bool]:
        """List the people of these relations, and tell whether there may be more than are known."""
        meant = self.book.relations_meant(relations)
        found: list[Person] = [self.applicant] if SELF in meant else []
        related = self.applicant.related
        found += [person for person in related or () if person.relation in meant]
        return tuple(found), related is None and (ANY in relations or bool(meant - {SELF}))

    def statement(self, person: Person, fact_id: str) -> Statement | None:
        """Give what is known of a fact; None where nothing is."""
        fact = self.book.facts[fact_id]
        holder = self.applicant if fact.of == "household" else person
        said = holder.facts.get(fact_id)
        if fact_id in self._told_as_grants:
            said = self._with_what_is_received(fact, holder, said)
        if said is Silence.NOT_APPLICABLE:
            return said
        if said is not None and not isinstance(said, Silence):
            return self._grown(fact, said, holder)
        if said is None:
            derived = self._followed(fact, holder)
            if derived is not None:
                return derived
        return Silence.NOT_APPLICABLE if self._does_not_apply(fact, holder) else None

    def _followed(self, fact: Fact, holder: Person) -> Statement | None:
        """Give what an absent fact follows from: a birth date, or what it is derived from; None where it does not."""
        if fact.from_birth_date is not None:
            return self._years_since(holder, fact.from_birth_date, fact)
        derived = fact.derived
        if derived is None:
            return None
        return self.memo.memoised(holder, ("derived", fact.id), lambda: self._derived(fact, derived, holder))

    def _with_what_is_received(self, fact: Fact, holder: Person, said: Statement | None) -> Statement | None:
        """Add to what was said of a fact the values that amount to grants which a person says to get."""
        names, received = self.book.names, holder.receives or frozenset()
        told = {names.same_as[grant] for grant in received & names.same_as.keys()}
        values = frozenset(value for name, value in told if name == fact.id)
        match said:
            case _ if not values:
                return said
            case frozenset():
                return said | values
            case PartSet(includes=includes, excludes=excludes):
                return PartSet(includes | values, excludes - values)
            case str():
                return said
            case _:
                return PartSet(values) if fact.kind == "choices" else min(values)

    def number(self, person: Person, fact_id: str) -> Span | Silence | None:
        """Give the numbers that a fact may be; None where nothing is known of it."""
        statement = self.statement(person, fact_id)
        match statement:
            case Between(low=low, high=high):
                return Span(
                    low if isinstance(low, Decimal) else -INFINITY,
                    high if isinstance(high, Decimal) else INFINITY,
                    statement.low_open,
                    statement.high_open,
                )
            case Decimal():
                return Span.point(statement)
            case Silence():
                return statement
            case _:
                return None

    def limits(self, fact_id: str) -> Span:
        """Give the numbers that a fact can be at all."""
        low, high = self.book.facts[fact_id].limits
        return Span(-INFINITY if low is None else low, INFINITY if high is None else high)

    def days(self, statement: Statement | None) -> tuple[date, date] | None:
        """Give the first and last day that a date fact may be, leaning as the context does; None if it is no date."""
        match statement:
            case date():
                return statement, statement
            case Between(low=low, high=high):
                first = low if isinstance(low, date) else date.min
                last = high if isinstance(high, date) else date.max
                first = days_later(first, 1) if statement.low_open else first
                return self.chosen_days(first, days_later(last, -1) if statement.high_open else last)
            case _:
                return None

    def chosen_days(self, first: date, last: date) -> tuple[date, date]:
        """Narrow a range of days to its first or its last day, where the context leans so."""
        match self.bound_choice:
            case "early":
                return first, first
            case "late":
                return last, last
            case "none":
                return first, last

    def moment(self, moment: Moment) -> tuple[date, date]:
        """Give the first and last day that a moment may be, leaning as the context does."""
        return self.chosen_days(moment.earliest, moment.latest)

    def births(self, person: Person, fact: Fact) -> tuple[date, date] | None:
        """Give the first and last day from which a fact that grows with time can be counted.

        For an age these are the days on which a person can have been born.
        """
        if fact.from_birth_date is None and fact.grows is None:
            return None
        holder = self.applicant if fact.of == "household" else person
        said = holder.facts.get(fact.id)
        if said is None and fact.from_birth_date is not None:
            return self.days(self.statement(holder, fact.from_birth_date))
        ends = _ends_of(said)
        return None if ends is None else self._counted_from(*ends, fact)

    def _counted_from(self, least: Decimal | None, most: Decimal | None, fact: Fact) -> tuple[date, date]:
        unit = fact.grows or "years"
        first, last = date.min, self.stated
        if most is not None:
            first = days_later(units_later(self.stated, unit, -(math.ceil(most) + 1)), 1)
        if least is not None:
            last = units_later(self.stated, unit, -math.floor(least))
        return self.chosen_days(first, last)

    @cached_property
    def _told_as_grants(self) -> frozenset[str]:
        """The facts of which some value amounts to getting a grant."""
        return self.book.names.facts

    def whom(self, condition: Related) -> tuple[str, ...]:
        """List the relations that a condition is asked of: of a beneficiary only those for whom help is sought."""
        if not isinstance(condition, Beneficiary):
            return condition.related
        return self.book.sought(condition.related, self.applicant.whom)

    def _grown(self, fact: Fact, said: Statement, holder: Person) -> Statement:
        ends = _ends_of(said)
        if ends is None or self.on == self.stated or (fact.from_birth_date is None and fact.grows is None):
            return said
        grown = self._counted_on(self._counted_from(*ends, fact), fact)
        if fact.grows_while is None:
            return grown
        match self.asks(fact.grows_while, self, holder):
            case Answer.YES:
                return grown
            case Answer.NO:
                return said
            case Answer.UNKNOWN:
                most = _ends_of(grown)
                return Between(ends[0], None if most is None else most[1])

    def _years_since(self, holder: Person, birth_date: str, fact: Fact) -> Statement | None:
        born = self.days(self.statement(holder, birth_date))
        return None if born is None else self._counted_on(born, fact)

    def _counted_on(self, since: tuple[date, date], fact: Fact) -> Statement:
        low, high = fact.limits
        unit = fact.grows or "years"
        most = INFINITY if since[0] == date.min else Decimal(completed_units(since[0], self.on, unit))
        least = Decimal(max(completed_units(min(since[1], self.on), self.on, unit), 0))
        if high is not None:
            most, least = min(most, high), min(least, high) if fact.grows else least
        if low is not None:
            least = max(least, low)
        if least >= most:
            return least
        return Between(least, None if most == INFINITY else most)

    def total(self, person: Person, parts: tuple[Share, ...]) -> Span | None:
        """Give the numbers that several facts of a person may add up to; None where nothing of them is known."""
        whole, known = Span.point(Decimal(0)), False
        for part in parts:
            number = self.number(person, part.fact)
            known = known or number is not None
            if isinstance(number, Silence):
                continue
            span = (self.limits(part.fact) if number is None else number).times(part.times)
            span = span if part.plus is None else span.plus(Span.point(part.plus))
            unsure = number is None and self.may_not_apply(person, part.fact)
            whole = whole.plus(span.or_nothing() if unsure else span)
        return whole.exact() if known else None

    def count(self, counted: PeopleCount) -> Span:
        """Give how many people around the applicant there may be of some relations who meet what is asked of them."""
        people, may_be_more = self.people(counted.count)
        asked = counted.where
        answers = [Answer.YES if asked is None else self.asks(asked, self, one) for one in people]
        fewest, most = (sum(found >= least for found in answers) for least in (Answer.YES, Answer.UNKNOWN))
        return Span(Decimal(fewest), INFINITY if may_be_more else Decimal(most))

    def _derived(self, fact: Fact, derived: Derived, holder: Person) -> Statement | None:
        """Give what an absent fact follows from; None where nothing does."""
        if derived.any is not None:
            found = some(self.asks(condition, self, holder) for condition in derived.any)
            return None if found is Answer.UNKNOWN else found is Answer.YES
        if derived.some_of is not None:
            return self._holds_some(self.book.facts[derived.some_of], holder)
        if derived.over is not None and derived.values_of is not None:
            return (
                self._values_of(fact, derived.values_of, derived.over) if holder is self.applicant else None
            )
        if derived.count is None:
            total = self.total(holder, derived.shares)
        elif holder is self.applicant and self.applicant.related is not None:
            total = self.count(PeopleCount(count=derived.count, where=derived.where))
        else:
            return None
        return None if total is None else _within_limits(total, self.limits(fact.id))

    def _holds_some(self, fact: Fact, holder: Person) -> bool | None:
        """Tell whether a set, as it was told, holds anything; None where that is not known."""
        match holder.facts.get(fact.id):
            case frozenset() as held:
                return bool(held - {fact.exclusive})
            case PartSet(includes=includes) if includes - {fact.exclusive}:
                return True
            case _:
                return None

    def _values_of(self, fact: Fact, number: str, over: tuple[str, ...]) -> Statement | None:
        """Give the numbers of people, such as their ages, as a set; None where it is not known who there is."""
        people, may_be_more = self.people(over)
        told = [self.statement(one, number) for one in people]
        known = [one for one in told if isinstance(one, Decimal)]
        if may_be_more or (told and not known):
            return None
        values = frozenset(one for one in map(str, known) if one in fact.values)
        return values if len(known) == len(told) else PartSet(values, frozenset())

    def may_not_apply(self, person: Person, fact_id: str) -> bool:
        """Tell whether a fact of which nothing is known may turn out not to apply."""
        fact = self.book.facts[fact_id]
        holder = self.applicant if fact.of == "household" else person
        return self._applies(fact, holder) is not Answer.YES

    def _does_not_apply(self, fact: Fact, holder: Person) -> bool:
        return self._applies(fact, holder) is Answer.NO

    def _applies(self, fact: Fact, holder: Person) -> Answer:
        if fact.applies_if is None:
            return Answer.YES
        return self.asks(fact.applies_if, self, holder)

    @cached_property
    def everyone(self) -> tuple[Person, ...]:
        """The applicant and every related person that is known."""
        return (self.applicant, *(self.applicant.related or ()))
