"""Answer flags of everything that is asked about numbers, all of it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from models.compiled.answer_flags import (
    ALL,
    ALWAYS,
    LASTING,
    LATER,
    MAY,
    NOW,
    OF_CODE,
    AnswerFlags,
    Codes,
    Numbers,
)
from models.compiled.encoded_person import Known, NotApplicable, OnLine
from models.compiled.literals import Literal, Subject, Vocabulary, cut_number
from models.compiled.threshold_days import Distances

_STILL, _CANNOT_TELL = -1, -2
_WAITS: Final = 10**6
"""A cut that no number of cuts reaches."""

Extents = Mapping[Subject, slice]


@dataclass(frozen=True)
class Lines:
    """Literals about numbers: from a cut on, or up to it; `(literals,)` unless said otherwise."""

    start: int
    extents: Extents
    places: Mapping[Subject, int]
    tops: Numbers
    """(subjects,) how many cuts there are."""
    subject: Numbers
    cuts: Numbers
    flip: Codes
    """2 for "up to it", of which the answer is the opposite."""
    if_not_applicable: AnswerFlags
    cuts_later: Numbers
    """What tomorrow's number must not have passed if it is to hold on a later day."""
    lasting: AnswerFlags

    @classmethod
    def of(
        cls,
        start: int,
        literals: Sequence[Literal],
        vocabulary: Vocabulary,
        distances: Mapping[Subject, Distances],
    ) -> Self:
        """Number literals that stand in the order of their subjects."""
        extents = extents_of(literals, start)
        places = {subject: at for at, subject in enumerate(extents)}
        named = vocabulary.places
        cuts = np.array([cut_number(named[one.subject], one.what) for one in literals], dtype=np.int64)
        down = np.array([one.sense == "down" for one in literals], dtype=np.bool_)
        never = np.zeros(len(literals), dtype=np.bool_)
        for subject, extent in extents.items():
            if subject in distances:
                mine = slice(extent.start - start, extent.stop - start)
                never[mine] = distances[subject].never[cuts[mine] - 1]
        return cls(
            start,
            extents,
            places,
            np.array([2 * len(named[subject]) for subject in extents], dtype=np.int64),
            np.array([places[one.subject] for one in literals], dtype=np.int64),
            cuts,
            down.astype(np.int8) * np.int8(2),
            np.array([ALL if one.if_not_applicable else 0 for one in literals], dtype=np.uint8),
            np.where(down, cuts, np.where(never, _CANNOT_TELL - 1, _WAITS)),
            np.where(never == down, np.uint8(LASTING), np.uint8(0)),
        )

    def fill(self, flags: AnswerFlags, known: Known) -> None:
        """Mark the literals."""
        if not self.places:
            return
        low, high = np.zeros_like(self.tops), self.tops.copy()
        not_applicable = []
        for subject, state in known.now.items():
            at = self.places.get(subject)
            if at is not None:
                if isinstance(state, OnLine):
                    low[at], high[at] = state
                elif isinstance(state, NotApplicable):
                    not_applicable.append(self.extents[subject])
        codes = (self.cuts <= low.take(self.subject)).view(np.int8) + (self.cuts <= high.take(self.subject))
        mine = flags[self.start : self.start + len(codes)]
        np.take(OF_CODE, np.abs(codes - self.flip), out=mine, mode="clip")
        for extent in not_applicable:
            flags[extent] = self.if_not_applicable[extent.start - self.start : extent.stop - self.start]
        if known.tomorrow:
            self._fill_later(mine, known)

    def _fill_later(self, mine: AnswerFlags, known: Known) -> None:
        """Mark what holds on later days; a number that moves only grows."""
        tomorrow = np.full(len(self.tops), _STILL)
        for subject, state in known.tomorrow.items():
            at = self.places.get(subject)
            if at is not None:
                tomorrow[at] = state.low if isinstance(state, OnLine) else _CANNOT_TELL
        passed = tomorrow.take(self.subject)
        moving = np.flatnonzero(passed != _STILL)
        passed = passed[moving]
        lasting = self.lasting[moving] & np.where(passed >= 0, np.uint8(LASTING), np.uint8(0))
        now = mine[moving] & NOW
        later = np.where(self.cuts_later[moving] > passed, np.uint8(LATER), np.uint8(0)) | lasting
        later |= np.where(((now & MAY) > 0) & (lasting > 0), np.uint8(ALWAYS), np.uint8(0))
        mine[moving] = now | np.where(passed >= 0, later, np.uint8(LATER))


def extents_of(literals: Sequence[Literal], start: int) -> dict[Subject, slice]:
    """Find where the literals of each subject stand, which stand in the order of their subjects."""
    found: dict[Subject, slice] = {}
    for at, one in enumerate(literals, start=start):
        first = found[one.subject].start if one.subject in found else at
        found[one.subject] = slice(first, at + 1)
    return found
