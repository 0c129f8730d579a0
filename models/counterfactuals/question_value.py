"""How likely the answer to a question rules grants out, and whether it may be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from data.catalogue.facts import Fact
from data.catalogue.grants import Grant
from data.people.applicants import Person, Silence
from models.counterfactuals.decisive_facts import decided_alone_by
from models.counterfactuals.missing import ruling_out_sets
from models.counterfactuals.variables import Variable, person_of
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer
from models.eligibility.verdict import Status, Verdict

TOP: Final = 10
"""Grants that a person is taken to look at."""

MANY: Final = 5
"""A special-category fact is asked for before others only where it can decide so many of the first grants."""

_CHANCE_OF_A_NO: Final[Mapping[str, float]] = {
    "areas": 0.9, "lived_in": 0.9, "work": 0.9, "related": 0.6, "receives": 0.7, "choice": 0.6, "choices": 0.6,
}  # fmt: skip
"""Rough shares of people whom an answer rules out: a place or a trade fits few. Of what is not named, half."""


def chances_of_a_no(
    context: EvaluationContext, grant: Grant, verdict: Verdict | None
) -> dict[Variable, float]:
    """Give the chance that each variable rules a grant out; what needs others to do it counts less."""
    found: dict[Variable, float] = {}
    for one in ruling_out_sets(context, grant, verdict):
        for variable in one:
            chance = _chance_of_a_no(variable, context) / len(one) ** 2
            found[variable] = max(found.get(variable, 0.0), chance)
    return found


def _chance_of_a_no(variable: Variable, context: EvaluationContext) -> float:
    kind = variable.of if variable.is_list else context.book.facts[variable.of].kind
    return _CHANCE_OF_A_NO.get(kind, 0.5)


def may_be_asked(variable: Variable, context: EvaluationContext) -> bool:
    """Tell whether a question may be asked: not answered in any way before, and sure to apply."""
    person = person_of(context.applicant, variable.holder)
    if variable.of == "areas":
        return True
    if variable.is_list:
        return variable.of != "awards" and getattr(person, variable.of) is None
    if person.facts.get(variable.of) is not None or _was_refused_otherwise(variable, context):
        return False
    fact = context.book.facts[variable.of]
    if not fact.asked or _is_silenced(fact, person, context):
        return False
    condition = fact.applies_if
    return condition is None or ask(condition, context, person) is Answer.YES


def _is_silenced(fact: Fact, person: Person, context: EvaluationContext) -> bool:
    """Tell whether somebody would rather not speak of a topic."""
    declined = (name for name, said in person.facts.items() if said is Silence.DECLINED)
    return fact.topic is not None and any(context.book.facts[name].topic == fact.topic for name in declined)


def _was_refused_otherwise(variable: Variable, context: EvaluationContext) -> bool:
    """Tell whether what follows from a birth date was asked for, and not told."""
    said = person_of(context.applicant, variable.holder).facts
    follows = [fact.id for fact in context.book.facts.values() if fact.from_birth_date == variable.of]
    return any(isinstance(said.get(fact), Silence) for fact in follows)


def is_sensitive(variable: Variable, context: EvaluationContext) -> bool:
    """Tell whether a question asks for a special-category fact."""
    return not variable.is_list and context.book.facts[variable.of].special_category


def could_decide_alone(
    variable: Variable, context: EvaluationContext, ranked: Sequence[tuple[Grant, Status]]
) -> int:
    """Count the open grants of a list that the answer alone could rule out."""
    return sum(
        status is Status.NEEDS_INFO and variable.of in decided_alone_by(grant, context)
        for grant, status in ranked
    )
