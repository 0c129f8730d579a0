"""Bands of grants, by which it is looked at who gets attention: the funder, the region, how and when it was listed.

No column reads them: they are for reviewing an order, and for floors under it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.places.areas import UK
from features.funders import funder_name

Names = NDArray[np.str_]
NEW: Final = timedelta(days=90)
SEVERAL: Final = 5
"""From so many grants on, a funder counts as a large one where nothing else is known of it."""


def bands_of(
    catalogue: Catalogue, *, on: date, told: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Names]:
    """Give (grants,) bands of every kind: size of the funder, region, age and review of the listing.

    `told` is grant id, or what names a funder (its identifier, else its name) → kind → band, from a deployment's own
    table; it adds to these or replaces them.
    """
    grants = catalogue.grants
    owner = [funder_name(one) for one in grants]
    counts = {name: owner.count(name) for name in set(owner)}
    bands = {
        "funder": np.array([_size(counts[name]) for name in owner], dtype=np.str_),
        "region": np.array([_region(one, catalogue) for one in grants], dtype=np.str_),
        "listing": np.array(["reviewed" if g.reviewed else "from a register" for g in grants], dtype=np.str_),
        "age of the entry": np.array([_age(one, on) for one in grants], dtype=np.str_),
    }
    for kind in sorted({kind for row in (told or {}).values() for kind in row}):
        rows = [
            (told or {}).get(g.id) or (told or {}).get(name) or {}
            for g, name in zip(grants, owner, strict=True)
        ]
        bands[kind] = np.array([row.get(kind, "not known") for row in rows], dtype=np.str_)
    return {kind: names for kind, names in bands.items() if len(set(names.tolist())) > 1}


def _size(count: int) -> str:
    return (
        "one grant"
        if count == 1
        else f"2 to {SEVERAL - 1} grants"
        if count < SEVERAL
        else f"{SEVERAL} or more"
    )


def _region(grant: Grant, catalogue: Catalogue) -> str:
    """The nation that a grant's rules name, or several, or the whole UK where they name none."""
    named = {code for rule in grant.rules for code in _areas_in(rule.condition.model_dump(by_alias=True))}
    nations = {
        next((wider for wider in (code, *catalogue.areas.ancestors(code)) if wider in UK), None)
        for code in named
    }
    if not named or None in nations or len(nations) > 1:
        return "several nations" if named else "anywhere"
    return UK[str(nations.pop())][0]


def _areas_in(part: Any) -> list[str]:
    if isinstance(part, Mapping):
        return [*(part.get("lives_in") or ()), *(code for one in part.values() for code in _areas_in(one))]
    if isinstance(part, Sequence) and not isinstance(part, str):
        return [code for one in part for code in _areas_in(one)]
    return []


def _age(grant: Grant, on: date) -> str:
    seen = grant.checked_on or (grant.read.on if grant.read else None)
    if seen is None:
        return "no day told"
    return "checked in 90 days" if on - seen < NEW else "checked longer ago"
