"""Simulated people who look for help, drawn household first from collected rows of shares.

Of facts that have collected rows nothing is shared with the product's base rates (of the others, which came later, the
product's own estimates are taken, where one half stood): the rows are read as collected, also those that are given sex,
disability or a benefit, and what is drawn later is given what was drawn before: place, age, sex, children, partner,
home, work, disability, benefits, money, bills, events, trades, relatives.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from data.catalogue.facts import Fact, FactBook
from data.people.base_rates import FILE
from data.places.areas import AreaTree

Json = dict[str, Any]
Person = dict[str, Any]
"""What was drawn of a person so far, with `area` and what lies above it as a set, and `sex`."""

DISABILITY: Final = (
    "pip", "dla", "adp", "child_disability_payment", "attendance_allowance", "pension_age_disability_payment",
    "armed_forces_independence_payment",
)  # fmt: skip
MEANS_TESTED: Final = ("universal_credit", "pension_credit")
FIRST: Final = ("tenure", "employment", "disabled", "long_term_illness", "carer")
"""Facts drawn after the household and before benefits, in this order."""
MONEY: Final = {
    "weekly_income": 0.9, "weekly_income_less_disability": 0.8, "own_weekly_income": 0.7, "own_yearly_income": 0.7,
    "weekly_money_left": 0.6, "yearly_income": 0.9, "savings": 0.4,
}  # fmt: skip
"""How closely each goes with one common rank of how well off a household is (correlation of normal scores)."""


class Row(NamedTuple):
    """One collected row, taken apart."""

    value: str
    """As JSON."""
    share: float
    conditions: tuple[Json, ...]
    about: frozenset[str]
    rank: float
    """The smaller, the closer: narrow ages before wide ones, people in hardship before everybody."""
    when: str | None


@dataclass(frozen=True)
class Collected:
    """The collected rows, by fact."""

    rows: Mapping[str, Sequence[Row]]
    areas: Mapping[str, float]

    @classmethod
    def read(cls, folder: Path) -> Collected:
        """Read `base_rates.jsonl` and `uc_households_by_area.csv` of a folder."""
        rows: dict[str, list[Row]] = defaultdict(list)
        for line in (folder / "base_rates.jsonl").read_text("utf-8").splitlines():
            raw = json.loads(line)
            if raw["value"] != "not_answered":
                rows[raw["fact"]].append(read_row(raw))
        with (folder / "uc_households_by_area.csv").open(encoding="utf-8") as file:
            areas = {row["code"]: float(row["share_of_uk"]) for row in csv.DictReader(file)}
        estimates = json.loads(FILE.read_text("utf-8"))["facts"]
        rows.update({fact: _estimated(told) for fact, told in estimates.items() if fact not in rows})
        return cls(rows, areas)

    def shares(self, fact: str, person: Person, when: str | None = None) -> dict[str, float]:
        """Give the share of each value, as JSON, for somebody like this; odds of different givens are multiplied."""
        found: dict[str, dict[frozenset[str], Row]] = defaultdict(dict)
        for row in self.rows.get(fact, ()):
            if row.when == when and all(_holds(one, person) for one in row.conditions):
                before = found[row.value].get(row.about)
                if before is None or row.rank < before.rank:
                    found[row.value][row.about] = row
        return {value: _joined(rows) for value, rows in found.items()}

    def whole(self, fact: str, person: Person) -> dict[str, float]:
        """Give the same of a fact with one value: what rows that add up to everybody leave out, nobody has."""
        totals: dict[frozenset[str], float] = defaultdict(float)
        named: dict[frozenset[str], set[str]] = defaultdict(set)
        for row in self.rows.get(fact, ()):
            fits = row.when is None and all(_holds(one, person) for one in row.conditions)
            if fits and row.value not in named[row.about]:
                named[row.about].add(row.value)
                totals[row.about] += row.share
        full = [named[about] for about, total in totals.items() if about and total > 0.98]
        found = self.shares(fact, person)
        return {value: share for value, share in found.items() if all(value in values for values in full)}


def _estimated(told: Sequence[Json]) -> list[Row]:
    """Take the product's own shares of a fact as rows, those for everybody; numbers and days are left out."""
    return [
        read_row({"value": value == "true" or value, "share": share, "basis": "estimate"})
        for one in told
        if "given" not in one
        for value, share in one["shares"].items()
        if "|" not in value and re.search(r"[a-z]", value)
    ]


