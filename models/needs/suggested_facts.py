"""Facts that the words of a need plainly state of the person who asks: offered to be confirmed, never taken silently.

A pattern that is found suggests nothing where the words around it deny it, ask about it, wish for it, or speak of
somebody else; what is said in two ways that differ is not plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Final

from data.catalogue.facts import Fact, FactBook
from data.json_files import read_json
from data.people.statements import Statement
from features.remembering import Remembered
from models.needs.confirming import question_about
from models.needs.language import in_latin_letters
from models.needs.patterns import FILE, NUMBER, Patterns, Value, Whose, misfit
from models.needs.plain_words import plain_words

MOST_READ: Final = 600
"""Characters of a need that are read."""
NEARBY: Final = 150
"""Characters before a pattern in which something may deny it."""
MOST_BETWEEN: Final = 2
"""Words between a pattern and a person named after it: "disabled" in "disabled old mum" is said of her."""
_GOES_ON: Final = re.compile(r"[,.:]|\b(?:with|and|n|plus|left|from|by|looking|caring)\b")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A fact and the value that the words state, with the question that confirms it."""

    fact: str
    value: Value
    question: str
    sensitive: bool
    """Whether it may only be asked, never shown as something understood."""


def suggest(text: str, book: FactBook, patterns: Patterns | None = None) -> tuple[Suggestion, ...]:
    """List the facts that a need plainly states of the person who asks, each once, in the order of the patterns.

    Without `patterns` those of the project are used; what they tell of facts that the book does not have is left out.
    """
    if patterns is None:
        return _suggested(book).of(text, lambda: suggest(text, book, own_patterns()))
    found: dict[str, list[Value]] = {}
    if in_latin_letters(text):
        for name, value in _stated(plain_words(text[:MOST_READ]), book, patterns):
            if misfit(name, value, book) is None:
                found.setdefault(name, []).append(value)
    settled = ((name, _together(values)) for name, values in found.items())
    return tuple(
        Suggestion(name, value, question_about(name, value, book), _is_sensitive(name, value, book, patterns))
        for name, value in settled
        if value is not None
    )


def implied(
    text: str, book: FactBook, on: date, patterns: Patterns | None = None
) -> tuple[dict[str, Statement], ...]:
    """Give facts that are very likely so of whoever has such a need: they weigh chances, and are never put to anybody.

    What stands together is true together, or not at all; what does not fit the book is left out.

    What a need is about stays so when it is denied ("I have no pram"), so nothing takes these patterns back but
    look-alikes, and writing for somebody else.
    """
    if patterns is None:
        day = on.isoformat().encode()
        return _implied(book).of(text, lambda: implied(text, book, on, own_patterns()), beside=day)
    words = searched(text, patterns)
    if patterns.by_helper.search(words):
        return ()
    found = (one.in_book(book, on) for one, said in patterns.only_had if said.search(words))
    return tuple(facts for facts in found if facts)


def searched(text: str, patterns: Patterns) -> str:
    """Give a need in plain words without its look-alikes; empty where it is in an alphabet that was never learned."""
    return patterns.look_alikes.sub("_", plain_words(text[:MOST_READ])) if in_latin_letters(text) else ""


def _stated(words: str, book: FactBook, patterns: Patterns) -> Iterator[tuple[str, Value]]:
    around = _Around(patterns.look_alikes.sub("_", words), patterns)
    if patterns.by_helper.search(words):
        return
    for pattern, said in patterns.said:
        for match in said.finditer(around.words):
            number = int(match[match.lastindex]) if match.lastindex else pattern.least
            if not pattern.least <= number <= pattern.most or around.denies(match):
                continue
            for name, value in pattern.tells.items():
                if not around.of_another(match, book.facts.get(name)):
                    yield name, number if value == NUMBER else value


@dataclass(frozen=True)
class _Around:
    """Reads what stands around a pattern."""

    words: str
    patterns: Patterns

    def denies(self, match: re.Match[str]) -> bool:
        before = self.words[max(0, match.start() - NEARBY) : match.start()]
        follows = self.patterns.denied_after.match(self.words, match.end() + 1)
        return follows is not None or self.patterns.denied_before.search(before) is not None

    def of_another(self, match: re.Match[str], fact: Fact | None) -> bool:
        """Tell whether somebody else is meant; what a household shares, if not health, may be said of its people."""
        shared = fact is not None and fact.of == "household"
        health = fact is not None and fact.special_category
        theirs = {"elsewhere", "child", "partner"}
        if shared:
            theirs = {"elsewhere", "child"} if health else {"elsewhere"}
        return any(
            self._means(match, start, end, lasts=health or whose != "child")
            for whose, start, end in self._others
            if whose in theirs
        )

    def _means(self, match: re.Match[str], start: int, end: int, *, lasts: bool) -> bool:
        """Tell whether a pattern is said of the person named at a place; `lasts` carries it over commas."""
        if start < match.end() and match.start() < end:
            return start < match.start() or match.end() < end
        earlier = end <= match.start()
        between = self.words[end : match.start()] if earlier else self.words[match.end() : start]
        if "." in between or self.patterns.speaker.search(between):
            return False
        if earlier:
            return lasts or "," not in between
        return len(between.split()) <= MOST_BETWEEN and not _GOES_ON.search(between)

    @cached_property
    def _others(self) -> list[tuple[Whose, int, int]]:
        own = [found.span() for found in self.patterns.described.finditer(self.words)]
        return [
            (whose, *found.span())
            for whose, people in self.patterns.people.items()
            for found in people.finditer(self.words)
            if not any(start < found.end() and found.start() < end for start, end in own)
        ]


def _together(values: list[Value]) -> Value | None:
    """Join the values of a set; None where one thing is said in two ways that differ."""
    first = values[0]
    if isinstance(first, tuple):
        return tuple(dict.fromkeys(code for value in values if isinstance(value, tuple) for code in value))
    return first if all(value == first for value in values) else None


def _is_sensitive(name: str, value: Value, book: FactBook, patterns: Patterns) -> bool:
    fact = book.facts.get(name)
    if fact is None:
        return False
    said = value if isinstance(value, tuple) else (value,)
    return (
        fact.special_category
        or fact.topic in patterns.sensitive_topics
        or not set(said).isdisjoint(fact.special_values)
    )


@lru_cache(maxsize=8)
def _suggested(_book: FactBook) -> Remembered[tuple[Suggestion, ...]]:
    return Remembered()


@lru_cache(maxsize=8)
def _implied(_book: FactBook) -> Remembered[tuple[dict[str, Statement], ...]]:
    return Remembered()


@lru_cache(maxsize=1)
def own_patterns() -> Patterns:
    """Read the patterns of the project, once."""
    return Patterns.model_validate(read_json(FILE))
