"""The description of the service for programs, made from the same types that read and write its JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from serving.answers import (
    Erased,
    ErrorAnswer,
    FactsAnswer,
    GrantAnswer,
    Kept,
    Ledger,
    Live,
    Ranked,
    Standings,
)
from serving.messages import MESSAGES, Message

REF: Final = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: where, what it is for, what it answers."""

    method: str
    path: str
    route: str
    summary: str
    answer: type[Message]


CALLS: Final = (
    Call("post", "/v1/rank", "rank", "Grants that fit a person and a need, best first.", Ranked),
    Call(
        "post",
        "/v1/eligibility",
        "eligibility",
        "How a person stands to grants, without an order.",
        Standings,
    ),
    Call("post", "/v1/events", "events", "Tell what was shown, opened and applied for.", Kept),
    Call("post", "/v1/outcomes", "outcomes", "Tell applications and what came of them.", Kept),
    Call("post", "/v1/judgements", "judgements", "Tell what partners think of grants.", Kept),
    Call("get", "/v1/facts", "facts", "What can be asked of a person, and why.", FactsAnswer),
    Call("get", "/v1/grants/{id}", "grant", "One grant.", GrantAnswer),
    Call("get", "/v1/models/live", "models_live", "What is live now.", Live),
    Call(
        "get", "/v1/models/history", "models_history", "What was live, since when, approved by whom.", Ledger
    ),
    Call("delete", "/v1/people/{pseudonym}", "erase", "Erase everything kept under a pseudonym.", Erased),
)


def openapi(version: str) -> dict[str, Any]:
    """The whole description, as OpenAPI 3.1."""
    kinds: list[type[Message]] = [*MESSAGES.values(), *(call.answer for call in CALLS), ErrorAnswer]
    modes = [
        (kind, "validation" if kind in MESSAGES.values() else "serialization")
        for kind in dict.fromkeys(kinds)
    ]
    refs, schemas = models_json_schema(modes, ref_template=REF)  # type: ignore[arg-type]
    paths: dict[str, Any] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method] = _operation(
            call, {kind: ref for (kind, _), ref in refs.items()}
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Grants for people in hardship", "version": version},
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def _operation(call: Call, refs: Mapping[Any, Any]) -> dict[str, Any]:
    def content(kind: type[Message]) -> dict[str, Any]:
        return {"application/json": {"schema": refs[kind]}}

    operation: dict[str, Any] = {
        "operationId": call.route,
        "summary": call.summary,
        "parameters": list(_parameters(call.path)),
        "responses": {
            "200": {"description": "The answer.", "content": content(call.answer)},
            "4XX": {"description": "What is wrong with the request.", "content": content(ErrorAnswer)},
            "5XX": {"description": "Something is wrong here.", "content": content(ErrorAnswer)},
        },
    }
    if call.route in MESSAGES:
        operation["requestBody"] = {"required": True, "content": content(MESSAGES[call.route])}
    return operation


def _parameters(path: str) -> Iterator[dict[str, Any]]:
    for part in path.split("/"):
        if part.startswith("{"):
            yield {
                "name": part[1:-1],
                "in": "path",
                "required": True,
                "schema": {"type": "string", "minLength": 1},
            }
