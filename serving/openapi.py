"""The description of the service for programs, made from the same types that read and write its JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from data.people.applicants import ApplicantRecord
from data.people.events import NAME_LENGTH
from serving.access import ROUTES
from serving.answers import (
    AreasAnswer,
    Erased,
    ErrorAnswer,
    FactsAnswer,
    GrantAnswer,
    Kept,
    Ledger,
    Live,
    Ranked,
    Reranked,
    SituationsAnswer,
    Standings,
)
from serving.examples import EVENTS, JUDGEMENTS, OUTCOMES, PARENT, RANK, RERANK
from serving.messages import MESSAGES, EligibilityQuery, Message, RankQuery
from serving.refusals import CODES

ABOUT: Final = (
    "Send a key with every call: `Authorization: Bearer …`. Every error has the shape of `ErrorAnswer`: a code that "
    "stays the same, a sentence, the path of the field, and the id under which it was logged. Every answer under `/v1` "
    "carries `versions`, and `degraded` where a part of it stood in for another. What is told twice is kept once."
)
REF: Final = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: where, what it is for, what it answers."""

    method: str
    path: str
    route: str
    summary: str
    answer: type[Message]
    example: Mapping[str, Any] | None = None
    """A body that works as it stands."""


CALLS: Final = (
    Call("post", "/v1/rank", "rank", "Grants that fit a person and a need, best first.", Ranked, RANK),
    Call(
        "post",
        "/v1/eligibility",
        "eligibility",
        "How a person stands to grants, without an order.",
        Standings,
        {"applicant": PARENT, "explain": False},
    ),
    Call(
        "post",
        "/rank/{model}",
        "rerank",
        "Grants that were found elsewhere, best first, in the form of Metarank; the model is `champion`.",
        Reranked,
        RERANK,
    ),
    Call("post", "/v1/events", "events", "Tell what was shown, opened and applied for.", Kept, EVENTS),
    Call("post", "/v1/outcomes", "outcomes", "Tell applications and what came of them.", Kept, OUTCOMES),
    Call("post", "/v1/judgements", "judgements", "Tell what partners think of grants.", Kept, JUDGEMENTS),
    Call("get", "/v1/facts", "facts", "What can be asked of a person, and why.", FactsAnswer),
    Call("get", "/v1/areas", "areas", "The places that may be told.", AreasAnswer),
    Call(
        "get", "/v1/situations", "situations", "Made-up people whose lists partners grade.", SituationsAnswer
    ),
    Call("get", "/v1/grants/{id}", "grant", "One grant.", GrantAnswer),
    Call("get", "/v1/models/live", "models_live", "What is live now.", Live),
    Call(
        "get", "/v1/models/history", "models_history", "What was live, since when, approved by whom.", Ledger
    ),
    Call("delete", "/v1/people/{pseudonym}", "erase", "Erase everything kept under a pseudonym.", Erased),
)


def openapi(version: str) -> dict[str, Any]:
    """The whole description, as OpenAPI 3.1."""
    sent: list[type[BaseModel]] = [*MESSAGES.values(), ApplicantRecord]
    kinds: list[type[BaseModel]] = [*sent, *(call.answer for call in CALLS), ErrorAnswer]
    modes = [(kind, "validation" if kind in sent else "serialization") for kind in dict.fromkeys(kinds)]
    refs, schemas = models_json_schema(modes, ref_template=REF)  # type: ignore[arg-type]
    defined = schemas["$defs"]
    for question in (RankQuery, EligibilityQuery):  # they are read with the catalogue's facts at hand
        told = defined[question.__name__]["properties"]["applicant"]
        defined[question.__name__]["properties"]["applicant"] = {
            "$ref": REF.format(model=ApplicantRecord.__name__),
            "description": told["description"],
        }
    paths: dict[str, Any] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method] = _operation(
            call, {kind: ref for (kind, _), ref in refs.items()}
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Grants for people in hardship", "version": version, "description": ABOUT},
        "paths": paths,
        "components": {
            "schemas": defined,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def _operation(call: Call, refs: Mapping[Any, Any]) -> dict[str, Any]:
    def content(kind: type[Message]) -> dict[str, Any]:
        return {"application/json": {"schema": refs[kind]}}

    needed = sorted(ROUTES.get(call.route) or ())
    errors = {str(status): CODES[status][1] for status in _errors(call)}
    operation: dict[str, Any] = {
        "operationId": call.route,
        "summary": call.summary,
        "description": f"Needs a key with the scope {' or '.join(needed)}.",
        "parameters": list(_parameters(call.path)),
        "responses": {
            "200": {"description": "The answer.", "content": content(call.answer)},
            **{code: {"description": told, "content": content(ErrorAnswer)} for code, told in errors.items()},
        },
    }
    if call.route in MESSAGES:
        body = content(MESSAGES[call.route])
        body["application/json"]["example"] = call.example
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _errors(call: Call) -> list[int]:
    """The statuses of the errors that a call may answer."""
    body = (408, 409, 413, 415, 422) if call.route in MESSAGES else ()
    path = (404, 422) if "{" in call.path else ()
    return sorted({400, 401, 403, 405, 429, 431, 500, 503, 504, *body, *path})


def _parameters(path: str) -> Iterator[dict[str, Any]]:
    for part in path.split("/"):
        if part.startswith("{"):
            yield {
                "name": part[1:-1],
                "in": "path",
                "required": True,
                "schema": {"type": "string", "minLength": 1, "maxLength": NAME_LENGTH},
            }
