"""Which question to ask next: the one whose answer is most likely to change what a person sees first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

from data.catalogue.facts import Fact, FactBook
from data.catalogue.grants import Grant
from data.people.applicants import Silence
from models.counterfactuals.missing import decided_alone_by, ruling_out_sets
from models.counterfactuals.variables import Variable, burden_of, name_of, person_of
from models.eligibility.conditions import ask
from models.eligibility.context import Scene
from models.eligibility.kleene import Answer
from models.eligibility.verdict import Status, Verdict
from models.wording.condition_phrases import wording
from models.wording.quantities import listed
from models.wording.sentences import asked_of

TOP: Final = 10
"""Grants that a person is taken to look at."""
MANY: Final = 5
"""A special-category fact is asked for before others only where it can decide so many of the first grants."""

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
_CHANCE_OF_A_NO: Final[Mapping[str, float]] = {
    "areas": 0.9, "lived_in": 0.9, "work": 0.9, "related": 0.6, "receives": 0.7, "choice": 0.6, "choices": 0.6,
}  # fmt: skip
"""Rough shares of people whom an answer rules out: a place or a trade fits few. Of what is not named, half."""


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """A question worth asking: about what, in which words and why."""

    fact: str
    text: str
    why: str
    could_decide: int
    """Grants of the list that are still open, and that the answer alone could rule out."""


def next_question(
    scene: Scene, ranked: Sequence[tuple[Grant, Status]], verdicts: Mapping[str, Verdict] | None = None
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
        for variable, chance in _effects(scene, grant, known.get(grant.id)).items():
            effect[variable] = effect.get(variable, 0.0) + chance / log2(1 + place)
            decides[variable] = decides.get(variable, 0) + 1
    askable = [variable for variable in effect if may_be_asked(variable, scene)]
    if not askable:
        return None

    def order(variable: Variable) -> tuple[bool, float, int, str]:
        waits = _is_sensitive(variable, scene) and decides[variable] < MANY
        return waits, -effect[variable] / burden_of(variable, scene.book), variable.holder, variable.of

    best = min(askable, key=order)
    return _question(best, scene, _could_decide(best, scene, ranked))


def _effects(scene: Scene, grant: Grant, verdict: Verdict | None) -> dict[Variable, float]:
    """Give the chance that each variable rules a grant out; what needs others to do it counts less."""
    found: dict[Variable, float] = {}
    for one in ruling_out_sets(scene, grant, verdict):
        for variable in one:
            chance = _chance_of_a_no(variable, scene) / len(one) ** 2
            found[variable] = max(found.get(variable, 0.0), chance)
    return found


def _chance_of_a_no(variable: Variable, scene: Scene) -> float:
    kind = variable.of if variable.is_list else scene.book.facts[variable.of].kind
    return _CHANCE_OF_A_NO.get(kind, 0.5)


def may_be_asked(variable: Variable, scene: Scene) -> bool:
    """Tell whether a question may be asked: not answered in any way before, and sure to apply."""
    person = person_of(scene.applicant, variable.holder)
    if variable.of == "areas":
        return True
    if variable.is_list:
        return variable.of != "awards" and getattr(person, variable.of) is None
    if person.facts.get(variable.of) is not None or _was_refused_otherwise(variable, scene):
        return False
    condition = scene.book.facts[variable.of].applies_if
    return condition is None or ask(condition, scene, person) is Answer.YES


def _was_refused_otherwise(variable: Variable, scene: Scene) -> bool:
    """Tell whether what follows from a birth date was asked for, and not told."""
    said = person_of(scene.applicant, variable.holder).facts
    follows = [fact.id for fact in scene.book.facts.values() if fact.from_birth_date == variable.of]
    return any(isinstance(said.get(fact), Silence) for fact in follows)


def _is_sensitive(variable: Variable, scene: Scene) -> bool:
    return not variable.is_list and scene.book.facts[variable.of].special_category


def _could_decide(variable: Variable, scene: Scene, ranked: Sequence[tuple[Grant, Status]]) -> int:
    return sum(
        status is Status.NEEDS_INFO and variable.of in decided_alone_by(grant, scene)
        for grant, status in ranked
    )


def question_of(name: str, book: FactBook) -> str:
    """Give the question about something that is missing, by the name that answers give it.

    A fact is asked in its own words, a list in those of `ABOUT_LISTS`, both of a related person where the name says so.
    """
    relation, _, inner = name.rpartition(".")
    fact = book.facts.get(inner)
    asks = fact.asks if fact else ABOUT_LISTS[inner][0]
    return asked_of(asks, book.relations[relation.partition("[")[0]].text) if relation else asks


def missing_in_words(names: Sequence[str], book: FactBook) -> str:
    """Say in one sentence what would have to be learned together for a grant to be decided."""
    return f"We may know once you answer {listed([f'“{question_of(name, book)}”' for name in names], 'and')}."


def _question(variable: Variable, scene: Scene, could_decide: int) -> NextQuestion:
    name = name_of(variable, scene.applicant)
    if variable.is_list:
        text, why = ABOUT_LISTS[variable.of]
        if variable.of == "areas" and scene.applicant.areas:
            text = "Which council area do you live in?"
    else:
        fact: Fact = scene.book.facts[variable.of]
        text, why = fact.asks, fact.why
    if variable.holder:
        relation = person_of(scene.applicant, variable.holder).relation
        text = asked_of(text, wording(scene.book, scene.areas).names.relation(relation))
    return NextQuestion(name, text, why, could_decide)
