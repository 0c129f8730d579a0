"""Outcomes from a store and from a made world come in one form, and say which they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data.errors import BadExperiment
from data.people.applicants import Need
from data.people.outcomes import Application, History, Outcome, Result
from data.store.store import Store
from tests.training.small_world import TODAY, small_catalogue, small_experiment, small_source
from training.config import Stored
from training.prepared import Prepared
from training.source import open_source, stored_source

AT = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store with two applications, one of them decided late."""
    address = f"sqlite:///{tmp_path}/store.db"
    store = Store.open(address)
    for number, decided in ((1, date(2026, 3, 1)), (2, date(2026, 9, 1))):
        need = Need(text="a warm coat")
        application = Application(f"a{number}", f"p{number}", "fund-01", date(2026, 2, 1), need)
        store.append_application(application, at=AT)
        store.append_outcome(f"o{number}", Outcome(f"a{number}", Result.AWARDED, decided), at=AT)
    store.close()
    return address


def test_a_store_gives_its_history_up_to_a_day(url: str) -> None:
    source = stored_source(small_catalogue(), url, until=date(2026, 6, 1))
    assert [outcome.application_id for outcome in source.history.outcomes] == ["a1"]
    assert len(source.history.applications) == 2
    assert not source.simulated


def test_a_store_that_lies_idle_grows_stale(url: str) -> None:
    assert stored_source(small_catalogue(), url, until=date(2026, 11, 1)).until == date(2026, 9, 1)


def test_without_facts_every_grant_that_place_and_window_allow_is_a_candidate(url: str) -> None:
    source = stored_source(small_catalogue(), url, until=date(2026, 6, 1))
    assert len(source.candidates(source.history.applications[0])) == 30


def test_an_experiment_on_a_store_needs_its_address() -> None:
    with pytest.raises(BadExperiment, match="no store was named"):
        open_source(small_experiment(source=Stored().model_dump()), today=TODAY)


def test_a_made_world_is_simulated_and_ends_yesterday(prepared: Prepared) -> None:
    assert prepared.source.simulated
    assert prepared.source.until == TODAY - timedelta(days=1)
    assert small_source(small_experiment()).fingerprint() == prepared.source.fingerprint()


def test_any_change_of_the_data_changes_its_fingerprint(prepared: Prepared) -> None:
    source = prepared.source
    first, *rest = source.history.outcomes
    other = replace(first, decided_on=first.decided_on + timedelta(days=1))
    changed = replace(source, history=History(source.history.applications, (other, *rest)))
    assert changed.fingerprint() != source.fingerprint()
    assert (
        replace(source, catalogue=replace(source.catalogue, digest="x")).fingerprint() != source.fingerprint()
    )
