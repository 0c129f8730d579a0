"""The chance of qualifying in words for people: never that they qualify, which only the fund can say."""

from __future__ import annotations

from typing import Final

VERY_LIKELY: Final = 0.8
"""From this chance on we say that somebody very likely qualifies."""
FEW: Final = 0.1
"""Up to this chance a grant is for few people."""
FOR_FEW: Final = "It is for few people. Look at what it asks first."


def in_words(chance: float, only_if: str = "") -> str:
    """Say a chance in one sentence; `only_if` is what few people meet, as words that follow "only if".

    >>> in_words(1.0), in_words(0.85), in_words(0.4)
    ('You fit every rule we can check.', 'You very likely qualify.', 'You may qualify.')
    >>> in_words(0.02, "you worked in baking")
    'It is for few people: only if you worked in baking.'

    Raises:
        ValueError: for what is ruled out, which has reasons of its own to be told.
    """
    if not 0 < chance <= 1:
        raise ValueError(f"expected a chance above 0 and up to 1, found {chance}")
    if chance == 1:
        return "You fit every rule we can check."
    if chance >= VERY_LIKELY:
        return "You very likely qualify."
    if chance > FEW:
        return "You may qualify."
    return f"It is for few people: only if {only_if}." if only_if else FOR_FEW
