"""Stage one, plain and obvious: every rule of a grant judged for a person, with three answers and a status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from data.catalogue.facts import FactBook
from data.catalogue.grants import Grant
from data.people.applicants import Applicant
from data.places.areas import AreaTree
from models.eligibility.conditions import evaluation_context
from models.eligibility.context import EvaluationContext
from models.eligibility.findings import Finding, FindingKind, find
from models.eligibility.first_day import Cure, first_day, may_change
from models.eligibility.kleene import Answer, every


class Status(StrEnum):
    """What a grant is for a person on a day, worst first."""

    NOT_ELIGIBLE = "not_eligible"
    NOT_NOW = "not_now"
    NEEDS_INFO = "needs_info"
    DISCRETIONARY = "discretionary"
    ELIGIBLE = "eligible"


STATUSES: Final = tuple(Status)
"""Every status, worst first; in arrays a status is its place here."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings about a grant for a person on a day, and the status that follows from them."""

    grant_id: str
    status: Status
    findings: tuple[Finding, ...]
    from_day: date | None = None
    """For `not_now`: the first day on which the grant is open to the person, or to a decision of the fund."""
    not_before: date | None = None
    """For `not_now` with no such day: the first day on which it is not ruled out, where that can be told."""

    @property
    def steps(self) -> tuple[Finding, ...]:
        """What is still to be done first, which rules nobody out; to ask about public funds comes before all else."""
        steps = (finding for finding in self.findings if finding.is_step)
        return tuple(sorted(steps, key=lambda step: step.kind is not FindingKind.RECOURSE))


def judge(applicant: Applicant, grant: Grant, *, on: date, facts: FactBook, areas: AreaTree) -> Verdict:
    """Judge one grant for one person on a day."""
    return judge_in(evaluation_context(applicant, facts, areas, on=on), grant)


def judge_in(context: EvaluationContext, grant: Grant) -> Verdict:
    """Judge one grant in a context."""
    findings = find(context, grant)
    if all(finding.answer is not Answer.NO for finding in findings):
        return Verdict(grant.id, status_of(findings), findings)
    cure = first_day(context, grant)
    if cure is None:
        return Verdict(grant.id, status_of(findings), findings)
    findings = tuple(replace(one, cured_by_time=one.answer is Answer.NO) for one in findings)
    holds = _first_that_holds(context, grant, cure)
    not_before = cure.day if holds is None and cure.open else None
    return Verdict(grant.id, status_of(findings), findings, holds, not_before)


HOLDS: Final = frozenset({Status.ELIGIBLE, Status.DISCRETIONARY})
"""Statuses of a grant that somebody may apply for with nothing more to be learned."""


def _first_that_holds(context: EvaluationContext, grant: Grant, cure: Cure) -> date | None:
    """Find the first day from a cure on on which the grant is open to the person; None where more must be learned."""
    for day in cure.later:
        findings = find(context.later(day), grant)
        if status_of(findings) in HOLDS:
            return day
        if any(_stays_open(finding, context) for finding in findings):
            return None
    return None


def _stays_open(finding: Finding, context: EvaluationContext) -> bool:
    """Tell whether a finding is open on every day, until more is learned or done."""
    lasts = finding.rule is not None and not may_change(finding.rule, context)
    return lasts and finding.if_granted is Answer.UNKNOWN


def status_of(findings: Sequence[Finding]) -> Status:
    """Work out the status from findings alone."""
    refused = [finding for finding in findings if finding.answer is Answer.NO]
    if refused:
        return Status.NOT_NOW if all(finding.cured_by_time for finding in refused) else Status.NOT_ELIGIBLE
    if all(finding.answer is Answer.YES for finding in findings):
        return Status.ELIGIBLE
    granted = every(finding.if_granted for finding in findings)
    refused_all = every(finding.if_refused for finding in findings)
    if granted is Answer.YES and refused_all is Answer.NO:
        return Status.DISCRETIONARY
    return Status.NEEDS_INFO
