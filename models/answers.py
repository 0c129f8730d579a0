"""The three answers, and logic with them: Kleene's, where not knowing is an answer of its own."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Answer(IntEnum):
    """No, not known yet, yes: in this order, so that "all" is the least and "any" the greatest."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    def mirrored(self) -> Answer:
        """Give the answer to the opposite question."""
        return Answer(2 - self)


def answer(possible_yes: bool, possible_no: bool) -> Answer:
    """Give the answer when it is known which of yes and no are still possible."""
    if possible_yes and possible_no:
        return Answer.UNKNOWN
    return Answer.YES if possible_yes else Answer.NO


def yes_or_no(holds: bool) -> Answer:
    """Give the answer to a question that is settled."""
    return Answer.YES if holds else Answer.NO


def every(answers: Iterable[Answer]) -> Answer:
    """Give the least of the answers; of none, yes."""
    return min(answers, default=Answer.YES)


def some(answers: Iterable[Answer]) -> Answer:
    """Give the greatest of the answers; of none, no."""
    return max(answers, default=Answer.NO)


def at_least(count: int, answers: Iterable[Answer]) -> Answer:
    """Give the `count`-th greatest of the answers."""
    return sorted(answers, reverse=True)[count - 1]
