"""What a developer of a front end finds: all of a list in one answer, a true description, browsers by leave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from data.catalogue.reading import SAMPLE, read_catalogue, sample_catalogue
from models.eligibility.verdict import Status
from models.listing.recommendations import Qualifies
from models.listing.recommendations import Recommendation as Found
from serving.access import Scope, write_key
from serving.answers import Versions
from serving.cards import recommendation
from serving.examples import EVENTS, JUDGEMENTS, OUTCOMES, PARENT, RANK
from serving.messages import Pinned
from serving.openapi import openapi
from serving.pages.links import safe_link
from tests.serving.running import Server, error_of, start


def test_one_answer_has_all_that_a_list_shows(front: httpx.Client) -> None:
    asked = {**RANK, "need": {"text": "broken cooker", "purposes": ["GTIP020"]}, "page": {"size": 20}}
    answer = front.post("/v1/rank", json=asked).raise_for_status().json()
    grants = sample_catalogue().by_id
    assert answer["simulated"] is False
    for result in answer["results"]:
        grant = grants[result["grant_id"]]
        assert (result["title"], result["link"]) == (grant.title, safe_link(grant.source))
        assert result["status_text"] and result["qualifies"]["text"]
        assert len(result["missing_text"]) == len(result["missing"])
        assert [one["code"] for one in result["purposes"]] == list(grant.purposes)
        assert all(one["text"] for one in result["purposes"])
        assert (result["apply"] is None) == (grant.apply is None)
        assert result["read"] == (None if grant.read is None else grant.read.model_dump(mode="json"))
    assert any(result["amount"] and result["amount"]["currency"] == "GBP" for result in answer["results"])
    fits = [result["fit"] for result in answer["results"] if result["fit"]]
    assert {"text": "It pays for furniture and appliances."} in fits
    assert all(miss["title"] == grants[miss["grant_id"]].title for miss in answer["near_misses"])


def test_the_next_question_carries_the_answers_that_may_be_given(front: httpx.Client) -> None:
    nobody_else = {**RANK, "applicant": {**PARENT, "related": []}}
    asked = front.post("/v1/rank", json=nobody_else).json()["next_question"]
    fact = next(fact for fact in front.get("/v1/facts").json()["facts"] if fact["id"] == asked["fact"])
    assert asked["kind"] == fact["kind"]
    assert asked["values"] == fact["values"]


def test_a_page_for_each_place_is_that_of_the_persons_own_place(tmp_path: Path) -> None:
    by_area = {"E08000025": "https://birmingham.example/apply", "E12000005": "javascript:x"}
    grant = {
        "id": "g",
        "title": "G",
        "rules": [],
        "apply": {"url": "https://all.example", "by_area": by_area},
    }
    (tmp_path / "catalogue.jsonl").write_text(json.dumps(grant), "utf-8")
    catalogue = read_catalogue(tmp_path / "catalogue.jsonl", areas=SAMPLE / "areas.csv")
    found = Found("g", 1, Status.ELIGIBLE, "likely", 0.5, "self", Qualifies(1.0, "You very likely qualify."))

    def page_for(*places: str) -> str | None:
        apply = recommendation(found, catalogue, places).apply
        return None if apply is None else apply.url

    assert page_for("E08000025", "E12000005") == "https://birmingham.example/apply"
    assert page_for("E08000035", "E12000003") == "https://all.example"
    assert page_for("E12000005") is None


def test_places_are_told_with_what_they_lie_in_and_what_became_of_retired_councils(
    front: httpx.Client,
) -> None:
    answer = front.get("/v1/areas").raise_for_status().json()
    names = {area["code"]: area for area in answer["areas"]}
    assert names["E08000025"] == {"code": "E08000025", "name": "Birmingham", "parent": "E12000005"}
    assert all(area["parent"] in names for area in answer["areas"] if area["parent"])
    assert answer["retired"]["E07000026"] == ["E06000063"]


@pytest.mark.parametrize(
    "code", ["E08000099", "E06000999", "S12000099", "W06000099", "N09000099", "E12000010"]
)
def test_a_council_that_is_not_there_is_refused(front: httpx.Client, code: str) -> None:
    refused = front.post(
        "/v1/eligibility", json={"applicant": {"areas": [code]}, "grants": ["best-start-foods"]}
    )
    assert (refused.status_code, error_of(refused)["code"]) == (422, "UNKNOWN_AREA")


@pytest.mark.parametrize(
    "code", ["E05001185", "E01009000", "W05000981", "S13002967", "E07000026", "E10000006"]
)
def test_wards_smaller_places_and_retired_councils_are_taken(front: httpx.Client, code: str) -> None:
    asked = {"applicant": {"areas": [code]}, "grants": ["best-start-foods"]}
    assert front.post("/v1/eligibility", json=asked).status_code == 200


def test_a_retired_council_is_what_took_its_place(front: httpx.Client) -> None:
    def counts(code: str) -> Any:
        return front.post("/v1/eligibility", json={"applicant": {"areas": [code]}, "explain": False}).json()[
            "counts"
        ]

    assert counts("E07000026") == counts("E06000063")
    assert counts("E10000006") == counts("E12000002")


def test_situations_are_told(front: httpx.Client) -> None:
    told = front.get("/v1/situations").raise_for_status().json()["situations"]
    assert told and all(one["id"] and one["story"] for one in told)


def test_every_example_of_the_description_works_as_it_stands(server: Server) -> None:
    scope = dict.fromkeys(("/v1/rank", "/v1/eligibility", "/rank/{model}"), Scope.RANK)
    tried = 0
    for path, methods in openapi("test")["paths"].items():
        for method, call in methods.items():
            if method != "post":
                continue
            example = call["requestBody"]["content"]["application/json"]["example"]
            with server.client(scope.get(path, Scope.INGEST)) as client:
                answer = client.post(path.format(model="champion"), json=example).raise_for_status().json()
            assert not answer.get("refused")
            tried += 1
    assert tried == 6
    assert PARENT["areas"] and EVENTS and OUTCOMES and JUDGEMENTS


class Page(HTMLParser):
    """Collects what a page loads and the ids it has."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in ("script", "img", "iframe", "link"):
            self.loaded.append(f"{tag} {told.get('src') or told.get('href')}")
        self.ids |= {told["id"] or ""} if "id" in told else set()
        if tag == "a" and str(told.get("href")).startswith("#"):
            self.links.add(str(told["href"])[1:])

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


