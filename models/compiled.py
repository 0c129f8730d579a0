"""Judges a whole catalogue at once: what grants share is asked once, and the rest is logic on bitmaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from data.applicants import Applicant
from data.catalogue import Catalogue
from models.answers import Answer
from models.asking import Asked
from models.bits import Numbers, Words, are_set, bytes_of, numbers_set, row_of, whole
from models.columns import Columns
from models.elapsed import months_later
from models.eligibility import Status, repeat_finding
from models.formulas import Answers, Movement
from models.later import Lookout
from models.layout import Entries
from models.lexicon import SWAYED, Lexicon, Vocabulary
from models.openings import Openings, Windows
from models.rows import Codes
from models.scene import Scene
from models.states import Known, Reader
from models.timed import Timed
from models.timing import first_day
from models.uses import MOVES, NO, NOT_YES, STAYS_NO, Uses

STATUSES: Final = tuple(Status)
"""Status of each code, worst first."""
_NOT_NOW, _NEEDS_INFO, _DISCRETIONARY, _ELIGIBLE = 1, 2, 3, 4


class Repeated(NamedTuple):
    """A grant that the applicant has had before: whether that is long enough ago, and from which day it may be."""

    grant: int
    answer: Answer
    day: int


@dataclass(frozen=True)
class CompiledJudge:
    """A catalogue made ready to be judged for one person after another."""

    catalogue: Catalogue
    columns: Columns
    reader: Reader
    uses: Uses
    windows: Windows
    lookout: Lookout
    formulas: int
    left_to_people: Words
    """Grants about which people at the funds decide something."""
    swayed_uses: NDArray[np.uint8]
    """(uses,) all bits set for those that what people decide may change."""
    places: Mapping[str, int]
    """The place of each grant in the catalogue."""
    _openings: dict[date, Openings] = field(default_factory=dict)

    @classmethod
    def build(cls, catalogue: Catalogue) -> Self:
        """Make a catalogue ready."""
        grants, lexicon = catalogue.grants, Lexicon.of(catalogue.facts)
        items = np.fromiter(
            (lexicon.item_of(rule) for grant in grants for rule in grant.rules), dtype=np.int64
        )
        of_grant = np.repeat(np.arange(len(grants)), [len(grant.rules) for grant in grants])
        rewriter = lexicon.rewriter
        vocabulary = Vocabulary.of(lexicon.literals, rewriter.asked)
        asked = Asked.of(catalogue.facts, catalogue.areas, vocabulary, tuple(rewriter.asked))
        reader = Reader(catalogue.facts, catalogue.areas, vocabulary, rewriter.sums, asked)
        entries = Entries.of(lexicon, len(grants), items, of_grant)
        bases = {part.subject: part.bases for part in asked.parts}
        columns = Columns.build(entries, lexicon.literals, vocabulary, bases)
        timed = Timed.of(entries, len(lexicon.formulas), lexicon.literals, vocabulary, reader.can_move)
        uses = Uses.of(entries, lexicon.uses)
        swayed = np.array([lexicon.formulas[use.formula].swayed for use in lexicon.uses], dtype=np.uint8)
        left = whole(
            row_of(
                np.flatnonzero(uses.of_grants(swayed, np.arange(len(grants)))), columns.layout.grant_words
            ),
            columns.layout.grant_words,
        )
        words = columns.layout.grant_words
        left |= columns.granted[:words] | columns.refused[:words]
        for one in columns.answered.get(SWAYED, ()):
            left |= columns.shelf.join([one.touched])[:words]
        return cls(
            catalogue,
            columns,
            reader,
            uses,
            Windows.of(grants),
            Lookout(timed, lexicon, reader),
            len(lexicon.formulas),
            left,
            swayed * np.uint8(255),
            {grant.id: place for place, grant in enumerate(grants)},
        )

    def statuses(self, applicant: Applicant, *, on: date) -> Codes:
        """Give (grants,) codes 0 not eligible … 4 eligible, in catalogue order, as `judge` would."""
        scene = Scene.today(applicant, self.catalogue.facts, self.catalogue.areas, on=on)
        return Judgement(self, scene, self.reader.read(scene)).statuses()

    def openings(self, on: date) -> Openings:
        """Give what the windows say on a day."""
        if on not in self._openings:
            self._openings.clear()
            self._openings[on] = Openings.on(self.windows, on)
        return self._openings[on]


class Judgement:
    """One person judged against a catalogue."""

    def __init__(self, judge: CompiledJudge, scene: Scene, known: Known) -> None:
        self.judge, self.scene, self.known = judge, scene, known
        self.count = len(judge.catalogue.grants)
        self.words = judge.columns.layout.grant_words
        self.held = judge.columns.held(known)
        self.swayed = judge.reader.asked.swayed(scene)
        self.answers = self._answers(Answer.UNKNOWN)
        self.movement = Movement.of(judge.columns, self.answers, self.held, self.swayed)
        self.flags = judge.uses.flags(self.answers.codes, self.movement.moves, scene.on)
        self.openings = judge.openings(scene.on)
        self.repeated = list(self._repeats())

    def _answers(self, decided: Answer) -> Answers:
        swayed = self.swayed
        if swayed is not None and decided is not Answer.UNKNOWN:
            swayed = self.judge.reader.asked.swayed(replace(self.scene, discretion=decided))
        return Answers.of(self.judge.columns, self.judge.formulas, self.held, swayed, decided)

    def statuses(self) -> Codes:
        """Give (grants,) the code of each grant's status."""
        judge, words = self.judge, self.words
        no, not_yes = self.answers.surely[:words].copy(), self.answers.perhaps[:words].copy()
        ever = self._ever()
        # settled: a no now by rules alone, and on every later day
        settled = no & ever
        look = numbers_set(~settled)
        look = look[look < self.count]
        of_uses = judge.uses.of_grants(self.flags, look)
        self._set(no, look[(of_uses & NO) > 0])
        self._set(not_yes, look[(of_uses & NOT_YES) > 0])
        no |= self.openings.closed
        not_yes |= self.openings.closed
        for again in self.repeated:
            if again.answer is Answer.NO:
                self._set(no, np.array([again.grant]))
            if again.answer is not Answer.YES:
                self._set(not_yes, np.array([again.grant]))
        codes = (2 - bytes_of(no, self.count) - bytes_of(not_yes, self.count)).astype(np.int8) * 2
        left = numbers_set(not_yes & ~no & judge.left_to_people)
        if len(left):
            self._decide(codes, left)
        # not now
        maybe = look[are_set(no & ~ever, look) & ((of_uses & STAYS_NO) == 0)]
        moves = of_uses[are_set(no & ~ever, look) & ((of_uses & STAYS_NO) == 0)]
        if len(maybe):
            codes[maybe[self._cured(maybe, moves)]] = _NOT_NOW
        return codes

    def _ever(self) -> Words:
        """Mark the grants with a reason against them that holds on every later day."""
        ever = self.held.steady_surely | self.held.ever
        if self.swayed is not None:
            codes, ignored = self.swayed.settled().codes, np.zeros_like(ever)
            for rows in self.judge.columns.answered.get(SWAYED, ()):
                rows.add(codes, ever, ignored)
        return ever[: self.words]

    def _set(self, bits: Words, places: Numbers) -> None:
        np.bitwise_or.at(bits, places >> 6, np.left_shift(np.uint64(1), (places & 63).astype(np.uint64)))

    def _decide(self, codes: Codes, open_: Numbers) -> None:
        """Mark the grants for which facts no longer matter."""
        uses = self.judge.uses
        uncertain = {again.grant for again in self.repeated if again.answer is Answer.UNKNOWN}
        if self.swayed is None:
            at_best = self.held.perhaps | self.held.surely | self.judge.columns.granted
            open_ = open_[~are_set(at_best, open_)]
        open_ = open_[(uses.of_grants(self.flags & ~self.judge.swayed_uses, open_) & NOT_YES) == 0]
        if uncertain:
            open_ = np.array([place for place in open_.tolist() if place not in uncertain], dtype=np.int64)
        if not len(open_):
            return
        still = np.zeros(self.judge.formulas, dtype=np.bool_)
        granted, refused = self._answers(Answer.YES), self._answers(Answer.NO)
        flags = [
            uses.of_grants(uses.flags(found.codes, still, self.scene.on), open_)
            for found in (granted, refused)
        ]
        all_yes = ~are_set(granted.perhaps, open_) & ((flags[0] & NOT_YES) == 0)
        some_no = are_set(refused.surely, open_) | ((flags[1] & NO) > 0)
        codes[open_[all_yes & some_no]] = _DISCRETIONARY

    def _cured(self, places: Numbers, of_uses: NDArray[np.uint8]) -> NDArray[np.bool_]:
        openings, window = self.openings, self.judge.windows.of_place[places]
        tomorrow = self.scene.on.toordinal() + 1
        cured = np.ones(len(places), dtype=np.bool_)
        ending = self.held.ending
        if self.swayed is not None:
            for rows in self.judge.columns.answered.get(SWAYED, ()):
                ending = ending | rows.moved(self.swayed.moving)
        exact = np.flatnonzero(((of_uses & MOVES) > 0) | are_set(ending, places))
        if not len(exact):
            return cured
        found = self.judge.lookout.spans(self, places[exact])
        first = np.maximum(found.first, tomorrow)
        for again in self.repeated:
            first[places[exact] == again.grant] = np.maximum(first[places[exact] == again.grant], again.day)
        settled, until = openings.settled[window[exact]], openings.open_until[window[exact]]
        cured[exact] = (np.maximum(first, settled) <= found.last) | (first <= np.minimum(found.last, until))
        singly = found.broken | openings.reopens[window[exact]]
        for at in exact[singly].tolist():
            cured[at] = first_day(self.scene, self.judge.catalogue.grants[places[at]]) is not None
        return cured

    def _repeats(self) -> Iterator[Repeated]:
        awards = self.scene.applicant.awards or ()
        for grant_id in {award.grant_id for award in awards}:
            place = self.judge.places.get(grant_id)
            if place is None:
                continue
            grant = self.judge.catalogue.grants[place]
            if grant.repeat is not None:
                months = grant.repeat.months_between_awards
                day = max(
                    months_later(award.on.earliest, months) for award in awards if award.grant_id == grant_id
                )
                yield Repeated(place, repeat_finding(grant, self.scene).answer, day.toordinal())
