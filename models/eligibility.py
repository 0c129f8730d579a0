"""Stage one, plain and obvious: every rule of a grant judged for a person, with three answers and a status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from data.anatomy import reads_discretion
from data.applicants import Applicant, Moment
from data.areas import AreaTree
from data.facts import FactBook
from data.grants import Grant, Window
from data.rules import EligibilityRule
from models.answers import Answer, answer, every
from models.conditions import ask
from models.elapsed import months_later
from models.scene import Scene


class Status(StrEnum):
    """What a grant is for a person on a day, worst first."""

    NOT_ELIGIBLE = "not_eligible"
    NOT_NOW = "not_now"
    NEEDS_INFO = "needs_info"
    DISCRETIONARY = "discretionary"
    ELIGIBLE = "eligible"


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings about a grant for a person on a day, and the status that follows from them."""

    grant_id: str
    status: Status
    findings: tuple[Finding, ...]
    from_day: date | None = None
    """For `not_now`: the first day on which it can hold, where that can be told."""


def judge(applicant: Applicant, grant: Grant, *, on: date, facts: FactBook, areas: AreaTree) -> Verdict:
    """Judge one grant for one person on a day."""
    return judge_scene(Scene.today(applicant, facts, areas, on=on), grant)


def judge_scene(scene: Scene, grant: Grant) -> Verdict:
    """Judge one grant in a scene."""
    from models.timing import first_day

    findings = find(scene, grant)
    from_day = None
    if any(finding.answer is Answer.NO for finding in findings):
        cure = first_day(scene, grant)
        if cure is not None:
            findings = tuple(
                replace(finding, cured_by_time=finding.answer is Answer.NO) for finding in findings
            )
            from_day = cure.day
    return Verdict(grant.id, status_of(findings), findings, from_day)


def find(scene: Scene, grant: Grant) -> tuple[Finding, ...]:
    """Answer everything that a grant asks on the scene's day: its rules, then window, route and repeat period."""
    rules = (
        _rule_finding(rule, place, scene)
        for place, rule in enumerate(grant.rules, start=1)
        if rule.applies(on=scene.on)
    )
    return (*rules, window_finding(grant.windows, scene), _route_finding(grant), repeat_finding(grant, scene))


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


def _rule_finding(rule: EligibilityRule, place: int, scene: Scene) -> Finding:
    found = ask(rule.condition, scene)
    granted = refused = found
    if found is Answer.UNKNOWN and _leaves_to_fund(rule, scene):
        granted = ask(rule.condition, scene.granted)
        refused = ask(rule.condition, scene.refused)
    code = (rule.id or f"rule-{place}").upper().replace("-", "_").replace(" ", "_")
    return Finding(FindingKind.RULE, code, found, granted, refused, rule)


def _leaves_to_fund(rule: EligibilityRule, scene: Scene) -> bool:
    """Tell whether a person at the fund decides some of what the rule asks; found out once a rule."""
    keeper = scene.kept
    return keeper.once(rule, "left to the fund", lambda: reads_discretion(rule.condition, scene.book))


def _settled(kind: FindingKind, code: str, found: Answer) -> Finding:
    return Finding(kind, code, found, found, found)


def window_finding(windows: tuple[Window, ...], scene: Scene) -> Finding:
    """Tell whether applications are taken on the scene's day; later on, a closed grant may open again."""
    taking = [window for window in windows if not window.paused and _inside(window, scene.on)]
    if taking or not windows:
        return _settled(FindingKind.WINDOW, "OPEN", Answer.YES)
    to_come = any(
        window.opens is not None and window.opens > scene.on and not window.paused for window in windows
    )
    if to_come:
        return _settled(FindingKind.WINDOW, "NOT_OPEN_YET", Answer.NO)
    code = "PAUSED" if any(window.paused for window in windows) else "CLOSED"
    later = scene.on > scene.stated
    return _settled(FindingKind.WINDOW, code, Answer.UNKNOWN if later else Answer.NO)


def _inside(window: Window, on: date) -> bool:
    return (window.opens is None or window.opens <= on) and (window.closes is None or on <= window.closes)


def _route_finding(grant: Grant) -> Finding:
    return _settled(FindingKind.ROUTE, f"ROUTE_{grant.route.upper()}", Answer.YES)


def repeat_finding(grant: Grant, scene: Scene) -> Finding:
    """Tell whether an earlier award is long enough ago; with awards unknown this is taken as met, and said."""
    if grant.repeat is None:
        return _settled(FindingKind.REPEAT, "NO_REPEAT_LIMIT", Answer.YES)
    if scene.applicant.awards is None:
        return _settled(FindingKind.REPEAT, "REPEAT_TAKEN_AS_MET", Answer.YES)
    months = grant.repeat.months_between_awards
    earlier = [award.on for award in scene.applicant.awards if award.grant_id == grant.id]
    found = every(_long_enough_ago(moment, months, scene) for moment in earlier)
    return _settled(FindingKind.REPEAT, "AWARDED_TOO_RECENTLY" if found is Answer.NO else "REPEAT_MET", found)


def _long_enough_ago(moment: Moment, months: int, scene: Scene) -> Answer:
    first, last = (months_later(day, months) for day in scene.moment(moment))
    return answer(first <= scene.on, last > scene.on)
