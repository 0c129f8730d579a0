"""The command line of the studies: `python -m experiments NAME --data FOLDER [--test FILE] [--json]`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from data.errors import GrantMatchError
from experiments import discretionary as decided
from experiments import exposure_floors as floors
from experiments import funding_outcomes as funding
from experiments import helpful_order as helpful
from experiments import judge_speed as speed
from experiments import latency as timed
from experiments import letor as graded
from experiments import need_to_rule as rules
from experiments import nothing_hidden as hidden
from experiments import page_speed as page
from experiments import pair_tables as tables
from experiments import past_awards as awards
from experiments import qualifying as chances
from experiments import questions as asking
from experiments import reading as readable
from experiments import register_cost as registered
from experiments import register_reading as register
from experiments import rolling_origins as origins
from experiments import simulated_world as world
from experiments.error_commands import default_worlds, gate_errors, planted_gaps
from experiments.report import Report
from features.embedding import CachedEmbedder, MiniLM
from training.steps import CACHE
from training.vectors import KeptVectors

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in (planted_gaps, gate_errors, default_worlds):
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
    with _told() as told:
        report = awards.run(data, MiniLM.load(), test=test, told=told)
    _finish(report, as_json=as_json, keep=keep)


@app.command("past_awards_origins")
def past_awards_origins(data: Data, as_json: AsJson = False, keep: Keep = True) -> None:
    """The same at five origins in time, with gaps of 0, 3 and 6 months before what is measured."""
    with _told() as told:
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
    with _told() as told:
        report = world.run(MiniLM.load(), people=people, seed=seed, told=told)
    _finish(report, as_json=as_json, keep=keep)


@app.command("need_to_rule")
def need_to_rule(data: Data, test: Test = None, as_json: AsJson = False, keep: Keep = True) -> None:
    """Which of hundreds of rules of benefits a person's question and situation are about."""
    with _told() as told:
        report = rules.run(data, MiniLM.load(), test=test, told=told)
    _finish(report, as_json=as_json, keep=keep)


@app.command("funding_outcomes")
def funding_outcomes(data: Data, as_json: AsJson = False, keep: Keep = True) -> None:
    """Which classroom projects go unfunded a year later, with differences by group."""
    with _told() as told:
        report = funding.run(data, told=told)
    _finish(report, as_json=as_json, keep=keep)


@app.command("letor")
def letor(data: Data, test: Test = None, as_json: AsJson = False, keep: Keep = True) -> None:
    """Any set of graded documents in svmlight form, against LightGBM's own example."""
    with _told() as told:
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
    with _told() as told:
        report = helpful.run(data, KeptVectors(MiniLM.load(exact=True), CACHE), test=test, told=told)
    _finish(report, as_json=as_json, keep=keep)


@app.command("pair_tables")
def pair_tables(
    pairs: Annotated[str, typer.Option(help="Sizes, with commas.")] = "10000,100000,1000000",
    as_json: AsJson = False,
    keep: Keep = True,
) -> None:
    """How long pair tables and fits of growing size take, and how much memory."""
    with Console(stderr=True).status("") as status:
        found = tables.run(MiniLM.load(), [int(size) for size in pairs.split(",")], told=status.update)
    tables.show(found, as_json=as_json)
    if keep:
        tables.keep(found, on=date.today())


