"""The session's real server, for tests of the service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from serving.access import Scope
from tests.serving.running import Server, keep_together, keyed_server


@pytest.fixture(scope="session")
def server() -> Server:
    """The session's server with real keys."""
    return keyed_server()


@pytest.fixture(scope="session")
def front(server: Server) -> Iterator[httpx.Client]:
    """A front end: a client with the key to rank."""
    with server.client(Scope.RANK) as client:
        yield client


@pytest.fixture(scope="session")
def funder(server: Server) -> Iterator[httpx.Client]:
    """A funder: a client with the key to tell outcomes."""
    with server.client(Scope.INGEST) as client:
        yield client


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Share servers between tests, also when they run in parallel."""
    keep_together(items, Path(__file__).parent)
