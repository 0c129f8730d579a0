"""Alpha has a golden value, and says what it should of agreement, chance and nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from training.partners.agreement import ordinal_alpha

KRIPPENDORFF = (
    "1 2 3 3 2 1 4 1 2 * * *",
    "1 2 3 3 2 2 4 1 2 5 * 3",
    "* 3 3 3 2 3 4 2 2 5 1 *",
    "1 2 3 3 2 4 4 1 2 5 1 *",
)
"""Four observers, twelve units, * for none: Krippendorff (2011), example C; ordinal alpha .815."""


def test_the_golden_value() -> None:
    units = zip(*(row.split() for row in KRIPPENDORFF), strict=True)
    found = ordinal_alpha([int(grade) for grade in unit if grade != "*"] for unit in units)
    assert found == pytest.approx(0.815, abs=5e-4)


def test_agreement_without_exception_is_one_and_chance_is_about_nought() -> None:
    assert ordinal_alpha([(0, 0), (3, 3), (1, 1, 1)]) == 1.0
    rng = np.random.default_rng(1)
    assert abs(ordinal_alpha(rng.integers(0, 4, size=(4000, 2)).tolist())) < 0.05
    assert ordinal_alpha([(0, 3), (3, 0)] * 20) < 0


def test_a_near_miss_weighs_less_than_an_opposite() -> None:
    rest = [(0, 0), (1, 1), (2, 2), (3, 3)] * 3
    assert ordinal_alpha([*rest, (2, 3)]) > ordinal_alpha([*rest, (0, 3)])


def test_nothing_graded_twice_says_nothing() -> None:
    assert math.isnan(ordinal_alpha([(1,), (2,)]))
    assert math.isnan(ordinal_alpha([]))
    assert math.isnan(ordinal_alpha([(2, 2), (2, 2)]))
