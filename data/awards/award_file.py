"""Awards that funders have published to the 360Giving standard, read as they really publish them.

An award that can be used is kept, with a note of all that was odd about it; one that cannot be used is counted
and said why. The name of a person is never kept. Published awards hold no refusals: nothing about a chance of
success follows from them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from data.awards.award import Award
from data.awards.row_to_award import Fields, places_of, read_award
from data.awards.rows import Row, read_rows
from data.awards.values import Note, date_order, read_text
from data.errors import Problem


@dataclass(frozen=True, slots=True)
class Reading:
    """What one row gave; `award` is None when it was rejected. Not a row: something about the whole file."""

    award: Award | None
    problems: tuple[Problem, ...] = ()
    is_row: bool = True
    more_places: tuple[str, ...] | None = None
    """Of a row that goes on with the award before it: the places that it adds."""


@dataclass(frozen=True)
class AwardFile:
    """The awards of a file, and everything that was odd about it."""

    awards: tuple[Award, ...]
    problems: tuple[Problem, ...]
    rows: int
    """Rows that hold anything; each is an award, goes on with one, or is rejected."""
    continued: int = 0
    """Rows that go on with the award before them: the standard gives one row to each place."""

    @property
    def rejected(self) -> int:
        """How many rows could not be used; each has a problem that says why."""
        return self.rows - len(self.awards) - self.continued

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """How often each kind of problem occurs, as (rule, field), most frequent first."""
        kinds = Counter((problem.rule or "", problem.field or "") for problem in self.problems)
        return dict(kinds.most_common())


def read_awards(path: Path, *, on: date | None = None) -> AwardFile:
    """Read a whole file; an award dated after `on` is reported. Raises BadData when it is no such file."""
    awards: list[Award] = []
    problems: list[Problem] = []
    rows = continued = 0
    for reading in scan_awards(path, on=on):
        rows += reading.is_row
        continued += reading.more_places is not None
        problems += reading.problems
        if reading.award is not None:
            awards.append(reading.award)
    return AwardFile(tuple(awards), tuple(problems), rows, continued)


def scan_awards(path: Path, *, on: date | None = None) -> Iterator[Reading]:
    """Stream a file of any size, keeping only its ids in memory. Raises BadData as `read_awards`."""
    order = _DateOrder(path)
    seen: dict[str, int] = {}
    waiting: Reading | None = None  # an award whose next rows may name more places
    for row in read_rows(path):
        if isinstance(row, Problem):
            yield Reading(None, (row,), is_row=False)
            continue
        before = None if waiting is None else waiting.award
        reading = _read_row(row, order, seen, before, file=path.name, on=on)
        if reading.more_places is not None and waiting is not None and before is not None:
            places = tuple(dict.fromkeys((*before.areas, *reading.more_places)))
            waiting = replace(waiting, award=replace(before, areas=places))
            yield reading
            continue
        if waiting is not None:
            yield waiting
        waiting = reading
    if waiting is not None:
        yield waiting


def write_awards(awards: Iterable[Award], path: Path) -> int:
    """Write awards as JSON lines in the standard's fields; gives how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for count, award in enumerate(awards, start=1):  # noqa: B007
            file.write(json.dumps(award.as_grant(), ensure_ascii=False) + "\n")
    return count


@dataclass(frozen=True)
class _DateOrder:
    """Which way a file writes 03/04/2020, found out by a second look through it when that is first asked."""

    path: Path

    @cached_property
    def day_first(self) -> bool | None:
        rows = (row for row in read_rows(self.path) if isinstance(row, Row))
        proofs = {date_order(raw) for row in rows for raw in row.values.get("awarddate", ())[:1]}
        return (
            None
            if {True, False} <= proofs
            else True
            if True in proofs
            else False
            if False in proofs
            else None
        )


def _read_row(
    row: Row, order: _DateOrder, seen: dict[str, int], before: Award | None, *, file: str, on: date | None
) -> Reading:
    fields = Fields(row)
    name = award = places = None
    if row.broken is not None:
        fields.note("", Note("ROW", row.broken))
    else:
        award = read_award(fields, day_first=lambda: order.day_first, on=on)
        name = read_text(next(iter(row.values.get("id", ())), None))[0]
        if name is not None and not _first_of_its_id(fields, name, seen):
            if before is not None and before.id == name and _goes_on(before, award, row):
                places = places_of(fields)
                fields.notes = [
                    ("id", Note("ADDS_PLACES", "goes on with the award before it; its places are added"))
                ]
            award = None
    problems = [
        Problem(note.message, file=file, line=row.line, grant=name, rule=note.rule, field=column or None)
        for column, note in fields.notes
    ]
    return Reading(award, tuple(problems), more_places=places)


def _goes_on(before: Award, award: Award | None, row: Row) -> bool:
    """Whether a row of the same id tells nothing else than the award before it, but for places."""
    if award is None:
        return not {"awarddate", "amountawarded"} & set(row.values)
    return replace(award, areas=before.areas) == before


def _first_of_its_id(fields: Fields, name: str, seen: dict[str, int]) -> bool:
    """The standard lets a second row add to an award: such rows and true duplicates are told apart and counted."""
    earlier = seen.setdefault(name, fields.row.line)
    if earlier == fields.row.line:
        return True
    adds = not {"awarddate", "amountawarded"} & set(fields.row.values)
    what = "adds to" if adds else "has the same id as"
    rule = "ADDS_TO_EARLIER_ROW" if adds else "DUPLICATE"
    if adds:
        fields.notes.clear()
    fields.note("id", Note(rule, f"{what} the award in line {earlier}; that one is kept as it is"))
    return False
