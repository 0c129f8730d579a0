"""A catalogue as columns of bits, with the rows of every family of literals: what is known of a person goes in, what holds comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from models.bits import Numbers, Row, Words, add, row_of
from models.entries import Entries, Layout, flattened, spread
from models.lexicon import CHOICES, LINES, Vocabulary, cut_number
from models.literals import Literal, Subject
from models.rows import CodedRows, HitRows, Later, LineRows, Rows, State

BLOCK: Final = 8
"""So many families have one row of what they touch together, for persons of whom nothing of them is known."""


@dataclass(frozen=True)
class Family:
    """The rows of literals about one subject in one sense."""

    subject: Subject
    rows: Rows


@dataclass(frozen=True)
class Block:
    """Families next to each other, and what they touch together."""

    families: tuple[Family, ...]
    subjects: frozenset[Subject]
    touched: Row


@dataclass(frozen=True)
class Columns:
    """A catalogue laid out, with the rows of every family."""

    layout: Layout
    families: Mapping[Subject, tuple[Rows, ...]]
    blocks: tuple[Block, ...]
    granted: Row
    """Columns that hold if people at the funds decide for the person."""
    refused: Row
    """Columns that hold if they decide against."""
    dated: Mapping[int, Row]
    """For each pair of dates the columns of rules that have them."""
    unused: Row
    """Columns that belong to no grant; they are taken to hold."""

    @classmethod
    def build(cls, entries: Entries, literals: Sequence[Literal], vocabulary: Vocabulary) -> Columns:
        """Make the rows of every family that occurs."""
        words = entries.layout.words
        families, decided = list[Family](), dict[str, Row]()
        for subject, sense, columns, which in _by_family(entries, literals):
            if subject.kind == "discretion":
                decided[sense] = row_of(columns, words)
            else:
                places = vocabulary.places(subject)
                families += [Family(subject, one) for one in _rows(subject, sense, columns, which, literals, places, words)]
        by_subject: dict[Subject, tuple[Rows, ...]] = {}
        for family in families:
            by_subject[family.subject] = (*by_subject.get(family.subject, ()), family.rows)
        dated = {
            int(at): row_of(entries.dated_columns[entries.dates == at], words) for at in np.unique(entries.dates)
        }
        unused = row_of(entries.layout.unused, words)
        blocks = tuple(_blocks(families, words))
        return cls(entries.layout, by_subject, blocks, decided.get("yes"), decided.get("no"), dated, unused)

    def add_unknown(self, known: Set[Subject], perhaps: Words) -> None:
        """Add what may hold by everything of which nothing is known."""
        for block in self.blocks:
            if known.isdisjoint(block.subjects):
                add(perhaps, block.touched)
            else:
                for family in block.families:
                    if family.subject not in known:
                        add(perhaps, family.rows.touched)

    def add_known(self, subject: Subject, state: State, surely: Words, perhaps: Words) -> None:
        """Add what holds, and what may, by what is known of a subject."""
        for rows in self.families.get(subject, ()):
            rows.add(state, surely, perhaps)

    def add_later(self, subject: Subject, tomorrow: State, later: Later) -> None:
        """Add what is known of a subject's later days."""
        for rows in self.families.get(subject, ()):
            rows.add_later(tomorrow, later)

    @cached_property
    def swayed(self) -> bool:
        """Whether what people at the funds decide stands in some column itself."""
        return self.granted is not None or self.refused is not None

    @property
    def nbytes(self) -> int:
        """Memory of the rows in bytes."""
        return sum(rows.nbytes for family in self.families.values() for rows in family)


def _by_family(
    entries: Entries, literals: Sequence[Literal]
) -> Iterator[tuple[Subject, str, Numbers, Numbers]]:
    """Yield for every subject and sense the columns, and the literal in each; each pair once."""
    keys = [(literal.subject, _sense(literal)) for literal in literals]
    numbers = {key: at for at, key in enumerate(sorted(set(keys), key=str))}
    family = np.array([numbers[key] for key in keys], dtype=np.int64)[entries.literals]
    order = np.argsort(family, kind="stable")
    ends = np.cumsum(np.bincount(family, minlength=len(numbers)))
    for (subject, sense), end, start in zip(numbers, ends, [0, *ends[:-1]], strict=True):
        mine = order[start:end]
        if len(mine):
            pairs = np.unique(entries.columns[mine] * len(literals) + entries.literals[mine])
            yield subject, sense, pairs // len(literals), pairs % len(literals)


def _sense(literal: Literal) -> str:
    return "asked" if literal.subject.kind in ("odd", "formula") else literal.sense


def _rows(
    subject: Subject,
    sense: str,
    columns: Numbers,
    which: Numbers,
    literals: Sequence[Literal],
    places: Mapping[object, int],
    words: int,
) -> Iterator[Rows]:
    numbers, at = np.unique(which, return_inverse=True)
    named = [literals[number] for number in numbers.tolist()]
    if subject.kind in LINES:
        cuts = np.array([cut_number(places, literal.what) for literal in named], dtype=np.int64)[at]
        excused = np.array([literal.if_not_applicable for literal in named])[at]
        yield LineRows.build(columns, cuts, excused, sense == "up", words)
    elif subject.kind in CHOICES:
        values = flattened(tuple(sorted(places[value] for value in _values(literal))) for literal in named)
        for mine in [np.arange(len(at))] if sense == "hit" else _one_a_column(columns):
            owner, value = spread(*values, at[mine])
            yield HitRows.build(columns[mine][owner], value, sense == "miss", words)
    else:
        asked = np.array([places[literal.what] for literal in named], dtype=np.int64)[at]
        mirrored = np.array([literal.sense == "no" for literal in named])[at]
        for mine in _one_a_column(columns):
            yield CodedRows.build(columns[mine], asked[mine], mirrored[mine], words)


def _values(literal: Literal) -> frozenset[object]:
    return literal.what if isinstance(literal.what, frozenset) else frozenset()


def _one_a_column(columns: Numbers) -> Iterator[Numbers]:
    """Share out ascending columns so that none occurs twice in one share."""
    _, first, counts = np.unique(columns, return_index=True, return_counts=True)
    rank = np.arange(len(columns)) - np.repeat(first, counts)
    for share in range(int(counts.max(initial=0))):
        yield np.flatnonzero(rank == share)


def _blocks(families: Sequence[Family], words: int) -> Iterator[Block]:
    for start in range(0, len(families), BLOCK):
        mine = tuple(families[start : start + BLOCK])
        together = np.zeros(words, dtype=np.uint64)
        for family in mine:
            add(together, family.rows.touched)
        yield Block(mine, frozenset(family.subject for family in mine), together)
