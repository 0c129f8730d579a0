"""What a grant asks of a person on a day, one thing at a time: its rules, its window, its route, its repeat period."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from data.catalogue.dependencies import reads_discretion
from data.catalogue.grants import Grant, Window
from data.catalogue.rules import EligibilityRule
from data.people.applicants import Moment
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.durations import months_later
from models.eligibility.kleene import Answer, answer, every

TOO_RECENTLY: Final = "AWARDED_TOO_RECENTLY"
"""The code of an earlier award that was less than the repeat period ago."""


class FindingKind(StrEnum):
    """What a finding is about."""

    RULE = "rule"
    WINDOW = "window"
    ROUTE = "route"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a grant asks, and the answer for this person."""

    kind: FindingKind
    code: str
    """Stable name of the reason: the rule's id in capitals, or what is known of window, route and repeat."""
    answer: Answer
    if_granted: Answer
    """The answer if every discretion falls in the person's favour."""
    if_refused: Answer
    """The answer if every discretion falls against the person."""
    rule: EligibilityRule | None = None
    cured_by_time: bool = False
    """For a no: whether there is a later day on which nothing about this grant is a no."""


def find(context: EvaluationContext, grant: Grant) -> tuple[Finding, ...]:
    """Answer everything that a grant asks on the context's day: its rules, then window, route and repeat period."""
    rules = (
        _rule_finding(rule, place, context)
        for place, rule in enumerate(grant.rules, start=1)
        if rule.applies(on=context.on)
    )
    return (
        *rules,
        window_finding(grant.windows, context),
        _route_finding(grant),
        repeat_finding(grant, context),
    )


def _rule_finding(rule: EligibilityRule, place: int, context: EvaluationContext) -> Finding:
    found = ask(rule.condition, context)
    granted = refused = found
    if found is Answer.UNKNOWN and _leaves_to_fund(rule, context):
        granted = ask(rule.condition, context.granted)
        refused = ask(rule.condition, context.refused)
    code = (rule.id or f"rule-{place}").upper().replace("-", "_").replace(" ", "_")
    return Finding(FindingKind.RULE, code, found, granted, refused, rule)


def _leaves_to_fund(rule: EligibilityRule, context: EvaluationContext) -> bool:
    """Tell whether a person at the fund decides some of what the rule asks; found out once a rule."""
    memo = context.catalogue_memo
    return memo.memoised(rule, "left to the fund", lambda: reads_discretion(rule.condition, context.book))


def _settled(kind: FindingKind, code: str, found: Answer) -> Finding:
    return Finding(kind, code, found, found, found)


def window_finding(windows: tuple[Window, ...], context: EvaluationContext) -> Finding:
    """Tell whether applications are taken on the context's day; later on, a closed grant may open again."""
    taking = any(window.is_open(context.on) for window in windows)
    if taking or not windows:
        return _settled(FindingKind.WINDOW, "OPEN", Answer.YES)
    later = context.on > context.stated
    if later and any(window.includes(context.on) for window in windows):  # a pause may end on any day
        return _settled(FindingKind.WINDOW, "PAUSED", Answer.UNKNOWN)
    to_come = any(
        window.opens is not None and window.opens > context.on and not window.paused for window in windows
    )
    if to_come:
        return _settled(FindingKind.WINDOW, "NOT_OPEN_YET", Answer.NO)
    code = "PAUSED" if any(window.paused for window in windows) else "CLOSED"
    return _settled(FindingKind.WINDOW, code, Answer.UNKNOWN if later else Answer.NO)


def _route_finding(grant: Grant) -> Finding:
    return _settled(FindingKind.ROUTE, f"ROUTE_{grant.route.upper()}", Answer.YES)


def repeat_finding(grant: Grant, context: EvaluationContext) -> Finding:
    """Tell whether an earlier award is long enough ago; with awards unknown this is taken as met, and said."""
    if grant.repeat is None:
        return _settled(FindingKind.REPEAT, "NO_REPEAT_LIMIT", Answer.YES)
    if context.applicant.awards is None:
        return _settled(FindingKind.REPEAT, "REPEAT_TAKEN_AS_MET", Answer.YES)
    months = grant.repeat.months_between_awards
    earlier = [award.on for award in context.applicant.awards if award.grant_id == grant.id]
    found = every(_long_enough_ago(moment, months, context) for moment in earlier)
    return _settled(FindingKind.REPEAT, TOO_RECENTLY if found is Answer.NO else "REPEAT_MET", found)


def _long_enough_ago(moment: Moment, months: int, context: EvaluationContext) -> Answer:
    first, last = (months_later(day, months) for day in context.moment(moment))
    return answer(first <= context.on, last > context.on)
