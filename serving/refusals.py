"""Every refusal in one shape, so that a client has one thing to read and nothing internal leaks."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Final

from pydantic import ValidationError
from starlette.responses import JSONResponse

from data.errors import (
    BadApplicant,
    BadRecord,
    Conflict,
    ErasedPerson,
    GrantMatchError,
    StoreError,
    UnknownRecord,
)

SHOWN: Final = 300
"""Longest path or message that is sent back, in characters."""

CODE: Final = "X-Error-Code"
"""Marks a refusal of ours; an error without it comes from BentoML or Starlette and is put in our shape."""

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="none")
"""The id of the request being answered: the client's own where it gave one."""

REASONS: ContextVar[list[str]] = ContextVar("reasons")
"""Where it is noted for the log why the request being answered failed here."""

CODES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("BAD_REQUEST", "The request could not be read."),
    401: ("NO_KEY", "Send an access key: Authorization: Bearer …"),
    403: ("NOT_ALLOWED", "This key is not for this."),
    404: ("NOT_FOUND", "There is nothing at this address."),
    405: ("METHOD_NOT_ALLOWED", "This address does not take this method."),
    408: ("TOO_SLOW", "The request did not arrive in time."),
    409: ("CONFLICT", "This id was used before with other content."),
    413: ("TOO_LARGE", "The request body is too large."),
    415: ("NOT_JSON", "Send the body as application/json."),
    422: ("INVALID_REQUEST", "A field is not as it should be."),
    431: ("HEADERS_TOO_LARGE", "The headers of the request are too large."),
    429: ("TOO_MANY_REQUESTS", "Too many requests; try again shortly."),
    500: ("INTERNAL", "Something went wrong here; it is not about your request."),
    503: ("UNAVAILABLE", "This part of the service is not available now."),
    504: ("DEADLINE", "The answer took too long."),
}
"""HTTP status → the code and the sentence of its plain refusal."""


class Refusal(GrantMatchError):
    """A request that is not answered as asked: the HTTP status, a stable code, a sentence and the field."""

    def __init__(
        self,
        status: int,
        message: str | None = None,
        *,
        code: str | None = None,
        path: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        plain_code, plain_message = CODES[status]
        self.status, self.code, self.message = status, code or plain_code, message or plain_message
        self.path, self.headers = path, dict(headers or {})
        super().__init__(f"{self.status} {self.code}")

    def response(self) -> JSONResponse:
        """The refusal as it is sent."""
        body = {
            "code": self.code,
            "message": self.message[:SHOWN],
            "path": self.path[:SHOWN] if self.path else None,
            "request_id": REQUEST_ID.get(),
        }
        return JSONResponse(
            {"error": body}, status_code=self.status, headers={**self.headers, CODE: self.code}
        )


def plain_refusal(status: int) -> Refusal:
    """Put an error that others made into our shape, by its status alone."""
    if status not in CODES:
        status = 400 if status < 500 else 500
    return Refusal(status)


def refusal_of(error: GrantMatchError) -> Refusal:
    """Choose the HTTP status of an error; whatever is not about the request says nothing of its inside."""
    match error:
        case Refusal():
            return error
        case BadApplicant():
            return Refusal(422, error.message, code=error.code, path=error.path)
        case ErasedPerson():
            return Refusal(409, "The record is about someone who was erased.", code="ERASED")
        case BadRecord():
            return Refusal(422, _sentence(error), code="INVALID_RECORD", path=error.field)
        case Conflict():
            return Refusal(409, _sentence(error))
        case UnknownRecord():
            return Refusal(422, _sentence(error), code="UNKNOWN_RECORD")
        case StoreError():
            return not_confirmed(str(error))
        case _:
            _note(type(error).__name__)
            return Refusal(500)


def not_confirmed(why: str) -> Refusal:
    """Say that the store did not answer: what it was sent may be kept or not; `why` is for the log alone."""
    _note(why)
    message = "The store does not answer. Send it again later: what was kept already is not kept twice."
    return Refusal(503, message, headers={"Retry-After": "5"})


def _note(why: str) -> None:
    REASONS.get([]).append(why)


def _sentence(error: GrantMatchError) -> str:
    told = str(error)
    return f"{told[:1].upper()}{told[1:]}."


def refusal_of_message(error: ValidationError) -> Refusal:
    """Name the first wrong field of a request, without its value."""
    first = error.errors(include_url=False, include_context=False)[0]
    if first["type"] == "json_invalid":
        return Refusal(400, "The body is not valid JSON.", code="INVALID_JSON")
    message = first["msg"].replace(repr(first["input"]), "this value")
    return Refusal(422, message, path=".".join(str(part) for part in first["loc"]) or None)
