"""Reads published awards as needs that were met: each programme a grant, each award a decided application."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from data.catalogue.grants import Funder, Grant
from data.errors import BadData, Problem
from data.people.applicants import Need
from data.people.outcomes import Application, Outcome, Result

MOST_CHARACTERS: Final = 2000
OPENINGS: Final = (
    re.compile(r"^an? (?:un)?restricted grant of £[\d,]+[^.]*\.\s*", re.IGNORECASE),
    re.compile(r"^an? (?:un)?restricted grant of £[\d,]+.*$", re.IGNORECASE),
    re.compile(
        r"^(?:award of )?£[\d,.]+(?: grant)?(?: over \d+ years)?(?: to be used)?(?: towards| for)?\s*",
        re.IGNORECASE,
    ),
    re.compile(r"^(?:a )?(?:grant|scholarship) to\b\s*", re.IGNORECASE),
    re.compile(r"^provided capacity support to\b\s*", re.IGNORECASE),
)
"""How the funders begin a description whatever the need is; they tell the funder, not the need."""
NAMED: Final = re.compile(r"^(?:a )?(?:grant|scholarship) to (?P<name>.+)$", re.IGNORECASE)


@dataclass(frozen=True)
class AwardRecord:
    """One award as published, with its need as it may be shown to a ranker."""

    id: str
    funder: str
    grant_id: str
    on: date
    need: Need
    areas: tuple[str, ...]

    @property
    def application(self) -> Application:
        """The award as an application made and decided on its day; recipients are organisations, not people."""
        return Application(self.id, self.id, self.grant_id, self.on, self.need, self.areas)

    @property
    def outcome(self) -> Outcome:
        """Its outcome, which is always an award: refusals are not published."""
        return Outcome(self.id, Result.AWARDED, self.on, self.need.amount)


def read_awards(path: Path, *, also: Sequence[str] = ()) -> tuple[list[AwardRecord], list[Grant]]:
    """Read a file of awards, one JSON object a line, and the programmes that stand in it as grants.

    `also` names programmes of another file, whose titles are taken out of the descriptions too.
    """
    if not path.is_file():
        raise BadData([Problem("there is no such file of awards", file=str(path))])
    with path.open(encoding="utf-8") as lines:
        raw = [json.loads(line) for line in lines if line.strip()]
    titles = sorted({record["programme"] for record in raw} | set(also))
    return [_record(record, titles) for record in raw], programmes(raw)


def programmes(raw: Sequence[dict[str, Any]]) -> list[Grant]:
    """Give each programme as a grant without rules, in order of its id."""
    found = {
        _grant_id(record): Grant(
            id=_grant_id(record),
            title=record["programme"],
            funder=Funder(name=record["funder"]["name"], id=record["funder"]["id"]),
            rules=(),
        )
        for record in raw
    }
    return [found[grant_id] for grant_id in sorted(found)]


def cleaned(description: str, title: str, programme_titles: Sequence[str]) -> str:
    """Take out what gives the answer away: the funder's opening, the recipient's name, programme titles.

    *Every* programme's title is taken out, whichever paid: were only its own taken out, a title that is still
    there would say that another programme paid.
    """
    named = NAMED.match(title)
    text = description
    for opening in OPENINGS:
        text = opening.sub("", text)
    text = _phrase(named["name"] if named else title).sub(" ", text)
    text = _titles(tuple(programme_titles)).sub(" ", text)
    text = " ".join(text.split()).strip(" .,;:-–")
    return text[:MOST_CHARACTERS] if re.search(r"[a-z]", text, re.IGNORECASE) else ""


def _phrase(*phrases: str) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


@cache
def _titles(titles: tuple[str, ...]) -> re.Pattern[str]:
    """Match each title whole, without its code in brackets, and the code."""
    plain = {re.sub(r"\s*\([^)]*\)\s*$", "", title) for title in titles}
    codes = {code for title in titles for code in re.findall(r"\(([^)]*)\)\s*$", title)}
    return _phrase(*titles, *plain, *codes)


def _record(raw: dict[str, Any], titles: Sequence[str]) -> AwardRecord:
    place = raw["recipient_postcode"]
    amount = float(raw["amount_awarded"])
    return AwardRecord(
        id=raw["id"],
        funder=raw["funder"]["id"],
        grant_id=_grant_id(raw),
        on=date.fromisoformat(raw["award_date"]),
        need=Need(text=cleaned(raw["description"], raw["title"], titles), amount=amount or None),
        areas=(place["area"],) if place else (),
    )


def _grant_id(raw: dict[str, Any]) -> str:
    return f"{raw['funder']['id']}/{raw['programme']}"
