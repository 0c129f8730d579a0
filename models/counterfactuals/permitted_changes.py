"""Which changes a near miss may propose: only facts that people can change, in the direction that is good for them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from data.catalogue.facts import Fact
from data.catalogue.rules import Condition
from data.people.applicants import Silence
from models.counterfactuals.changes import failing_in, opened
from models.counterfactuals.residual import Leaf, read_by
from models.counterfactuals.variables import Variable
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer
from models.eligibility.verdict import Verdict


def could_change(verdict: Verdict, context: EvaluationContext) -> bool:
    """Tell whether every rule that is a no fails on something that people can change."""
    return all(
        found.rule is None or rule_could_change(found.rule.condition, context)
        for found in verdict.findings
        if found.answer is Answer.NO
    )


def rule_could_change(condition: Condition, context: EvaluationContext) -> bool:
    """Tell whether a person may change any leaf that makes a condition a no."""
    return any(_may_be_changed(leaf, context) for leaf in failing_in(opened(condition, context)))


def _may_be_changed(leaf: Leaf, context: EvaluationContext) -> bool:
    return any(_is_permitted(variable, context) for variable in read_by(leaf.condition, leaf.holder, context))


def _is_permitted(variable: Variable, context: EvaluationContext) -> bool:
    if variable.is_list or variable.holder:
        return False
    fact = context.book.facts[variable.of]
    return fact.mutable != "never" and not fact.special_category


def allowed(variable: Variable, values: tuple[Any, ...], context: EvaluationContext) -> Iterator[Any]:
    """Yield the values that a person may be told to aim for: in the permitted direction, and nothing sensitive."""
    if not _is_permitted(variable, context):
        return
    fact = context.book.facts[variable.of]
    now = context.statement(context.applicant, fact.id)
    match fact.kind:
        case "boolean":
            yield from (
                value for value in values if value is True or (fact.mutable == "either" and now is True)
            )
        case "choice":
            if fact.mutable == "either":
                barred = {*fact.special_values, *over(fact, context), now}
                yield from (value for value in values if value not in barred)
        case "choices":
            yield from _more(fact, now, values, over(fact, context))
        case "date":
            yield from (context.on,) if fact.mutable == "gain" else (v for v in values if v >= context.on)
        case _:
            yield from (value for value in values if fact.mutable == "either" or _is_gain(value, now))


def over(fact: Fact, context: EvaluationContext) -> frozenset[str]:
    """List the values that nobody can newly get any more."""
    return frozenset(value for value, last in fact.ended_values.items() if last < context.on)


def _is_gain(value: Any, now: Any) -> bool:
    return not isinstance(now, Decimal) or value > now


def _more(fact: Fact, now: Any, values: tuple[Any, ...], barred: frozenset[str]) -> Iterator[frozenset[str]]:
    """Yield what is there already with one thing more; where either direction is permitted, also with less."""
    held = now if isinstance(now, frozenset) else frozenset()
    if now is not None and not isinstance(now, frozenset | Silence):
        return
    named = sorted(frozenset().union(*values) - held - set(fact.special_values) - barred) if values else []
    yield from (held - {fact.exclusive} | {value} for value in named if value != fact.exclusive)
    if fact.mutable == "either":
        yield from (value for value in values if value < held)
