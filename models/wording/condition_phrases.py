"""Every condition as a short part of a sentence, such as "you live in Birmingham", and what would be so instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from data.catalogue.facts import ANY, SELF, Fact, FactBook
from data.catalogue.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    Beneficiary,
    Condition,
    Discretion,
    Not,
    OfApplicant,
    Related,
    Sum,
)
from data.people.applicants import Person
from data.places.areas import AreaTree
from models.eligibility.context import EvaluationContext
from models.eligibility.memo import CatalogueMemo, catalogue_memo
from models.wording.bound_phrases import LimitTeller
from models.wording.leaf_phrases import LeafTeller
from models.wording.names import SOMEONE, Names
from models.wording.quantities import COUNT, listed
from models.wording.sentences import PEOPLE, Saying

_T = TypeVar("_T")


def describe(condition: Condition, book: FactBook, areas: AreaTree, *, whose: str = "you") -> str:
    """Say in a part of a sentence what a condition asks, of whom `whose` names."""
    return wording(book, areas).describe(condition, whose=whose)


def wording(book: FactBook, areas: AreaTree) -> Wording:
    """Give the words for a fact book and an area tree; what was once put into words is kept."""
    memo = catalogue_memo(book, areas)
    return memo.memoised(book, "wording", lambda: Wording(Names(book, areas, memo), memo))


@dataclass(frozen=True)
class Wording:
    """The words for the conditions of a catalogue."""

    names: Names
    memo: CatalogueMemo

    def describe(
        self,
        condition: Condition,
        *,
        whose: str = "you",
        holds: bool = True,
        context: EvaluationContext | None = None,
        person: Person | None = None,
    ) -> str:
        """Say what a condition asks, or with `holds=False` its opposite; a context names the row of a table."""
        if context is not None:
            limits = LimitTeller(self.names.book, context, person or context.applicant)
            return Teller(self.names, LeafTeller(self.names, limits)).tell(condition, whose, holds=holds)
        tell = self._plain.tell
        return self.memo.memoised(
            condition, ("words", whose, holds), lambda: tell(condition, whose, holds=holds)
        )

    def known(self, fact: Fact, value: object, *, whose: str = "you") -> str:
        """Say what is known of a fact, such as "you are 34"."""
        told = self._plain.leaves.bounded(fact, {"at_least": value, "at_most": value}, whose)  # type: ignore[dict-item]
        return re.sub(r"\bexactly (?=[\d£-])", "", told)

    @cached_property
    def _plain(self) -> Teller:
        return Teller(self.names, LeafTeller(self.names, LimitTeller(self.names.book)))


@dataclass(frozen=True)
class Teller:
    """Puts conditions that join others into words."""

    names: Names
    leaves: LeafTeller

    def tell(self, condition: Condition, whose: str, *, holds: bool, depth: int = 0) -> str:
        """Say what a condition asks, or its opposite; `depth` counts the groups that it stands in."""
        match condition:
            case AllOf() | AnyOf():
                return self._joined(condition, whose, holds=holds, depth=depth)
            case AtLeast(of=parts):
                return self._several(condition.at_least, parts, whose, holds=holds, depth=depth)
            case Not(condition=part):
                return self.tell(part, whose, holds=not holds, depth=depth)
            case OfApplicant(applicant=part):
                return self.tell(part, "you", holds=holds, depth=depth)
            case Discretion(discretion=text):
                return f"the fund says {'yes' if holds else 'no'} to this: “{text.strip().rstrip('.')}”"
            case Beneficiary(condition=part) if part is not None and self._sought(condition) == (SELF,):
                return self.tell(part, whose, holds=holds, depth=depth)
            case Related():
                return self._related(condition, holds=holds, depth=depth)
            case Sum():
                return self._sum(condition, holds=holds)
            case _:
                return self.leaves.tell(condition, whose, holds=holds)

    def _joined(self, condition: AllOf | AnyOf, whose: str, *, holds: bool, depth: int) -> str:
        together = isinstance(condition, AllOf) is holds
        parts = list(_flat(condition, holds=holds, together=together))
        told = list(dict.fromkeys(self.tell(part, whose, holds=so, depth=depth + 1) for part, so in parts))
        word = "and" if together else "or"
        if len(told) == 1:
            return told[0]
        if whose == PEOPLE and together:
            told = [told[0], *(part.removeprefix("people ") for part in told[1:])]
        if depth >= 2:
            return f"({comma_joined(told, word)})"
        if depth == 0 and any(is_group(part) for part, _ in parts):
            return f"{'; '.join(told[:-1])}; {word} {told[-1]}"
        return comma_joined(told, word)

    def _several(self, count: int, parts: Sequence[Condition], whose: str, *, holds: bool, depth: int) -> str:
        told = "; ".join(self.tell(part, whose, holds=True, depth=max(depth + 1, 2)) for part in parts)
        if not holds and count == 1:
            told = f"none of these is so: {told}"
        else:
            many = (
                f"{'at least' if holds else 'fewer than'} {count} of these {'is' if count == 1 else 'are'} so"
            )
            told = f"{many}: {told}"
        return f"({told})" if depth else told

    def _sum(self, condition: Sum, *, holds: bool) -> str:
        fact = self.names.book.facts[condition.sum]
        people = listed([self.names.relation(name) for name in condition.over], "and")
        value, tail = self.leaves.limits.within(fact, condition.limits, holds=holds)
        said = self.names.saying(fact)
        if said is not None and said.subject == "you" and " and " in people:
            rest = said.rest.replace(" yourself", "")
            told = Saying(f"{people} together", said.tense, said.verb, rest).say(value)
        else:
            told = f"added up for {people}, the answer to “{fact.asks}” is {value}"
        if condition.where is not None:
            told += (
                f", counting only people of whom this is so: {self.tell(condition.where, 'they', holds=True)}"
            )
        return told + tail

    def _related(self, condition: Related, *, holds: bool, depth: int) -> str:
        relations = sorted(self._sought(condition), key=lambda name: name != SELF)
        names = [self.names.relation(name) for name in relations]
        part = condition.condition
        if condition.at_least is not None or condition.at_most is not None:
            return self._how_many_related(condition, names, holds=holds, depth=depth)
        if part is None:
            if condition.all:
                return "nothing is asked of the people around you" if holds else "this can never be so"
            return _have(names, holds=holds)
        if not condition.all and not is_group(part):
            told = (
                self._of_one(part, names, depth=depth) if holds else self._of_nobody(part, names, depth=depth)
            )
            if told is not None:
                return told
        everyone = f"everyone {'else in your home' if relations == [ANY] else f'who is {listed(names)}'}"
        whom = everyone if bool(condition.all) is holds else listed(names)
        told = self.tell(part, whom, holds=holds, depth=depth + 1)
        if not is_group(part) and (whom in told or self._is_of_household(part)) and len(names) == 1:
            return told
        told = f"this is so for {whom}: {self.tell(part, 'they', holds=holds, depth=depth + 1)}"
        return f"({told})" if depth and is_group(part) else told

    def _sought(self, condition: Related) -> tuple[str, ...]:
        """List the relations that are named: of a beneficiary not those who are looked at only where they are named."""
        if not isinstance(condition, Beneficiary):
            return condition.related
        return self.names.book.sought(condition.related, None) or condition.related

    def _is_of_household(self, part: Condition) -> bool:
        fact = self.names.book.facts.get(getattr(part, "fact", ""))
        return fact is None or fact.of == "household"

    def _of_one(self, part: Condition, names: list[str], *, depth: int) -> str | None:
        """Say that one of several people meets a condition, such as "your partner or your child is 60 or over"."""
        told = self.tell(part, "one of these", holds=True, depth=depth + 1)
        if len(names) == 1 or not told.startswith("one of these "):
            return None
        return f"{listed(names)} {told.removeprefix('one of these ')}"

    def _of_nobody(self, part: Condition, names: list[str], *, depth: int) -> str | None:
        """Say that none of some people meets a condition, such as "you have no child who is 18 or under"."""
        one = len(names) == 1
        told = self.tell(part, "who" if one else "none of these", holds=True, depth=depth + 1)
        if not one:
            return f"{told}: {listed(names)}" if told.startswith("none of these ") else None
        if not told.startswith(("who ", "whose ")):
            return None
        if names == [SOMEONE]:
            return f"nobody else in your home {told[4:]}" if told.startswith("who ") else None
        return f"{_have(names, holds=False)} {told}"

    def _how_many_related(self, condition: Related, names: list[str], *, holds: bool, depth: int) -> str:
        counts = {"at_least": condition.at_least, "at_most": condition.at_most}
        limits = {name: str(count) for name, count in counts.items() if count is not None}
        many = COUNT.say(limits) if holds else COUNT.say_outside(limits)
        if condition.condition is None:
            return f"you have {many} of these: {listed(names)}"
        inner = self.tell(condition.condition, "they", holds=True, depth=depth + 1)
        told = f"this is so for {many} of these people ({listed(names)}): {inner}"
        if condition.all:
            return f"{told}; {'and for all of them' if holds else 'or not for all of them'}"
        return told


def _flat(condition: Condition, *, holds: bool, together: bool) -> Iterator[tuple[Condition, bool]]:
    """Yield the parts that one word joins, and whether each holds; groups of the same kind are opened."""
    match condition:
        case Not(condition=part):
            yield from _flat(part, holds=not holds, together=together)
        case AllOf(all_of=parts) if together is holds:
            for part in parts:
                yield from _flat(part, holds=holds, together=together)
        case AnyOf(any_of=parts) if together is not holds:
            for part in parts:
                yield from _flat(part, holds=holds, together=together)
        case _:
            yield condition, holds


def is_group(condition: Condition) -> bool:
    """Tell whether a condition joins others."""
    return isinstance(condition, AllOf | AnyOf | AtLeast)


def comma_joined(told: Sequence[str], word: str) -> str:
    """Join parts of a sentence with commas and a last word; with semicolons where parts have commas of their own."""
    if len(told) == 1:
        return told[0]
    mark = ";" if len(told) > 2 and any("," in one for one in told) else ","
    light = not any("," in one or " and " in one or " or " in one for one in told)
    last = f" {word} " if light and mark == "," else f"{mark} {word} "
    return f"{f'{mark} '.join(told[:-1])}{last}{told[-1]}"


def _have(names: Sequence[str], *, holds: bool) -> str:
    if SOMEONE in names:
        return "you share your home with someone" if holds else "you live on your own"
    if holds:
        return f"you have {listed([_one(name) for name in names])}"
    return f"you have no {listed([_one(name).split(' ', 1)[1] for name in names])}"


def _one(name: str) -> str:
    """Turn "your partner" into "a partner"."""
    own = name.removeprefix("your ")
    if own == name:
        return name if name.startswith(("a ", "an ")) else f"a {name.removeprefix('the ')}"
    return f"{'an' if own[0] in 'aeiou' else 'a'} {own}"


__all__ = ["PEOPLE", "Wording", "comma_joined", "describe", "is_group", "wording"]
