"""Turns what is known of a person into marks of every literal: all numbers at once, all choices at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.known import Among, Answered, Codes, Known, NotApplicable, Numbers, OnLine, State
from models.lexicon import CHOICES, LINES, SWAYED, Vocabulary, cut_number
from models.literals import Literal, Subject
from models.marks import ALL, ALWAYS, GRANTED, LASTING, LATER, MAY, NOW, OF_CODE, OPEN, REFUSED, Marks
from models.turns import Distances

_BITS: Final = 64
"""So many values fit into one word."""
_ANY: Final = 2**_BITS - 1
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
    if_not_applicable: Marks
    cuts_later: Numbers
    """What tomorrow's number must not have passed if it is to hold on a later day."""
    lasting: Marks

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

    def fill(self, marks: Marks, known: Known) -> None:
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
        mine = marks[self.start : self.start + len(codes)]
        np.take(OF_CODE, np.abs(codes - self.flip), out=mine, mode="clip")
        for extent in not_applicable:
            marks[extent] = self.if_not_applicable[extent.start - self.start : extent.stop - self.start]
        if known.tomorrow:
            self._fill_later(mine, known)

    def _fill_later(self, mine: Marks, known: Known) -> None:
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

    def fill(self, marks: Marks, known: Known) -> None:
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
        mine = marks[self.start : self.start + len(codes)]
        np.take(OF_CODE, np.abs(codes - self.flip), out=mine, mode="clip")
        unsettle(marks, self.extents, known)


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

    def fill(self, marks: Marks, state: State) -> None:
        """Mark the literals."""
        if state is None:
            marks[self.extent] = OPEN
            return
        have, may = (state.surely, state.perhaps) if isinstance(state, Among) else ((), ())
        codes = np.full(len(self.flip), 1 if may is None else 0, dtype=np.int8)
        for code, values in ((1, may or ()), (2, have)):
            for value in values:
                if value in self.naming:
                    codes[self.naming[value]] = code
        marks[self.extent] = OF_CODE[np.abs(codes - self.flip)]


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

    def fill(self, marks: Marks, state: State) -> None:
        """Mark the literals."""
        if not isinstance(state, Answered):
            marks[self.extent] = OPEN
            return
        mine = OF_CODE[self._codes(state)]
        if state.moving:
            moves = np.zeros(len(state.codes), dtype=np.bool_)
            moves[list(state.moving)] = True
            at = np.flatnonzero(moves[self.asked])
            mine[at] = (mine[at] & NOW) | LATER
        marks[self.extent] = mine

    def fill_swayed(self, marks: Marks, state: Answered, granted: Answered, refused: Answered) -> None:
        """Mark literals whose answers people at the funds may change."""
        self.fill(marks, state)
        mine = marks[self.extent]
        mine &= ~np.uint8(GRANTED | REFUSED)
        mine |= np.where(self._codes(granted) == 2, np.uint8(GRANTED), np.uint8(0))
        mine |= np.where(self._codes(refused) > 0, np.uint8(REFUSED), np.uint8(0))

    def _codes(self, state: Answered) -> Codes:
        found: Codes = np.abs(state.codes.take(self.asked) - self.flip)
        return found


