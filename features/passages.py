"""Cuts a rule's or a grant's text into the pieces that can answer a question by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
MARKS: Final = re.compile(r"[#*\s]+")
SHORT_LEAD: Final = 200
"""A line of fewer characters stands before each point of the list that follows it."""


def plain(text: str) -> str:
    """Give the text on one line, without the marks of headings and lists."""
    return MARKS.sub(" ", text).strip()


def passages(text: str) -> tuple[str, ...]:
    r"""Give headings, sentences and points (each point with the line that leads to it), each once, in order.

    >>> passages("## Who can apply\n\nYou must:\n\n* be 18\n* live here")
    ('Who can apply', 'You must:', 'You must: be 18', 'You must: live here')
    """
    found = dict.fromkeys(piece for piece in _pieces(text) if any(sign.isalnum() for sign in piece))
    return tuple(found) or (text,)


def _pieces(text: str) -> Iterator[str]:
    lead = ""
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("#"):
            yield plain(line)
        elif line.startswith("*"):
            yield f"{lead} {plain(line)}".strip()
        elif line:
            lead = line if line.endswith(":") or len(line) < SHORT_LEAD else ""
            yield from SENTENCE_END.split(line)
