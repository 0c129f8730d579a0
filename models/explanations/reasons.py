"""Why a grant is open to a person or is not: one short sentence for every finding, in an order that helps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from data.catalogue.grants import Grant
from data.catalogue.rules import EligibilityRule
from data.catalogue.traversal import facts_named
from models.eligibility.context import EvaluationContext
from models.eligibility.findings import Finding, FindingKind
from models.eligibility.kleene import Answer
from models.eligibility.verdict import Verdict
from models.explanations.circumstances import circumstance
from models.explanations.in_the_way import LONGEST, what_is_known
from models.wording.condition_phrases import PEOPLE, Wording, is_group, wording
from models.wording.sentences import of_others

Said = Literal["yes", "no", "unknown"]

_ANSWERS: Final[dict[Answer, Said]] = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "unknown"}
_FOR_PEOPLE: Final = re.compile(
    r"You must (?:usually |normally )?(?P<verb>[a-z]+)\b(?P<rest>[^.]*(?:\.\d[^.]*)*)\.?"
)
_ONE: Final = re.compile(r" (?:a|an|the)\b")
_WAS_ONE: Final = re.compile(r" or have been(?= (?:a|an|the)\b)")
"""What goes on with "You must be" and speaks of one person, now or earlier."""
_NOT_OF_PEOPLE: Final = re.compile(r" must |\b(?:and|or) not (?=\w)|\bbe one\b")
"""What goes on with "You must" alone: a second subject, a bare "not", or "be one" of what stood before."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding in plain words, with the facts that it was drawn from."""

    code: str
    answer: Said
    text: str
    facts: tuple[str, ...] = ()


def reasons(verdict: Verdict, grant: Grant, context: EvaluationContext) -> tuple[Reason, ...]:
    """Tell every finding: first what fits, then what is not known yet, then what stands in the way."""
    words = wording(context.book, context.areas)
    return tuple(_reason(finding, grant, context, words) for finding in sorted(verdict.findings, key=_place))


def waits_for_the_fund(finding: Finding) -> bool:
    """Tell whether only a decision of the fund keeps a finding open, whatever the facts are."""
    return finding.if_granted is Answer.YES and finding.if_refused is Answer.NO


def _place(finding: Finding) -> tuple[int, int]:
    match finding.answer:
        case Answer.YES:
            return 0, int(finding.kind is not FindingKind.RULE)
        case Answer.UNKNOWN:
            return 1, int(waits_for_the_fund(finding))
        case Answer.NO:
            return 2, int(finding.cured_by_time)


def _reason(finding: Finding, grant: Grant, context: EvaluationContext, words: Wording) -> Reason:
    said = _ANSWERS[finding.answer]
    rule = finding.rule
    if rule is None:
        return Reason(finding.code, said, circumstance(finding, grant, context))
    facts = words.memo.memoised(rule, "facts", lambda: tuple(sorted(facts_named(rule.condition))))
    match finding.answer:
        case Answer.YES:
            text = words.memo.memoised(rule, "fits", lambda: fits_in_words(rule, words))
        case Answer.UNKNOWN if rule.first:
            text = words.memo.memoised(rule, "step", lambda: _step(rule, words))
        case Answer.UNKNOWN:
            fund = waits_for_the_fund(finding)
            text = words.memo.memoised(rule, f"open {fund}", lambda: _open_question(rule, words, fund=fund))
        case Answer.NO:
            text = _stands_in_the_way(rule, context, words, cured_by_time=finding.cured_by_time)
    return Reason(finding.code, said, text, facts)


def fits_in_words(rule: EligibilityRule, words: Wording) -> str:
    """Say that a rule is met, as the people whom it helps; with its own words in quotes where those are no people."""
    text = rule.text.strip()
    if text and rule.first:
        return f"You have done this: “{text}”"
    found = _FOR_PEOPLE.fullmatch(text)
    if found is not None and _can_be_told_of_people(found):
        return _told_of_people(found["verb"], of_others(found["rest"]))
    part = words.describe(rule.condition, whose=PEOPLE)
    if text and (is_group(rule.condition) or len(part) > LONGEST or not part.startswith("people ")):
        return f"You fit this rule: “{text}”"
    if part.startswith("people "):
        return f"It helps {part}."
    return f"It asks that {words.describe(rule.condition)}. This fits you."


def _told_of_people(verb: str, rest: str) -> str:
    """Say whom it helps; an article after "be" speaks of one person, after any other verb of a thing."""
    if verb == "be" and _ONE.match(rest):
        return f"It helps anyone who is{rest}."
    if verb == "be" and _WAS_ONE.match(rest):
        return f"It helps anyone who is{_WAS_ONE.sub(' or has been', rest, count=1)}."
    rest = re.sub(r"\b(or|and|,)( still| soon)? be\b", lambda link: f"{link[1]} are{link[2] or ''}", rest)
    return f"It helps people who {'are' if verb == 'be' else verb}{rest}."


def _can_be_told_of_people(found: re.Match[str]) -> bool:
    """Tell whether "You must …" can go on "It helps people who …": of many, or simply of one."""
    if found["verb"] in ("not", "also", "either") or _NOT_OF_PEOPLE.search(found["rest"]):
        return False
    rest = _WAS_ONE.sub("", found["rest"], count=1)
    one = found["verb"] == "be" and _ONE.match(rest)
    return not one or not re.search(r",|\band\b|\bor\b", rest)


def _step(rule: EligibilityRule, words: Wording) -> str:
    asks = _ended(rule.text.strip()) if rule.text else f"It asks that {words.describe(rule.condition)}."
    return asks if asks.startswith("First ") else f"One thing to do first: {asks}"


def steps_in_words(verdict: Verdict, grant: Grant, context: EvaluationContext) -> tuple[str, ...]:
    """Tell what is to be done first, each in a sentence."""
    words = wording(context.book, context.areas)
    return tuple(_reason(finding, grant, context, words).text for finding in verdict.steps)


def _open_question(rule: EligibilityRule, words: Wording, *, fund: bool) -> str:
    text = rule.text.strip()
    if fund:
        if "decide" in text:
            return _ended(text)
        return (
            f"{_ended(text)} The fund decides this."
            if text
            else f"The fund decides: {_discretion(rule, words)}."
        )
    if text:
        return f"{_ended(text)} We don’t know this yet."
    return f"It asks that {words.describe(rule.condition)}; we don’t know this yet."


def _discretion(rule: EligibilityRule, words: Wording) -> str:
    return words.describe(rule.condition)


def _stands_in_the_way(
    rule: EligibilityRule, context: EvaluationContext, words: Wording, *, cured_by_time: bool
) -> str:
    asks = _ended(rule.text.strip()) if rule.text else f"It asks that {words.describe(rule.condition)}."
    known = what_is_known(rule.condition, context, words)
    if known is None:
        return (
            f"{asks} This is not so yet." if cured_by_time else f"{asks} This does not fit what you told us."
        )
    return f"{asks} {'For now' if cured_by_time else 'From what you told us'}, {known}."


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
