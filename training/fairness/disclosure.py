"""What may be told of few people: nothing can be worked back to one person, or to how many exactly there were.

Under 10 people withheld, 10 to 19 marked, every count to the nearest 5 (the rule of ONS for protected
characteristics). Beyond that rule: where a group or everybody beside it counts fewer than 200 people, values are told
on a coarse grid, and intervals, gaps and what could have shown are worked out again from what is told, with the least
number of people that it allows. Whoever inverts them finds only what stands beside them. A grid is never finer than one
person's share, so that each number of people which the rounded count allows fits each value.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import ceil, floor, isfinite, log10, sqrt
from typing import Any, Final

from training.fairness.measures import Kind
from training.fairness.verdicts import FEWEST, Verdict, verdict
from training.fairness.wilson import Z, gap_that_could_show, newcombe, wilson

FEW: Final = 20
"""Below this a group is marked."""
LARGE: Final = 200
"""From this size on, on both sides, intervals are those of the bootstrap, rounded outward on a fine grid."""
COARSE: Final = {Kind.RATE: 0.05, Kind.GAIN: 0.05, Kind.COUNT: 0.5, Kind.HONESTY: 0.1}
FINE: Final = {Kind.RATE: 0.01, Kind.GAIN: 0.01, Kind.COUNT: 0.1, Kind.HONESTY: 0.05}
MOST_INDEPENDENT: Final = 10.0
"""A person's several rows count as at most so many independent ones."""

Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison, exact: how many people, their figure and its interval."""

    people: int
    value: float
    ends: Ends


@dataclass(frozen=True, slots=True)
class Exact:
    """A group against everybody else, as measured; never leaves the process."""

    group: str
    own: Side
    rest: Side
    difference: Ends
    ratio: Ends
    p: float


@dataclass(frozen=True, slots=True)
class Told:
    """A group against everybody else, as it may be published; None is withheld."""

    group: str
    people: str
    """Rounded, such as "120"; "10–19"; "fewer than 10"."""
    verdict: Verdict
    value: float | None = None
    low: float | None = None
    high: float | None = None
    rest: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    chance: str | None = None
    """How rarely chance alone shows such a gap, over all groups and attributes."""
    could_show: float | None = None
    """The gap that so many people show in 4 of 5 cases."""

    @property
    def marked(self) -> bool:
        """Whether it rests on so few people that it is drawn apart."""
        return self.people == MARKED

    def as_dict(self) -> dict[str, Any]:
        """The cell as plain JSON-ready data."""
        return asdict(self)


MARKED: Final = "10–19"
UNDER: Final = "fewer than 10"


def rounded(people: int) -> str:
    """Tell a number of people.

    >>> [rounded(count) for count in (9, 10, 19, 20, 23, 128)]
    ['fewer than 10', '10–19', '10–19', '20', '25', '130']
    """
    if people < FEWEST:
        return UNDER
    return MARKED if people < FEW else str(5 * round(people / 5))


def at_least(people: int) -> int:
    """Give the least number of people that would be told alike.

    >>> [at_least(count) for count in (10, 19, 20, 22, 23, 128)]
    [10, 10, 20, 20, 23, 128]
    """
    return FEWEST if people < FEW else max(FEW, 5 * round(people / 5) - 2)


def told(kind: Kind, exact: Exact, spread: float, *, whole: float) -> Told:
    """Turn an exact cell into what may be told; `spread` is one person's deviation, `whole` everybody's figure."""
    own, rest = exact.own, exact.rest
    if min(own.people, rest.people) < FEWEST or not (isfinite(own.value) and isfinite(rest.value)):
        return Told(exact.group, rounded(own.people), Verdict.WITHHELD)
    if min(own.people, rest.people) < LARGE:
        one, other = (_rebuilt(kind, side, spread, whole) for side in (own, rest))
        difference = (
            newcombe(one, other)
            if kind is Kind.RATE
            else (one[0] - other[0] - _apart(one, other), one[0] - other[0] + _apart(other, one))
        )
        ratio = _ratio_ends(one, other)
        grid = COARSE[kind]
    else:
        grid = FINE[kind]
        one, other = ((_near(side.value, grid), *_outward(side.ends, grid, kind)) for side in (own, rest))
        difference, ratio = exact.difference, exact.ratio
    difference = _outward(difference, FINE[kind], None)
    ratio = _outward(ratio, 0.01, None)
    return Told(
        exact.group,
        rounded(own.people),
        verdict(kind, own.people, rest.people, ratio if kind.as_ratio else difference, exact.p),
        value=one[0],
        low=one[1],
        high=one[2],
        rest=other[0],
        difference=_near(one[0] - other[0], FINE[kind]),
        difference_low=difference[0],
        difference_high=difference[1],
        ratio=_near(one[0] / other[0], 0.01) if other[0] > 0 else None,
        ratio_low=ratio[0] if isfinite(ratio[1]) else None,
        ratio_high=ratio[1] if isfinite(ratio[1]) else None,
        chance=chance_in_words(exact.p),
        could_show=_shown(kind, spread, own.people, rest.people, other[0]),
    )


def chance_in_words(p: float) -> str:
    """Tell a p-value in three steps, too few to work anything back from.

    >>> [chance_in_words(p) for p in (.004, .02, .3)]
    ['less than 1 in 100', 'less than 1 in 20', 'chance alone may show it']
    """
    return (
        "less than 1 in 100" if p < 0.01 else "less than 1 in 20" if p < 0.05 else "chance alone may show it"
    )


def _rebuilt(kind: Kind, side: Side, spread: float, whole: float) -> tuple[float, float, float]:
    """Give (value, low, high) on the coarse grid, the interval made from what is told alone."""
    grid, people = COARSE[kind], at_least(side.people)
    value = _near(side.value, grid)
    if kind is Kind.RATE:
        middle = _near(whole, COARSE[kind])
        alone = middle * (1 - middle) / _coarsely(spread) ** 2 if spread > 0 else 1.0
        enough = people * min(max(alone, 1 / MOST_INDEPENDENT), MOST_INDEPENDENT) if alone > 0 else people
        ends = wilson(max(0.0, value - grid / 2), enough)[0], wilson(min(1.0, value + grid / 2), enough)[1]
    else:
        half = Z * _coarsely(spread) / sqrt(people) + grid / 2
        ends = value - half, value + half
    return (value, *_outward(ends, grid, kind))


def _coarsely(spread: float) -> float:
    """Round to one significant digit, upward: the spread of everybody, as it is told."""
    if spread <= 0:
        return 0.0
    step = 10.0 ** floor(log10(spread))
    return ceil(spread / step - 1e-9) * step


def _apart(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Give how far a difference may lie lower: the lower half of one and the upper half of the other, squared."""
    return sqrt((one[0] - one[1]) ** 2 + (other[2] - other[0]) ** 2)


def _ratio_ends(one: tuple[float, float, float], other: tuple[float, float, float]) -> Ends:
    low = max(one[1], 0.0) / other[2] if other[2] > 0 else 0.0
    return low, one[2] / other[1] if other[1] > 0 else float("inf")


def _near(value: float, grid: float) -> float:
    return round(round(value / grid) * grid, 6)


def _outward(ends: Ends, grid: float, kind: Kind | None) -> Ends:
    if not (isfinite(ends[0]) and isfinite(ends[1])):
        return ends
    low, high = floor(ends[0] / grid + 1e-9) * grid, ceil(ends[1] / grid - 1e-9) * grid
    if kind is not None:
        low = max(0.0, low)
        high = min(1.0, high) if kind in (Kind.RATE, Kind.GAIN) else high
    return round(low, 6), round(high, 6)


def _shown(kind: Kind, spread: float, people: int, rest: int, beside: float) -> float | None:
    gap = gap_that_could_show(_coarsely(spread), at_least(people), at_least(rest))
    if kind.as_ratio:
        gap = gap / beside if beside > 0 else float("inf")
    return _near(gap, 0.01) if isfinite(gap) else None
