"""Small generated worlds in which many facts are shared, left out, told in part, and then completed."""

from __future__ import annotations

import copy
import os
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from data.catalogue.facts import Fact, FactBook, OtherNames, keyed_by_id
from data.catalogue.grants import Grant, Repeat
from data.catalogue.reading import Catalogue
from data.people.applicants import Applicant, read_applicant
from data.places.areas import AreaTree
from data.synthetic.random_catalogues import generate_catalogue
from data.synthetic.random_people import PersonMaker
from data.synthetic.random_rules import EVERY_FORM_OFTEN, RuleMaker

CASES = int(os.environ.get("LAW_CASES", "150"))
"""How many cases each law is tried on; `LAW_CASES=100000 pytest tests/models/test_laws.py` is the full size."""
ON = date(2026, 8, 21)
Json = dict[str, Any]
_PARTS = ("areas", "lived_in", "work", "receives")

_FACTS: list[Json] = [
    {"id": "age", "kind": "number", "min": 0, "max": 130, "from_birth_date": "born"},
    {"id": "born", "kind": "date"},
    {"id": "pension_age", "kind": "boolean", "applies_if": {"fact": "age", "at_least": 60}},
    {"id": "working", "kind": "boolean"},
    {"id": "hours", "kind": "number", "min": 0, "max": 60, "applies_if": {"fact": "working", "is": True}},
    {"id": "household", "kind": "number", "min": 1, "max": 8, "of": "household"},
    {"id": "income", "kind": "money", "min": 0},
    {"id": "savings", "kind": "money", "min": 0, "of": "household"},
    {"id": "tenure", "kind": "choice", "values": ["owner", "council", "private", "none"]},
    {"id": "on_benefits", "kind": "boolean", "derived": {"some_of": "benefits"}},
    {
        "id": "benefits",
        "kind": "choices",
        "values": ["uc", "pip", "esa", "pc"],
        "applies_if": {"fact": "on_benefits", "is": True},
    },
    {"id": "bereaved_on", "kind": "date"},
    {"id": "pay", "kind": "money", "min": 0, "period": "week"},
    {"id": "pension", "kind": "money", "min": -500, "period": "week"},
    {"id": "expecting", "kind": "boolean"},
    {"id": "weeks", "kind": "number", "min": 0, "max": 42, "grows": "weeks",
     "while": {"fact": "expecting", "is": True}},
    {"id": "visa", "kind": "boolean"},
    {"id": "children", "kind": "number", "min": 0, "max": 9, "of": "household",
     "derived": {"count": ["child"], "where": {"fact": "age", "below": 18}}},
    {"id": "ages", "kind": "choices", "values": [str(age) for age in range(20)], "of": "household",
     "derived": {"values_of": "age", "over": ["child"]}},
    {"id": "paid", "kind": "money", "min": -500, "period": "week", "derived": {"sum_of": ["pay", "pension"]}},
    {"id": "helped", "kind": "boolean", "derived": {"any": ["on_benefits", {"fact": "tenure", "is": "council"}]}},
]  # fmt: skip
BOOK = FactBook.model_validate(
    {
        "no_recourse": {"fact": "visa", "is": True},
        "facts": keyed_by_id(_FACTS),
        "relations": {"partner": "a", "child": "b", "late_partner": {"text": "c", "household": False}},
        "trades": ["nursing", "baking", "mining"],
    }
).knowing(
    OtherNames(
        {"old-benefit": "benefit-2"},
        {"benefit-3": ("benefits", "pc"), "benefit-4": ("benefits", "pc"), "benefit-5": ("benefits", "esa")},
    )
)
AREAS = AreaTree(
    {"E12000005": "Region", "E08000025": "City", "E08000026": "Town", "E05000001": "Ward"},
    {
        "E12000005": "E92000001",
        "E08000025": "E12000005",
        "E08000026": "E12000005",
        "E05000001": "E08000025",
    },
    listed=True,
)


