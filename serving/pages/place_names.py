"""Finds the place that somebody typed among the areas of a catalogue: a council, a county, a region or a nation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from data.places.areas import AreaTree

MOST_OFFERED: Final = 6
"""Places that are offered where it is not plain which one is meant."""
LIKE: Final = 0.7
"""How like a name the typed one must be to be offered, 0 to 1."""
_LEFT_OUT: Final = re.compile(r"\b(?:the|city|county|council|borough|district|of|and|upon|on)\b|[^\w\s]")


@dataclass(frozen=True)
class PlaceNames:
    """The names of all areas of a tree."""

    tree: AreaTree

    def find(self, text: str) -> str | None:
        """Give the code of the one place that a text names; None where there is none, or more than one."""
        words = _words(text)
        exact = self._by_words.get(words, ())
        if exact:
            return min(exact, key=lambda code: (-len(self.tree.ancestors(code)), code))
        holding = list(self._holding(words))
        return holding[0] if len(holding) == 1 else None

    def like(self, text: str) -> tuple[tuple[str, str], ...]:
        """Offer places whose names hold the same words or are written almost so, as (code, name)."""
        near = get_close_matches(" ".join(_words(text)), self._written, n=MOST_OFFERED, cutoff=LIKE)
        codes = [*self._holding(_words(text)), *(code for name in near for code in self._written[name])]
        return tuple((code, self.tree.names[code]) for code in list(dict.fromkeys(codes))[:MOST_OFFERED])

    @cached_property
    def examples(self) -> str:
        """Name the first and the last place in which no other lies, for who is asked for one; empty without places."""
        wider = set(self.tree.parents.values())
        names = sorted(name for code, name in self.tree.names.items() if code not in wider)
        return " or ".join(dict.fromkeys((names[0], names[-1]))) if names else ""

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """Every name once, for a list of suggestions."""
        return tuple(sorted(set(self.tree.names.values())))

    @cached_property
    def _by_words(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        found: dict[tuple[str, ...], list[str]] = {}
        for code, name in self.tree.names.items():
            found.setdefault(_words(name), []).append(code)
        return {words: tuple(codes) for words, codes in found.items()}

    @cached_property
    def _written(self) -> dict[str, tuple[str, ...]]:
        return {" ".join(words): codes for words, codes in self._by_words.items()}

    def _holding(self, words: tuple[str, ...]) -> Iterator[str]:
        if words:
            for name, codes in self._by_words.items():
                if set(words) <= set(name):
                    yield from codes


def _words(text: str) -> tuple[str, ...]:
    """Give the words of a name that tell it from others.

    >>> _words("Bristol, City of"), _words("the city of Bristol")
    (('bristol',), ('bristol',))
    """
    told = tuple(_LEFT_OUT.sub(" ", text.casefold()).split())
    return told or tuple(text.casefold().split())
