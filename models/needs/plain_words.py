"""A need as plain words: lower case, numbers in digits, and only commas, colons and stops between its parts."""

from __future__ import annotations

import re
from typing import Final

_UNIT_WORDS: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen
"""
_UNITS: Final = _UNIT_WORDS.split()
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS: Final = {word: at for at, word in enumerate(_UNITS)} | {
    word: 10 * at for at, word in enumerate(_TENS, start=2)
}
_NUMBER: Final = re.compile(rf"\b(?:({'|'.join(_TENS)}) ({'|'.join(_UNITS[1:10])})|({'|'.join(_NUMBERS)}))\b")
_STEPS: Final = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"['’‘`´]", ""),
        (r"(?<=\d)\+", " plus "),
        (r"[&+]", " and "),
        (r"(?<=\d)[,](?=\d{3}\b)", ""),
        (r"[.!?;\n…]+", " . "),
        (r":", " : "),
        (r"[,()\[\]–—|/\"“”]+| - ", " , "),
        (r"[^\w\s.,:£%]", " "),
        (r"(?<=\d)(?=[a-z])", " "),
        (r"\s+", " "),
    )
)


def plain_words(text: str) -> str:
    """Give the words of a text with a space between each two, begun and ended by a stop.

    >>> plain_words("I’m twenty-eight, on UC & PIP!")
    '. im 28 , on uc and pip . .'
    """
    words = text.lower()
    for pattern, by in _STEPS:
        words = pattern.sub(by, words)
    return f". {in_digits(words.strip())} ."


def in_digits(words: str) -> str:
    """Give plain words, or a pattern over such, with numbers in digits.

    >>> in_digits("(?:one|twenty one) of those")
    '(?:1|21) of those'
    """
    return _NUMBER.sub(_in_digits, words)


def _in_digits(found: re.Match[str]) -> str:
    tens, unit, alone = found.groups()
    return str(_NUMBERS[alone] if alone else _NUMBERS[tens] + _NUMBERS[unit])
