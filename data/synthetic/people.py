"""Makes up people: facts that fit a fact book, a place to live, work they have done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, assert_never

import numpy as np

from data.catalogue.facts import Fact
from data.catalogue.reading import Catalogue
from data.people.applicants import Applicant, read_applicant
from data.places.areas import UK, AreaTree
from data.synthetic.scenario import (
    Chance,
    DaysAgo,
    Derived,
    Draw,
    Each,
    Even,
    Fixed,
    Profile,
    Scenario,
    Spread,
    Weighted,
)

LOCAL: Final = 0.6
"""Share of people who live where some grant of the catalogue helps, rather than anywhere."""
WORKING: Final = 0.75
"""Share of people who have worked in a trade."""
YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class MadePerson:
    """A simulated person: what a form would hold, and the kind of person they were drawn as."""

    pseudonym: str
    profile: Profile
    applicant: Applicant
    area: str
    places: tuple[str, ...]
    """The area and all that contains it, nearest first."""


@dataclass(frozen=True)
class Casting:
    """Draws people for a catalogue from a scenario."""

    catalogue: Catalogue
    scenario: Scenario

    def people(self, count: int, rng: np.random.Generator, *, on: date) -> Iterator[MadePerson]:
        """Draw people as they are on a day; the same generator state gives the same people."""
        profiles = self.scenario.profiles
        shares = np.array([profile.share for profile in profiles])
        for number in range(count):
            profile = profiles[rng.choice(len(profiles), p=shares / shares.sum())]
            yield self._person(f"simulated-person-{number:06d}", profile, rng, on)

    def _person(self, pseudonym: str, profile: Profile, rng: np.random.Generator, on: date) -> MadePerson:
        areas = self.catalogue.areas
        area = self._area(rng)
        raw = {
            "facts": self._facts(profile, rng, on),
            "areas": [area],
            "lived_in": [{"area": area, "from": _month(on, int(rng.integers(1, 240)))}],
            "work": self._work(rng, on),
            "awards": [],
            "receives": [],
        }
        applicant = read_applicant(raw, self.catalogue.facts, areas)
        return MadePerson(pseudonym, profile, applicant, area, (area, *areas.ancestors(area)))

    def _facts(self, profile: Profile, rng: np.random.Generator, on: date) -> dict[str, Any]:
        found: dict[str, Any] = {}
        draws = {**self.scenario.defaults, **profile.facts}
        facts = self.catalogue.facts.facts
        for name, fact in sorted(facts.items(), key=lambda item: isinstance(draws.get(item[0]), Derived)):
            draw = draws.get(name) or _by_kind(fact)
            if draw is None or (fact.kind == "date" and self._born.get(name)):
                continue
            value = _fitting(fact, _drawn(draw, rng, on, found))
            if value is not None:
                found[name] = value
        for born, age in self._born.items():
            if age in found:
                days = float(found.pop(age)) * YEAR + rng.integers(1, 364)
                found[born] = (on - timedelta(days=int(days))).isoformat()
        return found

    @cached_property
    def _born(self) -> dict[str, str]:
        """Birth dates → the age that grows out of each; they are told instead of the age."""
        facts = self.catalogue.facts.facts
        return {fact.from_birth_date: name for name, fact in facts.items() if fact.from_birth_date}

    def _area(self, rng: np.random.Generator) -> str:
        areas = self.catalogue.areas
        if self._served and rng.random() < LOCAL:
            served = self._served[rng.integers(len(self._served))]
            within = [leaf for leaf in self._leaves if areas.contains(served, leaf)] or [served]
            return within[rng.integers(len(within))]
        return self._leaves[rng.integers(len(self._leaves))]

    @cached_property
    def _leaves(self) -> tuple[str, ...]:
        return leaves(self.catalogue.areas)

    @cached_property
    def _served(self) -> tuple[str, ...]:
        return tuple(sorted(set(named(self.catalogue, "lives_in"))))

    @cached_property
    def _trades(self) -> tuple[str, ...]:
        known = tuple(self.catalogue.facts.trades)
        return (*known, *sorted(set(named(self.catalogue, "worked_in")) & set(known)) * 3)

    def _work(self, rng: np.random.Generator, on: date) -> list[dict[str, str]]:
        if not self._trades or rng.random() > WORKING:
            return []
        spells = []
        for _ in range(int(rng.integers(1, 3))):
            end = int(rng.integers(0, 120))
            spell = {"trade": self._trades[rng.integers(len(self._trades))]}
            spell["from"] = _month(on, end + int(rng.integers(6, 200)))
            spells.append(spell if end < 24 else {**spell, "to": _month(on, end)})
        return spells


def named(catalogue: Catalogue, key: str) -> Iterator[str]:
    """Yield what the rules of a catalogue name under a condition's key, such as areas under `lives_in`."""
    for grant in catalogue.grants:
        for rule in grant.rules:
            yield from _under(key, rule.condition.model_dump(by_alias=True))


