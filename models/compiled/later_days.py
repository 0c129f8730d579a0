"""Finds the later days on which what a grant asks is no no, where its flags alone do not tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from data.catalogue.facts import Fact
from data.catalogue.rules import Condition, OneOf, Receives, Sum, Within
from models.compiled.answer_flags import ALWAYS, LATER, AnswerFlags
from models.compiled.circuit import Circuit
from models.compiled.encoded_person import Known
from models.compiled.encoder import Encoder
from models.compiled.interpreted import Asked
from models.compiled.literal_flags import LiteralFlags
from models.compiled.literals import Literal, cut_number
from models.eligibility.change_days import change_days_of
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.day_sets import EVERY_DAY, NEVER, NO_DAY, IntervalSet, shared, united
from models.eligibility.kleene import Answer


class Look(Enum):
    """Of which days it is asked what must be asked day by day."""

    LAST = "the days after which nothing changes"
    ALL = "all days"


@dataclass(frozen=True)
class LaterDays:
    """What later days bring for one person, worked out as far as somebody asks."""

    encoder: Encoder
    literal_flags: LiteralFlags
    circuit: Circuit
    sums: list[Sum]
    asked: Asked
    known: Known
    context: EvaluationContext
    flags: AnswerFlags
    look: Look
    _days: dict[int, IntervalSet] = field(default_factory=dict)
    _scanned: dict[Condition, tuple[IntervalSet, IntervalSet]] = field(default_factory=dict)
    _contexts: dict[date, EvaluationContext] = field(default_factory=dict)

    def days(self, slot: int) -> IntervalSet:
        """Give the days on which what stands in a slot is no no; past days may be among them."""
        found = self._days.get(slot)
        if found is None:
            flags = int(self.flags[slot])
            bounded = self._find(slot) if flags & LATER and not flags & ALWAYS else NO_DAY
            found = self._days[slot] = EVERY_DAY if flags & ALWAYS else bounded
        return found

    def _find(self, slot: int) -> IntervalSet:
        circuit = self.circuit
        if slot < circuit.literals:
            return self._of_literal(slot)
        if slot < circuit.dated.target.start:
            clauses = circuit.formulas[slot - circuit.literals]
            return shared(united(self.days(part) for part in clause) for clause in clauses)
        at = slot - circuit.dated.target.start
        since, until = int(circuit.dated.since[at]), int(circuit.dated.until[at])
        outside = (-NEVER, since - 1), (until + 1, NEVER)
        return united(
            [tuple(run for run in outside if run[0] <= run[1]), self.days(int(circuit.dated.asks[at]))]
        )

    def _of_literal(self, slot: int) -> IntervalSet:
        literal = self.literal_flags.literals[slot]
        subject, known = literal.subject, self.known
        if subject in known.since:
            cut = cut_number(self.encoder.vocabulary.places[subject], literal.what) - 1
            early, late = self.encoder.distances[subject].turn(cut, *known.since[subject])
            first, last = (early, NEVER) if literal.sense == "up" else (-NEVER, late - 1)
            return ((first, last),) if first <= last else NO_DAY
        if subject.kind in ("line", "choice", "months", "days"):
            fact = self.encoder.book.facts[str(subject.about)]
            if fact.derived is not None:
                asked, holds = condition_of_fact(literal, fact)
                return self._scan(asked)[0 if holds else 1]
            applies = fact.applies_if
            return EVERY_DAY if literal.if_not_applicable or applies is None else self._scan(applies)[0]
        if subject.kind == "uncompiled":
            place = self.encoder.vocabulary.places[subject][literal.what]
            condition, holds = self.asked.by_subject[subject].conditions[place], literal.sense == "yes"
            return self._scan(condition)[0 if holds else 1]
        condition, holds = condition_of(literal, self.sums)
        return self._scan(condition)[0 if holds else 1]

    def _scan(self, condition: Condition) -> tuple[IntervalSet, IntervalSet]:
        if condition not in self._scanned:
            last_alone = self.look is Look.LAST
            self._scanned[condition] = not_no_and_not_yes(
                condition, self.context, self._on, last_alone=last_alone
            )
        return self._scanned[condition]

    def _on(self, day: date) -> EvaluationContext:
        """See the person on a later day; what is found out there is remembered for all that is asked of it."""
        if day not in self._contexts:
            self._contexts[day] = self.context.later(day)
        return self._contexts[day]


def not_no_and_not_yes(
    condition: Condition,
    context: EvaluationContext,
    later: Callable[[date], EvaluationContext],
    *,
    last_alone: bool = False,
) -> tuple[IntervalSet, IntervalSet]:
    """Give the later days on which the answer is no no, and those on which it is no yes.

    `later` gives the context of a later day. With `last_alone` only the days are looked at after which nothing changes.
    """
    days = sorted({day for day in change_days_of(condition, context) if day > context.on})
    days = days[-1:] if last_alone else days
    if not days:
        return NO_DAY, NO_DAY
    starts = [day.toordinal() for day in days]
    runs = list(zip(starts, [*(start - 1 for start in starts[1:]), NEVER], strict=True))
    answers = [ask(condition, later(day)) for day in days]
    not_no = united((run,) for run, answer in zip(runs, answers, strict=True) if answer is not Answer.NO)
    not_yes = united((run,) for run, answer in zip(runs, answers, strict=True) if answer is not Answer.YES)
    return not_no, not_yes


def condition_of_fact(literal: Literal, fact: Fact) -> tuple[Condition, bool]:
    """Write a literal about a number, or about yes and no, as a condition again; False where it is its opposite."""
    what: Any = literal.what
    if literal.subject.kind == "choice":
        return OneOf(fact=fact.id, one_of=tuple(sorted(what))), literal.sense == "hit"
    number, beyond = what
    limit = {"above" if beyond else "at_least": number}
    return Within(fact=fact.id, **limit), literal.sense == "up"


def condition_of(literal: Literal, sums: list[Sum]) -> tuple[Condition, bool]:
    """Write a literal about awards or a sum as a condition again; False where the literal is its opposite."""
    what: Any = literal.what
    if literal.subject.kind == "receives":
        return Receives(receives=tuple(sorted(what))), literal.sense == "hit"
    number, beyond = what
    group = sums[int(str(literal.subject.about))]
    limit = {"above" if beyond else "at_least": number}
    return Sum(sum=group.sum, over=group.over, where=group.where, **limit), literal.sense == "up"
