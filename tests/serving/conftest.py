"""The session's real server, for tests of the service."""

from __future__ import annotations

import pytest

from tests.serving.running import Server, keyed_server


@pytest.fixture(scope="session")
def server() -> Server:
    """The session's server with real keys."""
    return keyed_server()
