"""The whole steps behind the command line: open what a run needs, run it, keep what came out, send it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from data.errors import BadBundle, BadExperiment, GrantMatchError
from features.embedding import Embedder, MiniLM
from features.onnx_encoder import ENCODERS, keep_encoder
from models.rankers.bundle import Bundle, load, save
from training.config import Experiment
from training.fit import Fitted, fit
from training.limits import limits_in_words
from training.plots import draw_all
from training.prepared import Prepared, Progress, prepare, silent
from training.runs import EXPERIMENT, Figure, Run, Sent, Trial, all_runs, save_run
from training.showing import plain_json
from training.source import open_source
from training.vectors import KeptVectors

if TYPE_CHECKING:
    from training.tracking import Tracker

CACHE = Path(".cache/vectors/exact")
WRITTEN: Final = Path(".cache") / ENCODERS
"""Where encoders are written; a promoted bundle has its own beside it."""
CODE: Final = str(Path(__file__).parent)
WITHOUT_EFFECT: Final = (("judgements", {"weight": 0.0, "situations": None}),)
"""Settings of earlier versions, with the value at which they changed nothing: such bundles can be run again."""


@dataclass(frozen=True)
class Bench:
    """What every step needs: the day, the store's address, the embedding model's folder, and who is told."""

    today: date
    store: str | None = None
    embedder: Path | None = None
    cache: Path = CACHE
    progress: Progress = silent

    def open(self, experiment: Experiment) -> tuple[Prepared, KeptVectors]:
        """Open an experiment's outcomes and lay them out; one that named no last day ends yesterday."""
        experiment = settled(experiment, self.today)
        self.progress("outcomes", 0, 1)
        source = open_source(experiment, today=self.today, store=self.store)
        self.progress("outcomes", 1, 1)
        embedder = KeptVectors(
            MiniLM.load(self.embedder, exact=True),
            self.cache,
            told=lambda done, total: self.progress("texts embedded", done, total),
        )
        return prepare(experiment, source, embedder, progress=self.progress), embedder

    def encoder(self) -> str | None:
        """Write the encoder that serving runs, and give its digest; None for a model that cannot be written so."""
        try:
            return keep_encoder(WRITTEN, self.embedder)
        except BadBundle:
            return None


def settled(experiment: Experiment, today: date) -> Experiment:
    """Write the last day into an experiment that left it open, so that it can be run again as it was."""
    if experiment.source.until is not None:
        return experiment
    source = experiment.source.model_copy(update={"until": today - timedelta(days=1)})
    return experiment.model_copy(update={"source": source})


def run(
    prepared: Prepared,
    embedder: Embedder,
    runs: Path,
    *,
    started: datetime,
    by: str | None = None,
    encoder: str | None = None,
) -> tuple[Run, Fitted]:
    """Fit what was laid out and keep everything in a new folder of `runs`.

    `by` says who does; `encoder` is the digest of what serving will embed with.
    """
    experiment = prepared.experiment
    name = f"{experiment.name}-{started:%Y%m%dT%H%M%S}"
    fitted = fit(prepared, embedder, run=name, commit=commit(), by=by)
    about = fitted.bundle.about.model_copy(update={"encoder": encoder})
    fitted = replace(fitted, bundle=replace(fitted.bundle, about=about))
    folder = runs / name
    version = save(fitted.bundle, folder / "bundle").version
    _write(folder / "report.json", fitted.report)
    _write(folder / EXPERIMENT, experiment.as_dict())
    draw_all(folder / "plots", fitted.report, fitted.bundle.ranker, fitted.test.features)
    kept = Run(
        name,
        experiment.name,
        started,
        folder,
        _params(experiment, fitted),
        _tags(fitted, version, by),
        _figures(fitted),
        tuple(_trials(fitted)),
        _data(fitted),
    )
    save_run(kept)
    return kept, fitted


def bundle_folder(named: str, runs: Path, home: Path) -> Path:
    """Find a bundle by its folder, its run's name, its version, or `latest` for the newest run."""
    places = [Path(named), runs / named / "bundle", home / named]
    if named == "latest":
        newest = max(all_runs(runs), key=lambda kept: kept.started, default=None)
        places = [] if newest is None else [newest.bundle]
    for place in places:
        if (place / "manifest.json").is_file():
            return place
    raise BadExperiment(
        f"no bundle {named!r}: it is no folder with a manifest, no run in {runs}, no version in {home}"
    )


def experiment_of(bundle: Bundle) -> Experiment:
    """The experiment that a bundle came from, as it was run; raises BadExperiment where its settings are not known."""
    config = {name: told for name, told in bundle.about.config.items() if (name, told) not in WITHOUT_EFFECT}
    try:
        return Experiment.model_validate(config)
    except ValidationError as error:
        raise BadExperiment(
            f"{bundle.version}: its experiment has settings that this program does not know; fit it anew ({error})"
        ) from error


def load_named(named: str, runs: Path, home: Path) -> tuple[Path, Bundle]:
    """Find and load a bundle."""
    folder = bundle_folder(named, runs, home)
    return folder, load(folder.resolve())


