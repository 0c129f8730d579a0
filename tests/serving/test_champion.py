"""The champion's bundle is served, swapped while people ask, and never replaced by one that does not match."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import numpy as np
import pytest

from data.catalogue.reading import sample_catalogue
from features.columns import NAMES
from features.embedding import Embedder
from features.grant_index import GrantIndex
from features.history import AwardHistory
from features.pairs import PairFeatures
from models.needs.lay_words import LayWords
from models.needs.need_model import NeedModel, labels_of
from models.rankers.baselines import likely_and_alike
from models.rankers.bundle import About, Bundle, read_manifest, save
from models.rankers.calibration import Calibration
from models.rankers.logistic import Logistic
from serving.access import Scope, write_key
from serving.loading import WithoutMeaning
from tests.serving.running import Server, start

SWAPS = int(os.environ.get("SWAPS", "3"))
"""Champions that are swapped in under load."""
RELOAD = 0.2
"""Seconds between two looks at the bundle folder, in these tests."""
QUESTION = {"need": {"text": "a cooker"}, "explain": False, "near_misses": 0}


def small_bundle(seed: int, *, trained_until: date | None = None) -> Bundle:
    """A bundle fitted on made-up numbers, for the sample catalogue and no embedding model."""
    rng = np.random.default_rng(seed)
    embedder, grants = WithoutMeaning(), sample_catalogue().grants
    pairs = PairFeatures(NAMES, rng.normal(size=(300, len(NAMES))).astype(np.float32))
    awarded = (rng.random(300) < 0.6).astype(float)
    ranker = Logistic().fit(pairs, awarded)
    about = About(
        experiment="small",
        run=f"run-{seed}",
        trained_until=trained_until or date.today() - timedelta(days=1),
        simulated=True,
        columns=NAMES,
        embedder=embedder.name,
        dimension=embedder.dimension,
        data="0" * 64,
        catalogue="1" * 64,
        config={"seed": seed},
        metrics={},
    )
    history = AwardHistory.empty(grants, before=date(2026, 1, 1), dimension=embedder.dimension)
    vectors = GrantIndex.build(grants, embedder).to_arrays()
    calibration = Calibration.fit(ranker.score(pairs), awarded)
    return Bundle(about, ranker, calibration, history, vectors, likely_and_alike(), needs_of(embedder))


def needs_of(embedder: Embedder) -> dict[str, Any]:
    """What two labelled needs teach, as a bundle holds it."""
    texts = ["a broken cooker", "behind with the rent"]
    labels = labels_of([["GTIP020"], ["GTIP060"]])
    return NeedModel.fit(texts, embedder.embed(texts), labels, LayWords({})).to_arrays()


def publish(bundle: Bundle, folder: Path) -> str:
    """Write a version beside the others, then point `champion` at it in one step; give its name."""
    made = folder / f"made-{time.monotonic_ns()}"
    save(bundle, made)
    point(made, folder)
    return read_manifest(made).version


def point(made: Path, folder: Path) -> None:
    link = folder / "champion.new"
    link.symlink_to(made)
    link.replace(folder / "champion")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a published champion, and its version."""
    folder = tmp_path_factory.mktemp("bundles")
    return folder, publish(small_bundle(1), folder)


@pytest.fixture(scope="module")
def served(first: tuple[Path, str]) -> Iterator[Server]:
    """A server of its own on that folder, which looks for a newer champion all the time."""
    folder = first[0]
    keys = {scope: write_key(folder / "keys.json", scope.value, [scope]) for scope in Scope}
    running = start(
        folder,
        keys,
        GRANTS_KEYS=str(folder / "keys.json"),
        GRANTS_PAGE_OPEN="true",
        GRANTS_BUNDLE=str(folder / "champion"),
        GRANTS_RATE="1000000",
        GRANTS_RELOAD_SECONDS=str(RELOAD),
    )
    yield running
    running.stop()


@pytest.fixture
def front(served: Server) -> Iterator[httpx.Client]:
    """A client with the key to rank."""
    with served.client(Scope.RANK) as client:
        yield client


def answer(front: httpx.Client) -> dict[str, Any]:
    got: dict[str, Any] = front.post("/v1/rank", json=QUESTION).raise_for_status().json()
    return got


def model_after(front: httpx.Client, version: str, seconds: float = 60.0) -> str:
    """The version that is live once it is the one awaited, or when the wait is over."""
    until = time.monotonic() + seconds
    while answer(front)["versions"]["model"] != version and time.monotonic() < until:
        time.sleep(RELOAD / 2)
    live: str = answer(front)["versions"]["model"]
    return live


def test_the_champion_is_served_and_named_in_every_answer(
    front: httpx.Client, first: tuple[Path, str]
) -> None:
    got = answer(front)
    assert got["versions"]["model"] == first[1]
    assert got["degraded"] == []
    assert all(result["success"] is None for result in got["results"]), "made-up outcomes tell no chance"


