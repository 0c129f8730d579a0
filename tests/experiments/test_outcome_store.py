"""The study of a store: every outcome comes through each step, and what was not run is extrapolated by its growth."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data.errors import BadExperiment
from data.people.outcomes import Result
from data.store.store import Store
from experiments.outcome_store import MAPPING, UNTIL, Growth, Sized, Took, grown, keep, run, write_outcomes
from training.keeping_outcomes import imported


def test_a_growth_between_two_sizes_is_drawn_on_to_a_third() -> None:
    line = Growth.of((100, Took(2, 1, 10)), (1000, Took(20, 100, 10)), 10_000)
    assert (line.exponent, line.of_processor) == pytest.approx((1, 2))
    assert (line.far.seconds, line.far.processor, line.far.megabytes) == pytest.approx((200, 10_000, 10))
    assert Growth.of((10, Took(1, 1, 5)), (100, Took(10, 9, 50)), 1000).far.megabytes == 500


def test_one_size_alone_tells_no_growth() -> None:
    assert grown([Sized(10, {"import": Took(1, 1, 1)})]) == {}


def test_the_simulated_export_is_imported_whole(tmp_path: Path) -> None:
    write_outcomes(tmp_path / "export.csv", 500, np.random.default_rng(1))
    found = imported(tmp_path / "export.csv", MAPPING, f"sqlite:///{tmp_path}/s.db", today=UNTIL)
    assert dict(found.counts) == {"stored": 500}
    store = Store.open(f"sqlite:///{tmp_path}/s.db")
    results = {outcome.result for outcome in store.history().outcomes}
    store.close()
    assert results == {Result.AWARDED, Result.DECLINED, Result.WITHDRAWN}


def test_every_step_is_timed_at_each_size_and_kept_with_what_is_extrapolated(tmp_path: Path) -> None:
    told: list[str] = []
    found = run([60, 20], store=f"sqlite:///{tmp_path}/{{size}}.db", told=told.append)
    assert [one.outcomes for one in found] == [20, 60]
    assert all(took.seconds > 0 for one in found for took in one.steps.values())
    path = tmp_path / "RESULTS.md"
    keep(found, on=date(2026, 11, 30), store="SQLite", beside="nothing else ran", path=path)
    kept = path.read_text("utf-8")
    assert "## outcome_store, 2026-11-30" in kept
    assert "10,000,000, extrapolated: s" in kept
    assert kept.count("\n| ") == 1 + len(found[0].steps)
    with pytest.raises(BadExperiment, match="name an empty one"):
        run([20], store=f"sqlite:///{tmp_path}/{{size}}.db", told=told.append)
