"""Groups of projects are compared as people are: a planted gap is told, and chances that are not honest."""

from __future__ import annotations

import numpy as np

from experiments.funding_groups import compared, in_words


def test_a_planted_gap_and_chances_that_hide_it_are_told_and_honest_ones_are_left_alone() -> None:
    rng = np.random.default_rng(0)
    poor = np.repeat(np.array(["highest", "lower"]), 1500)
    truth = np.where(poor == "highest", 0.5, 0.25)
    unfunded = (rng.random(3000) < truth).astype(np.int64)
    chances = {"honest": truth, "blind": np.full(3000, unfunded.mean())}
    said = list(in_words(compared(unfunded, chances, {"poverty": poor}, seed=1)))
    assert [line.rsplit(": ", 1)[1] for line in said] == [
        "difference likely",
        "no difference that matters",
        "difference likely",
    ]
    assert "highest" in said[0] and "lower" not in said[0]
