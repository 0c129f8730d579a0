"""The gate in front of everything, BentoML's own routes included: access, limits, one shape of error."""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel
from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from serving.access import (
    AT_DESKS,
    FORMS,
    PROBES,
    STORED,
    Key,
    Keyring,
    RateLimit,
    is_loopback,
    name_in_journal,
)
from serving.access import Scope as KeyScope
from serving.journal import journal
from serving.measures import Measures
from serving.pages.render import sorry
from serving.reading import header, media_type, read_body, read_message, replay
from serving.refusals import CODE, REASONS, REQUEST_ID, Refusal, plain_refusal
from serving.sessions import Sessions, cookie_in
from serving.settings import Settings
from serving.signing_in import refused_page, to_sign_in

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FORM: Final = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Visit:
    """One request on its way through the gate."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    route: str = "none"
    key: str = "none"
    status: int = 0
    code: str | None = None
    reasons: list[str] = field(default_factory=list)
    """Why something went wrong here; nothing about the person."""
    since: float = field(default_factory=time.perf_counter)


def matched_route(scope: Scope, routes: list[BaseRoute]) -> str:
    """Name of the route that will answer; raise `Refusal` 404 or 405. Never a look at the text of the path."""
    allowed: set[str] = set()
    for route in routes:
        match, child = route.matches(scope)
        if match is Match.FULL:
            inner = route.routes if isinstance(route, Mount) else None
            if inner:
                return matched_route({**scope, **child}, inner)
            return str(getattr(route, "name", None))
        if match is Match.PARTIAL:
            allowed |= getattr(route, "methods", None) or _inner_methods({**scope, **child}, route)
    if allowed:
        raise Refusal(405, headers={"Allow": ", ".join(sorted(allowed))})
    raise Refusal(404)


def _inner_methods(scope: Scope, mount: BaseRoute) -> set[str]:
    inner = getattr(mount, "routes", None) or []
    partial = [route for route in inner if route.matches(scope)[0] is Match.PARTIAL]
    return {method for route in partial for method in getattr(route, "methods", None) or ()}


class Gate:
    """ASGI middleware that every request passes before any handler sees it."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        keyring: Keyring,
        measures: Measures,
        messages: Mapping[str, type[BaseModel]],
        warnings: Callable[[], Sequence[str]],
        sessions: Sessions,
    ) -> None:
        self.warnings = warnings
        self.app, self.settings, self.keyring, self.measures = app, settings, keyring, measures
        self.messages, self.sessions = messages, sessions
        self.direct: Mapping[str, Callable[[Any], Awaitable[Response]]] = {}
        """What answers a route's checked message at once; other routes go through the whole application."""
        self.rate = RateLimit(settings.rate)
        self.inside = {True: 0, False: 0}
        """Requests inside, by whether they wait for the store."""
        self.journal: FilteringBoundLogger = journal()
        self.origins = tuple(settings.origins.split())
        self.way_in: ASGIApp = self._let_in
        if self.origins:
            self.way_in = CORSMiddleware(
                self._let_in,
                self.origins,
                allow_methods=("GET", "POST"),
                allow_headers=("authorization", "content-type"),
                expose_headers=("x-request-id", CODE),
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here; browsers of other origins are told whether they may ask."""
        await self.way_in(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visit = Visit()
        REQUEST_ID.set(visit.id)
        REASONS.set(visit.reasons)
        outward = self._outward(scope, visit, send)
        try:
            inward = await self._admit(scope, receive, visit)
        except Refusal as refusal:
            await _refused(refusal, scope, visit)(scope, receive, outward)
        else:
            if visit.route == "readyz":
                await JSONResponse({"ready": True, "warnings": list(self.warnings())})(scope, inward, outward)
                return
            await self._pass_on(scope, inward, outward, visit.route)
        finally:
            self._note(scope, visit)

    async def _admit(self, scope: Scope, receive: Receive, visit: Visit) -> Receive:
        if self.keyring.demo:
            _check_at_home(scope)
        visit.route = matched_route(scope, scope["app"].routes)
        if visit.route in PROBES:
            return receive
        key = scope["key"] = self._check_key(scope, visit.route)
        visit.key = name_in_journal(key)
        client = (scope.get("client") or ("unknown", 0))[0]
        public = header(scope, b"origin") in self.origins
        if public and key is not None and key.scopes != {KeyScope.RANK}:
            raise Refusal(403, "A browser shows its key to everybody: use one with the scope rank alone.")
        if wait := self.rate.wait(f"{key.name if key else ''} {client if public or not key else ''}"):
            raise Refusal(429, headers={"Retry-After": str(int(wait) + 1)})
        if scope["method"] in ("GET", "HEAD", "DELETE"):
            return receive
        return await self._admit_body(scope, receive, visit)

    def _check_key(self, scope: Scope, route: str) -> Key | None:
        needed = self.keyring.needed(route)
        if needed is not None and not needed:
            return None
        kind, _, token = header(scope, b"authorization").partition(" ")
        key = self.keyring.find(token.strip()) if kind.lower() == "bearer" else None
        if key is None and not token and route in AT_DESKS:
            key = self.sessions.key_of(cookie_in(header(scope, b"cookie")), self.keyring.keys)
        if key is None:
            raise Refusal(401, headers={"WWW-Authenticate": "Bearer"})
        if needed is None or not needed & key.scopes:
            raise Refusal(403)
        return key

    async def _admit_body(self, scope: Scope, receive: Receive, visit: Visit) -> Receive:
        if self.inside[visit.route in STORED] >= self.settings.threads + self.settings.waiting:
            raise Refusal(429, headers={"Retry-After": "1"})
        kind = self.messages.get(visit.route)
        if visit.route in FORMS:
            _check_same_origin(scope)
            if media_type(scope) != FORM:
                raise Refusal(415, "Send the form as a browser does.", code="NOT_A_FORM")
        elif media_type(scope) != "application/json":
            raise Refusal(415)
        elif header(scope, b"content-encoding"):
            raise Refusal(415, "Send the body uncompressed.")
        limit, seconds = self.settings.body_limit, self.settings.body_seconds
        body = await read_body(scope, receive, limit=limit, seconds=seconds)
        if kind is not None:
            scope["message"] = message = read_message(body, kind)
            REQUEST_ID.set(getattr(message, "request_id", None) or visit.id)
        return replay(body, receive)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, route: str) -> None:
        stored, direct = route in STORED, self.direct.get(route)
        self.inside[stored] += 1
        try:
            app = self.app if direct is None else await direct(scope["message"])
            await app(scope, receive, send)
        finally:
            self.inside[stored] -= 1

    def _outward(self, scope: Scope, visit: Visit, send: Send) -> Send:
        """Put our headers on every answer, and our shape on errors that others made."""
        replaced = False

        async def outward(message: Message) -> None:
            nonlocal replaced
            if replaced:
                return
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                visit.status, visit.code = message["status"], headers.get(CODE)
                if visit.status >= 400 and visit.code is None:
                    await _told(plain_refusal(visit.status), scope)({"type": "http"}, _nothing, outward)
                    replaced = True
                    return
                headers.update({name: value for name, value in HEADERS.items() if name not in headers})
                headers["X-Request-Id"] = visit.id
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return outward

    def _note(self, scope: Scope, visit: Visit) -> None:
        seconds = time.perf_counter() - visit.since
        self.measures.requests.labels(visit.route, str(visit.status)).inc()
        self.measures.seconds.labels(visit.route).observe(seconds)
        if visit.route in PROBES and visit.status == 200:
            return
        fields: dict[str, Any] = {"method": _method(scope), "route": visit.route, "status": visit.status}
        fields |= {"ms": round(seconds * 1000, 1), "request_id": visit.id, "key": visit.key}
        if visit.code:
            fields["code"] = visit.code
        if visit.reasons:
            fields["why"] = "; ".join(visit.reasons)
        self.journal.info("request", **fields)


def _refused(refusal: Refusal, scope: Scope, visit: Visit) -> ASGIApp:
    """The refusal as a browser shows it at a desk, else as a client reads it."""
    if visit.route not in AT_DESKS:
        return _told(refusal, scope)
    if "text/html" not in header(scope, b"accept"):
        return refusal.response()
    if refusal.status == 401 and scope["method"] in ("GET", "HEAD"):
        return to_sign_in(scope["path"])
    return refused_page(refusal) if refusal.status in (401, 403) else sorry(refusal)


def _told(refusal: Refusal, scope: Scope) -> Response:
    """A refusal as a page where a browser asks for one, else as data."""
    return sorry(refusal) if "text/html" in header(scope, b"accept") else refusal.response()


def _method(scope: Scope) -> str:
    known = ("GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS")
    return scope["method"] if scope["method"] in known else "other"


def _check_at_home(scope: Scope) -> None:
    """In the demo, only this machine asks, and by a name that nobody else can point here."""
    server, client = scope.get("server") or (None, 0), scope.get("client") or (None, 0)
    named = urlsplit("//" + header(scope, b"host")).hostname
    if not all(is_loopback(host) for host in (server[0], client[0], named)):
        raise Refusal(
            403, "Without access keys this service answers its own machine only.", code="LOOPBACK_ONLY"
        )


def _check_same_origin(scope: Scope) -> None:
    """A form is taken from our own pages only."""
    origin, site = header(scope, b"origin"), header(scope, b"sec-fetch-site")
    if origin and urlsplit(origin).netloc != header(scope, b"host"):
        raise Refusal(403, "This form was sent from another site.", code="OTHER_ORIGIN")
    if site not in ("", "same-origin", "none"):
        raise Refusal(403, "This form was sent from another site.", code="OTHER_ORIGIN")


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
