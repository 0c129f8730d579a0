"""Delivered again and again, in any order, the same messages end in the same store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import UnknownRecord
from data.people.outcomes import Outcome, Result
from data.store.schema import METADATA
from data.store.store import Store
from tests.data.store_samples import (
    APPLICATION,
    NOON,
    SHOWN,
    everything,
)

IDS = st.sampled_from(["a1", "a2", "a3"])
DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 5))
AMOUNTS = st.none() | st.floats(0, 1000)


@st.composite
def messages(draw: st.DrawFn) -> list[tuple[str, Any]]:
    """Draw a consistent set of messages: applications, pending notes, decisions, chains of corrections."""
    found: list[tuple[str, Any]] = []
    for name in sorted(draw(st.sets(IDS, min_size=1))):
        application = replace(APPLICATION, id=name, person=draw(st.sampled_from(["p1", "p2"])), on=draw(DAYS))
        found.append(("application", application))
        decided = st.dates(application.on, application.on + timedelta(days=4))
        for n in range(draw(st.integers(0, 2))):
            found.append(
                ("outcome", (f"{name}-pending{n}", Outcome(name, Result.PENDING, draw(decided)), None))
            )
        corrects = None
        for n in range(draw(st.integers(0, 3))):
            result = draw(st.sampled_from([Result.AWARDED, Result.DECLINED, Result.WITHDRAWN]))
            outcome = Outcome(
                name, result, draw(decided), draw(AMOUNTS) if result is Result.AWARDED else None
            )
            found.append(("outcome", (f"{name}-{n}", outcome, corrects)))
            corrects = f"{name}-{n}"
    for n in range(draw(st.integers(0, 3))):
        found.append(("event", SHOWN.model_copy(update={"id": f"e{n}", "person": draw(st.none() | IDS)})))
    return found


def deliver(store: Store, messages: list[tuple[str, Any]]) -> None:
    """Send messages as a client that tries again what was refused because of its order."""
    for _ in range(len(messages) + 1):
        refused = [message for message in messages if not accepted(store, message)]
        if not refused:
            return
        messages = refused
    pytest.fail("some messages were never accepted")


def accepted(store: Store, message: tuple[str, Any]) -> bool:
    kind, content = message
    try:
        if kind == "application":
            store.append_application(content, at=NOON)
        elif kind == "event":
            store.append_events([content], at=NOON)
        else:
            outcome_id, outcome, corrects = content
            store.append_outcome(outcome_id, outcome, corrects=corrects, at=NOON)
    except UnknownRecord:
        return False
    return True


def empty(store: Store) -> None:
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(METADATA.tables["outcomes"].update().values(corrects=None, result="pending"))
        for table in reversed(METADATA.sorted_tables):
            if table.name != "salt":
                connection.execute(table.delete())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=messages(), data=st.data())
def test_repeats_and_any_order_of_delivery_end_in_the_same_store(
    store: Store, messages: list[tuple[str, Any]], data: st.DataObject
) -> None:
    empty(store)
    deliver(store, messages)
    once, history = everything(store), store.history()

    empty(store)
    repeated = [message for message in messages for _ in range(data.draw(st.integers(1, 3)))]
    deliver(store, data.draw(st.permutations(repeated)))

    assert everything(store) == once
    assert store.history() == history