def read_row(raw: Json) -> Row:
    """Take a collected row apart."""
    conditions = tuple(_conditions(raw.get("given")))
    ages = (one.get("below", 131) - one.get("at_least", 0) for one in conditions if one["fact"] == "age")
    rank = sum(ages) + (1000 if raw["basis"] == "population" else 0)
    about = frozenset(one["fact"] for one in conditions)
    return Row(json.dumps(raw["value"]), raw["share"], conditions, about, rank, raw.get("when"))


def _conditions(given: Json | None) -> list[Json]:
    return [] if given is None else [given, *_conditions(given.get("and"))]


def _holds(condition: Json, person: Person) -> bool:
    fact = condition["fact"]
    have = person.get("places") if fact == "area" else person.get(fact)
    if have is None:
        return False
    held = have if isinstance(have, set | frozenset | list) else {have}
    if "value" in condition:
        return condition["value"] in held
    if "one_of" in condition:
        return not set(condition["one_of"]).isdisjoint(held)
    if "none_of" in condition:
        return set(condition["none_of"]).isdisjoint(held)
    return bool(condition.get("at_least", 0) <= float(have) < condition.get("below", 1e9))


def _meets(written: Json, person: Person) -> bool:
    """Tell whether a person meets a precondition; what is not drawn yet counts as not so."""
    if "any_of" in written:
        return any(_meets(part, person) for part in written["any_of"])
    if "not" in written:
        return not _meets(written["not"], person)
    if "lives_in" in written:
        return not set(written["lives_in"]).isdisjoint(person.get("places", ()))
    if "worked_in" in written:
        return any(spell["trade"] in written["worked_in"] for spell in person.get("work") or ())
    have = person.get(written["fact"])
    if have is None:
        return False
    if "is" in written:
        return bool(have == written["is"])
    if "at_least" in written:
        return bool(have >= written["at_least"])
    held = have if isinstance(have, set) else {have}
    if "one_of" in written:
        return not set(written["one_of"]).isdisjoint(held)
    return set(written["none_of"]).isdisjoint(held)


def _joined(rows: Mapping[frozenset[str], Row]) -> float:
    base = rows.get(frozenset())
    finest = [row for about, row in rows.items() if about and not any(about < other for other in rows)]
    if base is None or not finest:
        return finest[0].share if finest else next(iter(rows.values())).share
    odds = _odds(base.share)
    for row in finest:
        odds *= _odds(row.share) / _odds(base.share)
    return odds / (1 + odds)


def _odds(share: float) -> float:
    return max(share, 1e-9) / max(1 - share, 1e-9)


