"""The conditions under which a bundle may rank for people; each says in plain English how it was met or missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from models.rankers.bundle import Bundle
from training.evidence import FEWEST_PEOPLE, Evidence
from training.fairness.signing import Signed
from training.metrics import Estimate

WORST_LOSS: Final = 0.01
"""A loss of nDCG@10, as a share of the yardstick's, that is refused where chance does not explain it."""
WORST_CALIBRATION: Final = 0.03
"""Mean distance between the chances told and the shares awarded, beyond what true chances would show."""
FEWEST_DECISIONS: Final = 400
"""With fewer decisions on the test period, nothing can show told chances wrong: then none may be told."""
MOST_LOST: Final = 0.05
"""Share of the decisions that may be of use to nobody."""
OLDEST: Final = timedelta(days=120)
"""Age of the newest decision that it was learned from."""
MOST_TOLD: Final = 3
"""Broken harm cases that a refusal spells out."""
SIGN: Final = "`python -m training review` makes one, `sign` takes the signature"
SLOWEST_MS: Final = 50.0
"""Median milliseconds to describe and score one need; embedding and HTTP are not in it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of the gate and how it was met."""

    name: str
    passed: bool
    told: str

    def __str__(self) -> str:
        return f"{'passed' if self.passed else 'FAILED'}: {self.name}: {self.told}"


def gate(
    candidate: Bundle,
    evidence: Evidence,
    signed: Signed | None,
    *,
    today: date,
    by: str = "",
    without_review: str | None = None,
    alone: str | None = None,
) -> tuple[Check, ...]:
    """Check a candidate against every condition.

    `signed` is the newest signature under a review of it; `without_review` the reason to go without one. `by` says who
    promotes, `alone` why nobody approves but who fitted the candidate.
    """
    return (
        *_judged(candidate, evidence, waived=bool(without_review) and candidate.about.simulated),
        *_lists(candidate, evidence, waived=bool(without_review) and candidate.about.simulated),
        check_calibration(evidence.calibration, evidence.calibration_noise),
        _left_out(evidence),
        _freshness(candidate, today),
        _latency(evidence),
        _review(candidate, signed, without_review),
        _two_people(candidate, signed, by, alone, waived=bool(without_review) and candidate.about.simulated),
    )


def _judged(candidate: Bundle, evidence: Evidence, *, waived: bool) -> tuple[Check, ...]:
    """Hold the order of lists against the champion's and against the harm cases, where one was learned.

    A demonstration on simulated outcomes may be `waived` through with broken cases; they are told all the same.
    """
    if candidate.order is None:
        return ()
    return (_judged_order(evidence), _harm(evidence, waived=waived))


def _judged_order(evidence: Evidence) -> Check:
    name, ours, theirs = "judged order", evidence.judged, evidence.judged_before
    if ours is None:
        told = (
            "it carries a learned order and tells no nDCG@10 on judged situations to hold it by; fit it anew"
        )
        return Check(name, passed=False, told=told)
    told = f"nDCG@10 is {ours:.3f} on judged situations that it had not seen"
    if theirs is None:
        return Check(name, passed=True, told=f"{told}; {evidence.yardstick} tells none to compare it with")
    told = f"{told}, the champion's was {theirs:.3f}; at most {WORST_LOSS} less is allowed"
    return Check(name, ours >= theirs - WORST_LOSS, told)


def _harm(evidence: Evidence, *, waived: bool) -> Check:
    broken, asked = evidence.harm, evidence.harm_asked
    first = "; ".join(broken[:MOST_TOLD])
    told = (
        f"{len(broken)} broken of {asked} that can be asked: {first}"
        if broken
        else f"none of {asked} is broken"
    )
    if not asked:
        told = "none can be asked, they are about grants that this catalogue does not have; the review reads lists"
    told = f"WAIVED for a demonstration, {told}" if broken and waived else told
    return Check("harm cases", waived or not broken, told)


def _lists(candidate: Bundle, evidence: Evidence, *, waived: bool) -> tuple[Check, ...]:
    """Hold the lists against the yardstick's by who was awarded what, over all and within groups.

    Lists learned from judgements say nothing about the tastes that a made world invents: a demonstration is `waived`
    through, and what failed is told all the same.
    """
    checks = (_order(evidence), _worth(evidence), _groups(evidence))
    if not waived or candidate.order is None:
        return checks
    return tuple(
        check
        if check.passed
        else Check(check.name, passed=True, told=f"WAIVED for a demonstration: {check.told}")
        for check in checks
    )


def _order(evidence: Evidence) -> Check:
    gain = evidence.gain
    if not gain.count:
        told = f"no need of the test period was met by an award: nothing to compare with {evidence.yardstick}"
        return Check("order", passed=False, told=told)
    told = (
        f"nDCG@10 is {abs(gain.value):.1%} {'above' if gain.value >= 0 else 'below'} that of {evidence.yardstick} "
        f"(95 % interval {gain.low:+.1%} to {gain.high:+.1%}, {gain.count} needs); "
        f"a loss of more than {WORST_LOSS:.0%} that chance does not explain is refused"
    )
    if evidence.since is not None:
        told = f"{told}; measured from {evidence.since} on, since days of the test period before it were learned from"
    return Check("order", gain.value >= -WORST_LOSS or gain.high >= 0, told)


