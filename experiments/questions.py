"""How many questions it takes until a list is as it would be with everything answered.

People are drawn household first, with needs that could be theirs (`experiments/askers.py`). Each tells where they live
and what they need, and then answers the product's own next question truthfully, one after another. A list is right as
soon as four of its first five, or eight of its first ten, are among those of somebody who told everything.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from data.catalogue.reading import sample_catalogue
from data.people.applicants import Need, read_applicant
from data.people.base_rates import sample_rates
from experiments.askers import draw
from experiments.households import Collected, Json
from features.embedding import Embedder
from models.counterfactuals.variables import LISTS
from models.listing.wish import Wish
from models.rankers.bundle import load
from models.recommender import Recommender

ON: Final = date(2026, 11, 29)
RATES: Final = Path("../shared/data/base_rates")
CHAMPION: Final = Path("bundles/champion")
SEED: Final = 7
PEOPLE: Final = 200
MOST: Final = 30
"""Questions that anybody is asked."""
POOL: Final = 1500
"""People among whom those are found who could write a need."""
GOALS: Final = {5: (4, 6), 10: (8, 10)}
"""Of so many first grants: how many are to be right, and after how many questions at the median."""
_SHOWN: Final = Wish(size=max(GOALS), near_misses=0)
_UNKNOWN: Final[Json] = {"unknown": True}


@dataclass(frozen=True)
class Asked:
    """What one person was asked, and how right the list was."""

    questions: tuple[str, ...]
    right: dict[int, tuple[int, ...]]
    """Of so many first grants how many are right after no question, after one …"""

    def needed(self, first: int) -> float:
        """How many questions it took until enough of so many first grants were right; infinite where never."""
        enough = GOALS[first][0]
        return next((n for n, right in enumerate(self.right[first]) if right >= enough), float("inf"))

    def is_right_after(self, first: int, questions: int) -> bool:
        """Tell whether enough are right after so many questions, or after the last one where there are fewer."""
        found = self.right[first]
        return found[min(questions, len(found) - 1)] >= GOALS[first][0]


@dataclass(frozen=True)
class Found:
    """What was measured."""

    asked: tuple[Asked, ...]

    def figures(self, first: int) -> dict[str, float]:
        """Measure the lists by so many first grants."""
        needed = np.array([one.needed(first) for one in self.asked])
        _, goal = GOALS[first]
        return {
            "median": float(np.median(needed)),
            "three_in_four": float(np.quantile(needed, 0.75, method="inverted_cdf")),
            "right_before_any": float(np.mean(needed == 0)),
            "right_after_goal": float(np.mean([one.is_right_after(first, goal) for one in self.asked])),
            "never": float(np.mean(np.isinf(needed))),
        }

    def as_dict(self) -> Json:
        """The figures as plain JSON-ready data."""
        return {
            "study": "questions",
            "people": len(self.asked),
            "lists": [
                {"first": first, "enough": enough, "goal": goal}
                | {
                    name: None if np.isinf(value) else round(value, 3)
                    for name, value in self.figures(first).items()
                }
                for first, (enough, goal) in GOALS.items()
            ],
        }


def run(
    data: Path,
    bundle: Path,
    embedder: Embedder,
    people: int = PEOPLE,
    *,
    seed: int = SEED,
    told: Callable[[str], None] = lambda _: None,
) -> Found:
    """Draw people, and ask each until there is nothing to ask."""
    catalogue = sample_catalogue()
    recommender = Recommender.of_bundle(load(bundle), catalogue, sample_rates(catalogue), embedder)
    found = []
    drawn = draw(Collected.read(data), catalogue, people, POOL, seed=seed, on=ON)
    for number, (person, need) in enumerate(drawn, start=1):
        found.append(ask_on(person, need, recommender))
        told(f"{number} of {people} people")
    return Found(tuple(found))


def ask_on(person: Json, need: Need, recommender: Recommender) -> Asked:
    """Ask a person one question after another, and compare each list with that of all that is so."""
    wanted, _ = _shown(person, need, recommender)
    told: Json = {"facts": {}, "areas": person["areas"]}
    questions, right = list[str](), {first: list[int]() for first in GOALS}
    while True:
        shown, question = _shown(told, need, recommender)
        for first, found in right.items():
            found.append(first - len(set(wanted[:first]) - set(shown[:first])))
        if question is None or question in questions or len(questions) == MOST:
            return Asked(tuple(questions), {first: tuple(found) for first, found in right.items()})
        questions.append(question)
        told = answered(told, question, person)


def _shown(person: Json, need: Need, recommender: Recommender) -> tuple[list[str], str | None]:
    catalogue = recommender.catalogue
    applicant = read_applicant(person, catalogue.facts, catalogue.areas)
    ranking = recommender.recommend(applicant, need, on=ON, wish=_SHOWN)
    question = ranking.next_question
    return [one.grant_id for one in ranking.results], None if question is None else question.fact


def answered(told: Json, question: str, person: Json) -> Json:
    """Give what is told once a question, by its name, is answered too; what nobody drew is not known.

    Who there is comes with the ages: all else about these people is asked for by itself.
    """
    relation, _, name = question.rpartition(".")
    if relation:
        return {**told, "related": _of_related(told["related"], relation, name, person["related"])}
    if name == "related":
        return {**told, name: [_with_age(one) for one in person[name]]}
    if name in LISTS:
        return {**told, name: person.get(name, [])}
    return {**told, "facts": {**told["facts"], name: person["facts"].get(name, _UNKNOWN)}}


def _with_age(one: Json) -> Json:
    known = {name: value for name, value in one["facts"].items() if name in ("age", "birth_date")}
    return {"relation": one["relation"], "facts": known}


def _of_related(told: list[Json], relation: str, fact: str, people: list[Json]) -> list[Json]:
    """Tell a fact of one of the related people, such as `child[2]`."""
    kind, _, count = relation.rstrip("]").partition("[")
    places = [at for at, one in enumerate(people) if one["relation"] == kind]
    place = places[int(count or 1) - 1]
    one = answered(told[place], fact, people[place])
    return [*told[:place], one, *told[place + 1 :]]


def show(found: Found, *, as_json: bool) -> None:
    """Print the figures: a table for people, or one JSON object."""
    if as_json:
        print(json.dumps(found.as_dict()))
        return
    table = Table(
        "of the first", "right", "questions, median", "goal", "for 3 in 4", "right before any", "right at the goal",
        "never", title=f"{len(found.asked)} people",
    )  # fmt: skip
    for first, (enough, goal) in GOALS.items():
        said = found.figures(first)
        table.add_row(
            str(first), str(enough), f"{said['median']:g}", str(goal), f"{said['three_in_four']:g}",
            f"{said['right_before_any']:.0%}", f"{said['right_after_goal']:.0%}", f"{said['never']:.0%}",
        )  # fmt: skip
    Console().print(table)
