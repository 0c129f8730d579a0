"""The gate's condition on told chances is set by its errors: true ones pass, wrong ones are refused."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.gate_errors import OFF, SIZES, in_words, passes, run


@pytest.mark.parametrize("decisions", SIZES)
def test_true_chances_pass_with_few_decisions_as_with_many(decisions: int) -> None:
    assert np.mean([passes(decisions, off=0.0, seed=seed) for seed in range(300)]) >= 0.95


def test_chances_that_are_off_by_a_tenth_are_refused() -> None:
    assert np.mean([passes(3000, off=OFF, seed=seed) for seed in range(300)]) <= 0.05


def test_the_study_says_both_shares_of_each_size() -> None:
    lines = in_words(run(runs=3, told=lambda *_: None))
    assert len(lines) == 1 + 2 * len(SIZES)
    assert lines[0].startswith("SIMULATED")
