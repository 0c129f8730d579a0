"""A small person's story to keep in a store: an application, what came of it, what was shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from data.people.applicants import Need
from data.people.events import Event, Judgement, Kind, Placement
from data.people.outcomes import Application, Outcome, Result
from data.store.schema import METADATA
from data.store.store import Receipt, Store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
COOKER = Need(text="broken cooker, two children", purposes=("GTIP020",), reasons=("GTIR010",), amount=350)
APPLICATION = Application("a1", "p1", "g1", date(2026, 11, 20), COOKER, ("E08000025", "E12000005"), 2, 0.5)
AWARDED = Outcome("a1", Result.AWARDED, date(2026, 12, 1), 300.0)
DECLINED = Outcome("a1", Result.DECLINED, date(2026, 12, 1))
PENDING = Outcome("a1", Result.PENDING, date(2026, 11, 25))
WITHDRAWN = Outcome("a1", Result.WITHDRAWN, date(2026, 12, 5))
SHOWN = Event(
    id="e1",
    kind=Kind.SHOWN,
    response_id="r1",
    person="p1",
    at=NOON,
    placements=(
        Placement(grant_id="g1", position=2, propensity=0.5),
        Placement(grant_id="g2", position=1, propensity=0.9),
    ),
)
OPENED = Event(
    id="e2",
    kind=Kind.OPENED,
    response_id="r1",
    at=NOON + timedelta(minutes=1),
    placements=(Placement(grant_id="g1", position=2),),
)
JUDGEMENT = Judgement(
    id="j1",
    partner="p1",
    situation_id="s1",
    grant_id="g1",
    grade=3,
    words="It pays in a week.",
    on=date(2026, 11, 1),
)


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Dump every row of every table except the random salt."""
    tables = [table for table in METADATA.sorted_tables if table.name not in ("salt", "erased")]
    with store.engine.connect() as connection:
        return {t.name: sorted(map(tuple, connection.execute(t.select())), key=repr) for t in tables}


def append_all(store: Store) -> tuple[Receipt, ...]:
    return (
        store.append_application(APPLICATION, at=NOON),
        store.append_outcome("o1", AWARDED, at=NOON),
        *store.append_events([SHOWN, OPENED], at=NOON),
        store.append_judgement(JUDGEMENT, at=NOON),
    )