@app.command("judge_speed")
def judge_speed(
    more: Annotated[
        list[int] | None, typer.Argument(help="Sizes of the catalogues.", metavar="[N]...")
    ] = None,
    grants: Annotated[
        str,
        typer.Option(
            help="The same, with commas or blanks.", metavar="N...", show_default="2000,100000,1000000"
        ),
    ] = "",
    peers: Annotated[
        bool, typer.Option(help="Time other rule engines too, where they are installed.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """How long judging whole simulated catalogues takes, beside other rule engines on the same machine."""
    with Console(stderr=True).status("") as status:
        sizes = [*(int(size) for size in grants.split(",") if size), *(more or ())] or speed.SIZES
        timings = speed.run(sizes, peers=peers, told=status.update)
    speed.show(timings, as_json=as_json)


@app.command("page_speed")
def page_speed(
    people: Annotated[int, typer.Option(min=1, help="How many people of each kind.")] = 40,
    as_json: AsJson = False,
) -> None:
    """How long explaining a page of ten real grants takes: findings, reasons, what is missing, the next question."""
    page.show(page.run(people), as_json=as_json)


@app.command("nothing_hidden")
def nothing_hidden(
    people: Annotated[int, typer.Option(min=1, help="How many people.")] = hidden.PEOPLE,
    as_json: AsJson = False,
) -> None:
    """Whether anybody who tells only a part is shown less than they may have; exit 1 if a grant is hidden."""
    with Console(stderr=True).status("") as status:
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
    with Console(stderr=True).status("") as status:
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
    with Console(stderr=True).status("") as status:
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
    with Console(stderr=True).status("") as status:
        found = decided.run(data, people, told=status.update)
    decided.show(found, as_json=as_json)


@app.command("register_reading")
def register_reading(
    data: Annotated[Path, typer.Option(help="Folder of ukcat.", exists=True, file_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Whether areas and purposes are read rightly from charities' own words, against 300 graded ones."""
    register.show(register.run(data), as_json=as_json)


@app.command("register_cost")
def register_cost(
    charities: Annotated[int, typer.Option(min=0, help="Charities to import; 0 for none.")] = 170_000,
    entries: Annotated[
        int, typer.Option(min=0, help="Entries beside the sample; 0 for none.")
    ] = registered.ENTRIES,
    bundle: Annotated[Path, typer.Option(help="The bundle that orders the lists.")] = asking.CHAMPION,
    as_json: AsJson = False,
) -> None:
    """What a register costs to import and in a request, and whether it moves a reviewed list; all simulated."""
    with Console(stderr=True).status("") as status:
        imported = registered.import_twice(charities, status.update) if charities else None
        served = registered.serve(bundle, MiniLM.load(), entries, status.update) if entries else None
    registered.show(imported, served, as_json=as_json)


@app.command("latency")
def latency(
    bundle: Annotated[Path, typer.Option(help="The bundle that orders the lists.")] = asking.CHAMPION,
    requests: Annotated[int, typer.Option(min=10, help="Requests of each kind.")] = timed.REQUESTS,
    sizes: Annotated[str, typer.Option(help="Candidates, with commas.")] = "300,2000,22000",
    beside: Annotated[
        str, typer.Option(help="What else ran on the machine, for the results.")
    ] = "what else ran was not noted",
    as_json: AsJson = False,
    keep: Keep = True,
) -> None:
    """How long rankings take over HTTP, beside a bare endpoint and what somebody writes with the usual libraries."""
    with _told() as told:
        times, starts = timed.run(bundle, requests, [int(size) for size in sizes.split(",")], told)
    timed.show(times, starts, as_json=as_json)
    if keep:
        timed.keep(times, starts, on=date.today(), beside=beside)


@app.command("exposure_floors")
def exposure_floors(
    bundle: Annotated[Path, typer.Option(help="The bundle that orders the lists.")] = asking.CHAMPION,
    people: Annotated[int, typer.Option(min=20, help="Made-up people.")] = floors.PEOPLE,
    kind: Annotated[str, typer.Option(help="Bands: funder, region, listing.")] = "funder",
    as_json: AsJson = False,
) -> None:
    """What floors of attention change for funders and for people, and how much of the judged order they leave."""
    with _told() as told:
        found = floors.run(bundle, people, kind=kind, on=asking.ON, told=told)
    floors.show(found, as_json=as_json)
    raise typer.Exit(1 if found["refused"] else 0)


def _finish(report: Report, *, as_json: bool, keep: bool) -> None:
    report.show(as_json=as_json)
    if keep:
        report.keep(on=date.today())


@contextmanager
def _told() -> Iterator[awards.Told]:
    """Show progress on standard error, so that standard output stays clean."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield told


def main() -> None:
    """Run the command line; what is wrong with files is told in words."""
    try:
        app()
    except GrantMatchError as error:
        Console(stderr=True).print(str(error), style="red", markup=False)
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
