"""A real server for tests: `bentoml serve` on a free loopback port, one for the whole session."""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from data.places.postcodes import Entry, Oddities, Postcodes
from serving.access import Scope, write_key

ROOT = Path(__file__).parents[2]
READY_SECONDS = int(os.environ.get("READY_SECONDS", "240"))
"""How long a server may take to start; a machine that is busy with much else needs longer."""
MADE_UP_POSTCODE = "ZZ1 1ZZ"
"""It lies in Birmingham, as the server with keys is told."""
T = TypeVar("T")


def finished(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in a thread of its own: a browser's event loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@dataclass(frozen=True)
class Server:
    """A running server, its keys by scope, and what it has written so far."""

    url: str
    keys: Mapping[Scope, str]
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def written(self) -> str:
        """Everything on its standard output and error so far."""
        return (self.folder / "log.txt").read_text("utf-8", errors="replace")

    def client(self, *scopes: Scope) -> httpx.Client:
        """A client with the key of a scope, or without any key."""
        headers = {"Authorization": f"Bearer {self.keys[scopes[0]]}"} if scopes else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def stop(self) -> None:
        """End the server and its workers."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def serve_command(port: int, *more: str) -> list[str]:
    """How the service is started."""
    return [
        sys.executable, "-m", "bentoml", "serve", "serving.service:GrantRanking", "--port", str(port), *more,
    ]  # fmt: skip


def environment(**settings: str) -> dict[str, str]:
    """The environment of a server: ours, without anybody's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRANTS_", "BENTO"))}
    quiet = {"BENTOML_DO_NOT_TRACK": "True", "BENTOML_HOME": tempfile.mkdtemp(), "OMP_NUM_THREADS": "1"}
    return {**kept, **quiet, **settings}


def start(folder: Path, keys: Mapping[Scope, str] | None = None, **settings: str) -> Server:
    """Start a server in a folder of its own and wait until it is ready.

    It has no embedding model, which takes long to load, unless a test names one.
    """
    port = free_port()
    given = {
        "GRANTS_STORE": f"sqlite:///{folder}/store.db",
        "GRANTS_EMBEDDER": str(folder / "no-model"),
        "GRANTS_DEADLINE": "20",
        "GRANTS_BUNDLE": str(folder / "no-bundle"),
        "GRANTS_LEDGER": str(folder / "no-ledger.jsonl"),
        **settings,
    }
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            serve_command(port),
            cwd=ROOT,
            env=environment(**given),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(f"http://127.0.0.1:{port}", keys or {}, folder, process)
    atexit.register(server.stop)
    wait_until_ready(server)
    return server


def wait_until_ready(server: Server) -> None:
    """Wait for `/readyz`, or say what the server wrote."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        try:
            if httpx.get(f"{server.url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError(f"the server did not become ready:\n{server.written[-4000:]}")


@cache
def keyed_server() -> Server:
    """The session's server with real keys, one for each scope; the pages are open."""
    folder = Path(tempfile.mkdtemp(prefix="grants-"))
    keys = {scope: write_key(folder / "keys.json", scope.value, [scope]) for scope in Scope}
    place = iter([Entry("".join(MADE_UP_POSTCODE.split()), ("E08000025", "E12000005", "E92000001"))])
    settings = {
        "GRANTS_KEYS": str(folder / "keys.json"),
        "GRANTS_POSTCODES": str(Postcodes.write(place, folder / "postcodes", Oddities()).path),
        "GRANTS_PAGE_OPEN": "true",
        "GRANTS_REVIEWS": str(folder / "reviews"),
        "GRANTS_RATE": "1000000",
    }
    return start(folder, keys, **settings)


def error_of(response: httpx.Response) -> dict[str, Any]:
    """The one shape of every error."""
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "path", "request_id"}
    assert response.headers["x-error-code"] == body["error"]["code"]
    error: dict[str, Any] = body["error"]
    return error


def keep_together(items: Sequence[pytest.Item], folder: Path) -> None:
    """Run tests of one server in one process, so that each server is started once."""
    for item in items:
        if folder in item.path.parents and isinstance(item, pytest.Function):
            shared = {"server", "front", "funder"} & set(
                item.fixturenames
            ) and "served" not in item.fixturenames
            item.add_marker(pytest.mark.xdist_group("server" if shared else item.path.stem))
