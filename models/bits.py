"""Rows of bits, one bit a column: kept whole, or as the few words that are not zero, whichever is read faster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

Words: TypeAlias = NDArray[np.uint64]
Numbers: TypeAlias = NDArray[np.int64]
Row: TypeAlias = Words | tuple[Numbers, Words] | None
"""All words of a row; or the places of those that are not zero, ascending, and these; or None where all are zero."""

WORD: Final = 64
_SPARSE_BELOW: Final = 1 / 12
"""Up to this share of its words, a row is read faster by its places. Measured."""
_SHORT: Final = 1024
"""Rows of so few words are read fastest all at once. Measured."""
_MOST_BYTES: Final = 2**28
_ALWAYS_WHOLE: Final = 256
"""A row of so few words is kept whole: the call costs more than the words."""


def words_for(columns: int) -> int:
    """Give how many words so many columns need."""
    return -(-columns // WORD)


def row_of(columns: Numbers, words: int) -> Row:
    """Make a row of `words` words in which the bits of these columns are set, each given any number of times."""
    if not len(columns):
        return None
    places, masks = _gathered(np.unique(columns))
    if words > _ALWAYS_WHOLE and len(places) < words * _SPARSE_BELOW:
        return places, masks
    return whole((places, masks), words)


def _gathered(columns: Numbers) -> tuple[Numbers, Words]:
    at = columns >> 6
    bits = np.left_shift(np.uint64(1), (columns & 63).astype(np.uint64))
    starts = np.flatnonzero(np.r_[True, at[1:] != at[:-1]])
    return at[starts], np.bitwise_or.reduceat(bits, starts)


def whole(row: Row, words: int) -> Words:
    """Give all words of a row."""
    if isinstance(row, np.ndarray):
        return row
    found = np.zeros(words, dtype=np.uint64)
    if row is not None:
        found[row[0]] = row[1]
    return found


def add(into: Words, row: Row) -> None:
    """Set in `into` every bit that is set in a row."""
    if isinstance(row, tuple):
        into[row[0]] |= row[1]
    elif row is not None:
        np.bitwise_or(into, row, out=into)


def toggle(into: Words, row: Row) -> None:
    """Turn over in `into` every bit that is set in a row."""
    if isinstance(row, tuple):
        into[row[0]] ^= row[1]
    elif row is not None:
        np.bitwise_xor(into, row, out=into)


def numbers_set(bits: Words) -> Numbers:
    """List the columns whose bits are set, ascending."""
    places = np.flatnonzero(bits)
    if not len(places):
        return places
    set_here = np.unpackbits(bits[places].view(np.uint8), bitorder="little").reshape(-1, WORD)
    at, bit = np.nonzero(set_here)
    return places[at] * WORD + bit


def bytes_of(bits: Words, count: int) -> NDArray[np.uint8]:
    """Give (count,) 0 or 1 for each of the first `count` columns."""
    return np.unpackbits(bits.view(np.uint8), count=count, bitorder="little")


def are_set(bits: Words, columns: Numbers) -> NDArray[np.bool_]:
    """Tell for each of these columns whether its bit is set."""
    words = (bits[columns >> 6] >> (columns & 63).astype(np.uint64)) & np.uint64(1)
    found: NDArray[np.bool_] = words.astype(np.bool_)
    return found


def nbytes(row: Row) -> int:
    """Give the memory of a row in bytes."""
    if row is None:
        return 0
    return row.nbytes if isinstance(row, np.ndarray) else row[0].nbytes + row[1].nbytes


@dataclass
class Shelf:
    """Rows kept side by side and named by number, so that many can be read in one go."""

    words: int
    rows: list[Row] = field(default_factory=list)
    _matrix: Words | None = None

    def put(self, row: Row) -> int:
        """Keep a row and give its number."""
        self.rows.append(row)
        return len(self.rows) - 1

    def close(self) -> None:
        """Lay short rows out as one matrix; nothing can be put on the shelf after that."""
        if self.words <= _SHORT and self.words * len(self.rows) * 8 <= _MOST_BYTES:
            self._matrix = np.zeros((len(self.rows), self.words), dtype=np.uint64)
            for number, row in enumerate(self.rows):
                add(self._matrix[number], row)

    def join(self, numbers: Sequence[int] | Numbers) -> Words:
        """Give the bits that are set in any of these rows."""
        if self._matrix is not None:
            return cast(Words, np.bitwise_or.reduce(self._matrix.take(numbers, axis=0), axis=0))
        found = np.zeros(self.words, dtype=np.uint64)
        for number in numbers:
            add(found, self.rows[number])
        return found

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        return (0 if self._matrix is None else self._matrix.nbytes) + sum(map(nbytes, self.rows))
