"""Tells what was live, since when and why, from the ledger that training writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data.ledger import LedgerBroken, entries_of

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
    told: list[dict[str, Any]] = []
    try:
        for entry in entries_of(path):
            known = entry.as_dict()
            told.append({name: known[name] for name in TOLD})
    except LedgerBroken:
        return Record(tuple(told), whole=False)
    return Record(tuple(told), whole=True)
