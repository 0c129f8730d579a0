"""The data scientist's command line: `python -m training fit|evaluate|compare|promote|rollback|history|sync`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.errors import GrantMatchError
from models.bundle import load
from training.compare import compare_bundles, evaluate_bundle, relative_difference
from training.config import read_experiment
from training.evaluate import table
from training.fit import Prepared
from training.promotion import Decision, Home, gate
from training.promotion import promote as let_through
from training.promotion import rollback as go_back
from training.runs import Run
from training.showing import history_table, show_progress, show_report, text_table, wide_console
from training.split import Period
from training.steps import Bench, experiment_of, load_named, tracker
from training.steps import run as run_experiment

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="From past outcomes to a measured, promoted bundle."
)
console = Console(stderr=True)

Store = Annotated[str | None, typer.Option("--store", envvar="GRANTS_STORE", help="Address of the store.")]
Runs = Annotated[Path, typer.Option(help="Folder in which runs are kept.")]
Bundles = Annotated[Path, typer.Option(help="Folder of the bundles, the champion and the ledger.")]
Day = Annotated[str | None, typer.Option("--on", help="The day taken as today, YYYY-MM-DD.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
By = Annotated[str, typer.Option(envvar="GRANTS_BY", help="Who decides; by default who is logged in.")]
Why = Annotated[str, typer.Option(help="Why, in a sentence; it is kept for good.")]
Waived = Annotated[
    str | None, typer.Option(help="Why there is no signed fairness review; for demonstrations only.")
]
Named = Annotated[str, typer.Argument(help="A bundle: its folder, its run, its version, or latest.")]
RUNS, BUNDLES = Path("var/runs"), Path("bundles")


@app.callback()
def _main() -> None:
    """From past outcomes to a measured, promoted bundle."""


@app.command()
def fit(  # noqa: PLR0913 - one for each option
    experiment: Annotated[Path, typer.Argument(help="The experiment's TOML file.")],
    promote: Annotated[bool, typer.Option("--promote", help="Bring it to the gate as well.")] = False,
    by: By = "",
    reason: Why = "",
    without_review: Waived = None,
    store: Store = None,
    runs: Runs = RUNS,
    bundles: Bundles = BUNDLES,
    on: Day = None,
    as_json: AsJson = False,
) -> None:
    """Fit an experiment: one run, one MLflow entry, one bundle."""
    with told_in_words(), show_progress(console) as progress:
        bench = Bench(_day(on), store, progress=progress)
        kept, fitted = run_experiment(read_experiment(experiment), bench, runs, started=datetime.now(UTC))
    show_report(fitted.report, as_json=as_json, run=kept.name, bundle=fitted.bundle.version)
    _send(kept)
    if promote:
        with told_in_words():
            _promote(kept.bundle, Home(bundles), _decision(by, reason, without_review), store)


@app.command()
def evaluate(
    bundle: Named = "latest",
    start: Annotated[str | None, typer.Option("--from", help="First day, YYYY-MM-DD.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day, YYYY-MM-DD.")] = None,
    store: Store = None,
    runs: Runs = RUNS,
    bundles: Bundles = BUNDLES,
    as_json: AsJson = False,
) -> None:
    """Measure a bundle again on a period; by default the test period of its experiment."""
    with told_in_words(), show_progress(console) as progress:
        _, loaded = load_named(bundle, runs, bundles)
        prepared, _ = Bench(_day(None), store, progress=progress).open(experiment_of(loaded))
        figures = evaluate_bundle(loaded, prepared, _period(prepared, start, end))
    show_report(figures, as_json=as_json, bundle=loaded.version)


@app.command()
def compare(
    named: Annotated[list[str], typer.Argument(help="Two bundles or more; the first is the yardstick.")],
    store: Store = None,
    runs: Runs = RUNS,
    bundles: Bundles = BUNDLES,
    as_json: AsJson = False,
) -> None:
    """Measure bundles on the same people and days: the test period of the first one's experiment."""
    with told_in_words(), show_progress(console) as progress:
        loaded = [load_named(name, runs, bundles)[1] for name in named]
        prepared, _ = Bench(_day(None), store, progress=progress).open(experiment_of(loaded[0]))
        figures = compare_bundles(loaded, prepared, prepared.periods.test)
    if as_json:
        typer.echo(json.dumps(figures))
        return
    wide_console().print(text_table(table(figures), title=f"{figures['queries']} needs"))
    for found in figures["differences"]:
        gain = found["ndcg_at_10"]
        span = f"{gain['low']:+.4f} to {gain['high']:+.4f}"
        wide_console().print(f"{found['bundle']} over {found['to']}: nDCG@10 {gain['value']:+.4f} ({span})")


