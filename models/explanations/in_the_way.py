"""What stands in the way of a grant, and what is so instead: of "any of" the branch that came nearest."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from data.catalogue.facts import NUMERIC, Fact
from data.catalogue.grants import Grant
from data.catalogue.rules import Ago, Bounds, Condition, EligibilityRule, Is, Receives, Related, Within
from data.people.applicants import Person, Silence
from models.counterfactuals.changes import Cause, Failing
from models.counterfactuals.nearest import nearest
from models.counterfactuals.residual import Leaf, tree_of
from models.counterfactuals.variables import person_of
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.findings import AWARDED_ONCE, TOO_RECENTLY, find
from models.eligibility.kleene import Answer
from models.wording.condition_phrases import PEOPLE, Wording, comma_joined, wording

_CIRCUMSTANCES: Final = {
    TOO_RECENTLY: "you had an award from it too recently",
    AWARDED_ONCE: "you had it before, and it can be had only once",
    "NO_RECOURSE": "the rules of your stay here do not let you have public funds",
    "ENDED": "it has ended",
}
"""What stands in the way that is no rule, by code."""
LONGEST: Final = 120
"""A part of a sentence longer than this gives way to the rule's own words."""
_FOR_WHOM: Final = "it is for "
_QUOTED: Final = re.compile(r"\banswer to “|” does not apply to ")
"""What quotes a question; the rule's own words say it better."""
MOST_TOLD: Final = 3
"""What we know is told beside a no when it has at most so many parts."""


def cause_in_words(cause: Cause, grant: Grant, context: EvaluationContext) -> str:
    """Say in one sentence what would all have to be different for a grant not to be ruled out."""
    words = wording(context.book, context.areas)
    rules = {found.code: found.rule for found in find(context, grant) if found.rule is not None}
    told = [_failing_in_words(part, rules.get(part.code), context, words) for part in cause]
    in_order = sorted(dict.fromkeys(told), key=lambda part: part.startswith(_FOR_WHOM))
    return f"What stands in the way: {comma_joined(in_order, 'and')}."


def _failing_in_words(
    part: Failing, rule: EligibilityRule | None, context: EvaluationContext, words: Wording
) -> str:
    """Say what is so instead; what a person is or has suffered is never said to stand in anybody's way."""
    if part.condition is None:
        return _CIRCUMSTANCES.get(part.code, "it is not open now")
    told = _told_instead(Leaf(part.condition, part.holder, part.holds, Answer.NO), context, words)
    own = rule.text.strip() if rule else ""
    fact = context.book.facts.get(getattr(part.condition, "fact", ""))
    if fact is not None and _is_of_the_person(fact):
        asked = words.describe(part.condition, whose=PEOPLE, holds=part.holds)
        if part.holder == 0 and asked.startswith("people ") and " not " not in asked:
            return f"{_FOR_WHOM}{asked}"
    elif (
        not isinstance(part.condition, Related | Receives)
        and len(told) <= LONGEST
        and not _QUOTED.search(told)
    ):
        return told
    return f"the rule “{own.rstrip('.')}”" if own else told


def _is_of_the_person(fact: Fact) -> bool:
    """Tell whether a fact says what somebody is, believes or went through, which is told of whom a grant is for."""
    return (fact.special_category or fact.topic is not None) and fact.kind not in (*NUMERIC, "date")


def what_is_known(
    condition: Condition, context: EvaluationContext, words: Wording, *, holder: int = 0
) -> str | None:
    """Say what is so instead where a condition is a no, of its nearest branch; None where that takes many words."""
    against = nearest(tree_of(condition, context, holder))
    told = {_known(leaf, context, words): leaf for leaf in against}
    if not 0 < len(told) <= MOST_TOLD or any(not _may_be_told(*one, context) for one in told.items()):
        return None
    return comma_joined(list(told), "and")


def _may_be_told(told: str, leaf: Leaf, context: EvaluationContext) -> bool:
    """Tell whether words are short, name no grant by its id, and hold nobody's faith, status or harm up to them."""
    fact = context.book.facts.get(getattr(leaf.condition, "fact", ""))
    if isinstance(leaf.condition, Receives) or len(told) > LONGEST:
        return False
    return fact is None or not _is_of_the_person(fact) or (fact.kind != "choice" and not _QUOTED.search(told))


def _known(leaf: Leaf, context: EvaluationContext, words: Wording) -> str:
    """Say the number that was told, or what is so instead of what is asked."""
    fact = context.book.facts.get(getattr(leaf.condition, "fact", ""))
    if fact is not None and fact.kind in NUMERIC and isinstance(leaf.condition, Is | Within):
        said = context.statement(person_of(context.applicant, leaf.holder), fact.id)
        if isinstance(said, Decimal):
            return words.known(fact, said, whose=_whose(leaf, context, words))
    return _told_instead(leaf, context, words)


def _told_instead(leaf: Leaf, context: EvaluationContext, words: Wording) -> str:
    """Say why nothing is asked, or which choice was told, or what is so instead of what is asked."""
    unfit = _why_not_applicable(leaf, context, words)
    if unfit is not None:
        return unfit
    person, whose = person_of(context.applicant, leaf.holder), _whose(leaf, context, words)
    fact = context.book.facts.get(getattr(leaf.condition, "fact", ""))
    if fact is not None and fact.kind == "choice":
        chosen = context.statement(person, fact.id)
        if isinstance(chosen, str):
            return words.describe(Is(fact=fact.id, value=chosen), whose=whose)
    part = _broken(leaf.condition, context, person) if leaf.holds else leaf.condition
    return words.describe(part, whose=whose, holds=not leaf.holds, context=context, person=person)


def _whose(leaf: Leaf, context: EvaluationContext, words: Wording) -> str:
    return words.names.relation(person_of(context.applicant, leaf.holder).relation) if leaf.holder else "you"


def _broken(part: Condition, context: EvaluationContext, person: Person) -> Condition:
    """Leave of several limits the broken ones, so that "under 16, or 25 or over" says which."""
    if isinstance(part, Within):
        alone: list[Condition] = [
            Within.model_validate({"fact": part.fact, name: bound}) for name, bound in part.limits.items()
        ]
    elif isinstance(part, Ago):
        limits = [Bounds.model_validate({name: bound}) for name, bound in part.bounds.limits.items()]
        shared = {"fact": part.fact, "month_end": part.month_end}
        alone = [Ago.model_validate({**shared, part.unit: limit}) for limit in limits]
    elif isinstance(part, Is) and isinstance(part.value, Decimal):
        sides = ("at_least", "at_most")
        alone = [Within.model_validate({"fact": part.fact, side: part.value}) for side in sides]
    else:
        return part
    broken = [one for one in alone if ask(one, context, person) is Answer.NO]
    return broken[0] if len(broken) == 1 else part


def _why_not_applicable(leaf: Leaf, context: EvaluationContext, words: Wording) -> str | None:
    """Say why a fact does not apply, such as "you do not look after someone"; None where it does."""
    fact = context.book.facts.get(getattr(leaf.condition, "fact", ""))
    person = person_of(context.applicant, leaf.holder)
    if fact is None or context.statement(person, fact.id) is not Silence.NOT_APPLICABLE:
        return None
    condition, why = fact.applies_if, None
    if condition is not None and ask(condition, context, person) is Answer.NO:
        why = what_is_known(condition, context, words, holder=leaf.holder)
    return why or f"“{fact.asks}” does not apply to {_whose(leaf, context, words)}"
