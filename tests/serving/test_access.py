"""Keys are kept as hashes, demo is for this machine, and the rate is what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from serving.access import (
    ROUTES,
    BadKeys,
    Key,
    RateLimit,
    Scope,
    is_loopback,
    keyring,
    name_in_journal,
    prepare_demo,
    read_keys,
    write_key,
)
from serving.settings import Settings


def test_a_key_file_never_holds_the_key_itself(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    token = write_key(path, "front end", [Scope.RANK])
    assert token not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_a_written_key_is_found_again_with_its_scopes(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    token, other = write_key(path, "a", [Scope.RANK]), write_key(path, "b", [Scope.STAFF, Scope.INGEST])
    ring = keyring(Settings(keys=path))
    found, second = ring.find(token), ring.find(other)
    assert found is not None and found.scopes == {Scope.RANK}
    assert second is not None and second.scopes == {Scope.STAFF, Scope.INGEST}
    assert ring.find(token[:-1]) is None
    assert ring.find("") is None


def test_the_name_of_a_key_is_taken_once(tmp_path: Path) -> None:
    write_key(tmp_path / "keys.json", "a", [Scope.RANK])
    with pytest.raises(BadKeys, match="already"):
        write_key(tmp_path / "keys.json", "a", [Scope.STAFF])


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '[{"name": "a", "sha256": "short", "scopes": ["rank"]}]']
)
def test_a_key_file_that_lets_nobody_in_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(BadKeys):
        read_keys(path)


def test_a_missing_key_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadKeys, match="cannot be read"):
        read_keys(tmp_path / "none.json")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "grants.example.org"])
def test_without_keys_it_binds_to_this_machine_only(host: str) -> None:
    with pytest.raises(BadKeys, match="without access keys"):
        prepare_demo(Settings(), host=host, environment={})


def test_with_keys_it_binds_anywhere_and_shows_no_demo_key(tmp_path: Path) -> None:
    write_key(tmp_path / "keys.json", "a", [Scope.RANK])
    environment: dict[str, str] = {}
    assert (
        prepare_demo(Settings(keys=tmp_path / "keys.json"), host="0.0.0.0", environment=environment) is None
    )
    assert environment == {}


def test_each_demo_draws_its_own_key_and_hands_it_to_the_workers() -> None:
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    token = prepare_demo(Settings(), host="127.0.0.1", environment=first)
    assert token == first["GRANTS_DEMO_KEY"]
    assert token != prepare_demo(Settings(), host="::1", environment=second)


def test_without_any_key_nothing_is_open_but_the_probes_the_way_in_and_the_pages() -> None:
    ring = keyring(Settings())
    assert ring.keys == ()
    assert [name for name in ROUTES if ring.needed(name) == frozenset()] == [
        "livez", "healthz", "readyz", "style", "sign_in", "sign_out", "script", "safety", "leave", "docs",
        "openapi", "search",
    ]  # fmt: skip


def test_with_real_keys_the_pages_are_closed_unless_a_deployment_opens_them(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    write_key(path, "a", [Scope.RANK])
    assert keyring(Settings(keys=path)).needed("search") == frozenset({Scope.RANK})
    assert keyring(Settings(keys=path, page_open=True)).needed("search") == frozenset()


def test_a_route_without_a_rule_is_closed() -> None:
    assert keyring(Settings()).needed("a-route-added-tomorrow") is None


@pytest.mark.parametrize(
    ("host", "home"),
    [
        ("127.0.0.1", True), ("localhost", True), ("::1", True), ("[::1]", True), ("127.9.9.9", True),
        ("0.0.0.0", False), ("10.0.0.1", False), ("localhost.example.org", False), ("", False), (None, False),
    ],
)  # fmt: skip
def test_this_machine_is_told_from_others(host: str | None, home: bool) -> None:
    assert is_loopback(host) is home


def test_the_rate_lets_through_exactly_its_number_and_refills_steadily() -> None:
    rate = RateLimit(a_minute=60)
    assert [rate.wait("a", now=0.0) == 0 for _ in range(61)] == [True] * 60 + [False]
    assert rate.wait("a", now=0.5) == pytest.approx(0.5)
    assert rate.wait("a", now=1.01) == 0
    assert rate.wait("b", now=1.01) == 0


def test_a_client_that_is_refused_does_not_wait_longer_for_asking_again() -> None:
    rate = RateLimit(a_minute=60)
    for _ in range(60):
        rate.wait("a", now=0.0)
    for tenth in range(10):
        assert rate.wait("a", now=tenth / 10) > 0
    assert rate.wait("a", now=1.01) == 0


def test_the_rate_forgets_old_clients() -> None:
    rate = RateLimit(a_minute=60, clients=3)
    for name in "abcdef":
        rate.wait(name, now=0.0)
    assert list(rate.buckets) == ["d", "e", "f"]


def test_a_client_is_named_in_the_journal_and_a_partner_is_not() -> None:
    def key(*scopes: Scope) -> Key:
        return Key(name="Ana", sha256="0" * 64, scopes=frozenset(scopes))

    assert name_in_journal(key(Scope.RANK)) == "Ana"
    assert name_in_journal(key(Scope.PARTNER)) == "partner"
    assert name_in_journal(None) == "none"
