"""Simulated catalogues of random rules, of which some stand in far more grants than others; no real scheme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from data.catalogue.grants import Grant, Repeat, Window
from data.catalogue.reading import Catalogue
from data.catalogue.rules import EligibilityRule
from data.synthetic.random_rules import RuleMaker

RULES_A_GRANT: Final = 12
"""On average."""
DISTINCT_RULES: Final = 2000
"""How many rules large catalogues share, unless told."""


def generate_catalogue(maker: RuleMaker, *, grants: int, distinct: int | None = None) -> Catalogue:
    """Draw a simulated catalogue; its rules are drawn from so many `distinct` ones, some far more often than others."""
    rng = maker.rng
    rules = np.empty(min(6 * grants, DISTINCT_RULES) if distinct is None else distinct, dtype=object)
    rules[:] = [maker.rule(number) for number in range(len(rules))]
    counts = 1 + rng.poisson(RULES_A_GRANT - 1, grants)
    drawn = np.minimum((rng.random(int(counts.sum())) ** 2 * len(rules)).astype(np.int64), len(rules) - 1)
    listed, ends = rules[drawn].tolist(), np.cumsum(counts).tolist()
    parts = (tuple(listed[end - count : end]) for end, count in zip(ends, counts.tolist(), strict=True))
    windows = [(), (), *(_windows(maker) for _ in range(min(grants, 200)))]
    made = tuple(_grant(maker, at, part, windows) for at, part in enumerate(parts))
    return Catalogue(made, maker.book, maker.areas, "simulated")


def _grant(
    maker: RuleMaker, number: int, rules: tuple[EligibilityRule, ...], windows: list[tuple[Window, ...]]
) -> Grant:
    some = windows[int(maker.rng.integers(0, len(windows)))] if number % 5 < 2 else ()
    repeat = Repeat(months_between_awards=12) if number % 4 == 0 else None
    return Grant.model_construct(
        id=f"benefit-{number}", title="simulated", rules=rules, windows=some, repeat=repeat, _fields_set=_SET
    )


_SET: Final = {"id", "title", "rules", "windows", "repeat"}


def _windows(maker: RuleMaker) -> tuple[Window, ...]:
    made = []
    for _ in range(maker.one_of([1, 1, 1, 2])):
        days = sorted([maker.day(-300, 300), maker.day(-300, 300)])
        form: Mapping[str, Any] = maker.one_of(
            [{"opens": days[0], "closes": days[1]}, {"opens": days[0]}, {"closes": days[1]}, {"paused": True}]
        )
        made.append(Window.model_validate(form))
    return tuple(made)
