"""Puts values into the page templates; everything is escaped, and a missing value is an error."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from data.people.urgent_help import NOBODY, UrgentHelp
from serving.refusals import CODE, Refusal

HERE: Final = Path(__file__).parent
STYLE: Final = HERE / "style.css"
SCRIPT: Final = HERE / "leave.js"

SORRY: Final = {
    404: (
        "Page not found",
        "There is no page at this address. You may have typed it wrong, or it has moved.",
    ),
    408: ("That took too long", "Your answers did not reach us in time. Please try again."),
    413: ("That was too much text", "Please write less and try again."),
    429: ("Many people are asking just now", "Please wait a minute and try again."),
    503: ("We cannot answer just now", "Please try again in a few minutes."),
    504: ("That took too long", "Please try again in a few minutes."),
}
"""HTTP status → what a person reads who met it."""
PLAIN: Final = {"danger": False, "visit": "", "helpline": None}
"""What a page shows of leaving where nothing is in view."""
OTHERWISE: Final = ("Something went wrong", "It is not your fault. Please start again.")


@cache
def templates() -> Environment:
    """The page templates, compiled once."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["help_book"] = NOBODY
    return made


def speak_of(places: UrgentHelp) -> None:
    """Have every page that comes without a list say where this deployment's people turn in danger."""
    templates().globals["help_book"] = places


def page(name: str, *, code: str | None = None, **values: Any) -> HTMLResponse:
    """A page as a response; with the code of what is to be put right, if anything is.

    The browser may keep it for the way back from a fund's own page: without that, "back" would show an error. Where
    `hidden` is among the values, once danger is in view, it keeps nothing.
    """
    kept = "no-store" if values.get("hidden") else "private, no-cache"
    headers = {"Cache-Control": kept, **({CODE: code} if code else {})}
    html = templates().get_template(name).render({**PLAIN, **values})
    return HTMLResponse(html, status_code=422 if code else 200, headers=headers)


def sorry(refusal: Refusal) -> HTMLResponse:
    """A refusal as a page, for a browser."""
    heading, text = SORRY.get(refusal.status, OTHERWISE)
    values = {**PLAIN, "heading": heading, "text": text}
    html = templates().get_template("sorry.html").render(values)
    return HTMLResponse(html, status_code=refusal.status, headers={**refusal.headers, CODE: refusal.code})
