"""Nothing that a review tells of few people can be worked back, by any way that it was tried."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from training.fairness.comparing import compare
from training.fairness.disclosure import LARGE, MARKED, UNDER, Exact, Side, Told, at_least, told
from training.fairness.measures import Kind, Measure
from training.fairness.verdicts import Verdict

SPREAD = 0.4


def rate(own: tuple[int, int], rest: tuple[int, int], *, p: float = 0.3) -> Told:
    """A share of (won, people) against another, as told; the exact intervals are of no matter."""
    one, other = (Side(people, won / people, (0.0, 1.0)) for won, people in (own, rest))
    return told(Kind.RATE, Exact("group", one, other, (-1.0, 1.0), (0.0, 9.0), p), SPREAD, whole=0.2)


@pytest.mark.parametrize("people", range(1, 10))
def test_of_fewer_than_ten_people_nothing_is_told_on_either_side(people: int) -> None:
    for cell in (rate((1, people), (100, 300)), rate((100, 300), (1, people))):
        assert cell.verdict is Verdict.WITHHELD
        assert {cell.value, cell.low, cell.rest, cell.difference, cell.ratio, cell.could_show} == {None}


def test_inverting_all_that_is_told_of_a_share_leaves_at_least_three_numbers_of_people() -> None:
    """Value, interval, comparison, power line: together they fit (nearly) every number that the count allows."""
    fits: defaultdict[Any, set[int]] = defaultdict(set)
    for people in range(10, 63):
        for won in range(people + 1):
            fits[tuple(rate((won, people), (200, 1000)).as_dict().items())].add(people)
    for shown, possible in fits.items():
        assert len(possible) >= 3, shown


def test_an_interval_says_no_more_than_the_value_and_the_count_beside_it() -> None:
    """The exact interval, which would tell how many there were, is not what is told."""
    found: defaultdict[Any, set[Any]] = defaultdict(set)
    for people in range(10, LARGE):
        for won in range(0, people + 1, 3):
            cell = rate((won, people), (60, 150))
            rest = (
                cell.low,
                cell.high,
                cell.difference_low,
                cell.difference_high,
                cell.ratio_low,
                cell.could_show,
            )
            found[cell.people, cell.value].add(rest)
    assert {len(rest) for rest in found.values()} == {1}


def test_one_decimal_of_a_plain_interval_would_have_told_how_many_there_were() -> None:
    """The same inversion works on what is not told: this is what is guarded against."""
    from training.fairness.wilson import wilson

    seen: defaultdict[Any, set[int]] = defaultdict(set)
    for people in range(10, 61):
        for won in range(people + 1):
            seen[tuple(round(end, 3) for end in wilson(won / people, people))].add(people)
    assert all(len(possible) == 1 for possible in seen.values())


def tables(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """People of an attribute with one small group among larger ones, and who of them was awarded."""
    rng = np.random.default_rng(seed)
    sizes = [int(rng.integers(4, 10)), *rng.integers(12, 260, rng.integers(2, 5)).tolist()]
    codes = np.repeat([f"g{n}" for n in range(len(sizes))], sizes)
    return codes, (rng.random(len(codes)) < rng.uniform(0.1, 0.6)).astype(np.float64)


def published(codes: np.ndarray, won: np.ndarray) -> Published:
    measure = Measure("awarded", "awarded", Kind.RATE, won, np.ones(len(won)))
    (found,) = compare([measure], {"attribute": codes}, seed=1, replicates=50, deals=50)
    grid = 0.05 if len(won) < LARGE else 0.01
    whole = round(won.mean() / grid) * grid, grid / 2
    return {cell.group: cell for cell in found.cells}, whole, len(won)


@pytest.mark.parametrize("seed", range(25))
def test_a_withheld_group_cannot_be_had_by_subtraction(seed: int) -> None:
    """Of whole numbers that agree with every value, comparison and total, the hidden ones range over three or more."""
    codes, won = tables(seed)
    for what in ("people", "won"):
        low, high = feasible([published(codes, won)], what)
        assert high - low >= 2, what


@pytest.mark.parametrize("seed", range(15))
def test_the_quarter_before_does_not_give_a_withheld_group_away(seed: int) -> None:
    """Nobody but six newcomers to the hidden group changed, and the attacker knows that it was only newcomers."""
    codes, won = tables(seed)
    later = np.append(codes, ["g0"] * 6), np.append(won, [1.0, 0, 0, 1, 0, 0])
    for what in ("people", "won"):
        low, high = feasible([published(codes, won), published(*later)], what)
        assert high - low >= 2, what


Published = tuple[dict[str, Told], tuple[float, float], int]


def feasible(published: list[Published], what: str) -> tuple[float, float]:
    """Least and most of a hidden number over all whole numbers that agree with one or two published tables."""
    names = list(published[0][0])
    size = len(names)
    unit = np.eye(2 * size + 2)
    rows: list[np.ndarray] = []
    lows: list[float] = []
    highs: list[float] = []

    def bound(row: np.ndarray, low: float, high: float) -> None:
        rows.append(row)
        lows.append(low)
        highs.append(high)

    def between(people: np.ndarray, won: np.ndarray, value: float, half: float) -> None:
        bound(won - (value - half) * people, -1e-9, np.inf)
        bound(won - (value + half) * people, -np.inf, 1e-9)

    for later, (cells, whole, total) in enumerate(published):
        n, x = unit[:size].copy(), unit[size : 2 * size].copy()
        if later:  # newcomers, and those of them that were awarded
            n[names.index("g0")] += unit[-2]
            x[names.index("g0")] += unit[-1]
        bound(n.sum(axis=0), 5 * round(total / 5) - 2, 5 * round(total / 5) + 2)
        between(n.sum(axis=0), x.sum(axis=0), *whole)
        for place, cell in enumerate(cells.values()):
            bound(n[place], *people_of(cell))
            bound(n[place] - x[place], 0, np.inf)
            if cell.value is not None and cell.rest is not None:
                between(n[place], x[place], cell.value, grid_of(cell) / 2)
                rest = n.sum(axis=0) - n[place], x.sum(axis=0) - x[place]
                between(*rest, cell.rest, grid_of(cell) / 2)
    goal = unit[(0 if what == "people" else size) + names.index("g0")]
    constraint = LinearConstraint(np.array(rows), lows, highs)
    ends = []
    for sign in (1, -1):
        whole_numbers = np.ones(len(unit), dtype=np.int64)
        found = milp(sign * goal, constraints=constraint, integrality=whole_numbers, bounds=Bounds(0, np.inf))
        assert found.status == 0, found.message
        ends.append(sign * found.fun)
    return ends[0], ends[1]


def people_of(cell: Told) -> tuple[int, int]:
    if cell.people == UNDER:
        return 0, 9
    if cell.people == MARKED:
        return 10, 19
    return at_least(int(cell.people)), int(cell.people) + 2


def grid_of(cell: Told) -> float:
    """What an attacker would assume: the fine grid only where some value lies on no coarser one."""
    values = [value for value in (cell.value, cell.rest) if value is not None]
    return 0.05 if all(abs(value / 0.05 - round(value / 0.05)) < 1e-6 for value in values) else 0.01
