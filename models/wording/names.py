"""The names of a catalogue in plain words: values of facts, places, trades, people around a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from data.catalogue.facts import ANY, SELF, Fact, FactBook
from data.places.areas import AreaTree
from models.eligibility.memo import CatalogueMemo
from models.wording.bound_phrases import amount
from models.wording.quantities import day, listed, whole_run
from models.wording.question_forms import saying_of
from models.wording.sentences import Saying

SOMEONE: Final = "someone else in your home"


@dataclass(frozen=True)
class Names:
    """Names of everything that conditions speak of."""

    book: FactBook
    areas: AreaTree
    memo: CatalogueMemo

    def saying(self, fact: Fact) -> Saying | None:
        """Give the statement that the question of a fact makes; None where it must be quoted."""
        return self.memo.memoised(fact, "saying", lambda: saying_of(fact.asks, fact.kind))

    def relation(self, name: str) -> str:
        """Name a related person, such as "your partner"."""
        if name == SELF:
            return "you"
        return SOMEONE if name == ANY else self.book.relations[name].text

    def values(self, fact: Fact, values: Sequence[object]) -> str:
        """Name values of a fact, such as "Universal Credit or Pension Credit"."""
        run = whole_run([str(value) for value in values]) if fact.kind == "choices" else None
        if run is not None and len(values) > 2:
            low, high = run
            codes = whole_run(list(fact.values))
            return f"{high} or under" if codes is not None and codes[0] == low else f"{low} to {high}"
        named = [self.value(fact, value) for value in values]
        if len(named) > 1 and any(", " in name or " or " in name for name in named):
            named = [f"“{name}”" for name in named]
        return listed(named)

    def place(self, code: str) -> str:
        """Name an area as it stands in a sentence: "Bristol", where lists have "Bristol, City of"."""
        name = self.areas.name(code).removesuffix(", City of").removesuffix(", County of")
        return f"the {name}" if name.startswith("City of ") else name

    def value(self, fact: Fact, value: object) -> str:
        """Name one value of a fact."""
        if isinstance(value, Decimal):
            return amount(fact, value)
        if fact.kind == "date":
            return day(date.fromisoformat(str(value)))
        return fact.values.get(str(value), str(value))