@dataclass(frozen=True)
class Readings:
    """All literals of a catalogue in the order in which their marks stand; what takes long to tell stands last."""

    literals: tuple[Literal, ...]
    slots: Numbers
    """(literals,) where the marks of each literal of the lexicon stand."""
    lines: Lines
    values: Values
    many: Mapping[Subject, ManyValues]
    decided: Marks
    """Marks of what people at the funds decide."""
    quick: slice
    """What all of the above are."""
    sums: Lines
    asked: Mapping[Subject, AskedOnce]

    @classmethod
    def of(
        cls, literals: Sequence[Literal], vocabulary: Vocabulary, distances: Mapping[Subject, Distances]
    ) -> Self:
        """Sort the literals of a lexicon."""
        groups = [_group(one.subject, vocabulary) for one in literals]
        order = sorted(range(len(literals)), key=lambda at: (groups[at], *_rank(literals[at])))
        slots = np.zeros(len(literals), dtype=np.int64)
        slots[order] = np.arange(len(literals))
        mine: list[list[Literal]] = [[] for _ in range(_ASKED + 1)]
        for at in order:
            mine[groups[at]].append(literals[at])
        starts = np.cumsum([0, *map(len, mine)]).tolist()
        named, places = tuple(literals[at] for at in order), vocabulary.places
        many, asked = (extents_of(mine[group], starts[group]) for group in (_MANY, _ASKED))
        return cls(
            named,
            slots,
            Lines.of(0, mine[_LINES], vocabulary, distances),
            Values.of(starts[_VALUES], mine[_VALUES], vocabulary),
            {one: ManyValues.of(extent, named[extent], places[one]) for one, extent in many.items()},
            np.array([_DECIDED[one.sense] for one in mine[_DISCRETION]], dtype=np.uint8),
            slice(0, starts[_SUMS]),
            Lines.of(starts[_SUMS], mine[_SUMS], vocabulary, distances),
            {one: AskedOnce.of(extent, named[extent], places[one]) for one, extent in asked.items()},
        )

    def fill(self, marks: Marks, known: Known) -> None:
        """Mark what is told quickly, and the rest as the best that it can be."""
        self.lines.fill(marks, known)
        self.values.fill(marks, known)
        for subject, values in self.many.items():
            values.fill(marks, known.now.get(subject))
        unsettle(marks, {subject: one.extent for subject, one in self.many.items()}, known)
        end = self.quick.stop
        marks[end - len(self.decided) : end] = self.decided
        marks[end : len(self.literals)] = ALL

    def wanted(self, needed: NDArray[np.bool_]) -> dict[Subject, list[int]]:
        """List for each subject that takes long to tell what is needed of it."""
        found = {subject: [0] for subject, extent in self.sums.extents.items() if needed[extent].any()}
        for subject, part in self.asked.items():
            wanted = np.zeros(part.count, dtype=np.bool_)
            wanted[part.asked[needed[part.extent]]] = True
            if wanted.any():
                found[subject] = np.flatnonzero(wanted).tolist()
        return found

    def fill_wanted(self, marks: Marks, known: Known, needed: NDArray[np.bool_]) -> None:
        """Mark what took long to tell; what was not needed stays the best that it can be."""
        self.sums.fill(marks, known)
        for subject, part in self.asked.items():
            if subject == SWAYED and known.swayed is not None:
                part.fill_swayed(marks, *known.swayed)
            else:
                part.fill(marks, known.now.get(subject))
        rest = slice(self.quick.stop, len(self.literals))
        marks[rest][~needed[rest]] = ALL


_LINES, _VALUES, _MANY, _DISCRETION, _SUMS, _ASKED = range(6)


_DECIDED: Final = {
    "yes": MAY | GRANTED | LATER | LASTING | ALWAYS,
    "no": MAY | REFUSED | LATER | LASTING | ALWAYS,
}


def unsettle(marks: Marks, extents: Extents, known: Known) -> None:
    """Mark what moves in ways that bits do not tell."""
    for subject in known.tomorrow:
        if subject in extents:
            mine = marks[extents[subject]]
            mine &= NOW
            mine |= LATER


def _group(subject: Subject, vocabulary: Vocabulary) -> int:
    match subject.kind:
        case "sum":
            return _SUMS
        case "discretion":
            return _DISCRETION
        case "choice" if len(vocabulary.places[subject]) <= _BITS:
            return _VALUES
        case kind if kind in CHOICES:
            return _MANY
        case kind:
            return _LINES if kind in LINES else _ASKED


def _rank(literal: Literal) -> tuple[str, str, Any]:
    """Sort literals by their subjects, and those that hold for like people beside each other."""
    what = literal.what if isinstance(literal.what, tuple) else ",".join(sorted(map(str, values_of(literal))))
    return str(literal.subject), literal.sense, what


def extents_of(literals: Sequence[Literal], start: int) -> dict[Subject, slice]:
    """Find where the literals of each subject stand, which stand in the order of their subjects."""
    found: dict[Subject, slice] = {}
    for at, one in enumerate(literals, start=start):
        first = found[one.subject].start if one.subject in found else at
        found[one.subject] = slice(first, at + 1)
    return found


def values_of(literal: Literal) -> Iterator[object]:
    """Yield the values that a literal names."""
    yield from literal.what if isinstance(literal.what, frozenset) else ()
