"""Grants that somebody else has found, put in order: Metarank's call, so that a front end made for it can switch."""

from __future__ import annotations

import re
import time
from typing import Any, Final

from pydantic import ValidationError

from data.errors import BadApplicant
from serving.answering import Answering
from serving.answers import RankedItem, Reranked
from serving.messages import RankField, RankQuery, Reranking
from serving.refusals import Refusal, refusal_of_message

MODEL: Final = "champion"
"""The name by which whatever is live is asked for."""
OF_NEED: Final = {
    "query": "text",
    "purposes": "purposes",
    "reasons": "reasons",
    "amount": "amount",
    "for": "for",
}
"""Names of fields → what they are of the need."""
OF_QUESTION: Final = ("on", "postcode")
AREAS: Final = "areas"


def rerank(asked: Reranking, model: str, answering: Answering) -> Reranked:
    """Put the items in the order of the whole list; what is ruled out is left out. Raises BadApplicant, Refusal."""
    since = time.perf_counter()
    if model not in (MODEL, answering.loaded.versions.model):
        message = f"There is no model of this name; ask for `{MODEL}`, which is whatever is live."
        raise Refusal(404, message, code="UNKNOWN_MODEL", path="model")
    catalogue = answering.loaded.catalogue
    query, ignored = _question(asked.fields, frozenset(catalogue.facts.facts))
    try:
        scores = dict(answering.scored(query))
    except BadApplicant as error:
        raise _in_fields(error, asked) from None
    wanted = {item.id for item in asked.items}
    return Reranked(
        items=tuple(RankedItem(item=name, score=score) for name, score in scores.items() if name in wanted),
        ignored=ignored,
        unknown=tuple(item.id for item in asked.items if item.id not in catalogue.by_id),
        took=round((time.perf_counter() - since) * 1000),
    )


def _question(fields: tuple[RankField, ...], facts: frozenset[str]) -> tuple[RankQuery, tuple[str, ...]]:
    """Read the fields as a question of `/v1/rank`, and name those that it has no place for. Raises Refusal."""
    need: dict[str, Any] = {}
    applicant: dict[str, Any] = {"facts": {}}
    told: dict[str, Any] = {"need": need, "applicant": applicant}
    ignored = []
    for field in fields:
        value = list(field.value) if isinstance(field.value, tuple) else field.value
        if field.name in OF_NEED:
            need[OF_NEED[field.name]] = value
        elif field.name == AREAS:
            applicant[AREAS] = value if isinstance(value, list) else [value]
        elif field.name in OF_QUESTION:
            told[field.name] = value
        elif field.name in facts:
            applicant["facts"][field.name] = value
        else:
            ignored.append(field.name)
    try:
        return RankQuery.model_validate(told), tuple(ignored)
    except ValidationError as error:
        raise _of_field(refusal_of_message(error), fields) from None


def _of_field(refusal: Refusal, fields: tuple[RankField, ...]) -> Refusal:
    """Say which field was meant by a path of the question, such as `need.amount`."""
    parts = re.split(r"[.\[\]]+", refusal.path or "")
    names = {OF_NEED.get(field.name, field.name): at for at, field in enumerate(fields)}
    at = next((names[part] for part in parts if part in names), None)
    return refusal if at is None else _at(refusal, f"fields.{at}.value")


def _in_fields(error: BadApplicant, asked: Reranking) -> Refusal:
    """Say which field was meant by a path of the applicant, such as `applicant.facts.age`."""
    refusal = Refusal(422, error.message, code=error.code, path=error.path)
    return _of_field(refusal, asked.fields)


def _at(refusal: Refusal, path: str) -> Refusal:
    return Refusal(refusal.status, refusal.message, code=refusal.code, path=path)
