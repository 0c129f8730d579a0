"""What floors of attention for bands of grants do to lists: who is seen, who is hurt, and whether good lists stay good.

A crowd of made-up people is ranked with floors and without, and so are the judged situations that ship. A language
model graded those, and the order was learned from them: what is measured is how much of it floors leave.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from data.people.judgements import read_judgements
from data.synthetic.scenario import read_scenario
from features.bands import bands_of
from training.fairness.made_people import Crowd, seen
from training.fairness.trying_floors import floors_tried
from training.opening import recommender_of

PEOPLE: Final = 1000
SEED: Final = 0


def run(
    bundle: Path, people: int, *, kind: str = "funder", on: date, told: Callable[[str, int, int], None]
) -> dict[str, Any]:
    """Rank so many people of the made world and every judged situation, free and with floors for a kind of band."""
    recommender = recommender_of(bundle.resolve(), on)
    crowd = Crowd.drawn(recommender, read_scenario(), people, on=on, seed=SEED)

    def counting(what: str) -> Callable[[], None]:
        steps = iter(range(1, people + 1))
        return lambda: told(what, next(steps), people)

    free = seen(recommender, crowd, done=counting("free lists"))
    names = bands_of(recommender.catalogue, on=on)[kind]
    judged = read_judgements()
    tried = floors_tried(
        recommender, crowd, free, names, judged=judged, seed=SEED, done=counting("with floors")
    )
    return {
        "study": "exposure_floors",
        "kind": kind,
        "people": people,
        "judged": len(judged.situations),
        **tried,
    }


def show(found: dict[str, Any], *, as_json: bool) -> None:
    """Print what was found: a table, or one JSON object."""
    if as_json:
        print(json.dumps(found))
        return
    table = Table(title=f"{found['people']} made-up people, {found['judged']} judged situations")
    for name in (f"floors for bands by {found['kind']}", "free", "with floors"):
        table.add_column(name)
    for row in found["rows"]:
        table.add_row(*row)
    console = Console(width=110)
    console.print(table)
    console.print(found["said"])
