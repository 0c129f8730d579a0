"""What was live on a day, who decided it and why: a file in which each line seals the one before.

Each line is a JSON object whose `hash` is the SHA-256 of the rest of it, the hash of the line before included.
A line that is changed, removed, added or moved breaks the chain at that place. A tail that is cut off leaves a
valid chain; who keeps the last hash elsewhere (the champion's folder does) sees that too, with `check_holds`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from data.errors import GrantMatchError

Act = Literal["promote", "rollback", "review"]
START = "0" * 64
"""What the first line names as the hash of the line before it."""


class LedgerBroken(GrantMatchError):
    """A ledger that was changed after it was written, or that is not a ledger."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision: what was done to which bundle, when, by whom and why."""

    number: int
    at: datetime
    act: Act
    bundle: str
    by: str
    reason: str
    details: dict[str, Any]
    previous: str
    hash: str

    def as_dict(self) -> dict[str, Any]:
        """The entry as plain JSON-ready data."""
        return {**body_of(self), "hash": self.hash}


def body_of(entry: Entry) -> dict[str, Any]:
    """What the hash of an entry seals: everything but the hash itself."""
    names = ("number", "act", "bundle", "by", "reason", "details", "previous")
    return {**{name: getattr(entry, name) for name in names}, "at": entry.at.isoformat()}


def seal_of(body: dict[str, Any]) -> str:
    """The SHA-256 of what an entry says, the hash of the entry before it included."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The entries of a ledger file, oldest first, checked."""

    entries: tuple[Entry, ...]

    @property
    def head(self) -> str:
        """The hash of the newest entry."""
        return self.entries[-1].hash if self.entries else START

    def live(self, *, on: date) -> Entry | None:
        """The entry that made live what was live at the end of a day; None before the first."""
        moves = [e for e in self.entries if e.act in ("promote", "rollback") and e.at.date() <= on]
        return moves[-1] if moves else None

    def reviews(self, bundle: str) -> tuple[Entry, ...]:
        """The signed fairness reviews of a bundle, oldest first."""
        return tuple(e for e in self.entries if e.act == "review" and e.bundle == bundle)

    def check_holds(self, head: str) -> None:
        """Raise LedgerBroken unless an entry has this hash: otherwise the ledger's tail was cut off."""
        if head != START and head not in {entry.hash for entry in self.entries}:
            raise LedgerBroken(
                f"no entry has the hash {head[:12]}: entries were removed from the end of the ledger"
            )


def read_ledger(path: Path) -> Ledger:
    """Read and check a ledger; a missing file is an empty one. Raises LedgerBroken at the first bad line."""
    return Ledger(tuple(entries_of(path)))


def entries_of(path: Path) -> Iterator[Entry]:
    """Yield the entries of a ledger, oldest first, as far as the chain holds; raises LedgerBroken where it breaks."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerBroken(f"{path}: no ledger can be read here ({error})") from error
    previous = START
    for number, line in enumerate(lines, start=1):
        entry = read_entry(line, f"{path}:{number}", number, previous)
        yield entry
        previous = entry.hash


def read_entry(line: str, where: str, number: int, previous: str) -> Entry:
    """Read and check one line of a ledger, given its number and the hash of the line before it."""
    try:
        raw = json.loads(line)
        sealed = raw.pop("hash")
        entry = Entry(**{**raw, "at": datetime.fromisoformat(raw["at"])}, hash=sealed)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise LedgerBroken(f"{where}: this line is no ledger entry ({error})") from error
    if entry.previous != previous or entry.number != number:
        raise LedgerBroken(
            f"{where}: it does not follow the line before it; a line was removed, added or moved"
        )
    if seal_of(raw) != sealed:
        raise LedgerBroken(
            f"{where}: its content does not match its hash; it was changed after it was written"
        )
    if entry.act not in get_args(Act):
        raise LedgerBroken(f"{where}: {entry.act!r} is no act; expected one of {', '.join(get_args(Act))}")
    return entry


def append(
    path: Path,
    act: Act,
    bundle: str,
    *,
    by: str,
    reason: str,
    at: datetime,
    details: dict[str, Any] | None = None,
) -> Entry:
    """Add one entry, on disk when this returns. Refuses a ledger that is already broken.

    `at` must know its time zone; `by` and `reason` must say something. Writers wait for each other.
    """
    if at.tzinfo is None or not by.strip() or not reason.strip():
        raise ValueError("an entry needs a time with its zone, who decided, and why")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ledger = read_ledger(path)
        entry = Entry(
            len(ledger.entries) + 1, at, act, bundle, by, reason, details or {}, previous=ledger.head, hash=""
        )
        body = body_of(entry)
        sealed = {**body, "hash": seal_of(body)}
        file.write(json.dumps(sealed, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return read_entry(json.dumps(sealed), str(path), entry.number, ledger.head)
