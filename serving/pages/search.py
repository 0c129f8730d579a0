"""The first page: what is needed, where, and for whom; and the page of answers, where each can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from serving.pages import words
from serving.pages.cards import apply_of
from serving.pages.following import field_of
from serving.pages.forms import ANOTHER, PER, WORK, YES_NO, Asked, Field, number_of
from serving.pages.place_names import PlaceNames
from serving.pages.whom import LETTER_OF_ANOTHER, choices, of_whom


@dataclass(frozen=True)
class Search:
    """What the forms of the pages show, worked out once for a catalogue."""

    catalogue: Catalogue

    def page(self, asked: Asked, *, answers: bool = False) -> dict[str, Any]:
        """The first page, filled with what was sent before; with `answers` every question that was answered too."""
        ids = self._answered(asked) if answers else self._wrong(asked)
        return {
            "answers": answers,
            "need": asked.need,
            "place": asked.place or self._name(asked),
            "areas": " ".join(asked.areas),
            "near": asked.places,
            "places": self.places.listed,
            "place_examples": self.places.examples,
            "postcode": asked.postcode,
            "whom": asked.whom,
            "for_whom": self.for_whom,
            "of_whom": of_whom(asked.whom),
            "worker": asked.worker,
            "ask_worker": words.WORKER,
            "fields": [self._field(fact, asked) for fact in ids],
            "problems": asked.problems,
            "sent": [pair for pair in asked.sent if not self._is_shown(pair[0], ids)],
        }

    @cached_property
    def places(self) -> PlaceNames:
        """The names of all places."""
        return PlaceNames(self.catalogue.areas)

    @cached_property
    def for_whom(self) -> tuple[tuple[str, str], ...]:
        """For whom help may be sought, as (code, words)."""
        return choices(self.catalogue)

    def told(self, asked: Asked) -> list[tuple[str, str, str]]:
        """List what was told, as (id of its field, question, answer in words)."""
        rows = [("need", "What do you need help with?", asked.need)]
        if asked.areas:
            rows.append(("place", "Where do you live?", self._name(asked)))
        if asked.whom:
            rows.append(("whom", "Who is it for?", dict(self.for_whom).get(asked.whom, "")))
        if asked.worker:
            rows.append(("worker", words.WORKER, YES_NO[asked.worker]))
        for fact in self._answered(asked):
            field = self._field(fact, asked)
            rows.append((f"fact-{fact}", field.text, answer_in_words(field)))
        return [row for row in rows if row[2]]

    def ready(self, grant: Grant, asked: Asked) -> dict[str, Any]:
        """What is told of one grant on the page that helps to apply."""
        return {
            "title": grant.title,
            "route": words.route(grant.route, asked.worker),
            "speaks": LETTER_OF_ANOTHER if asked.whom == ANOTHER else "",
            "apply": apply_of(grant, self.catalogue, asked.areas),
        }

    def _answered(self, asked: Asked) -> list[str]:
        skipped = [name.removeprefix("silence-") for name, _ in asked.sent if name.startswith("silence-")]
        known = self.catalogue.facts.facts.keys() | {WORK}
        return list(dict.fromkeys(name for name in (*asked.fact_ids, *skipped) if name in known))

    def _wrong(self, asked: Asked) -> list[str]:
        return [fact for fact in asked.fact_ids if f"fact-{fact}" in asked.problems]

    def _is_shown(self, name: str, ids: list[str]) -> bool:
        if name in ("need", "area", "whom", "worker", "visit"):
            return True
        return any(
            name == f"silence-{fact}" or name == f"fact-{fact}" or name.startswith(f"fact-{fact}-")
            for fact in ids
        )

    def _name(self, asked: Asked) -> str:
        names = [
            self.catalogue.areas.name(code) for code in asked.areas if code in self.catalogue.areas.names
        ]
        return names[0] if names else ""

    def _field(self, asked_id: str, asked: Asked) -> Field:
        return field_of(asked_id, self.catalogue, asked.sent, asked.problems.get(f"fact-{asked_id}", ""))


def answer_in_words(field: Field) -> str:
    """Say what was answered to a question."""
    if field.silence and not field.given:
        return {"none": "None of these", "unknown": "I do not know", "declined": "Not said"}.get(
            field.silence, ""
        )
    if field.kind == "date":
        return " ".join(field.parts.get(part, "") for part in ("day", "month", "year")).strip()
    if field.kind == "boolean":
        return YES_NO.get(field.given[-1] if field.given else "", "")
    named = dict(field.values)
    if field.kind == "money" and field.given:
        return f"{_sum(field.given[-1])} {named.get(field.parts.get(PER, ''), '')}".strip()
    return ", ".join(named.get(value, value) for value in field.given)


def _sum(text: str) -> str:
    amount = number_of(text)
    return text if amount is None else words.pounds(float(amount))
