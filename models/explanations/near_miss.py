"""What nearly fits: the day from which a grant can be had, or the smallest change that a person can really make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from data.catalogue.facts import NUMERIC, Fact
from data.catalogue.grants import Grant
from data.catalogue.rules import Condition, Is, NoneOf, OneOf
from models.counterfactuals.changes import Changes, changes_of, readable
from models.counterfactuals.missing import missing_sets
from models.counterfactuals.permitted_changes import aims, could_change, out_of_reach, rule_could_change
from models.counterfactuals.variables import Variable, with_values
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.durations import days_later
from models.eligibility.findings import FindingKind, find
from models.eligibility.kleene import Answer
from models.eligibility.verdict import Status, Verdict, judge_in
from models.explanations.circumstances import window_in_words
from models.explanations.next_question import question_of
from models.wording.condition_phrases import wording
from models.wording.quantities import day, listed

MOST_VERIFIED: Final = 6
SOON: Final = 730
"""Days; what time alone brings later than this is no near miss."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the fact, the value it would need in words, and a sentence about it."""

    fact: str
    needs: str
    text: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A grant that could be had after a change, or after some time, or both."""

    grant_id: str
    change: tuple[Change, ...]
    """Empty where time alone does it."""
    from_day: date | None
    """None where no time has to pass, or the day cannot be told."""
    text: str
    not_before: date | None = None
    """Where `from_day` is None, the first day on which it is not ruled out, if that can be told."""


def near_miss(context: EvaluationContext, grant: Grant, verdict: Verdict) -> NearMiss | None:
    """Find what nearly fits; None where the grant is not ruled out, or nobody can change what stands in the way.

    Only facts are named that people can change, and only in the direction that is good for them; never
    special-category facts or values. What is told has been judged again with the change.
    """
    if verdict.status is Status.NOT_NOW:
        first = verdict.from_day or verdict.not_before
        late = first > days_later(context.on, SOON) if first is not None else _still_a_no(context, grant)
        if late:
            return None
        text = _when(verdict, grant, context)
        return NearMiss(grant.id, (), verdict.from_day, text, verdict.not_before)
    if verdict.status is not Status.NOT_ELIGIBLE or not could_change(verdict, context):
        return None
    possible = {variable: aims(variable, grant, context) for variable in readable(context, verdict.findings)}
    permitted = [variable for variable, values in possible.items() if values]
    return _verified(changes_of(context, verdict.findings, possible.__getitem__, permitted), grant)


def near_miss_of(context: EvaluationContext, grant: Grant, status: Status) -> NearMiss | None:
    """Find what nearly fits where only the status is known yet; quicker than to judge first."""
    if status is Status.NOT_NOW:
        return near_miss(context, grant, judge_in(context, grant))
    if status is not Status.NOT_ELIGIBLE:
        return None
    refused = (
        rule
        for rule in grant.rules
        if not rule.first and rule.applies(on=context.on) and ask(rule.condition, context) is Answer.NO
    )
    if not all(rule_could_change(rule.condition, context) for rule in refused):
        return None
    return near_miss(context, grant, Verdict(grant.id, status, find(context, grant)))


def _verified(changes: Changes, grant: Grant) -> NearMiss | None:
    context = changes.context
    cubes = sorted(changes.cubes, key=lambda cube: changes.implicants.space.needs(cube).bit_count())
    for cube in cubes[:MOST_VERIFIED]:
        values = changes.implicants.assignment(cube)
        after = judge_in(with_values(context, values), grant)
        if values and after.status is not Status.NOT_ELIGIBLE:
            change = tuple(_change(variable, value, changes) for variable, value in values.items())
            text = f"It could fit if {listed([one.text for one in change], 'and')}."
            if after.status is Status.NOT_NOW:
                text = f"{text} {_when(after, grant, with_values(context, values))}"
            return NearMiss(grant.id, change, after.from_day, text, after.not_before)
    return None


def _still_a_no(context: EvaluationContext, grant: Grant) -> bool:
    """Tell whether a grant of which the day cannot be told stays out of reach for years, even at the earliest."""
    later = context.later(days_later(context.on, SOON), "early")
    return any(found.answer is Answer.NO for found in find(later, grant))


def _when(verdict: Verdict, grant: Grant, context: EvaluationContext) -> str:
    if verdict.from_day is not None:
        return f"You can apply from {day(verdict.from_day)}."
    if verdict.not_before is not None:
        return _perhaps_from(verdict.not_before, grant, context)
    closed = [
        found for found in verdict.findings if found.kind is FindingKind.WINDOW and found.answer is Answer.NO
    ]
    if closed:
        return window_in_words(closed[0].code, grant.windows, context)
    return "It can fit later. We can’t tell the day yet."


def _perhaps_from(first: date, grant: Grant, context: EvaluationContext) -> str:
    """Say the first day on which a grant is not ruled out, and what has to be known to say more."""
    told = f"It may open to you from {day(first)}"
    missing = missing_sets(context.later(first), grant)
    if not missing:
        return f"{told}."
    asked = listed([f"“{question_of(name, context.book)}”" for name in missing[0]], "and")
    return f"{told}; we would still have to know {asked}."


def _change(variable: Variable, value: Any, changes: Changes) -> Change:
    """Say what a change needs in the words of the conditions that it cures."""
    context = changes.context
    words = wording(context.book, context.areas)
    fact = context.book.facts[variable.of]
    cured = changes.cured({variable: value})
    asked = [part for part in cured if part.condition is not None and _is_about(part.condition, fact.id)]
    if fact.kind in (*NUMERIC, "date") and asked:
        told = [
            words.describe(part.condition, holds=part.holds, context=context)
            for part in asked
            if part.condition
        ]
        to_come = [words for words in told if not words.endswith(" ago")]
        text = listed(list(dict.fromkeys(to_come or told)), "and")
        return Change(fact.id, text, text)
    text = words.describe(_now_so(fact, value, asked, context))
    return Change(fact.id, _needed(fact, value, asked, context), text)


def _is_about(condition: Condition, fact: str) -> bool:
    return getattr(condition, "fact", None) == fact


def _now_so(fact: Fact, value: Any, asked: list[Any], context: EvaluationContext) -> Condition:
    if isinstance(value, frozenset):
        gained = _gained(fact, value, asked, context)
        if gained:
            return OneOf(fact=fact.id, one_of=tuple(gained))
        return NoneOf(fact=fact.id, none_of=tuple(sorted(_held(fact, context) - value)))
    if fact.kind == "choice":
        named = _named(asked, fact, context)
        return OneOf(fact=fact.id, one_of=tuple(named) if value in named else (value,))
    return Is.model_validate({"fact": fact.id, "is": value})


def _needed(fact: Fact, value: Any, asked: list[Any], context: EvaluationContext) -> str:
    words = wording(context.book, context.areas)
    match _now_so(fact, value, asked, context):
        case OneOf(one_of=values):
            return words.names.values(fact, values)
        case NoneOf(none_of=values):
            return f"not {words.names.values(fact, values)}"
        case _:
            return "yes" if value is True else "no" if value is False else words.names.value(fact, value)


def _held(fact: Fact, context: EvaluationContext) -> frozenset[str]:
    now = context.statement(context.applicant, fact.id)
    return now if isinstance(now, frozenset) else frozenset()


def _gained(fact: Fact, value: frozenset[str], asked: list[Any], context: EvaluationContext) -> list[str]:
    """List what may be gained: the value found, and others that the same conditions take as well."""
    gained = value - _held(fact, context)
    named = _named(asked, fact, context)
    return named if gained and gained <= set(named) else sorted(gained)


def _named(asked: list[Any], fact: Fact, context: EvaluationContext) -> list[str]:
    """List the values that all of the conditions take, without what this person is not told to aim for."""
    barred = out_of_reach(fact, context)
    lists = [
        [str(v) for v in part.condition.one_of]
        for part in asked
        if part.holds and isinstance(part.condition, OneOf)
    ]
    common = [value for value in lists[0] if all(value in other for other in lists)] if lists else []
    return [value for value in common if value not in barred]