def leaves(areas: AreaTree) -> tuple[str, ...]:
    """List the areas that contain no other; the four nations where no area file was given."""
    names: Mapping[str, Any] = areas.names or UK
    parents = set(areas.parents.values()) if areas.names else {parent for _, parent in UK.values()}
    return tuple(sorted(code for code in names if code not in parents))


def _under(key: str, part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        yield from part.get(key) or ()
        part = tuple(part.values())
    if isinstance(part, Sequence) and not isinstance(part, str):
        for inner in part:
            yield from _under(key, inner)


def _by_kind(fact: Fact) -> Draw | None:
    """How to draw a fact that the scenario does not know; None for one that applies only to some people."""
    if fact.applies_if is not None:
        return None
    match fact.kind:
        case "boolean":
            return Chance(chance=0.2)
        case "choice":
            return Weighted(weights=dict.fromkeys(fact.values, 1.0))
        case "choices":
            return Each(each=dict.fromkeys(fact.values, min(0.15, 2 / len(fact.values))))
        case "date":
            return DaysAgo(days_ago=(0, 1500))
        case "money":
            return Spread(median=200, spread=0.8)
        case "number":
            low = int(fact.min or 0)
            return Even(between=(low, int(fact.max) if fact.max is not None else low + 60))


def _drawn(draw: Draw, rng: np.random.Generator, on: date, found: Mapping[str, Any]) -> Any:
    match draw:
        case Fixed():
            return list(draw.value) if isinstance(draw.value, tuple) else draw.value
        case Chance():
            return bool(rng.random() < draw.chance)
        case Weighted():
            return _one_of(draw.weights, rng)
        case Each():
            at = rng.random(len(draw.each)).tolist()
            return [
                value for (value, chance), here in zip(draw.each.items(), at, strict=True) if here < chance
            ]
        case Even():
            return int(rng.integers(draw.between[0], draw.between[1] + 1))
        case Spread():
            return round(float(draw.median * np.exp(rng.normal(0, draw.spread))))
        case DaysAgo():
            return (
                on - timedelta(days=int(rng.integers(draw.days_ago[0], draw.days_ago[1] + 1)))
            ).isoformat()
        case Derived():
            return draw.plus + sum(float(found.get(name, 0)) * times for name, times in draw.times.items())
        case _:
            assert_never(draw)


def _one_of(weights: Mapping[str, float], rng: np.random.Generator) -> str:
    at = float(rng.random()) * sum(weights.values())
    for value, weight in weights.items():
        at -= weight
        if at < 0:
            return value
    return list(weights)[-1]


def _fitting(fact: Fact, value: Any) -> Any:
    """The value in the form and within the limits of the fact; None where it has no place there."""
    match fact.kind:
        case "number" | "money":
            low, high = fact.limits
            number = Decimal(str(value))
            number = number if low is None else max(number, low)
            number = number if high is None else min(number, high)
            return int(number) if number == int(number) else float(number)
        case "choice":
            return value if value in fact.values else None
        case "choices":
            known = [code for code in value if code in fact.values]
            return known if len(known) < 2 else [code for code in known if code != fact.exclusive]
        case _:
            return value


def _month(on: date, months_before: int) -> str:
    count = on.year * 12 + on.month - 1 - months_before
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
