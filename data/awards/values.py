"""Reading one published value at a time: amounts, days, codes and text as people really write them.

Each reader gives the value, or None, and notes on what was odd about it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Note:
    """What is odd about a value: a code for machines and words for people."""

    rule: str
    message: str


Notes = tuple[Note, ...]

BLANKS: Final = ("n/a", "na", "none", "null", "nil", "tbc", "tba", "-", "--", "unknown", "not applicable")
FORMULA_ERRORS: Final = ("#ref!", "#n/a", "#value!", "#name?", "#div/0!", "#null!", "#num!")
FILLERS: Final = frozenset(BLANKS + FORMULA_ERRORS)
"""What people, and spreadsheets whose formula failed, write where there is nothing."""
MOJIBAKE: Final = re.compile("Ã[\x80-\xbf©¨´¶¼]|â€|Â[£\xa0 ]|\N{REPLACEMENT CHARACTER}")
INVISIBLE: Final = re.compile("[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Characters that nobody sees: zero-width spaces, marks of direction, soft hyphens."""
SURROGATE: Final = re.compile("[\ud800-\udfff]")
NUMBER: Final = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?(e\+?\d{1,2})?")
EXCEL_DAY_ZERO: Final = date(1899, 12, 30)
"""Day 0 of a spreadsheet's calendar, for any day after February 1900."""
WORD_DATES: Final = ("%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%B-%Y", "%d-%b-%y", "%B %d %Y", "%b %d %Y")


def read_text(raw: object) -> tuple[str | None, Notes]:
    """Read text: white space joined, export artefacts removed, a blank or 'N/A' as None."""
    if raw is None or isinstance(raw, (dict, list)):
        return None, () if raw is None else (Note("NOT_TEXT", "expected text, found a list or an object"),)
    text = str(raw)
    notes = []
    if "_x000D_" in text:
        notes.append(Note("ARTEFACT", "holds '_x000D_', a carriage return of a spreadsheet; removed"))
    if MOJIBAKE.search(text):
        notes.append(Note("MOJIBAKE", "was written in one encoding and read in another; kept as it is"))
    if INVISIBLE.search(text):
        notes.append(Note("INVISIBLE", "holds characters that cannot be seen; removed"))
        text = INVISIBLE.sub("", text)
    if SURROGATE.search(text):
        notes.append(Note("HALF_CHARACTER", "holds half a character; read as \N{REPLACEMENT CHARACTER}"))
        text = SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    text = " ".join(text.replace("_x000D_", " ").replace("\0", "").split())
    if text.lower() in FILLERS:
        notes.append(Note("FILLER", f"{text!r} is taken as blank"))
        return None, tuple(notes)
    return text or None, tuple(notes)


def read_amount(raw: object) -> tuple[float | None, Notes]:
    """Read an amount of money, in whole or decimal units; a comma may only part thousands.

    >>> read_amount("£1,250.50")[0]
    1250.5
    >>> read_amount("1.250,50")[0] is None
    True
    """
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        if math.isfinite(raw):
            return float(raw), ()
        return None, (Note("AMOUNT_UNREADABLE", "not a finite number"),)
    text, notes = read_text(raw)
    if text is None:
        return None, notes
    bare = re.sub(r"(?i)gbp|Â|[£$€\s]", "", text).lower()
    if bare.startswith("(") and bare.endswith(")"):
        bare = "-" + bare[1:-1]
    if not NUMBER.fullmatch(bare) or isinstance(raw, bool):
        return None, (*notes, Note("AMOUNT_UNREADABLE", f"{text[:40]!r} is not an amount, such as 1250.50"))
    if bare != text:
        notes = (*notes, Note("AMOUNT_FORMAT", f"{text[:40]!r} is read as {bare.replace(',', '')}"))
    amount = float(bare.replace(",", ""))
    return (amount, notes) if math.isfinite(amount) else (None, (Note("AMOUNT_UNREADABLE", "too large"),))


