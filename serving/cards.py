"""What an answer says of each grant, so that a client can draw the whole list from it: titles, links, how to apply."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from typing import Any, Final

from data.catalogue.grants import Apply, Grant
from data.catalogue.reading import Catalogue
from models.eligibility.memo import catalogue_memo
from models.explanations.near_miss import NearMiss as FoundMiss
from models.explanations.next_question import NextQuestion as FoundQuestion
from models.explanations.next_question import question_of
from models.listing.recommendations import Recommendation as Found
from serving.answers import (
    AmountOut,
    ApplyOut,
    FunderOut,
    NearMiss,
    NextQuestion,
    PurposeOut,
    ReadOut,
    Recommendation,
)
from serving.pages import words
from serving.pages.links import pages_of, safe_link

_FOUND: Final = tuple(field.name for field in fields(Found))


def recommendation(
    found: Found, catalogue: Catalogue, places: Iterable[str], asked: Collection[str] = ()
) -> Recommendation:
    """Tell one place of a list with all that is known of its grant.

    `places` are the person's areas, nearest first; `asked` are codes of the purposes that the need is about.
    """
    grant = catalogue.by_id[found.grant_id]
    purposes = catalogue.facts.purpose_texts
    memo = catalogue_memo(catalogue.facts, catalogue.areas)
    return Recommendation(
        **{name: getattr(found, name) for name in _FOUND},
        **memo.memoised(grant, "card", lambda: _of_grant(grant, purposes)),
        apply=None if grant.apply is None else _apply(grant.apply, places),
        status_text=words.status(found.status, found.opens),
        missing_text=tuple(_questions(names, catalogue) for names in found.missing),
        fit=_fit(grant, asked, purposes),
    )


def near_miss(found: FoundMiss, catalogue: Catalogue) -> NearMiss:
    """Tell a near miss with its grant's title and link."""
    grant = catalogue.by_id[found.grant_id]
    told = {field.name: getattr(found, field.name) for field in fields(found)}
    return NearMiss(**told, title=grant.title, link=safe_link(grant.source))


def next_question(found: FoundQuestion | None, catalogue: Catalogue) -> NextQuestion | None:
    """Tell the next question with the answers that may be given to it."""
    if found is None:
        return None
    asked = {field.name: getattr(found, field.name) for field in fields(found)}
    name = found.fact.rpartition(".")[2]
    fact = catalogue.facts.facts.get(name)
    if fact is None:
        kind = name if name in ("areas", "work") else "list"
        values = dict(catalogue.facts.trades) if name == "work" else {}
        return NextQuestion(**asked, kind=kind, values=values, unit=None, min=None, max=None, sensitive=False)
    low, high = fact.limits
    return NextQuestion(
        **asked,
        kind=fact.kind,
        values=dict(fact.values),
        unit=fact.unit,
        min=None if low is None else float(low),
        max=None if high is None else float(high),
        sensitive=fact.sensitive,
    )


def _of_grant(grant: Grant, purposes: Mapping[str, str]) -> dict[str, Any]:
    """Give what a card says to everybody, checked once."""
    funder, amount = grant.funder, grant.amount
    return {
        "title": grant.title,
        "link": safe_link(grant.source),
        "funder": None if funder is None else FunderOut(**funder.model_dump()),
        "summary": grant.summary,
        "amount": None if amount is None else AmountOut(**amount.model_dump()),
        "read": None if grant.read is None else ReadOut(**grant.read.model_dump()),
        "purposes": tuple(PurposeOut(code=code, text=purposes[code]) for code in grant.purposes),
    }


def _apply(apply: Apply, places: Iterable[str]) -> ApplyOut:
    url, council = pages_of(apply, places)
    days = apply.days_to_decide
    return ApplyOut(
        url=url,
        council=council,
        phone=apply.phone,
        email=apply.email,
        address=apply.address,
        needs=apply.needs,
        days_to_decide=None if days is None else int(days),
    )


def _questions(names: Iterable[str], catalogue: Catalogue) -> str:
    return " ".join(question_of(name, catalogue.facts) for name in names)


def _fit(grant: Grant, asked: Collection[str], purposes: Mapping[str, str]) -> dict[str, str] | None:
    """Say what of all that is asked for the grant pays; None where that cannot be told."""
    paid = [purposes[code].lower() for code in grant.purposes if code in asked]
    return {"text": f"It pays for {' and for '.join(paid[:2])}."} if paid else None
