"""Why a grant is open to a person or is not: one short sentence for every finding, in an order that helps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from data.catalogue.facts import NUMERIC
from data.catalogue.grants import Grant
from data.catalogue.rules import AllOf, AnyOf, Condition, EligibilityRule, Is, NoneOf, Not, OneOf, Within
from data.catalogue.traversal import facts_named, walk
from data.people.applicants import Person, Silence
from models.counterfactuals.changes import Cause, Failing
from models.counterfactuals.variables import person_of
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.findings import AWARDED_ONCE, TOO_RECENTLY, Finding, FindingKind
from models.eligibility.kleene import Answer
from models.eligibility.verdict import Verdict
from models.explanations.circumstances import circumstance
from models.wording.condition_phrases import PEOPLE, Wording, is_group, wording
from models.wording.quantities import listed
from models.wording.sentences import of_others

_CIRCUMSTANCES: Final = {
    TOO_RECENTLY: "you had an award from it too recently",
    AWARDED_ONCE: "you had it before, and it can be had only once",
    "NO_RECOURSE": "the rules of your stay here do not let you have public funds",
    "ENDED": "it has ended",
}
"""What stands in the way that is no rule, by code."""
Said = Literal["yes", "no", "unknown"]

LONGEST: Final = 120
"""A part of a sentence longer than this gives way to the rule's own words."""
MOST_TOLD: Final = 3
"""What we know is told beside a no when it has at most so many parts."""

_ANSWERS: Final[dict[Answer, Said]] = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "unknown"}
_FOR_PEOPLE: Final = re.compile(
    r"You must (?:usually |normally )?(?P<verb>[a-z]+)\b(?P<rest>[^.]*(?:\.\d[^.]*)*)\.?"
)
_ONE: Final = re.compile(r" (?:a|an|the)\b")


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
            text = words.memo.memoised(rule, "fits", lambda: _fits(rule, words))
        case Answer.UNKNOWN if rule.first:
            text = words.memo.memoised(rule, "step", lambda: _step(rule, words))
        case Answer.UNKNOWN:
            fund = waits_for_the_fund(finding)
            text = words.memo.memoised(rule, f"open {fund}", lambda: _open_question(rule, words, fund=fund))
        case Answer.NO:
            text = _stands_in_the_way(rule, context, words, cured_by_time=finding.cured_by_time)
    return Reason(finding.code, said, text, facts)


def _fits(rule: EligibilityRule, words: Wording) -> str:
    text = rule.text.strip()
    found = _FOR_PEOPLE.fullmatch(text)
    if found is not None and _can_be_told_of_people(found):
        rest = of_others(found["rest"])
        if _ONE.match(rest):
            return f"It helps anyone who is{rest}."
        verb = "are" if found["verb"] == "be" else found["verb"]
        rest = re.sub(r"\b(or|and|,) be\b", r"\1 are", rest)
        return f"It helps people who {verb}{rest}."
    part = words.describe(rule.condition, whose=PEOPLE)
    if text and (is_group(rule.condition) or len(part) > LONGEST or not part.startswith("people ")):
        return f"This fits you: “{text}”"
    if part.startswith("people "):
        return f"It helps {part}."
    return f"It asks that {words.describe(rule.condition)}. This fits you."


def _can_be_told_of_people(found: re.Match[str]) -> bool:
    """Tell whether "You must …" can go on "It helps people who …": of many, or simply of one."""
    if found["verb"] in ("not", "also", "either") or " must " in found["rest"]:
        return False
    one = found["verb"] == "be" and _ONE.match(found["rest"])
    return not one or not re.search(r",|\band\b|\bor\b", found["rest"])


def _step(rule: EligibilityRule, words: Wording) -> str:
    asks = _ended(rule.text.strip()) if rule.text else f"It asks that {words.describe(rule.condition)}."
    return f"One thing to do first: {asks}"


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


def cause_in_words(cause: Cause, context: EvaluationContext) -> str:
    """Say in one sentence what would all have to be different for a grant not to be ruled out."""
    words = wording(context.book, context.areas)
    told = [_failing_in_words(part, context, words) for part in cause]
    return f"What stands in the way: {listed(list(dict.fromkeys(told)), 'and')}."


def _failing_in_words(part: Failing, context: EvaluationContext, words: Wording) -> str:
    if part.condition is None:
        return _CIRCUMSTANCES.get(part.code, "it is not open now")
    person = person_of(context.applicant, part.holder)
    whose = words.names.relation(person.relation) if part.holder else "you"
    return words.describe(part.condition, whose=whose, holds=not part.holds, context=context, person=person)


def what_is_known(condition: Condition, context: EvaluationContext, words: Wording) -> str | None:
    """Say what is so instead where a condition is a no; None where that takes too many words."""
    against = list(_against(condition, context, context.applicant, holds=True))
    told = list(dict.fromkeys(_known(part, context, words, holds=holds) for part, holds in against))
    return listed(told, "and") if len(told) <= MOST_TOLD else None


def _known(part: Condition, context: EvaluationContext, words: Wording, *, holds: bool) -> str:
    """Say the number that was told, or what is so instead of what is asked."""
    unfit = _why_not_applicable(part, context, words)
    if unfit is not None:
        return unfit
    if isinstance(part, Within | Is):
        fact = context.book.facts[part.fact]
        said = context.statement(context.applicant, fact.id) if fact.kind in NUMERIC else None
        if isinstance(said, Decimal):
            return words.known(fact, said)
    if isinstance(part, Is | OneOf | NoneOf) and context.book.facts[part.fact].kind == "choice":
        chosen = context.statement(context.applicant, part.fact)
        if isinstance(chosen, str):
            return words.describe(Is(fact=part.fact, value=chosen))
    if any(isinstance(inner, Within) for inner in walk(part)):
        return words.describe(part, holds=not holds, context=context)
    return words.describe(part, holds=not holds)


def _why_not_applicable(part: Condition, context: EvaluationContext, words: Wording) -> str | None:
    """Say why a fact does not apply, such as "you do not look after someone"; None where it does."""
    fact = context.book.facts.get(getattr(part, "fact", ""))
    if fact is None or context.statement(context.applicant, fact.id) is not Silence.NOT_APPLICABLE:
        return None
    condition, why = fact.applies_if, None
    if condition is not None and ask(condition, context) is Answer.NO:
        why = what_is_known(condition, context, words)
    return why or f"“{fact.asks}” does not apply to you"


def _against(
    condition: Condition, context: EvaluationContext, person: Person, *, holds: bool
) -> Iterator[tuple[Condition, bool]]:
    """Yield the parts that make a no, each with what was asked of it: that it holds, or that it does not."""
    match condition:
        case Not(condition=part):
            yield from _against(part, context, person, holds=not holds)
        case AllOf(all_of=parts) | AnyOf(any_of=parts):
            stops = Answer.NO if holds else Answer.YES
            stopping = [part for part in parts if ask(part, context, person) is stops]
            if isinstance(condition, AllOf) is holds:
                stopping = stopping[:1]
            for part in stopping:
                yield from _against(part, context, person, holds=holds)
        case _:
            yield condition, holds


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
