"""Reading a request body: never more than the limit, never ambiguous, and into a message at once."""

from __future__ import annotations

import asyncio
import json
import math
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.types import Message, Receive, Scope

from serving.refusals import Refusal, refusal_of_message

M = TypeVar("M", bound=BaseModel)


def header(scope: Scope, name: bytes) -> str:
    """The value of a request header, or an empty text."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def media_type(scope: Scope) -> str:
    """The bare content type of the request, in lower case."""
    return header(scope, b"content-type").split(";")[0].strip().lower()


async def read_body(scope: Scope, receive: Receive, *, limit: int, seconds: float) -> bytes:
    """Read the body; refuse at the first byte over the limit, or when it takes too long."""
    stated = header(scope, b"content-length")
    if stated.isdigit() and len(stated) < 16 and int(stated) > limit:
        raise Refusal(413, headers={"Connection": "close"})
    try:
        async with asyncio.timeout(seconds):
            return await _collect(receive, limit)
    except TimeoutError:
        raise Refusal(408, headers={"Connection": "close"}) from None


async def _collect(receive: Receive, limit: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "The connection closed before the body was complete.")
        body += message.get("body", b"")
        if len(body) > limit:
            raise Refusal(413, headers={"Connection": "close"})
        if not message.get("more_body", False):
            return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """Give the application the body that was already read, and after it what really comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def read_message(body: bytes, kind: type[M]) -> M:
    """Read JSON into a message; refuse what JSON leaves open: a key given twice, NaN, infinity."""
    try:
        message = kind.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise refusal_of_message(error) from None
    json.loads(body, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    return message


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) < len(pairs):
        raise Refusal(400, "A key stands twice in one object.", code="INVALID_JSON")


def _no_number(_: str) -> NoReturn:
    raise Refusal(400, "NaN and infinity are not JSON numbers.", code="INVALID_JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Refusal(400, "A number is too large.", code="INVALID_JSON")
    return number
