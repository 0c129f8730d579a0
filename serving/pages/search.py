"""The first page: what it asks, and of whom nothing is asked that few grants need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from data.catalogue import Catalogue
from data.grants import Grant
from data.rules import as_json
from serving.pages.forms import Asked, question

FIRST_QUESTIONS: Final = 7
"""How many questions the first page asks; the rest come one by one, where they help."""


@dataclass(frozen=True)
class Search:
    """The form of the first page, worked out once for a catalogue."""

    catalogue: Catalogue

    def page(self, asked: Asked) -> dict[str, Any]:
        """Everything that the page shows, filled with what was sent before."""
        ids = [*self.questions, *(fact for fact in asked.fact_ids if fact not in self.questions)]
        facts = self.catalogue.facts.facts
        return {
            "need": asked.need,
            "area": asked.area,
            "areas": self.areas,
            "fields": [
                question(facts[fact], asked.sent, asked.problems.get(f"fact-{fact}", "")) for fact in ids
            ],
            "problems": asked.problems,
        }

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """The facts that most grants ask for, by their burden: nothing sensitive, nothing that follows another."""
        facts = self.catalogue.facts.facts
        named = Counter(fact for grant in self.catalogue.grants for fact in facts_of(grant))
        plain = [fact for fact in named if not facts[fact].special_category and facts[fact].kind != "date"]
        chosen: list[str] = []
        for fact in sorted(plain, key=lambda fact: (-named[fact] / facts[fact].burden, fact)):
            when = facts[fact].applies_if
            follows = set() if when is None else set(_named(as_json(when)))
            if len(chosen) < FIRST_QUESTIONS and not follows & set(chosen):
                chosen.append(fact)
        return tuple(fact for fact in facts if fact in chosen)

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
    return frozenset(fact for rule in grant.rules for fact in _named(as_json(rule)))


def _named(part: Any) -> Iterator[str]:
    match part:
        case dict():
            if isinstance(part.get("fact"), str):
                yield part["fact"]
            for inside in part.values():
                yield from _named(inside)
        case list() | tuple():
            for inside in part:
                yield from _named(inside)
