"""No row of a history vanishes silently, and a history that teaches nothing is refused in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from data.catalogue.grants import Grant
from data.errors import BadExperiment
from data.people.applicants import Need
from data.people.base_rates import no_rates
from data.people.outcomes import Application, History, Outcome, Result
from tests.training.small_world import TODAY, small_catalogue
from training.left_out import LeftOut, places_of, usable
from training.source import Source

Row = tuple[str, Result, int]
"""Grant, result, and days from the application to the decision."""
BOTH: tuple[Row, ...] = (("fund-01", Result.AWARDED, 20), ("fund-02", Result.DECLINED, 20))


def source(rows: Sequence[Row], *, orphans: int = 0, later: int = 0) -> Source:
    on = date(2026, 1, 1)
    made = tuple(
        Application(f"a{n}", f"p{n}", grant, on, Need(text="help")) for n, (grant, _, _) in enumerate(rows)
    )
    outcomes = [
        Outcome(f"a{n}", result, on + timedelta(days=wait)) for n, (_, result, wait) in enumerate(rows)
    ]
    outcomes += [Outcome(f"x{n}", Result.AWARDED, on) for n in range(orphans)]
    catalogue = small_catalogue()
    return Source(
        catalogue,
        History(made, tuple(outcomes)),
        TODAY,
        lambda application: pytest.fail("nobody asks for candidates"),
        no_rates(TODAY),
        lambda application: pytest.fail("nobody asks for the person"),
        lambda application: {},
        later=later,
    )


def test_every_decision_is_used_or_counted_under_its_reason() -> None:
    rows = [*BOTH, ("gone", Result.AWARDED, 5), ("gone", Result.DECLINED, 5), ("fund-03", Result.AWARDED, -1)]
    asked = source([*rows, ("fund-01", Result.WITHDRAWN, 3)], orphans=2, later=4)
    kept, left_out = usable(asked, places_of(asked.catalogue.grants))
    assert [application.id for application, _ in kept] == ["a0", "a1"]
    assert left_out == LeftOut(7, {"gone": 2}, before_application=1, without_application=2, later=4)
    assert len(kept) + left_out.lost == left_out.decisions
    assert list(left_out.in_words()) == [
        "2 decisions are about grants that the catalogue does not have (gone); "
        "a grant that was renamed names its old id under `was`",
        "1 decision is dated before the application",
        "2 decisions are about no application that is kept",
        "4 decisions are dated after the last day that is learned from, to be used later",
    ]


def test_decisions_that_fall_between_the_periods_are_told_and_are_not_lost() -> None:
    found = LeftOut(521, between_periods=134)
    assert (found.lost, found.share) == (0, 0.0)
    assert list(found.of_no_use()) == []
    assert list(found.in_words()) == [
        "134 decisions are left between the periods (`settle_days`), so that nothing leaks: they count as known "
        "history, and nothing is fitted to them or measured on them"
    ]


def test_a_fund_that_was_renamed_keeps_its_history() -> None:
    asked = source([*BOTH, ("old-name", Result.AWARDED, 5)])
    grants = [replace_was(grant) if grant.id == "fund-07" else grant for grant in asked.catalogue.grants]
    places = places_of(grants)
    kept, left_out = usable(asked, places)
    assert left_out.lost == 0
    assert places["old-name"] == places["fund-07"] == 7
    assert len(kept) == 3


def replace_was(grant: Grant) -> Grant:
    return grant.model_copy(update={"was": ("old-name", "fund-01")})


def test_an_id_in_use_is_never_taken_for_an_old_one() -> None:
    grants = [replace_was(grant) if grant.id == "fund-07" else grant for grant in small_catalogue().grants]
    assert places_of(grants)["fund-01"] == 1


@pytest.mark.parametrize(
    ("rows", "later", "told"),
    [
        ([("fund-01", Result.AWARDED, 5)] * 3, 0, "all 3 decisions are awards.*bring refusals too"),
        ([("fund-01", Result.DECLINED, 5)] * 3, 0, "all 3 decisions are refusals.*bring awards too"),
        ([], 12, "there is no decision up to 2026-11-23 to learn from\n  12 decisions are dated after"),
        ([("gone", Result.AWARDED, 5)], 0, "there is no decision.*\n  1 decision is about grants"),
    ],
)
def test_a_history_that_teaches_nothing_is_refused_in_words(rows: list[Row], later: int, told: str) -> None:
    asked = source(rows, later=later)
    with pytest.raises(BadExperiment, match=told):
        usable(asked, places_of(asked.catalogue.grants))


def test_a_source_with_nothing_odd_loses_nothing() -> None:
    asked = source(BOTH)
    _, left_out = usable(replace(asked, later=0), places_of(asked.catalogue.grants))
    assert (left_out.lost, left_out.share, list(left_out.in_words())) == (0, 0.0, [])
