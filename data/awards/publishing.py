"""Awards to individuals in the 360Giving standard (`toIndividualsDetails`), with nothing that leads to a person.

What people wrote is never published, a day is published as the first of its month, ids say nothing, and two awards of
one person cannot be told to be so. An award is told in as much detail as it shares with so many others (k-anonymity,
Sweeney 2002): with its council, its region, its nation, or none; at last without reasons and purposes. What shares not
even its grant with enough others is left out.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any, Final

from data.catalogue.codelists import PURPOSES
from data.catalogue.grants import Grant
from data.places.areas import UK, AreaTree

FEWEST: Final = 10
"""So many awards at least look alike before their details are told."""
NO_AMOUNT: Final = "no amount is known"
NO_GRANT: Final = "its grant is not in the catalogue"
NO_FUNDER: Final = "its funder has no name or no identifier, such as GB-CHC-210169"
TOO_FEW: Final = "too few awards of its grant look alike"
_ID_LENGTH: Final = 20


@dataclass(frozen=True, slots=True)
class Given:
    """One award as it is known here."""

    key: str
    """What it is known by here; never published."""
    grant_id: str
    on: date
    amount: float | None
    areas: tuple[str, ...] = ()
    """Where the person lives, nearest first."""
    purposes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Publication:
    """Awards in the standard's JSON, and how many were left out for which reason."""

    grants: tuple[dict[str, Any], ...]
    left_out: dict[str, int] = field(default_factory=dict)


def publish(
    given: Iterable[Given],
    grants: dict[str, Grant],
    areas: AreaTree,
    *,
    secret: bytes,
    prefix: str,
    fewest: int = FEWEST,
) -> Publication:
    """Write awards in the standard's JSON, in an order that tells nothing; ids are made with `secret`."""
    left_out: Counter[str] = Counter()
    sound = []
    for award in given:
        reason = _why_not(award, grants)
        if reason is None:
            sound.append(replace(award, on=award.on.replace(day=1)))
        else:
            left_out[reason] += 1
    told, few = _alike_enough(sound, areas, fewest)
    if few:
        left_out[TOO_FEW] += few
    written = [_written(award, grants[award.grant_id], areas, secret, prefix) for award in told]
    return Publication(tuple(sorted(written, key=lambda grant: str(grant["id"]))), dict(left_out))


def package(publication: Publication, *, publisher: dict[str, str], issued: date) -> dict[str, Any]:
    """Put awards into the standard's package, with a licence that lets anybody use them."""
    return {
        "version": "1.4",
        "title": f"Grants to individuals by {publisher['name']}",
        "description": "Days are the first of their month, and details that few awards share are left out.",
        "issued": issued.isoformat(),
        "publisher": publisher,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "grants": list(publication.grants),
    }


def _why_not(award: Given, grants: dict[str, Grant]) -> str | None:
    grant = grants.get(award.grant_id)
    if grant is None:
        return NO_GRANT
    if grant.funder is None or not grant.funder.id or not grant.funder.name:
        return NO_FUNDER
    return NO_AMOUNT if award.amount is None or award.amount <= 0 else None


def _alike_enough(awards: list[Given], areas: AreaTree, fewest: int) -> tuple[list[Given], int]:
    """Give each award with the most detail that it shares with enough others, and how many share too little."""
    told: list[Given] = []
    for less in _DETAILS:
        seen = [less(award, areas) for award in awards]
        shared = Counter(_looks(award) for award in seen)
        enough = [shared[_looks(award)] >= fewest for award in seen]
        told += [award for award, is_enough in zip(seen, enough, strict=True) if is_enough]
        awards = [award for award, is_enough in zip(awards, enough, strict=True) if not is_enough]
    return told, len(awards)


def _looks(award: Given) -> tuple[Any, ...]:
    return award.grant_id, award.on.year, award.areas, award.purposes, award.reasons


def _within(level: Callable[[str, AreaTree], bool]) -> Callable[[Given, AreaTree], Given]:
    """Tell an award with the nearest area of a level."""

    def less(award: Given, areas: AreaTree) -> Given:
        around = [code for one in award.areas for code in (one, *areas.ancestors(one))]
        return replace(award, areas=tuple(code for code in around if level(code, areas))[:1])

    return less


def _is_council(code: str, areas: AreaTree) -> bool:
    return code in areas.names and code not in set(areas.parents.values())


def _is_region(code: str, areas: AreaTree) -> bool:
    return code in areas.names and areas.parents.get(code) in UK


def _is_nation(code: str, areas: AreaTree) -> bool:
    return code in areas.names and code in UK


def _nowhere(award: Given, _areas: AreaTree) -> Given:
    return replace(award, areas=())


def _grant_alone(award: Given, _areas: AreaTree) -> Given:
    return replace(award, areas=(), purposes=(), reasons=())


_DETAILS: Final = (_within(_is_council), _within(_is_region), _within(_is_nation), _nowhere, _grant_alone)
"""From the most detail to the least."""


def _written(award: Given, grant: Grant, areas: AreaTree, secret: bytes, prefix: str) -> dict[str, Any]:
    assert grant.funder is not None
    details = {
        "grantPurpose": list(award.purposes),
        **dict(zip(("primaryGrantReason", "secondaryGrantReason"), award.reasons, strict=False)),
    }
    purposes = ", ".join(PURPOSES[code].lower() for code in award.purposes)
    written = {
        "id": f"{prefix}-{_drawn(secret, 'award', award.key)}",
        "title": f"Grant to an individual: {grant.title}",
        "description": f"A grant to an individual for {purposes}."
        if purposes
        else "A grant to an individual.",
        "currency": "GBP",
        "amountAwarded": award.amount,
        "awardDate": award.on.isoformat(),
        "recipientIndividual": {
            "id": f"{prefix}-{_drawn(secret, 'person', award.key)}",
            "name": "Individual",
        },
        "fundingOrganization": [{"id": grant.funder.id, "name": grant.funder.name}],
        "grantProgramme": [{"code": grant.id, "title": grant.title}],
        "beneficiaryLocation": [
            {"name": areas.name(code), "geoCode": code, "geoCodeType": code[:3]} for code in award.areas
        ],
        "toIndividualsDetails": {name: value for name, value in details.items() if value},
    }
    return {name: value for name, value in written.items() if value}


def _drawn(secret: bytes, what: str, key: str) -> str:
    """Make an id that is the same each time and tells nothing to those without the secret."""
    return hmac.new(secret, f"{what}:{key}".encode(), sha256).hexdigest()[:_ID_LENGTH]
