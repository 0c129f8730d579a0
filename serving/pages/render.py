"""Puts values into the page templates; everything is escaped, and a missing value is an error."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

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


def page(name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page as a response."""
    return HTMLResponse(templates().get_template(name).render(values), status_code=status)