def _worth(evidence: Evidence) -> Check:
    gain = evidence.over_similarity
    sure = gain.low > 0 or gain.high < 0
    told = (
        f"nDCG@10 is {gain.value:+.3f} beside similarity alone ({gain.low:+.3f} to {gain.high:+.3f}, "
        f"{'more than chance' if sure else 'which may be chance'}); it must not be worse by more than chance"
    )
    return Check("worth having", gain.high >= 0, told)


def check_calibration(error: Estimate, noise: float) -> Check:
    """Hold the error of the told chances against what true ones would show, their `noise`, on so many decisions."""
    if not error.count:
        told = (
            "it tells nobody a chance of an award, and past outcomes do not move its lists: too few are known"
        )
        return Check("calibration", passed=True, told=told)
    if error.count < FEWEST_DECISIONS:
        told = (
            f"it tells chances that {error.count} decisions of the test period cannot show wrong; "
            f"{FEWEST_DECISIONS} are needed, or a fit that tells none"
        )
        return Check("calibration", passed=False, told=told)
    told = (
        f"the chances told are off by {error.value:.4f} on average over {error.count} decisions, "
        f"of which true chances would show {noise:.4f}; at most {WORST_CALIBRATION} beyond that is allowed"
    )
    return Check("calibration", error.value - noise <= WORST_CALIBRATION, told)


def _left_out(evidence: Evidence) -> Check:
    found = evidence.left_out
    lines = "; ".join(found.of_no_use()) or "none was lost"
    told = (
        f"{found.share:.1%} of {found.decisions} decisions were of no use ({lines}); at most {MOST_LOST:.0%}"
    )
    beside = "; ".join(found.not_used())
    told = f"{told}; not counted among them: {beside}" if beside else told
    return Check("history", found.share <= MOST_LOST, told)


def _groups(evidence: Evidence) -> Check:
    known = [found for found in evidence.groups if found.told]
    worse = [found for found in known if found.worse]
    if worse:
        told = "; ".join(map(str, worse))
        return Check("groups", passed=False, told=f"worse off than with {evidence.yardstick}: {told}")
    if not known:
        told = (
            f"no group of applicants has the {FEWEST_PEOPLE} people in the test period that a figure needs: "
            "nothing can be told, and the fairness review looks at the lists themselves"
        )
        return Check("groups", passed=True, told=told)
    least = min(known, key=lambda found: found.gain.value)
    few = len(evidence.groups) - len(known)
    told = (
        f"none of {len(known)} groups of applicants is worse off than with {evidence.yardstick}; "
        f"{few} more are too small to tell; the least gain: {least}"
    )
    return Check("groups", passed=True, told=told)


def _freshness(candidate: Bundle, today: date) -> Check:
    newest = candidate.about.trained_until
    age = today - newest
    told = (
        f"the newest decision that it knows is of {newest}, {age.days} days old; at most {OLDEST.days} days"
    )
    return Check("freshness", timedelta(0) <= age <= OLDEST, told)


def _latency(evidence: Evidence) -> Check:
    slow = evidence.milliseconds
    told = f"ranking one need takes {slow:.1f} ms in the median; at most {SLOWEST_MS:.0f} ms"
    return Check("latency", slow <= SLOWEST_MS, told)


def _two_people(
    candidate: Bundle, signed: Signed | None, by: str, alone: str | None, *, waived: bool
) -> Check:
    """Ask for a second person: whoever fitted a bundle is not alone in approving it."""
    name, fitted = "two people", candidate.about.fitted_by
    approved = signed is not None and not signed.problems and signed.signature.decision == "approved"
    people = {by, signed.signature.by} if signed is not None and approved else {by}
    others = sorted(people - {fitted, ""})
    if fitted is None or others:
        told = f"fitted by {fitted or 'somebody who is not named'}, approved by {', '.join(others) or by}"
        return Check(name, passed=True, told=told)
    if alone is not None and alone.strip():
        return Check(name, passed=True, told=f"{fitted} fitted it and approves it ALONE: {alone}")
    if waived:
        return Check(name, passed=True, told=f"WAIVED for a demonstration: {fitted} fitted and approves it")
    told = f"{fitted} fitted it and nobody else approves it; have another sign or promote, or say why with --alone"
    return Check(name, passed=False, told=told)


def _review(candidate: Bundle, signed: Signed | None, without: str | None) -> Check:
    """Hold a signature against the review that it names; a review that was refused, or changed, is never waived."""
    name = "fairness review"
    if signed is not None:
        by = f"{signed.signature.by} on {signed.signature.at.date()}: {signed.signature.reason}"
        if signed.problems:
            return Check(
                name, passed=False, told=f"signed by {by}; it does not count: {'; '.join(signed.problems)}"
            )
        passed = signed.signature.decision == "approved"
        answered = f"{signed.differences} likely differences answered" if passed else "NOT approved"
        return Check(name, passed, f"{answered}, {'approved ' if passed else ''}by {by}")
    if without is None or not without.strip():
        told = f"nobody has signed a review of this bundle; {SIGN}"
        return Check(name, passed=False, told=told)
    if not candidate.about.simulated:
        told = f"it cannot be waived, since this bundle was learned from real people's outcomes; {SIGN}"
        return Check(name, passed=False, told=told)
    return Check(name, passed=True, told=f"WAIVED for a demonstration: {without}")
