"""Kinds of cost, finer than purposes, found by their words: rent and council tax share a purpose, and no fund.

A need names kinds of cost; so do the title and the summary of a grant. Whose title names other kinds only is for those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import SAMPLE
from data.errors import BadData, Problem
from data.json_files import read_json

FILE: Final = SAMPLE / "costs.json"
START: Final = 3
"""Letters by which a word is looked up."""
_APART: Final = re.compile(r"[^\w£]+")
_QUOTES: Final = re.compile(r"['’]")


@dataclass(frozen=True)
class Costs:
    """Kinds of cost with the words that name them; a word that ends in * stands for all that begin so."""

    words: Mapping[str, Sequence[str]]

    def named(self, text: str) -> NDArray[np.bool_]:
        """Tell (kinds,) which kinds of cost a text names.

        >>> Costs({"rent": ["rent", "landlord*"], "food": ["food"]}).named("Landlord's notice").tolist()
        [True, False]
        """
        plain = _APART.sub(" ", _QUOTES.sub("", text.lower()))
        found = np.zeros(len(self.words), dtype=np.bool_)
        for start in {word[:START] for word in plain.split()}:
            for kind, pattern in self._by_start.get(start, ()):
                found[kind] = found[kind] or pattern.search(plain) is not None
        return found

    @cached_property
    def _by_start(self) -> dict[str, list[tuple[int, re.Pattern[str]]]]:
        """First letters of a word → kinds that a word with such letters may name, with its pattern."""
        found: dict[str, list[tuple[int, re.Pattern[str]]]] = {}
        for kind, words in enumerate(self.words.values()):
            for word in words:
                rest = r"\w*" if word.endswith("*") else ""
                pattern = re.compile(rf"\b{re.escape(word.removesuffix('*'))}{rest}\b")
                found.setdefault(word.split()[0].removesuffix("*")[:START], []).append((kind, pattern))
        return found


def read_costs(path: Path = FILE) -> Costs:
    """Read a JSON object of kinds of cost; raises BadData where it is none."""
    words = read_json(path)
    wrong = [
        kind
        for kind, named in words.items()
        if not (
            isinstance(named, list)
            and named
            and all(isinstance(one, str) and one == one.lower() for one in named)
        )
    ]
    if wrong:
        expected = "expected a list of words in lower case"
        raise BadData([Problem(expected, path.name, field=kind) for kind in wrong])
    return Costs(words)


@lru_cache(maxsize=1)
def own_costs() -> Costs:
    """The project's own kinds of cost, read once."""
    return read_costs()
