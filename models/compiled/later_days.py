"""Finds the later days on which what a grant asks is no no, where its marks alone do not tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data.catalogue.rules import Condition, Receives, Sum
from models.compiled.answer_flags import ALWAYS, LATER, Marks
from models.compiled.circuit import Network
from models.compiled.encoded_person import Known
from models.compiled.encoder import Reader
from models.compiled.interpreted import Asked
from models.compiled.literal_flags import Readings
from models.compiled.literals import Literal, cut_number
from models.eligibility.change_days import turning_days_of
from models.eligibility.conditions import ask
from models.eligibility.context import Scene
from models.eligibility.day_sets import EVER, NEVER, NOWHEN, Runs, shared, united
from models.eligibility.kleene import Answer


@dataclass(frozen=True)
class Outlook:
    """What later days bring for one person, worked out as far as somebody asks."""

    reader: Reader
    readings: Readings
    network: Network
    sums: list[Sum]
    asked: Asked
    known: Known
    scene: Scene
    marks: Marks
    unscanned: Runs | None
    """The days to be taken for what must be asked day by day; None where it is to be asked."""
    _days: dict[int, Runs] = field(default_factory=dict)
    _scanned: dict[Condition, tuple[Runs, Runs]] = field(default_factory=dict)
    _scenes: dict[date, Scene] = field(default_factory=dict)

    def days(self, slot: int) -> Runs:
        """Give the days on which what stands in a slot is no no; past days may be among them."""
        found = self._days.get(slot)
        if found is None:
            marks = int(self.marks[slot])
            bounded = self._find(slot) if marks & LATER and not marks & ALWAYS else NOWHEN
            found = self._days[slot] = EVER if marks & ALWAYS else bounded
        return found

    def _find(self, slot: int) -> Runs:
        network = self.network
        if slot < network.literals:
            return self._of_literal(slot)
        if slot < network.dated.target.start:
            clauses = network.formulas[slot - network.literals]
            return shared(united(self.days(part) for part in clause) for clause in clauses)
        at = slot - network.dated.target.start
        since, until = int(network.dated.since[at]), int(network.dated.until[at])
        outside = (-NEVER, since - 1), (until + 1, NEVER)
        return united(
            [tuple(run for run in outside if run[0] <= run[1]), self.days(int(network.dated.asks[at]))]
        )

    def _of_literal(self, slot: int) -> Runs:
        literal = self.readings.literals[slot]
        subject, known = literal.subject, self.known
        if subject in known.since:
            cut = cut_number(self.reader.vocabulary.places[subject], literal.what) - 1
            early, late = self.reader.distances[subject].turn(cut, *known.since[subject])
            first, last = (early, NEVER) if literal.sense == "up" else (-NEVER, late - 1)
            return ((first, last),) if first <= last else NOWHEN
        if subject.kind in ("line", "choice", "months", "days"):
            condition = self.reader.book.facts[str(subject.about)].applies_if
            return EVER if literal.if_not_applicable or condition is None else self._scan(condition)[0]
        if subject.kind == "odd":
            place = self.reader.vocabulary.places[subject][literal.what]
            condition, holds = self.asked.by_subject[subject].conditions[place], literal.sense == "yes"
            return self._scan(condition)[0 if holds else 1]
        condition, holds = condition_of(literal, self.sums)
        return self._scan(condition)[0 if holds else 1]

    def _scan(self, condition: Condition) -> tuple[Runs, Runs]:
        if self.unscanned is not None:
            return self.unscanned, self.unscanned
        if condition not in self._scanned:
            self._scanned[condition] = not_no_and_not_yes(condition, self.scene, self._on)
        return self._scanned[condition]

    def _on(self, day: date) -> Scene:
        """See the person on a later day; what is found out there is remembered for all that is asked of it."""
        if day not in self._scenes:
            self._scenes[day] = self.scene.later(day)
        return self._scenes[day]


def not_no_and_not_yes(
    condition: Condition, scene: Scene, later: Callable[[date], Scene]
) -> tuple[Runs, Runs]:
    """Give the later days on which the answer is no no, and those on which it is no yes.

    `later` gives the scene of a later day.
    """
    days = sorted({day for day in turning_days_of(condition, scene) if day > scene.on})
    if not days:
        return NOWHEN, NOWHEN
    starts = [day.toordinal() for day in days]
    runs = list(zip(starts, [*(start - 1 for start in starts[1:]), NEVER], strict=True))
    answers = [ask(condition, later(day)) for day in days]
    not_no = united((run,) for run, answer in zip(runs, answers, strict=True) if answer is not Answer.NO)
    not_yes = united((run,) for run, answer in zip(runs, answers, strict=True) if answer is not Answer.YES)
    return not_no, not_yes


def condition_of(literal: Literal, sums: list[Sum]) -> tuple[Condition, bool]:
    """Write a literal about awards or a sum as a condition again; False where the literal is its opposite."""
    what: Any = literal.what
    if literal.subject.kind == "receives":
        return Receives(receives=tuple(sorted(what))), literal.sense == "hit"
    number, beyond = what
    group = sums[int(str(literal.subject.about))]
    limit = {"above" if beyond else "at_least": number}
    return Sum(sum=group.sum, over=group.over, where=group.where, **limit), literal.sense == "up"
