"""Periods follow each other, and none knows what was decided after its end."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from data.errors import BadExperiment
from data.people.applicants import Need
from data.people.outcomes import Application, Outcome, Result
from training.config import Split
from training.split import Decided, split_by_time

FIRST = date(2025, 1, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def decisions(count: int = 400, wait: int = 20) -> list[Decided]:
    """One application a day, decided after `wait` days."""
    return [
        (
            Application(f"a{n}", f"p{n}", "g", day(n), Need(text="help")),
            Outcome(f"a{n}", Result.AWARDED, day(n + wait)),
        )
        for n in range(count)
    ]


def test_each_application_is_in_one_period_at_most_and_later_periods_are_later() -> None:
    decided = decisions()
    periods = split_by_time(decided, Split(settle_days=30), until=day(430))
    parts = [periods.train, periods.validate, periods.calibrate, periods.test]
    for application, outcome in decided:
        assert sum(part.holds(application, outcome) for part in parts) <= 1
    assert all(one.end == other.start for one, other in pairwise(parts))
    assert (periods.refit.start, periods.refit.end) == (periods.train.start, periods.validate.end)


def test_a_decision_made_after_the_period_s_end_is_not_known_in_it() -> None:
    late = (Application("x", "p", "g", day(10), Need()), Outcome("x", Result.DECLINED, day(300)))
    periods = split_by_time([*decisions(), late], Split(settle_days=0), until=day(430))
    assert not periods.train.holds(*late)
    assert periods.train.holds(late[0], Outcome("x", Result.DECLINED, periods.train.end - timedelta(days=1)))


def test_the_last_days_of_a_period_are_left_out_so_that_slow_decisions_are_not_missing() -> None:
    periods = split_by_time(decisions(), Split(settle_days=30), until=day(425))
    held = [a.on for a, o in decisions() if periods.test.holds(a, o)]
    assert max(held) == periods.test.end - timedelta(days=31)


def test_a_decision_is_in_use_where_any_period_holds_it() -> None:
    decided = decisions()
    periods = split_by_time(decided, Split(settle_days=30), until=day(430))
    used = [pair for pair in decided if periods.use(*pair)]
    every = (periods.train, periods.validate, periods.refit, periods.calibrate, periods.test)
    assert used == [pair for pair in decided if any(period.holds(*pair) for period in every)]
    assert (
        len(decided) - len(used) == 2 * 30
    )  # before calibrate's start and before its end; the test's end is later


def test_too_little_history_is_told_in_words() -> None:
    with pytest.raises(BadExperiment, match="holds no settled decision"):
        split_by_time(decisions(40), Split(settle_days=60), until=day(60))
    with pytest.raises(BadExperiment, match="no decided applications"):
        split_by_time([], Split(), until=day(60))
