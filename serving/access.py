"""Who may call what: keys with scopes, hashed at rest, and one rule for each named route."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from data.errors import GrantMatchError
from serving.settings import Settings


class BadKeys(GrantMatchError):
    """A file of access keys that cannot be used, or a bind that needs one."""


class Scope(StrEnum):
    """What a key may do."""

    RANK = "rank"
    INGEST = "ingest"
    STAFF = "staff"
    PRIVACY = "privacy"
    PARTNER = "partner"
    SIGN = "sign"


OPEN: Final[frozenset[Scope]] = frozenset()
"""No key needed."""

CLOSED: Final[frozenset[Scope] | None] = None
"""For nobody: what BentoML brings and we do not offer."""

ROUTES: Final[Mapping[str, frozenset[Scope] | None]] = {
    "livez": OPEN,
    "healthz": OPEN,
    "readyz": OPEN,
    "style": OPEN,
    "sign_in": OPEN,
    "sign_out": OPEN,
    "script": OPEN,
    "safety": OPEN,
    "leave": OPEN,
    "docs": OPEN,
    "openapi": OPEN,
    "search": frozenset({Scope.RANK}),
    "rank": frozenset({Scope.RANK}),
    "rerank": frozenset({Scope.RANK}),
    "eligibility": frozenset({Scope.RANK}),
    "facts": frozenset({Scope.RANK, Scope.STAFF}),
    "areas": frozenset({Scope.RANK, Scope.STAFF}),
    "situations": frozenset({Scope.RANK, Scope.INGEST, Scope.STAFF}),
    "grant": frozenset({Scope.RANK, Scope.STAFF}),
    "events": frozenset({Scope.RANK, Scope.INGEST}),
    "outcomes": frozenset({Scope.INGEST}),
    "judgements": frozenset({Scope.INGEST, Scope.STAFF}),
    "erase": frozenset({Scope.PRIVACY}),
    "models_live": frozenset({Scope.STAFF}),
    "models_history": frozenset({Scope.STAFF}),
    "review": frozenset({Scope.STAFF, Scope.SIGN}),
    "review_one": frozenset({Scope.STAFF, Scope.SIGN}),
    "review_page": frozenset({Scope.STAFF, Scope.SIGN}),
    "partners": frozenset({Scope.PARTNER}),
    "partners_person": frozenset({Scope.PARTNER}),
    "partners_orders": frozenset({Scope.PARTNER}),
    "partners_withdraw": frozenset({Scope.PARTNER}),
    "metrics": frozenset({Scope.STAFF}),
    "schema": frozenset({Scope.RANK, Scope.STAFF}),
    "openapi-spec": CLOSED,
    "static_content": CLOSED,
    "assets": CLOSED,
    "index": CLOSED,
}
"""Name of a route → the scopes of which one opens it. A route without a rule is closed to everybody."""

PROBES: Final = frozenset({"livez", "healthz", "readyz"})
"""Routes by which a supervisor asks whether we live; never limited, for they matter most under load."""

PAGES: Final = frozenset({"search"})
"""Routes that a browser opens; a deployment may open them without a key."""

DESKS: Final = ("/partners", "/review")
"""Where people work who sign in; only the routes below these addresses read the cookie of a session."""

AT_DESKS: Final = frozenset(name for name in ROUTES if name.startswith(("partners", "review")))
"""Routes that people open in a browser after signing in."""

STORED: Final = frozenset({"events", "outcomes", "judgements", "erase"}) | AT_DESKS
"""Routes that wait for the store: however many do, no other route waits for them."""

FORMS: Final = PAGES | AT_DESKS | {"sign_in", "sign_out"}
"""Routes that take what a browser's form sends."""

AUDIT_KEY: Final = "GRANTS_AUDIT_KEY"
"""The environment variable with the key of the audit store, which no service may see."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Key(BaseModel):
    """One client's key as it is kept: never the key itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=60)
    sha256: Digest
    scopes: frozenset[Scope] = Field(min_length=1)


def name_in_journal(key: Key | None) -> str:
    """Whose key opened a route, as it is written down: a client's name, but never which partner it was."""
    if key is None:
        return "none"
    return "partner" if key.scopes == {Scope.PARTNER} else key.name


KEY_FILE: Final = TypeAdapter(tuple[Key, ...])


