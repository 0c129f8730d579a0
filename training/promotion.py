"""Lets a bundle through the gate to people, or keeps it out; who decided it and why, and the way back."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from data.errors import GrantMatchError
from data.ledger import Entry, Ledger, append, read_ledger
from features.onnx_encoder import ENCODERS, kept_encoder
from models.rankers.bundle import Bundle, load
from training.fairness.signing import Signed
from training.gate import Check
from training.limits import limits_in_words
from training.steps import WRITTEN

CHAMPION: Final = "champion"
LEDGER: Final = "ledger.jsonl"
MOVES: Final = ("promote", "rollback")
"""Acts that change what is live."""


class Refused(GrantMatchError):
    """A bundle that the gate does not let through, with every reason."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, when and why; `without_review` says why there is no signed review, where there is none."""

    by: str
    reason: str
    at: datetime
    without_review: str | None = None
    alone: str | None = None
    """Why nobody but who fitted the bundle approves it, where that is so."""


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
        self._keep_encoder(load(place).about.encoder)
        return place

    def _keep_encoder(self, digest: str | None) -> None:
        """Put the encoder of a bundle beside it, where it was written on this machine; serving makes it elsewhere."""
        written = None if digest is None else kept_encoder(WRITTEN, digest)
        target = self.folder / ENCODERS
        if written is not None and not (target / written.name).exists():
            target.mkdir(exist_ok=True)
            half = target / f".{written.name}.{os.getpid()}"
            shutil.copyfile(written, half)
            half.replace(target / written.name)

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


def promote(
    candidate: Path, home: Home, checks: Sequence[Check], decision: Decision, *, signed: Signed | None = None
) -> Entry:
    """Make a bundle the champion: keep it, write the ledger (first the signature under its review), move the link.

    Raises Refused if a check failed, if nothing was checked, or if it is the champion already.
    """
    bundle = load(candidate)
    failed = [f"  {check.name}: {check.told}" for check in checks if not check.passed]
    if failed or not checks:
        raise Refused("\n".join([f"{bundle.version} stays out:", *(failed or ["  nothing was checked"])]))
    previous = home.ledger().live(on=decision.at.date())
    if previous is not None and previous.bundle == bundle.version:
        raise Refused(f"{bundle.version} is the champion already, since {previous.at:%Y-%m-%d %H:%M}")
    home.folder.mkdir(parents=True, exist_ok=True)
    home.keep(candidate, bundle.version)
    if signed is not None:
        _copy_signature(home, signed, decision)
    details = {
        "checks": [str(check) for check in checks],
        "without_review": decision.without_review,
        "fitted_by": bundle.about.fitted_by,
        "alone": decision.alone,
        "limits": limits_in_words(bundle.about.limits) if bundle.about.limits else [],
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


def _copy_signature(home: Home, signed: Signed, decision: Decision) -> None:
    """Write a verified signature to the ledger, once."""
    told = signed.signature
    if told.id in {entry.details.get("signature") for entry in home.ledger().reviews(told.bundle)}:
        return
    append(
        home.ledger_path,
        "review",
        told.bundle,
        by=told.by,
        reason=told.reason,
        at=decision.at,
        details={
            "signature": told.id,
            "sha256": told.review,
            "decision": told.decision,
            "signed_at": told.at.isoformat(),
            "answers": told.answers,
        },
    )


def champions(moves: Sequence[Entry]) -> list[str]:
    """Give the champions that stand one on the other, the live one last: a rollback takes off what was above.

    A version that was taken off and is named again stands on top.
    """
    standing: list[str] = []
    for entry in moves:
        if entry.act == "rollback" and entry.bundle in standing:
            while standing[-1] != entry.bundle:
                standing.pop()
        else:
            standing.append(entry.bundle)
    return standing


def restored_in_words(home: Home, version: str) -> str:
    """Say what a rollback restores: which run it was, when it went live first, by whom and why."""
    about = load(home.folder / version).about
    first = next(e for e in home.ledger().entries if e.bundle == version and e.act == "promote")
    return (
        f"{version} of the run {about.run}, which knows decisions up to {about.trained_until}; "
        f"first live on {first.at:%Y-%m-%d} by {first.by}: {first.reason}"
    )


def rollback(
    home: Home,
    decision: Decision,
    *,
    to: str | None = None,
    signed_of: Callable[[str], Signed | None] = lambda _: None,
) -> Entry:
    """Make an earlier champion live again: the one before the present one, or the one named.

    Said twice it goes back twice. Raises Refused where there is none, or where its newest review says no, in the ledger
    or by the signature that `signed_of` finds for a version.
    """
    ledger = home.ledger()
    moves = [entry for entry in ledger.entries if entry.act in MOVES]
    standing = champions(moves)
    version = to or (standing[-2] if len(standing) > 1 else None)
    if version is None or version == standing[-1] or version not in {entry.bundle for entry in moves}:
        known = ", ".join(one for one in dict.fromkeys(e.bundle for e in moves) if one != standing[-1])
        asked = "no earlier champion" if version is None else f"no earlier champion {version}"
        raise Refused(f"there is {asked} to go back to; others that were live: {known or 'none'}")
    reviews = ledger.reviews(version)
    if reviews and reviews[-1].details.get("decision") != "approved":
        newest = reviews[-1]
        raise Refused(
            f"{version} does not go live again: its newest review, by {newest.by} on {newest.at.date()}, says no "
            f"({newest.reason}); name another with --to"
        )
    signed = signed_of(version)
    if signed is not None and signed.signature.decision != "approved":
        told = signed.signature
        raise Refused(
            f"{version} does not go live again: its newest signature, by {told.by} on {told.at.date()}, says no "
            f"({told.reason}); name another with --to"
        )
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
