"""The forms in which knowledge of a person enters a catalogue: places among cuts, sets of values, answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from data.people.applicants import Person
from models.compiled.answer_flags import Codes
from models.compiled.literals import Subject


class OnLine(NamedTuple):
    """Where a number lies among the cuts: how many it has certainly reached, and how many it may have."""

    low: int
    high: int


class NotApplicable(NamedTuple):
    """The fact does not apply to the person."""


class Among(NamedTuple):
    """Which values a person certainly has, and which they may have; None for any."""

    surely: tuple[int, ...]
    perhaps: tuple[int, ...] | None


class Answered(NamedTuple):
    """Answers of conditions asked as a whole."""

    codes: Codes
    moving: tuple[int, ...] = ()
    """Which of them may change while nothing but time does."""


State: TypeAlias = OnLine | NotApplicable | Among | Answered | None
"""What is known of a subject; None where nothing is."""
NOT_APPLICABLE: Final = NotApplicable()


@dataclass
class Known:
    """What is known of a person: now, and for what time alone may change, tomorrow."""

    now: dict[Subject, State] = field(default_factory=dict)
    """Subjects of which nothing is known are left out, unless time may change that."""
    tomorrow: dict[Subject, State] = field(default_factory=dict)
    """Subjects that move; None where all that can be said is that they do."""
    since: dict[Subject, tuple[date, date]] = field(default_factory=dict)
    """The first and the last day from which a line that moves may be counted."""
    told: list[tuple[Person, set[str]]] = field(default_factory=list)
    """The applicant and everybody around them, and what each tells something of."""
    slow: set[Subject] = field(default_factory=set)
    """Subjects of which something is told that takes long to put into numbers."""
    under_discretion: tuple[Answered, Answered, Answered] | None = None
    """Answers that people at the funds may change: as they are, if people grant it, and if they refuse."""
