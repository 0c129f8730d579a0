"""Answer flags of what is asked about choices, areas and awards, and of conditions that are asked as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from models.compiled.answer_flags import (
    GRANTED,
    LATER,
    NOW,
    OF_CODE,
    OPEN,
    REFUSED,
    AnswerFlags,
    Codes,
    Numbers,
)
from models.compiled.encoded_person import Among, Answered, Known, State
from models.compiled.literals import Literal, Subject, Vocabulary
from models.compiled.thresholds import Extents, extents_of

BITS: Final = 64
"""So many values fit into one word."""
_ANY: Final = 2**BITS - 1


@dataclass(frozen=True)
class Values:
    """Literals that hold where a person has one of some values (hit) or none of them (miss), up to 64 values a fact."""

    start: int
    extents: Extents
    places: Mapping[Subject, int]
    subject: Numbers
    masks: NDArray[np.uint64]
    flip: Codes

    @classmethod
    def of(cls, start: int, literals: Sequence[Literal], vocabulary: Vocabulary) -> Self:
        """Number literals that stand in the order of their subjects."""
        extents = extents_of(literals, start)
        places = {subject: at for at, subject in enumerate(extents)}
        masks = [
            sum(1 << vocabulary.places[one.subject][value] for value in values_of(one)) for one in literals
        ]
        return cls(
            start,
            extents,
            places,
            np.array([places[one.subject] for one in literals], dtype=np.int64),
            np.array(masks, dtype=np.uint64),
            np.array([2 if one.sense == "miss" else 0 for one in literals], dtype=np.int8),
        )

    def fill(self, flags: AnswerFlags, known: Known) -> None:
        """Mark the literals."""
        if not self.places:
            return
        have, may = (
            np.zeros(len(self.places), dtype=np.uint64),
            np.full(len(self.places), _ANY, dtype=np.uint64),
        )
        for subject, state in known.now.items():
            at = self.places.get(subject)
            if at is not None and state is not None:
                have[at], may[at] = _as_bits(state)
        surely = (self.masks & have.take(self.subject)) != 0
        codes = surely.view(np.int8) + ((self.masks & may.take(self.subject)) != 0)
        mine = flags[self.start : self.start + len(codes)]
        np.take(OF_CODE, np.abs(codes - self.flip), out=mine, mode="clip")
        unsettle(flags, self.extents, known)


def _as_bits(state: State) -> tuple[int, int]:
    if not isinstance(state, Among):
        return 0, 0
    have = 0
    for value in state.surely:
        have |= 1 << value
    if state.perhaps == state.surely:
        return have, have
    return have, _ANY if state.perhaps is None else sum(1 << value for value in state.perhaps)


@dataclass(frozen=True)
class ManyValues:
    """The same for one subject with any number of values, of which a person has few."""

    extent: slice
    naming: Mapping[int, Numbers]
    """For each value the literals that name it, counted from the first."""
    flip: Codes

    @classmethod
    def of(cls, extent: slice, literals: Sequence[Literal], places: Mapping[object, int]) -> Self:
        """Sort the literals of one subject by the values that they name."""
        naming: dict[int, list[int]] = {}
        for at, one in enumerate(literals):
            for value in values_of(one):
                naming.setdefault(places[value], []).append(at)
        flip = np.array([2 if one.sense == "miss" else 0 for one in literals], dtype=np.int8)
        return cls(extent, {value: np.array(mine, dtype=np.int64) for value, mine in naming.items()}, flip)

    def fill(self, flags: AnswerFlags, state: State) -> None:
        """Mark the literals."""
        if state is None:
            flags[self.extent] = OPEN
            return
        have, may = (state.surely, state.perhaps) if isinstance(state, Among) else ((), ())
        codes = np.full(len(self.flip), 1 if may is None else 0, dtype=np.int8)
        for code, values in ((1, may or ()), (2, have)):
            for value in values:
                if value in self.naming:
                    codes[self.naming[value]] = code
        flags[self.extent] = OF_CODE[np.abs(codes - self.flip)]


@dataclass(frozen=True)
class AskedOnce:
    """Literals about the answers of conditions that are asked as a whole, of one part of what may be known."""

    extent: slice
    asked: Numbers
    """(literals,) which answer each is about."""
    count: int
    """How many answers there are."""
    flip: Codes

    @classmethod
    def of(cls, extent: slice, literals: Sequence[Literal], places: Mapping[object, int]) -> Self:
        """Number the literals of one part."""
        asked = np.array([places[one.what] for one in literals], dtype=np.int64)
        return cls(
            extent,
            asked,
            len(places),
            np.array([2 if one.sense == "no" else 0 for one in literals], dtype=np.int8),
        )

    def fill(self, flags: AnswerFlags, state: State) -> None:
        """Mark the literals."""
        if not isinstance(state, Answered):
            flags[self.extent] = OPEN
            return
        mine = OF_CODE[self._codes(state)]
        if state.moving:
            moves = np.zeros(len(state.codes), dtype=np.bool_)
            moves[list(state.moving)] = True
            at = np.flatnonzero(moves[self.asked])
            mine[at] = (mine[at] & NOW) | LATER
        flags[self.extent] = mine

    def wanted(self, needed: NDArray[np.bool_]) -> list[int]:
        """List the answers that some of the literals are about."""
        found = np.zeros(self.count, dtype=np.bool_)
        found[self.asked[needed]] = True
        return np.flatnonzero(found).tolist()

    def fill_swayed(self, flags: AnswerFlags, state: Answered, granted: Answered, refused: Answered) -> None:
        """Mark literals whose answers people at the funds may change."""
        self.fill(flags, state)
        mine = flags[self.extent]
        mine &= ~np.uint8(GRANTED | REFUSED)
        mine |= np.where(self._codes(granted) == 2, np.uint8(GRANTED), np.uint8(0))
        mine |= np.where(self._codes(refused) > 0, np.uint8(REFUSED), np.uint8(0))

    def _codes(self, state: Answered) -> Codes:
        found: Codes = np.abs(state.codes.take(self.asked) - self.flip)
        return found


def unsettle(flags: AnswerFlags, extents: Extents, known: Known) -> None:
    """Mark what moves in ways that bits do not tell."""
    for subject in known.tomorrow:
        if subject in extents:
            mine = flags[extents[subject]]
            mine &= NOW
            mine |= LATER


def values_of(literal: Literal) -> Iterator[object]:
    """Yield the values that a literal names."""
    yield from literal.what if isinstance(literal.what, frozenset) else ()
