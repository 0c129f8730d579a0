"""The plain conditions in words: facts, places, work, what a person gets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, assert_never

from data.catalogue.facts import Fact
from data.catalogue.rules import (
    Ago,
    Bound,
    HasLivedIn,
    Is,
    LivesIn,
    NoneOf,
    OneOf,
    PerPeriod,
    Receives,
    Share,
    SumOf,
    Within,
    WorkedIn,
)
from models.wording.bound_phrases import LimitTeller
from models.wording.names import Names
from models.wording.quantities import length, listed, share, whole_run
from models.wording.sentences import PEOPLE, Saying, is_plural, without_what_lacks

MOST_OTHERS: Final = 3
"""The opposite of some choices names the other ones where there are so few."""

FactLeaf = Is | OneOf | NoneOf | Within | Ago
PlaceLeaf = LivesIn | HasLivedIn | WorkedIn | Receives


_SPACE: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for an amount until the words around it are known."""
_PERIOD: Final = re.compile(r"(?: for)? (?:a|an|each|every|per) (?:week|month|year)\b(?!”)")


@dataclass(frozen=True)
class LeafTeller:
    """Puts plain conditions into words."""

    names: Names
    limits: LimitTeller

    def tell(self, leaf: FactLeaf | PlaceLeaf | SumOf, whose: str, *, holds: bool) -> str:
        """Say what a plain condition asks, or its opposite, of whom `whose` names."""
        match leaf:
            case LivesIn():
                return self._lives_in(leaf, whose, holds=holds)
            case HasLivedIn():
                return self._has_lived_in(leaf, whose, holds=holds)
            case WorkedIn():
                return self._worked_in(leaf, whose, holds=holds)
            case SumOf():
                return self._sum_of(leaf, whose, holds=holds)
            case Receives(receives=ids):
                named = listed([f"“{name.replace('-', ' ').replace('_', ' ')}”" for name in ids])
                return Saying("you", "do", "get", "{} now").about(whose).say(named, holds=holds)
            case _:
                return self._fact(leaf, self.names.book.facts[leaf.fact], whose, holds=holds)

    def _sum_of(self, leaf: SumOf, whose: str, *, holds: bool) -> str:
        """Say what several answers come to together."""
        parts = [self._part_of_sum(part, whose) for part in leaf.parts]
        first = self.names.book.facts[leaf.parts[0].fact]
        value, tail = self.limits.within(first, leaf.limits, holds=holds)
        return f"added up, {listed(parts, 'and')} come to {value}{tail}"

    def _part_of_sum(self, part: Share, whose: str) -> str:
        fact = self.names.book.facts[part.fact]
        owner = "your answer" if whose in ("you", PEOPLE) or fact.of == "household" else "their answer"
        times = "" if part.times == 1 else f"{share(part.times)} "
        return f"{times}{owner} to “{fact.asks}”"

    def _fact(self, leaf: FactLeaf, fact: Fact, whose: str, *, holds: bool) -> str:
        match leaf:
            case Is(value=bool() as value):
                return self._yes_or_no(fact, whose, holds=holds is value)
            case Is(value=Decimal() as value):
                return self.bounded(fact, {"at_least": value, "at_most": value}, whose, holds=holds)
            case Is(value=str() as value) if fact.kind == "date":
                on = date.fromisoformat(value)
                return self.bounded(fact, {"at_least": on, "at_most": on}, whose, holds=holds)
            case Is(value=value):
                return self._valued(fact, (value,), whose, holds=holds)
            case OneOf(one_of=values):
                return self._valued(fact, values, whose, holds=holds)
            case NoneOf(none_of=values):
                return self._valued(fact, values, whose, holds=not holds)
            case Within():
                return self.bounded(fact, leaf.limits, whose, holds=holds)
            case Ago():
                return self._said(fact, whose, self.limits.distance(fact, leaf, holds=holds))
            case _:
                assert_never(leaf)

    def bounded(self, fact: Fact, limits: Mapping[str, Bound], whose: str, *, holds: bool = True) -> str:
        """Say that a number or a day lies within limits, or outside."""
        value, tail = self.limits.within(fact, limits, holds=holds)
        if any(isinstance(limit, PerPeriod) for limit in limits.values()):  # with a period of its own
            return f"{_PERIOD.sub('', self._said(fact, whose, _SPACE)).replace(_SPACE, value)}{tail}"
        return f"{self._said(fact, whose, value)}{tail}"

    def _yes_or_no(self, fact: Fact, whose: str, *, holds: bool) -> str:
        said = self._saying(fact, whose)
        if said is None or (not holds and _denies(fact.asks)):
            return self._quoted(fact, whose, "“yes”" if holds else "“no”")
        return said.say(holds=holds)

    def _valued(self, fact: Fact, values: Sequence[object], whose: str, *, holds: bool) -> str:
        if isinstance(values[0], bool):
            return self._either(fact, values, whose, holds=holds)
        if not holds and fact.kind == "choice":
            others = [code for code in fact.values if code not in values]
            if 0 < len(others) <= max(MOST_OTHERS, len(values)):
                return self._valued(fact, others, whose, holds=True)
        words = self.names.values(fact, values)
        said = self._saying(fact, whose)
        if said is not None and (holds or said.tense != "in rest"):
            return said.say(words if holds else words.replace("one of", "any of"), holds=holds)
        run = whole_run([str(value) for value in values])
        quoted = words if run else listed([f"“{self.names.value(fact, value)}”" for value in values])
        return self._quoted(fact, whose, quoted if holds else f"not {quoted}")

    def _either(self, fact: Fact, values: Sequence[object], whose: str, *, holds: bool) -> str:
        if len(set(values)) == 1:
            return self._yes_or_no(fact, whose, holds=holds is values[0])
        return f"the answer to “{fact.asks}” is {'known' if holds else 'not known'}"

    def _said(self, fact: Fact, whose: str, value: str) -> str:
        said = self._saying(fact, whose)
        return self._quoted(fact, whose, value) if said is None else said.say(value)

    def _saying(self, fact: Fact, whose: str) -> Saying | None:
        said = self.names.saying(fact)
        household = fact.of == "household" and whose != PEOPLE
        return said if said is None or household else said.about(whose)

    def _quoted(self, fact: Fact, whose: str, value: str) -> str:
        if fact.of == "household" or whose in ("you", PEOPLE):
            return f"your answer to “{fact.asks}” is {value}"
        if whose == "they":
            return f"their answer to “{fact.asks}” is {value}"
        return f"the answer of {whose} to “{fact.asks}” is {value}"

    def _places(self, codes: Sequence[str], word: str = "or") -> str:
        return listed([self.names.place(code) for code in codes], word)

    def _lives_in(self, leaf: LivesIn, whose: str, *, holds: bool) -> str:
        where = (
            f"in {self._places(leaf.lives_in)}" if holds else f"outside {self._places(leaf.lives_in, 'and')}"
        )
        said = Saying("you", "do", "live", where).about(whose).say()
        if leaf.for_months is None:
            return said
        time = length(leaf.for_months, "months")
        return (
            f"{said}, and {'have' if is_plural(whose) else 'has'} for at least the last {time.removeprefix('1 ')}"
            if holds
            else f"{said}, or came there less than {time} ago"
        )

    def _has_lived_in(self, leaf: HasLivedIn, whose: str, *, holds: bool) -> str:
        places = self._places(leaf.has_lived_in)
        window = ""
        if leaf.within_years is not None:
            window = f" in the last {length(leaf.within_years, 'years').removeprefix('1 ')}"
        if leaf.for_months is not None:
            time = length(leaf.for_months, "months")
            many = f"{time} or more" if holds else f"less than {time}"
            return (
                Saying("you", "have", "lived", f"in {{}} for {many} in all{window}").about(whose).say(places)
            )
        if window:
            return (
                Saying("you", "have", "lived", f"in {{}} at any time{window}")
                .about(whose)
                .say(places, holds=holds)
            )
        if holds:
            return Saying("you", "do", "live", "in {} now or lived there before").about(whose).say(places)
        return Saying("you", "have", "never lived", "in {}").about(whose).say(places)

    def _worked_in(self, leaf: WorkedIn, whose: str, *, holds: bool) -> str:
        trades = listed([self.names.book.trades[trade] for trade in leaf.worked_in])
        how = "" if leaf.years is None else f" for at least {length(leaf.years, 'years')} in all"
        if leaf.within_years is not None:
            time = length(leaf.within_years, "years").removeprefix("1 ")
            how += f" in the last {time}" if holds or how else f" at any time in the last {time}"
        if leaf.now and not how:
            return Saying("you", "do", "work", "in {} now").about(whose).say(trades, holds=holds)
        how += " and still do" if leaf.now and holds else ""
        how += ", or no longer do" if leaf.now and not holds else ""
        return Saying("you", "have", "worked", f"in {{}}{how}").about(whose).say(trades, holds=holds)


def _denies(question: str) -> bool:
    """Tell whether a question holds a "no" of its own, so that its opposite would be a double one."""
    kept = without_what_lacks(question.removesuffix("?")).lower()
    return any(word in f" {kept}" for word in (" no ", " not ", " never ", "n't ", "n’t "))
