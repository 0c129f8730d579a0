"""The studies of time and memory: judging, explaining, ranking over HTTP and in bulk, pairs, a store, a register."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from experiments import judge_speed as speed
from experiments import latency as timed
from experiments import outcome_store as stored
from experiments import page_speed as page
from experiments import pair_tables as tables
from experiments import rank_speed as bulk
from experiments import register_cost as registered
from experiments.questions import CHAMPION
from features.embedding import MiniLM
from training.showing import show_progress

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]
Keep = Annotated[bool, typer.Option(help="Append the figures to experiments/RESULTS.md.")]
console = Console(stderr=True)


def pair_tables(
    pairs: Annotated[str, typer.Option(help="Sizes, with commas.")] = "10000,100000,1000000",
    as_json: AsJson = False,
    keep: Keep = True,
) -> None:
    """How long pair tables and fits of growing size take, and how much memory."""
    with console.status("") as status:
        found = tables.run(MiniLM.load(), [int(size) for size in pairs.split(",")], told=status.update)
    tables.show(found, as_json=as_json)
    if keep:
        tables.keep(found, on=date.today())


def outcome_store(
    outcomes: Annotated[str, typer.Option(help="Sizes, with commas.")] = "100000,1000000",
    store: Annotated[
        str | None,
        typer.Option(
            help="An empty store, such as postgresql+psycopg://HOST/outcomes_{size}; SQLite, for a while, without it."
        ),
    ] = None,
    beside: Annotated[
        str, typer.Option(help="What else ran on the machine, for the results.")
    ] = "what else ran was not noted",
    as_json: AsJson = False,
    keep: Keep = True,
) -> None:
    """How long outcomes take to import, read back and export, and how much memory; extrapolated to ten million."""
    with console.status("") as status:
        found = stored.run([int(size) for size in outcomes.split(",")], store=store, told=status.update)
    stored.show(found, as_json=as_json)
    if keep:
        kind = "SQLite" if store is None or store.startswith("sqlite") else "PostgreSQL"
        stored.keep(found, on=date.today(), store=kind, beside=beside)


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
    with console.status("") as status:
        sizes = [*(int(size) for size in grants.split(",") if size), *(more or ())] or speed.SIZES
        timings = speed.run(sizes, peers=peers, told=status.update)
    speed.show(timings, as_json=as_json)


def page_speed(
    people: Annotated[int, typer.Option(min=1, help="How many people of each kind.")] = 40,
    as_json: AsJson = False,
) -> None:
    """How long explaining a page of ten real grants takes: findings, reasons, what is missing, the next question."""
    page.show(page.run(people), as_json=as_json)


def register_cost(
    charities: Annotated[int, typer.Option(min=0, help="Charities to import; 0 for none.")] = 170_000,
    entries: Annotated[
        int, typer.Option(min=0, help="Entries beside the sample; 0 for none.")
    ] = registered.ENTRIES,
    bundle: Annotated[Path, typer.Option(help="The bundle that orders the lists.")] = CHAMPION,
    as_json: AsJson = False,
) -> None:
    """What a register costs to import and in a request, and whether it moves a reviewed list; all simulated."""
    with console.status("") as status:
        imported = registered.import_twice(charities, status.update) if charities else None
        served = registered.serve(bundle, MiniLM.load(), entries, status.update) if entries else None
    registered.show(imported, served, as_json=as_json)


def latency(
    bundle: Annotated[Path, typer.Option(help="The bundle that orders the lists.")] = CHAMPION,
    requests: Annotated[int, typer.Option(min=10, help="Requests of each kind.")] = timed.REQUESTS,
    sizes: Annotated[str, typer.Option(help="Candidates, with commas.")] = "300,2000,22000",
    beside: Annotated[
        str, typer.Option(help="What else ran on the machine, for the results.")
    ] = "what else ran was not noted",
    as_json: AsJson = False,
    keep: Keep = True,
) -> None:
    """How long rankings take over HTTP, beside a bare endpoint and what somebody writes with the usual libraries."""
    with show_progress(console) as told:
        times, starts = timed.run(bundle, requests, [int(size) for size in sizes.split(",")], told)
    timed.show(times, starts, as_json=as_json)
    if keep:
        timed.keep(times, starts, on=date.today(), beside=beside)


def rank_speed(
    bundle: Annotated[Path, typer.Option(help="The bundle that orders the lists.")] = CHAMPION,
    workers: Annotated[str, typer.Option(help="Processes, with commas.")] = "1,2",
    as_json: AsJson = False,
) -> None:
    """How many applicants a second are ranked at once, with needs that are new and needs that were seen before."""
    with console.status("") as status:
        found = bulk.run(bundle, tuple(int(one) for one in workers.split(",")), status.update)
    bulk.show(found, as_json=as_json)