def test_the_description_is_readable_without_a_key_and_without_anybodys_scripts(server: Server) -> None:
    page = Page()
    page.feed(httpx.get(server.url + "/docs").raise_for_status().text)
    assert {one.split()[0] for one in page.loaded} <= {"link"}
    assert all(one.split()[1].startswith("/") for one in page.loaded)
    assert page.links <= page.ids | {"main"}
    described = openapi("test")
    assert {
        f"{method.upper()} {path}" for path, methods in described["paths"].items() for method in methods
    } <= set(page.words)


def test_the_versions_of_an_answer_can_be_sent_back_whole() -> None:
    assert set(Pinned.model_fields) == set(Versions.model_fields)


def test_pages_of_one_list_stay_whole_by_its_versions_and_unknown_ones_are_refused(
    front: httpx.Client,
) -> None:
    first = front.post("/v1/rank", json=RANK).json()
    again = front.post("/v1/rank", json={**RANK, "versions": first["versions"]}).json()
    assert again["results"] == first["results"]
    gone = front.post(
        "/v1/rank", json={**RANK, "versions": {**first["versions"], "model": "0123456789abcdef"}}
    )
    assert (gone.status_code, error_of(gone)["code"]) == (409, "VERSION_GONE")


ORIGIN = "https://search.example.org"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that one other origin's browsers may call."""
    folder: Path = tmp_path_factory.mktemp("origins")
    keys = {scope: write_key(folder / "keys.json", scope.value, [scope]) for scope in Scope}
    running = start(folder, keys, GRANTS_KEYS=str(folder / "keys.json"), GRANTS_ORIGINS=ORIGIN)
    yield running
    running.stop()


def preflight(server: Server, origin: str) -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "authorization, content-type"
    return httpx.options(server.url + "/v1/rank", headers=asked)


def test_only_named_origins_may_call_from_a_browser(shared: Server, server: Server) -> None:
    let_in = preflight(shared, ORIGIN)
    assert (let_in.status_code, let_in.headers["access-control-allow-origin"]) == (200, ORIGIN)
    for running, origin in ((shared, "https://evil.example"), (server, ORIGIN)):
        refused = preflight(running, origin)
        assert refused.status_code >= 400
        assert "access-control-allow-origin" not in refused.headers
    with shared.client(Scope.RANK) as front:
        answer = front.post("/v1/rank", json=RANK, headers={"Origin": ORIGIN})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, ORIGIN)
        other = front.post("/v1/rank", json=RANK, headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_a_browsers_key_may_rank_and_nothing_else(shared: Server) -> None:
    for scope in set(Scope) - {Scope.RANK}:
        with shared.client(scope) as client:
            assert client.get("/v1/models/live", headers={"Origin": ORIGIN}).status_code == 403
