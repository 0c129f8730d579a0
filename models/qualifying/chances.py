"""The chance of qualifying: for every grant of a catalogue at once, from its rules and from base rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from data.catalogue.facts import Fact
from data.catalogue.reading import Catalogue
from data.catalogue.rules import Condition, EligibilityRule, HasLivedIn, LivesIn
from data.catalogue.traversal import walk
from data.people.applicants import Silence, Statement
from data.people.base_rates import BaseRates
from models.compiled.answer_flags import Codes
from models.compiled.relevance import keys_of, told_by
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer
from models.eligibility.verdict import Status
from models.qualifying.circuit import Circuit
from models.qualifying.gates import InCells
from models.qualifying.leaves import Leaves
from models.qualifying.places import PLACES, Places
from models.qualifying.spreads import Chances
from models.qualifying.tables import Model, Tables
from models.qualifying.told import narrowed

_STATUSES: Final = tuple(Status)
LEAST: Final = 1e-6
"""The least chance of what is not ruled out; as much below one is the greatest of what is not sure."""
RARE: Final = 1e-3
"""Kinds of people that are rarer than this, given what is told, are left out."""


@dataclass(frozen=True)
class Place:
    """What is ready for requests from one place."""

    tables: Tables
    slots: Chances
    """(slots, kinds) of somebody who tells nothing else."""


@dataclass(frozen=True)
class Qualifying:
    """A catalogue made ready: the chance that a person would be found to qualify for each of its grants."""

    catalogue: Catalogue
    model: Model
    circuit: Circuit
    items: NDArray[np.int64]
    """The edges of distinct rules, end to end as grants name them."""
    starts: NDArray[np.int64]
    rules: tuple[EligibilityRule, ...]
    """The rule of each item."""
    _places: dict[tuple[Answer, ...], Place] = field(default_factory=dict)

    @classmethod
    def build(cls, catalogue: Catalogue, rates: BaseRates) -> Self:
        """Make a catalogue ready, once."""
        book, areas = catalogue.facts, catalogue.areas
        rules = tuple(rule for grant in catalogue.grants for rule in grant.rules)
        conditions = [rule.condition for rule in rules]
        preconditions = [fact.applies_if for fact in book.facts.values() if fact.applies_if is not None]
        parts = [part for one in (*conditions, *preconditions) for part in walk(one)]
        named = {name for part in parts for name in _areas_of(part)}
        leaves, places = Leaves.of(rates, book, parts), Places.of(rates, areas, named)
        shares = np.array([kind.share for kind in rates.people])
        model = Model(rates, leaves, places, rates.kinds(book, areas), shares / shares.sum())
        circuit = Circuit.of(conditions, leaves, places)
        counts = np.array([len(grant.rules) for grant in catalogue.grants], dtype=np.int64)
        return cls(
            catalogue,
            model,
            circuit,
            np.array(circuit.edges, dtype=np.int64),
            np.cumsum(counts) - counts,
            rules,
        )

    def chances(self, context: EvaluationContext, statuses: Codes) -> Chances:
        """Give (grants,) the chance of each grant; `statuses` are the compiled judge's, which decides 0 and 1."""
        place = self._place(context)
        slots, weights = self._told(place, context)
        kept = np.flatnonzero(weights > RARE)
        found = self.circuit.gates.evaluate(slots[:, kept], self._pins(place.tables, context))
        rules = found[self.items]
        rules[self._not_in_force(context.on)] = 1.0
        rules[self._steps] = 1.0
        of_kinds = np.multiply.reduceat(np.vstack([rules, np.ones((1, len(kept)))]), self.starts, axis=0)
        of_kinds[self._without_rules] = 1.0
        chances = of_kinds @ (weights[kept] / weights[kept].sum())
        chances = np.clip(chances, LEAST, 1 - LEAST)
        chances[statuses == _STATUSES.index(Status.ELIGIBLE)] = 1.0
        chances[statuses <= _STATUSES.index(Status.NOT_NOW)] = 0.0
        return np.asarray(chances, dtype=np.float64)

    def _told(self, place: Place, context: EvaluationContext) -> tuple[Chances, Chances]:
        """Put what is told into the slots, and give (kinds,) how likely each kind of people then is."""
        slots, weights = place.slots.copy(), self.model.shares.copy()
        for fact, statement in self._statements(context):
            spread = self.model.leaves.spreads[fact.id]
            cells, likely = narrowed(
                spread, place.tables.cells(fact.id), statement, context, frozenset(fact.special_values)
            )
            if self._tells_the_kind(fact, statement) and (weights * likely).sum() > 0:
                weights *= likely
                weights /= weights.sum()
            for at, mask in self._slots_of.get(fact.id, ()):
                slots[at] = spread.chance(mask, cells)
        if context.applicant.areas is not None:
            left = self.model.places.left(context.applicant.areas) * self.model.places.own
            left = left / max(1e-300, left.sum())
            for at, mask in self._slots_of.get(PLACES, ()):
                slots[at] = left[sorted(mask)].sum()
        return slots, weights

    def _statements(self, context: EvaluationContext) -> Iterator[tuple[Fact, Statement]]:
        book, applicant = context.book, context.applicant
        for name in sorted(applicant.facts.keys() | self._born.keys() & applicant.facts.keys()):
            for fact in (name, *self._born.get(name, ())):
                if fact in self.model.leaves.spreads:
                    statement = context.statement(applicant, fact)
                    if statement is not None:
                        yield book.facts[fact], statement

    def _tells_the_kind(self, fact: Fact, statement: Statement) -> bool:
        if fact.special_category or isinstance(statement, Silence):
            return False
        return fact.kind == "choices" or not fact.special_values

    def _pins(self, tables: Tables, context: EvaluationContext) -> dict[int, Chances | float]:
        """Give the nodes whose chance is known otherwise: answered conditions, facts that apply as they are told."""
        pins: dict[int, Chances | float] = {}
        for fact, edge in self.circuit.applies.items():
            said = context.applicant.facts.get(fact)
            if said is not None and not isinstance(said, Silence):
                pins[edge // 2] = float(edge % 2 == 0)
        told = told_by(context.applicant, context.applicant, context.book)
        for (condition, edge), keys in zip(self.circuit.asked, self._keys, strict=True):
            if not keys.isdisjoint(told):
                answer = ask(condition, context)
                if answer is not Answer.UNKNOWN:
                    pins[edge // 2] = float((answer is Answer.YES) == (edge % 2 == 0))
        return pins

    def _place(self, context: EvaluationContext) -> Place:
        key = tuple(ask(given, context) for given in self._of_place)
        if key not in self._places:
            tables = Tables.of(self.model, context)
            self._places[key] = Place(tables, tables.slots(self.circuit.gates.slots))
        return self._places[key]

    def _not_in_force(self, on: date) -> list[int]:
        return [at for at in self._dated if not self.rules[at].applies(on=on)]

    @cached_property
    def _dated(self) -> tuple[int, ...]:
        return tuple(
            at for at, rule in enumerate(self.rules) if rule.since is not None or rule.until is not None
        )

    @cached_property
    def _steps(self) -> list[int]:
        """The rules that ask for a step: it is taken as done."""
        return [at for at, rule in enumerate(self.rules) if rule.first]

    @cached_property
    def _without_rules(self) -> list[int]:
        return [at for at, grant in enumerate(self.catalogue.grants) if not grant.rules]

    @cached_property
    def _slots_of(self) -> dict[str, list[tuple[int, frozenset[int]]]]:
        found: dict[str, list[tuple[int, frozenset[int]]]] = {}
        for at, slot in enumerate(self.circuit.gates.slots):
            if isinstance(slot, InCells):
                found.setdefault(slot.fact, []).append((at, slot.mask))
        return found

    @cached_property
    def _born(self) -> dict[str, list[str]]:
        """Birth dates → what grows out of them."""
        found: dict[str, list[str]] = {}
        for fact in self.catalogue.facts.facts.values():
            if fact.from_birth_date is not None:
                found.setdefault(fact.from_birth_date, []).append(fact.id)
        return found

    @cached_property
    def _keys(self) -> tuple[frozenset[str], ...]:
        return tuple(keys_of(condition, self.catalogue.facts) for condition, _ in self.circuit.asked)

    @cached_property
    def _of_place(self) -> tuple[Condition, ...]:
        """What rows are given about places."""
        rates = self.model.rates
        every = [*rates.facts.values(), rates.relations, rates.receives, rates.trades_now, rates.trades_ever]
        given = [row.given for rows in every for row in rows if row.given is not None]
        return tuple(dict.fromkeys(part for one in given for part in walk(one) if isinstance(part, LivesIn)))


def _areas_of(condition: Condition) -> tuple[str, ...]:
    match condition:
        case LivesIn(lives_in=names) | HasLivedIn(has_lived_in=names):
            return names
        case _:
            return ()
