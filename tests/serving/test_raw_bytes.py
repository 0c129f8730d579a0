"""Whatever bytes come over the line, the answer is a refusal in the one shape, and the server goes on.

`FUZZ=1000` tries so many; the suite tries fewer.
"""

from __future__ import annotations

import json
import os
import socket
from contextlib import closing
from urllib.parse import urlsplit

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.serving.running import Server

TRIED = int(os.environ.get("FUZZ", "60"))

METHODS = st.sampled_from([b"GET", b"POST", b"DELETE", b"HEAD", b"PUT", b"BREW", b""])
PATHS = st.sampled_from(
    [b"/", b"/v1/rank", b"/v1/outcomes", b"/livez", b"*", b"//", b"/%00", b"http://x/"]
) | st.binary(max_size=30)
VERSIONS = st.sampled_from([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"", b"http/1.1"])
HEADERS = st.lists(
    st.sampled_from(
        [
            b"Host: x", b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 99999999999999999999",
            b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked, chunked", b"Connection: Upgrade",
            b"Upgrade: websocket", b"Expect: 100-continue", b"Content-Type: application/json", b": x", b"X\0: y",
            b"Authorization: Bearer \xff\xfe", b" folded", b"Host: a\r\nHost: b",
        ]
    )
    | st.binary(max_size=40),
    max_size=5,
)  # fmt: skip
BODIES = st.sampled_from([b"", b"{}", b"0\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\n"]) | st.binary(
    max_size=60
)
ENDS = st.sampled_from([b"\r\n", b"\n", b"\r"])


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """Bytes that are nearly a request, or none at all."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=200))
    end = draw(ENDS)
    line = b" ".join((draw(METHODS), draw(PATHS), draw(VERSIONS)))
    return end.join([line, *draw(HEADERS), b"", b""]) + draw(BODIES)


def answers_to(server: Server, sent: bytes) -> list[tuple[int, bytes]]:
    """Status and body of each answer until the line is silent; the client says at once that it will send no more."""
    where = urlsplit(server.url)
    found = b""
    with closing(socket.create_connection((where.hostname or "", where.port or 0), 5)) as wire:
        try:
            wire.sendall(sent)
            wire.shutdown(socket.SHUT_WR)
            wire.settimeout(0.3)
            while part := wire.recv(65536):
                found += part
        except (TimeoutError, ConnectionError):
            pass
    answers = []
    while found.startswith(b"HTTP/1.1 "):
        head, _, rest = found.partition(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
        length = int(fields.get(b"content-length", b"0"))
        answers.append((int(head.split()[1]), rest[:length]))
        found = rest[length:] if b"head " not in sent.lower() else b""
    assert not found.strip() or b"head " in sent.lower()
    return answers


@settings(max_examples=TRIED, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(sent=requests())
def test_no_bytes_get_a_500_or_an_answer_of_another_shape(server: Server, sent: bytes) -> None:
    for status, body in answers_to(server, sent):
        assert status < 500 or status == 501
        if status >= 400 and body:
            assert set(json.loads(body)["error"]) == {"code", "message", "path", "request_id"}


def test_the_server_goes_on(server: Server) -> None:
    assert httpx.get(server.url + "/livez").status_code == 200
