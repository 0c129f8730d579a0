"""One grant as a person reads it: what it pays, how likely it is, what is still open, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from models.eligibility.verdict import Status
from models.explanations.next_question import question_of
from serving.answers import NearMiss, Recommendation
from serving.pages import words
from serving.pages.links import pages_of, safe_link

ELSEWHERE: Final = ("ROUTE_", "OPEN", "NO_REPEAT_LIMIT")
"""Codes of findings that a card tells in its own place."""
TOLD_ELSEWHERE: Final = frozenset(
    {
        "qualifies",
        "sure",
        "special",
        "likely_and_paid",
        "likely_and_close",
        "awarded",
        "by_oneself",
        "no_other_cost",
    }
)
"""Columns whose meaning a card tells in its own place."""
MOST_LEARNED: Final = 2
"""Sentences about why a grant stands where it does, beside those on its rules."""
PARTNER: Final = "partner"
"""The word in questions that nobody who fled is asked."""
_MONEY: Final = re.compile(r"\b(?:grants?|money|payments?|paid|pays?|loans?|sum)\b", re.IGNORECASE)
"""Words of a summary that speak of money; what is given in kind has no sum to be told."""
MOST_WHY: Final = 4
"""Sentences about why a grant fits."""


@dataclass(frozen=True, slots=True)
class Card:
    """One grant as a person reads it."""

    id: str
    title: str
    funder: str
    kind: str
    """The status, for its colour."""
    group: str
    status: str
    summary: str
    amount: str
    time: str
    """How long the fund takes, and when it closes."""
    route: str
    by_itself: bool
    """Whether it comes without being asked for."""
    chance: str
    decides: tuple[str, ...]
    """What a person at the fund decides."""
    reasons: tuple[str, ...]
    needed: tuple[str, ...]
    """What is still open, the most decisive first, as questions."""
    steps: tuple[str, ...]
    apply: Apply
    checked: str
    """How and when its rules were read."""
    undated: str
    """Where to look, where nobody knows when that was; else empty."""


@dataclass(frozen=True, slots=True)
class Apply:
    """How to apply: as far as it is known."""

    link: str | None
    unseen: str
    """Said where the link is only the page that was read, and nothing tells how to apply; else empty."""
    page: str | None
    """The fund's own page, where it is another one."""
    council: str | None
    """The front page of the council's site, where the council gives it and no page of its own is known."""
    phone: str
    email: str
    address: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearLine:
    """A grant that one change or some time would bring, in one sentence."""

    title: str
    link: str | None
    text: str


def card(
    result: Recommendation,
    catalogue: Catalogue,
    *,
    simulated: bool,
    areas: tuple[str, ...] = (),
    ended: bool = False,
    danger: bool = False,
    worker: str = "",
) -> Card:
    """One place on the list in words; a chance only where it was learned from what happened to people.

    `areas` is where the person lives; `ended` tells that no question is left, so that the fund alone asks what is open;
    `worker` tells whether a worker helps (`yes`, `no` or empty); to somebody in danger no partner is named.
    """
    grant = catalogue.by_id[result.grant_id]
    return Card(
        id=grant.id,
        title=grant.title,
        funder=grant.funder.name if grant.funder else "",
        kind=result.status.value,
        group="" if result.status is Status.ELIGIBLE else words.GROUP[result.group],
        status=words.status(result.status, result.opens),
        summary=grant.summary,
        amount=_amount(grant),
        time=" ".join(_times(grant, result)),
        route=words.route(result.route, worker),
        by_itself=result.route == "automatic",
        chance="" if simulated else _chance(result),
        decides=tuple(_decides(result)),
        reasons=tuple(dict.fromkeys((*_fits(result), *_learned(result))))[:MOST_WHY],
        needed=() if ended else tuple(
            text for text in _needed(result, catalogue) if not danger or PARTNER not in text.lower()
        ),
        steps=result.steps,
        apply=apply_of(grant, catalogue, areas),
        checked=_checked(grant, result.checked_on),
        undated="" if _read(grant, result.checked_on)[1] else words.OWN_PAGE,
    )  # fmt: skip


