"""Situations that partners with lived experience grade grants for: a person in words, with a face and a need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.catalogue.reading import SAMPLE
from data.errors import BadData, Problem, in_words
from data.json_files import json_lines, read_text
from data.people.applicants import ApplicantRecord, Need

SITUATIONS: Final = SAMPLE / "situations.jsonl"
"""Made-up people that come with the project; nobody real is told of."""

Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


class Face(BaseModel):
    """A simple drawn face: colours and the form of the hair."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    skin: Colour
    hair: Colour
    style: Literal["short", "long", "curly", "covered", "none"]
    clothes: Colour


class Situation(BaseModel):
    """One made-up person: who it is, in words that people recognise, and what they need.

    A situation that has the id of a judged one is the same situation: partners' grades then stand in place of its
    own (`training/partner_grades.py`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")
    name: str = Field(min_length=1, max_length=40)
    """A first name, made up."""
    title: str = Field(min_length=1, max_length=100)
    """Such as "a carer who gave up work"."""
    theme: str = Field(min_length=1, max_length=40)
    """What it is about, in a word or two: words of partners are gathered under it."""
    story: str = Field(min_length=1, max_length=1000)
    face: Face
    applicant: ApplicantRecord = ApplicantRecord()
    need: Need


def read_situations(path: Path = SITUATIONS) -> dict[str, Situation]:
    """Read situations by their id, in the order of the file; raises BadData with every problem."""
    problems: list[Problem] = []
    found: dict[str, Situation] = {}
    for line, row in json_lines(read_text(path), path.name, problems):
        try:
            situation = Situation.model_validate(row)
        except ValidationError as error:
            for wrong in error.errors(include_url=False, include_context=False):
                field = ".".join(map(str, wrong["loc"]))
                problems.append(Problem(in_words(wrong), path.name, line, field=field))
            continue
        if situation.id in found:
            problems.append(
                Problem(f"the situation {situation.id!r} stands twice", path.name, line, field="id")
            )
        found[situation.id] = situation
    if problems:
        raise BadData(problems)
    return found
