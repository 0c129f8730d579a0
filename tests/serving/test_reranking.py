"""A front end made for Metarank sends its own body, and gets the order of our list for the grants that it names."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from serving.examples import RERANK
from tests.serving.running import Server, error_of


def ranked(front: httpx.Client, **changed: Any) -> dict[str, Any]:
    got = front.post("/rank/champion", json={**RERANK, **changed})
    assert got.status_code == 200, got.text
    answer: dict[str, Any] = got.json()
    return answer


def items(*names: str) -> list[dict[str, str]]:
    return [{"id": name} for name in names]


def test_the_answer_is_as_metarank_gives_it_in_the_order_of_our_own_list(front: httpx.Client) -> None:
    applicant = {"facts": {"benefits": ["universal_credit"]}, "areas": ["E08000025"]}
    question = {"applicant": applicant, "need": {"text": RERANK["fields"][0]["value"]}, "page": {"size": 100}}
    whole = front.post("/v1/rank", json={**question, "explain": False}).json()["results"]
    some = [one["grant_id"] for one in whole[::7]]
    answer = ranked(front, items=items(*sorted(some)))
    assert [one["item"] for one in answer["items"]] == some
    assert [one["score"] for one in answer["items"]] == [one["score"] for one in whole[::7]]
    assert answer["ignored"] == ["source"] and answer["unknown"] == []
    assert isinstance(answer["took"], int)


def test_what_is_ruled_out_or_not_known_is_left_out_and_the_unknown_is_told(front: httpx.Client) -> None:
    answer = ranked(front, items=items("crf-manchester", "crf-birmingham", "no-such-grant"))
    assert [one["item"] for one in answer["items"]] == ["crf-birmingham"]
    assert answer["unknown"] == ["no-such-grant"]


def test_who_sent_it_changes_nothing_and_is_written_nowhere(server: Server, front: httpx.Client) -> None:
    one, other = ranked(front), ranked(front, user="ada-lovelace-1815", session="s-99417", timestamp=1)
    assert one["items"] == other["items"]
    assert "ada-lovelace-1815" not in server.written and "s-99417" not in server.written


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ({"name": "age", "value": "old"}, "fields.1.value"),
        ({"name": "areas", "value": ["X00"]}, "fields.1.value"),
        ({"name": "amount", "value": -5}, "fields.1.value"),
        ({"name": "postcode", "value": 7}, "fields.1.value"),
    ],
)
def test_a_field_that_cannot_be_is_refused_with_its_place(
    front: httpx.Client, field: dict[str, Any], path: str
) -> None:
    fields = [{"name": "query", "value": "rent"}, field]
    refused = front.post("/rank/champion", json={**RERANK, "fields": fields})
    assert refused.status_code == 422
    assert error_of(refused)["path"] == path


def test_another_model_and_another_body_are_refused_in_words(front: httpx.Client) -> None:
    other = front.post("/rank/xgboost", json=RERANK)
    assert (other.status_code, error_of(other)["code"]) == (404, "UNKNOWN_MODEL")
    assert "champion" in error_of(other)["message"]
    empty = front.post("/rank/champion", json={**RERANK, "items": []})
    assert (empty.status_code, error_of(empty)["path"]) == (422, "items")
