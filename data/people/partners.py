"""What partners with lived experience say beside their grades, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from data.people.events import Judgement, Name
from data.people.judgements import Grade

WORDS: Final = 2000
"""Longest text of a partner, in characters."""
Words = Annotated[str, Field(max_length=WORDS)]


class Record(BaseModel):
    """Something that a partner said or that is told to a partner; what is kept of it is its JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Grading(Record):
    """What a partner says about one situation: a draft, sent, or skipped."""

    state: Literal["draft", "sent", "skipped"]
    pool: tuple[Name, ...] = ()
    """The grants to grade, in the order in which they were shown."""
    grades: dict[Name, Grade] = Field(default_factory=dict)
    why: dict[Name, Words] = Field(default_factory=dict)
    missing: Words = ""
    """Free words: what is missing here?"""
    quote: bool = False
    """Whether these words may be quoted, without a name."""


class Choice(Record):
    """Which of two orders, shown without their names, a partner would rather get. Reported, never trained on."""

    first: str
    """What made the order that was shown first, such as `learned` or `likeness`."""
    second: str
    model: str | None
    """Version of the bundle that was live."""
    chosen: Literal["first", "second", "neither"]
    why: Words = ""
    quote: bool = False


class Interests(Record):
    """Ties to funds that a partner declares, such as working for one; an empty text declares that there are none."""

    text: Words


class Move(Record):
    """A grant that stands elsewhere on the list of a situation because of a partner's grades; places from 1."""

    situation: str
    grant_id: Name
    grade: int
    before: int
    after: int


class Effect(Record):
    """What a partner's grades changed: a fit with them held against one without."""

    experiment: str
    on: date
    grades: int
    """How many of the partner's grades were learned from."""
    moves: tuple[Move, ...]


KINDS: Final[dict[type[Record], str]] = {
    Grading: "grading",
    Choice: "choice",
    Interests: "interests",
    Effect: "effect",
}
"""Each kind of record and the name under which it is kept."""


def newest(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Of each partner's grades of a grant in a situation the one told last; `judgements` oldest first.

    >>> a = dict(partner="p", situation_id="s", grant_id="g", on=date(2026, 1, 1))
    >>> told = [Judgement(id=str(grade), grade=grade, **a) for grade in (3, 0)]
    >>> [one.grade for one in newest(told)]
    [0]
    """
    last = {(one.partner, one.situation_id, one.grant_id): one for one in judgements}
    return tuple(last.values())
