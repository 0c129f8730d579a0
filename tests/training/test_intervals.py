"""Intervals are honest: they cover, they widen when people repeat, and they see a real difference."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from training.intervals import mean_interval, paired_interval, statistic_interval


def test_a_95_percent_interval_of_a_mean_covers_about_95_percent() -> None:
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        found = mean_interval(rng.normal(size=60), np.arange(60), rng, replicates=300)
        covered += found.low <= 0 <= found.high
    assert 0.90 <= covered / 200 <= 0.99


def test_rows_of_one_person_count_as_one_person() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=50)
    single = mean_interval(values, np.arange(50), rng)
    repeated = mean_interval(np.repeat(values, 20), np.repeat(np.arange(50), 20), rng)
    assert repeated.high - repeated.low == pytest.approx(single.high - single.low, rel=0.2)
    assert repeated.count == 1000


def test_pairing_sees_a_small_steady_gain_that_the_two_intervals_hide() -> None:
    rng = np.random.default_rng(3)
    theirs = rng.random(300)
    ours = theirs + 0.02
    gain = paired_interval(ours, theirs, np.arange(300), rng)
    assert gain.low > 0
    assert mean_interval(ours, np.arange(300), rng).low < mean_interval(theirs, np.arange(300), rng).high


def test_queries_that_say_nothing_are_left_out_and_not_counted() -> None:
    found = mean_interval(np.array([1.0, np.nan, 0.0]), np.array([0, 1, 2]), np.random.default_rng(4))
    assert (found.value, found.count) == (0.5, 2)
    assert isnan(mean_interval(np.array([np.nan]), np.array([0]), np.random.default_rng(4)).value)


def test_a_figure_of_rows_gets_the_interval_of_its_mean() -> None:
    values, people = np.random.default_rng(5).normal(size=80), np.repeat(np.arange(40), 2)
    by_mean = mean_interval(values, people, np.random.default_rng(6))
    by_rows = statistic_interval(
        lambda rows: float(values[rows].mean()), people, np.random.default_rng(6), replicates=1000
    )
    assert (by_rows.low, by_rows.high) == pytest.approx((by_mean.low, by_mean.high), abs=1e-9)
