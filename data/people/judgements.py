"""Judged situations: what somebody asks for, and how much each grant of a catalogue would help them, 0 to 3.

Two forms hold the same: one file of JSON lines, whose first line lists the grants that were `graded`; or a folder of
`situations.jsonl`, `grades.jsonl` and `graded_grants.txt`. A graded grant that a situation does not name has grade 0;
a grant that was not graded is unjudged, neither good nor bad.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.catalogue.reading import SAMPLE
from data.errors import BadData, Problem, in_words
from data.json_files import json_lines, read_text
from data.people.applicants import ApplicantRecord, Need

FILE: Final = SAMPLE / "judgements.jsonl"
"""Situations that come with the project; a language model graded them in an adviser's role, no person did."""
USEFUL: Final = 2
"""From this grade on a grant is a good suggestion."""

Grade = Annotated[int, Field(ge=0, le=3)]


class JudgedSituation(BaseModel):
    """One situation with its grades: 3 belongs at the very top, 2 is a good suggestion, 1 marginal, absent 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    applicant: ApplicantRecord
    need: Need
    grades: dict[str, Grade] = Field(default_factory=dict)
    among: tuple[str, ...] | None = None
    """The grants that were there to be graded in this situation; None: those of the whole file."""
    second: dict[str, Grade] | None = None
    """A second, independent grading of the same situation."""
    why: dict[str, str] = Field(default_factory=dict)
    missing: str = ""
    """What the catalogue lacked."""


@dataclass(frozen=True)
class Judgements:
    """Judged situations, and the grants that were there to be graded."""

    graded: frozenset[str]
    situations: tuple[JudgedSituation, ...]


def read_judgements(path: Path = FILE) -> Judgements:
    """Read a file or folder of judged situations; raises BadData with every problem."""
    problems: list[Problem] = []
    graded, rows = _of_folder(path, problems) if path.is_dir() else _of_file(path, problems)
    situations = tuple(_situations(rows, path, problems))
    named = {grant for one in situations if one.among is None for grant in (*one.grades, *(one.second or {}))}
    for grant in sorted(named - graded):
        problems.append(
            Problem("a grade stands for a grant that is not listed as graded", path.name, grant=grant)
        )
    if problems:
        raise BadData(problems)
    return Judgements(graded, situations)


def _of_file(path: Path, problems: list[Problem]) -> tuple[frozenset[str], list[tuple[int, dict[str, Any]]]]:
    rows = list(json_lines(read_text(path), path.name, problems))
    graded = rows[0][1].get("graded") if rows else None
    if not isinstance(graded, list):
        raise BadData([Problem('expected {"graded": [ids of grants]}', path.name, 1)])
    return frozenset(map(str, graded)), rows[1:]


def _of_folder(
    path: Path, problems: list[Problem]
) -> tuple[frozenset[str], list[tuple[int, dict[str, Any]]]]:
    graded = frozenset(read_text(path / "graded_grants.txt").split())
    grades = {str(row.get("id")): row for _, row in _lines(path / "grades.jsonl", problems)}
    rows = []
    for line, row in _lines(path / "situations.jsonl", problems):
        told = grades.get(str(row.get("id")))
        if told is None:
            problems.append(Problem(f"the situation {row.get('id')!r} has no grades", "grades.jsonl"))
        rows.append((line, {**row, **(told or {})}))
    return graded, rows


def _lines(path: Path, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    return json_lines(read_text(path), path.name, problems)


def _situations(
    rows: list[tuple[int, dict[str, Any]]], path: Path, problems: list[Problem]
) -> Iterator[JudgedSituation]:
    seen: dict[str, int] = {}
    for line, row in rows:
        try:
            situation = JudgedSituation.model_validate(row)
        except ValidationError as error:
            for found in error.errors(include_url=False, include_context=False):
                field = ".".join(map(str, found["loc"]))
                problems.append(Problem(in_words(found), path.name, line, field=field))
            continue
        if situation.id in seen:
            message = f"the situation {situation.id!r} stands already in line {seen[situation.id]}"
            problems.append(Problem(message, path.name, line, field="id"))
        seen[situation.id] = line
        yield situation
