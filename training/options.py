"""The options that several commands share, each described once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

Store = Annotated[
    str | None,
    typer.Option(
        "--store", envvar="GRANTS_STORE", help="Store of real outcomes, such as sqlite:///grants.db."
    ),
]
Runs = Annotated[Path, typer.Option(envvar="GRANTS_RUNS", help="Folder in which runs are kept.")]
Bundles = Annotated[
    Path, typer.Option(envvar="GRANTS_BUNDLES", help="Folder of the bundles, the champion and the ledger.")
]
Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day taken as today.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
By = Annotated[str, typer.Option(envvar="GRANTS_BY", help="Who decides; by default who is logged in.")]
Why = Annotated[str, typer.Option(help="Why, in a sentence; it is kept in the ledger for good.")]
Waived = Annotated[
    str | None,
    typer.Option(
        help="Why there is no signed fairness review; only for what was learned from simulated outcomes."
    ),
]
Alone = Annotated[
    str | None,
    typer.Option(help="Why you approve alone what you fitted yourself; it is kept in the ledger for good."),
]
NAMED = "a bundle's folder, its run's name, its version, `champion`, or `latest` for the newest run"
Named = Annotated[str, typer.Argument(help=f"Which bundle: {NAMED}.")]
From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")]
To = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")]
RUNS, BUNDLES = Path("var/runs"), Path("bundles")
