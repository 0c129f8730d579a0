"""What passes the gate is kept and written down, what fails changes nothing, and a champion can be taken back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from data.errors import BadBundle
from data.ledger import LedgerBroken, append
from data.people.signatures import Signature
from features.onnx_encoder import ENCODERS, kept_encoder
from models.rankers.bundle import About, Bundle, load, save
from training.fairness.signing import Signed
from training.fit import Fitted
from training.gate import Check
from training.promotion import Decision, Home, Refused, promote, restored_in_words, rollback
from training.steps import WRITTEN

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PASSED = (Check("order", passed=True, told="fine"),)


def decision(reason: str = "better", *, minute: int = 0) -> Decision:
    return Decision("Ana", reason, NOW + timedelta(minutes=minute), without_review="a test")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "bundles")


@pytest.fixture
def good(fitted: Fitted) -> Bundle:
    return fitted.bundle


def other(bundle: Bundle) -> Bundle:
    """A bundle that learned from other data, so that it has another version."""
    return replace(bundle, about=About.model_validate({**bundle.about.model_dump(), "data": "1" * 64}))


def kept(bundle: Bundle, folder: Path) -> Path:
    save(bundle, folder)
    return folder


def test_a_failed_check_leaves_everything_as_it_was(good: Bundle, home: Home, tmp_path: Path) -> None:
    checks = (Check("order", passed=True, told="fine"), Check("calibration", passed=False, told="error .2"))
    with pytest.raises(Refused, match="calibration"):
        promote(kept(good, tmp_path / "run"), home, checks, decision())
    assert home.live() is None
    assert home.ledger().entries == ()


def test_nothing_goes_live_unchecked_or_twice(good: Bundle, home: Home, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nothing was checked"):
        promote(kept(good, tmp_path / "run"), home, (), decision())
    promote(tmp_path / "run", home, PASSED, decision())
    with pytest.raises(Refused, match="is the champion already, since 2026-11-23 12:00"):
        promote(tmp_path / "run", home, PASSED, decision(minute=1))
    assert len(home.ledger().entries) == 1


def test_what_was_promoted_is_live_and_written_down(good: Bundle, home: Home, tmp_path: Path) -> None:
    entry = promote(kept(good, tmp_path / "run"), home, PASSED, decision())
    assert load(home.champion).version == good.version
    assert entry.details["without_review"] == "a test"
    assert entry.details["simulated"] is True
    assert entry.details["checks"] == ["passed: order: fine"]
    assert home.ledger().live(on=NOW.date()) == entry


def test_the_encoder_that_a_bundle_names_is_put_beside_it(
    good: Bundle, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    digest = sha256(b"an encoder").hexdigest()
    WRITTEN.mkdir(parents=True)
    (WRITTEN / f"{digest}.onnx").write_bytes(b"an encoder")
    naming = replace(good, about=good.about.model_copy(update={"encoder": digest}))
    promote(kept(naming, tmp_path / "run"), home, PASSED, decision())
    assert kept_encoder(home.champion.resolve().parent / ENCODERS, digest) is not None
    assert naming.version != good.version


def test_rollback_brings_back_the_champion_before_and_says_why(
    good: Bundle, home: Home, tmp_path: Path
) -> None:
    second = other(good)
    promote(kept(good, tmp_path / "one"), home, PASSED, decision("first"))
    promote(kept(second, tmp_path / "two"), home, PASSED, decision("second", minute=1))
    assert load(home.champion).version == second.version
    entry = rollback(home, decision("a funder complained", minute=2))
    assert entry.bundle == good.version
    assert load(home.champion).version == good.version
    assert [e.act for e in home.ledger().entries] == ["promote", "promote", "rollback"]
    assert rollback(home, decision("all is well", minute=3), to=second.version).bundle == second.version


def test_rollback_said_twice_goes_back_twice_and_never_forth(
    good: Bundle, home: Home, tmp_path: Path
) -> None:
    versions = []
    for number in range(3):
        about = About.model_validate({**good.about.model_dump(), "data": str(number) * 64})
        bundle = replace(good, about=about)
        promote(kept(bundle, tmp_path / str(number)), home, PASSED, decision(minute=number))
        versions.append(bundle.version)
    assert [rollback(home, decision(minute=9)).bundle for _ in range(2)] == [versions[1], versions[0]]
    with pytest.raises(Refused, match="no earlier champion"):
        rollback(home, decision(minute=9))
    assert rollback(home, decision(minute=9), to=versions[2]).bundle == versions[2]
    assert rollback(home, decision(minute=9)).bundle == versions[0]
    said = restored_in_words(home, versions[0])
    assert said.startswith(f"{versions[0]} of the run small-1, which knows decisions up to")
    assert said.endswith("first live on 2026-11-23 by Ana: better")


def test_what_a_reviewer_refused_does_not_come_back(good: Bundle, home: Home, tmp_path: Path) -> None:
    promote(kept(good, tmp_path / "one"), home, PASSED, decision())
    promote(kept(other(good), tmp_path / "two"), home, PASSED, decision(minute=1))
    for answer in ("approved", "refused"):
        append(
            home.ledger_path,
            "review",
            good.version,
            by="Cat",
            reason="it fails Wales",
            at=NOW,
            details={"decision": answer},
        )
    with pytest.raises(Refused, match=r"newest review, by Cat on 2026-11-23, says no \(it fails Wales\)"):
        rollback(home, decision(minute=2))
    live = home.live()
    assert live is not None and live.version == other(good).version


def signature(bundle: str, answer: str) -> Signed:
    told = {"review": "0" * 64, "bundle": bundle, "by": "Cat", "at": NOW, "reason": "it fails Wales"}
    return Signed(Signature.model_validate({**told, "decision": answer}), (), 0)


def test_what_the_newest_signature_refuses_does_not_come_back_and_the_ledger_need_not_know_it(
    good: Bundle, home: Home, tmp_path: Path
) -> None:
    promote(kept(good, tmp_path / "one"), home, PASSED, decision())
    promote(kept(other(good), tmp_path / "two"), home, PASSED, decision(minute=1))
    before = home.ledger_path.read_text("utf-8")
    with pytest.raises(Refused, match=r"newest signature, by Cat on 2026-11-23, says no \(it fails Wales\)"):
        rollback(home, decision(minute=2), signed_of=lambda version: signature(version, "refused"))
    live = home.live()
    assert live is not None and live.version == other(good).version
    assert home.ledger_path.read_text("utf-8") == before
    answers = {good.version: "approved", other(good).version: "refused"}
    back = rollback(home, decision(minute=2), signed_of=lambda version: signature(version, answers[version]))
    assert back.bundle == good.version


def test_the_ledger_keeps_why_nobody_but_who_fitted_it_approves_a_bundle(
    good: Bundle, home: Home, tmp_path: Path
) -> None:
    by_ana = replace(good, about=good.about.model_copy(update={"fitted_by": "Ana"}))
    why = "there are only two of us, and Cat is ill"
    promote(kept(by_ana, tmp_path / "run"), home, PASSED, replace(decision(), alone=why))
    (entry,) = home.ledger().entries
    assert (entry.by, entry.details["fitted_by"], entry.details["alone"]) == ("Ana", "Ana", why)
    lines = home.ledger_path.read_text("utf-8")
    home.ledger_path.write_text(lines.replace("Cat is ill", "Cat agrees"), "utf-8")
    with pytest.raises(LedgerBroken):
        home.ledger()


def test_there_is_no_way_back_before_the_second_champion(good: Bundle, home: Home, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no earlier champion"):
        rollback(home, decision())
    promote(kept(good, tmp_path / "one"), home, PASSED, decision())
    with pytest.raises(Refused, match="no earlier champion"):
        rollback(home, decision())
    with pytest.raises(Refused, match="no earlier champion"):
        rollback(home, decision(), to="never-live")


def test_a_bundle_that_was_tampered_with_is_not_promoted(good: Bundle, home: Home, tmp_path: Path) -> None:
    folder = kept(good, tmp_path / "run")
    (folder / "ranker.npz").write_bytes((folder / "ranker.npz").read_bytes() + b" ")
    with pytest.raises(BadBundle, match="changed"):
        promote(folder, home, PASSED, decision())


def test_cutting_the_ledger_s_tail_is_seen(good: Bundle, home: Home, tmp_path: Path) -> None:
    promote(kept(good, tmp_path / "one"), home, PASSED, decision())
    promote(kept(other(good), tmp_path / "two"), home, PASSED, decision(minute=1))
    lines = home.ledger_path.read_text("utf-8").splitlines()
    home.ledger_path.write_text(lines[0] + "\n", "utf-8")
    with pytest.raises(LedgerBroken, match="removed from the end"):
        home.ledger()
    with pytest.raises(LedgerBroken):
        rollback(home, decision(minute=2))


def test_the_ledger_tells_what_was_live_on_each_day(good: Bundle, home: Home, tmp_path: Path) -> None:
    promote(kept(good, tmp_path / "one"), home, PASSED, decision())
    later = replace(decision(), at=NOW + timedelta(days=10))
    promote(kept(other(good), tmp_path / "two"), home, PASSED, later)
    told = [home.ledger().live(on=date(2026, 11, day)) for day in (22, 23, 30)]
    assert [entry.bundle if entry else None for entry in told] == [None, good.version, good.version]
    assert json.loads(home.ledger_path.read_text().splitlines()[1])["details"]["replaces"] == good.version
