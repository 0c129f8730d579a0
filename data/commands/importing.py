"""What `python -m data import-…` does; the command line itself is put together in `__main__`."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data.awards.award_file import AwardFile, read_awards, write_awards
from data.catalogue.reading import SAMPLE, read_areas
from data.errors import BadData
from data.json_files import read_text
from data.places.council_sites import rows, with_sites
from data.places.postcodes import Oddities, Postcodes, read_directory


def import_awards(
    file: Annotated[
        Path,
        typer.Argument(help="A 360Giving file: CSV, JSON, JSON lines or xlsx.", exists=True, dir_okay=False),
    ],
    to: Annotated[Path | None, typer.Option(help="Write the usable awards here, as JSON lines.")] = None,
    problems: Annotated[Path | None, typer.Option(help="Write every problem here, as JSON lines.")] = None,
    on: Annotated[str | None, typer.Option(help="Report awards dated after this day, YYYY-MM-DD.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Read published awards, say what is odd, and write the usable ones; exit 1 when there is none."""
    try:
        found = read_awards(file, on=date.fromisoformat(on) if on else None)
    except BadData as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if to is not None:
        write_awards(found.awards, to)
    if problems is not None:
        lines = (json.dumps(problem.as_dict(), ensure_ascii=False) for problem in found.problems)
        problems.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(_summary(found), ensure_ascii=False))
    else:
        _print(found)
    raise typer.Exit(0 if found.awards else 1)


def _summary(found: AwardFile) -> dict[str, object]:
    kinds = [{"rule": rule, "field": field, "count": n} for (rule, field), n in found.counts.items()]
    return {
        "rows": found.rows,
        "awards": len(found.awards),
        "rejected": found.rejected,
        "continued": found.continued,
        "problems": kinds,
    }


def _print(found: AwardFile) -> None:
    console = Console()
    if found.problems:
        table = Table("rule", "field", "times", "first seen", title="What is odd")
        first = {(p.rule or "", p.field or ""): p for p in reversed(found.problems)}
        for kind, count in found.counts.items():
            table.add_row(*kind, str(count), escape(f"line {first[kind].line}: {first[kind].message}"))
        console.print(table)
    console.print(f"{found.rows} rows: {len(found.awards)} awards, {found.rejected} rejected.")
    console.print("Published awards hold no refusals: they say nothing about anyone's chance of success.")


def import_councils(
    file: Annotated[
        Path, typer.Argument(help="Councils, CSV gss,homepage_url.", exists=True, dir_okay=False)
    ],
    to: Annotated[Path, typer.Argument(help="Write the areas with their councils' sites here, as CSV.")],
    areas: Annotated[
        Path, typer.Option(help="Areas: CSV code,name,parent, or JSON lines.", exists=True)
    ] = SAMPLE / "areas.csv",
) -> None:
    """Put the own sites of councils beside their areas, and say which stand for none; exit 1 when none is usable."""
    odd: list[str] = []
    try:
        tree = with_sites(read_areas(areas), read_text(file), odd)
    except BadData as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    with to.open("w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, ("code", "name", "parent", "website"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(tree))
    for one in odd:
        typer.echo(f"stands for no area: {one}")
    typer.echo(f"{len(tree.websites)} of {len(tree.names)} areas have a council's site.")
    raise typer.Exit(0 if tree.websites else 1)


def import_postcodes(
    file: Annotated[Path, typer.Argument(help="The ONS Postcode Directory, as CSV.", exists=True)],
    to: Annotated[Path, typer.Argument(help="Write the postcodes and their areas here.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Read the ONS Postcode Directory, say what is odd, and keep where each lies; exit 1 when none is usable."""
    odd = Oddities()
    try:
        Postcodes.write(read_directory(file, odd), to, odd)
    except BadData as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if as_json:
        found = {"rows": odd.rows, "postcodes": odd.kept, "ended": odd.ended, "odd": dict(odd.counts)}
        typer.echo(json.dumps(found))
    else:
        _print_oddities(odd)
        Console().print(f"{odd.rows} rows: {odd.kept} postcodes, {odd.ended} of them no longer used.")
    raise typer.Exit(0 if odd.kept else 1)


def _print_oddities(odd: Oddities) -> None:
    if not odd.counts:
        return
    table = Table("what", "column", "times", "first in line", title="What is odd")
    for message, times in odd.counts.items():
        first = odd.first[message]
        table.add_row(message, first.field or "", str(times), str(first.line or ""))
    Console().print(table)
