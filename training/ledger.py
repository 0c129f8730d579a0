"""Writes the ledger: each promotion, rollback and signed review, sealed with the one before it."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from data.ledger import Act, Entry, body_of, read_entry, read_ledger, seal_of


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
