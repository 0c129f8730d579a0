"""Reads numbers as people write them, by one decimal mark; what may mean two numbers is refused."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

Mark: TypeAlias = Literal[".", ","]
"""What stands before the decimals. The other one may stand between thousands, as blanks and ' may."""


class Misread(ValueError):
    """Why a text is not taken for a number."""


def read_number(text: str, mark: Mark) -> float | None:
    """Read a number, with or without a currency's sign; None for an empty text. Raises Misread.

    >>> read_number("£1,200.50", "."), read_number("1.200,50 €", ",")
    (1200.5, 1200.5)
    """
    bare = _AROUND.sub("", text)
    if not bare:
        return None
    if _NUMBER[mark].fullmatch(bare) is None:
        written = _DIGITS_AND_MARKS.fullmatch(bare) is not None
        raise Misread(f"is not written with {mark!r} before its decimals" if written else "is no number")
    return float(_BETWEEN[mark].sub("", bare).replace(mark, "."))


def may_be_thousands(text: str, mark: Mark) -> bool:
    """Whether the mark of the decimals may as well stand between thousands, as in 1,200.

    >>> may_be_thousands("1,200", ","), may_be_thousands("0,125", ","), may_be_thousands("1.200,125", ",")
    (True, False, False)
    """
    return re.fullmatch(rf"[1-9][0-9]{{0,2}}{re.escape(mark)}[0-9]{{3}}", _AROUND.sub("", text)) is not None


def _number_with(mark: Mark) -> re.Pattern[str]:
    grouped = rf"[0-9]{{1,3}}(?:(?P<between>[{_OTHER[mark]}\s'’])[0-9]{{3}}(?:(?P=between)[0-9]{{3}})*)?"
    whole, after = rf"(?:{grouped}|[0-9]+)", re.escape(mark)
    return re.compile(rf"[-+]?(?:{whole}(?:{after}[0-9]*)?|{after}[0-9]+)(?:[eE][-+]?[0-9]+)?")


_OTHER: Final[dict[Mark, str]] = {".": ",", ",": "."}
_AROUND: Final = re.compile(r"^[£$€\s]+|[£$€\s]+$")
_DIGITS_AND_MARKS: Final = re.compile(r"[-+]?[0-9.,\s'’]*[0-9][0-9.,\s'’]*")
_NUMBER: Final[dict[Mark, re.Pattern[str]]] = {mark: _number_with(mark) for mark in _OTHER}
_BETWEEN: Final = {mark: re.compile(rf"[{other}\s'’]") for mark, other in _OTHER.items()}
