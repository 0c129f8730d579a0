"""Turns a ranked answer into the words and links of a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from models.eligibility.verdict import Status
from models.explanations.next_question import question_of
from serving.answers import NearMiss, Ranked, Recommendation
from serving.pages import words
from serving.pages.following import following
from serving.pages.forms import Asked

SIMULATED: Final = (
    "The order of this list was learned from made-up situations. A computer program graded them as an adviser would. "
    "No person did, and nothing in it comes from what happened to real people."
)
DEGRADED: Final = "Part of our service is resting. The list is complete, but its order is simpler than usual."
ELSEWHERE: Final = ("ROUTE_", "OPEN", "NO_REPEAT_LIMIT")
"""Codes of findings that a card tells in its own place."""
TOLD_ELSEWHERE: Final = frozenset(
    {"qualifies", "sure", "special", "likely_and_paid", "likely_and_close", "awarded"}
)
"""Columns whose meaning a card tells in its own place: how likely the person qualifies."""
MOST_LEARNED: Final = 2
"""Sentences about why a grant stands where it does, beside those on its rules."""


@dataclass(frozen=True, slots=True)
class Card:
    """One grant as a person reads it."""

    title: str
    link: str | None
    funder: str
    kind: str
    status: str
    qualifies: str
    """How likely the person qualifies, where it is still open."""
    summary: str
    amount: str
    route: str
    chance: str
    decides: tuple[str, ...]
    """What a person at the fund decides."""
    reasons: tuple[str, ...]
    needed: tuple[str, ...]
    checked: str


@dataclass(frozen=True, slots=True)
class NearLine:
    """A grant that one change or some time would bring, in one sentence."""

    title: str
    link: str | None
    text: str


def safe_link(source: str | None) -> str | None:
    """The address, if it is a plain web address; grant text is hostile until shown otherwise."""
    if not source:
        return None
    try:
        parts = urlsplit(source)
    except ValueError:
        return None
    return source if parts.scheme in ("https", "http") and parts.hostname else None


def card(result: Recommendation, catalogue: Catalogue, *, simulated: bool) -> Card:
    """One place on the list in words; a chance only where it was learned from what happened to people."""
    grant = catalogue.by_id[result.grant_id]
    return Card(
        title=grant.title,
        link=safe_link(grant.source),
        funder=grant.funder.name if grant.funder else "",
        kind=result.status.value,
        status=words.status(result.status, result.opens),
        qualifies=result.qualifies.text if result.status is Status.NEEDS_INFO else "",
        summary=grant.summary,
        amount=_amount(grant),
        route=words.ROUTE[result.route] + _closing(result),
        chance="" if simulated else _chance(result),
        decides=tuple(_decides(result)),
        reasons=(*_fits(result), *_learned(result)),
        needed=tuple(_needed(result, catalogue)),
        checked=f"We checked this on {words.day(result.checked_on)}." if result.checked_on else
        "We do not know when this was last checked.",
    )  # fmt: skip


def _amount(grant: Grant) -> str:
    if grant.amount is None or grant.amount.max is None or grant.amount.currency != "GBP":
        return ""
    return f"It gives up to {words.pounds(float(grant.amount.max))}."


def _closing(result: Recommendation) -> str:
    return f" It closes on {words.day(result.closes)}." if result.closes else ""


def _chance(result: Recommendation) -> str:
    if result.success is None:
        return ""
    low, high = (max(0, min(10, round(chance * 10))) for chance in (result.success.low, result.success.high))
    among = f"{low}" if low == high else f"{low} to {high}"
    return f"Of 10 people with a request like yours, about {among} were given something."


def _decides(result: Recommendation) -> Iterator[str]:
    if result.status is Status.DISCRETIONARY:
        yield from dict.fromkeys(reason.text for reason in result.reasons if reason.answer == "unknown")


def _fits(result: Recommendation) -> Iterator[str]:
    """What fits of the fund's rules; route and repeat are told elsewhere."""
    told = (
        reason
        for reason in result.reasons
        if reason.answer == "yes" and not reason.code.startswith(ELSEWHERE)
    )
    yield from dict.fromkeys(reason.text for reason in told)


def _learned(result: Recommendation) -> list[str]:
    """What raised it most on the list, as far as it is known."""
    known = [
        part
        for part in result.contributions
        if part.value is not None and part.points > 0 and part.feature not in TOLD_ELSEWHERE
    ]
    return [part.text for part in sorted(known, key=lambda part: -part.points)[:MOST_LEARNED]]


def _needed(result: Recommendation, catalogue: Catalogue) -> Iterator[str]:
    """The questions that together decide the grant, easiest first."""
    for name in result.missing[0] if result.missing else ():
        yield question_of(name, catalogue.facts)


def near_line(miss: NearMiss, catalogue: Catalogue) -> NearLine:
    """A near miss in one kind sentence."""
    grant = catalogue.by_id[miss.grant_id]
    return NearLine(grant.title, safe_link(grant.source), miss.text)


def results_page(asked: Asked, ranked: Ranked, catalogue: Catalogue, *, simulated: bool) -> dict[str, Any]:
    """Everything that the page of results shows."""
    page, shown = ranked.page, ranked.page.offset + len(ranked.results)
    notes = ([SIMULATED] if simulated else []) + ([DEGRADED] if ranked.degraded else [])
    return {
        "cards": [card(result, catalogue, simulated=simulated) for result in ranked.results],
        "total": page.total,
        "first": page.offset + 1,
        "more": shown if shown < page.total else None,
        "next": following(ranked, asked, catalogue),
        "near": [] if page.offset else [near_line(miss, catalogue) for miss in ranked.near_misses],
        "notes": notes,
        "sent": asked.sent,
    }