def read_day(raw: object, *, day_first: bool | None) -> tuple[date | None, Notes]:
    """Read a day. The standard is YYYY-MM-DD; a time of day is never significant in it.

    `day_first` says how the file writes 03/04/2020, as its other rows prove; None when nothing proves it:
    then it is read as 3 April, as in the UK, and reported.
    """
    text, notes = read_text(raw)
    if text is None:
        return None, notes
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return _made(text, notes, *map(int, text.split("-")))
    if match := re.fullmatch(r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)([T ].*)?", text):
        return _made(text, (*notes, *_time_note(text)), *map(int, match.groups()[:3]))
    if match := re.fullmatch(r"(\d\d?)[-/. ](\d\d?)[-/. ](\d{4}|\d\d)([T ].*)?", text):
        first, second, year = (int(part) for part in match.groups()[:3])
        return _slashed(text, notes, first, second, year, day_first)
    if re.fullmatch(r"\d{5}(\.0+)?", text):
        day = EXCEL_DAY_ZERO + timedelta(days=int(float(text)))
        return day, (*notes, Note("DATE_FORMAT", f"{text!r} is a spreadsheet's day number, read as {day}"))
    return _in_words(text, notes)


def date_order(raw: object) -> bool | None:
    """What one date proves about a file: True day first, False month first, None nothing."""
    match = re.match(r"\s*(\d\d?)[-/. ](\d\d?)[-/. ](?:\d{4}|\d\d)\b", str(raw))
    first, second = (int(match[1]), int(match[2])) if match else (0, 0)
    return (
        True
        if 12 < first < 32 and 0 < second < 13
        else False
        if 12 < second < 32 and 0 < first < 13
        else None
    )


def _slashed(
    text: str, notes: Notes, first: int, second: int, year: int, day_first: bool | None
) -> tuple[date | None, Notes]:
    proved = date_order(text)
    order = day_first if proved is None else proved
    day, month = (second, first) if order is False else (first, second)
    found, notes = _made(text, notes, year + 2000 if year < 100 else year, month, day)
    if found is not None and order is None and first != second:
        return found, (
            *notes,
            Note("DATE_AMBIGUOUS", f"{text!r} is read as {found}, day first; nothing proves it"),
        )
    if found is not None:
        notes = (*notes, Note("DATE_FORMAT", f"{text!r} is read as {found}"))
    return found, notes


def _made(text: str, notes: Notes, year: int, month: int, day: int) -> tuple[date | None, Notes]:
    try:
        return date(year, month, day), notes
    except ValueError:
        return None, (*notes, Note("DATE_UNREADABLE", f"{text[:40]!r} is not a day, such as 2020-04-03"))


def _time_note(text: str) -> Notes:
    """British midnight in summer is 23:00 of the day before in UTC: an export may have moved the day."""
    if re.search(r"[T ]23:00(:00(\.0+)?)?(Z|\+00:?00)$", text):
        return (
            Note("DATE_NEAR_MIDNIGHT", f"{text!r} may be midnight of the next day in British Summer Time"),
        )
    return (
        () if "T" in text or " " in text else (Note("DATE_FORMAT", f"{text!r} is read as year, month, day"),)
    )


def _in_words(text: str, notes: Notes) -> tuple[date | None, Notes]:
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text.replace(",", ""))
    for form in WORD_DATES:
        try:
            found = datetime.strptime(plain, form).date()
        except ValueError:
            continue
        return found, (*notes, Note("DATE_FORMAT", f"{text!r} is read as {found}"))
    return None, (*notes, Note("DATE_UNREADABLE", f"{text[:40]!r} is not a day, such as 2020-04-03"))


def read_codes(raws: Iterable[object], titles: Mapping[str, str]) -> tuple[tuple[str, ...], Notes]:
    """Read codes of a code list, each once: `GTIP020;GTIP030`, a list, a title in place of its code."""
    codes: dict[str, None] = {}
    notes: list[Note] = []
    for raw in raws:
        text, odd = read_text(raw)
        notes += odd
        for part in _parts(text or "", titles):
            code, note = _code(part, titles)
            notes += note
            if code is not None:
                codes[code] = None
    return tuple(codes), tuple(notes)


def _parts(text: str, titles: Mapping[str, str]) -> list[str]:
    parts = [part.strip() for part in re.split(r"[;|]", text)]
    by_comma = [piece.strip() for piece in text.split(",")]
    if len(by_comma) > 1 and all(piece.upper() in titles for piece in by_comma):
        return by_comma
    return [part for part in parts if part]


def _code(part: str, titles: Mapping[str, str]) -> tuple[str | None, Notes]:
    if part in titles:
        return part, ()
    by_title = {title.casefold(): code for code, title in titles.items()}
    code = by_title.get(part.casefold())
    first = re.split(r"[\s:-]", part, maxsplit=1)[0].upper()
    if code is None and first in titles:
        code = first
    if code is not None:
        return code, (Note("CODE_FORMAT", f"{part[:40]!r} is read as {code}"),)
    return None, (Note("CODE_UNKNOWN", f"{part[:40]!r} is not on the code list; left out"),)
