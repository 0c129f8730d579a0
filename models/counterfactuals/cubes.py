"""Sets of assignments as unions of boxes: for each variable the values that may stand, as bits of one whole number.

A box has a field of bits for every variable: the first bit means "left as it is", each further bit one value.
Variables of which a box lacks the first bit have to be learned or changed for it; the smallest such sets are what
`missing` and `causes` look for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final, TypeAlias

Cube: TypeAlias = int
"""The fields of all variables, one after the other."""
Support: TypeAlias = int
"""The first bits of variables that cannot stay as they are."""

MOST_BOXES: Final = 128
"""Beyond so many boxes those that need the most variables are let go; what is left is true, but may not be all."""
MOST_CHOICES: Final = 64
"""Of more ways to choose parts than this only so many are followed."""


@dataclass(frozen=True)
class Space:
    """Which bits of a box belong to which variable, given how many values each has."""

    sizes: tuple[int, ...]

    @cached_property
    def firsts(self) -> tuple[int, ...]:
        """The place of each variable's first bit."""
        places, at = [], 0
        for size in self.sizes:
            places.append(at)
            at += size + 1
        return tuple(places)

    @cached_property
    def fields(self) -> tuple[int, ...]:
        """All bits of each variable."""
        return tuple(((2 << size) - 1) << first for size, first in zip(self.sizes, self.firsts, strict=True))

    @cached_property
    def whole(self) -> Cube:
        """The box of every assignment."""
        return sum(self.fields)

    @cached_property
    def unchanged(self) -> Support:
        """The first bits of all variables."""
        return sum(1 << first for first in self.firsts)

    def needs(self, cube: Cube) -> Support:
        """Give the variables that cannot stay as they are."""
        return self.unchanged & ~cube

    def cube(self, masks: Iterable[tuple[int, int]]) -> Cube:
        """Make a box of masks for some variables, given by place; all others may have any value."""
        cube = self.whole
        for place, mask in masks:
            cube &= ~self.fields[place] | (mask << self.firsts[place])
        return cube

    def both(self, one: Iterable[Cube], other: Sequence[Cube], banned: Sequence[Support] = ()) -> list[Cube]:
        """Give the assignments that lie in both unions; leave out boxes that need all of a banned set."""
        met = {left & right for left in one for right in other}
        return self.distinct(
            self.allowed((cube for cube in met if all(cube & field for field in self.fields)), banned)
        )

    def allowed(self, cubes: Iterable[Cube], banned: Sequence[Support]) -> list[Cube]:
        """Leave out boxes that need all of a banned set."""
        return [cube for cube in cubes if not any(self.needs(cube) & ban == ban for ban in banned)]

    def distinct(self, cubes: Iterable[Cube]) -> list[Cube]:
        """Leave out every box that lies within another."""
        found: list[Cube] = []
        for cube in sorted(
            set(cubes), key=lambda cube: (self.needs(cube).bit_count(), -cube.bit_count(), cube)
        ):
            if all(cube & ~other for other in found):
                found.append(cube)
                if len(found) >= MOST_BOXES:
                    break
        return found

    def several(
        self, count: int, unions: Sequence[Sequence[Cube]], banned: Sequence[Support] = ()
    ) -> list[Cube]:
        """Give the assignments that lie in at least `count` of the unions."""
        if count <= 0:
            return [self.whole]
        if count == 1:
            return self.distinct(cube for union in unions for cube in union)
        found: list[Cube] = []
        possible = [union for union in unions if union]
        for place, chosen in enumerate(combinations(possible, count)):
            if place >= MOST_CHOICES:
                break
            found += self.all_of(chosen, banned)
        return self.distinct(found)

    def all_of(self, unions: Sequence[Sequence[Cube]], banned: Sequence[Support] = ()) -> list[Cube]:
        """Give the assignments that lie in every one of the unions."""
        met = [self.whole]
        for union in sorted(unions, key=len):
            met = self.both(met, union, banned)
            if not met:
                break
        return met


def minimal(sets: Iterable[Support]) -> list[Support]:
    """Leave out every set of variables that holds another."""
    found: list[Support] = []
    for one in sorted(set(sets), key=int.bit_count):
        if not any(one & less == less for less in found):
            found.append(one)
    return found
