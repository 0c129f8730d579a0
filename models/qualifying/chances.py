"""The chance of qualifying: for every grant of a catalogue at once, from its rules and from base rates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from data.catalogue.dependencies import closure, follows_as_told, with_preconditions
from data.catalogue.facts import Fact
from data.catalogue.reading import Catalogue
from data.catalogue.rules import Condition, EligibilityRule, HasLivedIn, LivesIn
from data.catalogue.traversal import facts_named, walk
from data.people.applicants import Silence, Statement
from data.people.base_rates import BaseRates
from models.compiled.answer_flags import Codes
from models.compiled.relevance import keys_of, told_by
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer
from models.eligibility.verdict import STATUSES, Status
from models.qualifying.circuit import Circuit
from models.qualifying.gates import InCells, Products
from models.qualifying.leaves import Leaves
from models.qualifying.places import PLACES, Places
from models.qualifying.slots import Place, SlotsOfFact
from models.qualifying.spreads import Chances, Mask, Members, Spread
from models.qualifying.tables import Model, Tables
from models.qualifying.told import narrowed

_NOT_NOW, _ELIGIBLE = STATUSES.index(Status.NOT_NOW), STATUSES.index(Status.ELIGIBLE)
LEAST: Final = 1e-6
"""The least chance of what is not ruled out; as much below one is the greatest of what is not sure."""
MANY: Final = 100
"""Where more grants are open than this, what those read that a person gets counts too."""
RARE: Final = 1e-3
"""Kinds of people that are rarer than this, given what is told, are left out."""
MOST_AREAS: Final = 1_000
"""Places of people for which the chances to live where grants ask it are at hand."""
MOST_PLACES: Final = 10_000
"""Places of people for which the rates are at hand."""


@dataclass(frozen=True)
class Qualifying:
    """A catalogue made ready: the chance that a person would be found to qualify for each of its grants."""

    catalogue: Catalogue
    model: Model
    circuit: Circuit
    _places: dict[tuple[Answer, ...], Place] = field(default_factory=dict)
    _by_areas: dict[tuple[str, ...] | None, Place] = field(default_factory=dict)
    _days: dict[date, Products] = field(default_factory=dict)

    @classmethod
    def build(cls, catalogue: Catalogue, rates: BaseRates) -> Self:
        """Make a catalogue ready, once."""
        book, areas = catalogue.facts, catalogue.areas
        conditions = [rule.condition for grant in catalogue.grants for rule in grant.rules]
        preconditions = [fact.applies_if for fact in book.facts.values() if fact.applies_if is not None]
        leaves = Leaves.of(rates, book, (*conditions, *preconditions))
        named = {name for one in conditions for part in walk(one) for name in _areas_of(part)}
        places = Places.of(rates, areas, named)
        shares = np.array([kind.share for kind in rates.people])
        model = Model(rates, leaves, places, rates.kinds(book, areas), shares / shares.sum())
        return cls(catalogue, model, Circuit.of(conditions, leaves, places))

    def chances(self, context: EvaluationContext, statuses: Codes) -> NDArray[np.float64]:
        """Give (grants,) the chance of each grant; `statuses` are the compiled judge's, which decides 0 and 1."""
        return self.estimate(context, statuses).chances

    def estimate(self, context: EvaluationContext, statuses: Codes) -> Estimate:
        """Give the chance of each grant together with what it was made of."""
        chances = np.where(statuses == _ELIGIBLE, 1.0, 0.0)
        open_ = np.flatnonzero((statuses > _NOT_NOW) & (statuses < _ELIGIBLE))
        if not len(open_):
            return Estimate(self, chances, np.zeros((0, 0)), np.zeros(0), context.on)
        wanted, place = self._wanted(statuses), self._place(context)
        slots, weights, kept = self._told(place, context, wanted)
        made = Made(slots, self._pins(context, wanted), place, kept)
        edges = self.circuit.gates.evaluate(made.slots, made.pins)
        # Row by row: a matrix product would round a grant's chance by which other grants are open.
        mean = np.einsum("gk,k->g", self.rules_in_force(context.on).of(edges), weights)
        chances[open_] = np.clip(mean[open_], LEAST, 1 - LEAST)
        return Estimate(self, chances, edges, weights, context.on, made)

    def rules_in_force(self, on: date) -> Products:
        """Give for each grant the product over the rules that apply on a day; a step is taken as done."""
        found = self._days.get(on)
        if found is None:
            edges = iter(self.circuit.edges)
            asked = [[(next(edges), rule) for rule in grant.rules] for grant in self.catalogue.grants]
            found = Products.over(
                [[edge for edge, rule in one if rule.applies(on=on) and not rule.first] for one in asked]
            )
            self._days.clear()
            self._days[on] = found
        return found

    @cached_property
    def slots_read(self) -> tuple[NDArray[np.int64], ...]:
        """For each grant the slots that its rules read, steps left out."""
        reads = iter(self.circuit.reads)
        asked = [[(next(reads), rule.first) for rule in grant.rules] for grant in self.catalogue.grants]
        read = (frozenset[int]().union(*(slots for slots, first in one if not first)) for one in asked)
        return tuple(np.array(sorted(slots), dtype=np.int64) for slots in read)

    def _told(
        self, place: Place, context: EvaluationContext, wanted: Collection[str | int]
    ) -> tuple[Chances, Chances, NDArray[np.int64]]:
        """Put what is told of the wanted facts into the slots, and give (kinds,) how likely each kind then is.

        Given with them is which kinds of people these are: those that are rare, given what is told, are left out.
        """
        weights, found = self.model.shares.copy(), list[tuple[NDArray[np.int64], Chances]]()
        for fact, statement in self._statements(context):
            if fact.id not in wanted and fact.id not in place.varying:
                continue
            spread, before = self.model.leaves.spreads[fact.id], place.tables.cells(fact.id)
            cells, likely = narrowed(spread, before, statement, context, frozenset(fact.special_values))
            told = fact.id in place.varying and _tells_the_kind(fact, statement)
            if told and (weights * likely).sum() > 0:
                weights *= likely
                weights /= weights.sum()
            mine = self.slots_of.get(fact.id)
            if mine is not None:
                exact = isinstance(statement, frozenset)
                found.append((mine.places, _in_cells(mine, spread, cells, exact=exact)))
        kept = np.flatnonzero(weights > RARE)
        slots = place.slots[:, kept]
        for places, chances in found:
            slots[places] = chances[:, kept]
        if context.applicant.areas is not None and PLACES in self.slots_of:
            slots[self.slots_of[PLACES].places] = self._in_places(context.applicant.areas)[:, None]
        return slots, weights[kept] / weights[kept].sum(), kept

    @cached_property
    def _in_places(self) -> Callable[[tuple[str, ...]], Chances]:
        """Give, for areas that are told, (slots of places,) the chances of the slots."""

        def chances(areas: tuple[str, ...]) -> Chances:
            left = self.model.places.left(areas) * self.model.places.own
            found: Chances = self.slots_of[PLACES].holds @ (left / max(1e-300, left.sum()))
            return found

        return lru_cache(maxsize=MOST_AREAS)(chances)

    def _statements(self, context: EvaluationContext) -> Iterator[tuple[Fact, Statement]]:
        book, applicant = context.book, context.applicant
        told = told_by(applicant, applicant, book)
        for fact in sorted({fact for name in told for fact in (name, *self._followers.get(name, ()))}):
            if fact in self.model.leaves.spreads:
                statement = context.statement(applicant, fact)
                told_so = fact in applicant.facts or statement is not Silence.NOT_APPLICABLE
                if statement is not None and told_so:
                    yield book.facts[fact], statement

    def _pins(self, context: EvaluationContext, wanted: Collection[str | int]) -> dict[int, Chances | float]:
        """Give the nodes whose chance is known otherwise: answered conditions, facts that apply as they are told."""
        pins: dict[int, Chances | float] = {}
        for fact, edge in self.circuit.applies.items():
            said = context.applicant.facts.get(fact)
            if said is not None and not isinstance(said, Silence):
                pins[edge // 2] = float(edge % 2 == 0)
        told = told_by(context.applicant, context.applicant, context.book)
        for at in sorted({at for key in told for at in self._reading.get(key, ()) if at in wanted}):
            condition, edge = self.circuit.asked[at]
            answer = ask(condition, context)
            if answer is not Answer.UNKNOWN:
                pins[edge // 2] = float((answer is Answer.YES) == (edge % 2 == 0))
        return pins

    def _place(self, context: EvaluationContext) -> Place:
        """Give the rates where the person lives, made once for all places of which the rates are the same."""
        areas = context.applicant.areas
        found = self._by_areas.get(areas)
        if found is None:
            key = tuple(ask(given, context) for given in self._of_place)
            if key not in self._places:
                tables = Tables.of(self.model, context)
                self._places[key] = Place(tables, tables.slots(self.circuit.gates.slots))
            if len(self._by_areas) >= MOST_PLACES:
                self._by_areas.clear()
            found = self._by_areas[areas] = self._places[key]
        return found

    @cached_property
    def starts(self) -> list[int]:
        """For each grant the place of its first rule among the rules of all."""
        return [0, *accumulate(len(grant.rules) for grant in self.catalogue.grants)]

    @cached_property
    def slots_of(self) -> dict[str, SlotsOfFact]:
        """The slots that ask of each fact."""
        masks: dict[str, list[tuple[int, Mask]]] = {}
        for at, slot in enumerate(self.circuit.gates.slots):
            if isinstance(slot, InCells):
                masks.setdefault(slot.fact, []).append((at, slot.mask))
        found = {}
        for fact, asked in masks.items():
            size = self.model.places.size if fact == PLACES else self.model.leaves.spreads[fact].size
            holds = np.zeros((len(asked), size))
            for row, (_, mask) in enumerate(asked):
                holds[row, sorted(mask)] = 1
            places = np.array([at for at, _ in asked], dtype=np.int64)
            found[fact] = SlotsOfFact(places, holds, tuple(mask for _, mask in asked))
        return found

    @cached_property
    def _followers(self) -> dict[str, list[str]]:
        """Birth dates, sets, and the list of people → the facts that follow from them."""
        found: dict[str, list[str]] = {}
        for fact in self.catalogue.facts.facts.values():
            of_people = fact.derived is not None and fact.derived.reads_people
            for name in follows_as_told(fact) | ({"related"} if of_people else set()):
                found.setdefault(name, []).append(fact.id)
        return found

    @cached_property
    def _read_by_any(self) -> frozenset[str | int]:
        return frozenset[str | int]().union(*self._read)

    def _wanted(self, statuses: Codes) -> Collection[str | int]:
        """Give what the grants read that are still open or, where they are many, all that are not ruled out."""
        open_ = np.flatnonzero((statuses > _NOT_NOW) & (statuses < _ELIGIBLE))
        rows = open_ if len(open_) <= MANY else np.flatnonzero(statuses > _NOT_NOW)
        if 2 * len(rows) > len(statuses):
            return self._read_by_any
        return frozenset[str | int]().union(*(self._read[at] for at in rows.tolist()))

    @cached_property
    def _read(self) -> tuple[frozenset[str | int], ...]:
        """For each grant the facts that it reads, and by their numbers the conditions that it asks as a whole."""
        numbers = {condition: at for at, (condition, _) in enumerate(self.circuit.asked)}
        found = []
        for grant in self.catalogue.grants:
            conditions = [rule.condition for rule in grant.rules]
            facts = closure({fact for one in conditions for fact in facts_named(one)}, self.catalogue.facts)
            parts = with_preconditions(conditions, self.catalogue.facts)
            found.append(frozenset[str | int](facts) | {numbers[part] for part in parts if part in numbers})
        return tuple(found)

    @cached_property
    def _reading(self) -> dict[str, list[int]]:
        """Of what may be told, which conditions that are asked as a whole read it."""
        found: dict[str, list[int]] = {}
        for at, (condition, _) in enumerate(self.circuit.asked):
            for key in keys_of(condition, self.catalogue.facts):
                found.setdefault(key, []).append(at)
        return found

    @cached_property
    def _of_place(self) -> tuple[Condition, ...]:
        """What rows are given about places."""
        given = [row.given for rows in self.model.every_rows() for row in rows if row.given is not None]
        return tuple(dict.fromkeys(part for one in given for part in walk(one) if isinstance(part, LivesIn)))


@dataclass(frozen=True)
class Made:
    """What an estimate was made from."""

    slots: Chances
    """(slots, kinds)."""
    pins: Mapping[int, Chances | float]
    """The nodes whose chance is known otherwise."""
    place: Place
    kinds: NDArray[np.int64]
    """(kinds,) which kinds of people these are."""


@dataclass(frozen=True)
class Estimate:
    """The chances of one person."""

    of: Qualifying
    chances: NDArray[np.float64]
    """(grants,)."""
    edges: Chances
    """(edges, kinds) the chances of what rules ask; empty where every grant is decided."""
    weights: Chances
    """(kinds,) how likely the person is of each kind."""
    on: date
    made: Made | None = None
    """None where every grant is decided."""

    def rarest(self, row: int) -> EligibilityRule | None:
        """Give the rule in force of a grant that is least likely met, never a step; None where none is open."""
        starts, grant = self.of.starts, self.of.catalogue.grants[row]
        if not len(self.edges):
            return None
        edges = self.of.circuit.edges[starts[row] : starts[row] + len(grant.rules)]
        met = [(float(self.edges[edge] @ self.weights), at) for at, edge in enumerate(edges)]
        rules = grant.rules
        gates = [(chance, at) for chance, at in met if rules[at].applies(on=self.on) and not rules[at].first]
        return rules[min(gates)[1]] if gates else None


def _tells_the_kind(fact: Fact, statement: Statement) -> bool:
    """Tell whether a statement may say what kind of people somebody is of: special-category data never may."""
    if fact.special_category or isinstance(statement, Silence):
        return False
    return fact.kind == "choices" or not fact.special_values


def _in_cells(slots: SlotsOfFact, spread: Spread, cells: Chances, *, exact: bool) -> Chances:
    """Give (slots, kinds) the chances of the slots of a fact; `exact` where all members of a set are known."""
    if not isinstance(spread, Members):
        return slots.holds @ cells
    if exact:
        return (slots.holds @ cells > 0).astype(np.float64)
    return np.stack([spread.chance(mask, cells) for mask in slots.masks])


def _areas_of(condition: Condition) -> tuple[str, ...]:
    match condition:
        case LivesIn(lives_in=names) | HasLivedIn(has_lived_in=names):
            return names
        case _:
            return ()