def digest_of(token: str) -> str:
    """The form in which a key is kept; keys are 256 random bits, so that one plain hash is enough."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_token() -> str:
    """Draw a key of 256 random bits."""
    return secrets.token_urlsafe(32)


def demo_key(token: str) -> Key:
    """A key for everything, for a demonstration on one's own machine."""
    return Key(name="demo", sha256=digest_of(token), scopes=frozenset(Scope))


def read_keys(path: Path) -> tuple[Key, ...]:
    """Read the hashed keys; raise `BadKeys` when there is none that could be used."""
    try:
        keys = KEY_FILE.validate_json(path.read_bytes())
    except OSError as error:
        raise BadKeys(f"the key file {path} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadKeys(f"the key file {path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if not keys:
        raise BadKeys(f"the key file {path} holds no key; make one with `python -m serving key`")
    return keys


def write_key(path: Path, name: str, scopes: Iterable[Scope]) -> str:
    """Add a new key to the file, hashed, and give the key back: it is shown this once."""
    kept = read_keys(path) if path.exists() else ()
    if any(key.name == name for key in kept):
        raise BadKeys(f"the key file {path} already has a key named {name!r}")
    token = new_token()
    added = (*kept, Key(name=name, sha256=digest_of(token), scopes=frozenset(scopes)))
    rows = [{"name": k.name, "sha256": k.sha256, "scopes": sorted(k.scopes)} for k in added]
    path.touch(mode=0o600, exist_ok=True)
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return token


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of this deployment, and whether they are only a demonstration."""

    keys: tuple[Key, ...]
    demo: bool
    page_open: bool

    def find(self, token: str) -> Key | None:
        """The key that this token is, compared in constant time."""
        sought = digest_of(token)
        matches = [key for key in self.keys if hmac.compare_digest(key.sha256, sought)]
        return matches[0] if matches else None

    def needed(self, route: str) -> frozenset[Scope] | None:
        """Scopes of which one opens the route; empty when it is open; None when no rule names it."""
        if route in PAGES and self.page_open:
            return OPEN
        return ROUTES.get(route)


@dataclass(slots=True)
class RateLimit:
    """A bucket of requests for each client that refills steadily; old clients are forgotten."""

    a_minute: int
    clients: int = 10_000
    buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, client: str, *, now: float | None = None) -> float:
        """Take one request; give 0, or the seconds to wait when there is none left."""
        now = time.monotonic() if now is None else now
        left, since = self.buckets.pop(client, (float(self.a_minute), now))
        left = min(float(self.a_minute), left + (now - since) * self.a_minute / 60)
        self.buckets[client] = (left - 1 if left >= 1 else left, now)
        if len(self.buckets) > self.clients:
            self.buckets.popitem(last=False)
        return 0.0 if left >= 1 else (1 - left) * 60 / self.a_minute


def keyring(settings: Settings) -> Keyring:
    """The keys that this deployment takes; without a file, the demo key or none at all."""
    if settings.keys is not None:
        return Keyring(read_keys(settings.keys), demo=False, page_open=bool(settings.page_open))
    keys = (demo_key(settings.demo_key),) if settings.demo_key else ()
    return Keyring(keys, demo=True, page_open=settings.page_open is not False)


def refuse_audit_key(environment: Mapping[str, str]) -> None:
    """Refuse to start beside the key of the audit store: what decides about a person must not be able to open it."""
    if AUDIT_KEY in environment:
        raise BadKeys(
            f"{AUDIT_KEY} is set for this service, which must never be able to read protected attributes; "
            "unset it here and give it to `python -m training audit` alone"
        )


def prepare_demo(settings: Settings, *, host: str, environment: MutableMapping[str, str]) -> str | None:
    """Before binding: refuse another host than loopback without keys; draw the demo key for the workers.

    Gives the demo key to show, or None where real keys are used. Raises BadKeys.
    """
    if settings.keys is not None:
        read_keys(settings.keys)
        return None
    if not is_loopback(host):
        raise BadKeys(
            f"it would listen on {host} without access keys; make some with `python -m serving key` "
            "and name their file in GRANTS_KEYS"
        )
    token = settings.demo_key or new_token()
    environment["GRANTS_DEMO_KEY"] = token
    return token


def is_loopback(host: str | None) -> bool:
    """Whether this name or address is this machine and no other."""
    if host in ("localhost", None):
        return host == "localhost"
    try:
        return ip_address(str(host).strip("[]")).is_loopback
    except ValueError:
        return False
