"""Before any key: the head of a request has a limit and a time, on the real server."""

from __future__ import annotations

import json
import socket
import time
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest

from serving.access import Scope
from serving.bounded_http import HEAD_BYTES, HEAD_SECONDS
from tests.serving.running import Server

START = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: "


def connection(server: Server) -> socket.socket:
    """A bare connection."""
    return socket.create_connection((urlsplit(server.url).hostname or "", urlsplit(server.url).port or 0), 30)


def answer_to(server: Server, sent: bytes) -> tuple[int, str]:
    """Status and code of what comes back until the server closes; 0 where it closed while we still sent."""
    with closing(connection(server)) as wire:
        found = b""
        try:
            wire.sendall(sent)
            while part := wire.recv(65536):
                found += part
        except ConnectionError:
            pass
    if not found:
        return 0, "cut off"
    head, _, body = found.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)["error"]["code"]


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
def test_a_head_over_the_limit_is_refused(server: Server, end: bytes) -> None:
    assert answer_to(server, START + b"x" * (HEAD_BYTES + 1) + end) == (431, "HEADERS_TOO_LARGE")


def test_a_head_without_end_is_cut_off(server: Server) -> None:
    assert answer_to(server, START + b"x" * 5_000_000) in ((431, "HEADERS_TOO_LARGE"), (0, "cut off"))


def test_many_short_headers_count_together(server: Server) -> None:
    lines = b"".join(b"X-%d: y\r\n" % n for n in range(5000))
    assert answer_to(server, b"GET /livez HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n") == (
        431,
        "HEADERS_TOO_LARGE",
    )


@pytest.mark.parametrize(
    "sent", [b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/9.9\r\n\r\n", b"nonsense\r\n\r\n"]
)
def test_what_is_no_http_is_refused_in_the_one_shape(server: Server, sent: bytes) -> None:
    assert answer_to(server, sent + b"\r\n\r\n") == (400, "BAD_REQUEST")


def test_a_head_within_the_limit_and_a_second_request_on_the_line_are_answered(server: Server) -> None:
    with server.client(Scope.RANK) as client:
        for _ in range(2):
            assert client.get("/v1/facts", headers={"X-Long": "x" * (HEAD_BYTES - 1000)}).status_code == 200
        body = {"need": {"text": "x" * 1900}, "applicant": {"facts": {}}, "explain": False}
        assert client.post("/v1/rank", json=body).status_code == 200


def test_heads_that_never_end_are_given_up_and_others_are_answered_meanwhile(server: Server) -> None:
    since = time.monotonic()
    halves = [connection(server) for _ in range(300)]
    for place, wire in enumerate(halves):
        wire.sendall(START if place % 3 else b"")
    assert httpx.get(server.url + "/livez").status_code == 200
    ends = [wire.recv(65536) for wire in halves]
    assert HEAD_SECONDS - 1 < time.monotonic() - since < HEAD_SECONDS + 20
    assert {end.split(b" ")[1] for end in ends} == {b"408"}
    for wire in halves:
        wire.close()
