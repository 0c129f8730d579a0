"""What clients tell the real service is kept once, changed never, and erased when asked."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

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
    assert error_of(response)["path"] == "events.0"
    assert not re.search(r"[0-9a-f]{16}", error_of(response)["message"]), "no digest of what is kept"


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


def application(mark: str, **told: Any) -> dict[str, Any]:
    """An application of somebody of whom nothing else is known."""
    return {
        "id": f"a-{mark}",
        "person": f"p-{mark}",
        "grant_id": "winter-fuel-payment",
        "on": "2026-10-01",
        **told,
    }


def test_every_record_of_a_batch_has_its_own_receipt_and_a_bad_one_keeps_no_other_out(
    funder: httpx.Client,
) -> None:
    mark = uuid.uuid4().hex
    outcome = {"id": f"o-{mark}", "application_id": f"a-{mark}", "result": "declined"}
    batch = {
        "applications": [
            application(mark),
            application(mark, grant_id="best-start-foods"),
            application(mark + "-2", grant_id="no-such-fund"),
            application(mark + "-3", position=0),
            application(mark + "-4", person="a \0 NUL"),
            7,
            application(mark + "-6", need={"purposes": ["GTIP020", "planted"]}),
        ],
        "outcomes": [
            {**outcome, "decided_on": "2026-09-30"},
            {**outcome, "decided_on": "2026-10-02", "id": f"o2-{mark}"},
            {**outcome, "application_id": "nobody-told", "decided_on": "2026-10-02"},
        ],
    }
    answer = funder.post("/v1/outcomes", json=batch).raise_for_status().json()
    assert [(one["path"], one["receipt"], one["code"]) for one in answer["receipts"]] == [
        ("applications.0", "kept", None),
        ("applications.1", "conflict", "CONFLICT"),
        ("applications.2", "kept", None),
        ("applications.3.position", "refused", "INVALID_REQUEST"),
        ("applications.4.person", "refused", "INVALID_REQUEST"),
        ("applications.5", "refused", "INVALID_REQUEST"),
        ("applications.6.need.purposes.1", "refused", "INVALID_REQUEST"),
        ("outcomes.0.decided_on", "refused", "INVALID_RECORD"),
        ("outcomes.1", "kept", None),
        ("outcomes.2", "refused", "UNKNOWN_RECORD"),
    ]
    assert [one["unknown_grants"] for one in answer["receipts"][:3]] == [[], [], ["no-such-fund"]]
    assert [answer[kind] for kind in ("kept", "known", "conflict", "refused")] == [3, 0, 1, 6]


TODAY = date.today()


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ({"position": 2**31}, "position"),
        ({"position": 10**30}, "position"),
        ({"on": "0001-01-01"}, "on"),
        ({"on": "9999-12-31"}, "on"),
        ({"on": str(TODAY + timedelta(days=3))}, "on"),
        ({"on": str(TODAY - timedelta(days=31 * 366))}, "on"),
        ({"id": "a \0 NUL"}, "id"),
        ({"grant_id": "\0"}, "grant_id"),
        ({"areas": ["\0"]}, "areas.0"),
    ],
)
def test_a_mistake_in_a_single_record_is_named_with_its_path(
    funder: httpx.Client, told: dict[str, Any], path: str
) -> None:
    refused = funder.post("/v1/outcomes", json={"applications": [application(uuid.uuid4().hex, **told)]})
    assert (refused.status_code, error_of(refused)["path"]) == (422, f"applications.0.{path}")


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_an_event_at_the_end_of_time_is_refused(front: httpx.Client, at: str) -> None:
    event = {"id": "e", "kind": "opened", "response_id": "r", "at": at}
    event["placements"] = [{"grant_id": "g", "position": 1}]  # type: ignore[assignment]
    refused = front.post("/v1/events", json={"events": [event]})
    assert (refused.status_code, error_of(refused)["path"]) == (422, "events.0.at")


@pytest.mark.parametrize("on", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_nobody_is_judged_on_a_day_that_no_rule_is_about(front: httpx.Client, on: str) -> None:
    for path in ("/v1/rank", "/v1/eligibility"):
        refused = front.post(path, json={"on": on})
        assert (refused.status_code, error_of(refused)["path"]) == (422, "on")


def test_a_pseudonym_that_nothing_can_be_kept_under_is_refused(server: Server) -> None:
    with server.client(Scope.PRIVACY) as officer:
        assert officer.delete("/v1/people/%00").status_code == 422
        assert officer.delete("/v1/people/" + "p" * 300).status_code == 422
