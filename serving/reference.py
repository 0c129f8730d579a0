"""The description of the service for people: every call with its fields, from the same document that programs read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One field: its name on the wire, what it holds, whether it has to be sent, and what it means."""

    name: str
    kind: str
    needed: bool
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A form that a request or an answer has or holds."""

    name: str
    text: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One call."""

    method: str
    path: str
    summary: str
    access: str
    sent: str
    """Name of the form that is sent; empty where nothing is."""
    answered: str
    errors: tuple[tuple[str, str], ...]
    example: str
    """The body as JSON that works when it is pasted; empty where none is sent."""


def entries(document: Schema) -> Iterator[Entry]:
    """Tell the calls of an OpenAPI document, in its order."""
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            body = call.get("requestBody", {}).get("content", {}).get(JSON, {})
            answers = call["responses"]
            yield Entry(
                method=method.upper(),
                path=path,
                summary=call["summary"],
                access=call["description"],
                sent=_named(body.get("schema", {})),
                answered=_named(answers["200"]["content"][JSON]["schema"]),
                errors=tuple(
                    (status, told["description"]) for status, told in answers.items() if status != "200"
                ),
                example=json.dumps(body["example"], indent=1, ensure_ascii=False) if body else "",
            )


def parts(document: Schema) -> Iterator[Part]:
    """Tell the forms of an OpenAPI document, by name."""
    for name, schema in sorted(document["components"]["schemas"].items()):
        rows = tuple(_rows(schema))
        if rows:
            yield Part(name, schema.get("description", ""), rows)


def _rows(schema: Schema) -> Iterator[Row]:
    for name, field in schema.get("properties", {}).items():
        needed = name in schema.get("required", ())
        yield Row(name, _kind(field), needed, field.get("description", ""))


def _kind(field: Schema) -> str:
    """Say in words what a field holds."""
    if "$ref" in field:
        return _named(field)
    if "anyOf" in field or "oneOf" in field:
        return " or ".join(dict.fromkeys(_kind(one) for one in field.get("anyOf") or field["oneOf"]))
    if "const" in field or "enum" in field:
        return "one of " + ", ".join(json.dumps(one) for one in field.get("enum", [field.get("const")]))
    match field.get("type"):
        case "array":
            return f"list of {_kind(field.get('items', {}))}"
        case "string":
            return str(field.get("format", "text"))
        case "object":
            return "object"
        case "null":
            return "null"
        case str(plain):
            return plain
        case _:
            return "anything"


def _named(field: Schema) -> str:
    return str(field.get("$ref", "")).rpartition("/")[2]
