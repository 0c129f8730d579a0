"""What the README shows works when it is pasted."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from data.catalogue.reading import read_facts
from serving.access import Scope
from tests.serving.running import Server, keyed_server

ROOT = Path(__file__).parents[2]
ADDRESS = "http://127.0.0.1:3000"
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), flags=re.DOTALL)


@pytest.fixture(scope="module")
def server() -> Server:
    """The session's server."""
    return keyed_server()


def asking(kind: str) -> list[str]:
    """Examples of a kind that ask a running service."""
    told = "curl " if kind == "" else ADDRESS
    return [block for found, block in BLOCKS if found == kind and told in block and "make" not in block]


def run(command: list[str], server: Server) -> str:
    """Run an example as a reader does, with a key in the environment; give what it printed."""
    environment = {**os.environ, "KEY": server.keys[Scope.RANK]}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_there_are_examples_to_try() -> None:
    assert asking("")
    assert len(asking("python")) == 2


@pytest.mark.parametrize("example", asking(""))
def test_the_example_for_a_shell_is_answered(server: Server, example: str) -> None:
    assert '"results":[{' in run(["bash", "-c", example.replace(ADDRESS, server.url)], server)


@pytest.mark.parametrize("example", asking("python"))
def test_the_examples_in_python_run(server: Server, example: str, tmp_path: Path) -> None:
    file = tmp_path / "example.py"
    file.write_text("import os\nKEY = os.environ['KEY']\n" + example.replace(ADDRESS, server.url), "utf-8")
    printed = run([sys.executable, str(file)], server)
    if "print(" in example:
        lines = printed.splitlines()
        assert re.match(r"1\. \w.+", lines[0])
        assert len(lines) >= 5


def test_the_list_of_purposes_can_be_pasted_into_a_fact_file(tmp_path: Path) -> None:
    [example] = [block for kind, block in BLOCKS if kind == "json" and '"purposes": {' in block]
    (tmp_path / "facts.json").write_text(example, "utf-8")
    assert read_facts(tmp_path / "facts.json").purposes["heat"].urgent == "no_power"


def test_the_typed_client_is_typed_and_short(tmp_path: Path) -> None:
    [client] = [example for example in asking("python") if "print(" in example]
    file = tmp_path / "client.py"
    file.write_text('KEY = ""\n' + client, "utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(ROOT / ".cache" / "mypy"),
        str(file),
    ]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert checked.returncode == 0, checked.stdout
    assert len(client.splitlines()) <= 30
