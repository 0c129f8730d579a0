"""Judges a whole catalogue at once: what grants share is asked once, and the rest is logic on bytes and bits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from data.catalogue.dependencies import changes_with_time
from data.catalogue.grants import Grant, Repeat
from data.catalogue.reading import Catalogue
from data.people.applicants import Applicant
from models.compiled.answer_flags import (
    ALL,
    ALWAYS,
    LASTING,
    LATER,
    LOOK,
    MAY,
    OF_CODE,
    STATUS_OF,
    AnswerFlags,
    Codes,
    Numbers,
)
from models.compiled.bitmap_index import BitmapIndex
from models.compiled.circuit import Circuit
from models.compiled.encoder import Encoder
from models.compiled.incidence import Incidence
from models.compiled.interpreted import Asked
from models.compiled.later_days import LaterDays, Look
from models.compiled.literal_flags import LiteralFlags
from models.compiled.literals import Vocabulary
from models.compiled.symbols import SymbolTable
from models.compiled.windows import Openings, Spans, Windows
from models.eligibility.change_days import change_days_of, repeat_days
from models.eligibility.conditions import evaluation_context
from models.eligibility.context import EvaluationContext
from models.eligibility.day_sets import EVERY_DAY, NEVER, NO_DAY, IntervalSet, shared, since, united
from models.eligibility.findings import recourse_finding, repeat_finding
from models.eligibility.kleene import Answer

_NOT_ELIGIBLE, _NOT_NOW = 0, 1
LARGE: Final = 20_000
"""So many grants are judged faster by bits than each by its flags. Measured."""
_CLOSED: Final = np.uint8(LATER | LASTING)


class Repeated(NamedTuple):
    """A grant that the applicant has had before: whether that is long enough ago, and from which day it may be."""

    grant: int
    answer: Answer
    day: int


class Recourse(NamedTuple):
    """Whether public funds are open to a person, and the days on which that is no no."""

    flags: np.uint8
    days: IntervalSet

    @classmethod
    def of(cls, context: EvaluationContext) -> Self:
        """Ask once for all public funds."""
        barred, found = context.book.no_recourse, recourse_finding(context).answer
        if barred is None or not changes_with_time(barred, context.book):
            flags = (np.uint8(0), OF_CODE[1], np.uint8(ALL))[found.value]
            return cls(flags, NO_DAY if found is Answer.NO else EVERY_DAY)
        days = sorted({day for day in change_days_of(barred, context) if day > context.on})
        starts = [day.toordinal() for day in days]
        runs = zip(starts, [*(start - 1 for start in starts[1:]), NEVER], strict=True)
        answers = [recourse_finding(context.later(day)).answer for day in days]
        open_ = united((run,) for run, answer in zip(runs, answers, strict=True) if answer is not Answer.NO)
        flags = (np.uint8(LATER), OF_CODE[1], np.uint8(ALL))[found.value]
        return cls(flags & ~np.uint8(LASTING), open_)


@dataclass(frozen=True)
class CompiledJudge:
    """A catalogue made ready to be judged for one person after another."""

    catalogue: Catalogue
    symbols: SymbolTable
    encoder: Encoder
    literal_flags: LiteralFlags
    circuit: Circuit
    incidence: Incidence
    bitmaps: BitmapIndex | None
    """For large catalogues."""
    windows: Windows
    places: Mapping[str, int]
    """The place of each grant in the catalogue."""
    public: NDArray[np.bool_]
    """(grants,) which are public funds."""
    _openings: dict[date, Openings] = field(default_factory=dict)

    @classmethod
    def build(cls, catalogue: Catalogue, *, bits_above: int = LARGE) -> Self:
        """Make a catalogue ready; one of more than so many grants is judged by bits."""
        grants, symbols = catalogue.grants, SymbolTable.of(catalogue.facts)
        items = np.fromiter(
            (symbols.item_of(rule) for grant in grants for rule in grant.rules), dtype=np.int64
        )
        starts = np.zeros(len(grants) + 1, dtype=np.int64)
        np.cumsum([len(grant.rules) for grant in grants], out=starts[1:])
        rewriter = symbols.rewriter
        vocabulary = Vocabulary.of(symbols.literals, rewriter.asked)
        asked = Asked.of(catalogue.facts, catalogue.areas, vocabulary, tuple(rewriter.asked))
        encoder = Encoder(catalogue.facts, catalogue.areas, vocabulary, rewriter.sums, asked)
        literal_flags = LiteralFlags.of(symbols.literals, vocabulary, encoder.distances, asked.silence)
        circuit = Circuit.of(symbols, literal_flags.slots)
        incidence = Incidence.of(starts, circuit.items[items], circuit.size)
        large = len(grants) > bits_above
        return cls(
            catalogue,
            symbols,
            encoder,
            literal_flags,
            circuit,
            incidence,
            BitmapIndex.of(incidence, circuit.subjects(literal_flags.literals)) if large else None,
            Windows.of(grants),
            {grant.id: place for place, grant in enumerate(grants)},
            np.array([grant.public_fund for grant in grants], dtype=np.bool_),
        )

    def statuses(self, applicant: Applicant, *, on: date) -> Codes:
        """Give (grants,) codes 0 not eligible … 4 eligible, in catalogue order, as `judge` would."""
        return self.statuses_in(
            evaluation_context(applicant, self.catalogue.facts, self.catalogue.areas, on=on)
        )

    def statuses_in(self, context: EvaluationContext, *, later: bool = True) -> Codes:
        """Give the same for an evaluation context at hand, which keeps what it found out for whoever asks next.

        Without `later` no later day is looked at: which no is a not yet stays untold, the rest is the same.
        """
        return Judgement(self, context, later=later).statuses()

    def openings(self, on: date) -> Openings:
        """Give what the windows say on a day."""
        found = self._openings.get(on)
        if found is None:
            found = Openings.on(self.windows, on)
            self._openings.clear()
            self._openings[on] = found
        return found


_NO_BAR: Final = Recourse(np.uint8(ALL), EVERY_DAY)


class Judgement:
    """One person judged against a catalogue."""

    def __init__(self, judge: CompiledJudge, context: EvaluationContext, *, later: bool = True) -> None:
        self.judge, self.context, self.later = judge, context, later
        self.known = judge.encoder.read(context)
        self.repeated = list(self._repeats())
        self.flags = np.empty(judge.circuit.size + 1, dtype=np.uint8)
        self.closed = judge.openings(context.on)
        self.recourse = Recourse.of(context) if judge.public.any() else _NO_BAR

    def statuses(self) -> Codes:
        """Give (grants,) the code of each grant's status."""
        judge, flags = self.judge, self.flags
        judge.literal_flags.fill(flags, self.known)
        judge.circuit.fill(flags, self.context.on)
        if self.known.slow:
            self._ask()
        return self._of_all() if judge.bitmaps is None else self._of_many(judge.bitmaps)

    def _ask(self) -> None:
        """Ask what takes long of what decides about grants that all else leaves open."""
        judge, flags = self.judge, self.flags
        wanted = judge.literal_flags.wanted(self.known, judge.circuit.needed(self._open_slots(), flags))
        judge.encoder.ask(self.known, self.context, wanted)
        judge.literal_flags.fill_wanted(flags, self.known, wanted)
        judge.circuit.fill(flags, self.context.on)

    def _open_slots(self) -> NDArray[np.bool_]:
        """Tell which slots are asked by grants that may not be settled yet; all of them, where these are many."""
        judge = self.judge
        if judge.bitmaps is not None:
            return np.ones(judge.circuit.size + 1, dtype=np.bool_)
        every, open_ = np.arange(len(judge.catalogue.grants)), MAY | LATER if self.later else MAY
        return judge.incidence.slots_of(np.flatnonzero(self._of_grants(every) & open_))

    def _of_all(self) -> Codes:
        codes = np.empty(len(self.judge.catalogue.grants), dtype=np.int8)
        self._judge(np.arange(len(codes)), codes)
        return codes

    def _of_many(self, bitmaps: BitmapIndex) -> Codes:
        """Settle most grants by bits, and the rest by their flags."""
        codes, left = bitmaps.settle(self.flags, bitmaps.never(self.flags), self.closed.words)
        again = np.array([one.grant for one in self.repeated], dtype=np.int64)
        barred = np.flatnonzero(self.judge.public) if self.recourse.flags != ALL else again
        for more in (again, barred, self.judge.windows.ended):
            left = np.union1d(left, more) if len(more) else left
        self._judge(left, codes)
        return codes

    def _judge(self, grants: Numbers, codes: Codes) -> None:
        """Put the codes of some grants in their places."""
        found = STATUS_OF.take(self._of_grants(grants))
        look = np.flatnonzero(found == LOOK)
        if not self.later:
            found[look] = _NOT_ELIGIBLE
        elif len(look):
            found[look] = np.where(self._cured(grants[look]), _NOT_NOW, _NOT_ELIGIBLE)
        codes[grants] = found

    def _of_grants(self, grants: Numbers) -> AnswerFlags:
        """Give the flags of all that some grants ask, windows and repeat periods too."""
        found = self.judge.incidence.flags_of(grants, self.flags)
        found[self.closed.closed[grants]] &= _CLOSED
        found[self.closed.ending[grants]] &= ~np.uint8(LASTING)
        found[self.closed.ended[grants]] = 0
        if self.recourse.flags != ALL:
            found[self.judge.public[grants]] &= self.recourse.flags
        for again in self.repeated:
            at = int(np.searchsorted(grants, again.grant))
            if at < len(grants) and grants[at] == again.grant:
                waits = _CLOSED if again.day < NEVER else np.uint8(0)
                found[at] &= (waits, OF_CODE[1], ALL)[again.answer.value]
        return found

    def _cured(self, grants: Numbers) -> NDArray[np.bool_]:
        """Tell for some grants whether there is a later day on which nothing about them is a no.

        What must be asked day by day is asked first of the last days: many a grant opens for good, and then no other
        day need be asked.
        """
        unsure = np.arange(len(grants))
        for look in Look:
            unsure = unsure[~self._open_later(grants[unsure], self._outlook(look))]
            if not len(unsure):
                break
        return np.isin(np.arange(len(grants)), unsure, invert=True)

    def _open_later(self, grants: Numbers, outlook: LaterDays) -> NDArray[np.bool_]:
        windows, later, tomorrow = self.judge.windows, self.closed.later, self.context.on.toordinal() + 1
        bounded = (self.flags & ALWAYS) == 0
        owners, slots = self.judge.incidence.pairs(grants, bounded)
        met = np.zeros(len(bounded), dtype=np.bool_)
        met[slots] = True
        days = {slot: since(tomorrow, outlook.days(slot)) for slot in np.flatnonzero(met).tolist()}
        spans = later.take(windows.of_place[grants]).narrowed(owners, Spans.of(days, len(met)).take(slots))
        if self.recourse.days != EVERY_DAY:
            mine = np.flatnonzero(self.judge.public[grants])
            alike = Spans.of({0: self.recourse.days}, 1).take(np.zeros(len(mine), dtype=np.int64))
            spans.narrowed(mine, alike)
        again = {one.grant: one.day for one in self.repeated}
        for at in np.flatnonzero(np.isin(grants, list(again))).tolist() if again else ():
            spans.first[at] = max(int(spans.first[at]), again[int(grants[at])])
        found: NDArray[np.bool_] = spans.first <= spans.last
        for at in np.flatnonzero(found & spans.gapped).tolist():
            asked = [days[slot] for slot in slots[owners == at].tolist()]
            asked += [self.recourse.days] if self.judge.public[grants[at]] else []
            window = windows.days[int(windows.of_place[grants[at]])]
            found[at] = bool(shared([since(int(spans.first[at]), window), *asked]))
        return found

    def _outlook(self, look: Look) -> LaterDays:
        judge, rewriter = self.judge, self.judge.symbols.rewriter
        return LaterDays(
            judge.encoder, judge.literal_flags, judge.circuit, rewriter.sums, judge.encoder.asked, self.known,
            self.context, self.flags, look,
        )  # fmt: skip

    def _repeats(self) -> Iterator[Repeated]:
        people = [person for person in self.context.everyone if person.awards]
        for grant_id in {award.grant_id for person in people for award in person.awards or ()}:
            place = self.judge.places.get(grant_id)
            grant = None if place is None else self.judge.catalogue.grants[place]
            if place is not None and grant is not None and grant.repeat is not None:
                found = repeat_finding(grant, self.context).answer
                yield Repeated(place, found, self._again(grant, grant.repeat, found))

    def _again(self, grant: Grant, repeat: Repeat, today: Answer) -> int:
        """Give the ordinal of the first day on which earlier awards may leave room for another, or NEVER."""
        if today is not Answer.NO:
            return self.context.on.toordinal()
        days = sorted({day for day in repeat_days(repeat, self.context) if day > self.context.on})
        freed = (d for d in days if repeat_finding(grant, self.context.later(d)).answer is not Answer.NO)
        first = next(freed, None)
        return NEVER if first is None else first.toordinal()
