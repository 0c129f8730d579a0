"""Window, route and repeat period of a grant in words."""

from __future__ import annotations

from typing import Final

from data.catalogue.grants import Grant, Repeat, Window
from models.eligibility.change_days import repeat_days
from models.eligibility.context import EvaluationContext
from models.eligibility.findings import Finding, FindingKind, repeat_finding
from models.eligibility.kleene import Answer
from models.wording.quantities import day, months

_ROUTES: Final = {
    "self": "You can apply yourself.",
    "automatic": "You do not have to ask for it. It comes by itself.",
    "adviser": "A support worker has to apply for you.",
    "referral": "Someone who works with you, such as a nurse or a support worker, has to put you forward.",
}


RECOURSE: Final = {
    "RECOURSE": "The rules of your stay here let you have it.",
    "RECOURSE_TAKEN_AS_MET": "We took it that the rules of your stay here let you have public funds.",
    "ASK_ABOUT_RECOURSE": (
        "This is a public fund. Someone in your home may be able to have it. "
        "Ask a registered immigration adviser before you apply."
    ),
    "NO_RECOURSE": (
        "This is a public fund, and your visa or permission to stay does not let you have public funds. "
        "Charities and some council help may still be open to you."
    ),
}
"""What is said of public funds, by the code of the finding."""


def circumstance(finding: Finding, grant: Grant, context: EvaluationContext) -> str:
    """Say in a sentence what window, route or repeat period mean for a person."""
    match finding.kind:
        case FindingKind.WINDOW:
            return window_in_words(finding.code, grant.windows, context)
        case FindingKind.REPEAT:
            return _repeat_in_words(finding, grant, context)
        case FindingKind.RECOURSE:
            return RECOURSE[finding.code]
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
        case "ENDED":
            return "It has ended, and it does not come again."
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
    repeat = grant.repeat
    if repeat is None:
        return "It asks for no gap after an earlier award."
    whose = "your home" if repeat.per == "household" else "you"
    limit = _room_in_words(repeat)
    if finding.code == "REPEAT_TAKEN_AS_MET":
        none = limit.replace("no award", "none")
        return f"We do not know of earlier awards, so we took it that {whose} had {none}."
    whose = f"{whose[0].upper()}{whose[1:]}"
    if finding.answer is Answer.YES:
        return f"{whose} had {limit}."
    if finding.answer is Answer.UNKNOWN:
        return f"{whose} had an award from it {_about_when(repeat)}. We need to know the day."
    if repeat.once:
        return f"It can be had only once, and {whose.lower()} had it before."
    gap = repeat.months_between_awards
    had = (
        f"had an award from it less than {months(gap)} ago"
        if gap
        else "had as many awards from it as there can be"
    )
    return f"{whose} {had}.{_again(grant, repeat, context)}"


def _room_in_words(repeat: Repeat) -> str:
    """Say what leaves room for an award, such as "no award from it in the last year"."""
    if repeat.once:
        return "no award from it before"
    if repeat.months_between_awards is not None:
        return f"no award from it in the last {months(repeat.months_between_awards).removeprefix('1 ')}"
    within = months(repeat.within_months or 0).removeprefix("1 ")
    return f"fewer than {repeat.awards} awards from it in the last {within}"


def _about_when(repeat: Repeat) -> str:
    length = repeat.months_between_awards or repeat.within_months
    return "before" if length is None else f"about {months(length)} ago"


def _again(grant: Grant, repeat: Repeat, context: EvaluationContext) -> str:
    """Say from which day on another award is possible, once that is sure."""
    for day_ in sorted(set(repeat_days(repeat, context))):
        if day_ > context.on and repeat_finding(grant, context.later(day_)).answer is Answer.YES:
            return f" You can ask again from {day(day_)}."
    return ""
