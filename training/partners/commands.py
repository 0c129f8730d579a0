"""Commands about partners: `python -m training partners`, and `partners tell`, which tells them what came of it."""

from __future__ import annotations

import json
import math
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from data.clock import today_in_london
from data.errors import BadExperiment
from data.people.situations import read_situations
from data.store.partners import PartnersShelf
from data.store.store import Store
from features.embedding import MiniLM
from models.rankers.bundle import read_manifest
from training.config import Experiment, read_experiment
from training.graded_order import pairing_of
from training.partners.effects import Trial, as_graded, effects
from training.partners.report import Said, order_figures, told_by
from training.showing import show_progress, told_in_words, wide_console
from training.steps import CACHE
from training.vectors import KeptVectors

app = typer.Typer(
    help="What partners with lived experience say: agreement, the order on their grades, their words."
)
console = Console(stderr=True)
Kept = Annotated[
    str, typer.Option("--store", envvar="GRANTS_STORE", help="The store, such as sqlite:///grants.db.")
]


@app.callback(invoke_without_command=True)
def report(
    context: typer.Context,
    store: Kept = "sqlite:///grants.db",
    experiment: Annotated[Path, typer.Option(help="The experiment whose order is measured.")] = Path(
        "experiments/demo.toml"
    ),
    bundle: Annotated[
        Path,
        typer.Option(help="A bundle whose figure on outcomes stands beside; left out where there is none."),
    ] = Path("bundles/champion"),
    quick: Annotated[bool, typer.Option("--quick", help="Leave out what has to be learned.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell what partners said: how far they agree, how the order does on their grades, whom we have not heard."""
    if context.invoked_subcommand:
        context.obj = store
        return
    with told_in_words(console):
        read = read_experiment(experiment)
        situations = read_situations(read.order.partners.situations)
        with closing(Store.open(store)) as opened:
            said = Said.of(PartnersShelf(opened))
        found = told_by(said, situations)
        if said.grades and not quick:
            with show_progress(console) as progress:
                embedder = _embedder(progress)
                pairing, _ = pairing_of(read.order, embedder)
                found["orders"] = order_figures(said, read, pairing, embedder)
        found["on_outcomes"] = _on_outcomes(bundle)
    if as_json:
        typer.echo(json.dumps(_without_nan(found)))
        return
    _show(found)


@app.command(
    epilog="Example: python -m training partners tell experiments/with_partners.toml --store sqlite:///grants.db"
)
def tell(
    experiment: Annotated[Path, typer.Argument(help="An experiment that gives partners' grades a weight.")],
    store: Annotated[str | None, typer.Option("--store", envvar="GRANTS_STORE", help="The store.")] = None,
) -> None:
    """Learn the order with everybody's grades and without each partner's, and keep for each what the grades changed.

    Partners read it at `/partners`.
    """
    with told_in_words(console):
        read = read_experiment(experiment)
        if not read.order.partners.weight:
            raise BadExperiment(
                f"{experiment}: partners' grades have no weight here, so they change nothing; "
                "give them one under [order.partners]"
            )
        with (
            closing(Store.open(store or "sqlite:///grants.db")) as opened,
            show_progress(console) as progress,
        ):
            rows = _tell(PartnersShelf(opened), read, progress)
    table = Table("partner", "grades", "places changed", "as graded", title="What partners' grades changed")
    for row in rows:
        table.add_row(*row)
    wide_console().print(table)


def _tell(shelf: PartnersShelf, experiment: Experiment, progress: Any) -> list[tuple[str, ...]]:
    grades = tuple(shelf.store.judgements())
    if not grades:
        raise BadExperiment("no partner has sent a grade yet")
    embedder = _embedder(progress)
    pairing, _ = pairing_of(experiment.order, embedder)
    trial = Trial(experiment, pairing, grades)
    partners = sorted({one.partner for one in grades})
    found = effects(trial, embedder, on=today_in_london(), told=lambda n, of: progress("fits", n, of))
    rows: list[tuple[str, ...]] = []
    for partner, effect in zip(partners, found, strict=True):
        shelf.keep(partner, effect, at=datetime.now(UTC))
        right = sum(map(as_graded, effect.moves))
        rows.append((partner, str(effect.grades), str(len(effect.moves)), f"{right} of {len(effect.moves)}"))
    return rows


def _embedder(progress: Any) -> KeptVectors:
    """The embedder of `fit`, with the vectors that it has kept."""
    embedder = MiniLM.load(None, exact=True)
    return KeptVectors(embedder, CACHE, told=lambda n, of: progress("texts embedded", n, of))


def _on_outcomes(bundle: Path) -> dict[str, Any] | None:
    """A bundle's own figure on applications and what came of them, and whether these were simulated."""
    if not (bundle / "manifest.json").is_file():
        return None
    manifest = read_manifest(bundle.resolve())
    value = manifest.metrics.get("learned.ndcg_at_10")
    return {"bundle": manifest.version, "ndcg_at_10": value, "simulated": manifest.simulated}


def _without_nan(value: Any) -> Any:
    match value:
        case dict():
            return {name: _without_nan(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_without_nan(inner) for inner in value]
        case float() if math.isnan(value):
            return None
        case _:
            return value


def _show(found: dict[str, Any]) -> None:
    shown = wide_console()
    alpha = "not known yet" if math.isnan(found["alpha"]) else f"{found['alpha']:.2f}"
    shown.print(
        f"{found['partners']} partners, {found['grades']} grades. They are few: read them, never turn them into "
        f"percentages.\nAgreement (Krippendorff's alpha, ordinal): {alpha}, over {found['graded_twice']} grants that "
        "more than one partner graded.",
        highlight=False,
    )
    if found.get("orders"):
        shown.print(_orders_table(found["orders"]))
    if found["on_outcomes"] and found["on_outcomes"]["ndcg_at_10"] is not None:
        told = found["on_outcomes"]
        made = "simulated" if told["simulated"] else "real"
        shown.print(
            f"On {made} outcomes bundle {told['bundle']} has nDCG@10 {told['ndcg_at_10']:.3f}.",
            highlight=False,
        )
    for name, count in sorted(found["two_orders"].items()):
        shown.print(f"Of two orders, {count} times: {name}", highlight=False)
    _rows(shown, "Where partners disagree", found["disagreements"], ("title", "grant", "grades"))
    _rows(shown, "Voices not heard yet", found["not_heard"], ("title", "partners"))
    _rows(shown, "Ties to funds", found["interests"], ("partner", "told"))
    for theme, lines in found["words"].items():
        _rows(shown, f"In their words: {theme}", lines, ("about", "words"))
    if found["not_quoted"]:
        shown.print(f"{found['not_quoted']} texts may not be quoted and stay in the store.", highlight=False)


def _orders_table(orders: dict[str, dict[str, float]]) -> Table:
    table = Table(
        "order", "on partners' grades", "on shipped grades of the same grants", title="nDCG@10, cross-fitted"
    )
    for name, row in orders.items():
        table.add_row(name, f"{row['partners']:.3f}", f"{row['shipped']:.3f}")
    return table


def _rows(shown: Console, title: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    if not rows:
        return
    table = Table(*columns, title=title)
    for row in rows:
        table.add_row(*(str(row[column]) for column in columns))
    shown.print(table, markup=False)
