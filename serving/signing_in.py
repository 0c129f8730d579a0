"""The way in for people: a form takes their key, a cookie remembers it for a working day, a button ends it."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from serving.access import DESKS, Key, Keyring, Scope
from serving.pages.render import page
from serving.refusals import CODE, Refusal
from serving.sessions import Sessions, cookie_in, drop_cookie, set_cookie

WRONG: Final = "This key is not right. Check that you have copied all of it"
LONGEST: Final = 200
"""Longest key that is looked at, in characters."""


def sent_pairs(body: bytes, *, most: int = 500) -> list[tuple[str, str]]:
    """The names and values of a sent form; raises `Refusal` 400 where it is none."""
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=most, errors="strict")
    except ValueError:
        raise Refusal(400, "The form could not be read.", code="BAD_FORM") from None


async def sign_in(request: Request) -> Response:
    """The form that takes a key, and where it leads."""
    keyring: Keyring = request.app.state.keyring
    sessions: Sessions = request.app.state.sessions
    if request.method != "POST":
        return page("sign_in.html", to=_safe(request.query_params.get("to", "")), problem="")
    try:
        sent = dict(sent_pairs(await request.body(), most=10))
    except Refusal as refusal:
        return refusal.response()
    to = _safe(sent.get("to", ""))
    key = keyring.find(sent.get("key", "").strip()[:LONGEST])
    if key is None or not rooms_of(key):
        return page("sign_in.html", code="NO_KEY", to=to, problem=WRONG)
    place = to if to in rooms_of(key) else rooms_of(key)[0]
    headers = {"Set-Cookie": set_cookie(sessions.begin(key))}
    return RedirectResponse(place, status_code=303, headers=headers)


async def sign_out(request: Request) -> Response:
    """End the session; the browser forgets the pages that it kept, too."""
    sessions: Sessions = request.app.state.sessions
    sessions.end(cookie_in(request.headers.get("cookie", "")))
    answer = page("signed_out.html")
    answer.headers["Set-Cookie"] = drop_cookie()
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def rooms_of(key: Key) -> tuple[str, ...]:
    """The addresses that a key opens in a browser, the likeliest first."""
    rooms = []
    if Scope.PARTNER in key.scopes:
        rooms.append("/partners")
    if {Scope.SIGN, Scope.STAFF} & key.scopes:
        rooms.append("/review")
    return tuple(rooms)


def _safe(to: str) -> str:
    """Only an address of ours that needs signing in; anything else leads nowhere."""
    return to if to in DESKS else ""


def to_sign_in(path: str) -> Response:
    """Where somebody is sent who opens a page without having signed in."""
    first = "/" + path.strip("/").split("/")[0]
    return RedirectResponse(
        f"/sign-in?to={first}" if first in DESKS else "/sign-in", status_code=303, headers={CODE: "NO_KEY"}
    )


def refused_page(refusal: Refusal) -> HTMLResponse:
    """What somebody reads whose session is over while a form is sent, or whose key is for something else."""
    answer = page("refused.html", over=refusal.status == 401)
    answer.status_code = refusal.status
    answer.headers[CODE] = refusal.code
    return answer


ROUTES: Final = (
    Route("/sign-in", sign_in, name="sign_in", methods=["GET", "POST"]),
    Route("/sign-out", sign_out, name="sign_out", methods=["POST"]),
)
