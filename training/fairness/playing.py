"""Plays made-up people through a recommender: what is open to them, what rules them out, what they would be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np

from data.people.judgements import Judgements
from data.synthetic.scenario import Scenario
from models.recommender import Recommender
from training.fairness import made_people
from training.fairness.comparing import compare, in_codes, who
from training.fairness.disclosure import rounded
from training.fairness.exposure import Floats
from training.fairness.funders import Attention, by_band, overall
from training.fairness.made_people import FACTS, WHY, Crowd, RuledOut, Seen
from training.fairness.measures import Kind, Measure, Names
from training.fairness.review import Made
from training.fairness.trying_floors import floors_tried
from training.fairness.verdicts import FEWEST
from training.prepared import Progress, silent

RULES_TOLD: Final = 40


@dataclass(frozen=True)
class Play:
    """Who is played through what, on which day."""

    recommender: Recommender
    scenario: Scenario
    bands: Mapping[str, Names]
    people: int
    on: date
    seed: int = 0
    floors: str = "funder"
    """The kind of band that floors are tried for."""
    judged: Judgements | None = None
    """Judged situations, which floors must not worsen."""
    progress: Progress = field(default=silent)


def played(play: Play) -> Made:
    """Play it: what made-up people tell, all of it simulated."""
    recommender = play.recommender
    crowd = Crowd.drawn(recommender, play.scenario, play.people, on=play.on, seed=play.seed)
    groups = crowd.groups
    impact = made_people.rule_impact(recommender, crowd, frozenset(FACTS), done=counting(play, "rules"))
    free = made_people.seen(recommender, crowd, done=counting(play, "lists"))
    measures = [*made_people.measures_of(free), _open_but_for_objects(free, impact.objects_alone)]
    ids = [grant.id for grant in recommender.catalogue.grants]
    attention = Attention.of(free.lists, len(ids), merit=free.worth)
    tried = {}
    if play.floors in play.bands:
        band = play.bands[play.floors]
        done = counting(play, "lists with floors")
        tried = floors_tried(recommender, crowd, free, band, judged=play.judged, seed=play.seed, done=done)
    return Made(
        play.people,
        compare(measures, groups, seed=play.seed),
        who(groups),
        _reasons(impact.by_kind, groups),
        [_rule(one, groups) for one in impact.alone[:RULES_TOLD] if int(one.people.sum()) >= FEWEST],
        by_band(free.lists, attention, play.bands, seed=play.seed),
        overall(free.lists, attention, play.bands, ids),
        {"kind": play.floors, **tried} if tried else {},
    )


def counting(play: Play, what: str) -> Callable[[], None]:
    """Give what tells the progress of one person more."""
    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        play.progress(what, done, play.people)

    return one_more


def _open_but_for_objects(found: Seen, objects_alone: Floats) -> Measure:
    return Measure(
        "open_but_for_objects",
        "Grants open, the funds' own objects set aside",
        Kind.COUNT,
        found.open.sum(axis=1) + objects_alone,
        np.ones(len(objects_alone)),
        "As if no fund asked about age or what the groups are told apart by; a gap here is a finding.",
    )


def _reasons(by_kind: Mapping[str, Floats], groups: Mapping[str, Names]) -> list[dict[str, Any]]:
    rows = []
    for attribute, values in groups.items():
        names, codes = in_codes(values)
        for place, name in enumerate(names):
            own = codes == place
            few = int(own.sum()) < FEWEST
            means = {} if few else {why: round(float(counts[own].mean())) for why, counts in by_kind.items()}
            people = rounded(int(own.sum()))
            rows.append({"attribute": attribute, "group": name, "people": people, "reasons": means})
    return rows


def _rule(one: RuledOut, groups: Mapping[str, Names]) -> dict[str, Any]:
    """Tell a rule, and the group with the greatest share of people that it hits, ten of them or more."""
    most, share = "", 0.0
    for attribute, values in groups.items():
        names, codes = in_codes(values)
        for place, name in enumerate(names):
            own = codes == place
            here = float(one.people[own].mean())
            if int(one.people[own].sum()) >= FEWEST and here > share:
                most, share = f"{attribute} {name}", here
    told = {"grant": one.grant, "rule": one.rule, "text": one.text, "why": WHY[one.why], "most": most}
    return {**told, "people": rounded(int(one.people.sum()))}
