"""Lay words beside the words that grants use: leccy is electricity, crimbo is Christmas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from data.catalogue.reading import SAMPLE
from data.errors import BadData, Problem
from data.json_files import read_json

FILE: Final = SAMPLE / "lay_words.json"


@dataclass(frozen=True)
class LayWords:
    """What people say → what grants call it."""

    meanings: Mapping[str, str]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.meanings, key=lambda word: (-len(word), word))
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})\b")

    def explained(self, text: str) -> str:
        """Give a text in lower case, followed by what its lay words mean.

        >>> LayWords({"leccy": "electricity"}).explained("Leccy bill")
        'leccy bill electricity'
        """
        low = text.lower()
        return " ".join([low, *(self.meanings[word] for word in self._pattern.findall(low))])


def read_lay_words(path: Path = FILE) -> LayWords:
    """Read a JSON object of lay words; raises BadData where it is none."""
    meanings = read_json(path)
    wrong = [
        word for word, meaning in meanings.items() if word != word.lower() or not isinstance(meaning, str)
    ]
    if wrong:
        expected = "expected words in lower case, each with its meaning as a text"
        raise BadData([Problem(expected, path.name, field=word) for word in wrong])
    return LayWords(meanings)
