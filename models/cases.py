"""Cases that say which status a person should get, and how the judge agrees with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from data.catalogue.bounds import Count, Day
from data.catalogue.reading import Catalogue
from data.catalogue.records import NULLS_LEFT_OUT
from data.errors import BadApplicant, BadData, Problem, in_words
from data.json_files import json_lines, read_text
from data.people.applicants import read_applicant
from models.compiled.judge import CompiledJudge
from models.eligibility.conditions import evaluation_context
from models.eligibility.context import EvaluationContext
from models.eligibility.contradictions import refuse_contradictions
from models.eligibility.verdict import STATUSES, Status, judge_in

EXPECTED: Final = (
    f'expected a status ({", ".join(Status)}), a list of them of which any is right, or {{"not": a status}}'
)


class Forbidden(BaseModel):
    """An expected value that says which status it must not be."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    status: Status = Field(alias="not")


class Case(BaseModel):
    """One situation, with what is expected of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    _nulls = NULLS_LEFT_OUT
    name: str
    on: Day
    applicant: dict[str, Any]
    expected: dict[str, Status | tuple[Status, ...] | Forbidden] = {}
    count: dict[Status, Count] = {}
    refused: str | None = None
    """The path of what is refused, where the applicant contradicts themselves or breaks the contract."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A check that the judge does not agree with; `grant` is None for a count."""

    case: str
    grant: str | None
    expected: Any
    got: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """A grant for which the compiled judge gives another status than the plain one."""

    case: str
    grant: str
    plain: Status
    compiled: Status


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many checks there were, which the judge does not agree with, and where its two forms differ."""

    cases: int
    checked: int
    mismatches: tuple[Mismatch, ...]
    differences: tuple[Difference, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every check agrees and both judges give the same status for every grant of every case."""
        return not self.mismatches and not self.differences

    def as_dict(self) -> dict[str, Any]:
        """The agreement as plain JSON-ready data."""
        found = [
            {"case": m.case, "grant": m.grant, "expected": m.expected, "got": m.got} for m in self.mismatches
        ]
        agree = self.checked - len(self.mismatches)
        return {
            "cases": self.cases,
            "checked": self.checked,
            "agree": agree,
            "mismatches": found,
            "differences": [asdict(difference) for difference in self.differences],
        }


def read_cases(path: Path) -> tuple[tuple[int, Case], ...]:
    """Read a case file, one JSON object a line, with line numbers; raises BadData with all problems."""
    problems: list[Problem] = []
    cases: list[tuple[int, Case]] = []
    for line, raw in json_lines(read_text(path), path.name, problems):
        try:
            cases.append((line, Case.model_validate(raw)))
        except ValidationError as error:
            faults = (_in_words(found) for found in error.errors(include_url=False, include_context=False))
            problems += [Problem(told, path.name, line, field=field) for told, field in dict.fromkeys(faults)]
    if problems:
        raise BadData(problems)
    return tuple(cases)


def _in_words(found: ErrorDetails) -> tuple[str, str]:
    """Say what is wrong with a case, and where; what is expected of a grant has three forms and one message."""
    match found["loc"]:
        case ("expected", grant_id, *_):
            return EXPECTED, f"expected.{grant_id}"
        case path:
            return in_words(found), ".".join(map(str, path))


def compare(catalogue: Catalogue, path: Path) -> Agreement:
    """Judge every grant of every case of a file by both judges, and compare with what is expected.

    A case whose applicant is refused agrees in nothing.
    """
    cases, judge = read_cases(path), CompiledJudge.build(catalogue)
    checked, mismatches, differences = 0, list[Mismatch](), list[Difference]()
    for line, case in cases:
        try:
            checks = list(_checked(case, _context(case, catalogue), judge, differences))
        except BadApplicant as error:
            checks = list(_refused(case, line, error))
        checked += len(checks)
        mismatches += [mismatch for mismatch in checks if mismatch is not None]
    return Agreement(len(cases), checked, tuple(mismatches), tuple(differences))


def _leads_to(path: str, place: str) -> bool:
    """Tell whether a path leads to a place, or to a part of it."""
    return path == place or path.startswith((f"{place}[", f"{place}."))


def _context(case: Case, catalogue: Catalogue) -> EvaluationContext:
    """Read the applicant of a case as of a request; raises BadApplicant."""
    applicant = read_applicant(case.applicant, catalogue.facts, catalogue.areas)
    context = evaluation_context(applicant, catalogue.facts, catalogue.areas, on=case.on)
    refuse_contradictions(context)
    return context


def _refused(case: Case, line: int, error: BadApplicant) -> Iterator[Mismatch | None]:
    why = f"refused in line {line}: {error}"
    if case.refused is not None:
        agrees = any(_leads_to(path, case.refused) for path in (error.path, *error.beside))
        yield None if agrees else Mismatch(case.name, None, {"refused": case.refused}, why)
        return
    for grant_id, expected in case.expected.items():
        yield Mismatch(case.name, grant_id, _as_written(expected), why)
    for status, count in case.count.items():
        yield Mismatch(case.name, None, {status.value: count}, why)
    if not case.expected and not case.count:
        yield Mismatch(case.name, None, "an applicant that can be read", why)


def _checked(
    case: Case, context: EvaluationContext, judge: CompiledJudge, differences: list[Difference]
) -> Iterator[Mismatch | None]:
    """Check what the plain judge says of a case; where the compiled one says otherwise is added to `differences`."""
    catalogue = judge.catalogue
    plain = {grant.id: judge_in(context, grant).status for grant in catalogue.grants}
    codes = judge.statuses(context.applicant, on=case.on).tolist()
    for grant, code in zip(catalogue.grants, codes, strict=True):
        if STATUSES[code] is not plain[grant.id]:
            differences.append(Difference(case.name, grant.id, plain[grant.id], STATUSES[code]))
    yield from _check(case, plain)
    if case.refused is not None:
        yield Mismatch(case.name, None, {"refused": case.refused}, "an applicant that can be read")


def _check(case: Case, statuses: Mapping[str, Status]) -> Iterator[Mismatch | None]:
    """Yield None for every check that agrees, a mismatch for every other."""
    for grant_id, expected in case.expected.items():
        got = statuses.get(grant_id)
        agrees = got is not None and _agrees(expected, got)
        yield None if agrees else Mismatch(case.name, grant_id, _as_written(expected), got or "no such grant")
    yield from _check_counts(case, statuses)


def _check_counts(case: Case, statuses: Mapping[str, Status]) -> Iterator[Mismatch | None]:
    found = Counter(statuses.values())
    for status, count in case.count.items():
        agrees = found[status] == count
        yield (
            None
            if agrees
            else Mismatch(case.name, None, {status.value: count}, {status.value: found[status]})
        )


def _agrees(expected: Status | tuple[Status, ...] | Forbidden, got: Status) -> bool:
    match expected:
        case Forbidden(status=status):
            return got is not status
        case tuple():
            return got in expected
        case _:
            return got is expected


def _as_written(expected: Status | tuple[Status, ...] | Forbidden) -> Any:
    match expected:
        case Forbidden(status=status):
            return {"not": status.value}
        case tuple():
            return [status.value for status in expected]
        case _:
            return expected.value
