"""Sets of assignments as unions of boxes: for each variable the values that may stand, as bits of a whole number.

Bit 0 of a variable means "left as it is". The variables of a box that bit 0 is missing from have to be learned or
changed for it; the smallest such sets are what `missing` and `causes` look for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Final, TypeAlias

Box: TypeAlias = tuple[int, ...]
"""For each variable a mask of the values that may stand."""

MOST_BOXES: Final = 512
"""Beyond so many boxes those that need the most variables are let go; what is left is true, but may not be all."""
MOST_CHOICES: Final = 400


def needs(box: Box) -> int:
    """Give the variables that cannot stay as they are, as bits."""
    found = 0
    for place, mask in enumerate(box):
        if not mask & 1:
            found |= 1 << place
    return found


def both(one: Iterable[Box], other: Sequence[Box], banned: Sequence[int] = ()) -> list[Box]:
    """Give the assignments that lie in both unions; leave out boxes that need all of a banned set."""
    met: list[Box] = []
    for left in one:
        for right in other:
            box = tuple(map(int.__and__, left, right))
            if all(box) and not any(needs(box) & ban == ban for ban in banned):
                met.append(box)
    return distinct(met)


def distinct(boxes: Iterable[Box]) -> list[Box]:
    """Leave out every box that lies within another."""
    found: list[Box] = []
    for box in sorted(
        set(boxes), key=lambda box: (needs(box).bit_count(), -sum(mask.bit_count() for mask in box))
    ):
        if not any(
            all(mask & ~outer == 0 for mask, outer in zip(box, other, strict=True)) for other in found
        ):
            found.append(box)
        if len(found) >= MOST_BOXES:
            break
    return found


def several(count: int, unions: Sequence[Sequence[Box]], whole: Box, banned: Sequence[int] = ()) -> list[Box]:
    """Give the assignments that lie in at least `count` of the unions."""
    if count <= 0:
        return [whole]
    if count == 1:
        return distinct(box for union in unions for box in union)
    found: list[Box] = []
    for place, chosen in enumerate(combinations(unions, count)):
        if place >= MOST_CHOICES:
            break
        met = [whole]
        for union in sorted(chosen, key=len):
            met = both(met, union, banned)
            if not met:
                break
        found += met
    return distinct(found)


def smallest(sets: Iterable[int]) -> list[int]:
    """Leave out every set of variables that holds another."""
    found: list[int] = []
    for one in sorted(set(sets), key=int.bit_count):
        if not any(one & less == less for less in found):
            found.append(one)
    return found