def test_staff_see_what_the_live_bundle_was_learned_from(served: Server) -> None:
    with served.client(Scope.STAFF) as staff:
        live = staff.get("/v1/models/live").json()
    assert live["bundle"]["simulated"] is True


def test_the_page_says_that_the_order_was_learned_from_made_up_situations(served: Server) -> None:
    page = httpx.post(served.url, data={"need": "a cooker"}).text
    assert "learned from made-up cases" in page
    assert "Of 10 people" not in page
    assert "resting" not in page


def test_a_newer_champion_is_swapped_in_while_people_ask(
    served: Server, front: httpx.Client, first: tuple[Path, str]
) -> None:
    orders: dict[str, set[str]] = {}
    failed: list[int] = []
    done: list[bool] = []

    def keep_asking() -> None:
        with served.client(Scope.RANK) as client:
            while not done:
                response = client.post("/v1/rank", json=QUESTION)
                if response.status_code != 200:
                    failed.append(response.status_code)
                    continue
                got = response.json()
                order = ",".join(f"{r['grant_id']}:{r['score']}" for r in got["results"])
                orders.setdefault(got["versions"]["model"], set()).add(order)

    asking = [Thread(target=keep_asking) for _ in range(4)]
    for thread in asking:
        thread.start()
    published = [
        first[1],
        *(
            publish_beside_a_spoilt_one(seed, first[0])
            for seed in range(2, 2 + SWAPS)
            if model_settles(front, seed)
        ),
    ]
    live = model_after(front, published[-1])
    done.append(True)
    for thread in asking:
        thread.join()
    assert live == published[-1]
    assert failed == []
    assert set(orders) <= set(published)
    assert len(orders) >= 2
    assert all(len(seen) == 1 for seen in orders.values()), "an answer mixed two versions"


def publish_beside_a_spoilt_one(seed: int, folder: Path) -> str:
    """Publish a version; before two of five, one that was spoilt on its way."""
    if seed % 5 < 2:
        spoilt = folder / f"spoilt-{seed}"
        save(small_bundle(1000 + seed), spoilt)
        spoil_a_byte(spoilt)
        point(spoilt, folder)
        time.sleep(RELOAD * 3)
    return publish(small_bundle(seed), folder)


def model_settles(front: httpx.Client, seed: int) -> bool:
    """Leave each version some time under load before the next one comes."""
    time.sleep(RELOAD * 4)
    return bool(seed)


def spoil_a_byte(made: Path) -> None:
    content = bytearray((made / "ranker.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (made / "ranker.npz").write_bytes(content)


def take_a_file_away(made: Path) -> None:
    (made / "calibration.npz").unlink()


def cut_a_file_short(made: Path) -> None:
    content = (made / "history.npz").read_bytes()
    (made / "history.npz").write_bytes(content[: len(content) // 2])


def change_the_manifest(made: Path) -> None:
    text = (made / "manifest.json").read_text("utf-8")
    (made / "manifest.json").write_text(text.replace('"simulated": true', '"simulated": false'), "utf-8")


def write_nonsense(made: Path) -> None:
    (made / "manifest.json").write_text("{", "utf-8")


def put_a_pickle_inside(made: Path) -> None:
    (made / "ranker.npz").write_bytes(b"\x80\x04cos\nsystem\n(S'touch planted'\ntR.")


FAULTS = [
    spoil_a_byte, take_a_file_away, cut_a_file_short, change_the_manifest, write_nonsense, put_a_pickle_inside,
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bundle_that_does_not_match_is_never_served(
    served: Server, front: httpx.Client, first: tuple[Path, str], tmp_path: Path, fault: Any
) -> None:
    live = answer(front)["versions"]["model"]
    refused = served.written.count("bundle refused")
    save(small_bundle(7), tmp_path / "bad")
    fault(tmp_path / "bad")
    point(tmp_path / "bad", first[0])
    until = time.monotonic() + 60
    while served.written.count("bundle refused") == refused and time.monotonic() < until:
        time.sleep(RELOAD)
    assert served.written.count("bundle refused") > refused
    got = answer(front)
    assert (got["versions"]["model"], got["degraded"]) == (live, [])
    assert httpx.get(served.url + "/readyz").status_code == 200


def test_a_bundle_past_its_age_steps_down_and_says_so(front: httpx.Client, first: tuple[Path, str]) -> None:
    version = publish(small_bundle(9, trained_until=date.today() - timedelta(days=400)), first[0])
    assert model_after(front, version) == version
    got = answer(front)
    assert got["degraded"] == ["model_stale"]
    assert got["results"]
    assert all(result["success"] is None for result in got["results"])


def test_a_champion_that_disappears_stays_in_memory(front: httpx.Client, first: tuple[Path, str]) -> None:
    version = publish(small_bundle(10), first[0])
    assert model_after(front, version) == version
    shutil.rmtree((first[0] / "champion").resolve())
    time.sleep(RELOAD * 3)
    assert answer(front)["versions"]["model"] == version
