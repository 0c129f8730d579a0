"""The file of what people say and which facts they state with it, checked against the facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from pydantic import Field, ValidationError

from data.catalogue.facts import FactBook
from data.catalogue.reading import SAMPLE
from data.catalogue.records import Record
from data.errors import BadApplicant, BadData, Problem, in_words
from data.json_files import read_json
from data.people.statements import Statement, read_statement

FILE: Final = SAMPLE / "suggestions.json"
WORK: Final = "work"
"""Stands for the trades that a person has worked in, which are a list and no fact."""
NUMBER: Final = "{n}"
"""Stands for the number that is said."""

WITHIN_DAYS: Final = "within_days"

Value: TypeAlias = bool | int | str | tuple[str, ...]
Whose: TypeAlias = Literal["child", "partner", "elsewhere"]


class Pattern(Record):
    """Words as a regular expression, put into a frame, and the facts that they state; the one group is a number."""

    words: str = Field(min_length=1)
    frame: str = "said"
    tells: dict[str, Value] = Field(min_length=1)
    least: int = 0
    """Numbers that are said count from here …"""
    most: int = 1000
    """… to here."""


class Implied(Record):
    """Words of needs that are only had by people of whom some facts are so: who wants a pram has a baby."""

    words: str = Field(min_length=1)
    facts: dict[str, Any] = Field(min_length=1)
    """As an applicant tells them; a day may be told as `{"within_days": 183}`, so many days ago at the most.

    A trade stands under `work`: whoever names it, or a family that lives by it.
    """

    def statements(self, book: FactBook, on: date) -> Iterator[tuple[str, Statement]]:
        """Yield the facts as statements of a day; raises BadApplicant where the facts do not fit the book."""
        for name, value in self.facts.items():
            if name == WORK:
                yield name, frozenset(value)
                continue
            said = value
            if isinstance(value, Mapping) and WITHIN_DAYS in value:
                since = on - timedelta(days=value[WITHIN_DAYS])
                said = {"at_least": since.isoformat(), "at_most": on.isoformat()}
            yield name, read_statement(book.facts[name], said, name)

    def in_book(self, book: FactBook, on: date) -> dict[str, Statement]:
        """Give the facts as statements of a day; none where the book has other facts, trades or values of the name."""
        if not self.facts.keys() <= {WORK, *book.facts} or set(self.facts.get(WORK, ())) - book.trades.keys():
            return {}
        try:
            return dict(self.statements(book, on))
        except BadApplicant:
            return {}


class Patterns(Record):
    """All patterns, and what around them makes them say nothing of the person who asks."""

    parts: dict[str, str]
    """Names in braces that patterns may use, and what they stand for."""
    frames: dict[str, str]
    """What stands around the words of a pattern, by name."""
    not_meant: tuple[str, ...]
    """Look-alikes: words that hold a pattern and mean something else."""
    before: tuple[str, ...]
    """What takes a pattern back that follows at once: a no, a question, a wish, somebody who is paid for it."""
    after: tuple[str, ...]
    """What takes a pattern back that goes before."""
    others: dict[Whose, str]
    """Names of people other than the one who asks."""
    for_others: str
    """How those write who ask for somebody else, such as a client; of them such a need says nothing."""
    self: str
    own: str
    """How people describe themselves with a word that could name another, such as "single mum"."""
    sensitive_topics: frozenset[str]
    patterns: tuple[Pattern, ...]
    implied: tuple[Implied, ...] = ()

    @cached_property
    def said(self) -> tuple[tuple[Pattern, re.Pattern[str]], ...]:
        """Every pattern, ready to be looked for."""
        return tuple((one, self._ready(self.whole(one))) for one in self.patterns)

    @cached_property
    def naming(self) -> tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]:
        """Facts that hold sets, values of them, and the bare words for these, ready to be looked for.

        A pattern without a frame is a whole way of speaking of oneself, and no word for a thing.
        """
        return tuple(
            (fact, values, self._ready(one.words))
            for one in self.patterns
            if one.frame != Pattern.model_fields["frame"].default
            for fact, values in one.tells.items()
            if isinstance(values, tuple)
        )

    @cached_property
    def only_had(self) -> tuple[tuple[Implied, re.Pattern[str]], ...]:
        """`implied`, ready to be looked for."""
        return tuple((one, self._ready(one.words)) for one in self.implied)

    @cached_property
    def look_alikes(self) -> re.Pattern[str]:
        """`not_meant`, ready to be looked for."""
        return self._ready(self.not_meant)

    @cached_property
    def denied_before(self) -> re.Pattern[str]:
        """`before`, to be found at the end of what goes before a pattern."""
        return self._ready(self.before, end=r" \Z")

    @cached_property
    def denied_after(self) -> re.Pattern[str]:
        """`after`, to be found at the start of what follows a pattern."""
        return self._ready(self.after)

    @cached_property
    def people(self) -> Mapping[Whose, re.Pattern[str]]:
        """`others`, ready to be looked for."""
        return {whose: self._ready(words) for whose, words in self.others.items()}

    @cached_property
    def by_helper(self) -> re.Pattern[str]:
        """`for_others`, ready to be looked for."""
        return self._ready(self.for_others)

    @cached_property
    def speaker(self) -> re.Pattern[str]:
        """`self`, ready to be looked for."""
        return self._ready(self.self)

    @cached_property
    def described(self) -> re.Pattern[str]:
        """`own`, ready to be looked for."""
        return self._ready(self.own)

    def whole(self, pattern: Pattern) -> str:
        """Put the words of a pattern into its frame."""
        return self.frames[pattern.frame].replace("{words}", pattern.words)

    def unreadable(self, words: str | tuple[str, ...]) -> str | None:
        """Say in words why a regular expression cannot be read; None where it can."""
        try:
            self._ready(words)
        except re.error as error:
            return f"cannot be read as a pattern: {error}"
        return None

    def counts(self, pattern: Pattern) -> bool:
        """Tell whether a pattern holds a number."""
        return self._ready(self.whole(pattern)).groups > 0

    def _ready(self, words: str | tuple[str, ...], end: str = r"(?!\w)") -> re.Pattern[str]:
        whole = words if isinstance(words, str) else "|".join(words)
        for name, meaning in (*self.parts.items(), *self.parts.items()):  # parts may use parts
            whole = whole.replace(name, meaning)
        return re.compile(rf"(?<!\w)(?:{whole}){end}")


def read_suggestions(book: FactBook, path: Path = FILE) -> Patterns:
    """Read a file of patterns; raises BadData with everything that cannot be read or does not fit the facts."""
    try:
        patterns = Patterns.model_validate(read_json(path))
    except ValidationError as error:
        found = [(".".join(map(str, one["loc"])), in_words(one)) for one in error.errors()]
        raise BadData([Problem(message, path.name, field=field) for field, message in found]) from None
    problems = [Problem(message, path.name, field=field) for field, message in _problems(patterns, book)]
    if problems:
        raise BadData(problems)
    return patterns


def misfit(name: str, value: Any, book: FactBook) -> str | None:
    """Say in words why a fact cannot have a value; None where it can."""
    if name == WORK:
        unknown = sorted(set(value) - book.trades.keys())
        return f"there is no trade {unknown[0]!r}" if unknown else None
    if name not in book.facts:
        return f"there is no fact {name!r}"
    try:
        read_statement(book.facts[name], value, name)
    except BadApplicant as error:
        return error.message
    return None


def _problems(patterns: Patterns, book: FactBook) -> Iterator[tuple[str, str]]:
    for name in ("not_meant", "before", "after", "others", "for_others", "self", "own"):
        around = getattr(patterns, name)
        for words in around.values() if isinstance(around, dict) else (around,):
            if (unreadable := patterns.unreadable(words)) is not None:
                yield name, unreadable
    for at, pattern in enumerate(patterns.patterns):
        if pattern.frame not in patterns.frames:
            yield f"patterns.{at}.frame", f"there is no frame {pattern.frame!r}"
        elif (broken := _broken(patterns, pattern)) is not None:
            yield f"patterns.{at}.words", broken
        for name, value in pattern.tells.items():
            for told in (pattern.least, pattern.most) if value == NUMBER else (value,):
                message = misfit(name, told, book)
                if message is not None:
                    yield f"patterns.{at}.tells.{name}", message
    yield from _misfits_of_implied(patterns, book)


def _misfits_of_implied(patterns: Patterns, book: FactBook) -> Iterator[tuple[str, str]]:
    for at, one in enumerate(patterns.implied):
        if (unreadable := patterns.unreadable(one.words)) is not None:
            yield f"implied.{at}.words", unreadable
        if unknown := sorted(one.facts.keys() - {WORK, *book.facts}):
            yield f"implied.{at}.facts.{unknown[0]}", f"there is no fact {unknown[0]!r}"
            continue
        if WORK in one.facts and (message := misfit(WORK, one.facts[WORK], book)) is not None:
            yield f"implied.{at}.facts.{WORK}", message
        try:
            list(one.statements(book, date.max))
        except BadApplicant as error:
            yield f"implied.{at}.facts.{error.path}", error.message


def _broken(patterns: Patterns, pattern: Pattern) -> str | None:
    unreadable = patterns.unreadable(patterns.whole(pattern))
    if unreadable is None and patterns.counts(pattern) != (NUMBER in pattern.tells.values()):
        return f"the words and what they tell must both have {NUMBER}, or neither"
    return unreadable
