"""The command line of the studies: `python -m experiments NAME --data FOLDER [--test FILE] [--json]`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.errors import GrantMatchError
from experiments import discretionary as decided
from experiments import exposure_floors as floors
from experiments import findable as sought
from experiments import funding_outcomes as funding
from experiments import helpful_order as helpful
from experiments import letor as graded
from experiments import need_purposes as purposes
from experiments import need_to_rule as rules
from experiments import nothing_hidden as hidden
from experiments import past_awards as awards
from experiments import qualifying as chances
from experiments import questions as asking
from experiments import reading as readable
from experiments import register_reading as register
from experiments import rolling_origins as origins
from experiments import simulated_world as world
from experiments.error_commands import default_worlds, gate_errors, planted_gaps
from experiments.report import Report
from experiments.speed_commands import (
    judge_speed,
    latency,
    outcome_store,
    page_speed,
    pair_tables,
    rank_speed,
    register_cost,
)
from features.embedding import CachedEmbedder, MiniLM
from training.config import MORE_NEEDS, NEEDS
from training.graded_order import read_needs
from training.showing import show_progress
from training.steps import CACHE
from training.vectors import KeptVectors

console = Console(stderr=True)
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in (
    planted_gaps, gate_errors, default_worlds,
    judge_speed, page_speed, latency, rank_speed, pair_tables, outcome_store, register_cost,
):  # fmt: skip
    app.command(command.__name__)(command)

Data = Annotated[
    Path, typer.Option(help="Folder of the data that the study reads.", exists=True, file_okay=False)
]
Test = Annotated[
    Path | None, typer.Option(help="Measure on this later file after training on all of --data.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]
Keep = Annotated[bool, typer.Option(help="Append the figures to experiments/RESULTS.md.")]


@app.callback()
def studies() -> None:
    """Measure the product on real and made data; every study prints baselines and ours in one table."""


@app.command("past_awards")
def past_awards(data: Data, test: Test = None, as_json: AsJson = False, keep: Keep = True) -> None:
    """Which programme of five UK funders paid, from a cleaned description, a place and an amount."""
    with show_progress(console) as told:
        report = awards.run(data, MiniLM.load(), test=test, told=told)
    _finish(report, as_json=as_json, keep=keep)


@app.command("past_awards_origins")
def past_awards_origins(data: Data, as_json: AsJson = False, keep: Keep = True) -> None:
    """The same at five origins in time, with gaps of 0, 3 and 6 months before what is measured."""
    with show_progress(console) as told:
        report = origins.run(data, KeptVectors(MiniLM.load(), CACHE), told=told)
    _finish(report, as_json=as_json, keep=keep)


@app.command("simulated_world")
def simulated_world(
    people: Annotated[int, typer.Option(min=200, help="How many people the world has.")] = 4000,
    seed: Annotated[int, typer.Option(help="Which world.")] = 7,
    as_json: AsJson = False,
    keep: Keep = True,
) -> None:
    """Learning against both baselines where the truth is known, and where decisions were shuffled."""
    with show_progress(console) as told:
        report = world.run(MiniLM.load(), people=people, seed=seed, told=told)
    _finish(report, as_json=as_json, keep=keep)


@app.command("need_purposes")
def need_purposes(
    needs: Annotated[Path, typer.Option(help="Labelled needs.", exists=True, dir_okay=False)] = NEEDS,
    test: Annotated[
        Path | None, typer.Option(help="Measure on this file after learning from all needs.", exists=True)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Whether purposes and reasons are told rightly from words, on needs that were not learned from."""
    apart = () if test is None else read_needs(test)
    embedder = KeptVectors(MiniLM.load(exact=True), CACHE)
    beside = read_needs(MORE_NEEDS) if needs == NEEDS else ()
    with console.status("learning what needs are about"):
        found = purposes.run(read_needs(needs), embedder, test=apart, beside=beside)
    purposes.show(found, as_json=as_json)


@app.command("findable")
def findable(
    bundle: Annotated[Path, typer.Option(help="The bundle that orders the lists.")] = asking.CHAMPION,
    as_json: AsJson = False,
) -> None:
    """Whether people find the grant that is meant for them among the first, by needs written for one grant each."""
    with console.status("") as status:
        found = sought.run(bundle, told=status.update)
    sought.show(found, as_json=as_json)


@app.command("need_to_rule")
def need_to_rule(data: Data, test: Test = None, as_json: AsJson = False, keep: Keep = True) -> None:
    """Which of hundreds of rules of benefits a person's question and situation are about."""
    with show_progress(console) as told:
        report = rules.run(data, MiniLM.load(), test=test, told=told)
    _finish(report, as_json=as_json, keep=keep)


@app.command("funding_outcomes")
def funding_outcomes(data: Data, as_json: AsJson = False, keep: Keep = True) -> None:
    """Which classroom projects go unfunded a year later, with differences by group."""
    with show_progress(console) as told:
        report = funding.run(data, told=told)
    _finish(report, as_json=as_json, keep=keep)


