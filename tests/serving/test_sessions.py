"""A session tells which key was shown, for eight hours, to this service only, and to nobody who alters it."""

from __future__ import annotations

import pytest

from serving.access import Key, Scope, digest_of
from serving.sessions import COOKIE, SECONDS, Sessions, cookie_in, drop_cookie, set_cookie
from serving.signing_in import _safe, rooms_of

ANA, BEN = (
    Key(name=name, sha256=digest_of(name * 20), scopes=frozenset({Scope.PARTNER})) for name in ("ana", "ben")
)


def sessions(at: float = 1000.0) -> Sessions:
    return Sessions(b"a secret of the service", clock=lambda: at)


def test_a_session_leads_to_its_own_key_for_eight_hours() -> None:
    note = sessions().begin(BEN)
    assert sessions().key_of(note, (ANA, BEN)) is BEN
    assert sessions(1000.0 + SECONDS - 1).key_of(note, (ANA, BEN)) is BEN
    assert sessions(1000.0 + SECONDS).key_of(note, (ANA, BEN)) is None
    assert SECONDS == 8 * 3600


def test_the_note_names_nobody_and_is_never_the_same_twice() -> None:
    first, second = sessions().begin(ANA), sessions().begin(ANA)
    assert first != second
    assert "ana" not in first and ANA.sha256 not in first


def test_a_key_that_was_taken_out_ends_its_sessions() -> None:
    assert sessions().key_of(sessions().begin(BEN), (ANA,)) is None


def test_another_secret_or_a_changed_note_is_refused() -> None:
    note = sessions().begin(ANA)
    until, nonce, signature = note.split(".")
    longer = f"{int(until) + 9999}.{nonce}.{signature}"
    for told in ("", ".", "..", "x.y.z", note[:-1], longer, note + "0", "9" * 400, f"{until}.{nonce}."):
        assert sessions().key_of(told, (ANA,)) is None
    assert Sessions(b"another", clock=lambda: 1000.0).key_of(note, (ANA,)) is None


def test_a_session_that_was_signed_out_is_refused_though_it_would_last() -> None:
    room = sessions()
    note, other = room.begin(ANA), room.begin(ANA)
    room.end(note)
    assert room.key_of(note, (ANA,)) is None
    assert room.key_of(other, (ANA,)) is ANA


def test_the_cookie_is_for_this_host_and_hidden_from_scripts() -> None:
    assert set(set_cookie("n").split("; ")[1:]) == {
        f"Max-Age={SECONDS}", "Path=/", "Secure", "HttpOnly", "SameSite=Strict",
    }  # fmt: skip
    assert "Max-Age=0" in drop_cookie() and COOKIE.startswith("__Host-")
    assert cookie_in(f"a=1; {COOKIE}=note; b=2") == "note"
    assert cookie_in("a=1") == cookie_in("\0;;=") == ""


def test_signing_in_leads_only_to_pages_that_need_it() -> None:
    assert _safe("/partners") == "/partners"
    assert all(
        _safe(to) == "" for to in ("//evil.example", "https://evil.example", "/metrics", "/partners/../")
    )
    staff = Key(name="s", sha256="0" * 64, scopes=frozenset({Scope.STAFF}))
    assert (rooms_of(ANA), rooms_of(staff)) == (("/partners",), ("/review",))
    assert rooms_of(Key(name="r", sha256="0" * 64, scopes=frozenset({Scope.RANK}))) == ()


@pytest.mark.parametrize("hostile", ["\r\nSet-Cookie: x=1", "é", "a" * 10_000])
def test_a_hostile_cookie_is_only_no_session(hostile: str) -> None:
    assert sessions().key_of(cookie_in(f"{COOKIE}={hostile}"), (ANA,)) is None
