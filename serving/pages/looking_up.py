"""Why is it not here? Any fund of the catalogue, looked up by its name, with how the person stands to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from models.eligibility.verdict import Status
from serving.answers import Standing
from serving.pages import words
from serving.pages.links import safe_link

MOST_FOUND: Final = 5
LIKE: Final = 0.6
"""How like a name the typed one must be, 0 to 1, where no word of it is the same."""


@dataclass(frozen=True, slots=True)
class Stands:
    """How the person stands to a grant that was looked up."""

    id: str
    title: str
    link: str | None
    status: str
    lines: tuple[str, ...]
    open: bool
    """Whether it is not ruled out, so that it stands on the list."""


def named(name: str, catalogue: Catalogue) -> tuple[Grant, ...]:
    """List the grants whose title or funder is called so, the likest first."""
    wanted = set(name.casefold().split())
    scored = [(_likeness(name.casefold(), wanted, grant), grant) for grant in catalogue.grants]
    found = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].title))
    least = 1.0 if found and found[0][0] >= 1.0 else 0.0
    return tuple(grant for score, grant in found[:MOST_FOUND] if score >= least)


def _likeness(name: str, wanted: set[str], grant: Grant) -> float:
    if not wanted:
        return 0.0
    called = f"{grant.title} {grant.funder.name if grant.funder else ''}".casefold()
    if name in called:
        return 2.0 + len(name) / len(called)
    shared = len(wanted & set(called.split())) / len(wanted)
    if shared >= LIKE:
        return 1.0 + shared
    like = SequenceMatcher(None, name, grant.title.casefold()).ratio()
    return like if like >= LIKE else 0.0


def stands(standing: Standing, catalogue: Catalogue) -> Stands:
    """Say how the person stands to a grant: what is against it, what is open, what fits."""
    grant = catalogue.by_id[standing.grant_id]
    ruled_out = standing.status in (Status.NOT_ELIGIBLE, Status.NOT_NOW)
    answer = "no" if ruled_out else "unknown"
    told = [finding.text for finding in standing.findings if finding.answer == answer]
    cause = [standing.cause] if standing.cause else []
    lines = (*cause, *(told if not cause else ()), *standing.steps)
    when = () if standing.from_day is None else (f"It may open to you from {words.day(standing.from_day)}.",)
    return Stands(
        grant.id, grant.title, safe_link(grant.source), words.status(standing.status),
        tuple(dict.fromkeys((*lines, *when))), not ruled_out,
    )  # fmt: skip


def all_stand(standings: Sequence[Standing], catalogue: Catalogue) -> tuple[Stands, ...]:
    """Say it of several grants."""
    return tuple(stands(one, catalogue) for one in standings)
