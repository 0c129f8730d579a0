"""What a record repeats of the answer it came from is kept with it, and is never a fact about a person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from data.errors import Conflict, StoreError
from data.people.events import Placement
from data.store.engine import writing
from data.store.row_mapping import application_row, event_row
from data.store.store import Receipt, Store
from tests.data.store_samples import APPLICATION, NOON, SHOWN

ECHOED = Placement(grant_id="g1", position=1, status="needs_info", qualifies=0.4, success=0.25)


def test_echoes_come_back_as_they_were_sent(store: Store) -> None:
    shown = SHOWN.model_copy(update={"placements": (ECHOED,)})
    applied = replace(APPLICATION, status="eligible", qualifies=1.0, success=0.7)
    store.append_events([shown], at=NOON)
    store.append_application(applied, at=NOON)
    assert list(store.events()) == [shown]
    assert list(store.applications()) == [applied]


def test_a_record_without_echoes_is_the_same_record_as_before_there_were_any() -> None:
    assert application_row(APPLICATION, at=NOON)["digest"].startswith("9b9b7bc46276ea26")
    assert event_row(SHOWN, at=NOON)["digest"].startswith("f0c911354adfe4e0")


def test_another_echo_under_the_same_id_is_another_record(store: Store) -> None:
    one = SHOWN.model_copy(update={"placements": (ECHOED,)})
    other = SHOWN.model_copy(
        update={"placements": (ECHOED.model_copy(update={"success": 0.4, "qualifies": 0.25}),)}
    )
    assert store.append_events([one], at=NOON) == (Receipt.STORED,)
    assert store.append_events([one], at=NOON) == (Receipt.ALREADY,)
    with pytest.raises(Conflict):
        store.append_events([other], at=NOON)
    store.append_application(APPLICATION, at=NOON)
    with pytest.raises(Conflict):
        store.append_application(replace(APPLICATION, qualifies=0.5), at=NOON)


@pytest.mark.parametrize(
    "told", [{"disabled": True}, {"findings": []}, {"status": "ill"}, {"qualifies": 1.2}]
)
def test_nothing_but_a_status_and_two_chances_can_be_echoed(told: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Placement.model_validate({"grant_id": "g1", "position": 1, **told})


@pytest.mark.parametrize("told", ["status = 'ill'", "qualifies = 1.5", "success = -0.1"])
def test_the_database_itself_refuses_what_is_no_echo(store: Store, told: str) -> None:
    store.append_events([SHOWN], at=NOON)
    with pytest.raises(StoreError), writing(store.engine) as connection:
        connection.execute(text(f"UPDATE placements SET {told}"))
