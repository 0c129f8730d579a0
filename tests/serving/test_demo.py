"""Without keys the service is a demonstration: for its own machine, with a key drawn at each start."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.serving.running import Server, start

RATE = 30
"""Requests a minute of this demo."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo server with a low rate."""
    folder = tmp_path_factory.mktemp("demo")
    running = start(folder, GRANTS_RATE=str(RATE))
    yield running
    running.stop()


def shown_key(demo: Server) -> str:
    """The key that the server printed."""
    shown = re.findall(r"Demo key, shown once: (\S+)", demo.written)
    assert len(shown) == 1
    return str(shown[0])


def test_the_key_that_is_printed_once_opens_the_api(demo: Server) -> None:
    headers = {"Authorization": f"Bearer {shown_key(demo)}"}
    assert httpx.post(demo.url + "/v1/rank", json={}, headers=headers).status_code == 200
    assert httpx.post(demo.url + "/v1/rank", json={}).status_code == 401


def test_the_page_is_open(demo: Server) -> None:
    assert httpx.get(demo.url).status_code == 200


@pytest.mark.parametrize("host", ["grants.example.org", "evil.example:3000", "127.0.0.1.evil.example", ""])
def test_another_name_for_this_machine_is_refused(demo: Server, host: str) -> None:
    response = httpx.get(demo.url, headers={"host": host})
    assert response.status_code in (400, 403)


def test_a_visitor_from_elsewhere_is_refused_even_through_a_proxy_here(demo: Server) -> None:
    response = httpx.get(demo.url, headers={"x-forwarded-for": "203.0.113.9"})
    assert response.json()["error"]["code"] == "LOOPBACK_ONLY"


def test_one_request_too_many_is_told_when_to_come_back(demo: Server) -> None:
    responses = (httpx.get(demo.url + "/style.css") for _ in range(10 * RATE))
    refused = next(response for response in responses if response.status_code == 429)
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.json()["error"]["code"] == "TOO_MANY_REQUESTS"
    assert httpx.get(demo.url + "/readyz").status_code == 200
