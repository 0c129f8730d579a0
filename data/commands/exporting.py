"""What `python -m data export-awards` and `export-outcomes` do; the command line is put together in `__main__`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from data.awards.publishing import FEWEST, Given, Publication, package, publish
from data.awards.schema_check import check_package
from data.catalogue.codelists import PURPOSES
from data.catalogue.reading import SAMPLE, Catalogue, read_catalogue
from data.clock import today_in_london
from data.commands.bar import bar
from data.errors import BadData, StoreError
from data.people.outcomes import History, Result
from data.store.parquet_export import By
from data.store.parquet_export import export_outcomes as write_dataset
from data.store.store import Store


def export_awards(  # noqa: PLR0913 - one argument for each option
    to: Annotated[Path, typer.Argument(help="Write the package here, as JSON.")],
    store: Annotated[str, typer.Option(help="The store that outcomes were told to.")] = "sqlite:///grants.db",
    publisher: Annotated[str, typer.Option(help="The name of who publishes.")] = "",
    publisher_id: Annotated[str, typer.Option(help="Its identifier, such as GB-CHC-210169.")] = "",
    prefix: Annotated[
        str, typer.Option(help="Your 360Giving prefix, such as 360G-example.")
    ] = "360G-example",
    fewest: Annotated[
        int, typer.Option(min=2, help="Awards that must look alike before details are told.")
    ] = FEWEST,
    schemas: Annotated[
        Path | None, typer.Option(help="Folder of the standard's schemas, to check against.", file_okay=False)
    ] = None,
    catalogue: Annotated[Path, typer.Option(help="Grants, one JSON object a line.")] = SAMPLE
    / "catalogue.jsonl",
    facts: Annotated[Path | None, typer.Option(help="Facts; the project's own when left out.")] = None,
    areas: Annotated[Path, typer.Option(help="Areas: CSV code,name,parent, or JSON lines.")] = SAMPLE
    / "areas.csv",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of a table.")
    ] = False,
) -> None:
    """Publish awards to individuals in the 360Giving standard, without anything that leads to a person.

    What people wrote stays here, days become months, and details that few awards share are left out. Names of codes:
    GTIP, what it was for; GTIR, why. Exits 1 where nothing can be published.
    """
    if not publisher or not publisher_id:
        typer.echo("Say who publishes, with --publisher and --publisher-id.", err=True)
        raise typer.Exit(2)
    try:
        read = read_catalogue(catalogue, facts=facts, areas=areas)
        kept = Store.open(store)
        try:
            history, secret = kept.history(), kept.salt
        finally:
            kept.close()
        grants = dict(read.by_id)
        found = publish(
            _given(history, read), grants, read.areas, secret=secret, prefix=prefix, fewest=fewest
        )
        if found.grants:
            about = {"name": publisher, "identifier": publisher_id}
            whole = package(found, publisher=about, issued=today_in_london())
            if schemas is not None:
                check_package(whole, schemas)
            to.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except (BadData, StoreError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    _tell(found, to, checked=schemas is not None, as_json=as_json)
    raise typer.Exit(0 if found.grants else 1)


def export_outcomes(
    to: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    store: Annotated[str, typer.Option(help="The store that outcomes were told to.")] = "sqlite:///grants.db",
    by: Annotated[
        By, typer.Option(help="What each partition holds, by the day of the application.")
    ] = By.YEAR,
) -> None:
    """Write every application, with what came of it, as a Parquet dataset by year or month.

    It holds what the store keeps: pseudonyms, and what people wrote; keep it as you keep the store. Exits 1 where
    nothing can be written.
    """
    try:
        kept = Store.open(store)
        try:
            with bar() as progress:
                rows = write_dataset(kept, to, by=by, progress=progress)
        finally:
            kept.close()
    except (StoreError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{rows} applications in {to}, by {by}.")


def _given(history: History, catalogue: Catalogue) -> Iterator[Given]:
    """Give every award of a history, by what the person asked for; what the grant pays for where they named nothing."""
    by_id = {application.id: application for application in history.applications}
    for outcome in history.outcomes:
        application = by_id.get(outcome.application_id)
        if outcome.result is not Result.AWARDED or application is None:
            continue
        need, grant = application.need, catalogue.by_id.get(application.grant_id)
        named = need.purposes or (() if grant is None or need.reasons else grant.purposes)
        purposes = (code for code in named if code in PURPOSES)  # the standard knows no others
        yield Given(
            application.id,
            application.grant_id,
            outcome.decided_on,
            outcome.amount,
            application.areas,
            tuple(sorted(purposes)),
            tuple(sorted(need.reasons)),
        )


def _tell(found: Publication, to: Path, *, checked: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(
            json.dumps({"published": len(found.grants), "left_out": found.left_out, "checked": checked})
        )
        return
    console = Console()
    if found.left_out:
        table = Table("why", "awards", title="What was left out")
        for why, times in found.left_out.items():
            table.add_row(why, str(times))
        console.print(table)
    console.print(
        f"{len(found.grants)} awards" + (f" in {to}." if found.grants else ": nothing was written.")
    )
    console.print(
        "Checked against the standard's schemas." if checked else "Not checked: name --schemas FOLDER."
    )
