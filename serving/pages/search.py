"""The first page: what it asks, and of whom nothing is asked that few grants need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.catalogue.traversal import facts_named
from serving.pages.following import field_of
from serving.pages.forms import Asked, Field

FIRST_QUESTIONS: Final = 7
"""How many questions the first page asks; the rest come one by one, where they help."""
FOUR: Final = 4
"""What a question follows is asked in its place when grants ask it more than a fourth as often."""


@dataclass(frozen=True)
class Search:
    """The form of the first page, worked out once for a catalogue."""

    catalogue: Catalogue

    def page(self, asked: Asked) -> dict[str, Any]:
        """Everything that the page shows, filled with what was sent before."""
        ids = [*self.questions, *(fact for fact in asked.fact_ids if fact not in self.questions)]
        return {
            "need": asked.need,
            "told": self._told(asked.areas),
            "areas": self.areas,
            "postcode": asked.postcode,
            "fields": [self._field(fact, asked) for fact in ids],
            "problems": asked.problems,
        }

    def _told(self, areas: Sequence[str]) -> tuple[str, str]:
        """What was told of where a person lives, as one value, and its name where the list does not have it."""
        listed = {code for _, places in self.areas for code, _ in places}
        names = [self.catalogue.areas.name(code) for code in areas if code in self.catalogue.areas.names]
        several = " ".join(areas)
        return several, "" if several in listed or not areas else (names or list(areas))[0]

    def _field(self, asked_id: str, asked: Asked) -> Field:
        return field_of(asked_id, self.catalogue, asked.sent, asked.problems.get(f"fact-{asked_id}", ""))

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """The facts that most grants ask for, by their burden: nothing sensitive, nothing that follows another."""
        facts = self.catalogue.facts.facts
        plain = [
            fact for fact in self._named if not facts[fact].special_category and facts[fact].kind != "date"
        ]
        chosen: list[str] = []
        for fact in sorted(plain, key=lambda fact: (-self._named[fact] / facts[fact].burden, fact)):
            first = self._what_it_follows(fact)
            if len(chosen) < FIRST_QUESTIONS and not {fact, *first} & set(chosen):
                often = [other for other in first if self._named[other] * FOUR > self._named[fact]]
                chosen.append(often[0] if often else fact)
        return tuple(fact for fact in facts if fact in chosen)

    @cached_property
    def _named(self) -> Counter[str]:
        """How many grants ask for each fact."""
        return Counter(fact for grant in self.catalogue.grants for fact in facts_of(grant))

    def _what_it_follows(self, fact: str) -> tuple[str, ...]:
        """The facts that tell whether this one applies."""
        when = self.catalogue.facts.facts[fact].applies_if
        return () if when is None else tuple(sorted(facts_named(when)))

    @cached_property
    def areas(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Nation and its smallest areas as (code, name), in the order of their names."""
        tree = self.catalogue.areas
        containing = set(tree.parents.values())
        grouped: dict[str, list[tuple[str, str]]] = {}
        for code, name in tree.names.items():
            above = [area for area in tree.ancestors(code) if area in tree.names]
            if code not in containing and above:
                grouped.setdefault(tree.name(above[-1]), []).append((code, name))
        return tuple(
            (nation, tuple(sorted(found, key=_by_name))) for nation, found in sorted(grouped.items())
        )


def _by_name(place: Sequence[str]) -> str:
    return place[1]


def facts_of(grant: Grant) -> frozenset[str]:
    """Every fact that a rule of the grant names."""
    return frozenset(fact for rule in grant.rules for fact in facts_named(rule.condition))
