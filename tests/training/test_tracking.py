"""Runs reach a real MLflow on SQLite and on HTTP, and nothing is lost while its server is away."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.server import app as mlflow_app
from mlflow.server import constants
from typer.testing import CliRunner
from werkzeug.serving import make_server

from data.catalogue.reading import SAMPLE
from data.ledger import append
from data.people.applicants import Applicant, Need
from features.grant_index import GrantIndex
from features.history import AwardHistory
from features.onnx_encoder import OnnxEncoder
from models.listing.wish import Wish
from models.rankers.bundle import Bundle, save
from tests.training.small_world import TODAY
from training.__main__ import app
from training.config import CatalogueFiles, Experiment
from training.fit import Fitted
from training.opening import recommender_of
from training.prepared import Prepared
from training.runs import EXPERIMENT, BadRun, Figure, Run, Trial, read_run, save_run, where_sent
from training.source import catalogue_of
from training.steps import (
    _params,
    _tags,
    _trials,
    alias_in_words,
    commit,
    sent_in_words,
    where_to_look,
)
from training.tracking import NOTE, Tracker, TrackingAway, sync

ROOT = Path(__file__).parents[2]


def made_run(folder: Path, name: str = "demo-1", bundle: str = "abc") -> Run:
    """A small run with a bundle of one file, kept in its folder."""
    run = Run(
        name,
        "demo",
        datetime(2026, 11, 23, tzinfo=UTC),
        folder / name,
        params={"seed": "7", "long": "x" * 7000},
        tags={
            "bundle": bundle,
            NOTE: "It tells nobody a chance.",
            "mlflow.user": "Ana",
            "mlflow.source.git.commit": "0" * 40,
        },
        figures=(Figure("ndcg_at_10", 0.6), Figure("by_outcomes", 0.5, 100), Figure("unknown", float("nan"))),
        trials=(
            Trial("chance 1 logistic", {"strength": "0.3"}, {"ndcg_at_10": 0.5}),
            Trial("chance 2 boosting", {"leaves": "8"}, {"ndcg_at_10": 0.6}, chosen=True),
        ),
        data={
            "name": "outcomes",
            "digest": "d" * 36,
            "source": '{"kind": "store"}',
            "counts": '{"decisions": 521}',
        },
    )
    run.bundle.mkdir(parents=True)
    (run.bundle / "manifest.json").write_text('{"plain": true}')
    (run.folder / EXPERIMENT).write_text('{"source": {"kind": "store"}}')
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
    assert (again.trials, again.data) == (run.trials, run.data)
    assert [figure.name for figure in again.figures] == ["ndcg_at_10", "by_outcomes"]


def test_a_trial_whose_figure_is_unknown_leaves_json_that_any_reader_takes(tmp_path: Path) -> None:
    trial = Trial("chance 1 logistic", {}, {"ndcg_at_10": float("nan"), "mrr": 0.4})
    run = replace(made_run(tmp_path), trials=(trial,))
    save_run(run)
    json.loads((run.folder / "run.json").read_text("utf-8"), parse_constant=pytest.fail)
    assert read_run(run.folder).trials == (replace(trial, figures={"mrr": 0.4}),)


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


def test_a_run_that_failed_on_its_way_stands_there_once_after_the_next_sync(
    tracker: Tracker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = made_run(tmp_path / "runs")

    def fails(*_: object) -> None:
        raise MlflowException("the connection was lost")

    for step in ("_trial", "_register"):
        with monkeypatch.context() as broken:
            broken.setattr(Tracker, step, fails)
            with pytest.raises(TrackingAway, match="connection was lost"):
                sync(tmp_path / "runs", tracker)
    assert where_sent(run) is None
    (sent,) = sync(tmp_path / "runs", tracker)
    client = MlflowClient(tracker.uri, tracker.uri)
    runs = client.search_runs([sent.experiment_id])
    assert {one.info.run_id for one in runs if "mlflow.parentRunId" not in one.data.tags} == {sent.run_id}
    assert {one.data.tags["mlflow.parentRunId"] for one in runs if one.info.run_id != sent.run_id} == {
        sent.run_id
    }


def test_mlflow_shows_what_it_was_learned_from_by_whom_and_every_ranker_that_competed(
    tracker: Tracker, tmp_path: Path
) -> None:
    sent = tracker.send(made_run(tmp_path / "runs"))
    client = MlflowClient(tracker.uri, tracker.uri)
    (experiment,) = [one for one in client.search_experiments() if one.name == "grant-ranking"]
    runs = {one.data.tags["mlflow.runName"]: one for one in client.search_runs([experiment.experiment_id])}
    parent, child, best = runs["demo-1"], runs["chance 1 logistic"], runs["chance 2 boosting"]
    assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id == sent.run_id
    assert (child.data.params, child.data.metrics) == ({"strength": "0.3"}, {"ndcg_at_10": 0.5})
    assert (child.data.tags["chosen"], best.data.tags["chosen"]) == ("false", "true")
    assert (parent.data.tags["mlflow.user"], parent.data.tags["mlflow.source.git.commit"]) == (
        "Ana",
        "0" * 40,
    )
    assert parent.inputs is not None
    (used,) = parent.inputs.dataset_inputs
    assert (used.dataset.digest, used.dataset.profile) == ("d" * 36, '{"decisions": 521}')
    assert f"/#/experiments/{experiment.experiment_id}/runs/{sent.run_id}" in where_to_look(sent)


def test_the_dataset_of_a_run_opens_as_the_experiment_that_says_what_was_read(
    tracker: Tracker, tmp_path: Path
) -> None:
    sent = tracker.send(made_run(tmp_path / "runs"))
    mlflow.set_tracking_uri(tracker.uri)
    inputs = mlflow.get_run(sent.run_id).inputs
    assert inputs is not None
    (used,) = inputs.dataset_inputs
    assert json.loads(Path(mlflow.data.get_source(used).load()).read_text()) == {"source": {"kind": "store"}}
    assert json.loads(used.dataset.source)["kind"] == "store"


def test_the_champion_that_mlflow_opens_gives_the_lists_of_the_recommender(
    tracker: Tracker, tmp_path: Path, fitted: Fitted
) -> None:
    run = made_run(tmp_path / "runs")
    save(few_grants(fitted.bundle, tmp_path / "grants.jsonl"), run.bundle)
    tracker.send(run)
    tracker.make_champion("abc")
    mlflow.set_tracking_uri(tracker.uri)
    mlflow.set_registry_uri(tracker.uri)
    model = mlflow.pyfunc.load_model("models:/grant_ranker@champion")
    asked = [{"id": "a", "need": {"text": "a broken cooker"}}, {"id": "b", "need": {"text": "school shoes"}}]
    frame = pd.DataFrame([
        {"id": one["id"], "on": "2026-11-23", "applicant": "{}", "need": json.dumps(one["need"])} for one in asked
    ])  # fmt: skip
    found = model.predict(frame, params={"most": 5})
    recommender = recommender_of(run.bundle, TODAY)
    expected = [
        (one["id"], place.rank, place.grant_id, place.score)
        for one in asked
        for place in recommender.recommend(
            Applicant(), Need.model_validate(one["need"]), on=TODAY, wish=Wish(size=5)
        ).results
    ]
    assert list(found[["id", "place", "grant_id", "score"]].itertuples(index=False, name=None)) == expected
    assert len(expected) == 10


def few_grants(bundle: Bundle, path: Path) -> Bundle:
    """A bundle as it would have been learned for a few grants of the sample with the real embedding model."""
    path.write_text(
        "".join((SAMPLE / "catalogue.jsonl").read_text("utf-8").splitlines(keepends=True)[:12]), "utf-8"
    )
    experiment = Experiment(name="few", catalogue=CatalogueFiles(grants=path))
    grants, encoder = catalogue_of(experiment.catalogue).grants, OnnxEncoder.of_weights()
    told = {"config": experiment.as_dict(), "embedder": encoder.name, "dimension": encoder.dimension}
    return replace(
        bundle,
        about=bundle.about.model_copy(update=told),
        history=AwardHistory.empty(grants, before=bundle.about.trained_until, dimension=encoder.dimension),
        vectors=GrantIndex.build(grants, encoder).to_arrays(),
    )


def test_settings_of_the_chosen_rankers_stand_flat_and_its_trials_say_which_was_chosen(
    prepared: Prepared, fitted: Fitted
) -> None:
    trials = [
        {"config": {"kind": "graded_linear", "ridge": 10.0}, "ndcg_at_10": 0.7, "chosen": False},
        {"config": {"kind": "graded_trees", "leaves": 8}, "ndcg_at_10": 0.8, "chosen": True},
    ]
    both = replace(fitted, report={**fitted.report, "order": {"trials": trials}})
    params = _params(prepared.experiment, both)
    assert params["ranker.kind"] == fitted.report["chosen"]
    assert (params["order.ranker.kind"], params["order.ranker.leaves"]) == ("graded_trees", "8")
    chosen = [trial.name for trial in _trials(both) if trial.chosen]
    assert len(chosen) == 2 and chosen[1] == "order 2 graded_trees"


def test_the_commit_is_told_in_full_from_any_folder_and_uncommitted_changes_beside_it(
    fitted: Fitted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    monkeypatch.chdir(tmp_path)
    assert (commit() or "").removesuffix("+") == head.stdout.strip()
    for mark, dirty in (("", "false"), ("+", "true")):
        about = fitted.bundle.about.model_copy(update={"commit": "a" * 40 + mark})
        tags = _tags(replace(fitted, bundle=replace(fitted.bundle, about=about)), "1", "Ana")
        told = (tags["mlflow.source.git.commit"], tags["mlflow.source.git.dirty"])
        assert told == ("a" * 40, dirty)


def test_a_run_is_sent_where_it_is_told_whatever_else_the_process_looks_at(
    tracker: Tracker, tmp_path: Path
) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/elsewhere.db")
    assert tracker.send(made_run(tmp_path / "runs")).version == "1"


def test_mlflows_pages_of_a_model_lead_to_its_version_and_say_what_it_is(
    tracker: Tracker, tmp_path: Path
) -> None:
    tracker.send(made_run(tmp_path / "runs"))
    client = MlflowClient(tracker.uri, tracker.uri)
    (logged,) = client.search_logged_models([one.experiment_id for one in client.search_experiments()])
    assert json.loads(logged.tags["mlflow.modelVersions"]) == [{"name": "grant_ranker", "version": "1"}]
    assert ("ndcg_at_10", 0.6, "outcomes") in [(m.key, m.value, m.dataset_name) for m in logged.metrics or ()]
    version = client.get_model_version("grant_ranker", "1")
    assert version.description == logged.tags[NOTE] == "It tells nobody a chance."
    assert "champion" in client.get_registered_model("grant_ranker").description


def test_the_champion_opens_as_an_mlflow_model_with_a_signature_and_without_a_pickle(
    tracker: Tracker, tmp_path: Path
) -> None:
    tracker.send(made_run(tmp_path / "runs"))
    tracker.make_champion("abc")
    mlflow.set_tracking_uri(tracker.uri)
    mlflow.set_registry_uri(tracker.uri)
    model = mlflow.pyfunc.load_model("models:/grant_ranker@champion")
    signature = model.metadata.signature
    assert signature.inputs.input_names() == ["id", "on", "applicant", "need"]
    assert signature.outputs.input_names()[:3] == ["id", "place", "grant_id"]
    assert not [
        path for path in (tmp_path / "runs").rglob("*") if path.suffix in (".pkl", ".joblib", ".pickle")
    ]


def test_a_bundle_is_registered_without_a_warning(tmp_path: Path) -> None:
    """In a process of its own: MLflow warns of a type hint once."""
    saving = "import sys; from pathlib import Path; from training.runs import read_run; "
    saving += "from training.tracking import save_model; save_model(read_run(Path(sys.argv[1])))"
    run = made_run(tmp_path)
    command = [sys.executable, "-c", saving, str(run.folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_server_that_is_away_is_noticed_at_once_and_the_run_waits(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    run = made_run(tmp_path)
    with pytest.raises(TrackingAway, match="no tracking server answers"):
        Tracker(f"http://someone:secret@127.0.0.1:{port}").send(run)
    assert where_sent(run) is None


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """MLflow's own server on a free port of this machine; gives its address."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(constants.BACKEND_STORE_URI_ENV_VAR, f"sqlite:///{tmp_path}/server.db")
    monkeypatch.setenv(constants.SERVE_ARTIFACTS_ENV_VAR, "true")
    monkeypatch.setenv(constants.ARTIFACTS_DESTINATION_ENV_VAR, str(tmp_path / "artefacts"))
    monkeypatch.setenv(constants.ARTIFACT_ROOT_ENV_VAR, "mlflow-artifacts:/")
    running = make_server("127.0.0.1", 0, mlflow_app, threaded=True)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()


def test_a_run_made_while_the_server_was_away_reaches_it_later_by_sync(server: str, tmp_path: Path) -> None:
    run, home = made_run(tmp_path / "runs"), tmp_path / "bundles"
    assert "`python -m training sync` sends it" in sent_in_words(run, "http://127.0.0.1:9")
    assert "`python -m training sync` moves it" in alias_in_words("abc", "http://127.0.0.1:9")
    append(home / "ledger.jsonl", "promote", "abc", by="Ana", reason="better", at=run.started)
    asked = ["sync", "--runs", str(run.folder.parent), "--bundles", str(home)]
    for sent in (1, 0):
        shown = CliRunner().invoke(app, asked, env={"MLFLOW_TRACKING_URI": server})
        assert shown.exit_code == 0
        assert f"{sent} runs sent to {server}" in shown.output
    tracker = Tracker(server)
    assert tracker.champion() == "abc"
    fetched = tracker.download("@champion", tmp_path / "fetched")
    assert (fetched / "manifest.json").read_text() == '{"plain": true}'


def test_a_password_in_the_address_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(TrackingAway) as away:
        Tracker("http://someone:secret@127.0.0.1:9")
    assert "secret" not in str(away.value)
