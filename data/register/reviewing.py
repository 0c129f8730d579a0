"""A person takes an entry of the register up: a draft to edit, what it still lacks, its line in the catalogue."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from data.errors import BadData, Problem
from data.json_files import json_lines, read_json, read_text

UNREAD: Final = "unread"
"""The rule by which an entry leaves everything to the charity; no reviewed entry has it."""
_OPEN: Final[dict[str, Any]] = {
    "reviewed": True,
    "checked_on": None,
    "read": {"on": None, "what": ""},
    "apply": {"url": None, "phone": None, "email": None, "address": None},
    "amount": {"min": None, "max": None},
}
"""What a person has to fill in, as far as the charity's own page tells it."""


def draft_of(file: Path, entry_id: str) -> dict[str, Any]:
    """Give an entry of a register's file as a draft to edit; raises BadData where there is none."""
    problems: list[Problem] = []
    for _, entry in json_lines(read_text(file), file.name, problems):
        if entry.get("id") == entry_id:
            rules = [rule for rule in entry["rules"] if rule.get("id") != UNREAD]
            decides = {"id": "decides", "text": "", "condition": {"discretion": ""}}
            return {**entry, **_OPEN, "rules": [*rules, decides]}
    raise BadData([Problem(f"there is no entry {entry_id!r}", file=file.name)])


def read_draft(file: Path) -> dict[str, Any]:
    """Read an edited draft; raises BadData with all that is still missing."""
    draft = read_json(file)
    problems = [Problem(message, file=file.name, field=field) for field, message in _missing(draft)]
    if problems:
        raise BadData(problems)
    return {name: value for name, value in draft.items() if value not in (None, {}, [])}


def with_line(catalogue: Path, grant: dict[str, Any], to: Path) -> None:
    """Write the catalogue with one grant more, whole or not at all."""
    text = read_text(catalogue).rstrip("\n")
    beside = to.with_name(f".{to.name}.part")
    line = json.dumps(grant, ensure_ascii=False, default=float)
    beside.write_text(f"{text}\n{line}\n", encoding="utf-8")
    os.replace(beside, to)


def _missing(draft: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a person still has to say, as (field, sentence)."""
    if draft.get("reviewed") is not True:
        yield "reviewed", "expected true: a person has read the charity's rules"
    read = draft.get("read")
    read = read if isinstance(read, dict) else {}
    if not str(read.get("what") or "").strip():
        yield "read.what", 'say what you read, such as "the charity\'s own page" or "a telephone call"'
    for field, day in (("read.on", read.get("on")), ("checked_on", draft.get("checked_on"))):
        if not _is_day(day):
            yield field, "say on which day, such as 2026-11-29"
    for place, rule in enumerate(draft.get("rules") or []):
        if not isinstance(rule, dict):
            continue
        if rule.get("id") == UNREAD:
            yield f"rules[{place}]", "put what the charity asks in place of this rule"
        elif not str(rule.get("text") or "").strip():
            yield (
                f"rules[{place}].text",
                "write in one sentence what the charity asks, or leave this rule out",
            )
        elif rule.get("condition") == {"discretion": ""}:
            yield f"rules[{place}].condition", "say what the charity decides, or leave this rule out"


def _is_day(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(str(value)))
    except ValueError:
        return False
