"""Which changes a near miss may propose: only facts that people can change, in the direction that is good for them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from data.catalogue.dependencies import follows_as_told
from data.catalogue.facts import Fact
from data.catalogue.grants import Grant
from data.catalogue.rules import Condition
from data.catalogue.traversal import facts_named
from data.people.applicants import Silence
from models.counterfactuals.changes import failing_in, opened
from models.counterfactuals.grant_values import candidate_values_of
from models.counterfactuals.residual import Leaf, read_by
from models.counterfactuals.variables import Variable
from models.eligibility.conditions import ask
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
    if fact.mutable == "never" or fact.special_category:
        return False
    return not (fact.public_fund and _has_no_recourse(context)) and not _waits_for_another(fact, context)


def _has_no_recourse(context: EvaluationContext) -> bool:
    """Tell whether to claim a public fund would put somebody's stay at risk, whoever else lives with them."""
    barred = context.book.no_recourse
    return barred is not None and ask(barred, context) is Answer.YES


def _waits_for_another(fact: Fact, context: EvaluationContext) -> bool:
    """Tell whether a fact does not apply before another changes; what follows from the fact itself changes with it."""
    condition, facts = fact.applies_if, context.book.facts
    if condition is None or ask(condition, context) is not Answer.NO:
        return False
    return not any(fact.id in follows_as_told(facts[name]) for name in facts_named(condition))


def aims(variable: Variable, grant: Grant, context: EvaluationContext) -> tuple[Any, ...]:
    """List the values that a person may be told to aim for: in the permitted direction, and nothing sensitive."""
    if not _is_permitted(variable, context):
        return ()
    barred = out_of_reach(context.book.facts[variable.of], context)
    values = candidate_values_of(grant, context).changeable(variable, context, barred)
    return tuple(_allowed(variable, values, barred, context))


def _allowed(
    variable: Variable, values: tuple[Any, ...], barred: frozenset[str], context: EvaluationContext
) -> Iterator[Any]:
    fact = context.book.facts[variable.of]
    now = context.statement(context.applicant, fact.id)
    match fact.kind:
        case "boolean":
            yield from (
                value for value in values if value is True or (fact.mutable == "either" and now is True)
            )
        case "choice":
            if fact.mutable == "either":
                yield from (value for value in values if value not in barred | {now})
        case "choices":
            yield from _more(fact, now, values, barred)
        case "date":
            yield from (context.on,) if fact.mutable == "gain" else (v for v in values if v >= context.on)
        case _:
            yield from (value for value in values if fact.mutable == "either" or _is_gain(value, now))


def out_of_reach(fact: Fact, context: EvaluationContext) -> frozenset[str]:
    """List the values that a person is never told to aim for.

    They are sensitive, have ended, may be public funds that would put a stay at risk, or are open to others only.
    """
    ended = (value for value, last in fact.ended_values.items() if last < context.on)
    funds = fact.public_funds if _has_no_recourse(context) else ()
    others = (value for value, who in fact.open_to.items() if ask(who, context) is not Answer.YES)
    return frozenset((*fact.special_values, *ended, *funds, *others))


def _is_gain(value: Any, now: Any) -> bool:
    return not isinstance(now, Decimal) or value > now


def _more(fact: Fact, now: Any, values: tuple[Any, ...], barred: frozenset[str]) -> Iterator[frozenset[str]]:
    """Yield what is there already with one thing more; where either direction is permitted, also with less."""
    held = now if isinstance(now, frozenset) else frozenset()
    if now is not None and not isinstance(now, frozenset | Silence):
        return
    named = sorted(frozenset().union(*values) - held - barred) if values else []
    yield from (held - {fact.exclusive} | {value} for value in named if value != fact.exclusive)
    if fact.mutable == "either":
        yield from (value for value in values if value < held)
