"""Random rules of every form over any fact book, to measure and to test with; no real scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np

from data.catalogue.facts import Fact, FactBook
from data.catalogue.rules import EligibilityRule
from data.catalogue.settling import in_own_periods
from data.places.areas import AreaTree

T = TypeVar("T")
Json = dict[str, Any]

MOST_DEEP: Final = 6
_NESTED: Final = 0.2
"""Share of rules that are more than one leaf."""
AS_IN_REAL_SCHEMES: Final = {
    "fact": 69, "lives_in": 14, "lived_for": 0.6, "has_lived_in": 0.4, "worked_in": 4, "ago": 3, "table": 0.7,
    "share": 0.3, "sum": 0.8, "related": 1.2, "receives": 2, "discretion": 4, "shifted": 0, "sum_of": 0,
    "nested_table": 0, "table_by_people": 0, "beneficiary": 0,
}  # fmt: skip
"""How often a leaf takes each form, in a hundred: about as often as in the sample catalogue of real schemes."""
ABOUT_PEOPLE: Final = ("sum", "related", "beneficiary", "table_by_people")
"""Forms that cannot stand inside one another."""
EVERY_FORM_OFTEN: Final = dict.fromkeys(AS_IN_REAL_SCHEMES, 1) | {"fact": 4}
"""For tests."""


@dataclass(frozen=True)
class RuleMaker:
    """Draws conditions as JSON over a fact book and areas; every one of them is valid."""

    book: FactBook
    areas: AreaTree
    rng: np.random.Generator
    on: date
    """Days in rules lie around this day."""
    shares: Mapping[str, float] = field(default_factory=lambda: AS_IN_REAL_SCHEMES)
    """How often a leaf takes each form."""

    def rule(self, number: int) -> EligibilityRule:
        """Draw a rule; one in fifty applies only on some days."""
        dates: Json = {}
        if self.chance(0.02):
            dates["since" if self.chance(0.5) else "until"] = self.day(-400, 400)
        deep = min(1 + int(self.rng.geometric(0.5)), MOST_DEEP) if self.chance(_NESTED) else 1
        record = {"id": f"r{number}", "text": "simulated", "condition": self.condition(deep), **dates}
        return in_own_periods(EligibilityRule.model_validate(record), self.book)

    def condition(self, deep: int, *, of_related: bool = False) -> Json:
        """Draw a condition of at most so many levels."""
        if deep <= 1:
            return self.leaf(of_related)
        parts = [
            self.condition(deep - 1 if at == 0 else int(self.rng.integers(1, deep)), of_related=of_related)
            for at in range(int(self.rng.integers(2, 4)))
        ]
        form = self.one_of(["any_of", "any_of", "all_of", "not", "at_least"])
        if form == "not":
            return {"not": parts[0]}
        if form == "at_least":
            return {"at_least": int(self.rng.integers(1, len(parts) + 1)), "of": parts}
        return {form: parts}

    def leaf(self, of_related: bool = False) -> Json:
        """Draw a condition without parts, or one that asks about related people."""
        forms = [form for form in self.shares if not (of_related and form in ABOUT_PEOPLE)]
        weights = np.array([self.shares[form] for form in forms], dtype=float)
        form = forms[int(self.rng.choice(len(forms), p=weights / weights.sum()))]
        made: Json | None = getattr(self, f"_{form}")()
        return made if made is not None else self._fact()

    def _fact(self) -> Json:
        fact = self.one_of(self._facts)
        return {"fact": fact.id, **self._asked_of(fact)}

    def _asked_of(self, fact: Fact) -> Json:
        match fact.kind:
            case "boolean":
                return {"is": self.chance(0.8)}
            case "choice" if self.chance(0.4):
                return {"is": self.one_of(list(fact.values))}
            case "choice" | "choices":
                return {"none_of" if self.chance(0.3) else "one_of": self.some_of(list(fact.values))}
            case "date":
                return self._between(sorted([self.day(-3000, 400), self.day(-3000, 400)]))
            case _ if self.chance(0.05):
                return (
                    {"is": self.number(fact)}
                    if self.chance(0.5)
                    else {"one_of": [self.number(fact), self.number(fact)]}
                )
            case "money" if fact.period is not None and self.chance(0.5):
                return self._between([self._amount(fact)])
            case _:
                return self._between(sorted([self.number(fact), self.number(fact)]))

    def _between(self, ends: list[Any]) -> Json:
        low = {self.one_of(["at_least", "at_least", "above"]): ends[0]}
        high = {self.one_of(["at_most", "at_most", "below"]): ends[-1]}
        return self.one_of([low, high, {**low, **high}] if len(ends) > 1 else [low, high])

    def _amount(self, fact: Fact) -> Json:
        return {"amount": self.number(fact), "per": self.one_of(["week", "month", "year"])}

    def _lives_in(self) -> Json | None:
        return {"lives_in": self.some_of(self._codes, most=3)} if self._codes else None

    def _lived_for(self) -> Json | None:
        months = int(self.rng.choice([3, 6, 12, 24, 36]))
        return {"lives_in": self.some_of(self._codes, most=2), "for_months": months} if self._codes else None

    def _has_lived_in(self) -> Json | None:
        months = {"for_months": int(self.rng.choice([6, 12, 60]))} if self.chance(0.5) else {}
        if self._has_new_forms and self.chance(0.3):
            months["within_years"] = int(self.rng.choice([1, 3, 10]))
        return {"has_lived_in": self.some_of(self._codes, most=2), **months} if self._codes else None

    def _worked_in(self) -> Json | None:
        if not self.book.trades:
            return None
        asked: Json = {"worked_in": self.some_of(list(self.book.trades), most=3)}
        if self.chance(0.7):
            asked["years"] = float(self.rng.choice([0.5, 1, 2, 5, 10]))
        if self.chance(0.2):
            asked["within_years"] = int(self.rng.choice([2, 5, 10]))
        return {**asked, "now": True} if self.chance(0.2) else asked

    def _ago(self) -> Json | None:
        if not self._dates:
            return None
        units = [("years_ago", 30), ("months_ago", 60), ("days_ago", 400), ("days_ahead", 200)]
        unit, most = self.one_of([*units, ("weeks_ago", 60)] if self._has_new_forms else units)
        ends = sorted(
            float(end) if unit == "years_ago" else int(end) for end in self.rng.integers(0, most, 2)
        )
        last = self._has_new_forms and unit in ("years_ago", "months_ago") and self.chance(0.3)
        end = {"month_end": "last"} if last else {}
        return {"fact": self.one_of(self._dates).id, unit: self._between(ends), **end}

    def _shifted(self) -> Json | None:
        if len(self._dates) < 2:
            return None
        one, other = (self._dates[int(at)] for at in self.rng.choice(len(self._dates), 2, replace=False))
        shifts = {
            "plus_years": int(self.rng.integers(-5, 30)),
            "plus_months": int(self.rng.integers(-8, 8)),
            "plus_days": int(self.rng.integers(-40, 40)),
        }
        bound = {"fact": other.id, **{name: shifts[name] for name in self.some_of(list(shifts))}}
        more = {"at_least": self.day(-3000, 0)} if self.chance(0.2) else {}
        return {"fact": one.id, **more, self.one_of(["above", "below"]): bound}

    def _sum_of(self) -> Json | None:
        alike = [fact for fact in self._money if fact.period == self._money[0].period]
        if len(alike) < 2:
            return None
        facts = [fact.id for fact in alike]
        parts: list[Any] = self.some_of(facts, most=3)
        if self.chance(0.4):
            parts[0] = {"fact": parts[0], "times": float(self.rng.choice([0.5, 0.25, -1]))}
        return {"sum_of": parts, **self._between(sorted(self.number(alike[0]) for _ in range(2)))}

    def _nested_table(self) -> Json | None:
        made, keys = self._table(), [fact for fact in self._numbers if fact.kind == "number"] + self._choices
        if made is None or not keys:
            return None
        table, by = made["at_most"], self.one_of(keys)
        inner = [str(int(by.min or 0) + at) for at in range(3)] if by.kind == "number" else list(by.values)
        row = self.one_of(list(table["rows"]))
        start = table["rows"][row]
        table["rows"][row] = {"by": by.id, "rows": {key: start + 500 * at for at, key in enumerate(inner)}}
        table.pop("each_more", None)
        return made

    def _table_by_people(self) -> Json | None:
        if not self.book.relations or not self._money:
            return None
        asked = {"where": self.leaf(of_related=True)} if self.chance(0.4) else {}
        counted = {"count": self.some_of([*self.book.relations, "any", "self"], most=2), **asked}
        start, step = int(self.rng.integers(1, 40)) * 500, int(self.rng.integers(1, 8)) * 250
        rows = {str(at): start + at * step for at in range(int(self.rng.integers(1, 4)))}
        more = {"each_more": step} if self.chance(0.7) else {}
        limit = {"by": counted, "rows": rows, **more}
        return {"fact": self.one_of(self._money).id, self.one_of(["at_most", "below"]): limit}

    def _beneficiary(self) -> Json | None:
        whom = self.some_of(["self", *self.book.relations], most=3)
        return {"beneficiary": self.condition(int(self.rng.integers(1, 3)), of_related=True), "for": whom}

    def _table(self) -> Json | None:
        keys = [fact for fact in self._numbers if fact.kind == "number"] + self._choices
        if not keys or not self._money:
            return None
        by = self.one_of(keys)
        start, step = int(self.rng.integers(1, 40)) * 500, int(self.rng.integers(1, 8)) * 250
        if by.kind == "choice":
            rows = {value: start + place * step for place, value in enumerate(self.some_of(list(by.values)))}
            return {"fact": self.one_of(self._money).id, "at_most": {"by": by.id, "rows": rows}}
        first = int(by.min or 0)
        rows = {str(first + at): start + at * step for at in range(int(self.rng.integers(1, 5)))}
        more = {"each_more": step} if self.chance(0.7) else {}
        return {"fact": self.one_of(self._money).id, "at_most": {"by": by.id, "rows": rows, **more}}

    def _share(self) -> Json | None:
        if len(self._money) < 2:
            return None
        one, other = self.rng.choice(len(self._money), 2, replace=False)
        times = float(self.rng.choice([0.1, 0.25, 0.3333, 0.5, 1.5]))
        plus = {"plus": int(self.rng.integers(-4, 10)) * 250} if self._has_new_forms else {}
        share = {"fact": self._money[int(other)].id, "times": times, **plus}
        return {"fact": self._money[int(one)].id, self.one_of(["at_least", "at_most"]): share}

    def _sum(self) -> Json | None:
        numbers = [fact for fact in self._numbers if fact.of == "person"]
        if not numbers or not self.book.relations:
            return None
        still = [fact for fact in numbers if fact.from_birth_date is None]
        fact = self.one_of(still if still and self.chance(0.95) else numbers)
        over = [*(["self"] if self.chance(0.7) else []), self.one_of([*self.book.relations, "any"])]
        where = (
            {"where": self.condition(int(self.rng.integers(1, 3)), of_related=True)}
            if self.chance(0.3)
            else {}
        )
        return {
            "sum": fact.id,
            "over": over,
            **where,
            **self._between(sorted([self.number(fact), self.number(fact)])),
        }

    def _related(self) -> Json | None:
        if not self.book.relations:
            return None
        relations = self.some_of([*self.book.relations, "any", "self"], most=2)
        asked: dict[str, Any] = {"related": relations}
        extra: dict[str, Any] = self.one_of(
            [{}, {}, {"all": True}, {"at_least": 2}, {"at_most": 1}, {"at_least": 1, "at_most": 3}]
        )
        if relations == ["self"]:
            extra = {}
        if "self" in relations or "all" in extra or self.chance(0.85):
            inner = self.condition(int(self.rng.integers(1, 3)), of_related=True)
            asked["condition"] = {"applicant": self.leaf()} if self.chance(0.05) else inner
        return {**asked, **extra}

    def _receives(self) -> Json:
        return {
            "receives": [f"benefit-{at}" for at in self.rng.integers(0, 12, int(self.rng.integers(1, 4)))]
        }

    def _discretion(self) -> Json:
        return {"discretion": "simulated: the trustees decide"}

    def number(self, fact: Fact) -> int:
        """Draw a round number within the limits of a fact."""
        low = int(fact.min or 0)
        high = int(fact.max) if fact.max is not None else (30000 if fact.kind == "money" else low + 100)
        step = 1 if fact.kind != "money" else int(self.rng.choice([50, 500, 1000]))
        top = min(high, 100 if step == 1 else 2000 if step == 50 else high)
        return min(max(int(self.rng.integers(low, max(top, low) + 1)) // step * step, low), high)

    def day(self, first: int, last: int) -> str:
        """Draw a day between so many days from the day around which rules lie."""
        return (self.on + timedelta(days=int(self.rng.integers(first, last + 1)))).isoformat()

    def chance(self, share: float) -> bool:
        """Tell whether something happens that happens in this share of times."""
        return bool(self.rng.random() < share)

    def one_of(self, things: Sequence[T]) -> T:
        """Draw one of these."""
        return things[int(self.rng.integers(0, len(things)))]

    def some_of(self, things: Sequence[T], most: int = 4) -> list[T]:
        """Draw a few of these, each once."""
        count = int(self.rng.integers(1, min(most, len(things)) + 1))
        return [things[int(at)] for at in self.rng.choice(len(things), count, replace=False)]

    @property
    def _has_new_forms(self) -> bool:
        """Whether also forms are drawn that the first catalogues of real schemes did not have."""
        return self.shares.get("shifted", 0) > 0

    def _of_kind(self, *kinds: str) -> list[Fact]:
        return [fact for fact in self.book.facts.values() if fact.kind in kinds]

    @cached_property
    def _facts(self) -> list[Fact]:
        return list(self.book.facts.values())

    @cached_property
    def _numbers(self) -> list[Fact]:
        return self._of_kind("number", "money")

    @cached_property
    def _money(self) -> list[Fact]:
        return self._of_kind("money")

    @cached_property
    def _choices(self) -> list[Fact]:
        return self._of_kind("choice")

    @cached_property
    def _dates(self) -> list[Fact]:
        return self._of_kind("date")

    @cached_property
    def _codes(self) -> list[str]:
        return list(self.areas.names)
