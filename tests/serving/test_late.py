"""A ranking that is late is answered in a safe order that says so, by the real service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from serving.access import Scope, write_key
from tests.serving.running import Server, start


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that gives no ranking more than a moment."""
    folder = tmp_path_factory.mktemp("hurried")
    keys = {Scope.RANK: write_key(folder / "keys.json", "front", [Scope.RANK])}
    running = start(folder, keys, GRANTS_KEYS=str(folder / "keys.json"), GRANTS_DEADLINE="0.0005")
    yield running
    running.stop()


def test_a_late_ranking_comes_in_a_safe_order_and_says_so(hurried: Server) -> None:
    wish = {
        "need": {"text": "a cooker"},
        "page": {"size": 100},
    }  # to explain so many takes long on any machine
    with hurried.client(Scope.RANK) as front:
        answer = front.post("/v1/rank", json=wish).json()
    assert "ranking_late" in answer["degraded"]
    assert len(answer["results"]) == 100
    assert all(
        result["status"] in ("eligible", "discretionary", "needs_info") for result in answer["results"]
    )


def test_late_reasons_are_left_out_and_the_statuses_stay(hurried: Server) -> None:
    with hurried.client(Scope.RANK) as front:
        answer = front.post("/v1/eligibility", json={}).json()
    assert "explanation_late" in answer["degraded"]
    assert sum(answer["counts"].values()) == len(answer["results"])
    assert all(result["findings"] == [] for result in answer["results"])
