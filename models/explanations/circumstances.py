"""Window, route and repeat period of a grant in words."""

from __future__ import annotations

from typing import Final

from data.catalogue.grants import Grant, Window
from models.eligibility.context import EvaluationContext
from models.eligibility.durations import months_later
from models.eligibility.findings import Finding, FindingKind
from models.eligibility.kleene import Answer
from models.wording.quantities import day, months

_ROUTES: Final = {
    "self": "You can apply yourself.",
    "adviser": "A support worker has to apply for you.",
    "referral": "Someone who works with you, such as a nurse or a support worker, has to put you forward.",
}


def circumstance(finding: Finding, grant: Grant, context: EvaluationContext) -> str:
    """Say in a sentence what window, route or repeat period mean for a person."""
    match finding.kind:
        case FindingKind.WINDOW:
            return window_in_words(finding.code, grant.windows, context)
        case FindingKind.REPEAT:
            return _repeat_in_words(finding, grant, context)
        case _:
            return _ROUTES[grant.route]


def window_in_words(code: str, windows: tuple[Window, ...], context: EvaluationContext) -> str:
    """Say when applications are taken."""
    match code:
        case "OPEN":
            return _open_in_words(windows, context)
        case "NOT_OPEN_YET":
            opens = [window.opens for window in windows if window.opens is not None and not window.paused]
            return f"It opens on {day(min(when for when in opens if when > context.on))}."
        case "PAUSED":
            return "It has paused. We don’t know when it opens again."
        case _:
            closed = [
                window.closes
                for window in windows
                if window.closes is not None and window.closes < context.on
            ]
            when = f" on {day(max(closed))}" if closed else ""
            return f"It closed{when}. We don’t know when it opens again."


def _open_in_words(windows: tuple[Window, ...], context: EvaluationContext) -> str:
    if not windows:
        return "You can apply at any time."
    now = [
        window for window in windows
        if window.is_open(context.on)
    ]  # fmt: skip
    closes = [window.closes for window in now]
    last = max((when for when in closes if when is not None), default=None)
    return "It is open now." if None in closes or last is None else f"It is open until {day(last)}."


def _repeat_in_words(finding: Finding, grant: Grant, context: EvaluationContext) -> str:
    if grant.repeat is None:
        return "It asks for no gap after an earlier award."
    gap = months(grant.repeat.months_between_awards)
    last = gap.removeprefix("1 ")
    if finding.code == "REPEAT_TAKEN_AS_MET":
        return f"You told us nothing about earlier awards, so we took it that you had none from it in the last {last}."
    if finding.answer is Answer.YES:
        return f"You had no award from it in the last {last}."
    if finding.answer is Answer.UNKNOWN:
        return f"You had an award from it about {gap} ago. We need to know the day."
    mine = [award.on for award in context.applicant.awards or () if award.grant_id == grant.id]
    again = max(months_later(moment.latest, grant.repeat.months_between_awards) for moment in mine)
    return f"You had an award from it less than {gap} ago. You can ask again from {day(again)}."
