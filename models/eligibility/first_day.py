"""When time alone cures a no: the days on which an answer can change, tried one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from data.catalogue.dependencies import changes_with_time
from data.catalogue.grants import Grant
from data.catalogue.rules import EligibilityRule
from models.eligibility.change_days import change_days
from models.eligibility.conditions import ask
from models.eligibility.context import BoundChoice, EvaluationContext
from models.eligibility.findings import repeat_finding, window_finding
from models.eligibility.kleene import Answer


@dataclass(frozen=True, slots=True)
class Cure:
    """That time alone cures a no, and from which day, where the day can be told."""

    day: date | None


def first_day(context: EvaluationContext, grant: Grant) -> Cure | None:
    """Find the first later day on which nothing about a grant is a no; None if there is no such day."""
    if _something_stays_no(context, grant):
        return None
    days = sorted({day for day in change_days(context, grant) if day > context.on})
    if _first_without_no(context, grant, days, "none") is None:
        return None
    early = _first_without_no(context, grant, days, "early")
    late = _first_without_no(context, grant, days, "late")
    told = early is not None and early == late and _open_on(context, grant, early)
    return Cure(early if told else None)


def _something_stays_no(context: EvaluationContext, grant: Grant) -> bool:
    """Tell whether a rule that time leaves alone is a no; then no later day need be tried."""
    lasting = (rule for rule in grant.rules if rule.applies(on=context.on) and rule.until is None)
    return any(
        ask(rule.condition, context) is Answer.NO
        for rule in lasting
        if not changes_with_time(rule.condition, context.book)
    )


def _first_without_no(
    context: EvaluationContext, grant: Grant, days: Iterable[date], bound_choice: BoundChoice
) -> date | None:
    rules = list(grant.rules)
    for day in days:
        later = context.later(day, bound_choice)
        refusing = _first_that_is_no(rules, later)
        if refusing is not None:  # what was no on one day is asked first on the next
            rules.remove(refusing)
            rules.insert(0, refusing)
        elif _may_apply(grant, later):
            return day
    return None


def _first_that_is_no(rules: Iterable[EligibilityRule], context: EvaluationContext) -> EligibilityRule | None:
    in_force = (rule for rule in rules if rule.applies(on=context.on))
    return next((rule for rule in in_force if ask(rule.condition, context) is Answer.NO), None)


def _may_apply(grant: Grant, context: EvaluationContext) -> bool:
    findings = (window_finding(grant.windows, context), repeat_finding(grant, context))
    return all(finding.answer is not Answer.NO for finding in findings)


def _open_on(context: EvaluationContext, grant: Grant, day: date) -> bool:
    return window_finding(grant.windows, context.later(day)).answer is Answer.YES
