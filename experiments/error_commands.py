"""The studies that count errors in made worlds: of the fairness review, of the gate, of an experiment's defaults."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from experiments import default_worlds as defaults
from experiments import gate_errors as gating
from experiments import planted_gaps as gaps
from features.embedding import MiniLM
from training.showing import show_progress
from training.steps import CACHE
from training.vectors import KeptVectors

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of lines.")]
console = Console(stderr=True)


def planted_gaps(
    runs: Annotated[int, typer.Option(min=10, help="Worlds of each kind.")] = gaps.RUNS,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Whether the fairness review finds a planted gap, leaves chance alone, and how often its intervals hold."""
    with show_progress(console) as told:
        found = gaps.run(runs=runs, workers=workers, told=told)
    typer.echo(json.dumps(found) if as_json else "\n".join(gaps.in_words(found)))


def gate_errors(
    runs: Annotated[int, typer.Option(min=10, help="Draws of each kind.")] = gating.RUNS,
    as_json: AsJson = False,
) -> None:
    """How often the gate refuses true chances of an award, and lets wrong ones through."""
    with show_progress(console) as told:
        found = gating.run(runs=runs, told=told)
    typer.echo(json.dumps(found) if as_json else "\n".join(gating.in_words(found)))


def default_worlds(
    worlds: Annotated[int, typer.Option(min=1, help="Made worlds.")] = defaults.WORLDS,
    as_json: AsJson = False,
) -> None:
    """Whether an experiment with every setting at its default beats likeness alone in each of several made worlds."""
    with show_progress(console) as told:
        found = defaults.run(KeptVectors(MiniLM.load(exact=True), CACHE), worlds=worlds, told=told)
    typer.echo(json.dumps(found) if as_json else "\n".join(defaults.in_words(found)))
