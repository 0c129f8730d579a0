"""What is known of a person on a day: the facts as stated, what follows from a birth date, what has grown since."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from data.catalogue.facts import ANY, SELF, Fact, FactBook
from data.catalogue.rules import Condition
from data.people.applicants import Applicant, Between, Moment, Person, Silence, Statement
from data.places.areas import AreaTree
from models.eligibility.durations import completed_years, days_later, months_later
from models.eligibility.intervals import INFINITY, Span
from models.eligibility.kleene import Answer
from models.eligibility.memo import CatalogueMemo, Memo, catalogue_memo

BoundChoice = Literal["none", "early", "late"]
"""How to read a day that is only known to lie in a range: as any of them, as the first, or as the last."""


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

    def later(self, on: date, bound_choice: BoundChoice = "none") -> EvaluationContext:
        """See the same applicant on a later day, everything unchanged but time."""
        return replace(self, on=on, bound_choice=bound_choice)

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
        if said is Silence.NOT_APPLICABLE:
            return said
        if said is not None and not isinstance(said, Silence):
            return self._grown(fact, said)
        if said is None and fact.from_birth_date is not None:
            derived = self._years_since(holder, fact.from_birth_date, fact)
            if derived is not None:
                return derived
        return Silence.NOT_APPLICABLE if self._does_not_apply(fact, holder) else None

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
        """Give the first and last day on which a person can have been born, from the birth date or the stated age."""
        if fact.from_birth_date is None:
            return None
        holder = self.applicant if fact.of == "household" else person
        said = holder.facts.get(fact.id)
        if said is None:
            return self.days(self.statement(holder, fact.from_birth_date))
        if isinstance(said, Decimal):
            return self._births_of(said, said)
        if (
            isinstance(said, Between)
            and isinstance(said.low, Decimal | None)
            and isinstance(said.high, Decimal | None)
        ):
            return self._births_of(said.low, said.high)
        return None

    def _births_of(self, youngest: Decimal | None, oldest: Decimal | None) -> tuple[date, date]:
        first, last = date.min, self.stated
        if oldest is not None:
            first = days_later(months_later(self.stated, -12 * (math.ceil(oldest) + 1)), 1)
        if youngest is not None:
            last = months_later(self.stated, -12 * math.floor(youngest))
        return self.chosen_days(first, last)

    def _grown(self, fact: Fact, said: Statement) -> Statement:
        if self.on == self.stated or fact.from_birth_date is None or not isinstance(said, Decimal | Between):
            return said
        low, high = (said, said) if isinstance(said, Decimal) else (said.low, said.high)
        if isinstance(low, Decimal | None) and isinstance(high, Decimal | None):
            return self._years_between(self._births_of(low, high), fact)
        return said

    def _years_since(self, holder: Person, birth_date: str, fact: Fact) -> Statement | None:
        born = self.days(self.statement(holder, birth_date))
        return None if born is None else self._years_between(born, fact)

    def _years_between(self, born: tuple[date, date], fact: Fact) -> Statement:
        low, high = fact.limits
        oldest = INFINITY if born[0] == date.min else Decimal(completed_years(born[0], self.on))
        youngest = Decimal(max(completed_years(min(born[1], self.on), self.on), 0))
        if high is not None:
            oldest = min(oldest, high)
        if low is not None:
            youngest = max(youngest, low)
        if youngest >= oldest:
            return youngest
        return Between(youngest, None if oldest == INFINITY else oldest)

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
