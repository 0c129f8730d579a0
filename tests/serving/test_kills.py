"""The service may be killed at any moment while records come in: what it acknowledged is kept, and nothing twice.

`KILLS=10` kills it so often on either database; the suite does it once.
"""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import httpx

from data.store.store import Store
from serving.access import Scope, write_key
from tests.data.conftest import cluster, url
from tests.serving.running import Server, start

__all__ = ["cluster", "url"]

KILLS = int(os.environ.get("KILLS", "1"))


def told(name: str) -> dict[str, object]:
    """An application."""
    return {"id": name, "person": f"p-{name}", "grant_id": "g", "on": "2026-10-01"}


def tell_until(server: Server, writer: str, stop: Event, acknowledged: set[str]) -> None:
    """Tell batches of applications until the server is gone, and remember those with a receipt."""
    batch = 0
    with server.client(Scope.INGEST) as client:
        while not stop.is_set():
            batch += 1
            names = [f"{writer}-{batch}-{n}" for n in range(20)]
            try:
                answer = client.post("/v1/outcomes", json={"applications": [told(name) for name in names]})
            except httpx.TransportError:
                return
            if answer.status_code == 200:
                receipts = answer.json()["receipts"]
                acknowledged.update(one["id"] for one in receipts if one["receipt"] in ("kept", "known"))


def test_what_was_acknowledged_is_kept_once_whenever_the_service_is_killed(url: str, tmp_path: Path) -> None:
    keys = {Scope.INGEST: write_key(tmp_path / "keys.json", "funder", [Scope.INGEST])}
    acknowledged: set[str] = set()
    for kill in range(KILLS):
        settings = {"GRANTS_KEYS": str(tmp_path / "keys.json"), "GRANTS_STORE": url, "GRANTS_RATE": "1000000"}
        server = start(tmp_path, keys, **settings)
        stop, before = Event(), len(acknowledged)
        with ThreadPoolExecutor(4) as pool:
            for writer in range(4):
                pool.submit(tell_until, server, f"k{kill}-w{writer}", stop, acknowledged)
            until = time.monotonic() + 60
            while len(acknowledged) < before + 100 + 37 * kill and time.monotonic() < until:
                time.sleep(0.01)
            os.killpg(server.process.pid, signal.SIGKILL)
            stop.set()
        server.process.wait()
    store = Store.open(url)
    kept = [application.id for application in store.applications()]
    store.close()
    assert len(acknowledged) >= 100 * KILLS
    assert acknowledged <= set(kept)
    assert len(kept) == len(set(kept))
