"""Reads the record of what was live, which training writes: lines of JSON, each sealed with the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

START: Final = "0" * 64
"""What the first line names as the hash of the line before it."""
TOLD: Final = ("number", "at", "act", "bundle", "by", "reason", "hash")
"""What is told of an entry; its details stay with the people who train."""


@dataclass(frozen=True, slots=True)
class Record:
    """The entries that could be read, oldest first, and whether the chain holds to the end."""

    entries: tuple[dict[str, Any], ...]
    whole: bool

    def decision_on(self, bundle: str) -> dict[str, Any] | None:
        """The latest entry that made a bundle live."""
        moves = [
            e for e in self.entries if e.get("act") in ("promote", "rollback") and e.get("bundle") == bundle
        ]
        return moves[-1] if moves else None


def read_record(path: Path) -> Record:
    """Read the record; what follows a broken link is left out, and `whole` says so."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return Record((), whole=True)
    except (OSError, UnicodeDecodeError):
        return Record((), whole=False)
    entries: list[dict[str, Any]] = []
    previous = START
    for line in lines:
        entry = _sealed(line, previous)
        if entry is None:
            return Record(tuple(entries), whole=False)
        previous = entry["hash"]
        entries.append({name: entry.get(name) for name in TOLD})
    return Record(tuple(entries), whole=True)


def _sealed(line: str, previous: str) -> dict[str, Any] | None:
    """The entry on a line, if its seal and its link to the line before hold."""
    try:
        entry = json.loads(line)
        body = {name: value for name, value in entry.items() if name != "hash"}
        seal = hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        holds = entry["hash"] == seal and entry["previous"] == previous
    except (ValueError, KeyError, AttributeError):
        return None
    return entry if holds else None
