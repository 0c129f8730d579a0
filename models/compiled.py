"""Judges a whole catalogue at once: what grants share is asked once, and the rest is logic on bitmaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.applicants import Applicant
from data.catalogue import Catalogue
from models.answers import Answer
from models.asking import Asked
from models.bits import Numbers, bytes_of, numbers_set
from models.columns import Columns
from models.eligibility import Status, repeat_finding
from models.elapsed import months_later
from models.entries import Entries
from models.lexicon import Item, Lexicon, Vocabulary
from models.literals import Subject
from models.openings import Openings, Windows
from models.planes import Always, Planes
from models.rows import Answered, State
from models.scene import Scene
from models.states import Known, Reader
from models.timed import NEVER, Days, Timed, spans
from models.timing import first_day

STATUSES: Final = tuple(Status)
"""Status of each code, worst first."""
Codes = NDArray[np.int8]


@dataclass(frozen=True)
class CompiledJudge:
    """A catalogue made ready to be judged for one person after another."""

    catalogue: Catalogue
    columns: Columns
    formulas: tuple[tuple[Subject, Columns], ...]
    """By level, each as a catalogue of its own; a level may name those before it."""
    reader: Reader
    lexicon: Lexicon
    windows: Windows
    timed: Timed
    swayed: frozenset[Subject]
    place_of_grant: dict[str, int]

    @classmethod
    def build(cls, catalogue: Catalogue) -> CompiledJudge:
        """Make a catalogue ready."""
        lexicon = Lexicon.of(catalogue.facts)
        held = [[lexicon.item_of(rule) for rule in grant.rules] for grant in catalogue.grants]
        literals = lexicon.by_number
        vocabulary = Vocabulary.of(literals, lexicon.rewriter.asked)
        entries = _entries(lexicon, lexicon.rule_items, held)
        columns = Columns.build(entries, literals, vocabulary)
        levels = []
        for subject, numbers in vocabulary.values.items():
            if subject.kind == "formula":
                items = [lexicon.formula_items[int(str(number))] for number in numbers]
                inner = _entries(lexicon, items, [[at] for at in range(len(items))])
                levels.append((subject, Columns.build(inner, literals, vocabulary)))
        levels.sort(key=lambda level: int(str(level[0].about)))
        asked = Asked(catalogue.facts, catalogue.areas, vocabulary, tuple(lexicon.rewriter.asked))
        reader = Reader(catalogue.facts, catalogue.areas, vocabulary, lexicon.rewriter.sums, asked)
        lines = {
            s: vocabulary.places(s)
            for s in vocabulary.values
            if s.kind in ("months", "days")
            or (s.kind == "line" and catalogue.facts.facts[str(s.about)].from_birth_date is not None)
        }
        timed = Timed.of(entries, literals, lines)
        swayed = {Subject("odd", "discretion")} & vocabulary.values.keys()
        for subject, inner_columns in levels:
            if inner_columns.swayed or inner_columns.families.keys() & swayed:
                swayed.add(subject)
        windows = Windows.of([catalogue.grants[at] for at in columns.layout.order])
        place_of = {catalogue.grants[at].id: place for place, at in enumerate(columns.layout.order.tolist())}
        return cls(
            catalogue, columns, tuple(levels), reader, lexicon, windows, timed, frozenset(swayed), place_of
        )

    def statuses(self, applicant: Applicant, *, on: date) -> Codes:
        """Give (grants,) codes 0 not eligible … 4 eligible, in catalogue order, as `judge` would."""
        scene = Scene.today(applicant, self.catalogue.facts, self.catalogue.areas, on=on)
        known = self.reader.read(scene)
        swayed = self._formulas(known, scene, Answer.UNKNOWN)
        planes = Planes.of(self.columns, known, Always.on(self.columns, self.lexicon.dates, on), self.swayed)
        answers = planes.answers(swayed, Answer.UNKNOWN)
        openings = Openings.on(self.windows, on)
        no, not_yes = answers.no | openings.closed, answers.not_yes | openings.closed
        repeats = list(self._repeats(scene))
        for place, answer, _ in repeats:
            bit = np.uint64(1) << np.uint64(place & 63)
            if answer is not Answer.YES:
                not_yes[place >> 6] |= bit
            if answer is Answer.NO:
                no[place >> 6] |= bit
        layout = self.columns.layout
        codes = (2 * (2 - bytes_of(no, layout.count) - bytes_of(not_yes, layout.count))).astype(np.int8)
        open_ = numbers_set(not_yes & ~no)
        if self.swayed or self.columns.swayed:
            granted = planes.answers(self._formulas(known, scene, Answer.YES), Answer.YES)
            refused = planes.answers(self._formulas(known, scene, Answer.NO), Answer.NO)
            left = not_yes & ~no & ~granted.not_yes & refused.no
            for place, answer, _ in repeats:
                if answer is not Answer.YES:
                    left[place >> 6] &= ~(np.uint64(1) << np.uint64(place & 63))
            codes[numbers_set(left)] = 3
        outlook = planes.outlook(swayed, known.tomorrow)
        candidates = no & ~outlook.stays_no
        places = numbers_set(candidates)
        places = places[places < layout.count]
        if len(places):
            codes[places[self._cured(places, known, outlook, openings, repeats, scene)]] = 1
        return codes[layout.place_of]

    def _cured(self, places, known, outlook, openings, repeats, scene) -> NDArray[np.bool_]:
        days = Days.of(self.timed, known.turns, tuple(self.lexicon.dates), scene.on)
        found = spans(self.timed, days, places, outlook.open_anyway)
        tomorrow = scene.on.toordinal() + 1
        first = np.maximum(found.first, tomorrow)
        at = {place: i for i, place in enumerate(places.tolist())}
        for place, _, day in repeats:
            if place in at:
                first[at[place]] = max(first[at[place]], day)
        window = self.windows.of_place[places]
        settled, until = openings.settled[window], openings.open_until[window]
        cured = (np.maximum(first, settled) <= found.last) | (first <= np.minimum(found.last, until))
        from models.bits import are_set
        singly = found.gap | openings.reopens[window] | are_set(outlook.singly, places)
        for i in np.flatnonzero(singly).tolist():
            grant = self.catalogue.grants[self.columns.layout.order[places[i]]]
            cured[i] = first_day(scene, grant) is not None
        return cured

    def _repeats(self, scene: Scene):
        for grant_id in {award.grant_id for award in scene.applicant.awards or ()}:
            place = self.place_of_grant.get(grant_id)
            if place is None:
                continue
            grant = self.catalogue.grants[self.columns.layout.order[place]]
            if grant.repeat is not None:
                months = grant.repeat.months_between_awards
                day = max(months_later(a.on.earliest, months) for a in scene.applicant.awards if a.grant_id == grant_id)
                yield place, repeat_finding(grant, scene).answer, day.toordinal()

    def _formulas(self, known: Known, scene: Scene, decided: Answer) -> dict[Subject, State]:
        """Answer every formula, and give what is swayed."""
        swayed: dict[Subject, State] = {}
        if Subject("odd", "discretion") in self.swayed:
            for subject, answered in self.reader.asked.discretionary(replace(scene, discretion=decided)):
                swayed[subject] = answered
                if answered.moving:
                    known.tomorrow[subject] = answered
        for subject, columns in self.formulas:
            if decided is not Answer.UNKNOWN and subject not in self.swayed:
                continue
            always = Always.on(columns, self.lexicon.dates, scene.on)
            planes = Planes.of(columns, known, always, self.swayed)
            answers = planes.answers(swayed, decided)
            n = columns.layout.count
            codes = (2 - bytes_of(answers.no, n) - bytes_of(answers.not_yes, n)).astype(np.int8)
            moving = ()
            if decided is Answer.UNKNOWN and planes.later is not None:
                outlook = planes.outlook(swayed, known.tomorrow)
                touched = np.zeros(columns.layout.words, dtype=np.uint64)
                from models.bits import add
                for s in known.tomorrow:
                    for rows in columns.families.get(s, ()):
                        add(touched, rows.touched)
                t = touched[: columns.layout.grant_words].copy()
                columns.layout.fold(touched, t)
                m = numbers_set(t & ~outlook.stays_no)
                moving = tuple(columns.layout.order[m[m < n]].tolist())
            state = Answered(codes[columns.layout.place_of], moving=moving)
            if moving:
                known.tomorrow[subject] = state
            if subject in self.swayed:
                swayed[subject] = state
            else:
                known.now[subject] = state
        return swayed


def _entries(lexicon: Lexicon, items: Sequence[Item], held: Sequence[Sequence[int]]) -> Entries:
    owners = np.repeat(np.arange(len(held)), [len(some) for some in held])
    flat = np.array(list(chain.from_iterable(held)), dtype=np.int64)
    return Entries.of(lexicon, items, owners, flat, len(held))
