"""The ages and amounts that a rule's text names, and the numbers of its condition: the two should agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

_NUMBER: Final = r"\d[\d,]*(?:\.\d+)?"
_TO: Final = r"\s?(?:-|–|to)\s?"
_AMOUNT: Final = re.compile(
    rf"(?:£|\bGBP)\s?(?P<low>{_NUMBER})\s?(?P<size>k|m|thousand|million)?\b(?:{_TO}£?(?P<high>{_NUMBER})\b)?"
    rf"|\b(?P<plain>{_NUMBER})\s?(?:pounds|GBP)\b",
    re.IGNORECASE,
)
_SIZES: Final = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
_GOES_ON: Final = "years?|or|and|to|if|when|who|with|in|on|at|by|but|unless|may|can|must"
_AFTER_AGE: Final = rf"(?=\+|s\b|$|[^\w\s%+-]|\s+(?:{_GOES_ON})\b)"
"""What follows an age; another noun makes it a number of something else."""
_AGE: Final = re.compile(
    rf"\b(?:aged?(?:\s+(?:of|between|from))?|over|under|older than|younger than|at least|up to)[\s-]+"
    rf"(?P<from>\d{{1,3}})(?:(?:{_TO}|\s+and\s+)(?P<to>\d{{1,3}}))?(?!\d){_AFTER_AGE}"
    r"|\b(?P<old>\d{1,3})(?:\+|[\s-]+(?:years?[\s-]old|years of age|(?:years\s+)?(?:or|and)\s+"
    r"(?:over|older|under|younger|above|below)\b))"
    r"|\b(?P<birthday>\d{1,3})(?:st|nd|rd|th) birthday",
    re.IGNORECASE,
)
_BESIDE: Final = {"below": -1, "above": 1}
"""Below 22 is up to 21 in whole years."""


def named_in(text: str) -> Iterator[Decimal]:
    """Yield the amounts of money and the ages that a text names.

    >>> [str(number) for number in named_in("Over-60s with less than £16k, or aged 18 to 24.")]
    ['16000', '60', '18', '24']
    """
    for found in _AMOUNT.finditer(text):
        times = _SIZES.get((found["size"] or "").lower(), 1)
        yield from (_read(part) * times for part in (found["low"], found["high"], found["plain"]) if part)
    for found in _AGE.finditer(text):
        yield from (_read(part) for part in found.groupdict().values() if part)


def told_in(condition: Any) -> frozenset[Decimal]:
    """Give every number of a condition's JSON, and what words may make of it: years as months, or without the rest."""
    return frozenset(one for n in set(_numbers(condition)) for one in (n, n * 12, n / 12, n // 1))


def _read(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def _numbers(value: Any) -> Iterator[Decimal]:
    match value:
        case dict():
            for key, part in value.items():
                yield from named_in(part) if key == "discretion" else _numbers(part)
                yield from _numbers(key)
                if key in _BESIDE and isinstance(part, int):
                    yield Decimal(part + _BESIDE[key])
        case list():
            for part in value:
                yield from _numbers(part)
        case bool():
            return
        case _:
            try:
                yield Decimal(str(value))
            except InvalidOperation:
                return
