"""What somebody told of themselves that cannot all be so: refused in a request, with the way to both statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from data.catalogue.rules import Condition, HasLivedIn, LivesIn, Receives, Related, Sum, WorkedIn
from data.catalogue.traversal import facts_named, walk
from data.errors import BadApplicant
from data.people.applicants import Between, Person
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.durations import completed_years
from models.eligibility.kleene import Answer

CODE: Final = "CONTRADICTION"
_LISTS: Final[Mapping[type, str]] = {
    LivesIn: "areas", HasLivedIn: "lived_in", WorkedIn: "work", Receives: "receives", Related: "related",
    Sum: "related",
}  # fmt: skip


def refuse_contradictions(context: EvaluationContext, *, at: str = "applicant") -> None:
    """Refuse ages that no day of a birth date allows, and what the fact file says cannot be so.

    Raises:
        BadApplicant: for the first that is found; `at` is the path of the applicant in the request.
    """
    people: list[tuple[Person, str]] = [(context.applicant, at)]
    people += [(one, f"{at}.related[{place}]") for place, one in enumerate(context.applicant.related or ())]
    for person, where in people:
        for age, born in _impossible_ages(context, person):
            message = "this age does not go with the birth date"
            raise BadApplicant(f"{where}.facts.{age}", message, code=CODE, beside=(f"{where}.facts.{born}",))
    for one in context.book.contradictions:
        if ask(one.condition, context) is Answer.YES:
            first, *others = list(_told(one.condition, context, at)) or [at]
            raise BadApplicant(first, one.text, code=CODE, beside=tuple(others))


def _impossible_ages(context: EvaluationContext, person: Person) -> Iterator[tuple[str, str]]:
    """Yield every age and the birth date that it contradicts, both as stated."""
    for name, said in person.facts.items():
        born = context.book.facts[name].from_birth_date
        days = None if born is None else context.days(person.facts.get(born))
        if born is None or days is None:
            continue
        oldest, youngest = (completed_years(min(day, context.on), context.on) for day in days)
        low, high = (said.low, said.high) if isinstance(said, Between) else (said, said)
        too_old = isinstance(low, Decimal) and low >= oldest + 1
        too_young = isinstance(high, Decimal) and high < youngest
        if too_old or too_young:
            yield name, born


def _told(condition: Condition, context: EvaluationContext, at: str) -> Iterator[str]:
    """Yield the paths of what the applicant told that a condition reads, in its order, each once."""
    seen: dict[str, None] = {}
    for part in walk(condition):
        listed = _LISTS.get(type(part))
        if listed is not None and getattr(context.applicant, listed) is not None:
            seen[f"{at}.{listed}"] = None
        facts = (
            facts_named(part) if listed is None and not any(one is not part for one in walk(part)) else set()
        )
        seen |= {f"{at}.facts.{fact}": None for fact in sorted(facts) if fact in context.applicant.facts}
    yield from seen
