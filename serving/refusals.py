"""Every refusal in one shape, so that a client has one thing to read and nothing internal leaks."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError
from starlette.responses import JSONResponse

from data.errors import BadApplicant, GrantMatchError

SHOWN = 200
"""Longest path or message that is sent back, in characters."""

CODES: Mapping[int, tuple[str, str]] = {
    400: ("BAD_REQUEST", "The request could not be read."),
    401: ("NO_KEY", "Send an access key: Authorization: Bearer …"),
    403: ("NOT_ALLOWED", "This key is not for this."),
    404: ("NOT_FOUND", "There is nothing at this address."),
    405: ("METHOD_NOT_ALLOWED", "This address does not take this method."),
    408: ("TOO_SLOW", "The request body did not arrive in time."),
    409: ("CONFLICT", "This id was used before with other content."),
    413: ("TOO_LARGE", "The request body is too large."),
    415: ("NOT_JSON", "Send the body as application/json."),
    422: ("INVALID_REQUEST", "A field is not as it should be."),
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

    def response(self, request_id: str) -> JSONResponse:
        """The refusal as it is sent."""
        body = {
            "code": self.code,
            "message": self.message[:SHOWN],
            "path": self.path[:SHOWN] if self.path else None,
            "request_id": request_id,
        }
        return JSONResponse({"error": body}, status_code=self.status, headers=self.headers)


def refusal_of_applicant(error: BadApplicant) -> Refusal:
    """Say which fact of the applicant cannot be used."""
    return Refusal(422, error.message, code=error.code, path=error.path)


def refusal_of_message(error: ValidationError) -> Refusal:
    """Name the first wrong field of a request, without its value."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return Refusal(400, "The body is not valid JSON.", code="INVALID_JSON")
    return Refusal(422, first["msg"], path=".".join(str(part) for part in first["loc"]))
