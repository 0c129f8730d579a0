"""Members of a JSON list read one by one, so that a large file never has to fit in memory."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, Final, TextIO

LARGEST: Final = 1 << 24
"""Characters that one member may take."""


DIGITS: Final = 300
"""Longest whole number that is read; no float is larger."""


class Doubled(dict[str, Any]):
    """An object in which a key stands twice; the last value is here."""


def members_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members; one with a key that stands twice is marked."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else Doubled(found)


def whole_number(text: str) -> int | float:
    """Read a whole number; one that is too long for any use is infinite.

    >>> whole_number("12"), whole_number("9" * 5000)
    (12, inf)
    """
    return int(text) if len(text) <= DIGITS else math.inf


def read_json(text: str) -> Any:
    """Read one JSON value as `JsonStream` does; raises ValueError for what is none or is nested too deeply."""
    try:
        return json.loads(text, parse_int=whole_number, object_pairs_hook=members_of)
    except RecursionError:
        raise ValueError("nested too deeply") from None


class BrokenJson(ValueError):
    """The text stops being JSON."""


class JsonStream:
    """Reads `[…]`, or the list under one key of `{…}`, member by member."""

    def __init__(self, file: TextIO) -> None:
        self.line = 1
        """The line that has been read up to, counted from 1."""
        self.found = False
        """Whether the list was there."""
        self._file, self._text, self._at, self._ended = file, "", 0, False
        self._decoder = json.JSONDecoder(
            parse_constant=lambda _name: None, parse_int=whole_number, object_pairs_hook=members_of
        )

    def members(self, key: str) -> Iterator[tuple[int, Any]]:
        """Give each member with its line. Raises BrokenJson where the text stops being JSON."""
        if self._next() == "[":
            yield from self._list()
        else:
            self._take("{")
            yield from self._under(key)
        if self._next():
            raise BrokenJson("something follows the end")

    def _under(self, key: str) -> Iterator[tuple[int, Any]]:
        while self._next() != "}":
            name = self._value()
            self._take(":")
            if name == key and self._next() == "[":
                yield from self._list()
            else:
                self._value()
            if self._next() != "}":
                self._take(",")
        self._take("}")

    def _list(self) -> Iterator[tuple[int, Any]]:
        self.found = True
        self._take("[")
        while self._next() != "]":
            line = self.line
            yield line, self._value()
            if self._next() != "]":
                self._take(",")
        self._take("]")

    def _next(self) -> str:
        """The next character that is not white space, or nothing at the end; it is not taken."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in " \t\r\n":
                    return self._text[self._at]
                self._go(self._at + 1)
            if not self._more():
                return ""

    def _take(self, expected: str) -> None:
        found = self._next()
        if found != expected:
            raise BrokenJson(f"expected {expected!r}, found {found!r}" if found else "it ends too early")
        self._go(self._at + 1)

    def _value(self) -> Any:
        self._next()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError:
                raise BrokenJson("nested too deeply") from None
            except json.JSONDecodeError as error:
                if len(self._text) - self._at > LARGEST or not self._more():
                    raise BrokenJson(error.msg) from None
                continue
            if end < len(self._text) or not self._more():  # a number may go on in what was not read yet
                self._go(end)
                return value

    def _go(self, to: int) -> None:
        self.line += self._text.count("\n", self._at, to)
        self._at = to

    def _more(self) -> bool:
        if not self._ended:
            rest = self._text[self._at :]
            chunk = self._file.read(max(1 << 16, len(rest)))  # doubling keeps long members linear
            self._ended = not chunk
            self._text, self._at = rest + chunk, 0
        return not self._ended
