"""Whether people find the grant that is meant for them: needs that were each written for one grant of the sample.

Two writers wrote a need for every grant that takes applications, with a place and sometimes an age; language models,
both. What is measured was written apart from what was learned from. That other grants may be as good is not counted,
so the shares are lower than how many were helped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from features.meant import own_meant
from models.recommender import Recommender
from training.meant import APART, SOUGHT, Sought, places_of, read_sought
from training.opening import recommender_of

ON: Final = date(2026, 11, 29)
FIRST: Final = (5, 10, 20)
"""Of how many first grants the sought one is to be."""
NAMES: Final = {SOUGHT: "learned from", APART: "written apart"}


@dataclass(frozen=True)
class Found:
    """Where the sought grants of one file stand."""

    name: str
    places: tuple[int | None, ...]
    """From one; None where the rules say no."""

    def share(self, first: int) -> float:
        """Give how many stand among so many first ones, 0 to 1."""
        return float(np.mean([place is not None and place <= first for place in self.places]))

    def as_dict(self) -> dict[str, object]:
        """Give the shares as plain data."""
        ruled_out = sum(place is None for place in self.places)
        shares = {f"first_{first}": round(self.share(first), 4) for first in FIRST}
        return {"needs": self.name, "many": len(self.places), **shares, "ruled_out": ruled_out}


def run(
    bundle: Path, told: Callable[[str], None], files: Sequence[Path] = (SOUGHT, APART)
) -> tuple[Found, ...]:
    """Look for the sought grant of every need in the lists that a bundle orders."""
    told("loading the bundle")
    recommender = recommender_of(bundle, ON)
    found = []
    for file in files:
        told(f"needs {NAMES.get(file, file.name)}")
        found.append(measured(NAMES.get(file, file.name), read_sought(file), recommender))
    return tuple(found)


def measured(name: str, sought: Sequence[Sought], recommender: Recommender) -> Found:
    """Look for the sought grant of some needs."""
    return Found(name, tuple(places_of(sought, recommender, on=ON)))


def show(found: Sequence[Found], *, as_json: bool) -> None:
    """Print a table, or one JSON object."""
    rows = [one.as_dict() for one in found]
    if as_json:
        print(json.dumps({"study": "findable", "learned": own_meant() is not None, "found": rows}))
        return
    table = Table("needs", "many", *(f"first {first}" for first in FIRST), "ruled out")
    table.title = "Is the grant that is meant for somebody among the first?"
    for one in found:
        ruled_out = str(sum(place is None for place in one.places))
        shares = (f"{one.share(first):.3f}" for first in FIRST)
        table.add_row(one.name, str(len(one.places)), *shares, ruled_out)
    Console().print(table)
