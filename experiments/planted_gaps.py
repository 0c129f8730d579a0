"""Does the fairness review find a gap that is there, leave alone what is not, and know how sure it is?

Made-up people only. Gaps: two groups of 300, of whom 20 % and 10 % are awarded (or 10 % and 10 %), beside two
attributes that mean nothing; the whole analysis of a review runs on each world. Intervals: people with several rows
each, whose rows are alike; the true figure is known. The bootstrap that draws rows in place of people stands beside it
and must fail the same test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from training.engines import mapped
from training.fairness.comparing import compare
from training.fairness.measures import Kind, Measure
from training.fairness.resampling import drawn, interval

RUNS: Final = 2000
GROUP: Final = 300
RATE: Final = 0.10
GAP: Final = 0.10
PEOPLE: Final = 200
MOST_ROWS: Final = 10
TOGETHER: Final = 20
"""Worlds that a process plays in one go."""

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Worlds:
    """Plays worlds of one kind, each named by its seed."""

    play: Callable[[int], Any]

    def open(self) -> Callable[[range], list[Any]]:
        """Give what plays a batch of them."""
        return lambda seeds: [self.play(seed) for seed in seeds]


def run(*, runs: int = RUNS, workers: int = 1, told: Told) -> dict[str, Any]:
    """Play every kind of world `runs` times, in so many processes, and count."""

    def played(what: str, play: Callable[[int], Any]) -> list[Any]:
        found: list[Any] = []
        batches = (range(start, min(start + TOGETHER, runs)) for start in range(0, runs, TOGETHER))
        for batch in mapped(batches, Worlds(play), workers=workers):
            found.extend(batch)
            told(what, len(found), runs)
        return found

    held = played("intervals", covered)
    return {
        "study": "planted_gaps",
        "runs": runs,
        "found": sum(played("gap planted", partial(gap_is_told, gap=GAP))) / runs,
        "false": sum(played("none planted", partial(gap_is_told, gap=0.0))) / runs,
        **{name: sum(one[name] for one in held) / runs for name in held[0]},
    }


def gap_is_told(seed: int, *, gap: float) -> bool:
    """Play one world: whether a difference is called likely, of the planted group or, with no gap, of any."""
    rng = np.random.default_rng([seed, 7])
    first = np.repeat(np.array(["first", "second"]), GROUP)
    attributes = {
        "planted": first,
        "of five": rng.choice(list("vwxyz"), 2 * GROUP),
        "of three": rng.choice(list("pqr"), 2 * GROUP),
    }
    awarded = rng.random(2 * GROUP) < np.where(first == "first", RATE + gap, RATE)
    measure = Measure("awarded", "awarded", Kind.RATE, awarded.astype(np.float64), np.ones(2 * GROUP))
    found = compare([measure], attributes, seed=seed)
    return any(one.likely for one in found if not gap or one.attribute == "planted")


def covered(seed: int) -> dict[str, bool]:
    """Play one world of people with 1 to 10 rows: which intervals hold the true 0.4, and the true ratio of 0.8."""
    rng = np.random.default_rng([seed, 11])
    rows = rng.integers(1, MOST_ROWS + 1, PEOPLE)
    own = rng.beta(2, 3, PEOPLE)
    person = np.repeat(np.arange(PEOPLE), rows)
    seen = (rng.random(len(person)) < own[person]).astype(np.float64)
    expected = rng.uniform(0.3, 0.7, len(person))
    found = {}
    for name, owner, count in (("people", person, PEOPLE), ("rows", np.arange(len(person)), len(person))):
        sums = [
            np.bincount(owner, weights=column).astype(np.float64)
            for column in (seen, np.ones(len(seen)), expected)
        ]
        measures = (
            Measure("rate", "", Kind.RATE, sums[0], sums[1]),
            Measure("honesty", "", Kind.HONESTY, sums[0], sums[2]),
        )
        (sample,) = drawn(measures, [(np.zeros(count, dtype=np.int64), 1)], rng)
        for place, (title, truth) in enumerate((("rate", 0.4), ("observed over expected", 0.8))):
            low, high = interval(sample.values[:, 0, place], count)
            found[f"{title} by {name}"] = low <= truth <= high
    return found


def in_words(found: dict[str, Any]) -> list[str]:
    """Say what was counted, a line each."""
    lines = [
        f"a gap of {GAP:.0%} between two groups of {GROUP} is told in {found['found']:.1%} of {found['runs']} worlds",
        f"where there is none, a difference is called likely in {found['false']:.1%}",
    ]
    names = [name for name in found if " by " in name]
    return lines + [f"95 % intervals of {name} hold the true figure in {found[name]:.1%}" for name in names]
