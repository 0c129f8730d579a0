"""What clients tell the real service is kept once, changed never, and erased when asked."""

from __future__ import annotations

import uuid

import httpx

from serving.access import Scope
from tests.serving.running import Server, error_of


def test_events_are_kept_once_and_a_changed_one_is_refused(front: httpx.Client) -> None:
    event = {
        "id": f"e-{uuid.uuid4()}",
        "kind": "opened",
        "response_id": "r-1",
        "placements": [{"grant_id": "g", "position": 1}],
        "at": "2026-11-23T10:00:00Z",
    }
    first = front.post("/v1/events", json={"events": [event]}).json()
    again = front.post("/v1/events", json={"events": [event]}).json()
    assert (first["kept"], first["known"], again["kept"], again["known"]) == (1, 0, 0, 1)
    changed = {**event, "placements": [{"grant_id": "other", "position": 1}]}
    response = front.post("/v1/events", json={"events": [changed]})
    assert (response.status_code, error_of(response)["code"]) == (409, "CONFLICT")


def test_outcomes_are_kept_once_corrected_by_name_and_a_changed_one_is_refused(funder: httpx.Client) -> None:
    mark = uuid.uuid4().hex
    application = {"id": f"a-{mark}", "person": f"p-{mark}", "grant_id": "g", "on": "2026-10-01"}
    outcome = {
        "id": f"o-{mark}",
        "application_id": f"a-{mark}",
        "result": "declined",
        "decided_on": "2026-10-09",
    }
    batch = {"applications": [application], "outcomes": [outcome]}
    assert funder.post("/v1/outcomes", json=batch).json()["kept"] == 2
    assert funder.post("/v1/outcomes", json=batch).json()["known"] == 2
    changed = {**outcome, "result": "awarded", "amount": 200}
    assert funder.post("/v1/outcomes", json={"outcomes": [changed]}).status_code == 409
    correction = {**changed, "id": f"o2-{mark}", "corrects": f"o-{mark}"}
    assert funder.post("/v1/outcomes", json={"outcomes": [correction]}).json()["kept"] == 1


def test_an_outcome_of_an_application_that_nobody_told_is_refused(funder: httpx.Client) -> None:
    outcome = {"id": "o-lost", "application_id": "a-lost", "result": "declined", "decided_on": "2026-10-09"}
    response = funder.post("/v1/outcomes", json={"outcomes": [outcome]})
    assert (response.status_code, error_of(response)["code"]) == (422, "UNKNOWN_RECORD")


def test_a_judgement_is_kept_once(funder: httpx.Client) -> None:
    judgement = {
        "id": f"j-{uuid.uuid4()}",
        "partner": "partner-1",
        "situation_id": "s",
        "grant_id": "g",
        "grade": 2,
        "words": "It fits.",
        "on": "2026-11-01",
    }
    batch = {"judgements": [judgement]}
    assert [funder.post("/v1/judgements", json=batch).json()["kept"] for _ in range(2)] == [1, 0]


def test_an_erased_person_is_gone_and_not_taken_again(server: Server, funder: httpx.Client) -> None:
    mark = uuid.uuid4().hex
    application = {"id": f"a-{mark}", "person": f"p-{mark}", "grant_id": "g", "on": "2026-10-01"}
    assert funder.post("/v1/outcomes", json={"applications": [application]}).json()["kept"] == 1
    with server.client(Scope.PRIVACY) as officer:
        assert officer.delete(f"/v1/people/p-{mark}").json()["applications"] == 1
    response = funder.post("/v1/outcomes", json={"applications": [application]})
    assert (response.status_code, error_of(response)["code"]) == (409, "ERASED")
