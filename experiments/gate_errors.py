"""How often does the gate refuse true chances, and how often does it let wrong ones through?

Told chances are drawn, and outcomes from the true ones: the same chances, or chances that are planted .10 away from
them. Error, noise and condition are those of the gate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from training.gate import check_calibration
from training.metrics import Estimate, calibration_error, calibration_noise

RUNS: Final = 2000
SIZES: Final = (400, 800, 1500, 3000)
"""Decisions of a test period."""
OFF: Final = 0.10

Told = Callable[[str, int, int], None]


def passes(decisions: int, *, off: float, seed: int) -> bool:
    """Whether a model passes whose told chances are off by so much, on so many simulated decisions."""
    rng = np.random.default_rng(seed)
    told = rng.beta(2, 2, size=decisions) * 0.7 + 0.05
    truth = told + off * np.where(told < 0.4, 1, -1)
    won = (rng.random(decisions) < truth).astype(np.float64)
    error = Estimate(calibration_error(told, won), 0.0, 1.0, decisions)
    return check_calibration(error, calibration_noise(told)).passed


def run(*, runs: int = RUNS, told: Told) -> dict[str, Any]:
    """Play each size `runs` times, with true chances and with planted ones; give the shares that pass."""
    found: dict[str, dict[int, float]] = {"true": {}, "planted": {}}
    for name, off in (("true", 0.0), ("planted", OFF)):
        for size in SIZES:
            told(f"{name} chances, {size} decisions", 0, 1)
            found[name][size] = float(np.mean([passes(size, off=off, seed=seed) for seed in range(runs)]))
            told(f"{name} chances, {size} decisions", 1, 1)
    return {"study": "gate_errors", "simulated": True, "runs": runs, **found}


def in_words(found: dict[str, Any]) -> list[str]:
    """Say what was counted, a line each."""
    return [
        f"SIMULATED outcomes, {found['runs']} draws of each kind",
        *(f"{size} decisions: true chances pass in {share:.1%}" for size, share in found["true"].items()),
        *(
            f"{size} decisions: chances that are off by {OFF:.2f} are refused in {1 - share:.1%}"
            for size, share in found["planted"].items()
        ),
    ]