def apply_of(grant: Grant, catalogue: Catalogue, areas: tuple[str, ...]) -> Apply:
    """Tell how to apply: on the page for the person's own area where there is one."""
    found = grant.apply
    around = [code for area in areas for code in (area, *catalogue.areas.ancestors(area))]
    (link, council), page = pages_of(found, around), safe_link(grant.source)
    seen = bool(link or council or (found and (found.phone or found.email or found.address)))
    return Apply(
        link=link or page,
        unseen="" if seen or grant.route == "automatic" else words.NO_APPLY,
        page=page if link and page != link else None,
        council=council,
        phone=(found.phone if found else None) or "",
        email=(found.email if found else None) or "",
        address=(found.address if found else None) or "",
        needs=found.needs if found else (),
    )


def _amount(grant: Grant) -> str:
    if grant.amount is None or grant.amount.currency != "GBP":
        return words.NO_AMOUNT if _MONEY.search(grant.summary) and "£" not in grant.summary else ""
    low, high = grant.amount.min, grant.amount.max
    if high is not None:
        same = low == high
        return (
            f"It gives {words.pounds(float(high))}."
            if same
            else f"It gives up to {words.pounds(float(high))}."
        )
    return f"It gives {words.pounds(float(low))} or more." if low else ""


def _times(grant: Grant, result: Recommendation) -> Iterator[str]:
    days = grant.apply.days_to_decide if grant.apply else None
    if days is not None:
        yield "It can decide within a day." if days <= 1 else f"It decides in about {days} days."
    if result.closes:
        yield f"It closes on {words.day(result.closes)}."


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
    for reason in result.reasons:
        if reason.answer == "yes" and not reason.code.startswith(ELSEWHERE):
            yield reason.text


def _learned(result: Recommendation) -> list[str]:
    """What raised it most on the list, as far as it is known."""
    known = [
        part
        for part in result.contributions
        if part.value is not None and part.points > 0 and part.feature not in TOLD_ELSEWHERE
    ]
    return [part.text for part in sorted(known, key=lambda part: -part.points)[:MOST_LEARNED]]


def _needed(result: Recommendation, catalogue: Catalogue) -> Iterator[str]:
    """The questions that together decide the grant, the most decisive first; of private ones no other is shown."""
    sets = sorted(result.missing, key=lambda names: result.decisive not in names)
    facts = catalogue.facts.facts
    for name in sorted(sets[0], key=lambda name: name != result.decisive) if sets else ():
        fact = facts.get(name.rpartition(".")[2])
        if fact is None or (fact.asked and (name == result.decisive or not fact.special_category)):
            yield question_of(name, catalogue.facts)


def _checked(grant: Grant, checked_on: date | None) -> str:
    """Say how and when its rules were read, as the catalogue has it."""
    what, on = _read(grant, checked_on)
    if on:
        how = "Read" if grant.read else "We checked this"
        return f"{how} on {words.day(on)}{f': {what}' if what else ''}."
    if what.startswith(words.GENERAL_KNOWLEDGE):
        return words.FROM_GENERAL_KNOWLEDGE
    return f"From {what}." if what else words.NEVER_CHECKED


def _read(grant: Grant, checked_on: date | None) -> tuple[str, date | None]:
    what, on = (grant.read.what, grant.read.on) if grant.read else ("", None)
    return what.rstrip("."), on or checked_on


def is_soon(miss: NearMiss) -> bool:
    """Tell whether a day or a change that would bring it is known; "paused, nobody knows until when" is no news."""
    return bool(miss.change or miss.from_day or miss.not_before)


def near_line(miss: NearMiss, catalogue: Catalogue) -> NearLine:
    """A near miss in one kind sentence."""
    grant = catalogue.by_id[miss.grant_id]
    return NearLine(grant.title, safe_link(grant.source), miss.text)
