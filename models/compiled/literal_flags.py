"""Turns what is known of a person into flags of every literal: all numbers at once, all choices at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.compiled.answer_flags import (
    ALL,
    ALWAYS,
    GRANTED,
    LASTING,
    LATER,
    MAY,
    OPEN,
    REFUSED,
    AnswerFlags,
    Numbers,
)
from models.compiled.encoded_person import Known
from models.compiled.literals import CHOICES, LINES, UNDER_DISCRETION, Literal, Subject, Vocabulary
from models.compiled.memberships import BITS, AskedOnce, ManyValues, Values, unsettle, values_of
from models.compiled.threshold_days import Distances
from models.compiled.thresholds import Lines, extents_of


@dataclass(frozen=True)
class LiteralFlags:
    """All literals of a catalogue in the order in which their flags stand; what takes long to tell stands last."""

    literals: tuple[Literal, ...]
    slots: Numbers
    """(literals,) where the flags of each literal of the symbol table stand."""
    lines: Lines
    values: Values
    many: Mapping[Subject, ManyValues]
    decided: AnswerFlags
    """Answer flags of what people at the funds decide."""
    quick: slice
    """What all of the above are."""
    sums: Lines
    asked: Mapping[Subject, AskedOnce]
    silence: AnswerFlags
    """Answer flags of all that takes long to tell, for somebody who tells nothing."""

    @classmethod
    def of(
        cls,
        literals: Sequence[Literal],
        vocabulary: Vocabulary,
        distances: Mapping[Subject, Distances],
        silence: Known,
    ) -> Self:
        """Sort the literals of a symbol table; `silence` is what is known of somebody who tells nothing."""
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
        made = cls(
            named,
            slots,
            Lines.of(0, mine[_LINES], vocabulary, distances),
            Values.of(starts[_VALUES], mine[_VALUES], vocabulary),
            {one: ManyValues.of(extent, named[extent], places[one]) for one, extent in many.items()},
            np.array([_DECIDED[one.sense] for one in mine[_DISCRETION]], dtype=np.uint8),
            slice(0, starts[_SUMS]),
            Lines.of(starts[_SUMS], mine[_SUMS], vocabulary, distances),
            {one: AskedOnce.of(extent, named[extent], places[one]) for one, extent in asked.items()},
            np.zeros(0, dtype=np.uint8),
        )
        flags = np.zeros(len(named), dtype=np.uint8)
        made.fill_wanted(flags, silence, (*made.sums.extents, *asked))
        return replace(made, silence=flags[made.quick.stop :])

    def fill(self, flags: AnswerFlags, known: Known) -> None:
        """Mark what is told quickly, and the rest as the best that it can be."""
        self.lines.fill(flags, known)
        self.values.fill(flags, known)
        for subject, values in self.many.items():
            values.fill(flags, known.now.get(subject))
        unsettle(flags, {subject: one.extent for subject, one in self.many.items()}, known)
        end = self.quick.stop
        flags[end - len(self.decided) : end] = self.decided
        flags[end : len(self.literals)] = self.silence
        for subject in known.slow:
            flags[self._extent(subject)] = ALL

    def _extent(self, subject: Subject) -> slice:
        return self.asked[subject].extent if subject in self.asked else self.sums.extents[subject]

    def wanted(self, known: Known, needed: NDArray[np.bool_]) -> dict[Subject, list[int]]:
        """List for each subject of which something is told that takes long what is needed of it."""
        found: dict[Subject, list[int]] = {}
        places = np.flatnonzero(needed[self.quick.stop :]).tolist()
        for subject in known.slow:
            extent = self._extent(subject)
            first, last = (bisect_left(places, end - self.quick.stop) for end in (extent.start, extent.stop))
            if first < last:
                one = self.asked.get(subject)
                found[subject] = [0] if one is None else one.wanted(needed[extent])
        return found

    def fill_wanted(self, flags: AnswerFlags, known: Known, wanted: Iterable[Subject]) -> None:
        """Mark what took long to tell; what is not wanted of it may stay as good as it was."""
        if not self.sums.extents.keys().isdisjoint(wanted):
            self.sums.fill(flags, known)
        for subject in wanted:
            if subject == UNDER_DISCRETION and known.under_discretion is not None:
                self.asked[subject].fill_swayed(flags, *known.under_discretion)
            elif subject in self.asked:
                self.asked[subject].fill(flags, known.now.get(subject))


_LINES, _VALUES, _MANY, _DISCRETION, _SUMS, _ASKED = range(6)


_DECIDED: Final = {
    "open": OPEN,
    "yes": MAY | GRANTED | LATER | LASTING | ALWAYS,
    "no": MAY | REFUSED | LATER | LASTING | ALWAYS,
}


def _group(subject: Subject, vocabulary: Vocabulary) -> int:
    match subject.kind:
        case "sum":
            return _SUMS
        case "discretion":
            return _DISCRETION
        case "choice" if len(vocabulary.places[subject]) <= BITS:
            return _VALUES
        case kind if kind in CHOICES:
            return _MANY
        case kind:
            return _LINES if kind in LINES else _ASKED


def _rank(literal: Literal) -> tuple[str, str, Any]:
    """Sort literals by their subjects, and those that hold for like people beside each other."""
    what = literal.what if isinstance(literal.what, tuple) else ",".join(sorted(map(str, values_of(literal))))
    return str(literal.subject), literal.sense, what