@app.command()
def promote(
    bundle: Named = "latest",
    by: By = "",
    reason: Why = "",
    without_review: Waived = None,
    store: Store = None,
    runs: Runs = RUNS,
    bundles: Bundles = BUNDLES,
) -> None:
    """Let a bundle through the gate and make it the champion; refused with every reason."""
    with told_in_words():
        folder, _ = load_named(bundle, runs, bundles)
        _promote(folder, Home(bundles), _decision(by, reason, without_review), store)


@app.command()
def rollback(
    by: By = "",
    reason: Why = "",
    to: Annotated[
        str | None, typer.Option(help="A version; by default the champion before this one.")
    ] = None,
    bundles: Bundles = BUNDLES,
) -> None:
    """Make an earlier champion live again; the ledger says who and why."""
    with told_in_words():
        entry = go_back(Home(bundles), _decision(by, reason, None), to=to)
    console.print(f"{entry.bundle} is live again")
    _alias(entry.bundle)


@app.command()
def history(bundles: Bundles = BUNDLES, on: Day = None, as_json: AsJson = False) -> None:
    """Show the ledger, checked; with --on, what was live at the end of that day."""
    with told_in_words():
        ledger = Home(bundles).ledger()
    if on is not None:
        entry = ledger.live(on=_day(on))
        typer.echo(json.dumps(entry.as_dict() if entry else None))
    elif as_json:
        typer.echo(json.dumps([entry.as_dict() for entry in ledger.entries]))
    else:
        wide_console().print(history_table(ledger))


@app.command()
def sync(runs: Runs = RUNS, bundles: Bundles = BUNDLES) -> None:
    """Send the runs that no tracking server has taken yet, and set the alias champion as the ledger has it."""
    from training.tracking import sync as send_all

    with told_in_words():
        server = tracker(os.environ.get("MLFLOW_TRACKING_URI"))
        sent = send_all(runs, server)
        live = Home(bundles).ledger().live(on=_day(None))
        if live is not None:
            server.make_champion(live.bundle)
    console.print(f"{len(sent)} runs sent to {server.shown}")


@contextmanager
def told_in_words() -> Iterator[None]:
    """Turn an error of ours into its message and exit code 1."""
    try:
        yield
    except (GrantMatchError, ValueError) as error:
        console.print(f"[bold red]{type(error).__name__}[/]", highlight=False)
        console.print(str(error), markup=False, highlight=False)
        raise typer.Exit(1) from error


def _day(told: str | None) -> date:
    return datetime.now(UTC).date() if told is None else date.fromisoformat(told)


def _period(prepared: Prepared, start: str | None, end: str | None) -> Period:
    test = prepared.periods.test
    last = test.end if end is None else _day(end) + timedelta(days=1)
    settle = test.settle_days if end is None else 0
    return Period("named", test.start if start is None else _day(start), last, settle)


def _decision(by: str, reason: str, without_review: str | None) -> Decision:
    return Decision(by or getuser(), reason or without_review or "", datetime.now(UTC), without_review)


def _promote(folder: Path, home: Home, decision: Decision, store: str | None) -> None:
    today = decision.at.date()
    candidate, champion = load(folder), home.live()
    difference = None
    if champion is not None and champion.version != candidate.version:
        with show_progress(console) as progress:
            prepared, _ = Bench(today, store, progress=progress).open(experiment_of(candidate))
            difference = relative_difference(candidate, champion, prepared)
    checks = gate(
        candidate,
        difference=difference,
        ledger=home.ledger(),
        today=today,
        without_review=decision.without_review,
    )
    for check in checks:
        console.print(str(check), style=None if check.passed else "bold red", highlight=False)
    entry = let_through(folder, home, checks, decision)
    console.print(f"{entry.bundle} is live since {entry.at:%Y-%m-%d %H:%M}; read from {home.champion}")
    _alias(entry.bundle)


def _send(run: Run) -> None:
    """Send a run; where the tracking server is away, say so and keep it for `sync`."""
    try:
        sent = tracker(os.environ.get("MLFLOW_TRACKING_URI")).send(run)
    except GrantMatchError as away:
        console.print(
            f"not sent: {away}\nit waits in {run.folder}; `python -m training sync` sends it", markup=False
        )
        return
    console.print(f"MLflow run {sent.run_id}, registered as version {sent.version}", highlight=False)


def _alias(version: str) -> None:
    try:
        moved = tracker(os.environ.get("MLFLOW_TRACKING_URI")).make_champion(version)
    except GrantMatchError as away:
        console.print(f"the alias was not moved: {away}\n`python -m training sync` moves it", markup=False)
        return
    if moved is None:
        console.print("this bundle was never sent to MLflow, so its alias was not moved", highlight=False)


if __name__ == "__main__":
    app()
