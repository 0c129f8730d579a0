"""The one place that knows MLflow: it sends runs, registers bundles as plain folders and moves the alias.

Nothing waits for a tracking server. A run is whole in its own folder first; where the server is away it stays
there and is sent by a later `sync`.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelOutput,
    LoggedModelStatus,
    Metric,
    Param,
)
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema

from data.errors import GrantMatchError
from training.runs import EXPERIMENT, Run, Sent, Trial, all_runs, mark_sent, where_sent

MODEL = "grant_ranker"
CHAMPION = "champion"
PROJECT = "grant-ranking"
"""The one experiment of MLflow in which all runs stand."""
NOTE = "mlflow.note.content"
"""What MLflow's pages show as a description."""
OF_PROJECT = {
    "mlflow.experimentKind": "custom_model_development",
    NOTE: "Runs of `python -m training fit`: each learns a ranking of grants, and is measured beside simpler orders.",
}
"""Lets MLflow's page open on the table of runs, and says what they are."""
OF_MODEL = (
    "Ranks grants for people in hardship. A version is the bundle of a run; the alias `champion` follows "
    "`python -m training promote` and `rollback`, which ask what the gate asks: it is not moved by hand."
)
MODEL_FOLDER = "model"
LONGEST = 6000
"""Characters of a parameter that MLflow takes."""
NEEDED = (
    "lightgbm",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "scikit-learn",
    "sentence-transformers",
    "torch",
)
"""Packages beside the product's own that the model runs with, as they are installed here."""
PLACES = {
    "id": "string", "place": "integer", "grant_id": "string", "status": "string", "score": "double",
    "chance": "double", "chance_low": "double", "chance_high": "double", "outcomes": "double",
}  # fmt: skip
EXAMPLE = {"id": "q1", "on": "", "applicant": '{"areas": []}', "need": '{"text": "a broken cooker"}'}
"""A question, as MLflow shows it on the model's page."""
LOCAL = "sqlite:///mlflow.db"
PATIENCE_SECONDS = 3.0


class TrackingAway(GrantMatchError):
    """The tracking server does not answer; nothing is lost, the run waits in its folder."""


class Tracker:
    """A connection to one MLflow tracking server or database."""

    def __init__(self, uri: str = LOCAL) -> None:
        """Connect to `uri`. Raises TrackingAway where a server there does not answer within three seconds."""
        self.uri = uri
        _check_reachable(uri)
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
        logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)  # that it makes its tables
        with _answering(uri):
            self._client = MlflowClient(tracking_uri=uri, registry_uri=uri)

    @property
    def shown(self) -> str:
        """The address without a password that may stand in it."""
        return _shown(self.uri)

    def send(self, run: Run) -> Sent:
        """Log a run with everything in its folder, and register its bundle as a new version.

        What an earlier try left half-sent is taken back first, so that the run stands there once.
        """
        mlflow.set_tracking_uri(
            self.uri
        )  # a version's address, models:/ID, is looked up there and nowhere else
        with _answering(self.uri):
            started = int(run.started.timestamp() * 1000)
            tags = {**run.tags, "mlflow.runName": run.name}
            experiment_id = self._experiment(PROJECT)
            self._take_back(run, experiment_id)
            run_id = self._client.create_run(experiment_id, started, tags).info.run_id
            for trial in run.trials:
                self._trial(trial, experiment_id, run_id, started)
            model_id = self._log_model(run, experiment_id, run_id)
            params = [Param(name, value[:LONGEST]) for name, value in run.params.items()]
            self._client.log_batch(run_id, metrics=_metrics(run, started, model_id), params=params)
            self._client.log_artifacts(run_id, str(run.folder))
            if run.data:
                self._client.log_inputs(run_id, [_dataset(run.data, run_id)])
            self._client.set_terminated(run_id)
            sent = Sent(self.uri, run_id, self._register(run, run_id, model_id), experiment_id)
        mark_sent(run, sent)
        return sent

    def _take_back(self, run: Run, experiment_id: str) -> None:
        """Delete runs of the same name and bundle that no version was registered from, with their children."""
        same = f"tags.mlflow.runName = '{run.name}'"
        for earlier in self._client.search_runs([experiment_id], same):
            of_it, run_id = earlier.data.tags.get("bundle"), earlier.info.run_id
            if of_it != run.tags.get("bundle") or self._client.search_model_versions(f"run_id = '{run_id}'"):
                continue
            children = self._client.search_runs([experiment_id], f"tags.mlflow.parentRunId = '{run_id}'")
            for one in (*children, earlier):
                self._client.delete_run(one.info.run_id)

    def _experiment(self, name: str) -> str:
        found = self._client.get_experiment_by_name(name)
        return str(found.experiment_id if found else self._client.create_experiment(name, tags=OF_PROJECT))

    def _trial(self, trial: Trial, experiment_id: str, parent: str, started: int) -> None:
        """Log a ranker that competed as a run under its parent."""
        tags = {
            "mlflow.parentRunId": parent,
            "mlflow.runName": trial.name,
            "chosen": str(trial.chosen).lower(),
        }
        run_id = self._client.create_run(experiment_id, started, tags).info.run_id
        metrics = [
            Metric(name, value, started, 0) for name, value in trial.figures.items() if isfinite(value)
        ]
        params = [Param(name, value[:LONGEST]) for name, value in trial.params.items()]
        self._client.log_batch(run_id, metrics=metrics, params=params)
        self._client.set_terminated(run_id)

    def _log_model(self, run: Run, experiment_id: str, run_id: str) -> str:
        """Log the bundle as a model of the run, so that the run's page leads to it."""
        tags = {name: run.tags[name] for name in ("bundle", NOTE, "mlflow.user") if name in run.tags}
        made = self._client.create_logged_model(experiment_id, name=MODEL, source_run_id=run_id, tags=tags)
        model_id = str(made.model_id)
        self._client.log_model_artifacts(model_id, str(save_model(run)))
        self._client.finalize_logged_model(model_id, LoggedModelStatus.READY)
        self._client.log_outputs(run_id, [LoggedModelOutput(model_id, 0)])
        return model_id

    def _register(self, run: Run, run_id: str, model_id: str) -> str:
        if not self._client.search_registered_models(filter_string=f"name = '{MODEL}'"):
            self._client.create_registered_model(MODEL, description=OF_MODEL)
        tags = {"bundle": run.tags.get("bundle", "")}
        made = self._client.create_model_version(
            MODEL,
            f"models:/{model_id}",
            run_id,
            tags=tags,
            description=run.tags.get(NOTE, ""),
            model_id=model_id,
        )
        versions = json.dumps([{"name": MODEL, "version": str(made.version)}])
        self._client.set_logged_model_tags(model_id, {"mlflow.modelVersions": versions})
        return str(made.version)

    def make_champion(self, bundle: str) -> str | None:
        """Move the alias champion to a bundle's registered version; None if it was never sent here."""
        with _answering(self.uri):
            for version in self._client.search_model_versions(f"name = '{MODEL}'"):
                if version.tags.get("bundle") == bundle:
                    self._client.set_registered_model_alias(MODEL, CHAMPION, version.version)
                    return str(version.version)
        return None

    def champion(self) -> str | None:
        """The bundle under the alias champion; None where there is none."""
        try:
            with _answering(self.uri):
                version = self._client.get_model_version_by_alias(MODEL, CHAMPION)
        except TrackingAway as away:
            if "RESOURCE_DOES_NOT_EXIST" in str(away) or "INVALID_PARAMETER_VALUE" in str(away):
                return None
            raise
        return version.tags.get("bundle")

    def download(self, version: str, folder: Path) -> Path:
        """Fetch the plain files of a registered version, or of an alias such as `@champion`."""
        separator = "" if version.startswith("@") else "/"
        with _answering(self.uri):
            source = f"models:/{MODEL}{separator}{version}"
            found = Path(download_artifacts(source, dst_path=str(folder), tracking_uri=self.uri))
            return found / "artifacts" / "bundle"


