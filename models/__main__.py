"""Command line of the two stages: `judge` checks cases against a catalogue, `embed` makes a register ready."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from data.catalogue.reading import SAMPLE, read_catalogue
from data.errors import BadData
from features.embedding import MiniLM
from models.cases import Agreement, compare
from models.register import embedded, read_vectors, vectors_file

MOST_SHOWN: Final = 20
"""Differences printed in the table; `--json` has all of them."""
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Judge who may get a grant, and check the judge against cases.",
)


@app.callback()
def _main() -> None:
    """Judge who may get a grant, and check the judge against cases."""


@app.command()
def judge(
    catalogue: Annotated[Path, typer.Option(help="Grants, one JSON object a line.")] = SAMPLE
    / "catalogue.jsonl",
    cases: Annotated[Path, typer.Option(help="Cases, one JSON object a line.")] = SAMPLE / "cases.jsonl",
    facts: Annotated[Path | None, typer.Option(help="Facts; the project's own when left out.")] = None,
    areas: Annotated[Path | None, typer.Option(help="Areas as CSV code,name,parent.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of a table.")
    ] = False,
) -> None:
    """Judge every grant of every case, plainly and compiled, and compare with what is expected.

    Exits 1 where an expectation is not met or the two judges differ, 2 on files that cannot be read.
    """
    if areas is None and catalogue.parent == SAMPLE:
        areas = SAMPLE / "areas.csv"
    try:
        agreement = compare(read_catalogue(catalogue, facts=facts, areas=areas), cases)
    except BadData as error:
        _print_problems(error, as_json)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(agreement.as_dict(), default=str))
    else:
        _print(agreement)
    raise typer.Exit(0 if agreement.holds else 1)


@app.command()
def embed(
    entries: Annotated[
        Path, typer.Argument(help="Entries of a register, one JSON object a line.", exists=True)
    ],
    areas: Annotated[Path, typer.Option(help="Areas as CSV code,name,parent.")] = SAMPLE / "areas.csv",
    facts: Annotated[Path | None, typer.Option(help="Facts; the project's own when left out.")] = None,
    embedder: Annotated[
        Path | None, typer.Option(help="A sentence-transformers folder; MiniLM when left out.")
    ] = None,
) -> None:
    """Give the texts of a register's entries their vectors once, in a file beside it, so that serving need not wait.

    Again after a newer import, only what is new is embedded. Ten thousand entries take some minutes.
    """
    try:
        grants = read_catalogue(entries, facts=facts, areas=areas).grants
        known = read_vectors(entries)
    except BadData as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("texts", total=None)

        def told(done: int, of: int) -> None:
            progress.update(task, completed=done, total=max(of, 1))

        vectors = embedded(grants, MiniLM.load(embedder), known, told)
    to = vectors_file(entries)
    np.savez(to, digests=vectors["digests"], vectors=vectors["vectors"])
    typer.echo(f"{len(vectors['digests']):,} texts of {len(grants):,} entries have their vectors in {to}")


def _print(agreement: Agreement) -> None:
    console = Console()
    if agreement.mismatches:
        table = Table("case", "grant", "expected", "got", title="Where the judge does not agree")
        for row in agreement.mismatches:
            cells = (row.case, row.grant or "(count)", row.expected, row.got)
            table.add_row(*(escape(str(cell)) for cell in cells))
        console.print(table)
    if agreement.differences:
        table = Table(
            "case", "grant", "plain", "compiled", title="Where the compiled judge differs from the plain one"
        )
        for one in agreement.differences[:MOST_SHOWN]:
            table.add_row(*(escape(str(cell)) for cell in (one.case, one.grant, one.plain, one.compiled)))
        console.print(table)
    agree = agreement.checked - len(agreement.mismatches)
    console.print(
        f"{agreement.cases} cases, {agreement.checked} checks, {agree} agree, {len(agreement.differences)} differences"
    )


def _print_problems(error: BadData, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"problems": [problem.as_dict() for problem in error.problems]}))
    else:
        typer.echo(str(error), err=True)


if __name__ == "__main__":
    app()
