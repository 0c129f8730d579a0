"""Bits in 64-bit words: packing, unpacking, the numbers of the bits that are set."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.compiled.answer_flags import Numbers

Words: TypeAlias = NDArray[np.uint64]


def words_of(holds: NDArray[np.bool_]) -> Words:
    """Pack a bool for each of 64 times so many grants as there are words."""
    words: Words = np.packbits(holds, bitorder="little").view(np.uint64)
    return words


def bytes_of(words: Words, count: int) -> NDArray[np.uint8]:
    """Give (count,) 0 or 1 for each of the first `count` grants."""
    return np.unpackbits(words.view(np.uint8), count=count, bitorder="little")


def numbers_set(words: Words) -> Numbers:
    """List the grants whose bits are set, ascending."""
    places = np.flatnonzero(words)
    bits = np.flatnonzero(np.unpackbits(words[places].view(np.uint8), bitorder="little").view(np.bool_))
    found: Numbers = places[bits >> 6] * 64 + (bits & 63)
    return found
