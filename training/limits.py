"""What a model does not know, in plain data: it travels in the bundle's manifest and stands on the model's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from data.catalogue.reading import Catalogue
from models.rankers.calibration import Calibration
from training.groups import places_by_group
from training.left_out import NAMED, LeftOut, places_of
from training.lists import Lists
from training.split import Decided


def limits_of(
    decided: Sequence[Decided],
    left_out: LeftOut,
    catalogue: Catalogue,
    calibration: Calibration,
    why: str,
    test: Lists,
) -> dict[str, Any]:
    """Name grants and groups that no decision is about, and say whether chances of an award are told, or `why` not.

    `test` are the needs of the test period: what of their awards went to people whom the rules rule out is counted.
    """
    places = places_of(catalogue.grants)
    counted = Counter(places[application.grant_id] for application, _ in decided)
    asked = {code for application, _ in decided for code in application.need.purposes}
    group_of = places_by_group(catalogue.areas)
    seen = {group_of.get(code) for application, _ in decided for code in application.areas}
    return {
        "tells_chances": bool(len(calibration.outcomes)),
        "why_no_chances": why or None,
        "decisions": len(decided) - left_out.between_periods,
        "grants": len(catalogue.grants),
        "grants_without_outcomes": [
            grant.id for row, grant in enumerate(catalogue.grants) if not counted[row]
        ],
        "purposes_never_asked": [
            f"{code} {text}" for code, text in catalogue.facts.purpose_texts.items() if code not in asked
        ],
        "areas_never_seen": sorted(set(group_of.values()) - seen),
        "left_out": left_out.as_dict(),
        "awards_tested": sum(int(one.awarded.sum()) for one in test.lists),
        "awards_ruled_out": {
            catalogue.grants[row].id: count for row, count in sorted(_against_the_rules(test).items())
        },
    }


def _against_the_rules(test: Lists) -> Counter[int]:
    """Count by row of the catalogue the awards to people whom its rules rule out by what is known of them."""
    return Counter(row for one in test.lists for row in one.rows[one.awarded & one.ruled_out].tolist())


def _used(limits: dict[str, Any]) -> Iterator[str]:
    """Say how many decisions were used, and why others were not; earlier bundles did not count them all."""
    counts = limits.get("left_out", {})
    if "between_periods" in counts:
        yield f"Of {counts['decisions']} decisions {limits['decisions']} were learned from or measured on."
        yield from (f"{line}." for line in LeftOut(**counts).in_words())


def limits_in_words(limits: dict[str, Any]) -> list[str]:
    """Say in a few sentences what a model may say and what it does not know."""
    without, grants = len(limits["grants_without_outcomes"]), limits["grants"]
    told = (
        "It may tell people the chance of an award where enough decisions lie under it."
        if limits["tells_chances"]
        else f"It tells nobody a chance of an award: {limits['why_no_chances']}. Past outcomes do not move its lists."
    )
    said = [
        "It may say who qualifies, what fits a need, and why.",
        told,
        f"No decision was seen about {without} of {grants} grants.",
        *_used(limits),
    ]
    against = limits.get("awards_ruled_out")
    if against:
        most = sorted(against, key=lambda name: (-against[name], name))[:NAMED]
        said.append(
            f"{sum(against.values())} of the {limits['awards_tested']} awards of the test period went to people whom "
            f"the rules rule out ({', '.join(most)}): look at these rules, and at the areas that the records name."
        )
    if limits["areas_never_seen"]:
        said.append(f"Nobody was seen from: {', '.join(limits['areas_never_seen'])}.")
    return said
