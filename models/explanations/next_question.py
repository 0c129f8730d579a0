"""Which question to ask next: the one whose answer is most likely to change what a person sees first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.catalogue.facts import Fact, FactBook
from data.catalogue.grants import Grant
from data.catalogue.rules import Condition
from models.counterfactuals.question_value import MANY, could_decide_alone, is_sensitive, may_be_asked
from models.counterfactuals.residual import leaves_of, open_variables, tree_of
from models.counterfactuals.variables import Variable, burden_of, name_of, open_facts, person_of
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer
from models.explanations.places_ahead import TOP, Floats, Front
from models.qualifying.outlooks import Outlooks
from models.qualifying.places import PLACES
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


LITTLE: Final = 1e-3
"""Of a grant whose place is expected to change less, an answer decides nothing."""
ONE_OF_SEVERAL: Final = 0.5
"""What one answer of several is worth that are needed together, shared among them."""


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
    still_open: Sequence[Grant],
    front: Front,
    ahead: Outlooks | None,
) -> NextQuestion | None:
    """Choose the question whose answer is expected to change the first ten grants of a list most, per burden.

    `front` and `ahead` are about the first grants of the list, `still_open` are all of which answers can decide.
    What was answered with "don't know" or "rather not say" is not asked again; what may not apply waits for the
    question that tells. None where no answer can change the first ten.
    """
    changes = {} if ahead is None else _changes(context, front, ahead)
    if not changes:
        return None

    def order(variable: Variable) -> tuple[bool, float, int, str]:
        change = changes[variable]
        waits = is_sensitive(variable, context) and int((change[:TOP] > LITTLE).sum()) < MANY
        return waits, -float(change.sum()) / burden_of(variable, context.book), variable.holder, variable.of

    best = min(changes, key=order)
    return _question(best, context, could_decide_alone(best, context, still_open))


def _changes(context: EvaluationContext, front: Front, ahead: Outlooks) -> dict[Variable, Floats]:
    """Give for all that may be asked (grants,) the expected change of place.

    The parts of an answer, such as trades among work, mostly concern different grants: their changes are added up.
    """
    asked: dict[str | Condition, Floats] = {}
    changes = front.changes(ahead).T
    for at in np.flatnonzero(changes.any(axis=1)).tolist():
        asked[ahead.of[at]] = asked.get(ahead.of[at], 0.0) + changes[at]
    able: dict[Variable, bool] = {}
    found: dict[Variable, Floats] = {}
    for of, change in asked.items():
        for variable, part in _told_by(of, context, able):
            found[variable] = found.get(variable, 0.0) + part * change
    return found


def _told_by(
    of: str | Condition, context: EvaluationContext, may: dict[Variable, bool]
) -> Iterator[tuple[Variable, float]]:
    """Yield what may be asked to learn what rules ask, with the part of the change that each is worth.

    What only tells whether the fact applies, who there is, or one of several things that are needed is worth a part.
    `may` holds which of what was met before may be asked.
    """
    able = []
    for one in _open(of, context):
        if one not in may:
            may[one] = may_be_asked(one, context)
        if may[one]:
            able.append(one)
    whole = [one for one in able if _tells_all(one, of, context)] or (able if len(able) == 1 else [])
    part = 1.0 if whole else ONE_OF_SEVERAL / max(1, len(able))
    of_people = bool(whole) and isinstance(of, str)
    yield from ((one, part if one.of != "related" or of_people else ONE_OF_SEVERAL) for one in whole or able)


def _open(of: str | Condition, context: EvaluationContext) -> Iterable[Variable]:
    """List what is not known yet and decides what rules ask."""
    if of == PLACES:
        return (Variable(0, "areas"),)
    if isinstance(of, str):
        return open_facts(of, 0, context)
    leaves = [leaf for leaf in leaves_of(tree_of(of, context)) if leaf.answer is Answer.UNKNOWN]
    return dict.fromkeys(one for leaf in leaves for one in open_variables(leaf, context))


def _tells_all(variable: Variable, of: str | Condition, context: EvaluationContext) -> bool:
    """Tell whether an answer is the fact itself, what it follows from, or the list that a condition reads."""
    if not isinstance(of, str) or of == PLACES:
        return variable.is_list
    fact = context.book.facts[of]
    derived = fact.derived
    if variable.of == "related":
        return derived is not None and derived.reads_people
    return variable.of in (of, fact.from_birth_date, None if derived is None else derived.some_of)


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
