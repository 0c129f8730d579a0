"""The service cannot open the audit store, and does not start beside its key."""

from __future__ import annotations

import ast
import subprocess

import pytest

from serving.access import AUDIT_KEY, BadKeys, Scope, refuse_audit_key
from tests.serving.running import ROOT, Server, environment, free_port, serve_command
from training.audit.store import KEY, new_key


def test_a_service_that_sees_the_key_refuses_to_start_and_says_why() -> None:
    ended = subprocess.run(
        serve_command(free_port()),
        cwd=ROOT,
        env=environment(**{AUDIT_KEY: new_key()}),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode != 0
    assert b"must never be able to read protected attributes" in ended.stdout + ended.stderr
    assert b"Traceback" not in ended.stdout + ended.stderr


def test_the_name_of_the_key_is_the_same_on_both_sides_and_even_an_empty_one_is_refused() -> None:
    assert AUDIT_KEY == KEY
    refuse_audit_key({})
    with pytest.raises(BadKeys):
        refuse_audit_key({AUDIT_KEY: ""})


def test_nothing_below_serving_imports_the_audit_store_or_its_cipher() -> None:
    for folder in ("data", "features", "models", "serving"):
        for file in (ROOT / folder).rglob("*.py"):
            named = {
                name
                for node in ast.walk(ast.parse(file.read_text("utf-8")))
                if isinstance(node, ast.Import | ast.ImportFrom)
                for name in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
            }
            assert not any(name.startswith(("training", "cryptography")) for name in named), file


def test_an_erasure_says_that_the_audit_store_is_still_to_be_done(server: Server) -> None:
    with server.client(Scope.PRIVACY) as client:
        assert client.delete("/v1/people/somebody").json()["audit"] == "pending"
