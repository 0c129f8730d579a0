"""Keeps what was made of something, such as a rule's sentence, so that it need not be made again.

What follows from rules, facts and areas is kept for everybody; what follows from a person is kept in their context
alone and goes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeVar, cast

from data.catalogue.facts import FactBook
from data.places.areas import AreaTree

MOST_KEPT: Final = 200_000
"""Things kept at a time; a catalogue of any likely size needs fewer."""

_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class Memo:
    """What was made of things, by their identity."""

    _made: dict[tuple[int, Hashable], tuple[object, object]] = field(
        default_factory=dict, init=False, repr=False
    )

    def once(self, part: object, purpose: Hashable, make: Callable[[], _T]) -> _T:
        """Make something of a thing, or give what was made of that very thing before."""
        key = (id(part), purpose)
        made = self._made.get(key)
        if made is None:
            if len(self._made) >= MOST_KEPT:
                self._made.clear()
            # The thing is kept as well, so that its id is not given to another while this stands.
            made = self._made[key] = (part, make())
        return cast(_T, made[1])


@dataclass(frozen=True, eq=False)
class Kept(Memo):
    """What was made of rules and grants that speak of one fact book and one area tree."""

    book: FactBook
    areas: AreaTree


@dataclass(frozen=True, eq=False, slots=True)
class _Names:
    book: FactBook
    areas: AreaTree

    def __hash__(self) -> int:
        return hash((id(self.book), id(self.areas)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Names) and self.book is other.book and self.areas is other.areas


def kept(book: FactBook, areas: AreaTree) -> Kept:
    """Give the store of one fact book and one area tree; the few used last are held."""
    return _kept(_Names(book, areas))


@lru_cache(maxsize=8)
def _kept(names: _Names) -> Kept:
    return Kept(names.book, names.areas)
