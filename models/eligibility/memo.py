"""Memoises what was worked out of a part of the catalogue, such as a rule's sentence, so that it is done once.

What follows from rules, facts and areas is held for everybody; what follows from a person is held in their context
alone and goes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeVar, cast

from data.catalogue.facts import FactBook
from data.places.areas import AreaTree

MOST_HELD: Final = 200_000
"""Results held at a time; a catalogue of any likely size needs fewer."""

_NOTHING: Final = object()
_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class Memo:
    """Results by what they were worked out of and for which purpose."""

    _results: dict[tuple[Hashable, Hashable], object] = field(default_factory=dict, init=False, repr=False)

    def memoised(self, part: Hashable, purpose: Hashable, work_out: Callable[[], _T]) -> _T:
        """Give the result for a part and a purpose, worked out the first time that it is wanted."""
        key = (part, purpose)
        found = self._results.get(key, _NOTHING)
        if found is _NOTHING:
            if len(self._results) >= MOST_HELD:
                self._results.clear()
            # Returned from here: another thread may empty the memo at any moment.
            found = self._results[key] = work_out()
        return cast(_T, found)


@dataclass(frozen=True, eq=False)
class CatalogueMemo(Memo):
    """Results about rules and grants that speak of one fact book and one area tree."""

    book: FactBook
    areas: AreaTree


@lru_cache(maxsize=8)
def catalogue_memo(book: FactBook, areas: AreaTree) -> CatalogueMemo:
    """Give the memo of one fact book and one area tree; the few used last are held."""
    return CatalogueMemo(book, areas)
