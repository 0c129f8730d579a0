"""With the real embedding model: ready only once it is warm, and meaning counts beside words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from features.embedding import packaged_weights
from serving.access import Scope, write_key
from tests.serving.running import Server, start

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def meant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as a newcomer starts it, but for its key."""
    folder = tmp_path_factory.mktemp("meant")
    keys = {Scope.RANK: write_key(folder / "keys.json", "front", [Scope.RANK])}
    running = start(
        folder, keys, GRANTS_KEYS=str(folder / "keys.json"), GRANTS_EMBEDDER=str(packaged_weights())
    )
    yield running
    running.stop()


def test_the_first_answer_after_ready_knows_meaning(meant: Server) -> None:
    with meant.client(Scope.RANK) as front:
        answer = front.post("/v1/rank", json={"need": {"text": "my oven packed up"}}).json()
    assert answer["degraded"] == ["bundle_missing"]
    meaning = {part["feature"]: part["points"] for part in answer["results"][0]["contributions"]}
    assert any(points != 0 for feature, points in meaning.items() if feature.startswith("meaning"))
