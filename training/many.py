"""Ranks many applicants at once: Arrow batches of questions in, batches of the places in their lists out.

`ranked` is a pure function of one batch, so that it runs alike in one process, in several, or under an engine that
maps batches; nothing here holds more than a batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.applicants import Need, read_applicant
from data.errors import BadApplicant, BadData, Problem
from models.ranking import Recommendation
from models.recommender import Recommender, Wish

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
    }
)
"""A row for each place of each list; the chance and its interval are empty where too few outcomes are known."""
TOGETHER: Final = 256
"""Questions in a batch."""


class _Question(BaseModel):
    """A line of a file of questions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    on: date | None = None
    applicant: dict[str, Any] = Field(default_factory=dict)
    need: Need = Need()


def read_questions(path: Path, *, today: date) -> Iterator[pa.RecordBatch]:
    """Read a file with a JSON object a line; without a day a question is of today. Raises BadData."""
    rows: list[dict[str, Any]] = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                rows.append(_row(line, today, Problem("", path.name, number)))
            if len(rows) == TOGETHER:
                yield pa.RecordBatch.from_pylist(rows, QUESTIONS)
                rows = []
    yield pa.RecordBatch.from_pylist(rows, QUESTIONS)


def ranked(batch: pa.RecordBatch, recommender: Recommender, *, most: int) -> pa.RecordBatch:
    """Rank the grants of each question, at most so many; raises BadData, which names the question."""
    rows = [
        _place(asked["id"], one)
        for asked in batch.to_pylist()
        for one in _list_of(asked, recommender, Wish(size=most, near_misses=0, explain=False))
    ]
    return pa.RecordBatch.from_pylist(rows, LISTS)


def _row(line: str, today: date, at: Problem) -> dict[str, Any]:
    try:
        told = _Question.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"])) or None
        raise BadData([Problem(first["msg"], at.file, at.line, field=field)]) from None
    applicant, need = json.dumps(told.applicant), told.need.model_dump_json()
    return {"id": told.id, "on": told.on or today, "applicant": applicant, "need": need}


def _list_of(asked: dict[str, Any], recommender: Recommender, wish: Wish) -> tuple[Recommendation, ...]:
    catalogue = recommender.catalogue
    try:
        applicant = read_applicant(json.loads(asked["applicant"]), catalogue.facts, catalogue.areas)
    except BadApplicant as error:
        raise BadData([Problem(f"question {asked['id']!r}: {error.message}", field=error.path)]) from None
    need = Need.model_validate_json(asked["need"])
    return recommender.recommend(applicant, need, on=asked["on"], wish=wish).results


def _place(asked: str, one: Recommendation) -> dict[str, Any]:
    found = {
        "id": asked,
        "place": one.rank,
        "grant_id": one.grant_id,
        "status": str(one.status),
        "score": one.score,
    }
    if one.success is None:
        return found
    told = one.success
    chance = {"chance": told.estimate, "chance_low": told.low, "chance_high": told.high}
    return {**found, **chance, "outcomes": told.outcomes}
