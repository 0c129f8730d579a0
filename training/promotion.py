"""The gate between a measured bundle and people: what it must show, who let it through, and the way back."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import nan
from pathlib import Path
from typing import Final

from data.errors import GrantMatchError
from models.bundle import Bundle, load
from training.ledger import Entry, Ledger, append, read_ledger
from training.metrics import Estimate

CHAMPION: Final = "champion"
LEDGER: Final = "ledger.jsonl"

WORST_LOSS: Final = 0.01
"""Share of the champion's nDCG@10 that the interval of the difference must not reach below."""
WORST_CALIBRATION: Final = 0.03
"""Calibration error beyond what even true chances would show on as many decisions."""
FEWEST_DECISIONS: Final = 400
"""With fewer decisions on the test period, calibration cannot be told."""
OLDEST: Final = timedelta(days=120)
"""Age of the newest decision that it was learned from."""
WORTH: Final = "gain_over_similarity.ndcg_at_10"
SLOWEST_MS: Final = 50.0
"""Median milliseconds to describe and score one need; embedding and HTTP are not in it."""


class Refused(GrantMatchError):
    """A bundle that the gate does not let through, with every reason."""


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of the gate and how it was met."""

    name: str
    passed: bool
    told: str

    def __str__(self) -> str:
        return f"{'passed' if self.passed else 'FAILED'}: {self.name}: {self.told}"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, when and why; `without_review` says why there is no signed review, where there is none."""

    by: str
    reason: str
    at: datetime
    without_review: str | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """The folder in which bundles live: each under its version, `champion` pointing to one, and the ledger."""

    folder: Path

    @property
    def champion(self) -> Path:
        """Where the champion is read from; a link that is moved in one step."""
        return self.folder / CHAMPION

    @property
    def ledger_path(self) -> Path:
        """Where the ledger is kept."""
        return self.folder / LEDGER

    def ledger(self) -> Ledger:
        """Read the ledger; raises LedgerBroken where it was changed, its tail included."""
        ledger = read_ledger(self.ledger_path)
        if self._seal.exists():
            ledger.check_holds(json.loads(self._seal.read_text("utf-8"))["ledger"])
        return ledger

    def live(self) -> Bundle | None:
        """Load the champion; None before the first."""
        return load(self.champion.resolve()) if self.champion.exists() else None

    def keep(self, source: Path, version: str) -> Path:
        """Copy a bundle in under its version, whole or not at all."""
        place = self.folder / version
        if not place.exists():
            half = self.folder / f".{version}.{os.getpid()}"
            shutil.copytree(source, half)
            half.replace(place)
        load(place)
        return place

    def switch(self, version: str, entry: Entry) -> None:
        """Point `champion` to a kept bundle in one step, and remember the ledger's newest hash beside it."""
        link = self.folder / f".{CHAMPION}.{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(version, target_is_directory=True)
        link.replace(self.champion)
        self._seal.write_text(json.dumps({"version": version, "ledger": entry.hash}) + "\n", "utf-8")

    @property
    def _seal(self) -> Path:
        return self.folder / f"{CHAMPION}.json"


def gate(
    candidate: Bundle,
    *,
    difference: Estimate | None,
    ledger: Ledger,
    today: date,
    without_review: str | None = None,
) -> tuple[Check, ...]:
    """Check a candidate; `difference` is its nDCG@10 less the champion's as a share of it, None without champion."""
    metrics = candidate.about.metrics
    age = today - candidate.about.trained_until
    worth, slow = (metrics.get(name, nan) for name in (WORTH, "latency_ms.p50"))
    return (
        _against_champion(difference),
        Check("worth having", worth > 0, f"nDCG@10 is {worth:+.3f} beside similarity alone"),
        _calibrated(metrics),
        Check("freshness", age <= OLDEST, f"newest decision {age.days} days old, at most {OLDEST.days}"),
        Check("latency", slow <= SLOWEST_MS, f"median {slow:.1f} ms, at most {SLOWEST_MS:.0f}"),
        _review(candidate, ledger, without_review),
    )


def _against_champion(difference: Estimate | None) -> Check:
    if difference is None:
        return Check("order", passed=True, told="there is no champion yet")
    told = (
        f"nDCG@10 {difference.value:+.1%} of the champion's ({difference.low:+.1%} to {difference.high:+.1%})"
    )
    return Check(
        "order", difference.low >= -WORST_LOSS, f"{told}; the interval must exclude a loss of over 1 %"
    )


def _calibrated(metrics: Mapping[str, float]) -> Check:
    names = ("calibration_error", "calibration_noise", "calibration_decisions")
    error, noise, decisions = (metrics.get(name, nan) for name in names)
    passed = decisions >= FEWEST_DECISIONS and error - noise <= WORST_CALIBRATION
    told = f"error {error:.3f} on {decisions:.0f} decisions, where true chances would show {noise:.3f}"
    return Check(
        "calibration", passed, f"{told}; at most {WORST_CALIBRATION} more, on {FEWEST_DECISIONS} or more"
    )


def _review(candidate: Bundle, ledger: Ledger, without: str | None) -> Check:
    signed = ledger.reviews(candidate.version)
    if signed and signed[-1].details.get("decision") == "approved":
        return Check(
            "fairness review", passed=True, told=f"signed by {signed[-1].by} on {signed[-1].at.date()}"
        )
    if without is not None and without.strip():
        return Check("fairness review", passed=True, told=f"WAIVED: {without}")
    found = "the newest review did not approve it" if signed else "nobody has signed a review of it"
    return Check("fairness review", passed=False, told=found)


def promote(candidate: Path, home: Home, checks: Sequence[Check], decision: Decision) -> Entry:
    """Make a bundle the champion: keep it, write the ledger, move the link. Raises Refused if a check failed."""
    bundle = load(candidate)
    if not all(check.passed for check in checks):
        failed = [f"  {check}" for check in checks if not check.passed]
        raise Refused("\n".join([f"{bundle.version} stays out:", *failed]))
    previous = home.ledger().live(on=decision.at.date())
    home.folder.mkdir(parents=True, exist_ok=True)
    home.keep(candidate, bundle.version)
    details = {
        "checks": [str(check) for check in checks],
        "without_review": decision.without_review,
        "run": bundle.about.run,
        "experiment": bundle.about.experiment,
        "simulated": bundle.about.simulated,
        "replaces": previous.bundle if previous else None,
    }
    entry = append(
        home.ledger_path,
        "promote",
        bundle.version,
        by=decision.by,
        reason=decision.reason,
        at=decision.at,
        details=details,
    )
    home.switch(bundle.version, entry)
    return entry


def rollback(home: Home, decision: Decision, *, to: str | None = None) -> Entry:
    """Make an earlier champion live again: the one before the present one, or the one named."""
    moves = [entry for entry in home.ledger().entries if entry.act in ("promote", "rollback")]
    earlier = [entry.bundle for entry in moves if moves and entry.bundle != moves[-1].bundle]
    version = to or (earlier[-1] if earlier else None)
    if version is None or version not in {entry.bundle for entry in moves}:
        known = ", ".join(dict.fromkeys(earlier)) or "none"
        raise Refused(f"there is no earlier champion {version or ''} to go back to; earlier ones: {known}")
    load(home.folder / version)
    entry = append(
        home.ledger_path,
        "rollback",
        version,
        by=decision.by,
        reason=decision.reason,
        at=decision.at,
        details={"replaces": moves[-1].bundle},
    )
    home.switch(version, entry)
    return entry
