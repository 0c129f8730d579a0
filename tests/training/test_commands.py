"""The command line does what it says with real folders, and says what to do where it cannot."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.rankers.bundle import About, Bundle, save
from training.__main__ import app
from training.fit import Fitted
from training.gate import Check
from training.promotion import Decision, Home, promote
from training.runs import Run, save_run
from training.steps import bundle_folder

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AWAY = "http://127.0.0.1:9"
PASSED = (Check("order", passed=True, told="fine"),)


@pytest.fixture
def home(fitted: Fitted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Two champions, one after the other, a run of the second, and a tracking server that is away."""
    monkeypatch.setenv("GRANTS_BUNDLES", str(tmp_path / "bundles"))
    monkeypatch.setenv("GRANTS_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("GRANTS_BY", "Ana")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", AWAY)
    home = Home(tmp_path / "bundles")
    started = Run("small-2", "small", NOW, tmp_path / "runs" / "small-2")
    save_run(started)
    for minute, bundle in enumerate((fitted.bundle, second(fitted.bundle))):
        save(bundle, started.bundle)
        promote(started.bundle, home, PASSED, Decision("Ana", "better", NOW.replace(minute=minute)))
    return home


def second(bundle: Bundle) -> Bundle:
    """A bundle that learned from other data, so that it has another version."""
    return replace(bundle, about=About.model_validate({**bundle.about.model_dump(), "data": "1" * 64}))


def said(*arguments: str, code: int = 0) -> str:
    """What a command printed, all on one line; it must end with this exit code."""
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


def test_the_latest_run_is_the_one_that_was_started_last_whatever_its_name(
    home: Home, fitted: Fitted, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    for name, hour in (("another", 15), ("zebra", 14)):
        run = Run(name, "small", NOW.replace(hour=hour), runs / name)
        save_run(run)
        save(fitted.bundle, run.bundle)
    assert bundle_folder("latest", runs, home.folder) == runs / "another" / "bundle"


def test_many_applicants_are_not_ranked_with_vectors_of_another_embedder(home: Home, tmp_path: Path) -> None:
    asked, out = tmp_path / "asked.jsonl", tmp_path / "lists.parquet"
    asked.write_text('{"id": "a", "need": {"text": "a bed"}}\n', encoding="utf-8")
    assert "BadBundle" in said("rank", str(asked), str(out), code=1)
    assert not out.exists()


def test_rollback_makes_the_champion_before_live_again_while_mlflow_is_away(
    home: Home, fitted: Fitted
) -> None:
    told = said("rollback", "--reason", "a funder complained")
    assert f"{fitted.bundle.version} is live again" in told
    assert "`python -m training sync` moves it" in told
    live = home.live()
    assert live is not None and live.version == fitted.bundle.version
    acts = [(entry["act"], entry["by"]) for entry in json.loads(said("history", "--json"))]
    assert acts == [("promote", "Ana"), ("promote", "Ana"), ("rollback", "Ana")]


def test_history_tells_what_was_live_on_a_day(home: Home, fitted: Fitted) -> None:
    assert said("history", "--on", "2026-11-22") == "null"
    assert json.loads(said("history", "--on", "2026-11-23"))["bundle"] == second(fitted.bundle).version
    assert "formats '%Y-%m-%d'" in said("history", "--on", "yesterday", code=2)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["promote"], "say why with --reason"),
        (["promote", "nonsense", "--reason", "x"], "no bundle 'nonsense': it is no folder with a manifest"),
        (["rollback"], "say why with --reason"),
        (["rollback", "--reason", "x", "--to", "never"], "there is no earlier champion never to go back to"),
        (["compare", "latest"], "one bundle has nothing to be compared with; name two or more"),
        (["fit", "nothing.toml"], "nothing.toml: no experiment can be read here"),
        (["fit", "nothing.toml", "--promote"], "say why with --reason"),
        (["review", "latest", "--period", "2026-11"], "'2026-11' is no quarter; write it as 2026-Q3"),
        (["review", "latest", "--period", "2999-Q1"], "2999-Q1 can be reviewed from 2999-04-30 on"),
        (["sign", "3f9a12cd", "approved", "--reason", "x"], "has the digest '3f9a12cd'"),
        (["sync"], "no tracking server answers there"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do(home: Home, arguments: list[str], told: str) -> None:
    assert told in said(*arguments, code=1)


def test_a_changed_ledger_stops_every_command_that_reads_it(home: Home) -> None:
    home.ledger_path.write_text(home.ledger_path.read_text("utf-8").replace("better", "best"), "utf-8")
    for arguments in (["history"], ["rollback", "--reason", "x"]):
        assert "its content does not match its hash; it was changed after it was written" in said(
            *arguments, code=1
        )


@pytest.mark.parametrize(
    "command", ["fit", "evaluate", "compare", "promote", "review", "sign", "rollback", "history", "sync"]
)
def test_every_command_explains_itself_by_an_example(command: str) -> None:
    assert f"python -m training {command}" in said(command, "--help")
