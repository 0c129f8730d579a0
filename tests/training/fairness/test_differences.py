"""What has to be answered before a review is signed: each gap once."""

from __future__ import annotations

import numpy as np
import pytest

from training.fairness.comparing import NOT_STATED, compare
from training.fairness.measures import Kind, Measure
from training.fairness.review import _likely

PEOPLE = 300


def measured(*groups: str) -> list[str]:
    """Name the groups whose difference must be answered, where the first group gets it far less often."""
    values = np.repeat(np.array(groups), PEOPLE)
    gets = np.concatenate([np.arange(PEOPLE) % 10 < (2 if name == groups[0] else 8) for name in groups])
    measure = Measure("awarded", "Awarded", Kind.RATE, gets.astype(np.float64), np.ones(len(values)))
    found = compare([measure], {"sex": values}, seed=1, replicates=50, deals=200)
    return [one["id"].rsplit("/", 1)[1] for one in _likely(found, "lists")]


@pytest.mark.parametrize("others", [(), (NOT_STATED,)])
def test_the_gap_between_two_stated_groups_is_answered_once(others: tuple[str, ...]) -> None:
    asked = measured("female", "male", *others)
    assert "female" in asked and "male" not in asked


def test_of_three_stated_groups_each_likely_difference_is_answered() -> None:
    assert {"asian", "black"} <= set(measured("asian", "black", "white"))
