"""Ranks many applicants at once: Arrow batches of questions in, batches of the places in their lists out.

`ranked` is a pure function of one batch, so that it runs alike in one process, in several, or under an engine that
maps batches; nothing here holds more than a batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.catalogue.reading import Catalogue
from data.errors import BadApplicant, BadData, Problem, in_words
from data.people.applicants import Need, read_applicant
from data.people.needs import check_purposes
from models.listing.wish import Wish
from models.recommender import Recommender

QUESTIONS: Final = pa.schema(
    {"id": pa.string(), "on": pa.date32(), "applicant": pa.string(), "need": pa.string()}
)
"""`applicant` and `need` are JSON, as a request to rank carries them."""
LISTS: Final = pa.schema(
    {
        "id": pa.string(),
        "place": pa.int32(),
        "grant_id": pa.string(),
        "status": pa.string(),
        "score": pa.float64(),
        "chance": pa.float64(),
        "chance_low": pa.float64(),
        "chance_high": pa.float64(),
        "outcomes": pa.int64(),
        "degraded": pa.list_(pa.string()),
    }
)
"""A row for each place of each list; the chance and its interval are empty where too few outcomes are known.

`degraded` names what could not do its work, such as a history that is later than the day asked for: such a list is
ordered by likeness, and its scores are no log-odds.
"""
TOGETHER: Final = 256
"""Questions in a batch."""


class _Question(BaseModel):
    """A line of a file of questions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    on: date | None = None
    applicant: dict[str, Any] = Field(default_factory=dict)
    need: Need = Need()


def check_questions(path: Path, catalogue: Catalogue) -> int:
    """Count the questions of a file with a JSON object a line; raises BadData with all that is wrong with them."""
    problems: list[Problem] = []
    met: dict[str, int] = {}
    for number, line in _lines(path):
        at = Problem("", path.name, number)
        try:
            told = _Question.model_validate_json(line)
            read_applicant(told.applicant, catalogue.facts, catalogue.areas)
            check_purposes(told.need.purposes, catalogue.facts)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            field = ".".join(map(str, first["loc"])) or None
            problems.append(replace(at, message=in_words(first), field=field))
        except BadApplicant as error:
            problems.append(replace(at, message=error.message, field=error.path))
        else:
            if told.id in met:
                problems.append(replace(at, message=f"this id stands in line {met[told.id]} too", field="id"))
            met.setdefault(told.id, number)
    if problems:
        raise BadData(problems)
    return len(met)


def read_questions(path: Path, *, today: date) -> Iterator[pa.RecordBatch]:
    """Read a file that was checked; a question that names no day is of today."""
    rows: list[dict[str, Any]] = []
    for _, line in _lines(path):
        told = _Question.model_validate_json(line)
        applicant, need = json.dumps(told.applicant), told.need.model_dump_json()
        rows.append({"id": told.id, "on": told.on or today, "applicant": applicant, "need": need})
        if len(rows) == TOGETHER:
            yield pa.RecordBatch.from_pylist(rows, QUESTIONS)
            rows = []
    yield pa.RecordBatch.from_pylist(rows, QUESTIONS)


def ranked(batch: pa.RecordBatch, recommender: Recommender, *, most: int) -> pa.RecordBatch:
    """Rank the grants of each question, at most so many."""
    wish = Wish(size=most, near_misses=0, explain=False, counts=False)
    asked = [(one, Need.model_validate_json(one["need"])) for one in batch.to_pylist()]
    recommender.embedder.embed([need.text for _, need in asked])  # all at once, and remembered for each
    rows = [row for one, need in asked for row in _places(one, need, recommender, wish)]
    return pa.RecordBatch.from_pylist(rows, LISTS)


def _places(
    asked: dict[str, Any], need: Need, recommender: Recommender, wish: Wish
) -> Iterator[dict[str, Any]]:
    catalogue = recommender.catalogue
    applicant = read_applicant(json.loads(asked["applicant"]), catalogue.facts, catalogue.areas)
    check_purposes(need.purposes, catalogue.facts)
    found = recommender.recommend(applicant, need, on=asked["on"], wish=wish)
    for one in found.results:
        row = {"id": asked["id"], "place": one.rank, "grant_id": one.grant_id, "status": str(one.status)}
        row |= {"score": one.score, "degraded": found.degraded}
        if one.success is not None:
            told = one.success
            row |= {"chance": told.estimate, "chance_low": told.low, "chance_high": told.high}
            row |= {"outcomes": told.outcomes}
        yield row


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that say something, with their numbers; raises BadData for what is no text."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except UnicodeDecodeError:
        raise BadData([Problem("not UTF-8 text", path.name)]) from None
