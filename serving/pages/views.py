"""Turns a ranked answer into the words and links of a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from data.catalogue import Catalogue
from data.grants import Grant
from serving.messages import NearMiss, Ranked, Recommendation
from serving.pages import words
from serving.pages.forms import Asked, question

SIMULATED: Final = (
    "The order of this list was learned from simulated applications that a program made up, "
    "not from what happened to real people."
)
DEGRADED: Final = "Part of our service is resting. The list is complete, but its order is simpler than usual."


@dataclass(frozen=True, slots=True)
class Card:
    """One grant as a person reads it."""

    title: str
    link: str | None
    funder: str
    kind: str
    status: str
    summary: str
    amount: str
    route: str
    chance: str
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


def card(result: Recommendation, catalogue: Catalogue) -> Card:
    """One place on the list in words."""
    grant = catalogue.by_id[result.grant_id]
    return Card(
        title=grant.title,
        link=safe_link(grant.source),
        funder=grant.funder.name if grant.funder else "",
        kind=result.status.value,
        status=words.status(result.status, result.opens),
        summary=grant.summary,
        amount=_amount(grant),
        route=words.ROUTE[result.route] + _closing(result),
        chance=_chance(result),
        reasons=tuple(dict.fromkeys(reason.text for reason in result.reasons if reason.answer == "yes")),
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


def _needed(result: Recommendation, catalogue: Catalogue) -> Iterator[str]:
    for facts in result.missing[:3]:
        asked = [_question(fact, catalogue) for fact in facts]
        yield " And: ".join(asked)


def _question(fact: str, catalogue: Catalogue) -> str:
    known = catalogue.facts.facts.get(fact)
    return known.asks if known else fact.replace("_", " ").capitalize()


def near_line(miss: NearMiss, text: str, catalogue: Catalogue) -> NearLine:
    """A near miss in one kind sentence."""
    grant = catalogue.by_id[miss.grant_id]
    return NearLine(grant.title, safe_link(grant.source), text)


def results_page(asked: Asked, ranked: Ranked, catalogue: Catalogue, *, simulated: bool) -> dict[str, Any]:
    """Everything that the page of results shows."""
    page, shown = ranked.page, ranked.page.offset + len(ranked.results)
    notes = ([SIMULATED] if simulated else []) + ([DEGRADED] if ranked.degraded else [])
    coming = ranked.next_question
    return {
        "cards": [card(result, catalogue) for result in ranked.results],
        "total": page.total,
        "first": page.offset + 1,
        "more": shown if shown < page.total else None,
        "next": question(catalogue.facts.facts[coming.fact], asked.sent)
        if coming and page.offset == 0
        else None,
        "near": [],
        "notes": notes,
        "sent": asked.sent,
    }
