"""The commands that work through many rows: rank applicants, import outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer
from rich.console import Console

from data.clock import today_in_london
from data.errors import BadExperiment
from models.rankers.bundle import load
from training.config import read_experiment
from training.engines import ArrowTask, mapped
from training.importing import read_mapping
from training.keeping_outcomes import imported
from training.keys import as_markdown, keys_of
from training.many import check_questions, read_questions
from training.opening import Ranking
from training.options import BUNDLES, NAMED, RUNS, AsJson, Bundles, Day, Runs, Store
from training.pair_table import Describing, write_whole
from training.showing import key_table, plain_json, show_imported, show_progress, told_in_words, wide_console
from training.source import catalogue_of
from training.steps import Bench, bundle_folder, experiment_of

console = Console(stderr=True)


class Engine(StrEnum):
    """What works on the batches."""

    PLAIN = "plain"
    RAY = "ray"


Engines = Annotated[Engine, typer.Option("--engine", help="plain: processes of this machine; ray: Ray Data.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes; each loads the model once.")]
Address = Annotated[
    str | None,
    typer.Option("--address", help="A Ray cluster's, HOST:6379; by default Ray starts on this machine."),
]


def rank(  # noqa: PLR0913 - one for each option
    questions: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="JSON lines: id, applicant, need, and on (a day) if not today."
        ),
    ],
    out: Annotated[Path, typer.Argument(help="Parquet file to write: a row for each place of each list.")],
    bundle: Annotated[str, typer.Option("--bundle", help=f"Which bundle: {NAMED}.")] = "champion",
    most: Annotated[int, typer.Option(min=1, help="Places of each list.")] = 10,
    workers: Workers = 1,
    engine: Engines = Engine.PLAIN,
    address: Address = None,
    on: Day = None,
    runs: Runs = RUNS,
    bundles: Bundles = BUNDLES,
) -> None:
    """Rank the grants of many applicants with a bundle and the catalogue of its experiment; all lists in one file."""
    with told_in_words(console):
        folder = bundle_folder(bundle, runs, bundles).resolve()
        loaded, today = load(folder), today_in_london() if on is None else on.date()
        catalogue = catalogue_of(experiment_of(loaded).catalogue)
        if catalogue.digest != loaded.about.catalogue:
            _say("The catalogue is not as it was when the bundle was learned: it is ranked as it is now.")
        total = check_questions(questions, catalogue)
        with show_progress(console) as progress:
            asked, task = read_questions(questions, today=today), Ranking(folder, most, today)
            lists = _worked_on(asked, task, engine, workers, address)
            rows = write_whole(_counted(lists, lambda done: progress("ranked", done, total)), out)
    _say(f"{rows} places of {total} lists in {out}")


def tables(
    experiment: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The experiment's TOML.")],
    out: Annotated[
        Path, typer.Argument(help="Parquet file to write: a row for each pair of a need and a grant.")
    ],
    workers: Workers = 1,
    engine: Engines = Engine.PLAIN,
    address: Address = None,
    store: Store = None,
    on: Day = None,
) -> None:
    """Write the table of pairs that an experiment learns from, every column as known on the day of the need."""
    with told_in_words(console), show_progress(console) as progress:
        today = today_in_london() if on is None else on.date()
        prepared, _ = Bench(today, store, progress=progress).open(read_experiment(experiment))
        total = sum(batch.num_rows for batch in prepared.asked)
        pairs = _worked_on(prepared.asked, Describing(prepared.builder.describe), engine, workers, address)
        rows = write_whole(_shown(pairs, lambda done: progress("pairs", done, total)), out)
    _say(f"{rows} pairs in {out}")


def import_outcomes(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The export: CSV or Parquet.")],
    mapping: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, help="Which column is what, in TOML; see docs/retraining.md."
        ),
    ],
    store: Store = None,
    receipts: Annotated[
        Path | None,
        typer.Option(help="Write here what became of every row: CSV of row, application, receipt."),
    ] = None,
    on: Day = None,
    as_json: AsJson = False,
) -> None:
    """Bring past applications and decisions into the store; a row that cannot be used is left out under its reason.

    The same file again changes nothing.
    """
    with told_in_words(console):
        if store is None:
            raise BadExperiment(
                "name the store to keep outcomes in with --store, such as sqlite:///grants.db"
            )
        with show_progress(console) as progress:
            found = imported(
                file,
                read_mapping(mapping),
                store,
                today=today_in_london() if on is None else on.date(),
                receipts=receipts,
                progress=progress,
            )
    if as_json:
        typer.echo(plain_json(found.as_dict()))
    else:
        show_imported(found)
    raise typer.Exit(0 if found.kept else 1)


def keys(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As the tables of docs/experiments.md.")
    ] = False,
) -> None:
    """List every key that an experiment's file may hold, with its default and its meaning."""
    if markdown:
        typer.echo(as_markdown(), nl=False)
        return
    lines = [(key.table, key.name, key.default, key.meaning) for key in keys_of()]
    wide_console().print(key_table([("table", "key", "default", "meaning"), *lines]))


def _worked_on(
    batches: Iterable[pa.RecordBatch], task: ArrowTask, engine: Engine, workers: int, address: str | None
) -> Iterator[pa.RecordBatch]:
    """Work on batches by the engine that was asked for; raises BadExperiment where that cannot be."""
    if engine is Engine.RAY:
        from training.ray_engine import mapped_by_ray  # an extra, and seconds to import

        return mapped_by_ray(batches, task, workers=workers, address=address)
    if address is not None:
        raise BadExperiment("--address is a Ray cluster's: say --engine ray too")
    return mapped(batches, task, workers=workers)


def _shown(batches: Iterable[pa.RecordBatch], told: Callable[[int], None]) -> Iterator[pa.RecordBatch]:
    """Tell how many rows are done."""
    done = 0
    for batch in batches:
        yield batch
        done += batch.num_rows
        told(done)


def _counted(batches: Iterable[pa.RecordBatch], told: Callable[[int], None]) -> Iterator[pa.RecordBatch]:
    """Tell how many lists are done; a list has a first place."""
    done = 0
    for batch in batches:
        yield batch
        done += batch.column("place").to_pylist().count(1)
        told(done)


def _say(line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)
