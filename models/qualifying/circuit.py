"""Turns conditions into slots and gates: what is asked of one fact as cells, other conditions as a whole."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from data.catalogue.facts import SELF, FactBook
from data.catalogue.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    Beneficiary,
    Condition,
    Discretion,
    HasLivedIn,
    LivesIn,
    NoneOf,
    Not,
    OneOf,
    Related,
    Within,
)
from models.qualifying.gates import TRUE, Builder, Gate, Gates, InCells
from models.qualifying.leaves import Leaves, has_tables, spelled_out
from models.qualifying.places import PLACES, Places
from models.qualifying.spreads import Mask, Members


class Asked(NamedTuple):
    """A slot: a condition that has one rate as a whole."""

    condition: Condition


def relations_meant(condition: Related, book: FactBook) -> frozenset[str]:
    """Give the relations of which a condition is asked where nobody said for whom help is sought."""
    if isinstance(condition, Beneficiary):
        return frozenset(book.sought(condition.related, None))
    return book.relations_meant(condition.related)


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
            case Related() if self._of_any(condition) and condition.condition is not None:
                return self._of_people(condition, condition.condition)
            case _:
                return self._leaf(condition)

    def _leaf(self, condition: Condition) -> int:
        if isinstance(condition, Within) and has_tables(condition):
            return self.edge(spelled_out(condition))
        found = self.leaves.mask(condition)
        if found is None:
            self.asked[condition] = self.builder.slot(Asked(condition))
            return self.asked[condition]
        fact, mask = found
        return self.builder.all_of([self._applies(fact), self.builder.slot(InCells(fact, mask))])

    def _of_any(self, condition: Related) -> bool:
        """Tell whether it is enough that the applicant meets what is asked."""
        counted = condition.at_least is not None or condition.at_most is not None
        return SELF in self._meant(condition) and not (counted or condition.all)

    def _of_people(self, condition: Related, asked: Condition) -> int:
        """Ask the applicant as anywhere else, so that what they tell counts; all others have one rate together."""
        edges, others = [self.edge(asked)], tuple(sorted(self._meant(condition) - {SELF}))
        if others:
            edges.append(self.builder.slot(Asked(Related(related=others, condition=asked))))
        self.asked[condition] = self.builder.any_of(edges)
        return self.asked[condition]

    def _meant(self, condition: Related) -> frozenset[str]:
        return relations_meant(condition, self.leaves.book)

    def _applies(self, fact: str) -> int:
        """Give the edge of that a fact applies; to special-category data its own, so that telling it moves no other."""
        if fact not in self.applies:
            known = self.leaves.book.facts[fact]
            edge = TRUE if known.applies_if is None else self.edge(known.applies_if)
            apart = known.special_category and edge != TRUE
            self.applies[fact] = self.builder.slot(Gate((edge,), 1, fact)) if apart else edge
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
    reads: tuple[frozenset[int], ...]
    """The slots that each condition reads, by their places among all."""

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
            tuple(_slots_read(compiler.builder.nodes, edges, gates)),
        )


def _slots_read(nodes: Sequence[Hashable], edges: Sequence[int], gates: Gates) -> Iterator[frozenset[int]]:
    """Yield for each edge the slots that it is made of; a node names none that comes after it."""
    found: list[frozenset[int]] = []
    for number, node in enumerate(nodes):
        own = frozenset({gates.places[2 * number] // 2 - 1}) if number else frozenset[int]()
        parts = node.parts if isinstance(node, Gate) else None
        found.append(own if parts is None else frozenset[int]().union(*(found[part // 2] for part in parts)))
    yield from (found[edge // 2] for edge in edges)


def _shared(asked: Sequence[tuple[Mask, bool]], size: int) -> Mask:
    """Give the cells in which all of these hold."""
    every = frozenset(range(size))
    return every.intersection(*(every - mask if negated else mask for mask, negated in asked))