def tracker(uri: str | None) -> Tracker:
    """Connect to MLflow; raises TrackingAway where it does not answer."""
    from training.tracking import LOCAL, Tracker  # MLflow takes seconds to import: only for those who send

    return Tracker(uri or LOCAL)


def sent_in_words(kept: Run, uri: str | None) -> str:
    """Send a run and say where it went; where the tracking server is away, it waits for `sync`."""
    try:
        sent = tracker(uri).send(kept)
    except GrantMatchError as away:
        return f"not sent: {away}\nit waits in {kept.folder}; `python -m training sync` sends it"
    return f"MLflow run {sent.run_id}, registered as version {sent.version}; {where_to_look(sent)}"


def where_to_look(sent: Sent) -> str:
    """Say at which address the run can be looked at, for a database after which command."""
    place = f"/#/experiments/{sent.experiment_id}/runs/{sent.run_id}?workflowType=machine_learning"
    if sent.uri.startswith("http"):
        return f"look at {sent.uri.rstrip('/')}{place}"
    return f"`mlflow ui --backend-store-uri {sent.uri}` shows it at http://127.0.0.1:5000{place}"


def alias_in_words(version: str, uri: str | None) -> str:
    """Move MLflow's alias champion to a bundle, and say whether it moved."""
    try:
        moved = tracker(uri).make_champion(version)
    except GrantMatchError as away:
        return f"the alias champion was not moved: {away}\n`python -m training sync` moves it"
    if moved is None:
        return "this bundle was never sent to MLflow, so the alias champion was not moved"
    return f"MLflow's alias champion points to version {moved}"


def commit() -> str | None:
    """The full hash of the code's git commit, `+` where it was changed since; None outside a repository."""
    head = _git("rev-parse", "HEAD")
    return f"{head}+" if head and _git("status", "--porcelain", "--untracked-files=no") else head


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", CODE, *arguments], capture_output=True, text=True, check=True)  # noqa: S603, S607
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip() or None


def _params(experiment: Experiment, fitted: Fitted) -> dict[str, str]:
    """Settings flat, those of the chosen rankers under `ranker` and `order.ranker`, so that runs compare in columns."""
    flat = {
        f"{prefix}.{name}": _plain(value)
        for kind, prefix in (("chance", "ranker"), ("order", "order.ranker"))
        for trial in _tried(fitted)[kind]
        if trial["chosen"]
        for name, value in trial["config"].items()
    }
    for name, value in experiment.as_dict().items():
        if isinstance(value, dict):
            flat |= {f"{name}.{key}": _plain(inner) for key, inner in value.items()}
        else:
            flat[name] = _plain(value)
    return flat


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _trials(fitted: Fitted) -> Iterator[Trial]:
    """Every ranker that competed: for the chance of an award, and for the order where one was learned."""
    for kind, trials in _tried(fitted).items():
        for number, trial in enumerate(trials, start=1):
            config = {name: _plain(value) for name, value in trial["config"].items()}
            figures = {name: value for name, value in trial.items() if isinstance(value, float)}
            yield Trial(f"{kind} {number} {config['kind']}", config, figures, trial["chosen"])


def _tried(fitted: Fitted) -> dict[str, Sequence[dict[str, Any]]]:
    return {
        "chance": fitted.report["trials"],
        "order": fitted.report.get("order", {}).get("trials", ()),
    }


def _data(fitted: Fitted) -> dict[str, str]:
    about, counts = fitted.bundle.about, fitted.report["left_out"]
    source = about.config["source"]
    return {
        "name": f"outcomes until {about.trained_until}",
        "digest": about.data[:36],
        "source": json.dumps({"kind": source["kind"], "catalogue": about.catalogue}),
        "counts": json.dumps({name: value for name, value in counts.items() if name != "unknown_grants"}),
        "columns": json.dumps(about.columns),
    }


def _tags(fitted: Fitted, version: str, by: str | None) -> dict[str, str]:
    about = fitted.bundle.about
    own = {
        "mlflow.user": by,
        "mlflow.note.content": "\n\n".join([about.config["about"], *limits_in_words(about.limits)]).strip(),
        "mlflow.source.name": f"python -m training fit {about.experiment}",
        "mlflow.source.type": "LOCAL",
        "mlflow.source.git.commit": (about.commit or "").removesuffix("+") or None,
        "mlflow.source.git.dirty": about.commit and str(about.commit.endswith("+")).lower(),
    }
    return {
        **{name: value for name, value in own.items() if value},
        "bundle": version,
        "data": about.data,
        "catalogue": about.catalogue,
        "simulated": str(about.simulated).lower(),
        "trained_until": about.trained_until.isoformat(),
    }


def _figures(fitted: Fitted) -> tuple[Figure, ...]:
    plain = [Figure(name, value) for name, value in fitted.metrics.items()]
    points = [
        (f"learning_curve{end}", one[name], int(one["pairs"]))
        for one in fitted.curve
        for end, name in (("", "value"), (".low", "low"), (".high", "high"))
    ]
    return (*plain, *(Figure(*point) for point in points))


def _write(path: Path, told: dict[str, Any]) -> None:
    path.write_text(plain_json(told, indent=1) + "\n", "utf-8")
