"""Commands of the audit store: `python -m training audit …`; each reads its key and address from the environment."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.catalogue.reading import Catalogue
from data.clock import today_in_london
from data.store.store import Store
from models.rankers.bundle import load
from training.audit.importing import read_attributes
from training.audit.separation import changed_by_flip, in_batches, made_asking, ranked_by_bundle
from training.audit.special import Flip, Flipping
from training.audit.store import ADDRESS, KEY, AuditStore, new_key, opened
from training.engines import mapped
from training.showing import show_progress, told_in_words
from training.source import catalogue_of
from training.steps import experiment_of

app = typer.Typer(
    no_args_is_help=True,
    help="Protected attributes for reviewing equality, apart from everything that decides about a person. The store "
    f"is named in {ADDRESS} (such as sqlite:///audit.db) and opens with {KEY}; never give that key to the service.",
)
console = Console(stderr=True)
CHAMPION = Path("bundles/champion")
Folder = Annotated[Path, typer.Argument(help="Folder of a bundle.")]
People = Annotated[int, typer.Option(min=1, help="Made people, each ranked twice.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes; each loads the model.")]
Seed = Annotated[int, typer.Option(help="Draws the people.")]
Serving = Annotated[
    str, typer.Option("--store", envvar="GRANTS_STORE", help="The service's store, for its erasures.")
]


@app.command()
def key() -> None:
    """Draw a key; it is shown this once. Without it nothing in the store can ever be read."""
    typer.echo(new_key())


@app.command(
    name="import",
    epilog="Example: python -m training audit import attributes.csv --store sqlite:///grants.db",
)
def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="CSV: a column `person`, and one for each attribute."
        ),
    ],
    store: Serving,
) -> None:
    """Keep attributes by pseudonym; an empty cell is "not stated". Who opted out or was erased is left out."""
    with told_in_words(console), closing(opened()) as audit:
        _apply(audit, store, [person for person, _ in read_attributes(file)])
        found = audit.put(read_attributes(file))
    console.print(
        f"{found.kept} people kept, {found.left_out} left out who opted out or were erased", highlight=False
    )


@app.command(name="opt-out", epilog="Example: python -m training audit opt-out 7f3a-pseudonym")
def opt_out(person: Annotated[str, typer.Argument(help="The pseudonym.")]) -> None:
    """Delete what is kept of somebody who wants no equality monitoring, and never take it again; no list changes."""
    with told_in_words(console), closing(opened()) as audit:
        removed = audit.remove([person], why="opted out")
    console.print("removed" if removed else "nothing was kept; it will not be taken", highlight=False)


@app.command(
    name="apply-erasures",
    epilog="Example: python -m training audit apply-erasures --store sqlite:///grants.db",
)
def apply_erasures(store: Serving) -> None:
    """Delete whoever was erased from the service's store: it could only answer `audit: pending`."""
    with told_in_words(console), closing(opened()) as audit:
        removed = _apply(audit, store, [person for person, _ in audit.people()])
    console.print(f"{removed} erased here too", highlight=False)


@app.command(
    epilog="Example: python -m training audit separation bundles/champion --people 10000 --workers 2"
)
def separation(
    bundle: Folder = CHAMPION, people: People = 10_000, workers: Workers = 1, seed: Seed = 0
) -> None:
    """Try whether any list depends on the audit store: rank, flip every attribute in it, rank again; 0 may change.

    Use an empty store for it: made people are written into the one that the environment names.
    """
    with told_in_words(console), closing(opened()) as audit, show_progress(console) as progress:
        if next(audit.people(), None) is not None:
            raise typer.BadParameter("this audit store holds people; name an empty one for the trial")
        today = today_in_london()
        changed = changed_by_flip(
            ranked_by_bundle(bundle.resolve(), on=today, workers=workers),
            list(made_asking(_catalogue(bundle), people, on=today, seed=seed)),
            audit,
            told=lambda done, total: progress("lists", done, total),
        )
    typer.echo(f"{changed} of {people} lists changed when every attribute in the audit store was flipped")
    raise typer.Exit(1 if changed else 0)


@app.command(epilog="Example: python -m training audit special bundles/champion --people 10000 --workers 2")
def special(bundle: Folder = CHAMPION, people: People = 10_000, workers: Workers = 1, seed: Seed = 0) -> None:
    """Try whether a special-category fact of a request moves what it does not decide; needs no store.

    Illness, faith and the like may open a grant or close it. Those whose status and chance stay as they were must keep
    their scores to the last bit and their order among each other.
    """
    with told_in_words(console), show_progress(console) as progress:
        today, found = today_in_london(), list[Flip]()
        asking = list(made_asking(_catalogue(bundle), people, on=today, seed=seed))
        for batch in mapped(in_batches(asking), Flipping(bundle.resolve(), today, seed), workers=workers):
            found.extend(batch)
            progress("people", len(found), people)
    moved = sum(not one.same for one in found)
    kept, listed = sum(one.kept for one in found), sum(one.listed for one in found)
    typer.echo(
        f"{moved} of {people} lists changed where a special-category fact left status and chance as they were "
        f"({kept / max(1, listed):.1%} of all places; in {sum(one.kept == one.listed for one in found)} lists, all)"
    )
    raise typer.Exit(1 if moved else 0)


def _catalogue(bundle: Path) -> Catalogue:
    return catalogue_of(experiment_of(load(bundle.resolve())).catalogue)


def _apply(audit: AuditStore, store: str, people: list[str]) -> int:
    """Remove those of some people who were erased from the service's store."""
    with closing(Store.open(store)) as serving:
        return audit.remove(serving.erased(people), why="erased")
