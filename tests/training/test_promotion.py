"""The gate refuses for each reason by itself; what passes is kept, written down, and can be taken back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.errors import BadBundle
from models.bundle import About, Bundle, load, save
from training.fit import Fitted
from training.ledger import LedgerBroken, append
from training.metrics import Estimate
from training.promotion import Check, Decision, Home, Refused, gate, promote, rollback

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GOOD = {
    "gain_over_similarity.ndcg_at_10": 0.1,
    "calibration_error": 0.02,
    "calibration_noise": 0.015,
    "calibration_decisions": 3000,
    "latency_ms.p50": 4.0,
}


def decision(reason: str = "better", *, minute: int = 0) -> Decision:
    return Decision("Ana", reason, NOW + timedelta(minutes=minute), without_review="a test")


def with_metrics(bundle: Bundle, **changes: Any) -> Bundle:
    """The same bundle with other figures; `None` takes one out."""
    metrics = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return replace(bundle, about=About.model_validate({**bundle.about.model_dump(), "metrics": metrics}))


def failed(bundle: Bundle, home: Home, **changes: Any) -> list[str]:
    """Names of the checks that fail."""
    told: dict[str, Any] = {"difference": None, "today": NOW.date(), "without_review": "a test", **changes}
    return [check.name for check in gate(bundle, ledger=home.ledger(), **told) if not check.passed]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "bundles")


@pytest.fixture
def good(fitted: Fitted) -> Bundle:
    return with_metrics(fitted.bundle)


def other(bundle: Bundle) -> Bundle:
    """A bundle that learned from other data, so that it has another version."""
    return replace(bundle, about=About.model_validate({**bundle.about.model_dump(), "data": "1" * 64}))


def kept(bundle: Bundle, folder: Path) -> Path:
    save(bundle, folder)
    return folder


def test_a_good_first_champion_passes(good: Bundle, home: Home) -> None:
    assert failed(good, home) == []


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"calibration_error": 0.06}, "calibration"),
        ({"calibration_error": None}, "calibration"),
        ({"calibration_decisions": 150}, "calibration"),
        ({"latency_ms.p50": 80.0}, "latency"),
        ({"latency_ms.p50": None}, "latency"),
        ({"gain_over_similarity.ndcg_at_10": -0.01}, "worth having"),
        ({"gain_over_similarity.ndcg_at_10": None}, "worth having"),
    ],
)
def test_being_worse_in_any_one_figure_is_refused(
    good: Bundle, home: Home, changes: dict[str, Any], name: str
) -> None:
    assert failed(with_metrics(good, **changes), home) == [name]


def test_a_loss_to_the_champion_that_the_interval_does_not_exclude_is_refused(
    good: Bundle, home: Home
) -> None:
    assert failed(good, home, difference=Estimate(0.01, -0.02, 0.04, 500)) == ["order"]
    assert failed(good, home, difference=Estimate(-0.002, -0.009, 0.005, 500)) == []


def test_old_knowledge_is_refused(good: Bundle, home: Home) -> None:
    assert failed(good, home, today=good.about.trained_until + timedelta(days=120)) == []
    assert failed(good, home, today=good.about.trained_until + timedelta(days=121)) == ["freshness"]


def test_without_a_signed_review_or_a_recorded_waiver_it_stays_out(good: Bundle, home: Home) -> None:
    assert failed(good, home, without_review=None) == ["fairness review"]
    assert failed(good, home, without_review="  ") == ["fairness review"]
    for answer, expected in (("refused", ["fairness review"]), ("approved", [])):
        append(
            home.ledger_path,
            "review",
            good.version,
            by="Cat",
            reason="read it",
            at=NOW,
            details={"decision": answer},
        )
        assert failed(good, home, without_review=None) == expected


def test_a_failed_check_leaves_everything_as_it_was(good: Bundle, home: Home, tmp_path: Path) -> None:
    checks = (Check("order", passed=True, told="fine"), Check("calibration", passed=False, told="error .2"))
    with pytest.raises(Refused, match="calibration"):
        promote(kept(good, tmp_path / "run"), home, checks, decision())
    assert home.live() is None
    assert home.ledger().entries == ()


def test_what_was_promoted_is_live_and_written_down(good: Bundle, home: Home, tmp_path: Path) -> None:
    checks = gate(good, difference=None, ledger=home.ledger(), today=NOW.date(), without_review="a test")
    entry = promote(kept(good, tmp_path / "run"), home, checks, decision())
    assert load(home.champion).version == good.version
    assert entry.details["without_review"] == "a test"
    assert entry.details["simulated"] is True
    assert any("WAIVED: a test" in check for check in entry.details["checks"])
    assert home.ledger().live(on=NOW.date()) == entry


def test_rollback_brings_back_the_champion_before_and_says_why(
    good: Bundle, home: Home, tmp_path: Path
) -> None:
    second = other(good)
    promote(kept(good, tmp_path / "one"), home, (), decision("first"))
    promote(kept(second, tmp_path / "two"), home, (), decision("second", minute=1))
    assert load(home.champion).version == second.version
    entry = rollback(home, decision("a funder complained", minute=2))
    assert entry.bundle == good.version
    assert load(home.champion).version == good.version
    assert [e.act for e in home.ledger().entries] == ["promote", "promote", "rollback"]
    assert rollback(home, decision("all is well", minute=3), to=second.version).bundle == second.version


def test_there_is_no_way_back_before_the_second_champion(good: Bundle, home: Home, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no earlier champion"):
        rollback(home, decision())
    promote(kept(good, tmp_path / "one"), home, (), decision())
    with pytest.raises(Refused, match="no earlier champion"):
        rollback(home, decision())
    with pytest.raises(Refused, match="no earlier champion"):
        rollback(home, decision(), to="never-live")


def test_a_bundle_that_was_tampered_with_is_not_promoted(good: Bundle, home: Home, tmp_path: Path) -> None:
    folder = kept(good, tmp_path / "run")
    (folder / "ranker.npz").write_bytes((folder / "ranker.npz").read_bytes() + b" ")
    with pytest.raises(BadBundle, match="changed"):
        promote(folder, home, (), decision())


def test_cutting_the_ledger_s_tail_is_seen(good: Bundle, home: Home, tmp_path: Path) -> None:
    promote(kept(good, tmp_path / "one"), home, (), decision())
    promote(kept(other(good), tmp_path / "two"), home, (), decision(minute=1))
    lines = home.ledger_path.read_text("utf-8").splitlines()
    home.ledger_path.write_text(lines[0] + "\n", "utf-8")
    with pytest.raises(LedgerBroken, match="removed from the end"):
        home.ledger()
    with pytest.raises(LedgerBroken):
        rollback(home, decision(minute=2))


def test_the_ledger_tells_what_was_live_on_each_day(good: Bundle, home: Home, tmp_path: Path) -> None:
    promote(kept(good, tmp_path / "one"), home, (), decision())
    later = replace(decision(), at=NOW + timedelta(days=10))
    promote(kept(other(good), tmp_path / "two"), home, (), later)
    told = [home.ledger().live(on=date(2026, 11, day)) for day in (22, 23, 30)]
    assert [entry.bundle if entry else None for entry in told] == [None, good.version, good.version]
    assert json.loads(home.ledger_path.read_text().splitlines()[1])["details"]["replaces"] == good.version
