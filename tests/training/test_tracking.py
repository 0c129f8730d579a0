"""Runs reach a real MLflow on SQLite and on HTTP, and nothing is lost while its server is away."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from training.runs import BadRun, Figure, Run, read_run, save_run, where_sent
from training.tracking import Tracker, TrackingAway, sync


def made_run(folder: Path, name: str = "demo-1", bundle: str = "abc") -> Run:
    """A small run with a bundle of one file, kept in its folder."""
    run = Run(
        name,
        "demo",
        datetime(2026, 11, 23, tzinfo=UTC),
        folder / name,
        params={"seed": "7", "long": "x" * 7000},
        tags={"bundle": bundle},
        figures=(Figure("ndcg_at_10", 0.6), Figure("by_outcomes", 0.5, 100), Figure("unknown", float("nan"))),
    )
    run.bundle.mkdir(parents=True)
    (run.bundle / "manifest.json").write_text('{"plain": true}')
    save_run(run)
    return run


@pytest.fixture
def tracker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tracker:
    """A tracker on a new SQLite file; MLflow keeps artefacts beside it."""
    monkeypatch.chdir(tmp_path)
    return Tracker(f"sqlite:///{tmp_path}/mlflow.db")


def test_a_run_read_back_is_the_run_that_was_kept(tmp_path: Path) -> None:
    run = made_run(tmp_path)
    again = read_run(run.folder)
    assert again.params == run.params and again.started == run.started
    assert [figure.name for figure in again.figures] == ["ndcg_at_10", "by_outcomes"]


def test_a_folder_without_a_run_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadRun, match="no run can be read"):
        read_run(tmp_path)


def test_a_registered_bundle_is_found_by_alias_as_plain_files(tracker: Tracker, tmp_path: Path) -> None:
    assert tracker.champion() is None
    first, second = made_run(tmp_path / "runs"), made_run(tmp_path / "runs", "demo-2", "def")
    assert [sent.version for sent in sync(tmp_path / "runs", tracker)] == ["1", "2"]
    assert sync(tmp_path / "runs", tracker) == []
    assert where_sent(first) is not None and where_sent(second) is not None
    assert tracker.make_champion("def") == "2"
    assert tracker.champion() == "def"
    assert tracker.make_champion("abc") == "1"
    assert tracker.champion() == "abc"
    assert tracker.make_champion("never sent") is None
    fetched = tracker.download("@champion", tmp_path / "fetched")
    assert (fetched / "manifest.json").read_text() == '{"plain": true}'


def test_a_server_that_is_away_is_noticed_at_once_and_the_run_waits(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    run = made_run(tmp_path)
    with pytest.raises(TrackingAway, match="no tracking server answers"):
        Tracker(f"http://someone:secret@127.0.0.1:{port}").send(run)
    assert where_sent(run) is None


def test_a_password_in_the_address_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(TrackingAway) as away:
        Tracker("http://someone:secret@127.0.0.1:9")
    assert "secret" not in str(away.value)
