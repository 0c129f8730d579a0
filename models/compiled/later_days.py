"""Finds the later days on which what a grant asks is no no, where its marks alone do not tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from data.catalogue.rules import Condition, Sum
from models.compiled.answer_flags import ALWAYS, LATER, Marks
from models.compiled.circuit import NEVER, Network
from models.compiled.encoded_person import Known
from models.compiled.encoder import Reader
from models.compiled.interpreted import Asked
from models.compiled.literal_flags import Readings
from models.compiled.symbols import cut_number
from models.days import EVER, NOWHEN, Runs, shared, united
from models.eligibility.context import Scene
from models.quick import QuickBound
from models.scan import condition_of, not_no_and_not_yes


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
            part, holds = self.asked.by_subject[subject], literal.sense == "yes"
            return self._scan(part.conditions[place], part.quick.get(place))[0 if holds else 1]
        condition, holds = condition_of(literal, self.sums)
        return self._scan(condition)[0 if holds else 1]

    def _scan(self, condition: Condition, quick: QuickBound | None = None) -> tuple[Runs, Runs]:
        if self.unscanned is not None:
            return self.unscanned, self.unscanned
        if condition not in self._scanned:
            self._scanned[condition] = not_no_and_not_yes(condition, self.scene, self._on, quick)
        return self._scanned[condition]

    def _on(self, day: date) -> Scene:
        """See the person on a later day; what is found out there is remembered for all that is asked of it."""
        if day not in self._scenes:
            self._scenes[day] = self.scene.later(day)
        return self._scenes[day]
