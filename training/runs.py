"""A run as a plain folder: what was tried and what came out, whole before any tracking server hears of it.

RUN/run.json       parameters, figures, tags
RUN/sent.json      where it was sent; absent while the tracking server has not taken it
RUN/bundle/        the bundle; the other files and folders are reports and plots
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any, Final

from data.errors import GrantMatchError

EXPERIMENT: Final = "experiment.json"
"""The experiment as it was run, with all of its defaults."""


class BadRun(GrantMatchError):
    """A run's folder that cannot be read."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number; `step` counts outcomes in a learning curve and is 0 elsewhere."""

    name: str
    value: float
    step: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """One of the rankers that competed, with its parameters and what it reached on later needs or in folds."""

    name: str
    params: dict[str, str]
    figures: dict[str, float]
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """What was tried, with which data and code, and what came out."""

    name: str
    experiment: str
    started: datetime
    folder: Path
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    trials: tuple[Trial, ...] = ()
    """The rankers that competed."""
    data: dict[str, str] = field(default_factory=dict)
    """From what it was learned: name, digest, source, and counts; never a text of a need."""

    @property
    def bundle(self) -> Path:
        """Where the run's bundle lies."""
        return self.folder / "bundle"


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a run went: the tracking server, its id there and the registered version of its bundle."""

    uri: str
    run_id: str
    version: str
    experiment_id: str = ""


def save_run(run: Run) -> None:
    """Write run.json into the run's folder; figures that are not finite are left out."""
    run.folder.mkdir(parents=True, exist_ok=True)
    raw: dict[str, Any] = {
        **{name: getattr(run, name) for name in ("name", "experiment", "params", "tags", "data")},
        "trials": [asdict(replace(trial, figures=_finite(trial.figures))) for trial in run.trials],
        "started": run.started.isoformat(),
        "figures": [asdict(figure) for figure in run.figures if isfinite(figure.value)],
    }
    _write(run.folder / "run.json", raw)


def _finite(figures: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in figures.items() if isfinite(value)}


def read_run(folder: Path) -> Run:
    """Read a run's folder. Raises BadRun where run.json is missing or not as `save_run` writes it."""
    try:
        raw = json.loads((folder / "run.json").read_text("utf-8"))
        figures = tuple(Figure(**figure) for figure in raw.pop("figures"))
        trials = tuple(Trial(**trial) for trial in raw.pop("trials", ()))
        raw["started"] = datetime.fromisoformat(raw["started"])
        return Run(**raw, figures=figures, trials=trials, folder=folder)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadRun(f"{folder}: no run can be read here ({error})") from error


def mark_sent(run: Run, sent: Sent) -> None:
    """Note where a run went, so that it is not sent there twice."""
    _write(run.folder / "sent.json", asdict(sent))


def where_sent(run: Run) -> Sent | None:
    """Where a run went; None while no tracking server has taken it."""
    path = run.folder / "sent.json"
    return Sent(**json.loads(path.read_text("utf-8"))) if path.exists() else None


def all_runs(folder: Path) -> Iterator[Run]:
    """Yield the runs kept in a folder, oldest name first."""
    for path in sorted(folder.glob("*/run.json")):
        yield read_run(path.parent)


def _write(path: Path, raw: dict[str, Any]) -> None:
    path.write_text(json.dumps(raw, indent=1, sort_keys=True, allow_nan=False) + "\n", "utf-8")
