"""A body is never read past its limit, never waited for too long, and never read in two ways."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import Message, Receive

from serving.messages import RankQuery
from serving.reading import read_body, read_message
from serving.refusals import Refusal
from tests.serving.running import finished

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def arriving(chunks: list[bytes], taken: list[int]) -> Receive:
    """A client that sends these chunks; `taken` counts those that were asked for."""
    coming: Iterator[bytes] = iter(chunks)

    async def receive() -> Message:
        taken.append(1)
        chunk = next(coming, None)
        if chunk is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": len(taken) < len(chunks)}

    return receive


def body_of(
    chunks: list[bytes], *, headers: dict[bytes, bytes] | None = None, limit: int = 10
) -> tuple[bytes, int]:
    taken: list[int] = []
    scope = {"type": "http", "headers": list((headers or {}).items())}
    body = finished(read_body(scope, arriving(chunks, taken), limit=limit, seconds=5))
    return body, len(taken)


def refused(body: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_message(body, RankQuery)
    return caught.value


def test_a_body_of_exactly_the_limit_is_read() -> None:
    assert body_of([b"01234", b"56789"]) == (b"0123456789", 2)


def test_a_body_that_states_more_than_the_limit_is_refused_before_a_byte_is_taken() -> None:
    taken: list[int] = []
    scope = {"type": "http", "headers": [(b"content-length", b"11")]}
    with pytest.raises(Refusal) as caught:
        finished(read_body(scope, arriving([b"x" * 11], taken), limit=10, seconds=5))
    assert caught.value.status == 413
    assert taken == []


def test_a_body_that_hides_its_length_is_refused_at_the_first_byte_too_many() -> None:
    taken: list[int] = []
    scope: dict[str, Any] = {"type": "http", "headers": []}
    with pytest.raises(Refusal) as caught:
        finished(read_body(scope, arriving([b"12345678", b"12345678", b"1"], taken), limit=10, seconds=5))
    assert caught.value.status == 413
    assert len(taken) == 2


def test_a_body_that_never_comes_is_given_up() -> None:
    async def silent() -> Message:
        await asyncio.sleep(60)
        return {"type": "http.request"}

    with pytest.raises(Refusal) as caught:
        finished(read_body({"type": "http", "headers": []}, silent, limit=10, seconds=0.01))
    assert caught.value.status == 408


def test_a_client_that_leaves_is_not_waited_for() -> None:
    with pytest.raises(Refusal) as caught:
        body_of([])
    assert caught.value.status == 400


def test_an_empty_question_has_every_default() -> None:
    query = read_message(b"{}", RankQuery)
    assert (query.page.offset, query.page.size, query.near_misses, query.explain) == (0, 10, 3, True)
    assert query.applicant == {}


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        (b"", "INVALID_JSON", None),
        (b"{", "INVALID_JSON", None),
        (b"\xff\xfe{}", "INVALID_JSON", None),
        (b'{"need": {"text": "\\ud800"}}', "INVALID_JSON", None),
        (b'{"applicant": {"facts": {"age": NaN}}}', "INVALID_JSON", None),
        (b'{"applicant": {"facts": {"age": Infinity}}}', "INVALID_JSON", None),
        (b'{"applicant": {"facts": {"age": 1e999}}}', "INVALID_JSON", None),
        (b'{"applicant": {"facts": {"age": 1, "age": 2}}}', "INVALID_JSON", None),
        (b"[" * 10_000 + b"]" * 10_000, "INVALID_JSON", None),
        (b'{"applicant": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001, "INVALID_JSON", None),
        (b"[]", "INVALID_REQUEST", None),
        (b'{"nead": {}}', "INVALID_REQUEST", "nead"),
        (b'{"need": {"txt": ""}}', "INVALID_REQUEST", "need.txt"),
        (b'{"page": {"size": "10"}}', "INVALID_REQUEST", "page.size"),
        (b'{"page": {"size": 101}}', "INVALID_REQUEST", "page.size"),
        (b'{"page": {"offset": -1}}', "INVALID_REQUEST", "page.offset"),
        (b'{"on": "2026-02-30"}', "INVALID_REQUEST", "on"),
        (b'{"on": 20000}', "INVALID_REQUEST", "on"),
        (b'{"applicant": []}', "INVALID_REQUEST", "applicant"),
        (b'{"need": {"reasons": ["GTIR999"]}}', "INVALID_REQUEST", "need.reasons.0"),
        (b'{"request_id": "a name with spaces"}', "INVALID_REQUEST", "request_id"),
        (b'{"filters": {"route": {"one_of": []}}}', "INVALID_REQUEST", "filters.route.one_of"),
    ],
)
def test_what_is_not_a_question_is_refused_with_its_place(body: bytes, code: str, path: str | None) -> None:
    refusal = refused(body)
    assert (refusal.code, refusal.path) == (code, path)
    assert 400 <= refusal.status < 500


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    assert "planted" not in refused(b'{"need": {"reasons": ["planted"]}}').message
    assert "planted" not in refused(b'{"explain": "planted"}').message
    assert "planted" not in refused(b'{"on": "planted"}').message


def status_of(body: bytes) -> int:
    try:
        read_message(body, RankQuery)
    except Refusal as refusal:
        return refusal.status
    return 200


@patient
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_nothing_else(body: bytes) -> None:
    assert status_of(body) in (200, 400, 422)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
KEYS = st.sampled_from(["request_id", "on", "applicant", "need", "filters", "page", "near_misses", "explain"])


@patient
@given(st.dictionaries(KEYS, JSON, max_size=4))
def test_any_json_is_read_or_refused_and_nothing_else(question: dict[str, Any]) -> None:
    assert status_of(json.dumps(question).encode("utf-8", "surrogatepass")) in (200, 400, 422)


@pytest.mark.parametrize("whom", ["child", ["child"]])
def test_a_need_may_say_whom_it_is_for(whom: Any) -> None:
    query = read_message(json.dumps({"need": {"text": "a bed", "for": whom}}).encode(), RankQuery)
    assert query.need.whom == ("child",)
