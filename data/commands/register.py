"""What `python -m data import-charities` and `review` do; the command line is put together in `__main__`."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from data.catalogue.reading import SAMPLE, read_catalogue
from data.clock import today_in_london
from data.commands.bar import bar
from data.errors import BadData
from data.lint.checks import check as check_catalogue
from data.register.extract import Extract
from data.register.importing import Imported, import_charities
from data.register.place_names import PARISHES
from data.register.reviewing import draft_of, read_draft, with_line

SAMPLE_CATALOGUE = SAMPLE / "catalogue.jsonl"
FactsFile = Annotated[Path | None, typer.Option(help="Facts; the project's own when left out.")]
AreasFile = Annotated[Path, typer.Option(help="Areas: CSV code,name,parent, or JSON lines.")]


def import_register(
    folder: Annotated[
        Path, typer.Argument(help="Folder of the register's extract.", exists=True, file_okay=False)
    ],
    to: Annotated[Path, typer.Argument(help="Write the entries here, as JSON lines.")],
    catalogue: Annotated[
        Path, typer.Option(help="The reviewed catalogue: no entry is made of a charity that stands in it.")
    ] = SAMPLE_CATALOGUE,
    facts: FactsFile = None,
    areas: AreasFile = SAMPLE / "areas.csv",
    parishes: Annotated[
        Path,
        typer.Option(help="The ONS's parishes and their districts, of any year, as CSV.", exists=True),
    ] = PARISHES,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Read the charity register of England and Wales, and make an entry of each charity that gives to individuals.

    Get the extract from "full register download" on the register's own pages: the files publicextract.charity,
    charity_classification, charity_area_of_operation and charity_governing_document, as .json, .txt or .zip. Entries
    say that nobody has read their rules. Run it again with a newer extract: what people have reviewed stays.
    """
    try:
        read = read_catalogue(catalogue, facts=facts, areas=areas)
        with bar(shown=not as_json) as told:
            found = import_charities(
                Extract(folder, told), to, areas=read.areas, book=read.facts, reviewed=read, parishes=parishes
            )
    except BadData as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(_summary(found)))
    else:
        _print(found, to)
    raise typer.Exit(0 if found.entries else 1)


def _summary(found: Imported) -> dict[str, object]:
    left_out = [
        {"table": table, "reason": why, "rows": n} for (table, why), n in sorted(found.left_out.items())
    ]
    return {**asdict(found), "left_out": left_out}


def _print(found: Imported, to: Path) -> None:
    console = Console()
    table = Table("table", "left out because it", "rows", title="What was left out")
    for (name, why), times in sorted(found.left_out.items(), key=lambda one: (one[0][0], -one[1])):
        table.add_row(name, why, f"{times:,}")
    console.print(table)
    console.print(
        f"{found.entries:,} entries in {to}, {found.with_parish:,} with a parish, {found.with_website:,} with a "
        f"website; {found.kept:,} reviewed ones kept."
    )
    console.print("Nobody has read these charities' rules: take one up with `python -m data review ID`.")


def review(
    entry: Annotated[str, typer.Argument(metavar="ID", help="The entry's id, such as charity-210169.")],
    register: Annotated[Path, typer.Option(help="The entries that import-charities wrote.")] = Path(
        "register.jsonl"
    ),
    catalogue: Annotated[
        Path, typer.Option(help="The reviewed catalogue that it goes into.")
    ] = SAMPLE_CATALOGUE,
    drafts: Annotated[Path, typer.Option(help="Folder of the drafts.")] = Path("drafts"),
    accept: Annotated[bool, typer.Option("--accept", help="Check the edited draft and take it in.")] = False,
    facts: FactsFile = None,
    areas: AreasFile = SAMPLE / "areas.csv",
) -> None:
    """Take an entry of the charity register up, and turn it into a reviewed grant of the catalogue.

    First writes a draft. Read the charity's own page or ring it, put its rules, amounts and the way to apply into the
    draft, and say what you read and when. Then run it again with --accept: the draft is checked and becomes a line of
    the catalogue, which no newer extract of the register overwrites.
    """
    draft = drafts / f"{entry}.json"
    try:
        if accept:
            _accept(draft, catalogue, facts=facts, areas=areas)
        elif draft.exists():
            typer.echo(f"{draft} is there already: edit it, then run this with --accept.")
        else:
            text = json.dumps(draft_of(register, entry), ensure_ascii=False, indent=2, default=float)
            drafts.mkdir(parents=True, exist_ok=True)
            draft.write_text(f"{text}\n", encoding="utf-8")
            typer.echo(
                f"Wrote {draft}. Read the charity's own page, edit the draft, then run this with --accept."
            )
    except BadData as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _accept(draft: Path, catalogue: Path, *, facts: Path | None, areas: Path) -> None:
    """Take an edited draft into a catalogue that then still loads; otherwise BadData is raised, nothing changed."""
    grant = read_draft(draft)
    with tempfile.TemporaryDirectory() as folder:
        tried = Path(folder) / catalogue.name
        with_line(catalogue, grant, tried)
        read = read_catalogue(tried, facts=facts, areas=areas)
    for problem in check_catalogue(read, on=today_in_london()):
        if problem.grant == grant["id"]:
            typer.echo(f"Look at this once more: {problem}")
    with_line(catalogue, grant, catalogue)
    draft.unlink()
    typer.echo(f"{grant['title']} is in {catalogue} now.")
