"""The whole way from the register's extract to a file of entries, with a count of everything that was left out."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from data.catalogue.facts import FactBook
from data.catalogue.reading import Catalogue
from data.errors import BadData, Problem
from data.json_files import json_lines, read_text
from data.places.areas import AreaTree
from data.register.area_of_benefit import area_of_benefit
from data.register.charity import Charity, read_charities
from data.register.entries import entry_id, entry_of
from data.register.extract import CHARITY, Extract
from data.register.needs_in_text import words_of
from data.register.place_names import PARISHES, PlaceNames

ABROAD: Final = "gives abroad only"
NO_PLACE: Final = "says nowhere where it gives"
OTHER_NEEDS: Final = "is about none of poverty, sickness, old age, education, housing and trades"
IN_CATALOGUE: Final = "stands in the reviewed catalogue already"
_ABOUT: Final = re.compile(
    r"poverty|poor|need|hardship|distress|relie[fv]|necessit|benevolent|widow|orphan|welfare"
    r"|sick|\bill\b|illness|health|medical|nurs|disab|infirm|hospital|aged|elderly|old (?:age|people|persons)|pension"
    r"|educat|school|student|scholar|apprentic|train|bursar|exhibition|prize|universit|learn"
    r"|hous(?:e|ing)|alms|accommodat|homeless|dwelling"
    r"|trade|profession|employe|industr|workers|clergy|seamen|service(?:men| personnel)|members of|masonic|freemason"
)
_ABOUT_CODES: Final = frozenset({102, 103, 104, 105, 107, 202, 203})
"""Codes of the classification that say the same, for charities whose objects stand elsewhere."""


@dataclass
class Imported:
    """What became of an extract."""

    entries: int = 0
    """New or newer entries, which nobody has reviewed."""
    kept: int = 0
    """Entries that people reviewed in the file itself, and that stay as they are."""
    rows: dict[str, int] = field(default_factory=dict)
    """Rows of each table."""
    left_out: dict[tuple[str, str], int] = field(default_factory=dict)
    """(table, reason) → rows."""
    with_parish: int = 0
    with_website: int = 0


def import_charities(
    extract: Extract,
    to: Path,
    *,
    areas: AreaTree,
    book: FactBook,
    reviewed: Catalogue,
    parishes: Path = PARISHES,
) -> Imported:
    """Write an entry for each charity that gives to individuals; raises BadData where the extract cannot be read.

    With the list of `parishes` those that say no more than their parish are found too.

    Entries of `to` that somebody reviewed stay, and no entry is made of what stands in the `reviewed` catalogue. The
    same extract gives the same bytes.
    """
    found, names = Imported(), PlaceNames.of(areas, parishes=parishes)
    kept = _reviewed_in(to)
    known = {*numbers_in(reviewed), *kept}
    beside = to.with_name(f".{to.name}.part")
    with beside.open("w", encoding="utf-8", newline="\n") as file:
        for line in kept.values():
            file.write(f"{line}\n")
        for _, charity in sorted(read_charities(extract).items()):
            entry = _entry(charity, extract, names, book, known)
            if entry is not None:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
                found.entries += 1
                found.with_parish += entry["registered"]["place"].count(", in ")
                found.with_website += entry["registered"]["website"] is not None
    os.replace(beside, to)
    found.kept, found.rows, found.left_out = len(kept), dict(extract.rows), dict(extract.left_out)
    return found


def numbers_in(catalogue: Catalogue) -> set[str]:
    """Give the ids that entries of a catalogue's own charities would have."""
    ids = {one for grant in catalogue.grants if grant.reviewed for one in (grant.id, *grant.was)}
    numbers = (grant.funder.id or "" for grant in catalogue.grants if grant.reviewed and grant.funder)
    return ids | {f"charity-{number[len('GB-CHC-') :]}" for number in numbers if number.startswith("GB-CHC-")}


def _entry(
    charity: Charity, extract: Extract, names: PlaceNames, book: FactBook, known: set[str]
) -> dict[str, Any] | None:
    """Make an entry of a charity; None, counted, where there is a reason against it."""
    where = area_of_benefit(charity, names)
    reason = None
    if entry_id(charity.number) in known:
        reason = IN_CATALOGUE
    elif not (_ABOUT.search(words_of(charity).lower()) or _ABOUT_CODES.intersection(charity.codes)):
        reason = OTHER_NEEDS
    elif not where.codes:
        reason = ABROAD if where.abroad_only else NO_PLACE
    if reason is None:
        return entry_of(charity, where, names.areas, book)
    extract.leave_out(CHARITY, reason)
    return None


def _reviewed_in(file: Path) -> dict[str, str]:
    """Give the lines of a file's reviewed entries as they stand, by id; raises BadData where it is no such file."""
    if not file.exists():
        return {}
    text, problems, found = read_text(file), list[Problem](), dict[str, str]()
    lines = text.split("\n")
    for line, entry in json_lines(text, file.name, problems):
        if entry.get("reviewed") is not False:
            found[str(entry.get("id"))] = lines[line - 1]
    if problems:
        raise BadData(problems)
    return found
