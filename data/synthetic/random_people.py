"""Simulated people: random facts in every state of knowledge, as the JSON that a client would send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from data.catalogue.facts import Fact, FactBook
from data.places.areas import AreaTree
from data.synthetic.random_rules import RuleMaker

Json = dict[str, Any]


@dataclass(frozen=True)
class PersonMaker:
    """Draws people over a fact book and areas; every one of them is valid."""

    book: FactBook
    areas: AreaTree
    rng: np.random.Generator
    on: date
    known: float = 0.5
    """Share of facts of which something is said."""
    exact: float = 0.85
    """Share of those that are said exactly; the rest are ranges, part sets, unknown, declined or not applicable."""

    def applicant(self) -> Json:
        """Draw an applicant with the people around them."""
        person = self._person(household=True)
        if self._maker.chance(self.known) and self.book.relations:
            count = int(self.rng.choice([0, 1, 1, 2, 3]))
            person["related"] = [
                {**self._person(household=False), "relation": self._maker.one_of(list(self.book.relations))}
                for _ in range(count)
            ]
        return person

    def _person(self, *, household: bool) -> Json:
        asked = [fact for fact in self.book.facts.values() if household or fact.of == "person"]
        facts = {fact.id: self.said(fact) for fact in asked if self._maker.chance(self.known)}
        person: Json = {"facts": facts}
        if self._maker.chance(self.known) and self.areas.names:
            person["areas"] = [] if self._maker.chance(0.03) else self._home()
        for part in ("lived_in", "work", "awards"):
            if self._maker.chance(self.known * 0.6):
                made = getattr(self, f"_{part}")
                person[part] = [made() for _ in range(int(self.rng.choice([0, 1, 1, 2])))]
        if self._maker.chance(self.known):
            person["receives"] = [
                f"benefit-{at}" for at in self.rng.integers(0, 12, int(self.rng.integers(0, 3)))
            ]
        return person

    def said(self, fact: Fact) -> Any:
        """Draw what is said of a fact: a value, less than a value, or that it is not said."""
        if self._maker.chance(self.exact):
            return self._value(fact)
        silence = {self._maker.one_of(["unknown", "declined", "not_applicable"]): True}
        return self._maker.one_of([silence, self._range(fact), self._range(fact)])

    def said_in_two_ways(self, fact: Fact) -> tuple[Any, Any]:
        """Draw two statements of a sensitive fact that differ in nothing but what is special-category data."""
        if fact.special_category:
            return {"unknown": True}, self.said(fact)
        if fact.kind == "choice":
            return fact.special_values[0], fact.special_values[-1]
        alone = {*fact.special_values, fact.exclusive}
        plain = [value for value in fact.values if value not in alone and self.rng.random() < 0.3]
        return plain, [*plain, fact.special_values[0]]

    def _value(self, fact: Fact) -> Any:
        match fact.kind:
            case "boolean":
                return self._maker.chance(0.5)
            case "choice":
                return self._maker.one_of(list(fact.values))
            case "choices":
                return (
                    []
                    if self._maker.chance(0.2)
                    else self._alone(fact, self._maker.some_of(list(fact.values)))
                )
            case "date":
                day = self._maker.day(
                    -30000 if self._is_birth(fact) else -3000, 0 if self._is_birth(fact) else 300
                )
                return day[:7] if self._maker.chance(0.1) else day
            case _:
                return self._maker.number(fact)

    def _range(self, fact: Fact) -> Any:
        match fact.kind:
            case "choices":
                values = self._maker.some_of(list(fact.values), most=6)
                cut = int(self.rng.integers(0, len(values) + 1))
                return {"includes": self._alone(fact, values[:cut]), "excludes": values[cut:]}
            case "date":
                return {"at_least": self._maker.day(-3000, 0), "at_most": self._maker.day(0, 300)}
            case "number" | "money":
                ends = sorted([self._maker.number(fact), self._maker.number(fact)])
                if ends[0] == ends[1]:
                    return ends[0]
                low, high = {"at_least": ends[0]}, {self._maker.one_of(["at_most", "below"]): ends[1]}
                return self._maker.one_of([{**low, **high}, {**low, **high}, low, high])
            case _:
                return {"unknown": True}

    def _alone(self, fact: Fact, values: list[str]) -> list[str]:
        """Leave out a value that can only stand alone."""
        return values if len(values) < 2 else [value for value in values if value != fact.exclusive]

    def _home(self) -> list[str]:
        code = self._maker.one_of(list(self.areas.names))
        above = [area for area in self.areas.ancestors(code) if self._maker.chance(0.2)]
        return [code, *above]

    def _lived_in(self) -> Json:
        return {"area": self._maker.one_of(list(self.areas.names)), **self._time()}

    def _work(self) -> Json:
        return {"trade": self._maker.one_of(list(self.book.trades)), **self._time()}

    def _awards(self) -> Json:
        lasting = {"until": self._maker.day(-100, 300)} if self._maker.chance(0.3) else {}
        return {
            "grant_id": f"benefit-{self.rng.integers(0, 12)}",
            "on": self._maker.day(-700, -101),
            **lasting,
        }

    def _time(self) -> Json:
        since, until = sorted([self._maker.day(-6000, -1), self._maker.day(-6000, 0)])
        if self._maker.chance(0.2):
            since, until = since[:7], until[:7]
        return {"from": since} if self._maker.chance(0.4) else {"from": since, "to": until}

    def _is_birth(self, fact: Fact) -> bool:
        return fact.id in self._births

    @cached_property
    def _births(self) -> frozenset[str]:
        return frozenset(f.from_birth_date for f in self.book.facts.values() if f.from_birth_date is not None)

    @cached_property
    def _maker(self) -> RuleMaker:
        return RuleMaker(self.book, self.areas, self.rng, self.on)
