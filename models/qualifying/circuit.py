"""Turns conditions into slots and gates: what is asked of one fact as cells, other conditions as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from data.catalogue.bounds import Bound, Table
from data.catalogue.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Discretion,
    HasLivedIn,
    Is,
    LivesIn,
    NoneOf,
    Not,
    OneOf,
    Within,
)
from data.catalogue.traversal import tables_of
from models.qualifying.gates import Builder, Gates, InCells
from models.qualifying.leaves import Leaves
from models.qualifying.places import PLACES, Places
from models.qualifying.spreads import Mask, Members

_MORE_ROWS: Final = 4
"""So many rows are tried beyond the last of a table that goes on."""


class Asked(NamedTuple):
    """A slot: a condition that has one rate as a whole."""

    condition: Condition


@dataclass
class Compiler:
    """Makes edges of conditions, and remembers which conditions must be asked as a whole."""

    leaves: Leaves
    places: Places
    builder: Builder = field(init=False)
    asked: dict[Condition, int] = field(default_factory=dict)
    """Edges of conditions that more than facts and places decide."""
    applies: dict[str, int] = field(default_factory=dict)
    """For each fact that does not apply to everybody, the edge of that it does."""

    def __post_init__(self) -> None:
        self.builder = Builder(self._merge)

    def edge(self, condition: Condition) -> int:
        """Give the edge of a condition."""
        build = self.builder
        match condition:
            case AllOf(all_of=parts):
                return build.all_of([self.edge(part) for part in parts])
            case AnyOf(any_of=parts):
                return build.any_of([self.edge(part) for part in parts])
            case AtLeast(of=parts):
                return build.at_least(condition.at_least, [self.edge(part) for part in parts])
            case Not(condition=part):
                return self.edge(part) ^ 1
            case NoneOf(fact=fact, none_of=values):
                return self.edge(OneOf(fact=fact, one_of=values)) ^ 1
            case Discretion():
                return build.slot(Asked(condition))
            case LivesIn() | HasLivedIn():
                return self._place(condition)
            case _:
                return self._leaf(condition)

    def _leaf(self, condition: Condition) -> int:
        keyed = [table.by for table in tables_of(condition)]
        if isinstance(condition, Within) and keyed and all(isinstance(by, str) for by in keyed):
            return self.edge(_spelled_out(condition))
        found = self.leaves.mask(condition)
        if found is None:
            self.asked[condition] = self.builder.slot(Asked(condition))
            return self.asked[condition]
        fact, mask = found
        return self.builder.all_of([self._applies(fact), self.builder.slot(InCells(fact, mask))])

    def _applies(self, fact: str) -> int:
        """Give the edge of that a fact applies."""
        if fact not in self.applies:
            precondition = self.leaves.book.facts[fact].applies_if
            self.applies[fact] = self.builder.all_of(
                [] if precondition is None else [self.edge(precondition)]
            )
        return self.applies[fact]

    def _place(self, condition: LivesIn | HasLivedIn) -> int:
        build, ever = self.builder, isinstance(condition, HasLivedIn)
        names = condition.lives_in if isinstance(condition, LivesIn) else condition.has_lived_in
        here = build.slot(InCells(PLACES, self.places.mask(names)))
        if not ever and condition.for_months is None:
            return here
        joined = build.any_of if condition.for_months is None else build.all_of
        self.asked[condition] = joined([here, build.slot(Asked(condition))])
        return self.asked[condition]

    def _merge(self, fact: str, asked: Sequence[tuple[Mask, bool]]) -> list[tuple[Mask, bool]]:
        if fact == PLACES:
            return [(_shared(asked, self.places.size), False)]
        spread = self.leaves.spreads[fact]
        if not isinstance(spread, Members):
            return [(_shared(asked, spread.size), False)]
        none = frozenset[int]().union(*(mask for mask, negated in asked if negated))
        some = {mask - none for mask, negated in asked if not negated}
        strictest = [mask for mask in some if not any(other < mask for other in some)]
        return [(mask, False) for mask in sorted(strictest, key=sorted)] + ([(none, True)] if none else [])


@dataclass(frozen=True)
class Circuit:
    """Conditions as gates."""

    gates: Gates
    edges: tuple[int, ...]
    """The edge of each condition."""
    asked: tuple[tuple[Condition, int], ...]
    """Conditions that more than facts decide, with their edges."""
    applies: Mapping[str, int]
    """For facts that do not apply to everybody, the edge of that they do."""

    @classmethod
    def of(cls, conditions: Sequence[Condition], leaves: Leaves, places: Places) -> Circuit:
        """Make gates of conditions."""
        compiler = Compiler(leaves, places)
        edges = [compiler.edge(condition) for condition in conditions]
        gates = Gates.of(compiler.builder)
        return cls(
            gates,
            tuple(gates.places[edge] for edge in edges),
            tuple((condition, gates.places[edge]) for condition, edge in compiler.asked.items()),
            {fact: gates.places[edge] for fact, edge in compiler.applies.items()},
        )


def _shared(asked: Sequence[tuple[Mask, bool]], size: int) -> Mask:
    """Give the cells in which all of these hold."""
    every = frozenset(range(size))
    return every.intersection(*(every - mask if negated else mask for mask, negated in asked))


def _spelled_out(condition: Within) -> Condition:
    """Write a bound by table as "one of these rows": the key is this, and the number keeps that row."""
    plain = [
        _limited(condition, name, bound)
        for name, bound in condition.limits.items()
        if not isinstance(bound, Table)
    ]
    rows = [
        AnyOf(any_of=tuple(_rows(condition, name, table)))
        for name, table in condition.limits.items()
        if isinstance(table, Table)
    ]
    return AllOf(all_of=(*plain, *rows))


def _rows(condition: Within, name: str, table: Table) -> Iterator[Condition]:
    keys: list[int | str] = list(table.rows)
    if table.each_more is not None:
        last = max(table.numbered)
        keys = [*table.numbered, *range(last + 1, last + 1 + _MORE_ROWS)]
    elif all(key.lstrip("-").isdigit() for key in table.rows):
        keys = [*table.numbered]
    for key in keys:
        row = table.row(key)
        if row is not None and isinstance(table.by, str):
            yield AllOf(all_of=(Is(fact=table.by, value=key), _limited(condition, name, row)))


def _limited(condition: Within, name: str, bound: Bound) -> Condition:
    return Within.model_validate({"fact": condition.fact, name: bound})
