"""Puts values into the page templates; everything is escaped, and a missing value is an error."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from serving.refusals import CODE

HERE: Final = Path(__file__).parent
STYLE: Final = HERE / "style.css"


@cache
def templates() -> Environment:
    """The page templates, compiled once."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(name: str, *, code: str | None = None, **values: Any) -> HTMLResponse:
    """A page as a response; with the code of what is to be put right, if anything is.

    The browser may keep it for the way back from a fund's own page: without that, "back" would show an error.
    """
    headers = {"Cache-Control": "private, no-cache", **({CODE: code} if code else {})}
    html = templates().get_template(name).render(values)
    return HTMLResponse(html, status_code=422 if code else 200, headers=headers)
