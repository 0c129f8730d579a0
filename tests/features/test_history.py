"""What was known before a day, and nothing that was decided later."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.people.outcomes import Result
from features.funders import Funders
from features.history import AwardHistory, DecisionLog
from features.past_needs import PastNeeds
from tests.features.worlds import DAY, DIMENSION, BagOfWords, Decided, decided, some_decisions, some_grants


def folded(rows: list[Decided], *, before: date = DAY, room: int = 1000) -> AwardHistory:
    vectors = BagOfWords().embed([application.need.text for application, _ in rows])
    return DecisionLog.of(rows, vectors, some_grants()).known(before=before, room=room)


def same(first: AwardHistory, second: AwardHistory) -> bool:
    ours, theirs = first.to_arrays(), second.to_arrays()
    return ours.keys() == theirs.keys() and all(ours[k].tobytes() == theirs[k].tobytes() for k in ours)


def test_decisions_are_counted_by_grant() -> None:
    history = folded(some_decisions())
    assert history.awarded.tolist() == [16.0, 16.0, 16.0, 0.0]
    assert history.declined.tolist() == [4.0, 4.0, 4.0, 0.0]
    assert history.decisions == 60
    assert np.isnan(history.last_award[3])


@pytest.mark.parametrize("result", [Result.AWARDED, Result.DECLINED])
@pytest.mark.parametrize("late", [0, 1, 400])
def test_an_outcome_decided_on_the_day_or_later_changes_nothing(result: Result, late: int) -> None:
    rows = some_decisions()
    planted = decided(
        999, "alone", "fuel debts for gas heating", on=DAY + timedelta(days=late), result=result
    )
    grown = folded([*rows, planted])
    # Codes that only the planted outcome carries may be named, without any count.
    assert grown.awarded.tolist() == folded(rows).awarded.tolist()
    for tally in (grown.by_area, grown.by_purpose, grown.by_step, grown.by_amount, grown.by_word):
        assert not np.isin(tally.grants, [3]).any()
    assert same(grown, folded(rows))


def test_an_outcome_decided_the_day_before_is_known() -> None:
    rows = [*some_decisions(), decided(999, "alone", "fuel debts", on=DAY - timedelta(days=1))]
    assert folded(rows).awarded[3] == 1


def test_what_is_neither_awarded_nor_declined_and_foreign_grants_are_left_out() -> None:
    day = DAY - timedelta(days=3)
    rows = some_decisions()
    more = [
        decided(900, "warm", "fuel", on=day, result=Result.WITHDRAWN),
        decided(901, "warm", "fuel", on=day, result=Result.PENDING),
        decided(902, "of another catalogue", "fuel", on=day),
    ]
    assert same(folded(rows + more), folded(rows))


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_in_which_decisions_are_read_does_not_matter(random: object) -> None:
    rows = some_decisions()
    random.shuffle(rows)  # type: ignore[attr-defined]
    assert same(folded(rows), folded(some_decisions()))


def test_a_rare_word_is_not_kept_since_it_may_be_a_name() -> None:
    rows = [*some_decisions(), decided(999, "warm", "fuel for Aloysius", on=DAY - timedelta(days=2))]
    assert not [code for code in folded(rows).by_word.codes if code.startswith("aloy")]


def test_arrays_bring_back_the_same_history() -> None:
    history = folded(some_decisions())
    assert same(AwardHistory.from_arrays(history.to_arrays()), history)


def test_room_for_vectors_is_shared_evenly_and_the_latest_are_kept() -> None:
    rows = np.repeat([0, 1], [90, 10])
    vectors = np.arange(100, dtype=np.float32)[:, None]
    kept = PastNeeds.latest(vectors, np.arange(100), rows, size=2, room=30)
    assert np.bincount(kept.grants).tolist() == [20, 10]
    assert kept.vectors[:3, 0].tolist() == [89.0, 88.0, 87.0]


def test_a_history_moves_to_another_catalogue_without_mixing_grants() -> None:
    history, grants = folded(some_decisions()), some_grants()
    fewer = [grants[2], grants[3], grants[0].model_copy(update={"id": "new"}), grants[0]]
    moved = history.aligned(tuple(grant.id for grant in fewer), Funders.of(fewer))
    assert moved.awarded.tolist() == [16.0, 0.0, 0.0, 16.0]
    assert (
        moved.by_area.of_code("E09000007")[0].tolist()
        == history.by_area.of_code("E09000007")[0][[2, 3, 3, 0]].tolist()
    )
    vector = BagOfWords().embed(["books fees"])[0]
    closeness, before = (
        moved.met.closeness(moved.met.cosines(vector)),
        history.met.closeness(history.met.cosines(vector)),
    )
    assert np.array_equal(closeness, before[[2, 3, 3, 0]], equal_nan=True)
    of_funder, of_grant = moved.leaning.lean(vector)
    old_funder, old_grant = history.leaning.lean(vector)
    assert of_funder[moved.funders.of_grant[2]] == old_funder[history.funders.of_grant[0]]
    assert of_grant[2] == 0
    assert of_grant[3] == old_grant[0]


def test_nothing_known_is_a_history_too() -> None:
    empty = AwardHistory.empty(some_grants(), before=DAY, dimension=DIMENSION)
    assert same(empty, folded([]))
    assert empty.decisions == 0


def test_decisions_and_vectors_must_come_in_pairs() -> None:
    with pytest.raises(ValueError, match="vectors"):
        DecisionLog.of(some_decisions(), np.zeros((3, DIMENSION), dtype=np.float32), some_grants())
