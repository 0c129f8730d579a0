"""Whether a question may be asked, how sensitive it is, and which grants its answer alone could rule out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from data.catalogue.facts import Fact
from data.catalogue.grants import Grant
from data.catalogue.traversal import facts_named
from data.people.applicants import Person, Silence
from models.counterfactuals.decisive_facts import decided_alone_by
from models.counterfactuals.variables import Variable, person_of
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer

MANY: Final = 5
"""A special-category fact is asked for before others only where it can decide so many of the first grants."""


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
    applies = Answer.YES if condition is None else ask(condition, context, person)
    return applies is Answer.YES or (applies is Answer.UNKNOWN and _tells_if_it_applies(fact, context))


def _tells_if_it_applies(fact: Fact, context: EvaluationContext) -> bool:
    """Tell whether the answer to a fact also says whether the fact applies, as the set of benefits does."""
    named = facts_named(fact.applies_if) if fact.applies_if is not None else set()
    derived = [context.book.facts[name].derived for name in named]
    return all(one is not None and one.some_of == fact.id for one in derived)


def _is_silenced(fact: Fact, person: Person, context: EvaluationContext) -> bool:
    """Tell whether somebody would rather not speak of a topic."""
    declined = (name for name, said in person.facts.items() if said is Silence.DECLINED)
    return fact.topic is not None and any(context.book.facts[name].topic == fact.topic for name in declined)


def _was_refused_otherwise(variable: Variable, context: EvaluationContext) -> bool:
    """Tell whether what follows from a birth date was asked for, and not told."""
    said = person_of(context.applicant, variable.holder).facts
    if not any(isinstance(one, Silence) for one in said.values()):
        return False
    follows = [fact.id for fact in context.book.facts.values() if fact.from_birth_date == variable.of]
    return any(isinstance(said.get(fact), Silence) for fact in follows)


def is_sensitive(variable: Variable, context: EvaluationContext) -> bool:
    """Tell whether a question asks for a special-category fact."""
    return not variable.is_list and context.book.facts[variable.of].special_category


def could_decide_alone(variable: Variable, context: EvaluationContext, open_: Sequence[Grant]) -> int:
    """Count the grants, still open, that the answer alone could rule out."""
    return sum(variable.of in decided_alone_by(grant, context) for grant in open_)
