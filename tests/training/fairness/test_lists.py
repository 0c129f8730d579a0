"""What a service was told of becomes lists whose figures can be worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from data.ledger import append, read_ledger
from data.people.applicants import Need
from data.people.events import Event, Kind, Placement
from data.people.outcomes import Application, Outcome, Result
from data.people.reviews import BadReview
from data.store.store import Store
from training.fairness.applicants import measures_of
from training.fairness.lists import Lists, attributes_of, shown
from training.fairness.making import shown_lists
from training.fairness.periods import Quarter, live_spans

GRANTS = {f"g{number}": number for number in range(30)}
DAY = datetime(2026, 8, 3, 12, tzinfo=UTC)
TODAY = date(2026, 8, 3)


def placed(*grants: str, success: float | None = 0.5) -> tuple[Placement, ...]:
    return tuple(
        Placement(grant_id=grant, position=place, status="eligible", qualifies=1.0, success=success)
        for place, grant in enumerate(grants, start=1)
    )


def event(kind: Kind, response: str, person: str | None, *grants: str, at: datetime = DAY) -> Event:
    name = f"{kind}-{response}-{'-'.join(grants)}"
    return Event(id=name, kind=kind, response_id=response, person=person, at=at, placements=placed(*grants))


def applied(person: str, grant: str, on: date = TODAY) -> Application:
    return Application(f"{person}-{grant}", person, grant, on, Need())


def outcome(person: str, grant: str, result: Result) -> Outcome:
    return Outcome(f"{person}-{grant}", result, TODAY + timedelta(days=20))


EVENTS = [
    event(Kind.SHOWN, "r1", "ana", "g1", "g2", "g3"),
    event(Kind.OPENED, "r1", "ana", "g2", at=DAY + timedelta(minutes=1)),
    event(Kind.APPLIED, "r1", "ana", "g2", at=DAY + timedelta(minutes=2)),
    event(Kind.SHOWN, "r2", None, "g1", "gone"),
    event(Kind.OPENED, "unheard of", "ana", "g1"),
]
APPLIED = [
    applied("ana", "g2"),
    applied("ana", "g9"),
    applied("ana", "g3", TODAY - timedelta(days=1)),
    applied("eve", "g1"),
]
OUTCOMES = [
    outcome("ana", "g2", Result.AWARDED),
    outcome("ana", "g9", Result.AWARDED),
    outcome("eve", "g1", Result.AWARDED),
]


def figures(lists: Lists) -> dict[str, float]:
    return {one.key: float(one.numerator.sum() / one.denominator.sum()) for one in measures_of(lists)}


def test_lists_hold_what_was_done_on_them_and_what_came_of_it() -> None:
    lists = shown(EVENTS, APPLIED, OUTCOMES, GRANTS)
    assert lists.people == ("ana", "response r2")
    assert lists.grant.tolist() == [1, 2, 3, 1]
    assert lists.opened.tolist() == lists.applied.tolist() == [False, True, False, False]
    assert lists.awarded[1] == 1 and np.isnan(lists.awarded[[0, 2, 3]]).all()
    assert lists.missed.tolist() == [1, 0]


def test_the_figures_are_those_of_the_hand() -> None:
    found = figures(shown(EVENTS, APPLIED, OUTCOMES, GRANTS))
    # one of two awards on the list, at place 2: 1/log2(3), over 1 + 1/log2(3)
    assert found["ndcg_at_10"] == pytest.approx(0.63093 / 1.63093, abs=1e-4)
    assert found["missed_good_grants"] == 0.5
    assert found["observed_over_expected"] == 2.0
    assert found["awarded_at_1"] == 1.0
    assert (found["opened"], found["applied"], found["awarded"]) == (0.25, 0.25, 1.0)
    assert found["unsure_lists"] == 0.0


def test_of_whom_nothing_is_known_the_group_is_not_stated_and_never_guessed() -> None:
    found = attributes_of(("ana", "bo"), {"ana": {"sex": "female"}, "zoe": {"faith": "any"}})
    assert {name: values.tolist() for name, values in found.items()} == {"sex": ["female", "not stated"]}


def test_only_what_a_bundle_showed_in_the_quarter_while_it_was_live_is_reviewed(tmp_path: Path) -> None:
    store, ledger = Store.open(f"sqlite:///{tmp_path / 'grants.db'}"), tmp_path / "ledger.jsonl"
    for bundle, month in (("one", 7), ("two", 8), ("one", 9)):
        at = datetime(2026, month, 1, tzinfo=UTC)
        append(ledger, "promote", bundle, by="Ana", reason="better", at=at)
    shown_in = [
        event(Kind.SHOWN, f"r{month}", "ana", "g1", at=datetime(2026, month, 3, tzinfo=UTC))
        for month in range(6, 11)
    ]
    store.append_events(shown_in, at=datetime(2026, 10, 5, tzinfo=UTC))
    quarter = Quarter(2026, 3)
    counts = {}
    for bundle in ("one", "two", "never"):
        lists = shown_lists(store, read_ledger(ledger), bundle, quarter, GRANTS)
        counts[bundle] = 0 if lists is None else len(lists.owner)
    store.close()
    assert counts == {"one": 2, "two": 1, "never": 0}
    assert len(live_spans(read_ledger(ledger), "one", quarter)) == 2
    assert live_spans(read_ledger(tmp_path / "none.jsonl"), "one", quarter) == []  # before the first champion


@pytest.mark.parametrize("told", ["2026", "2026-Q5", "2026-07-01", "q3", "2026-Q3 "])
def test_anything_but_a_whole_quarter_is_refused(told: str) -> None:
    with pytest.raises(BadReview, match="only whole quarters are reviewed"):
        Quarter.read(told)


def test_a_quarter_is_reviewed_only_once_late_decisions_are_in() -> None:
    with pytest.raises(BadReview, match="from 2026-10-30 on"):
        Quarter(2026, 3).check_settled(date(2026, 10, 29))
    Quarter(2026, 3).check_settled(date(2026, 10, 30))
