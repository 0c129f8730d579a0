"""The real service over HTTP: answers, refusals in one shape, and what it keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import bentoml
import httpx
import pytest

from data.catalogue.reading import Catalogue
from data.clock import today_in_london
from serving.access import Scope
from tests.serving.running import Server, error_of

QUESTION: dict[str, Any] = {
    "request_id": "req-1",
    "applicant": {
        "facts": {"number_of_children": 2, "lives_with_partner": False, "benefits": ["universal_credit"]},
        "areas": ["E08000025"],
    },
    "need": {"text": "broken cooker, two children", "purposes": ["GTIP020"], "amount": 350},
}


def test_a_question_is_answered_with_an_order_reasons_and_versions(front: httpx.Client) -> None:
    answer = front.post("/v1/rank", json=QUESTION).json()
    assert [result["rank"] for result in answer["results"]] == list(range(1, 11))
    order = [(result["group"] == "few", -result["score"]) for result in answer["results"]]
    assert order == sorted(order)
    assert sum(answer["page"]["groups"].values()) == answer["page"]["total"]
    assert set(answer["versions"]) == {"model", "rules", "catalogue", "service", "charities"}
    assert set(answer["counts"]) == {"eligible", "discretionary", "needs_info", "not_now", "not_eligible"}
    assert {"status", "reasons", "missing", "contributions", "route", "success"} <= set(answer["results"][0])
    assert answer["page"]["total"] >= 10


def test_contributions_add_up_to_the_score(front: httpx.Client) -> None:
    for result in front.post("/v1/rank", json=QUESTION).json()["results"]:
        points = sum(part["points"] for part in result["contributions"])
        assert points == pytest.approx(result["score"], abs=1e-9)


def test_the_same_question_has_the_same_answer(front: httpx.Client) -> None:
    first, second = (front.post("/v1/rank", json=QUESTION).json() for _ in range(2))
    assert first.pop("response_id") != second.pop("response_id")
    assert first == second


def test_pages_join_without_gap_or_repeat(front: httpx.Client) -> None:
    def ids(offset: int, size: int) -> list[str]:
        question = {**QUESTION, "page": {"offset": offset, "size": size}}
        return [result["grant_id"] for result in front.post("/v1/rank", json=question).json()["results"]]

    assert ids(0, 4) + ids(4, 4) == ids(0, 8)
    assert ids(100_000, 10) == []


def test_a_filter_keeps_only_what_it_names(front: httpx.Client) -> None:
    question = {**QUESTION, "filters": {"route": {"one_of": ["adviser"]}}, "page": {"size": 100}}
    routes = {result["route"] for result in front.post("/v1/rank", json=question).json()["results"]}
    assert routes == {"adviser"}


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"need": {"purposes": ["GTIP020", "planted"]}}, "need.purposes.1"),
        ({"filters": {"purposes": {"one_of": ["planted"]}}}, "filters.purposes.one_of.0"),
    ],
)
def test_a_purpose_that_there_is_not_is_refused_and_the_known_ones_are_told(
    front: httpx.Client, asked: dict[str, Any], path: str
) -> None:
    answer = front.post("/v1/rank", json=asked)
    error = error_of(answer)
    assert (answer.status_code, error["code"], error["path"]) == (422, "INVALID_REQUEST", path)
    assert "GTIP020 (Furniture and appliances)" in error["message"]
    assert "planted" not in answer.text


def test_who_says_nothing_is_refused_only_what_has_ended(front: httpx.Client, catalogue: Catalogue) -> None:
    ended = sum(grant.has_ended(on=today_in_london()) for grant in catalogue.grants)
    assert front.post("/v1/rank", json={}).json()["counts"]["not_eligible"] == ended


def test_bentoml_own_client_ranks_too(server: Server, front: httpx.Client) -> None:
    with bentoml.SyncHTTPClient(server.url, token=server.keys[Scope.RANK]) as client:
        answer = client.rank(QUESTION)
    plain = front.post("/v1/rank", json=QUESTION).json()
    assert answer["results"] == plain["results"]


def test_the_judge_alone_tells_the_standing_to_each_grant(front: httpx.Client) -> None:
    everything = front.post("/v1/eligibility", json={"applicant": QUESTION["applicant"]}).json()
    ranked = front.post("/v1/rank", json={"applicant": QUESTION["applicant"]}).json()
    assert everything["counts"] == ranked["counts"]
    one = everything["results"][3]["grant_id"]
    named = front.post("/v1/eligibility", json={"applicant": QUESTION["applicant"], "grants": [one]}).json()
    assert named["results"] == [everything["results"][3]]


def test_what_is_not_eligible_says_its_least_cause_in_a_sentence(front: httpx.Client) -> None:
    answer = front.post("/v1/eligibility", json={"applicant": QUESTION["applicant"]}).json()
    told = {
        status: [one for one in answer["results"] if one["status"] == status] for status in answer["counts"]
    }
    assert all(one["cause"].startswith("What stands in the way: ") for one in told["not_eligible"])
    assert all(one["cause"] is None for one in answer["results"] if one["status"] != "not_eligible")
    abroad = next(one for one in told["not_eligible"] if one["grant_id"] == "best-start-foods")
    assert "outside Scotland" in abroad["cause"]


def test_facts_tell_the_question_and_why_it_is_asked(front: httpx.Client) -> None:
    answer = front.get("/v1/facts").json()
    assert answer["versions"]["catalogue"]
    assert all(fact["question"] and fact["why"] for fact in answer["facts"])


def test_a_grant_is_told_as_the_catalogue_has_it(front: httpx.Client) -> None:
    grant_id = front.post("/v1/rank", json=QUESTION).json()["results"][0]["grant_id"]
    assert front.get(f"/v1/grants/{grant_id}").json()["grant"]["id"] == grant_id
    assert error_of(front.get("/v1/grants/no-such"))["code"] == "UNKNOWN_GRANT"


@pytest.mark.parametrize(
    ("applicant", "code", "path"),
    [
        ({"facts": {"number_of_childrn": 2}}, "UNKNOWN_FACT", "applicant.facts.number_of_childrn"),
        ({"facts": {"number_of_children": "two"}}, "INVALID_FACT", "applicant.facts.number_of_children"),
        ({"facts": {"number_of_children": -1}}, "INVALID_FACT", "applicant.facts.number_of_children"),
        ({"facts": {"benefits": "universal_credit"}}, "INVALID_FACT", "applicant.facts.benefits"),
        ({"facts": {"benefits": ["nonsense"]}}, "INVALID_FACT", "applicant.facts.benefits[0]"),
        ({"facts": []}, "INVALID_APPLICANT", "applicant.facts"),
        ({"areas": ["nowhere"]}, "UNKNOWN_AREA", "applicant.areas[0]"),
        ({"name": "planted"}, "INVALID_APPLICANT", "applicant.name"),
        ({"related": [{"facts": {}}]}, "INVALID_APPLICANT", "applicant.related[0].relation"),
    ],
)
def test_a_wrong_fact_is_refused_with_the_path_to_it(
    front: httpx.Client, applicant: dict[str, Any], code: str, path: str
) -> None:
    response = front.post("/v1/rank", json={"request_id": "mine", "applicant": applicant})
    assert response.status_code == 422
    error = error_of(response)
    assert (error["code"], error["path"], error["request_id"]) == (code, path, "mine")


def test_a_body_that_is_not_json_is_refused(front: httpx.Client) -> None:
    headers = {"content-type": "application/json"}
    response = front.post("/v1/rank", content=b"{not json", headers=headers)
    assert (response.status_code, error_of(response)["code"]) == (400, "INVALID_JSON")


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/vnd.bentoml+pickle",
        "multipart/form-data; boundary=x",
        "application/yaml",
        "",
    ],
)
def test_any_other_kind_of_body_is_refused_unread(front: httpx.Client, kind: str) -> None:
    response = front.post("/v1/rank", content=b"cos\nsystem\n(S'true'\ntR.", headers={"content-type": kind})
    assert (response.status_code, error_of(response)["code"]) == (415, "NOT_JSON")


def test_a_packed_body_is_refused(front: httpx.Client) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    assert front.post("/v1/rank", content=b"\x1f\x8b", headers=headers).status_code == 415


def test_a_body_over_the_limit_is_refused_and_one_below_it_is_read(front: httpx.Client) -> None:
    def sized(size: int) -> httpx.Response:
        body = b'{"applicant": {"facts": {}}' + b" " * (size - 28) + b"}"
        assert len(body) == size
        return front.post("/v1/rank", content=body, headers={"content-type": "application/json"})

    assert sized(256 * 1024).status_code == 200
    assert (sized(256 * 1024 + 1).status_code, error_of(sized(300_000))["code"]) == (413, "TOO_LARGE")


def test_a_body_of_unknown_length_is_refused_at_the_limit(front: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1000):
            yield b" " * 1000

    headers = {"content-type": "application/json"}
    try:
        response = front.post("/v1/rank", content=endless(), headers=headers)
    except httpx.TransportError:
        return  # the server closed the connection while we were still sending
    assert response.status_code == 413


@pytest.mark.parametrize("path", ["/nowhere", "/v1/rank/", "//v1/rank", "/v1/rank.", "/V1/RANK"])
def test_an_unknown_address_is_refused_in_the_same_shape(front: httpx.Client, path: str) -> None:
    response = front.post(path, json={})
    assert (response.status_code, error_of(response)["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/rank"), ("PUT", "/v1/rank"), ("POST", "/v1/facts")]
)
def test_a_wrong_method_is_refused_and_the_right_one_named(
    front: httpx.Client, method: str, path: str
) -> None:
    response = front.request(method, path)
    assert (response.status_code, error_of(response)["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"]


def test_staff_see_what_is_live_and_its_history(server: Server) -> None:
    with server.client(Scope.STAFF) as staff:
        live, history = staff.get("/v1/models/live").json(), staff.get("/v1/models/history").json()
    assert live["versions"]["model"] is None
    assert live["bundle"] is None
    assert (history["entries"], history["whole"]) == ([], True)


def test_without_an_embedding_model_the_list_still_comes_by_its_words_and_says_so(
    front: httpx.Client,
) -> None:
    answer = front.post("/v1/rank", json=QUESTION).json()
    assert answer["degraded"] == ["embedder_missing"]
    assert answer["results"]


def test_every_answer_has_safe_headers(server: Server) -> None:
    with server.client() as client:
        for path in ("/", "/livez", "/nowhere", "/v1/rank"):
            headers = client.get(path).headers
            assert headers["cache-control"] == ("private, no-cache" if path == "/" else "no-store")
            assert headers["content-security-policy"].startswith("default-src 'none'")
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-request-id"]


def test_its_description_names_every_error_and_every_call(server: Server) -> None:
    with server.client(Scope.STAFF) as staff:
        described = staff.get("/v1/openapi.json").json()
    assert {"/v1/rank", "/v1/eligibility", "/v1/outcomes", "/v1/facts"} <= set(described["paths"])
    responses = described["paths"]["/v1/rank"]["post"]["responses"]
    assert {"400", "401", "403", "409", "413", "415", "422", "429", "431", "503"} <= set(responses)
    assert all("ErrorAnswer" in json.dumps(told) for status, told in responses.items() if status != "200")


def test_what_contradicts_itself_is_refused_with_both_places(front: httpx.Client) -> None:
    told = {"facts": {"birth_date": "1990-05-01", "age": 20}}
    for path in ("/v1/rank", "/v1/eligibility"):
        answer = front.post(path, json={"on": "2026-11-29", "applicant": told})
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["path"]) == (
            422,
            "CONTRADICTION",
            "applicant.facts.age",
        )
        assert "applicant.facts.birth_date" in error["message"]


def test_whom_the_need_is_for_is_read_as_the_applicants_word(front: httpx.Client) -> None:
    answer = front.post("/v1/rank", json={"need": {"text": "a bed", "for": "nobody"}})
    assert (answer.status_code, answer.json()["error"]["path"]) == (422, "applicant.for")
    assert front.post("/v1/rank", json={"need": {"text": "a bed", "for": "child"}}).status_code == 200
