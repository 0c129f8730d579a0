"""What may still be learned about a person, or be changed: facts, places, work, people around them.

Names: a fact of the applicant or the household goes by its id (`age`), one of a related person by relation and id
(`partner.age`; the second child's is `child[2].age`). The lists of an applicant go by their own names: `areas`,
`lived_in`, `work`, `receives`, `awards`, `related`. To learn `related` is to learn who there is, with all that is asked
about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeVar

from data.catalogue.facts import Derived, Fact, FactBook
from data.catalogue.rules import Related
from data.catalogue.traversal import facts_named
from data.people.applicants import Applicant, Between, PartSet, Person, Silence
from models.eligibility.context import EvaluationContext

LISTS: Final[Mapping[str, int]] = {
    "areas": 1,
    "receives": 2,
    "work": 2,
    "awards": 2,
    "lived_in": 3,
    "related": 2,
}
"""What is known of a person beside facts, with the burden (1 easy to 5) of being asked for it."""

_P = TypeVar("_P", bound=Person)


class Variable(NamedTuple):
    """One thing about one person: 0 is the applicant, n the n-th related person."""

    holder: int
    of: str
    """A fact's id, or one of `LISTS`."""

    @property
    def is_list(self) -> bool:
        """Whether it is one of the lists of a person, not a fact."""
        return self.of in LISTS


def person_of(applicant: Applicant, holder: int) -> Person:
    """Give the person that a variable is about."""
    return applicant if holder == 0 else (applicant.related or ())[holder - 1]


def name_of(variable: Variable, applicant: Applicant) -> str:
    """Name a variable as answers do."""
    if variable.holder == 0:
        return variable.of
    people = applicant.related or ()
    relation = people[variable.holder - 1].relation
    place = sum(person.relation == relation for person in people[: variable.holder])
    return f"{relation}{'' if place == 1 else f'[{place}]'}.{variable.of}"


def burden_of(variable: Variable, book: FactBook) -> int:
    """Tell how hard a variable is to ask for, 1 easy to 5."""
    return LISTS[variable.of] if variable.of in LISTS else book.facts[variable.of].burden


def with_values(context: EvaluationContext, values: Mapping[Variable, Any]) -> EvaluationContext:
    """See the same applicant with some things learned or changed."""
    told: dict[int, dict[str, Any]] = {}
    for variable, value in values.items():
        told.setdefault(variable.holder, {})[variable.of] = value
    mine = told.pop(0, {})
    if told:
        related = list(mine.get("related", context.applicant.related) or ())
        for holder, theirs in told.items():
            related[holder - 1] = _with(related[holder - 1], theirs)
        mine["related"] = tuple(related)
    return context.of(_with(context.applicant, mine))


def _with(person: _P, told: Mapping[str, Any]) -> _P:
    facts = {name: value for name, value in told.items() if name not in LISTS}
    lists = {name: value for name, value in told.items() if name in LISTS}
    # Twice as quick as `dataclasses.replace`, in what is done most often here.
    return type(person)(
        **{**vars(person), **lists, "facts": {**person.facts, **facts} if facts else person.facts}
    )


def without(context: EvaluationContext, variable: Variable) -> EvaluationContext:
    """See the same applicant with one list not known."""
    return with_values(context, {variable: None})


def open_facts(fact_id: str, holder: int, context: EvaluationContext) -> tuple[Variable, ...]:
    """List what could settle a fact of a person: itself, a birth date it follows from, what decides if it applies."""
    fact = context.book.facts[fact_id]
    holder = 0 if fact.of == "household" else holder
    return context.memo.memoised(fact, ("open", holder), lambda: tuple(_open_facts(fact, holder, context)))


def _open_sources(derived: Derived, holder: int, context: EvaluationContext) -> Iterator[Variable]:
    """List what could settle what a fact is derived from."""
    if derived.some_of is not None:
        yield Variable(holder, derived.some_of)
    if derived.reads_people and context.applicant.related is None:
        yield Variable(0, "related")
    own = [condition for condition in derived.conditions if not isinstance(condition, Related)]
    for name in sorted({name for condition in own for name in facts_named(condition)}):
        yield from open_facts(name, holder, context)


def _open_facts(fact: Fact, holder: int, context: EvaluationContext) -> Iterator[Variable]:
    person = person_of(context.applicant, holder)
    said = person.facts.get(fact.id)
    if said is not None and not isinstance(said, Silence | Between | PartSet):
        return
    statement = context.statement(person, fact.id)
    if statement is not None and not isinstance(statement, Between | PartSet):
        return
    if fact.asked:
        yield Variable(holder, fact.id)
    if said is None and fact.from_birth_date is not None:
        yield from open_facts(fact.from_birth_date, holder, context)
    if said is None and fact.derived is not None:
        yield from _open_sources(fact.derived, holder, context)
    condition = fact.applies_if
    if statement is None and condition is not None:
        for other in context.catalogue_memo.memoised(
            fact, "applies by", lambda: tuple(sorted(facts_named(condition)))
        ):
            yield from open_facts(other, holder, context)
