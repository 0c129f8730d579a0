"""A service that cannot start says why in a sentence and ends with a code: nothing is left listening."""

from __future__ import annotations

import subprocess
from pathlib import Path

import httpx
import pytest

from tests.serving.running import ROOT, environment, free_port, serve_command

REPORTS = ROOT.parent / "shared" / "data" / "service_reports"
BROKEN = '{"id": "x", "title": "X", "rules": [{"id": "r", "text": "t", "condition": {"fact": "no_such", "is": true}}]}'


@pytest.mark.parametrize(
    ("setting", "content", "told"),
    [
        ("GRANTS_CATALOGUE", "", "it holds no grant"),
        ("GRANTS_CATALOGUE", BROKEN, "no_such"),
        ("GRANTS_STORE", "mysql://somewhere/x", "sqlite:///FILE"),
        ("GRANTS_DEADLINE", "soon", "GRANTS_DEADLINE"),
    ],
)
def test_what_it_cannot_start_with_is_said_and_ends_it(
    tmp_path: Path, setting: str, content: str, told: str
) -> None:
    value = content
    if setting == "GRANTS_CATALOGUE":
        (tmp_path / "catalogue.jsonl").write_text(content, "utf-8")
        value = str(tmp_path / "catalogue.jsonl")
    port = free_port()
    ended = subprocess.run(
        serve_command(port),
        cwd=ROOT,
        env=environment(
            **{"GRANTS_EMBEDDER": str(tmp_path), "GRANTS_STORE": "sqlite:///x.db", setting: value}
        ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    written = ended.stdout + ended.stderr
    assert ended.returncode != 0
    assert [line for line in written.splitlines() if line.startswith("refused to start: ")]
    assert told in written
    assert "Traceback" not in written
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/livez")
