"""When time alone cures a no: the days on which an answer can change, tried one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from data.catalogue.dependencies import changes_with_time
from data.catalogue.grants import Grant
from data.catalogue.rules import Condition, EligibilityRule
from models.eligibility.change_days import change_days
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.findings import recourse_finding, repeat_finding, window_finding
from models.eligibility.kleene import Answer


@dataclass(frozen=True, slots=True)
class Cure:
    """That time alone cures a no."""

    day: date
    """The first day on which nothing is a no."""
    open: bool
    """Whether applications are known to be taken on that day."""
    later: tuple[date, ...]
    """That day and all later ones on which an answer can change, ascending."""


def first_day(context: EvaluationContext, grant: Grant) -> Cure | None:
    """Find the first later day on which nothing about a grant is a no; None if there is no such day."""
    if _something_stays_no(context, grant):
        return None
    days = sorted({day for day in change_days(context, grant) if day > context.on})
    found = _first_without_no(context, grant, days)
    if found is None:
        return None
    taking = window_finding(grant, context.later(found)).answer is Answer.YES
    return Cure(found, taking, tuple(day for day in days if day >= found))


def may_change(rule: EligibilityRule, context: EvaluationContext) -> bool:
    """Tell whether time alone can change what a rule says."""
    return rule.until is not None or _changes_with_time(rule.condition, context)


def _changes_with_time(condition: Condition, context: EvaluationContext) -> bool:
    return context.catalogue_memo.memoised(
        condition, "changes with time", lambda: changes_with_time(condition, context.book)
    )


def _something_stays_no(context: EvaluationContext, grant: Grant) -> bool:
    """Tell whether a rule that time leaves alone is a no; then no later day need be tried."""
    barred = context.book.no_recourse
    if grant.has_ended(on=context.on):
        return True
    lasting = grant.public_fund and barred is not None and not _changes_with_time(barred, context)
    if lasting and recourse_finding(context).answer is Answer.NO:
        return True
    return any(
        ask(rule.condition, context) is Answer.NO
        for rule in grant.rules
        if not rule.first and rule.applies(on=context.on) and not may_change(rule, context)
    )


def _first_without_no(context: EvaluationContext, grant: Grant, days: Iterable[date]) -> date | None:
    rules = [rule for rule in grant.rules if not rule.first]
    for day in days:
        later = context.later(day)
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
    findings = [window_finding(grant, context), repeat_finding(grant, context)]
    findings += [recourse_finding(context)] if grant.public_fund else []
    return all(finding.answer is not Answer.NO for finding in findings)