@app.command("letor")
def letor(data: Data, test: Test = None, as_json: AsJson = False, keep: Keep = True) -> None:
    """Any set of graded documents in svmlight form, against LightGBM's own example."""
    with show_progress(console) as told:
        report = graded.run(data, test=test, told=told)
    _finish(report, as_json=as_json, keep=keep)


@app.command("helpful_order")
def helpful_order(
    data: Data,
    test: Annotated[
        Path | None, typer.Option(help="Measure what ships on this folder of the same form instead.")
    ] = None,
    as_json: AsJson = False,
    keep: Keep = True,
) -> None:
    """Whether the first ten grants help, on situations that were graded over the whole catalogue."""
    with show_progress(console) as told:
        report = helpful.run(data, KeptVectors(MiniLM.load(exact=True), CACHE), test=test, told=told)
    _finish(report, as_json=as_json, keep=keep)


@app.command("nothing_hidden")
def nothing_hidden(
    people: Annotated[int, typer.Option(min=1, help="How many people.")] = hidden.PEOPLE,
    as_json: AsJson = False,
) -> None:
    """Whether anybody who tells only a part is shown less than they may have; exit 1 if a grant is hidden."""
    with console.status("") as status:
        found = hidden.run(people, told=status.update)
    hidden.show(found, as_json=as_json)
    raise typer.Exit(1 if found.hidden or found.false_promises else 0)


@app.command("reading")
def reading(
    people: Annotated[int, typer.Option(min=1, help="How many people.")] = 300,
) -> None:
    """At which school grade the sentences that people are told are read."""
    typer.echo(json.dumps(readable.run(people), ensure_ascii=False, indent=2))


@app.command("qualifying")
def qualifying(
    data: Data,
    people: Annotated[int, typer.Option(min=100, help="How many people.")] = chances.PEOPLE,
    seed: Annotated[int, typer.Option(help="Which people.")] = chances.SEED,
    as_json: AsJson = False,
) -> None:
    """Whether the chance of qualifying is right for simulated people who tell a part, and how long it takes."""
    with console.status("") as status:
        found = chances.run(data, people, seed=seed, told=status.update)
    chances.show(found, as_json=as_json)


@app.command("questions")
def questions(
    data: Annotated[
        Path, typer.Option(help="Folder of the collected base rates.", exists=True, file_okay=False)
    ] = asking.RATES,
    bundle: Annotated[Path, typer.Option(help="The bundle that orders the lists.")] = asking.CHAMPION,
    people: Annotated[int, typer.Option(min=1, help="How many people.")] = asking.PEOPLE,
    seed: Annotated[int, typer.Option(help="Which people.")] = asking.SEED,
    as_json: AsJson = False,
) -> None:
    """How many questions it takes until the list is as it would be with everything answered."""
    with console.status("") as status:
        found = asking.run(data, bundle, CachedEmbedder(MiniLM.load()), people, seed=seed, told=status.update)
    asking.show(found, as_json=as_json)


@app.command("discretionary")
def discretionary(
    data: Annotated[
        Path, typer.Option(help="Folder of the collected base rates.", exists=True, file_okay=False)
    ] = asking.RATES,
    people: Annotated[int, typer.Option(min=1, help="How many people.")] = decided.PEOPLE,
    as_json: AsJson = False,
) -> None:
    """How many grants somebody who answered everything is told that the fund alone decides."""
    with console.status("") as status:
        found = decided.run(data, people, told=status.update)
    decided.show(found, as_json=as_json)


@app.command("register_reading")
def register_reading(
    data: Annotated[Path, typer.Option(help="Folder of ukcat.", exists=True, file_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Whether areas and purposes are read rightly from charities' own words, against 300 graded ones."""
    register.show(register.run(data), as_json=as_json)


@app.command("exposure_floors")
def exposure_floors(
    bundle: Annotated[Path, typer.Option(help="The bundle that orders the lists.")] = asking.CHAMPION,
    people: Annotated[int, typer.Option(min=20, help="Made-up people.")] = floors.PEOPLE,
    kind: Annotated[str, typer.Option(help="Bands: funder, region, listing.")] = "funder",
    as_json: AsJson = False,
) -> None:
    """What floors of attention change for funders and for people, and how much of the judged order they leave."""
    with show_progress(console) as told:
        found = floors.run(bundle, people, kind=kind, on=asking.ON, told=told)
    floors.show(found, as_json=as_json)
    raise typer.Exit(1 if found["refused"] else 0)


def _finish(report: Report, *, as_json: bool, keep: bool) -> None:
    report.show(as_json=as_json)
    if keep:
        report.keep(on=date.today())


def main() -> None:
    """Run the command line; what is wrong with files is told in words."""
    try:
        app()
    except GrantMatchError as error:
        console.print(str(error), style="red", markup=False)
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
