"""Base rates in one place, for every kind of people: the chance of each cell of a fact, and of other conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Final

import numpy as np

from data.catalogue.facts import SELF
from data.catalogue.rules import (
    Condition,
    Discretion,
    HasLivedIn,
    LivesIn,
    OfApplicant,
    Receives,
    Related,
    Sum,
    Within,
    WorkedIn,
)
from data.catalogue.traversal import facts_named, walk
from data.people.applicants import Applicant
from data.people.base_rates import BaseRates, Rows
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer
from models.qualifying.circuit import Asked, Circuit, relations_meant
from models.qualifying.gates import InCells
from models.qualifying.leaves import Leaves
from models.qualifying.places import PLACES, Places
from models.qualifying.spreads import Chances, Members, Spread
from models.qualifying.told import narrowed

TRADES_NOW, TRADES_EVER, RELATIONS, RECEIVES = NAMED = (
    ":trades_now",
    ":trades_ever",
    ":relations",
    ":receives",
)
"""What is named in rows of its own, among facts."""
UNRATED: Final = 0.5
"""The chance of whatever has no rate."""
ANOTHER: Final = 0.5
"""Of those who have a person of some relation, how many have one more: a guess."""


@dataclass(frozen=True)
class Model:
    """The rates with everything that does not depend on a place."""

    rates: BaseRates
    leaves: Leaves
    places: Places
    kinds: tuple[Applicant, ...]
    shares: Chances
    """(kinds,) how many people are of each kind."""
    _inner: dict[Condition, Circuit] = field(default_factory=dict)
    _everywhere: dict[str, dict[str, Chances]] = field(default_factory=dict)

    @cached_property
    def local(self) -> frozenset[str]:
        """The facts whose rates differ from place to place, of whoever."""
        given = ((fact, row.given) for fact, rows in self._all_rows() for row in rows)
        return frozenset(fact for fact, one in given if one is not None and PLACES in _about(one))

    def every_rows(self) -> Iterator[Rows]:
        """Yield the rows of all facts, of relatives too, and those that name trades, relations or grants."""
        yield from (rows for _, rows in self._all_rows())

    def _all_rows(self) -> Iterator[tuple[str, Rows]]:
        yield from self.rates.facts.items()
        for facts in self.rates.relatives.values():
            yield from facts.items()
        yield from ((name, self.rows(name, SELF)) for name in NAMED)

    def rows(self, fact: str, relation: str) -> Rows:
        """Give the rows of a fact among people of a relation, or those that name trades, relations or grants."""
        if fact in NAMED:
            found: Rows = getattr(self.rates, fact[1:])
            return found
        return self.rates.relatives.get(relation, {}).get(fact) or self.rates.facts.get(fact, ())

    def spread(self, fact: str) -> Spread:
        """Give the cells of a fact, or of what rows name."""
        return self._named[fact] if fact in NAMED else self.leaves.spreads[fact]

    @cached_property
    def _named(self) -> dict[str, Members]:
        names = {fact: {name for row in self.rows(fact, SELF) for name in row.shares} for fact in NAMED}
        return {fact: Members(tuple(sorted(found))) for fact, found in names.items()}

    def everywhere(self, relation: str) -> dict[str, Chances]:
        """Give by fact, among people of a relation, the cells of what is the same in every place."""
        return self._everywhere.setdefault(relation, {})

    def inner(self, condition: Condition) -> Circuit:
        """Give the circuit of a condition that is asked of related people."""
        if condition not in self._inner:
            self._inner[condition] = Circuit.of([condition], self.leaves, self.places)
        return self._inner[condition]


@dataclass(frozen=True)
class Tables:
    """The rates of one place; of related people where `relation` is another than self."""

    model: Model
    contexts: tuple[EvaluationContext, ...]
    """The kinds of people, living there."""
    relation: str = SELF
    _cells: dict[str, Chances] = field(default_factory=dict)
    _relatives: dict[str, Tables] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model, like: EvaluationContext) -> Tables:
        """Take the place and the day of a context."""
        areas = like.applicant.areas
        contexts = [replace(like, applicant=replace(kind, areas=areas)) for kind in model.kinds]
        return cls(model, tuple(contexts))

    def of_relative(self, relation: str) -> Tables:
        """Give the rates among people of a relation, by the kind of the applicant."""
        if relation not in self._relatives:
            self._relatives[relation] = replace(self, relation=relation, _cells={}, _relatives={})
        return self._relatives[relation]

    def cells(self, fact: str) -> Chances:
        """Give (cells, kinds) the chance of each cell of a fact."""
        kept = self._cells if fact in self.model.local else self.model.everywhere(self.relation)
        if fact not in kept:
            found = self._table(self.model.rows(fact, self.relation), self.model.spread(fact))
            kept[fact] = self._as_the_kinds_are(fact, found) if self.relation == SELF else found
        return kept[fact]

    def _as_the_kinds_are(self, fact: str, cells: Chances) -> Chances:
        """Leave to each kind of people only what they are."""
        spread, columns = self.model.spread(fact), []
        for at, context in enumerate(self.contexts):
            statement = context.applicant.facts.get(fact)
            column = cells[:, at : at + 1]
            columns.append(column if statement is None else narrowed(spread, column, statement, context)[0])
        return np.concatenate(columns, axis=1)

    def slots(self, slots: Sequence[object]) -> Chances:
        """Give (slots, kinds) the chance of each slot of a circuit."""
        found = [self._slot(slot) for slot in slots]
        return np.stack(found) if found else np.zeros((0, len(self.contexts)))

    def has(self, relation: str) -> Chances:
        """Give (kinds,) how many have a person of a relation."""
        return self._any_named([relation], RELATIONS)

    def chance(self, condition: Condition | None) -> Chances:
        """Give (kinds,) the chance that a condition holds; one where nothing is asked."""
        if condition is None:
            return self._all(1.0)
        circuit = self.model.inner(condition)
        found: Chances = circuit.gates.evaluate(self.slots(circuit.gates.slots), {})[circuit.edges[0]]
        return found

    def _all(self, chance: float) -> Chances:
        return np.full(len(self.contexts), chance)

    def _slot(self, slot: object) -> Chances:
        match slot:
            case InCells(fact=fact, mask=mask):
                if fact == PLACES:
                    return self._all(float(self.model.places.own[sorted(mask)].sum()))
                return self.model.leaves.spreads[fact].chance(mask, self.cells(fact))
            case Asked(condition=condition):
                return self._asked(condition)
            case _:
                raise TypeError(f"not a slot: {slot!r}")

    def _asked(self, condition: Condition) -> Chances:
        rates = self.model.rates
        match condition:
            case Discretion(likely=likely):
                return self._all(UNRATED if likely is None else float(likely))
            case WorkedIn():
                return self._worked(condition)
            case LivesIn(for_months=months):
                return self._reached(rates.lived_in_months, months)
            case HasLivedIn(has_lived_in=names, for_months=months):
                if months is not None:
                    return self._reached(rates.lived_in_months, months)
                return self._all(float(self.model.places.own[sorted(self.model.places.mask(names))].sum()))
            case Receives(receives=names):
                return self._any_named(names, RECEIVES)
            case Related():
                return self._related(condition)
            case Sum():
                limits = {
                    name: bound for name, bound in condition.limits.items() if isinstance(bound, Decimal)
                }
                return self.chance(Within.model_validate({"fact": condition.sum, **limits}))
            case OfApplicant(applicant=part):
                return replace(self, relation=SELF, _cells={}).chance(part)
            case _:
                return self._all(UNRATED)

    def _worked(self, condition: WorkedIn) -> Chances:
        rates = self.model.rates
        found = self._any_named(condition.worked_in, TRADES_NOW if condition.now else TRADES_EVER)
        found = found * self._reached(rates.worked_years, condition.years)
        if condition.within_years is not None and not condition.now:
            found = found * (
                1 - self._reached(rates.worked_within_years, condition.within_years, upward=True)
            )
        return found

    def _related(self, condition: Related) -> Chances:
        asked = []
        for relation in sorted(relations_meant(condition, self.model.leaves.book)):
            has = self._all(1.0) if relation == SELF else self.has(relation)
            asked.append((has, self.of_relative(relation).chance(condition.condition)))
        return of_people(condition, asked) if asked else self._all(0.0)

    def _any_named(self, names: Iterable[str], among: str) -> Chances:
        places = {name: at for at, name in enumerate(self.model.spread(among).names)}
        mask = frozenset(places[name] for name in names if name in places)
        return self.model.spread(among).chance(mask, self.cells(among)) if mask else self._all(UNRATED)

    def _reached(self, rows: Rows, number: Decimal | None, *, upward: bool = False) -> Chances:
        """Read off how many reach a number, between the numbers that are given; all of them, where None."""
        if number is None:
            return self._all(1.0)
        if not rows:
            return self._all(UNRATED)
        points = sorted((float(key), share) for key, share in rows[0].shares.items())
        at, shares = [0.0, *(key for key, _ in points)], [share for _, share in points]
        read = float(np.interp(float(number), at, [0.0 if upward else 1.0, *shares]))
        return self._all(1 - read if upward else read)

    def _table(self, rows: Rows, spread: Spread) -> Chances:
        if not rows:
            return np.full((spread.size, len(self.contexts)), 1 / spread.size)
        spreads = [spread.of(row.shares) for row in rows]
        base = spread.everybody(rows[0].shares)
        return np.stack([_column(rows, spreads, base, spread, one) for one in self.contexts], axis=1)


def of_people(condition: Related, asked: Sequence[tuple[Chances, Chances]]) -> Chances:
    """Give the chance that some people, every one or so many meet a condition.

    Of each relation: the chance that there is such a person, and that such a person meets it.
    """
    counted = condition.at_least is not None or condition.at_most is not None
    found = 1 - np.prod([1 - has * meets for has, meets in asked], axis=0)
    if condition.all:
        found = np.prod([1 - has * (1 - meets) for has, meets in asked], axis=0)
    if not counted:
        return np.asarray(found, dtype=np.float64)
    least, most = condition.at_least or 0, condition.at_most
    found = _at_least(least, asked)
    return found if most is None else np.maximum(0, found - _at_least(most + 1, asked))


def _at_least(least: int, asked: Sequence[tuple[Chances, Chances]]) -> Chances:
    if least == 0:
        return np.ones_like(asked[0][0])
    each = [1 - has * ANOTHER ** (least - 1) * meets**least for has, meets in asked]
    return np.asarray(1 - np.prod(each, axis=0), dtype=np.float64)


def _column(
    rows: Rows, spreads: Sequence[Chances], base: Chances, spread: Spread, context: EvaluationContext
) -> Chances:
    """Join the rows whose `given` is true of one kind of people, (cells,)."""
    groups: dict[frozenset[str], Chances] = {}
    for row, said in zip(rows, spreads, strict=True):
        if row.given is not None and ask(row.given, context) is Answer.YES:
            about = _about(row.given)
            groups[about] = np.where(np.isnan(said), groups.get(about, said), said)
    return spread.joined(_finest(groups), base)


def _about(given: Condition) -> frozenset[str]:
    places = {PLACES for part in walk(given) if isinstance(part, LivesIn | HasLivedIn)}
    return frozenset(facts_named(given) | places)


def _finest(groups: dict[frozenset[str], Chances]) -> Iterable[Chances]:
    """Leave out of each group the values of which one that is given more speaks."""
    for about, said in groups.items():
        finer = [other for more, other in groups.items() if about < more]
        hidden = np.any([~np.isnan(other) for other in finer], axis=0) if finer else np.zeros(len(said), bool)
        yield np.where(hidden, np.nan, said)
