"""Nothing that a person writes appears in any log, metric or answer to somebody else."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from serving.access import Scope
from tests.serving.running import Server

PLANTED = "zqplanted"
MARK = re.compile(PLANTED, re.IGNORECASE)


def bodies() -> list[bytes]:
    """Requests that carry planted words wherever a word can stand, most of them wrong in some way."""
    fact = {"facts": {PLANTED + "fact": PLANTED + "value"}}
    questions: list[dict[str, Any]] = [
        {"need": {"text": PLANTED + " I have HIV"}, "request_id": PLANTED + "-id"},
        {"need": {"text": PLANTED, "purposes": [PLANTED]}},
        {"need": {"text": [PLANTED]}, "explain": PLANTED},
        {"applicant": fact},
        {"applicant": {"facts": {"age": PLANTED}}},
        {"applicant": {"facts": {"health_conditions": [PLANTED]}}},
        {"applicant": {"areas": [PLANTED]}},
        {"applicant": {"related": [{"relation": PLANTED, "facts": {}}]}},
        {"applicant": {"awards": [{"grant_id": PLANTED, "on": PLANTED}]}},
        {"applicant": {PLANTED: PLANTED}},
        {PLANTED: PLANTED},
        {"on": PLANTED, "page": {"size": PLANTED}},
        {"filters": {"route": {"one_of": [PLANTED]}}},
        {"events": [{"id": PLANTED, "kind": PLANTED}]},
        {"events": [{"id": PLANTED, "kind": "opened", "response_id": PLANTED, "person": PLANTED,
                     "at": "2026-11-23T10:00:00Z", "placements": [{"grant_id": PLANTED, "position": 1}]}]},
        {"outcomes": [{"id": PLANTED, "application_id": PLANTED, "result": "awarded", "decided_on": "2026-01-01"}]},
        {"applications": [{"id": PLANTED, "person": PLANTED, "grant_id": PLANTED, "on": "2026-01-01"}]},
        {"applications": [{"id": PLANTED, "person": PLANTED + "2", "grant_id": PLANTED, "on": "2026-01-01"}]},
    ]  # fmt: skip
    broken = [
        b'{"need": {"text": "' + PLANTED.encode(),
        PLANTED.encode(),
        b'"' + PLANTED.encode() * 40_000 + b'"',
    ]
    return [*(json.dumps(question).encode() for question in questions), *broken]


@pytest.fixture(scope="module")
def visited(server: Server) -> Server:
    """The server after it was sent planted words in every place that takes any."""
    json_kind = {"content-type": "application/json"}
    strange = {
        "content-type": PLANTED,
        "user-agent": PLANTED,
        "referer": PLANTED,
        "cookie": PLANTED,
        "origin": PLANTED,
    }
    for scope in Scope:
        with server.client(scope) as client:
            for path in ("/v1/rank", "/v1/eligibility", "/v1/events", "/v1/outcomes", "/v1/judgements"):
                for body in bodies():
                    assert client.post(path, content=body, headers=json_kind).status_code < 500
                client.post(path, content=b"{}", headers=strange)
            for path in (f"/{PLANTED}", f"/v1/grants/{PLANTED}", f"/v1/facts?{PLANTED}={PLANTED}"):
                assert client.get(path).status_code < 500
            client.request(PLANTED.upper(), "/v1/rank")
            client.delete(f"/v1/people/{PLANTED}")
            form = {"need": PLANTED, "area": PLANTED, "fact-age": PLANTED, PLANTED: PLANTED}
            assert client.post("/", data=form).status_code < 500
            client.get("/v1/facts", headers={"authorization": f"Bearer {PLANTED}"})
            visit_the_desks(client)
    return server


def visit_the_desks(client: httpx.Client) -> None:
    """Send planted words to the pages of partners and of reviews, to signing in, and to lists of places and people."""
    words = {"interests": PLANTED, "missing": PLANTED, "why": PLANTED, "chosen": "first", "quote": "yes"}
    grant = {"shown": PLANTED, f"grade-{PLANTED}": "3", f"why-{PLANTED}": PLANTED}
    for path in (
        "/partners",
        "/partners/a03",
        "/partners/a03/orders",
        f"/partners/{PLANTED}",
        f"/review/{PLANTED}",
    ):
        assert client.get(path).status_code < 500
        for form in (
            {**words, **grant, "do": "sent"},
            {**words, "chosen": PLANTED, "do": PLANTED},
            {PLANTED: PLANTED},
        ):
            assert client.post(path, data=form).status_code < 500
    for path in (f"/review/{PLANTED}/page", f"/v1/areas?q={PLANTED}", f"/v1/situations?like={PLANTED}"):
        assert client.get(path).status_code < 500
    for path in ("/sign-in", "/sign-out", f"/partners?done={PLANTED}"):
        assert client.post(path, data={"key": PLANTED, "to": PLANTED}).status_code < 500
    client.post("/partners/withdraw", data={"everything": "yes"})


def test_no_planted_word_is_in_what_the_server_wrote(visited: Server) -> None:
    assert visited.written.count("request") > 100
    assert MARK.findall(visited.written) == []


def test_no_planted_word_is_in_the_metrics(visited: Server) -> None:
    with visited.client(Scope.STAFF) as staff:
        numbers = staff.get("/metrics").text
    assert 'route="rank"' in numbers
    assert MARK.findall(numbers) == []


def test_no_planted_value_is_repeated_in_an_error(visited: Server) -> None:
    with visited.client(Scope.RANK) as front:
        for question in (
            {"applicant": {"facts": {"age": PLANTED}}},
            {"applicant": {"facts": {"benefits": [PLANTED]}}},
            {"need": {"purposes": [PLANTED]}},
            {"explain": PLANTED},
        ):
            assert MARK.findall(front.post("/v1/rank", json=question).text) == []


def test_a_question_leaves_nothing_in_the_store(visited: Server) -> None:
    with visited.client(Scope.RANK) as front:
        assert front.post("/v1/rank", json={"need": {"text": "zqneedtext"}}).status_code == 200
    files = [file for file in visited.folder.rglob("*") if file.is_file()]
    assert files
    for file in files:
        assert b"zqneedtext" not in file.read_bytes()
