"""The servers that the study of latency asks: each a process of its own on a free port of this machine."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from data.catalogue.reading import SAMPLE
from data.errors import GrantMatchError
from models.rankers.bundle import read_manifest

Json = dict[str, Any]

WARM: Final = 30
"""Requests of each kind before the clock counts."""
READY_SECONDS: Final = 300


class NotReady(GrantMatchError):
    """A server that did not start, or did not answer."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    seconds: float
    key: str = ""

    def ask(self, path: str, bodies: Iterator[Json], requests: int) -> tuple[list[float], int]:
        """Send so many questions; give seconds of each but the first `WARM`, and how many answers were degraded."""
        found, degraded = [], 0
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        for place, body in enumerate(islice(bodies, WARM + requests)):
            sent = json.dumps(body).encode()
            since = time.perf_counter()
            line.request("POST", path, sent, headers)
            answer = line.getresponse()
            got = answer.read()
            took = time.perf_counter() - since
            if answer.status != 200:
                raise NotReady(f"{path} answered {answer.status}: {got[:200]!r}")
            if place >= WARM:
                found.append(took)
                degraded += bool(json.loads(got).get("degraded"))
        line.close()
        return found, degraded

    @property
    def megabytes(self) -> float:
        """Memory of the process of its family that holds most: the worker."""
        return max(_megabytes(pid) for pid in _family(self.process.pid))


@contextmanager
def service(folder: Path, files: Sequence[Path], bundle: Path) -> Iterator[Server]:
    """Run this service on a catalogue and, where there is a second file, a register."""
    key = secrets.token_urlsafe(24)
    settings = {
        "GRANTS_CATALOGUE": str(files[0]),
        "GRANTS_AREAS": str(SAMPLE / "areas.csv"),
        "GRANTS_BUNDLE": str(bundle.resolve()),
        "GRANTS_STORE": f"sqlite:///{folder / 'store.db'}",
        "GRANTS_DEMO_KEY": key,
        "GRANTS_RATE": "10000000",
        "GRANTS_DEADLINE": "20",
        **({"GRANTS_CHARITY_REGISTER": str(files[1])} if len(files) > 1 else {}),
    }
    read_manifest(bundle.resolve())  # a bundle that cannot be read is told before anything is started
    command = ["-m", "bentoml", "serve", "serving.service:GrantRanking", "--host", "127.0.0.1"]
    with _running(command, settings, key) as server:
        yield server


@contextmanager
def peer(name: str, files: Sequence[Path]) -> Iterator[Server]:
    """Run an application of `experiments/latency_peers.py` on some catalogues."""
    command = ["-m", "uvicorn", f"experiments.latency_peers:{name}", "--log-level", "warning"]
    settings = {"GRANTS_TIMED": ":".join(map(str, files))}
    with _running(command, settings, "", path="/readyz" if files else "/openapi.json") as server:
        yield server


@contextmanager
def _running(
    command: list[str], settings: Mapping[str, str], key: str, path: str = "/readyz"
) -> Iterator[Server]:
    """Start a server on a free port, wait until it is ready, and end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRANTS_", "BENTOML_"))}
    quiet = {"BENTOML_DO_NOT_TRACK": "True", "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryFile() as written, tempfile.TemporaryDirectory() as home:
        since = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, *command, "--port", str(port)],
            env={**kept, **quiet, "BENTOML_HOME": home, **settings},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        try:
            while not _answers(port, path):
                if process.poll() is not None or time.perf_counter() - since > READY_SECONDS:
                    written.seek(0)
                    end = written.read()[-600:].decode(errors="replace")
                    raise NotReady(f"`python {' '.join(command)}` did not become ready: {end}")
                time.sleep(0.1)
            yield Server(port, process, time.perf_counter() - since, key)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _answers(port: int, path: str) -> bool:
    try:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
        line.request("GET", path)
        return line.getresponse().status == 200
    except OSError:
        return False


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text("utf-8").split():
            yield from _family(int(child))


def _megabytes(pid: int) -> float:
    held = Path(f"/proc/{pid}/status").read_text("utf-8").split("VmRSS:")
    return int(held[1].split()[0]) / 1024 if len(held) > 1 else 0.0
