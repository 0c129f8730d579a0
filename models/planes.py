"""From what is known of a person to bits for every grant: whether something is a no, and whether all is a yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from models.answers import Answer
from models.bits import Words, add
from models.columns import Columns
from models.lexicon import Dates
from models.literals import Subject
from models.rows import Later, State
from models.states import Known


@dataclass(frozen=True)
class Always:
    """Columns that hold for everybody."""

    now: Words
    """They belong to no grant, or to a rule that does not apply on the day."""
    some_day: Words
    """They belong to no grant, or to a rule that does not apply on some later day."""

    @classmethod
    def on(cls, columns: Columns, dates: Mapping[Dates, int], day: date) -> Always:
        """Look which rules apply on a day."""
        now, some_day = (np.zeros(columns.layout.words, dtype=np.uint64) for _ in range(2))
        add(now, columns.unused)
        add(some_day, columns.unused)
        for (since, until), at in dates.items():
            begins_later = since is not None and since > day
            if begins_later or (until is not None and until < day):
                add(now, columns.dated.get(at))
            if begins_later or until is not None:
                add(some_day, columns.dated.get(at))
        return cls(now, some_day)


@dataclass(frozen=True)
class Answers:
    """Bits for every place."""

    no: Words
    """Something is a no."""
    not_yes: Words
    """Something is no certain yes."""


@dataclass(frozen=True)
class Outlook:
    """What later days can bring while nothing but time changes."""

    stays_no: Words
    """(places) something is a no on every later day."""
    open_anyway: Words
    """(columns) may hold on every later day by what does not move."""
    singly: Words
    """(places) something moves in ways that are looked at grant by grant."""


@dataclass(frozen=True)
class Planes:
    """Bits for every column, before what people at the funds decide."""

    columns: Columns
    always: Always
    surely: Words
    perhaps: Words
    steady_surely: Words
    """What certainly holds by what does not move."""
    steady_perhaps: Words
    later: Later | None
    """None where nothing moves."""

    @classmethod
    def of(cls, columns: Columns, known: Known, always: Always, swayed: frozenset[Subject]) -> Planes:
        """Put together what is known of all subjects but those that are `swayed` by what people decide."""
        words = columns.layout.words
        surely, perhaps = np.zeros(words, dtype=np.uint64), np.zeros(words, dtype=np.uint64)
        columns.add_unknown(known.now.keys() | swayed, perhaps)
        moving = [s for s in known.tomorrow if s not in swayed and s in columns.families]
        for subject, state in known.now.items():
            if subject not in swayed and subject not in known.tomorrow:
                columns.add_known(subject, state, surely, perhaps)
        if not moving and not (known.tomorrow.keys() & swayed & columns.families.keys()):
            return cls(columns, always, surely, perhaps, surely, perhaps, None)
        steady = surely.copy(), perhaps.copy()
        later = Later(*(np.zeros(words, dtype=np.uint64) for _ in range(3)))
        for subject in moving:
            columns.add_known(subject, known.now[subject], surely, perhaps)
            columns.add_later(subject, known.tomorrow[subject], later)
        return cls(columns, always, surely, perhaps, *steady, later)

    def answers(self, swayed: Mapping[Subject, State], decided: Answer) -> Answers:
        """Give the answers where people decide so; `swayed` is what follows from that for other subjects."""
        surely, perhaps = np.bitwise_or(self.surely, self.always.now), self.perhaps.copy()
        self._sway(swayed, decided, surely, perhaps)
        np.bitwise_or(perhaps, surely, out=perhaps)
        layout = self.columns.layout
        grants = layout.grant_words
        no, not_yes = surely[:grants].copy(), perhaps[:grants].copy()
        layout.fold(np.invert(perhaps), no)
        layout.fold(np.invert(surely), not_yes)
        return Answers(no, not_yes)

    def outlook(self, swayed: Mapping[Subject, State], tomorrow: Mapping[Subject, State]) -> Outlook:
        """Look at all later days at once; what is swayed is taken as it is now, unless time may move it."""
        layout, later = self.columns.layout, self.later
        surely, perhaps = self.steady_surely, self.steady_perhaps
        if later is None:
            later = Later(*(np.zeros(layout.words, dtype=np.uint64) for _ in range(3)))
        if swayed or self.columns.swayed:
            surely, perhaps = surely.copy(), perhaps.copy()
            still = {subject: state for subject, state in swayed.items() if subject not in tomorrow}
            self._sway(still, Answer.UNKNOWN, surely, perhaps)
            for subject in swayed.keys() & tomorrow.keys():
                self.columns.add_later(subject, tomorrow[subject], later)
        open_anyway = surely | perhaps
        may_hold = open_anyway | later.some_day | self.always.some_day
        grants = layout.grant_words
        stays_no = surely[:grants] | later.ever[:grants]
        layout.fold(np.invert(may_hold), stays_no)
        singly = later.singly[:grants].copy()
        layout.fold(later.singly, singly)
        return Outlook(stays_no, open_anyway, singly)

    def _sway(self, swayed: Mapping[Subject, State], decided: Answer, surely: Words, perhaps: Words) -> None:
        for subject, state in swayed.items():
            self.columns.add_known(subject, state, surely, perhaps)
        if decided is Answer.UNKNOWN:
            add(perhaps, self.columns.granted)
            add(perhaps, self.columns.refused)
        else:
            add(surely, self.columns.granted if decided is Answer.YES else self.columns.refused)
