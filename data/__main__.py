"""Command line of the data: check a catalogue, read published awards and postcodes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data.catalogue.reading import SAMPLE, Catalogue, read_catalogue
from data.clock import today_in_london
from data.commands.exporting import export_awards, export_outcomes
from data.commands.importing import import_awards, import_councils, import_postcodes
from data.commands.register import import_register, review
from data.errors import BadData, Problem
from data.lint.checks import check as check_catalogue
from data.lint.unrated import unrated_facts
from data.lint.whole_catalogue import grants_of_cases
from data.people.base_rates import FILE, read_base_rates
from data.people.urgent_help import own_help

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Check catalogues, read published awards and postcodes."
)


app.command("import-awards")(import_awards)
app.command("export-awards")(export_awards)
app.command("export-outcomes")(export_outcomes)
app.command("import-councils")(import_councils)
app.command("import-postcodes")(import_postcodes)
app.command("import-charities")(import_register)
app.command("review")(review)


@app.callback()
def _main() -> None:
    """Check catalogues, read published awards and postcodes."""


@app.command()
def check(  # noqa: PLR0913 - one argument for each option
    catalogue: Annotated[Path, typer.Argument(help="Grants, one JSON object a line.")] = SAMPLE
    / "catalogue.jsonl",
    facts: Annotated[Path | None, typer.Option(help="Facts; the project's own when left out.")] = None,
    areas: Annotated[Path | None, typer.Option(help="Areas: CSV code,name,parent, or JSON lines.")] = None,
    rates: Annotated[
        Path | None, typer.Option(help="Base rates; the project's own when left out, for its own facts.")
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day to check against; today when left out."),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(help="Cases, to see that every grant has one; none are looked at when left out."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Take warnings as errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Check a catalogue: errors keep it from loading (exit 1), warnings do not, unless --strict."""
    if areas is None and catalogue.parent == SAMPLE:
        areas = SAMPLE / "areas.csv"
    day = today_in_london() if on is None else on.date()
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    try:
        cased = None if cases is None else grants_of_cases(cases)
        read = read_catalogue(catalogue, facts=facts, areas=areas)
        warnings = (
            *check_catalogue(read, on=day, cased=cased),
            *_unrated(read, rates or (FILE if facts is None else None)),
            *(own_help().stale(day) if facts is None else ()),
        )
    except BadData as error:
        errors = error.problems
    if as_json:
        found = {"errors": [e.as_dict() for e in errors], "warnings": [w.as_dict() for w in warnings]}
        typer.echo(json.dumps(found))
    else:
        _print("Errors: nothing can be loaded until these are mended", errors)
        _print("Warnings", warnings)
        Console().print(f"{len(errors)} errors, {len(warnings)} warnings")
    raise typer.Exit(1 if errors or (strict and warnings) else 0)


def _unrated(catalogue: Catalogue, rates: Path | None) -> Iterator[Problem]:
    """Yield what is wrong with base rates for a catalogue; nothing where there are none to go by."""
    if rates is not None:
        rated = read_base_rates(rates, catalogue.facts, catalogue.areas).facts
        yield from unrated_facts(catalogue, rated)


def _print(title: str, problems: tuple[Problem, ...]) -> None:
    if not problems:
        return
    table = Table(title=title)
    for name in ("where", "grant", "rule", "field", "problem"):
        table.add_column(name, overflow="fold")
    for problem in problems:
        where = ":".join(str(part) for part in (problem.file, problem.line) if part is not None)
        cells = (where, problem.grant, problem.rule, problem.field, problem.message)
        table.add_row(*(escape(cell or "") for cell in cells))
    Console().print(table)


if __name__ == "__main__":
    app()
