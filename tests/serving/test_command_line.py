"""Keys are made by command, shown once, and kept as hashes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from serving.__main__ import app
from serving.access import Scope, keyring
from serving.settings import Settings


def test_a_key_made_by_command_opens_what_its_scopes_say_where_the_service_is_told_of_its_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "keys.json"
    made = CliRunner().invoke(
        app, ["key", "front end", "--scope", "rank", "--scope", "staff", "--file", str(file)]
    )
    assert made.exit_code == 0
    assert f"GRANTS_KEYS={file}" in made.stderr
    found = keyring(Settings(keys=file)).find(made.stdout.strip())
    assert found is not None
    assert (found.name, found.scopes) == ("front end", frozenset({Scope.RANK, Scope.STAFF}))


def test_a_name_that_is_taken_is_refused_in_words(tmp_path: Path) -> None:
    arguments = ["key", "a", "--scope", "rank", "--file", str(tmp_path / "keys.json")]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 1
    assert "already" in again.output


def test_a_key_needs_a_scope(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["key", "a", "--file", str(tmp_path / "keys.json")]).exit_code == 2


@pytest.mark.parametrize("command", [["measure", "no-key"], ["screenshot", "out.png"]])
@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "ftp://x"])
def test_a_command_that_cannot_connect_says_so_in_a_sentence(command: list[str], url: str) -> None:
    done = CliRunner().invoke(app, [*command, "--url", url])
    assert (done.exit_code, type(done.exception)) == (1, SystemExit)
    assert done.output.count("\n") == 1
    assert "nothing answers there" in done.output
