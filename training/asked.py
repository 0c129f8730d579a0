"""What was asked for and decided, as Arrow record batches: the form in which a history of any size is read.

A row is one need of one person beside one grant: an application that was decided, or a grant that was not applied
to (it has no day of decision). Rows of one need stand together, needs in the order of their days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.people.applicants import Need
from data.people.outcomes import Application, Outcome, Result
from training.split import Decided, Period

ROWS: Final = 8192
"""Rows of a batch, about."""
CONTRAST_WEIGHT: Final = 0.1
"""How much a grant that was not applied to counts, as if declined, beside a real decision."""
SCHEMA: Final = pa.schema(
    {
        "query": pa.int32(),
        "person": pa.int32(),
        "grant": pa.int32(),
        "on": pa.date32(),
        "decided_on": pa.date32(),
        "awarded": pa.bool_(),
        "weight": pa.float64(),
        "text": pa.string(),
        "purposes": pa.list_(pa.string()),
        "reasons": pa.list_(pa.string()),
        "amount": pa.float64(),
        "areas": pa.list_(pa.string()),
    }
)
"""`query` numbers needs, `person` people, `grant` is the place in the catalogue; the rest is the need and where."""


@dataclass(frozen=True)
class Query:
    """One need of one person on a day, with the decided applications that it led to."""

    number: int
    person: int
    first: Application
    decided: tuple[Decided, ...]

    @property
    def grants(self) -> tuple[str, ...]:
        """The grants applied to and decided."""
        return tuple(application.grant_id for application, _ in self.decided)


def queries_of(decided: Sequence[Decided], period: Period, known: Mapping[str, int]) -> list[Query]:
    """Gather a period's decisions about grants of the catalogue by person, day and need."""
    held = [pair for pair in decided if pair[0].grant_id in known and period.holds(*pair)]
    held.sort(key=lambda pair: (pair[0].on, *_asker(pair), pair[0].id))
    people = {person: number for number, person in enumerate(sorted({pair[0].person for pair in held}))}
    return list(_gathered(held, people))


def asked_batches(
    queries: Iterable[Query],
    places: Mapping[str, int],
    weight: Callable[[Application], float],
    contrast: Callable[[Query], NDArray[np.int64]] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Lay out needs as batches; `contrast` names places of grants to add as if declined."""
    rows: list[dict[str, Any]] = []
    for query in queries:
        rows += _rows(query, places, weight)
        if contrast is not None:
            rows += [_row(query, int(place), None, CONTRAST_WEIGHT) for place in contrast(query)]
        if len(rows) >= ROWS:
            yield pa.RecordBatch.from_pylist(rows, SCHEMA)
            rows = []
    yield pa.RecordBatch.from_pylist(rows, SCHEMA)


def needs_of(batch: pa.RecordBatch) -> Iterator[tuple[slice, Need, tuple[str, ...], date]]:
    """Give the rows of each need of a batch, the need, the person's areas and the day."""
    numbers = batch.column("query").to_numpy()
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[:1] - 1))
    told = batch.select(["text", "purposes", "reasons", "amount", "areas", "on"]).take(pa.array(starts))
    ends = np.append(starts, batch.num_rows)[1:]
    for start, end, asked in zip(starts.tolist(), ends.tolist(), told.to_pylist(), strict=True):
        areas, on = tuple(asked.pop("areas")), asked.pop("on")
        yield slice(start, end), Need.model_validate(asked), areas, on


def _rows(
    query: Query, places: Mapping[str, int], weight: Callable[[Application], float]
) -> Iterator[dict[str, Any]]:
    for application, outcome in query.decided:
        yield _row(query, places[application.grant_id], outcome, weight(application))


def _row(query: Query, place: int, outcome: Outcome | None, weight: float) -> dict[str, Any]:
    need = query.first.need
    return {
        "query": query.number,
        "person": query.person,
        "grant": place,
        "on": query.first.on,
        "decided_on": outcome.decided_on if outcome else None,
        "awarded": outcome is not None and outcome.result is Result.AWARDED,
        "weight": weight,
        "text": need.text,
        "purposes": need.purposes,
        "reasons": need.reasons,
        "amount": need.amount,
        "areas": query.first.areas,
    }


def _gathered(held: list[Decided], people: dict[str, int]) -> Iterator[Query]:
    grouped = groupby(held, key=lambda pair: (pair[0].on, *_asker(pair)))
    for number, (_, group) in enumerate(grouped):
        pairs = tuple(group)
        yield Query(number, people[pairs[0][0].person], pairs[0][0], pairs)


def _asker(pair: Decided) -> tuple[str, str]:
    return pair[0].person, pair[0].need.model_dump_json()
