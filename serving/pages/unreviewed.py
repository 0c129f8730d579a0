"""Charities of a register as a person reads them: who they are, where they give, and that nobody read their rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from data.catalogue.grants import Grant
from serving.answers import Ranked
from serving.pages import words
from serving.pages.links import safe_link

SHOWN: Final = 20
"""Entries on the first page."""


@dataclass(frozen=True, slots=True)
class Line:
    """One charity that nobody has reviewed."""

    title: str
    link: str | None
    """Its page in the register."""
    website: str | None
    text: str
    said_on: str


def lines(ranked: Ranked, grant_of: Callable[[str], Grant | None]) -> dict[str, Any]:
    """What the page shows of the group below the reviewed list."""
    found = [grant_of(result.grant_id) for result in ranked.unreviewed.results]
    return {
        "unreviewed": [line(grant) for grant in found if grant is not None],
        "unreviewed_total": ranked.unreviewed.total,
    }


def line(grant: Grant) -> Line:
    """One charity in words; that nobody has read its rules is said once above them all."""
    said = grant.registered
    return Line(
        title=grant.title,
        link=safe_link(grant.source),
        website=safe_link(said.website) if said else None,
        text=grant.summary,
        said_on=f"They stand in the charity register of {words.day(said.on)}." if said else "",
    )
