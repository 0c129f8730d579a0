"""Harm cases: grants that must not stand in somebody's first ten, and grants that must.

A fund for an illness that nobody mentioned, another nation's scheme, a closed fund; the own council's crisis fund for
an emptied meter. They are claims that nobody would dispute; a bundle that breaks one does not go live.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from data.catalogue.reading import SAMPLE, Catalogue
from data.errors import BadApplicant, BadData, Problem, in_words
from data.json_files import json_lines, read_text
from data.people.applicants import ApplicantRecord, Need, read_applicant
from models.listing.wish import Wish
from models.recommender import Recommender

FILE: Final = SAMPLE / "harm_cases.jsonl"
FIRST: Final = 10


class HarmCase(BaseModel):
    """One situation with what must not, and what must, stand in its first ten."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    on: date
    applicant: ApplicantRecord
    need: Need
    never: tuple[str, ...] = ()
    must: tuple[str, ...] = ()


def read_harm_cases(path: Path = FILE) -> tuple[HarmCase, ...]:
    """Read harm cases, one JSON object a line; raises BadData with every problem."""
    problems: list[Problem] = []
    cases = []
    for line, raw in json_lines(read_text(path), path.name, problems):
        try:
            cases.append(HarmCase.model_validate(raw))
        except ValidationError as error:
            for found in error.errors(include_url=False, include_context=False):
                field = ".".join(map(str, found["loc"]))
                problems.append(Problem(in_words(found), path.name, line, field=field))
    if problems:
        raise BadData(problems)
    return tuple(cases)


def asked_of(catalogue: Catalogue, cases: Iterable[HarmCase]) -> Iterator[HarmCase]:
    """Give the cases that name a grant of a catalogue, and a person whom its facts and areas can describe."""
    for case in cases:
        if any(grant in catalogue.by_id for grant in (*case.never, *case.must)):
            try:
                read_applicant(case.applicant, catalogue.facts, catalogue.areas)
            except BadApplicant:
                continue
            yield case


def harm(recommender: Recommender, cases: Sequence[HarmCase]) -> Iterator[str]:
    """Say of each broken case which grant stands where it must not, or is missing where it must stand.

    A grant that the catalogue does not have any more breaks nothing.
    """
    catalogue = recommender.catalogue
    for case in cases:
        applicant = read_applicant(case.applicant, catalogue.facts, catalogue.areas)
        wish = Wish(size=FIRST, explain=False, near_misses=0)
        listed = [
            one.grant_id for one in recommender.recommend(applicant, case.need, on=case.on, wish=wish).results
        ]
        for grant in case.never:
            if grant in listed:
                yield f"{case.id}: {grant} stands at {listed.index(grant) + 1}, and must not: {case.name}"
        for grant in case.must:
            if grant in catalogue.by_id and grant not in listed:
                yield f"{case.id}: {grant} is not in the first ten, and must be: {case.name}"
