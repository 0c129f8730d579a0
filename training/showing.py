"""How the command line shows what goes on and what came out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from data.errors import GrantMatchError
from data.ledger import Ledger
from training.evaluate import table
from training.keeping_outcomes import Imported
from training.limits import limits_in_words
from training.prepared import Progress as Told


@contextmanager
def told_in_words(console: Console) -> Iterator[None]:
    """Turn an error of ours into its message and exit code 1."""
    try:
        yield
    except GrantMatchError as error:
        console.print(f"[bold red]{type(error).__name__}[/]", highlight=False)
        console.print(str(error), markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error


@contextmanager
def show_progress(console: Console) -> Iterator[Told]:
    """Give a function that draws a bar for each thing that is being done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield told


def plain_json(told: object, *, indent: int | None = None) -> str:
    """Write JSON that any reader takes: what is not a number is null."""
    return json.dumps(_finite(told), indent=indent, sort_keys=indent is not None, allow_nan=False)


def _finite(told: object) -> object:
    match told:
        case float() if not isfinite(told):
            return None
        case dict():
            return {name: _finite(value) for name, value in told.items()}
        case list() | tuple():
            return [_finite(value) for value in told]
    return told


def wide_console() -> Console:
    """The console for results; where it is no terminal, wide enough for a table."""
    shown = Console()
    return shown if shown.is_terminal else Console(width=130)


def show_report(figures: Mapping[str, Any], *, as_json: bool, **named: str) -> None:
    """Print a report and the names of what it is about, as tables or as one JSON object."""
    if as_json:
        print(plain_json({**figures, **named}))
        return
    shown = wide_console()
    period = figures["period"]
    said = "simulated outcomes, " if figures["simulated"] else ""
    asked = f"{figures['queries']} needs of {figures['people']} people"
    shown.print(text_table(table(figures), title=f"{said}{period['start']} to {period['end']}: {asked}"))
    error = figures["chances"]["calibration_error"]
    span = f"({error['low']:.3f} to {error['high']:.3f})"
    noise = figures["chances"]["calibration_noise"]
    told = f"calibration error {error['value']:.3f} {span} on {error['count']} decisions"
    told = (
        f"{told}; true chances would show {noise:.3f}" if error["count"] else "no chance of an award is told"
    )
    limits = limits_in_words(figures["limits"]) if figures.get("limits") else []
    lines = (*gains_in_words(figures), told, *limits)
    for line in (*lines, *(f"{name}: {value}" for name, value in named.items())):
        shown.print(line, highlight=False, soft_wrap=True)


def text_table(lines: Sequence[Sequence[str]], *, title: str) -> Table:
    """Lay out rows of text; the first row is the head."""
    shown = Table(title=title, title_justify="left")
    for place, name in enumerate(lines[0]):
        shown.add_column(name, justify="left" if place == 0 else "right", no_wrap=True)
    for line in lines[1:]:
        shown.add_row(*line)
    return shown


def gains_in_words(figures: Mapping[str, Any]) -> list[str]:
    """Say by how much the served order beats each other one, and whether that is more than chance."""
    said = []
    for other, gains in figures["gains"].items():
        for metric, found in gains.items():
            sure = "more than chance" if found["low"] > 0 or found["high"] < 0 else "may be chance"
            span = f"{found['low']:+.3f} to {found['high']:+.3f}"
            said.append(f"as served over {other}, {metric}: {found['value']:+.3f} ({span}; {sure})")
    return said


def differences_in_words(figures: Mapping[str, Any]) -> list[str]:
    """Say by how much each bundle beats the first."""
    said = []
    for found in figures["differences"]:
        gain = found["ndcg_at_10"]
        span = f"{gain['low']:+.4f} to {gain['high']:+.4f}"
        said.append(f"{found['bundle']} over {found['to']}: nDCG@10 {gain['value']:+.4f} ({span})")
    return said


def key_table(lines: Sequence[Sequence[str]]) -> Table:
    """Lay out keys with long meanings, which may run over several lines."""
    shown = Table(*lines[0], title="Keys of an experiment's file", title_justify="left")
    for line in lines[1:]:
        shown.add_row(*(Text(cell, overflow="fold") for cell in line))
    return shown


def show_imported(found: Imported) -> None:
    """Say what became of a file of outcomes: a line for each kind of row, with the first row of that kind."""
    lines = [(what, str(count), str(found.first[what])) for what, count in sorted(found.counts.items())]
    shown = wide_console()
    shown.print(text_table([("what became of it", "rows", "first row"), *lines], title=f"{found.rows} rows"))
    for line in found.notes():
        shown.print(line, highlight=False, soft_wrap=True)


def history_table(ledger: Ledger) -> Table:
    """Lay out a ledger, oldest first."""
    head = ("no.", "when", "act", "bundle", "by", "reason", "seal")
    lines = [
        (str(e.number), f"{e.at:%Y-%m-%d %H:%M}", e.act, e.bundle, e.by, e.reason, e.hash[:12])
        for e in ledger.entries
    ]
    return text_table([head, *lines], title="What was live, since when, and why")
