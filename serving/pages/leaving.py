"""Leaving in a hurry: a visit that was left shows nothing again, neither by going back nor by loading anew."""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from starlette.responses import RedirectResponse, Response

ELSEWHERE: Final = "https://www.bbc.co.uk/weather"
"""Where somebody lands who leaves: a page that anybody might look at."""
HELD: Final = 100_000
"""Visits that were left and are remembered; nothing but their random names."""
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


def new_visit() -> str:
    """Draw the random name of a visit; it tells nothing of anybody."""
    return secrets.token_urlsafe(16)


def visit_of(name: str) -> str:
    """Give the name that a form carried, or a new one where it is none of ours."""
    return name if _NAME.fullmatch(name) else new_visit()


@dataclass
class Left:
    """The visits that were left."""

    names: OrderedDict[str, None] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def leave(self, name: str) -> Response:
        """End a visit: go elsewhere, forget what the browser kept of these pages, and refuse them from now on."""
        if _NAME.fullmatch(name):
            with self.lock:
                self.names[name] = None
                while len(self.names) > HELD:
                    self.names.popitem(last=False)
        headers = {"Clear-Site-Data": '"cache"', "Cache-Control": "no-store"}
        return RedirectResponse(ELSEWHERE, status_code=303, headers=headers)

    def __contains__(self, name: str) -> bool:
        return name in self.names
