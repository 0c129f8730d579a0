"""How applications, outcomes, events and judgements become rows of the store, and rows become them again."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from data.errors import BadRecord
from data.people.applicants import Need
from data.people.events import Event, Judgement, Kind, Placement, utc
from data.people.outcomes import Application, Outcome, Result

_NUL: Final = "\\u0000"
"""A NUL character as JSON writes it; it may also stand there for somebody's backslash and letters."""
ECHOES: Final = ("status", "qualifies", "success")
"""What a record may repeat of the answer it came from. A record without them has the digest that it always had."""


def application_row(application: Application, *, at: datetime) -> dict[str, Any]:
    """Write an application as a row of `applications`."""
    values = {
        "id": application.id,
        "person": application.person,
        "grant_id": application.grant_id,
        "applied_on": application.on,
        "need": application.need.model_dump_json(),
        "areas": json.dumps(application.areas),
        "position": application.position,
        "propensity": _number(application.propensity),
    }
    echoes: dict[str, Any] = {name: getattr(application, name) for name in ECHOES}
    return {**values, **echoes, "digest": _digest({**values, **_given(echoes)}), "recorded_at": utc(at)}


def outcome_row(outcome_id: str, outcome: Outcome, *, corrects: str | None, at: datetime) -> dict[str, Any]:
    """Write an outcome as a row of `outcomes`."""
    values = {
        "id": outcome_id,
        "application_id": outcome.application_id,
        "result": str(outcome.result),
        "decided_on": outcome.decided_on,
        "amount": _number(outcome.amount),
        "corrects": corrects,
    }
    return _kept(values, at=at)


def event_row(event: Event, *, at: datetime) -> dict[str, Any]:
    """Write an event as a row of `events`; its digest covers its placements too."""
    values = {
        "id": event.id,
        "kind": str(event.kind),
        "response_id": event.response_id,
        "person": event.person,
        "at": utc(event.at),
    }
    placements = sorted((_told(row) for row in placement_rows(event)), key=lambda told: str(told[1]))
    return {**values, "digest": _digest({**values, "placements": placements}), "recorded_at": utc(at)}


def placement_rows(event: Event) -> list[dict[str, Any]]:
    """Write an event's placements as rows of `placements`."""
    return [{"event_id": event.id, **placement.model_dump()} for placement in event.placements]


def _told(row: Mapping[str, Any]) -> tuple[Any, ...]:
    plain = tuple(value for name, value in row.items() if name not in ECHOES)
    return (*plain, *_given({name: row[name] for name in ECHOES}).items())


def _echoed(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ECHOES}


def _given(echoes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in echoes.items() if value is not None}


def judgement_row(judgement: Judgement, *, at: datetime) -> dict[str, Any]:
    """Write a judgement as a row of `judgements`."""
    values = judgement.model_dump()
    values["judged_on"] = values.pop("on")
    return _kept(values, at=at)


def read_application(row: Row[Any]) -> Application:
    """Read a row of `applications`."""
    return Application(
        id=row.id,
        person=row.person,
        grant_id=row.grant_id,
        on=row.applied_on,
        need=Need.model_validate_json(row.need),
        areas=tuple(json.loads(row.areas)),
        position=row.position,
        propensity=row.propensity,
        **_echoed(row),
    )


def read_outcome(row: Row[Any]) -> Outcome:
    """Read a row of `outcomes`."""
    return Outcome(row.application_id, Result(row.result), row.decided_on, row.amount)


def read_event(rows: Iterable[Row[Any]]) -> Event:
    """Read one event from its joined rows, a placement a row."""
    rows = sorted(rows, key=lambda row: (row.position, row.grant_id))
    first = rows[0]
    return Event(
        id=first.id,
        kind=Kind(first.kind),
        response_id=first.response_id,
        person=first.person,
        at=datetime.fromisoformat(first.at),
        placements=tuple(
            Placement(grant_id=row.grant_id, position=row.position, propensity=row.propensity, **_echoed(row))
            for row in rows
        ),
    )


def read_judgement(row: Row[Any]) -> Judgement:
    """Read a row of `judgements`."""
    return Judgement(
        id=row.id,
        partner=row.partner,
        situation_id=row.situation_id,
        grant_id=row.grant_id,
        grade=row.grade,
        words=row.words,
        on=row.judged_on,
    )


def _number(value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise BadRecord("a number is infinite or not a number; expected a finite one, or none")
    return None if value is None else float(value)


def _kept(values: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    return {**values, "digest": _digest(values), "recorded_at": utc(at)}


def _digest(values: dict[str, Any]) -> str:
    """Digest a record's content, so that the same id with the same content is recognised."""
    content = json.dumps(values, sort_keys=True, default=str, ensure_ascii=False)
    if _NUL in content and any("\0" in text for text in _texts(values)):
        raise BadRecord("a text holds a NUL character, which a database cannot keep")
    try:
        return hashlib.sha256(content.encode()).hexdigest()
    except UnicodeEncodeError:
        raise BadRecord("a text holds half of a surrogate pair, which is not a character") from None


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list() | tuple():
            for part in value:
                yield from _texts(part)
