"""What is known of a person, put into the numbers that the rows of a catalogue are kept by."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import cast

from data.catalogue.dependencies import applicability_changes_with_time, changes_with_time, derived_from
from data.catalogue.facts import FactBook
from data.catalogue.rules import Sum
from data.people.applicants import PartSet, Silence, Statement
from data.places.areas import AreaTree
from models.compiled.encoded_person import NOT_APPLICABLE, Among, Known, OnLine, State
from models.compiled.interpreted import Asked
from models.compiled.literals import AREAS, RECEIVES, UNDER_DISCRETION, Subject, Vocabulary
from models.compiled.relevance import keys_of, told_by
from models.compiled.threshold_days import Distances, Unit
from models.eligibility.conditions import lasting_awards
from models.eligibility.context import EvaluationContext
from models.eligibility.durations import days_later
from models.eligibility.intervals import Span
from models.eligibility.kleene import Answer
from models.eligibility.related_people import sum_of

_NONE_NAMED = Among((), ())


@dataclass(frozen=True)
class Encoder:
    """Reads scenes for one vocabulary."""

    book: FactBook
    areas: AreaTree
    vocabulary: Vocabulary
    sums: Sequence[Sum]
    asked: Asked
    _near: dict[str, tuple[frozenset[int], frozenset[int]]] = field(default_factory=dict)

    def read(self, context: EvaluationContext) -> Known:
        """Put what is known of an applicant into numbers, but for what takes long."""
        known = Known()
        for fact, statement, moves in self._statements(context):
            alone = self._alone.get(fact)
            if alone is not None and isinstance(statement, str | bool):
                known.now[alone[0]] = alone[1].get(statement, _NONE_NAMED)
            else:
                for subject in self._of_fact.get(fact, ()):
                    self._tell(known, subject, statement, moves, context)
        self._tell_places_and_awards(known, context)
        self._tell_what_takes_long(known, context)
        return known

    def _tell_what_takes_long(self, known: Known, context: EvaluationContext) -> None:
        if not self._sums and not self.asked.parts:
            return
        applicant, book = context.applicant, self.book
        known.told = [(person, told_by(person, applicant, book)) for person in context.everyone]
        known.slow = set(self.asked.about(known.told[0][1]))
        for _, subject, _, keys, meant in self._sums:
            mine = [told for person, told in known.told if person.relation in meant]
            silent = all(keys.isdisjoint(told) for told in mine) and (mine or applicant.related is None)
            if not silent:
                known.slow.add(subject)

    def ask(self, known: Known, context: EvaluationContext, wanted: Mapping[Subject, Sequence[int]]) -> None:
        """Add what takes long, as far as it is wanted: sums, and conditions that are asked as a whole."""
        self._tell_sums(known, context, wanted)
        for subject, answers in self.asked.answers(context, self._named_near, wanted):
            known.now[subject] = answers
            if answers.moving:
                known.tomorrow[subject] = answers
        if UNDER_DISCRETION in wanted:
            known.under_discretion = self.asked.under_discretion(context, wanted[UNDER_DISCRETION])
            if known.under_discretion[0].moving:
                known.tomorrow[UNDER_DISCRETION] = known.under_discretion[0]

    def _statements(self, context: EvaluationContext) -> Iterator[tuple[str, Statement | None, bool]]:
        """Yield what is known of facts, and whether time may change that they apply."""
        said, applicant = context.applicant.facts, context.applicant
        for fact, given in said.items():
            if not isinstance(given, Silence) or given is Silence.NOT_APPLICABLE:
                yield fact, given, False
        for fact in self.book.names.facts if applicant.receives else ():
            yield fact, context.statement(applicant, fact), False
        for fact, (roots, moves) in self._derived.items():
            value: Statement | None = said.get(fact)
            silent = value is None or value is Silence.UNKNOWN or value is Silence.DECLINED
            if silent and (None in roots or not said.keys().isdisjoint(roots)):
                yield fact, context.statement(context.applicant, fact), moves

    def _tell(
        self,
        known: Known,
        subject: Subject,
        statement: Statement | None,
        moves: bool,
        context: EvaluationContext,
    ) -> None:
        state = None if statement is None else self._state(known, subject, statement, context)
        silent = statement is None or statement is Silence.NOT_APPLICABLE
        if moves and (silent or self.book.facts[str(subject.about)].derived is not None):
            known.now[subject], known.tomorrow[subject] = state, None
            return
        if state is not None:
            known.now[subject] = state

    def _state(
        self, known: Known, subject: Subject, statement: Statement, context: EvaluationContext
    ) -> State:
        if statement is Silence.NOT_APPLICABLE:
            return NOT_APPLICABLE
        if subject.kind == "choice":
            return self._among(subject, statement)
        fact = self.book.facts[str(subject.about)]
        if isinstance(statement, Decimal) and fact.from_birth_date is None:
            at = _at(cast(Sequence[Decimal], self.vocabulary.values[subject]), statement)
            return OnLine(at, at)
        if fact.kind == "date":
            days = context.days(statement)
            if days is None:
                return None
            if subject.kind == "line":
                return self._on_line(
                    subject, Span(Decimal(days[0].toordinal()), Decimal(days[1].toordinal()))
                )
            return self._since(known, subject, days, context.on)
        number = context.number(context.applicant, fact.id)
        if not isinstance(number, Span):
            return None
        births = context.births(context.applicant, fact) if fact.from_birth_date is not None else None
        if births is not None:
            self._since(known, subject, births, context.on)
        return self._on_line(subject, number)

    def _since(self, known: Known, subject: Subject, days: tuple[date, date], on: date) -> OnLine:
        """Count from a day; the later the day, the later each cut is reached."""
        known.since[subject] = days
        distances = self.distances[subject]
        known.tomorrow[subject] = distances.reached(*days, days_later(on, 1))
        return distances.reached(*days, on)

    def _on_line(self, subject: Subject, span: Span) -> OnLine:
        values = cast(Sequence[Decimal], self.vocabulary.values[subject])
        low = 2 * bisect_right(values, span.low) if span.low_open else _at(values, span.low)
        if span.low == span.high:
            return OnLine(low, low)
        return OnLine(low, 2 * bisect_left(values, span.high) if span.high_open else _at(values, span.high))

    def _among(self, subject: Subject, statement: Statement) -> Among:
        places = self.vocabulary.places[subject]
        if isinstance(statement, PartSet):
            surely = tuple(places[value] for value in statement.includes if value in places)
            return Among(surely, tuple(at for value, at in places.items() if value not in statement.excludes))
        held = statement if isinstance(statement, frozenset) else (statement,)
        values = tuple(places[value] for value in held if value in places)
        return Among(values, values)

    def _tell_places_and_awards(self, known: Known, context: EvaluationContext) -> None:
        applicant = context.applicant
        if applicant.areas is not None and AREAS in self.vocabulary.places:
            known.now[AREAS] = self._among_areas(applicant.areas)
        if (applicant.receives is not None or applicant.awards) and RECEIVES in self.vocabulary.places:
            known.now[RECEIVES] = self._received(context)
            if any(award.grant_id in self.vocabulary.places[RECEIVES] for award in applicant.awards or ()):
                known.tomorrow[RECEIVES] = None

    def _tell_sums(
        self, known: Known, context: EvaluationContext, wanted: Mapping[Subject, Sequence[int]]
    ) -> None:
        for group, subject, moves, _, _ in self._sums:
            if subject in wanted:
                total = sum_of(group, context)
                if total is not None or moves:
                    known.now[subject] = None if total is None else self._on_line(subject, total)
                if moves:
                    known.tomorrow[subject] = None

    def _among_areas(self, codes: tuple[str, ...]) -> Among:
        """Tell which of the named areas a place certainly lies in, and which it may lie in."""
        if not codes:
            return Among((), None)
        near = [self._near_to(code) for code in codes]
        perhaps = frozenset.intersection(*(surely | perhaps for surely, perhaps in near))
        surely = frozenset[int]().union(*(surely for surely, _ in near)) & perhaps
        return Among(tuple(sorted(surely)), tuple(sorted(perhaps)))

    def _near_to(self, code: str) -> tuple[frozenset[int], frozenset[int]]:
        found = self._near.get(code)
        if found is None:
            named = self.vocabulary.places.get(AREAS, {})
            surely = frozenset(named[area] for area in (code, *self.areas.ancestors(code)) if area in named)
            together = (at for area, at in named.items() if not self.areas.apart(str(area), code))
            found = self._near[code] = surely, frozenset(together) - surely
        return found

    def _named_near(self, codes: tuple[str, ...]) -> Iterable[str]:
        named = self.vocabulary.values.get(AREAS, ())
        return [str(named[at]) for at in self._among_areas(codes).perhaps or ()]

    def _received(self, context: EvaluationContext) -> Among:
        places, receives = self.vocabulary.places[RECEIVES], context.applicant.receives
        named = {str(grant): at for grant, at in places.items()}
        lasting = list(lasting_awards(frozenset(named), context.applicant.awards or (), context))
        surely = {grant for grant, answer in lasting if answer is Answer.YES} | (receives or frozenset())
        have = tuple(sorted(named[grant] for grant in surely if grant in named))
        if receives is None:
            return Among(have, None)
        perhaps = surely | {grant for grant, answer in lasting if answer is Answer.UNKNOWN}
        return Among(have, tuple(sorted(named[grant] for grant in perhaps if grant in named)))

    @cached_property
    def _alone(self) -> dict[str, tuple[Subject, dict[object, Among]]]:
        """For each fact about which only choices are asked, the subject, and what each value says of it."""
        found = {}
        for fact, subjects in self._of_fact.items():
            if len(subjects) == 1 and subjects[0].kind == "choice":
                places = self.vocabulary.places[subjects[0]]
                among = {value: Among((place,), (place,)) for value, place in places.items()}
                found[fact] = subjects[0], among
        return found

    @cached_property
    def _of_fact(self) -> dict[str, tuple[Subject, ...]]:
        found: dict[str, tuple[Subject, ...]] = {}
        for subject in self.vocabulary.values:
            if subject.kind in ("line", "months", "days", "choice"):
                fact = str(subject.about)
                found[fact] = (*found.get(fact, ()), subject)
        return found

    @cached_property
    def distances(self) -> dict[Subject, Distances]:
        """How far the cuts lie on every line that time moves along."""
        found: dict[Subject, Distances] = {}
        for subject, values in self.vocabulary.values.items():
            if subject.kind in ("line", "months", "days"):
                fact = self.book.facts[str(subject.about)]
                if subject.kind != "line" or fact.from_birth_date is not None:
                    found[subject] = Distances.of(
                        cast(Unit, subject.kind), cast(Sequence[Decimal], values), fact
                    )
        return found

    @cached_property
    def _sums(self) -> tuple[tuple[Sum, Subject, bool, frozenset[str], frozenset[str]], ...]:
        """Every sum, whether it moves, what a person must tell to add to it, and who may."""
        found = []
        for subject in self.vocabulary.values:
            if subject.kind == "sum":
                group = self.sums[int(str(subject.about))]
                keys = keys_of(group, self.book) - {"related"}
                meant = self.book.relations_meant(group.over)
                found.append((group, subject, changes_with_time(group, self.book), keys, meant))
        return tuple(found)

    @cached_property
    def _derived(self) -> dict[str, tuple[frozenset[str | None], bool]]:
        """Facts that can follow from other things: from which, and whether time can change whether they apply."""
        found = {fact: derived_from(fact, self.book) for fact in self.book.facts}
        return {
            fact: (roots, applicability_changes_with_time(fact, self.book))
            for fact, roots in found.items()
            if roots
        }


def _at(values: Sequence[Decimal], number: Decimal) -> int:
    place = bisect_left(values, number)
    return 2 * place + (place < len(values) and values[place] == number)
