"""A condition spread out into its alternatives: cases of parts that hold together, any of which will do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final, TypeAlias

from data.catalogue.rules import AllOf, AnyOf, AtLeast, Condition, Not

MOST_CASES: Final = 2_000

Literal: TypeAlias = tuple[Condition, bool]
"""A part, and whether it is to hold or not."""
Case: TypeAlias = tuple[Literal, ...]


class TooMany(Exception):
    """More cases than are looked at."""


def cases(condition: Condition, *, holds: bool) -> Iterator[Case]:
    """Yield the cases in which a condition holds, or does not."""
    match condition:
        case Not(condition=part):
            yield from cases(part, holds=not holds)
        case AllOf(all_of=parts) if holds:
            yield from cases_of_all([(part, True) for part in parts])
        case AnyOf(any_of=parts) if not holds:
            yield from cases_of_all([(part, False) for part in parts])
        case AllOf(all_of=parts) | AnyOf(any_of=parts):
            for part in parts:
                yield from cases(part, holds=holds)
        case AtLeast(of=parts):
            needed = condition.at_least if holds else len(parts) - condition.at_least + 1
            for chosen in combinations(parts, needed):
                yield from cases_of_all([(part, holds) for part in chosen])
        case _:
            yield ((condition, holds),)


def cases_of_all(parts: Sequence[Literal]) -> list[Case]:
    """List the cases in which all of these turn out as wanted; raises TooMany."""
    whole: list[Case] = [()]
    for part, holds in parts:
        whole = [case + more for case in whole for more in at_most(cases(part, holds=holds))]
        if len(whole) > MOST_CASES:
            raise TooMany
    return whole


def at_most(found: Iterable[Case]) -> Iterator[Case]:
    """Yield cases; raises TooMany beyond `MOST_CASES`."""
    for count, case in enumerate(found):
        if count > MOST_CASES:
            raise TooMany
        yield case