@dataclass
class Households:
    """Draws people."""

    collected: Collected
    book: FactBook
    tree: AreaTree
    rng: np.random.Generator
    on: date
    _ever: dict[tuple[str, bool], list[tuple[str, float, float]]] = field(default_factory=dict)

    def applicant(self) -> Json:
        """Draw an applicant of whom everything is known, as a client would send it."""
        code = self._one_of(self._homes)
        person: Person = {"places": {code, *self.tree.ancestors(code)}, "age": self._age()}
        self._family(person)
        self._facts(person, self.book.facts.values())
        related = self._relatives(person)
        months = self._months_here()
        since = self.on - timedelta(days=int(months * 30.4))
        receives = self._receives(person)
        return {
            "facts": self._told(person),
            "areas": [code],
            "lived_in": [*self._before(code, since), {"area": code, "from": since.isoformat()}],
            "work": person["work"],
            "related": related,
            "receives": receives,
        }

    # The household

    @cached_property
    def _homes(self) -> dict[str, float]:
        above = set(self.tree.parents.values())
        return {code: share for code, share in self.collected.areas.items() if code not in above}

    def _age(self) -> int:
        low, high = self._span("age", {})
        return int(low + self.rng.random() * (min(high, 96) - low))

    def _family(self, person: Person) -> None:
        person["sex"] = "female" if self._happens(self._share("sex", '"female"', person)) else "male"
        shares = self._spans("number_of_children", person)
        some = sum(share for (low, _), share in shares.items() if low == 1 and _ == 1e9) or None
        person["number_of_children"] = self._children(person, some)
        odds = _odds(self._share("lives_with_partner", "true", person)) * (
            2.2 if person["number_of_children"] else 0.75
        )
        person["lives_with_partner"] = self._happens(odds / (1 + odds))
        youngest = [self._child_age(person["age"]) for _ in range(person["number_of_children"])]
        person["children"] = sorted(youngest)
        others = int(self.rng.choice([0, 1, 2], p=[0.72, 0.18, 0.10]))
        size = 1 + person["lives_with_partner"] + person["number_of_children"] + others
        person["household_size"], person["other_adults"] = size, others

    def _children(self, person: Person, some: float | None) -> int:
        counts = {1: 0.409, 2: 0.353, 3: 0.158, 4: 0.055, 5: 0.025}
        share = 0.345 if some is None else some
        return int(self._one_of(counts)) if self._happens(share) else 0

    def _child_age(self, parent: int) -> int:
        ages = {
            int(json.loads(value)): share
            for value, share in self.collected.shares("children_ages", {"number_of_children": 1}).items()
            if json.loads(value).__class__ is str and int(json.loads(value)) <= max(0, parent - 16)
        }
        return int(self._one_of(ages)) if ages else 0

    # Facts

    def _facts(self, person: Person, facts: Iterable[Fact]) -> None:
        """Draw what is asked of a person, in an order in which each is given those before."""
        wanted = {fact.id: fact for fact in facts}
        for name in FIRST:
            if name in wanted:
                self._draw(person, wanted[name])
        self._benefits(person)
        person["work"] = self._work(person)
        well_off = float(self.rng.normal()) - 0.5 * bool(set(MEANS_TESTED) & set(person["benefits"]))
        for name, fact in wanted.items():
            if name not in person and name not in ("birth_date", "children"):
                rank = self._rank(well_off, MONEY[name]) if name in MONEY else None
                self._draw(person, fact, rank)
        self._consistent(person)

    def _rank(self, well_off: float, closeness: float) -> float:
        score = closeness * (well_off + 0.3) + (1 - closeness**2) ** 0.5 * float(self.rng.normal())
        return float(1 / (1 + np.exp(-1.702 * score)))

    def _draw(self, person: Person, fact: Fact, rank: float | None = None) -> None:
        if not self._applies(person, fact):
            return
        match fact.kind:
            case "boolean":
                person[fact.id] = self._happens(self._share(fact.id, "true", person))
            case "choice":
                shares = self.collected.whole(fact.id, person)
                weights = {value: shares.get(json.dumps(value), 0.0) for value in fact.values}
                person[fact.id] = self._one_of(weights)
            case "choices":
                shares = self.collected.shares(fact.id, person)
                held = {
                    v for v in fact.values if v != "none" and self._happens(shares.get(json.dumps(v), 0.0))
                }
                person[fact.id] = held or ({"none"} if "none" in fact.values else set())
            case "date":
                day = self._day(fact.id, person)
                if day is not None:
                    person[fact.id] = day
            case _ if self.collected.shares(fact.id, person):
                low, high = self._span(fact.id, person, rank)
                high = min(high, 2 * low + 100, float("inf") if fact.max is None else float(fact.max))
                number = low + self.rng.random() * (high - low)
                person[fact.id] = int(number) if fact.kind == "number" else round(float(number), 2)
            case _:
                return

    def _applies(self, person: Person, fact: Fact) -> bool:
        """Tell whether a fact applies, for the few shapes that preconditions have."""
        asked = fact.applies_if
        return asked is None or _meets(
            asked.model_dump(mode="json", by_alias=True, exclude_unset=True), person
        )

    def _benefits(self, person: Person) -> None:
        """Draw benefits, those for disability given disability, those for housing given the home."""
        shares = self.collected.shares("benefits", person)
        found = set[str]()
        for value in self.book.facts["benefits"].values:
            share = shares.get(json.dumps(value), 0.0)
            if value in DISABILITY and value not in ("child_disability_payment",):
                share = min(1.0, share * (0.9 / 0.46 if person.get("disabled") else 0.1 / 0.54))
            if value == "carers_allowance" or value == "carer_support_payment":
                share = min(1.0, share / 0.15) if person.get("carer") else 0.0
            if value in ("child_benefit", "scottish_child_payment", "child_disability_payment"):
                share = share if person.get("number_of_children") else 0.0
            if value == "universal_credit" and person.get("employment") == "employed":
                share *= 0.85
            if value == "housing_benefit" and person.get("tenure") in ("owner", "mortgage", "with_family"):
                share = 0.0
            if value == "council_tax_reduction":
                share = min(1.0, share * (1.5 if found & set(MEANS_TESTED) else 0.25))
            if value in ("esa_new_style", "esa_income", "incapacity", "industrial_injuries"):
                share = min(1.0, share * (1.9 if person.get("disabled") else 0.2))
            if self._happens(share):
                found.add(value)
        person["benefits"], person["on_benefits"] = found, bool(found)

    def _consistent(self, person: Person) -> None:
        """Mend what cannot be together."""
        kids = person.get("children", [])
        if person["number_of_children"]:
            person["children_ages"] = {str(age) for age in kids}
            stages = {self._stage(age) for age in kids} - {"none"}
            person["children_at_school"] = stages or {"none"}
            person["youngest_child_born_on"] = self._birthday(kids[0])
        if (
            person.get("employment") != "student"
            and person["age"] > 19
            and person.get("study_level") == "school"
        ):
            person["study_level"] = "none"
        if person.get("immigration_status") in ("british_or_irish", "settled", "protected"):
            person.pop("no_recourse_to_public_funds", None)
        if person.get("employment") not in ("employed", "self_employed") and not person["lives_with_partner"]:
            person["monthly_earnings"] = person["earnings_last_six_months"] = 0
        if person.get("bereaved") is False and "bereavement" in person.get("recent_events", ()):
            person["recent_events"].discard("bereavement")
        if person.get("sex") == "male" and not person["lives_with_partner"] and person.get("pregnant"):
            person["pregnant"] = False
        for name, fact in self.book.facts.items():
            if name in person and name != "benefits" and not self._applies(person, fact):
                del person[name]

    def _stage(self, age: int) -> str:
        stages = (
            (3, "none"),
            (5, "nursery"),
            (7, "infant"),
            (11, "junior"),
            (16, "secondary"),
            (20, "post_16"),
        )
        return next((stage for below, stage in stages if age < below), "none")

    # Others around them

    def _relatives(self, person: Person) -> list[Json]:
        found = [self._child(person, age) for age in person["children"]]
        if person["lives_with_partner"]:
            other = "male" if person["sex"] == "female" else "female"
            near = int(np.clip(person["age"] + self.rng.normal(0, 3), 18, 95))
            found.append(self._adult("partner", near, other, person))
        found += [
            self._adult("other_adult", int(self.rng.integers(18, 80)), None, person)
            for _ in range(person["other_adults"])
        ]
        shares = self.collected.shares("relation", person)
        for relation, years in _OLDER.items():
            if self._happens(shares.get(json.dumps(relation), 0.0)):
                age = int(np.clip(person["age"] + years, 19, 100))
                found.append(self._adult(relation, age, None, None))
        if person.get("carer"):
            found.append(self._cared_for(person))
        return found

    def _child(self, person: Person, age: int) -> Json:
        disabled = self._happens(0.17)
        child: Person = {"age": age, "birth_date": self._birthday(age), "disabled": disabled}
        gets = disabled and self._happens(0.55)
        child["on_benefits"] = gets
        scotland = "S92000003" in person["places"]
        if gets:
            kind = (
                ("adp" if age > 15 else "child_disability_payment")
                if scotland
                else "pip"
                if age > 15
                else "dla"
            )
            child["benefits"] = {kind}
            child["disability_benefit_rates"] = {"daily_enhanced" if self._happens(0.5) else "daily_standard"}
        rest: Person = {
            "sex": "male" if self._happens(0.5) else "female",
            "severe_mental_impairment": disabled and self._happens(0.02),
            "sight_registration": "severely_sight_impaired" if self._happens(0.0007) else "none",
            "long_term_illness": disabled or self._happens(0.1),
            "health_conditions": self._conditions_of_child(disabled=disabled),
            "armed_forces_service": "never", "immigration_status": person["immigration_status"],
        }  # fmt: skip
        return {
            "relation": "child",
            "facts": self._told({**child, **rest}, born=False),
            "work": [],
            "areas": None,
        }

    def _conditions_of_child(self, *, disabled: bool) -> set[str]:
        """Draw at most one health condition; of disabled children most have one."""
        shares = self.collected.shares("health_conditions", {"age": 16})
        named = self.book.facts["health_conditions"].values
        weights = {value: shares.get(json.dumps(value), 0.0) for value in named}
        return {self._one_of(weights)} if self._happens(0.7 if disabled else 0.05) else set()

    def _adult(self, relation: str, age: int, sex: str | None, beside: Person | None) -> Json:
        other: Person = {"age": age, "places": set() if beside is None else beside["places"]}
        other["sex"] = sex or ("female" if self._happens(0.5) else "male")
        other |= {"number_of_children": 0, "lives_with_partner": False, "children": []}
        if beside is not None and relation == "partner":
            other |= {name: beside[name] for name in ("number_of_children", "lives_with_partner")}
        personal = [fact for fact in self.book.facts.values() if fact.of == "person"]
        for fact in (one for one in personal if one.id in _OF_RELATIVES):
            if fact.id == "benefits":
                self._benefits(other)
            elif fact.id not in other:
                self._draw(other, fact)
        if beside is not None and relation == "partner":
            shared = set(MEANS_TESTED) & set(beside.get("benefits", ()))
            other["benefits"] = (set(other["benefits"]) - set(MEANS_TESTED)) | shared
            other["on_benefits"] = bool(other["benefits"])
            other["immigration_status"] = beside["immigration_status"]
            self._draw(other, self.book.facts["disability_benefit_rates"])
        other["work"] = self._work(other)
        self._draw(other, self.book.facts["work_included"])
        kept: Person = {name: other[name] for name in _OF_RELATIVES if name in other}
        told = self._told({**kept, "age": age, "sex": other["sex"]}, born=False)
        return {"relation": relation, "facts": told, "work": other["work"], "areas": None}

    def _cared_for(self, person: Person) -> Json:
        gets = person.get("cared_for_gets_disability_benefit", False)
        benefits: Person = {"on_benefits": True, "benefits": {"pip"}} if gets else {"on_benefits": False}
        found = self._adult("cared_for", int(self.rng.integers(5, 95)), None, None)
        found["facts"] = {
            name: value
            for name, value in found["facts"].items()
            if name not in ("benefits", "disability_benefit_rates")
        } | self._told(benefits, born=False)
        if gets:
            found["facts"]["disability_benefit_rates"] = ["daily_standard"]
        return found

    # Places, work, awards

    def _months_here(self) -> float:
        points = [
            (span["at_least"], share)
            for span, share in (
                (json.loads(row.value), row.share) for row in self.collected.rows["lived_in_area_months"]
            )
            if "kind" not in span
        ]
        draw = float(self.rng.random())
        at, shares = [0.0, *(p for p, _ in points), 480.0], [1.0, *(s for _, s in points), 0.0]
        return float(np.interp(1 - draw, [1 - share for share in shares], at))

    def _before(self, code: str, since: date) -> list[Json]:
        if not self._happens(0.5):
            return []
        other = self._one_of(self._homes)
        start = since - timedelta(days=int(self.rng.integers(200, 4000)))
        return [{"area": other, "from": start.isoformat(), "to": since.isoformat()}] if other != code else []

    def _work(self, person: Person) -> list[Json]:
        key = person["sex"], person["age"] >= 66
        if key not in self._ever:
            ever = self.collected.shares(
                "worked_in", {"sex": person["sex"], "age": 70 if key[1] else 40}, "ever"
            )
            now = self.collected.shares("worked_in", {}, "now")
            self._ever[key] = [
                (trade, ever.get(json.dumps(trade), 0.0), now.get(json.dumps(trade), 0.0))
                for trade in self.book.trades
            ]
        draws, spells = self.rng.random(len(self._ever[key])), []
        for (trade, once, today), draw in zip(self._ever[key], draws.tolist(), strict=True):
            if draw < once:
                working = person.get("employment") in ("employed", "self_employed")
                still = working and self._happens(min(1.0, today / max(once, 1e-9) / 0.34))
                spells.append(self._spell(trade, still))
        return spells

    def _spell(self, trade: str, still: bool) -> Json:
        ages = [(0.25, 0.94), (1, 0.8), (2, 0.67), (3, 0.57), (5, 0.43), (7, 0.35), (10, 0.26), (30, 0.0)]
        draw = float(self.rng.random())
        years = float(np.interp(1 - draw, [0, *(1 - s for _, s in ages)], [0.0, *(y for y, _ in ages)]))
        ago = (
            0.0 if still else float(np.interp(self.rng.random(), [0, 0.14, 0.33, 0.49, 1], [0, 1, 5, 10, 40]))
        )
        end = self.on - timedelta(days=int(ago * 365))
        start = end - timedelta(days=int(years * 365) + 1)
        return {"trade": trade, "from": start.isoformat(), **({} if still else {"to": end.isoformat()})}

    def _receives(self, person: Person) -> list[str]:
        held = set(person.get("benefits", ()))
        found = ["pension-credit", "pension-credit-ni"] if "pension_credit" in held else []
        found += ["scottish-child-payment"] if "scottish_child_payment" in held else []
        found += ["nhs-low-income-scheme"] if person.get("receives_nhs_low_income_help") else []
        ni = "N92000002" in person["places"] and person["number_of_children"] > 0
        return found + (["free-school-meals-ni"] if ni and self._happens(0.62) else [])

    # Drawing

    def _told(self, person: Person, *, born: bool = True) -> Json:
        facts = {name: value for name, value in person.items() if name in self.book.facts}
        if born:
            facts["birth_date"] = self._birthday(person["age"])
        return {
            name: sorted(value) if isinstance(value, set) else value
            for name, value in facts.items()
            if name != "age" or not born
        }

    def _birthday(self, age: int) -> str:
        return (self.on - timedelta(days=int(age * 365.25 + 1 + self.rng.integers(0, 364)))).isoformat()

    def _day(self, fact: str, person: Person) -> str | None:
        """Draw a day from forms such as {"months_ago": {"at_most": 6}}; what no row covers lies some years back."""
        unit_days = {"years_ago": 365.25, "months_ago": 30.44, "days_ago": 1.0}
        draw, before = float(self.rng.random()), 0.0
        for value, share in sorted(self.collected.shares(fact, person).items(), key=lambda one: one[1]):
            form = json.loads(value)
            if not isinstance(form, dict) or len(form) != 1:
                continue
            ((unit, bounds),) = form.items()
            if draw < share:
                if unit == "days_ahead":
                    ahead = bounds.get("at_least", 0) + self.rng.random() * (bounds.get("at_most", 60))
                    return (self.on + timedelta(days=int(ahead))).isoformat()
                if unit in unit_days:
                    days = before + self.rng.random() * (bounds.get("at_most", 10) * unit_days[unit] - before)
                    return (self.on - timedelta(days=int(days))).isoformat()
            elif unit in unit_days:
                before = bounds.get("at_most", 10) * unit_days[unit]
        if fact == "baby_due_on":
            return (self.on + timedelta(days=int(78 + self.rng.random() * 200))).isoformat()
        return (self.on - timedelta(days=int(before + 30 + self.rng.random() * 4000))).isoformat()

    def _share(self, fact: str, value: str, person: Person) -> float:
        """Give the share of a value, written as JSON; one half where none is known."""
        return self.collected.shares(fact, person).get(value, 0.5)

    def _spans(self, fact: str, person: Person) -> dict[tuple[float, float], float]:
        found = {}
        for value, share in self.collected.shares(fact, person).items():
            span = json.loads(value)
            if isinstance(span, dict) and set(span) <= {"at_least", "below"}:
                found[float(span["at_least"]), float(span.get("below", 1e9))] = share
        return found

    def _span(self, fact: str, person: Person, rank: float | None = None) -> tuple[float, float]:
        spans = sorted(self._spans(fact, person).items())
        if not spans:
            return 0.0, 1.0
        shares = np.cumsum([share for _, share in spans])
        draw = float(self.rng.random() if rank is None else rank) * float(shares[-1])
        return spans[min(int(np.searchsorted(shares, draw)), len(spans) - 1)][0]

    def _one_of(self, weights: Mapping[Any, float]) -> Any:
        at = float(self.rng.random()) * sum(weights.values())
        for value, weight in weights.items():
            at -= weight
            if at < 0:
                return value
        return list(weights)[-1]

    def _happens(self, share: float) -> bool:
        return bool(self.rng.random() < share)


_OLDER: Final = {
    "parent": 28, "sibling": 0, "grandparent": 56, "adult_child": -27, "former_partner": 1, "late_partner": 4,
    "late_parent": 33, "late_child": -25, "late_relative": 20,
}  # fmt: skip
"""Relations outside the household, and by how many years they are older."""
_OF_RELATIVES: Final = (
    "age", "sex", "disabled", "carer", "benefits", "on_benefits", "disability_benefit_rates", "sight_registration",
    "severe_mental_impairment", "immigration_status", "armed_forces_service", "armed_forces_branch",
    "own_weekly_income", "bereaved", "study_level", "study_full_time", "long_term_illness", "health_conditions",
    "employment", "work_included",
)  # fmt: skip
