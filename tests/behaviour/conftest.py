"""A real browser and the session's real server, for tests of whole pages."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.serving.running import ROOT, Server, keep_together, keyed_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")
AXE = "axe-core@4.11.0"
AXE_HOME = ROOT / ".cache" / "axe"
"""Fetched from npm for tests only; it is no part of the product (its licence is MPL 2.0)."""

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture(scope="session")
def server() -> Server:
    """The session's server; its pages are open."""
    return keyed_server()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with playwright.sync_playwright() as player:
        launched = player.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's script."""
    script = AXE_HOME / "axe.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not here to fetch axe-core")
        AXE_HOME.mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(
            [npm, "pack", AXE], cwd=AXE_HOME, capture_output=True, timeout=120, check=False
        )
        if fetched.returncode != 0:
            pytest.skip("axe-core could not be fetched from npm")
        with tarfile.open(next(AXE_HOME.glob("*.tgz"))) as packed:
            inside = packed.extractfile("package/axe.min.js")
            assert inside is not None
            script.write_bytes(inside.read())
    return script.read_text("utf-8")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Share servers between tests, also when they run in parallel."""
    keep_together(items, Path(__file__).parent)