def save_model(run: Run) -> Path:
    """Write a run's bundle as an MLflow model into the run's folder, once; needs no server."""
    folder = run.folder / MODEL_FOLDER
    if not folder.exists():
        logging.getLogger("mlflow.pyfunc").setLevel(logging.WARNING)  # that it looks at the example
        questions = Schema([ColSpec("string", name) for name in EXAMPLE])
        places = Schema([ColSpec(kind, name) for name, kind in PLACES.items()])
        signature = ModelSignature(questions, places, ParamSchema([ParamSpec("most", "integer", 10)]))
        os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
        mlflow.pyfunc.save_model(
            folder,
            python_model=str(Path(__file__).with_name("mlflow_model.py")),
            artifacts={"bundle": str(run.bundle)},
            signature=signature,
            input_example=pd.DataFrame([EXAMPLE]),
            pip_requirements=[f"{name}=={version(name)}" for name in NEEDED],
        )
    return folder


def _metrics(run: Run, started: int, model_id: str) -> list[Metric]:
    """Give a run's figures as those of its model on what it was learned from."""
    of = {"dataset_name": run.data.get("name"), "dataset_digest": run.data.get("digest")}
    return [Metric(one.name, one.value, started, one.step, model_id, **of) for one in run.figures]


def _dataset(data: dict[str, str], run_id: str) -> DatasetInput:
    """What a run learned from, as MLflow's dataset: digests, counts and columns, no rows.

    Its source is the experiment's file among the run's artefacts, which says from where the rows are read.
    """
    columns = json.loads(data.get("columns", "[]"))
    schema = json.dumps({"mlflow_colspec": [ColSpec("double", name).to_dict() for name in columns]})
    source = json.dumps({"uri": f"runs:/{run_id}/{EXPERIMENT}", **json.loads(data["source"])})
    found = Dataset(data["name"], data["digest"], "local", source, schema=schema, profile=data["counts"])
    return DatasetInput(found, [InputTag("mlflow.data.context", "training")])


def sync(runs: Path, tracker: Tracker) -> list[Sent]:
    """Send every run of a folder that no server has taken yet."""
    return [tracker.send(run) for run in all_runs(runs) if where_sent(run) is None]


@contextmanager
def _answering(uri: str) -> Iterator[None]:
    try:
        yield
    except MlflowException as error:
        raise TrackingAway(f"{_shown(uri)}: {error.error_code}: {error.message}") from error


def _check_reachable(uri: str) -> None:
    """Raise TrackingAway early: MLflow itself retries for minutes before it gives up."""
    if not uri.startswith(("http://", "https://")):
        return
    try:
        with urlopen(f"{uri.rstrip('/')}/health", timeout=PATIENCE_SECONDS):  # noqa: S310 - http(s) only, above
            pass
    except (URLError, OSError) as error:
        raise TrackingAway(f"{_shown(uri)}: no tracking server answers there ({error})") from error


def _shown(uri: str) -> str:
    """The address without a password that may stand in it."""
    parts = urlsplit(uri)
    return uri if "@" not in parts.netloc else uri.replace(parts.netloc, parts.netloc.rpartition("@")[2])
