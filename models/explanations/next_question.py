"""Which question to ask next: the one whose answer is most likely to change what a person sees first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

from data.catalogue.facts import Fact, FactBook
from data.catalogue.grants import Grant
from models.counterfactuals.question_value import (
    MANY,
    TOP,
    chances_of_a_no,
    could_decide_alone,
    is_sensitive,
    may_be_asked,
)
from models.counterfactuals.variables import Variable, burden_of, name_of, person_of
from models.eligibility.context import EvaluationContext
from models.eligibility.verdict import Status, Verdict
from models.wording.condition_phrases import wording
from models.wording.sentences import asked_of

ABOUT_LISTS: Final = {
    "areas": ("Where do you live?", "Many funds help people who live in one place."),
    "lived_in": (
        "Where have you lived before, and since when?",
        "Some funds help people who have lived in a place.",
    ),
    "work": ("What work have you done, and when?", "Many funds help people who worked in one trade."),
    "receives": ("Which of these grants or payments do you get now?", "Some help goes with other help."),
    "related": (
        "Who lives with you, or is close to you?",
        "Some funds help because of a partner, child or parent.",
    ),
    "awards": ("Which grants did you get before?", "Some grants can be had once in a while only."),
}
"""What is asked about the lists that are no facts, and why."""


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """A question worth asking: about what, in which words and why."""

    fact: str
    text: str
    why: str
    could_decide: int
    """Grants of the list that are still open, and that the answer alone could rule out."""


def next_question(
    context: EvaluationContext,
    ranked: Sequence[tuple[Grant, Status]],
    verdicts: Mapping[str, Verdict] | None = None,
) -> NextQuestion | None:
    """Choose the question most likely to change the first ten grants of a list, for the burden of asking it.

    Verdicts at hand, by grant, save judging once more.

    What was answered with "don't know" or "rather not say" is not asked again; what may not apply waits for the
    question that tells. None where no answer can change the first ten.
    """
    known = verdicts or {}
    effect: dict[Variable, float] = {}
    decides: dict[Variable, int] = {}
    for place, (grant, status) in enumerate(ranked[:TOP], start=1):
        if status is not Status.NEEDS_INFO:
            continue
        for variable, chance in chances_of_a_no(context, grant, known.get(grant.id)).items():
            effect[variable] = effect.get(variable, 0.0) + chance / log2(1 + place)
            decides[variable] = decides.get(variable, 0) + 1
    askable = [variable for variable in effect if may_be_asked(variable, context)]
    if not askable:
        return None

    def order(variable: Variable) -> tuple[bool, float, int, str]:
        waits = is_sensitive(variable, context) and decides[variable] < MANY
        return waits, -effect[variable] / burden_of(variable, context.book), variable.holder, variable.of

    best = min(askable, key=order)
    return _question(best, context, could_decide_alone(best, context, ranked))


def question_of(name: str, book: FactBook) -> str:
    """Give the question about something that is missing, by the name that answers give it.

    A fact is asked in its own words, a list in those of `ABOUT_LISTS`, both of a related person where the name says so.
    """
    relation, _, inner = name.rpartition(".")
    fact = book.facts.get(inner)
    asks = fact.asks if fact else ABOUT_LISTS[inner][0]
    return asked_of(asks, book.relations[relation.partition("[")[0]].text) if relation else asks


def _question(variable: Variable, context: EvaluationContext, could_decide: int) -> NextQuestion:
    name = name_of(variable, context.applicant)
    if variable.is_list:
        text, why = ABOUT_LISTS[variable.of]
        if variable.of == "areas" and context.applicant.areas:
            text = "Which council area do you live in?"
    else:
        fact: Fact = context.book.facts[variable.of]
        text, why = fact.asks, fact.why
    if variable.holder:
        relation = person_of(context.applicant, variable.holder).relation
        text = asked_of(text, wording(context.book, context.areas).names.relation(relation))
    return NextQuestion(name, text, why, could_decide)
