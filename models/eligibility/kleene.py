"""The three answers, and logic with them: Kleene's, where not knowing is an answer of its own."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Answer(IntEnum):
    """No, not known yet, yes: in this order, so that "all" is the least and "any" the greatest."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    def negated(self) -> Answer:
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
    """Give the least of the answers; of none, yes. Asks no further once it is no."""
    least = Answer.YES
    for found in answers:
        if found is Answer.NO:
            return found
        if found is Answer.UNKNOWN:
            least = found
    return least


def some(answers: Iterable[Answer]) -> Answer:
    """Give the greatest of the answers; of none, no. Asks no further once it is yes."""
    greatest = Answer.NO
    for found in answers:
        if found is Answer.YES:
            return found
        if found is Answer.UNKNOWN:
            greatest = found
    return greatest


def at_least(count: int, answers: Iterable[Answer]) -> Answer:
    """Give the `count`-th greatest of the answers."""
    return sorted(answers, reverse=True)[count - 1]
