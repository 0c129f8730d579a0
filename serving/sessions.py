"""A browser's sessions: a signed note in a cookie that scripts cannot read; it tells which key was shown, until when.

The note names nobody. It is signed over the key that was shown, so that a key that is taken out of the file ends its
sessions too. A session that was signed out is refused for the rest of its time, in the worker that was told.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Final

from serving.access import Key

COOKIE: Final = "__Host-grants"
SECONDS: Final = 8 * 60 * 60
"""How long a session lasts, a working day."""
ATTRIBUTES: Final = "Path=/; Secure; HttpOnly; SameSite=Strict"


@dataclass(slots=True)
class Sessions:
    """Sessions signed with a secret that all workers share."""

    secret: bytes
    clock: Callable[[], float] = time.time
    ended: dict[str, float] = field(default_factory=dict)
    """Notes that were signed out, and until when they would have lasted."""

    def begin(self, key: Key) -> str:
        """Give the note of a new session."""
        note = f"{int(self.clock()) + SECONDS}.{secrets.token_urlsafe(12)}"
        return f"{note}.{self._signature(note, key)}"

    def key_of(self, told: str, keys: Iterable[Key]) -> Key | None:
        """The key whose session this is; None where it is none of ours, or over."""
        note, _, signature = told.rpartition(".")
        until = note.partition(".")[0]
        if not until.isdigit() or len(until) > 12 or float(until) <= self.clock() or note in self.ended:
            return None
        found = [key for key in keys if hmac.compare_digest(self._signature(note, key), signature)]
        return found[0] if found else None

    def end(self, told: str) -> None:
        """Refuse a session from now on; what is over by itself is forgotten."""
        now = self.clock()
        self.ended = {note: until for note, until in self.ended.items() if until > now}
        note = told.rpartition(".")[0]
        if note.partition(".")[0].isdigit():
            self.ended[note] = now + SECONDS

    def _signature(self, note: str, key: Key) -> str:
        return hmac.new(self.secret, f"{note} {key.sha256}".encode(), "sha256").hexdigest()


def cookie_in(header: str) -> str:
    """The note in a Cookie header; empty where there is none."""
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def set_cookie(note: str) -> str:
    """The header that gives a browser its note for as long as the session lasts."""
    return f"{COOKIE}={note}; Max-Age={SECONDS}; {ATTRIBUTES}"


def drop_cookie() -> str:
    """The header that takes the note back."""
    return f"{COOKIE}=; Max-Age=0; {ATTRIBUTES}"
