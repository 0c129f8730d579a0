"""What a grant asks of a person on a day, one thing at a time: rules, window, route, repeat period, public funds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from data.catalogue.dependencies import reads_discretion
from data.catalogue.facts import ANY, SELF
from data.catalogue.grants import Grant, Repeat
from data.catalogue.rules import Condition, EligibilityRule
from data.people.applicants import Between, Moment, Person, Statement
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.durations import months_later
from models.eligibility.kleene import Answer, answer, every, yes_or_no

TOO_RECENTLY: Final = "AWARDED_TOO_RECENTLY"
"""The code of an earlier award that was less than the repeat period ago."""
AWARDED_ONCE: Final = "AWARDED_ONCE"
"""The code of an earlier award of a grant that can be had only once."""
STEP: Final = "STEP"
"""The code of a rule that asks for a step which is still to be taken."""


class FindingKind(StrEnum):
    """What a finding is about."""

    RULE = "rule"
    WINDOW = "window"
    ROUTE = "route"
    REPEAT = "repeat"
    RECOURSE = "recourse"


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

    @property
    def is_step(self) -> bool:
        """Whether it is open only until somebody takes a step; then it is nothing to be learned."""
        asks_first = self.kind is FindingKind.RECOURSE or (self.rule is not None and self.rule.first)
        return asks_first and self.answer is Answer.UNKNOWN

    @property
    def condition(self) -> Condition | None:
        """What its rule asks, where that may rule somebody out or be learned; None for a step and what is no rule."""
        return None if self.rule is None or self.rule.first else self.rule.condition


def find(context: EvaluationContext, grant: Grant) -> tuple[Finding, ...]:
    """Answer everything that a grant asks on the context's day: its rules, then all else."""
    rules = (
        _rule_finding(rule, place, context)
        for place, rule in enumerate(grant.rules, start=1)
        if rule.applies(on=context.on)
    )
    recourse = (recourse_finding(context),) if grant.public_fund else ()
    return (
        *rules,
        window_finding(grant, context),
        _route_finding(grant),
        repeat_finding(grant, context),
        *recourse,
    )


def _rule_finding(rule: EligibilityRule, place: int, context: EvaluationContext) -> Finding:
    found = ask(rule.condition, context)
    granted = refused = found
    if found is Answer.UNKNOWN and _leaves_to_fund(rule, context):
        granted = ask(rule.condition, context.granted)
        refused = ask(rule.condition, context.refused)
    code = (rule.id or f"rule-{place}").upper().replace("-", "_").replace(" ", "_")
    if not rule.first:
        return Finding(FindingKind.RULE, code, found, granted, refused, rule)
    code = STEP if found is Answer.NO else code
    found, granted, refused = (max(one, Answer.UNKNOWN) for one in (found, granted, refused))
    return Finding(FindingKind.RULE, code, found, granted, refused, rule)


def _leaves_to_fund(rule: EligibilityRule, context: EvaluationContext) -> bool:
    """Tell whether a person at the fund decides some of what the rule asks; found out once a rule."""
    memo = context.catalogue_memo
    return memo.memoised(rule, "left to the fund", lambda: reads_discretion(rule.condition, context.book))


def _settled(kind: FindingKind, code: str, found: Answer) -> Finding:
    return Finding(kind, code, found, found, found)


def window_finding(grant: Grant, context: EvaluationContext) -> Finding:
    """Tell whether applications are taken on the context's day; later on, a closed grant may open again."""
    windows = grant.windows
    if grant.has_ended(on=context.on):
        return _settled(FindingKind.WINDOW, "ENDED", Answer.NO)
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


def recourse_finding(context: EvaluationContext) -> Finding:
    """Tell whether public funds are open to a person; while nothing is known this is taken as met, and said."""
    found = ask_no_recourse(context)
    if found is None:
        return _settled(FindingKind.RECOURSE, "RECOURSE_TAKEN_AS_MET", Answer.YES)
    code = {Answer.YES: "RECOURSE", Answer.UNKNOWN: "ASK_ABOUT_RECOURSE", Answer.NO: "NO_RECOURSE"}[found]
    return _settled(FindingKind.RECOURSE, code, found)


def ask_no_recourse(context: EvaluationContext) -> Answer | None:
    """Tell whether a household may have public funds: not sure where only somebody beside the applicant may.

    None where the applicant has not said enough. Of people who were not listed the best is taken to be so.
    """
    barred = context.book.no_recourse
    found = Answer.NO if barred is None else ask(barred, context)
    if found is not Answer.YES or barred is None:
        return None if found is Answer.UNKNOWN else Answer.YES
    others, may_be_more = context.people(context.book.recourse_through)
    alike = all(ask(barred, context, person) is Answer.YES for person in others)
    return Answer.NO if alike and not (may_be_more and _may_be_others(context)) else Answer.UNKNOWN


def _may_be_others(context: EvaluationContext) -> bool:
    """Tell whether there may be people who were not listed: no fact says that there is nobody."""
    book, told = context.book, context.applicant.facts
    through = book.relations_meant(book.recourse_through)
    return not all(any(_is_nought(told.get(fact)) for fact in book.counting[name]) for name in through)


def _is_nought(said: Statement | None) -> bool:
    most = said.high if isinstance(said, Between) else said
    return most is False or (isinstance(most, Decimal) and most <= 0)


def repeat_finding(grant: Grant, context: EvaluationContext) -> Finding:
    """Tell whether earlier awards leave room for another; with awards unknown this is taken as met, and said."""
    repeat = grant.repeat
    if repeat is None:
        return _settled(FindingKind.REPEAT, "NO_REPEAT_LIMIT", Answer.YES)
    people = repeat_people(repeat, context)
    if all(person.awards is None for person in people):
        return _settled(FindingKind.REPEAT, "REPEAT_TAKEN_AS_MET", Answer.YES)
    earlier = [award.on for person in people for award in person.awards or () if award.grant_id == grant.id]
    found = every(_limits_kept(repeat, earlier, context))
    return _settled(FindingKind.REPEAT, _repeat_code(repeat, found), found)


def _repeat_code(repeat: Repeat, found: Answer) -> str:
    if found is not Answer.NO:
        return "REPEAT_MET"
    return AWARDED_ONCE if repeat.once else TOO_RECENTLY


def repeat_people(repeat: Repeat, context: EvaluationContext) -> tuple[Person, ...]:
    """List the people whose awards count: the applicant, and where a household has it once, the others of it."""
    return context.people((SELF, ANY) if repeat.per == "household" else (SELF,))[0]


def _limits_kept(repeat: Repeat, earlier: list[Moment], context: EvaluationContext) -> Iterator[Answer]:
    """Yield for each limit whether earlier awards keep it."""
    if repeat.once:
        yield yes_or_no(not earlier)
    if repeat.months_between_awards is not None:
        yield from (_long_enough_ago(one, repeat.months_between_awards, context) for one in earlier)
    if repeat.awards is not None and repeat.within_months is not None:
        past = [_long_enough_ago(one, repeat.within_months, context) for one in earlier]
        fewest, most = (sum(found <= least for found in past) for least in (Answer.NO, Answer.UNKNOWN))
        yield answer(fewest < repeat.awards, most >= repeat.awards)


def _long_enough_ago(moment: Moment, months: int, context: EvaluationContext) -> Answer:
    first, last = (months_later(day, months) for day in context.moment(moment))
    return answer(first <= context.on, last > context.on)
