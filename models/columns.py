"""A catalogue as columns of bits: what is known of a person goes in, what holds comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from models.bits import Numbers, Shelf, Words, add, row_of, whole
from models.layout import Entries, Layout, flattened, spread
from models.lexicon import CHOICES, LINES, SWAYED, Vocabulary, cut_number
from models.literals import Literal, Subject
from models.rows import CodedRows, Codes, HitRows, Later, LineRows, Now, Rows
from models.states import Known

_BLOCK: Final = 8
"""So many families have one row of what they touch together, for persons of whom nothing of them is known."""


@dataclass(frozen=True)
class Held:
    """What holds for a person, a bit for each column."""

    surely: Words
    perhaps: Words
    steady_surely: Words
    """What certainly holds by what time alone does not change."""
    steady_perhaps: Words
    ever: Words
    """What certainly holds on every later day by what time does change."""
    moved: Words | None
    """What time may change; None where nothing moves."""
    ending: Words
    """What may hold on a later day without holding on all that follow the day."""


@dataclass(frozen=True)
class Columns:
    """A catalogue laid out, with the rows of every family."""

    layout: Layout
    families: Mapping[Subject, tuple[Rows, ...]]
    answered: Mapping[Subject, tuple[CodedRows, ...]]
    """Rows of formulas, and of conditions that what people at the funds decide may change."""
    granted: Words
    """Columns that hold if people at the funds decide for the person."""
    refused: Words
    """Columns that hold if they decide against."""
    unused: Words
    """Columns that belong to nothing; they are taken to hold."""
    shelf: Shelf
    _touched: Numbers
    """(families,) row of what each touches, in the order of `families`."""
    _blocks: Numbers
    """(families / 8,) row of what each block of families touches."""
    _range: Mapping[Subject, slice]
    """Which families belong to a subject."""

    @classmethod
    def build(
        cls,
        entries: Entries,
        literals: Sequence[Literal],
        vocabulary: Vocabulary,
        bases: Mapping[Subject, Mapping[str, Codes]],
    ) -> Self:
        """Make the rows of every family that occurs."""
        shelf, rows = Shelf(entries.layout.words), dict[Subject, list[Rows]]()
        decided = {sense: np.zeros(shelf.words, dtype=np.uint64) for sense in ("yes", "no")}
        for subject, sense, columns, which in _by_family(entries, literals):
            if subject.kind == "discretion":
                add(decided[sense], row_of(columns, shelf.words))
            else:
                made = _rows(subject, sense, columns, which, literals, vocabulary, bases, shelf)
                rows.setdefault(subject, []).extend(made)
        families = {s: tuple(some) for s, some in rows.items() if s.kind != "formula" and s != SWAYED}
        answered = {
            subject: tuple(one for one in some if isinstance(one, CodedRows))
            for subject, some in rows.items()
            if subject not in families
        }
        flat = [(subject, one.touched) for subject, some in families.items() for one in some]
        touched = np.array([row for _, row in flat], dtype=np.int64)
        blocks = [
            shelf.put(shelf.join(touched[start : start + _BLOCK])) for start in range(0, len(touched), _BLOCK)
        ]
        ends = np.cumsum([len(some) for some in families.values()]).tolist()
        ranges = {
            s: slice(end - len(some), end) for (s, some), end in zip(families.items(), ends, strict=True)
        }
        shelf.close()
        unused = whole(row_of(entries.layout.unused, shelf.words), shelf.words)
        block_rows = np.array(blocks, dtype=np.int64)
        return cls(
            entries.layout,
            families,
            answered,
            decided["yes"],
            decided["no"],
            unused,
            shelf,
            touched,
            block_rows,
            ranges,
        )

    def held(self, known: Known) -> Held:
        """Join what is known of all subjects but formulas and what people at the funds decide."""
        steady, moving, later = Now(), Now(), Later()
        for subject, state in known.now.items():
            rows = self.families.get(subject, ())
            if subject in known.tomorrow:
                tomorrow = known.tomorrow[subject]
                for one in rows:
                    one.pick(state, moving)
                    one.pick_later(tomorrow, later)
            else:
                for one in rows:
                    one.pick(state, steady)
        steady.perhaps.numbers += self._unknown(known)
        shelf = self.shelf
        steady_surely, steady_perhaps = steady.surely.join(shelf), steady.perhaps.join(shelf)
        if not known.tomorrow:
            nothing = np.zeros(shelf.words, dtype=np.uint64)
            return Held(steady_surely, steady_perhaps, steady_surely, steady_perhaps, nothing, None, nothing)
        surely, perhaps = (
            steady_surely | moving.surely.join(shelf),
            steady_perhaps | moving.perhaps.join(shelf),
        )
        parts = (later.ever.join(shelf), later.moved.join(shelf), later.ending.join(shelf))
        return Held(surely, perhaps, steady_surely, steady_perhaps, *parts)

    def _unknown(self, known: Known) -> list[int]:
        """List the rows of everything of which nothing is known."""
        open_ = np.ones(len(self._blocks) * _BLOCK, dtype=np.bool_)
        for subject in known.now:
            if subject in self._range:
                open_[self._range[subject]] = False
        whole_blocks = open_.reshape(-1, _BLOCK).all(axis=1)
        open_ &= ~np.repeat(whole_blocks, _BLOCK)
        found: list[int] = (
            self._blocks[whole_blocks].tolist() + self._touched[open_[: len(self._touched)]].tolist()
        )
        return found


def _by_family(
    entries: Entries, literals: Sequence[Literal]
) -> Iterator[tuple[Subject, str, Numbers, Numbers]]:
    """Yield for every subject and sense the columns, ascending, and the literal in each; each pair once."""
    keys = [(literal.subject, _sense(literal)) for literal in literals]
    numbers = {key: at for at, key in enumerate(sorted(set(keys), key=str))}
    family = np.array([numbers[key] for key in keys] or [0], dtype=np.int64)[entries.literals]
    order = np.argsort(family, kind="stable")
    ends = np.cumsum(np.bincount(family, minlength=len(numbers))).tolist()
    for (subject, sense), end, start in zip(numbers, ends, [0, *ends[:-1]], strict=False):
        mine = order[start:end]
        if len(mine):
            pairs = np.unique(entries.columns[mine] * len(literals) + entries.literals[mine])
            yield subject, sense, pairs // len(literals), pairs % len(literals)


def _sense(literal: Literal) -> str:
    return "asked" if literal.subject.kind in ("odd", "formula") else literal.sense


def _rows(  # noqa: PLR0913
    subject: Subject,
    sense: str,
    columns: Numbers,
    which: Numbers,
    literals: Sequence[Literal],
    vocabulary: Vocabulary,
    bases: Mapping[Subject, Mapping[str, Codes]],
    shelf: Shelf,
) -> Iterator[Rows]:
    numbers, at = np.unique(which, return_inverse=True)
    named = [literals[number] for number in numbers.tolist()]
    places = vocabulary.places[subject]
    if subject.kind in LINES:
        cuts = np.array([cut_number(places, literal.what) for literal in named], dtype=np.int64)[at]
        excused = np.array([literal.if_not_applicable for literal in named])[at]
        yield LineRows.build(columns, cuts, excused, sense == "up", 2 * len(places), shelf)
    elif subject.kind in CHOICES:
        values = flattened(tuple(sorted(places[value] for value in _values(literal))) for literal in named)
        for mine in [np.arange(len(at))] if sense == "hit" else _one_a_column(columns):
            owner, value = spread(*values, at[mine])
            yield HitRows.build(columns[mine][owner], value, sense == "miss", shelf)
    else:
        asked = np.array([_asked(literal, places) for literal in named], dtype=np.int64)[at]
        mirrored = np.array([literal.sense == "no" for literal in named])[at]
        for mine in _one_a_column(columns):
            yield CodedRows.build(columns[mine], asked[mine], mirrored[mine], bases.get(subject, {}), shelf)


def _asked(literal: Literal, places: Mapping[object, int]) -> int:
    return int(str(literal.what)) if literal.subject.kind == "formula" else places[literal.what]


def _values(literal: Literal) -> frozenset[object]:
    return literal.what if isinstance(literal.what, frozenset) else frozenset()


def _one_a_column(columns: Numbers) -> Iterator[Numbers]:
    """Share out ascending columns so that none occurs twice in one share."""
    _, first, counts = np.unique(columns, return_index=True, return_counts=True)
    rank = np.arange(len(columns)) - np.repeat(first, counts)
    for share in range(int(counts.max(initial=0))):
        yield np.flatnonzero(rank == share)