@dataclass(frozen=True)
class World:
    """Makers that draw from one seed."""

    rng: np.random.Generator

    @classmethod
    def of(cls, seed: int) -> World:
        return cls(np.random.default_rng(seed))

    @cached_property
    def rules(self) -> RuleMaker:
        return RuleMaker(BOOK, AREAS, self.rng, ON, EVERY_FORM_OFTEN)

    @cached_property
    def telling(self) -> PersonMaker:
        """Draws people who tell everything."""
        return PersonMaker(BOOK, AREAS, self.rng, ON, 1.0, 1.0)

    def person(self, known: float | None = None) -> Json:
        share = float(self.rng.choice([0.1, 0.4, 0.7, 1.0])) if known is None else known
        exact = float(self.rng.choice([0.5, 0.9]))
        person = PersonMaker(BOOK, AREAS, self.rng, ON, share, exact).applicant()
        if self.rules.chance(0.2):
            person["for"] = self.rules.some_of(["self", *BOOK.relations], most=2)
        return person

    def catalogue(self, grants: int, distinct: int | None = None) -> Catalogue:
        return generate_catalogue(self.rules, grants=grants, distinct=distinct)

    def adorned(self, catalogue: Catalogue) -> Catalogue:
        """Give the grants of a catalogue steps, ends, public funds and limits to awards of every kind."""
        return replace(catalogue, grants=tuple(map(self._adorned, catalogue.grants)))

    def _adorned(self, grant: Grant) -> Grant:
        rules = tuple(
            rule.model_copy(update={"first": True}) if self.rules.chance(0.1) else rule
            for rule in grant.rules
        )
        limits: list[Json] = [
            {"months_between_awards": 12},
            {"once": True},
            {"awards": 1, "within_months": 6},
            {"awards": 2, "within_months": 24},
        ]
        repeat = Repeat.model_validate(
            {
                **self.rules.one_of(limits),
                "per": self.rules.one_of(["person", "household"]),
            }
        )
        ended = date.fromisoformat(self.rules.day(-200, 400)) if self.rules.chance(0.15) else None
        made = {"rules": rules, "ended": ended, "public_fund": self.rules.chance(0.2)}
        return grant.model_copy(update=made | ({"repeat": repeat} if self.rules.chance(0.5) else {}))

    def completed(self, person: Json) -> Json:
        """Fill everything that a person leaves open, within what they said."""
        full = self._completed(person, household=True)
        people = [] if full.get("related") is None else full["related"]
        if full.get("related") is None:
            count = int(self.rng.choice([0, 1, 2]))
            people = [{"relation": self.rules.one_of(list(BOOK.relations))} for _ in range(count)]
        full["related"] = [
            {**self._completed(one, household=False), "relation": one["relation"]} for one in people
        ]
        return full

    def _completed(self, person: Json, *, household: bool) -> Json:
        full = copy.deepcopy(person)
        facts = full.setdefault("facts", {})
        for fact in BOOK.facts.values():
            if (household or fact.of == "person") and not _contradicts(fact, person):
                self._complete(facts, fact)
        maker = self.telling.applicant() if any(full.get(part) is None for part in _PARTS) else {}
        told = full.get("receives")
        for part in _PARTS:
            if full.get(part) is None:
                full[part] = maker.get(part, [])
        if told is None:
            full["receives"] = self._received(full["receives"], facts.get("benefits"))
        elif isinstance(facts.get("benefits"), list) and facts["benefits"] != person.get("facts", {}).get(
            "benefits"
        ):
            facts["benefits"] = sorted({*facts["benefits"], *_values_of(told)})
        if full["areas"] and all(AREAS.contains(area, "E12000005") for area in full["areas"]):
            full["areas"] = [*full["areas"], self.rules.one_of(["E08000025", "E08000026"])]
        return full

    def _received(self, drawn: list[str], benefits: Any) -> list[str]:
        """Complete what somebody gets so that it goes with the values of facts that amount to it."""
        held = benefits if isinstance(benefits, list) else []
        kept = [one for one in drawn if one not in BOOK.names.same_as]
        for (_, value), grants in sorted(BOOK.names.grants_of.items()):
            if value in held:
                kept.append(self.rules.one_of(sorted(grants)))
        return kept

    def _complete(self, facts: Json, fact: Fact) -> None:
        said = facts.get(fact.id)
        if said is None or (isinstance(said, dict) and said.keys() & {"unknown", "declined"}):
            applies = not self.rules.chance(0.05)
            facts[fact.id] = self.telling.said(fact) if applies else {"not_applicable": True}
        elif isinstance(said, dict) and said.keys() & {"includes", "excludes"}:
            others = [v for v in fact.values if v not in said.get("excludes", ()) and self.rules.chance(0.5)]
            facts[fact.id] = sorted({*said.get("includes", ()), *others})
        elif isinstance(said, dict) and "not_applicable" not in said and fact.kind != "date":
            low = said.get("at_least", int(fact.min or 0))
            high = said.get("at_most", said.get("below", low + 50) - 1)
            facts[fact.id] = int(self.rng.integers(low, max(low, min(high, fact.max or high)) + 1))
        elif isinstance(said, dict) and "not_applicable" not in said:
            facts[fact.id] = said["at_least"] if self.rules.chance(0.5) else said["at_most"]


def _contradicts(fact: Fact, person: Json) -> bool:
    """Tell whether filling a fact could contradict what follows from what was said."""
    said = person.get("facts", {})
    if fact.id == "age":
        return "born" in said and "age" not in said
    if fact.id == "born":
        return "born" not in said
    if fact.derived is not None:
        return fact.id not in said
    silent = fact.id not in said or said[fact.id] in ({"unknown": True}, {"declined": True})
    return fact.applies_if is not None and silent


def _values_of(received: list[str]) -> set[str]:
    return {BOOK.names.same_as[one][1] for one in received if one in BOOK.names.same_as}


def read(person: Json) -> Applicant:
    """Read a person of these worlds."""
    return read_applicant(person, BOOK, AREAS)
