"""How many grants a person who answered everything is told that the fund alone decides, and which they are.

What only a person at a fund can weigh stays open; what could be asked ought not to. Told of people drawn household
first (`experiments/households.py`), and of one worker in London who answered every question.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from data.catalogue.reading import Catalogue, sample_catalogue
from data.catalogue.rules import Discretion
from data.catalogue.traversal import walk
from data.people.applicants import read_applicant
from experiments.households import Collected, Households, Json
from models.eligibility.conditions import evaluation_context
from models.eligibility.kleene import Answer
from models.eligibility.verdict import Status, judge_in

ON: Final = date(2026, 11, 29)
SEED: Final = 7
PEOPLE: Final = 200
SHOWN: Final = 40
"""Grants in the table, those of most people first."""
LONDONER: Final[Json] = {
    "facts": {
        "birth_date": "1991-03-14", "sex": "female", "religion": "none", "lives_with_partner": False,
        "number_of_children": 0, "household_size": 1, "looks_after_child_as": ["none"], "pregnant": False,
        "employment": "employed", "weekly_hours": 37, "monthly_earnings": 1900, "weekly_income": 438,
        "own_weekly_income": 438, "own_yearly_income": 27000, "yearly_income": 27000, "weekly_money_left": 30,
        "savings": 1500, "on_benefits": False, "paid_national_insurance": True, "short_of_essentials": False,
        "energy_debt": 0, "rent_arrears": 0, "water_debt": 0, "water_bill_yearly": 420,
        "benefits_check_done": True, "other_help_tried": True, "already_bought": False, "member_of": ["none"],
        "worked_for": ["none"], "work_included": ["none"], "sure_hours": True, "volunteers_with": ["none"],
        "harmed_on_duty": False,
        "starting_out_in": ["none"], "study_level": "none", "study_full_time": False, "has_degree": True,
        "tenure": "private_rent", "locality": ["none"], "home_improvement_loan": False, "homeless": False,
        "at_risk_of_homelessness": False, "moving_from": ["none"], "rent_shortfall": False,
        "pays_council_tax": True, "epc_rating": "C", "pays_energy_bill": True, "energy_supplier": "octopus",
        "meter_type": "credit", "heating_fuel": "gas", "water_company": "thames", "water_meter": True,
        "disabled": False, "long_term_illness": False, "health_conditions": [], "sight_registration": "none",
        "travel_passes": ["none"], "severe_mental_impairment": False, "hospital_travel": False,
        "medical_water_use": False, "receives_nhs_low_income_help": False, "carer": False, "bereaved": False,
        "recent_events": [], "fleeing_abuse": False, "been_in_prison": False, "victim_of_violent_crime": False,
        "visits_prisoner": False, "care_leaver": False, "armed_forces_service": "never",
        "immigration_status": "british_or_irish", "born_in": "none", "english_first_language": True,
        "pets": ["none"], "helped_by": ["none"], "papers_ready": ["none"],
        "supplier_fund_refused": False, "lacks_data": False,
        "adapted_home": False, "depends_on_relative": False, "legal_problem": ["none"], "drives": False,
    },
    "areas": ["E09000012"], "lived_in": [{"area": "E09000012", "from": "2016-05"}],
    "work": [{"trade": "retail", "from": "2014-01"}], "related": [], "awards": [], "receives": [],
}  # fmt: skip
"""A shop worker in Hackney who lives alone and answered everything."""


@dataclass(frozen=True)
class Found:
    """What was counted; `often` holds for each grant the share of people and what its fund decides."""

    people: int
    mean: float
    open: float
    """The mean number of grants that wait for an answer."""
    londoner: tuple[str, ...]
    often: tuple[tuple[str, float, tuple[str, ...]], ...]

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain JSON-ready data."""
        often = [
            {"grant": grant, "share": round(share, 3), "decides": decides}
            for grant, share, decides in self.often
        ]
        return {
            "study": "discretionary", "people": self.people, "mean": round(self.mean, 2),
            "mean_needs_info": round(self.open, 2), "londoner": list(self.londoner), "grants": often,
        }  # fmt: skip


def run(data: Path, people: int = PEOPLE, *, told: Callable[[str], None] = lambda _: None) -> Found:
    """Judge people who answered everything, and count what is left to the funds."""
    catalogue = sample_catalogue()
    households = Households(
        Collected.read(data), catalogue.facts, catalogue.areas, np.random.default_rng(SEED), ON
    )
    times, texts, waiting = Counter[str](), dict[str, dict[str, None]](), 0
    for number in range(1, people + 1):
        for grant, status, decides in _judged(households.applicant(), catalogue):
            waiting += status is Status.NEEDS_INFO
            if status is Status.DISCRETIONARY:
                times[grant] += 1
                texts.setdefault(grant, {}).update(dict.fromkeys(decides))
        told(f"{number} of {people} people")
    often = tuple((grant, count / people, tuple(texts[grant])) for grant, count in times.most_common())
    alone = [grant for grant, status, _ in _judged(LONDONER, catalogue) if status is Status.DISCRETIONARY]
    return Found(people, times.total() / people, waiting / people, tuple(alone), often)


def _judged(person: Json, catalogue: Catalogue) -> Iterator[tuple[str, Status, list[str]]]:
    """Yield each grant with its status and the decisions of the rules that are open."""
    applicant = read_applicant(person, catalogue.facts, catalogue.areas)
    context = evaluation_context(applicant, catalogue.facts, catalogue.areas, on=ON)
    for grant in catalogue.grants:
        verdict = judge_in(context, grant)
        rules = [one.rule for one in verdict.findings if one.rule and one.answer is Answer.UNKNOWN]
        parts = [part for rule in rules for part in walk(rule.condition)]
        yield grant.id, verdict.status, [part.discretion for part in parts if isinstance(part, Discretion)]


def show(found: Found, *, as_json: bool) -> None:
    """Print the figures: a table for people, or one JSON object."""
    if as_json:
        print(json.dumps(found.as_dict(), ensure_ascii=False))
        return
    title = (
        f"{found.people} people: {found.mean:.1f} grants that the fund decides on, {found.open:.1f} that wait for an "
        f"answer; a worker in London: {len(found.londoner)} ({', '.join(found.londoner)})"
    )
    table = Table("grant", "of people", "what the fund decides", title=title)
    for grant, share, decides in found.often[:SHOWN]:
        table.add_row(grant, f"{share:.0%}", " / ".join(decides))
    Console().print(table)
