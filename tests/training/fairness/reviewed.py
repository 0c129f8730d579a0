"""A review of made-up lists in which one group is served worse, one is too small to be told, and one was not asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from data.people.applicants import Need
from data.people.events import Event, Kind, Placement
from data.people.outcomes import Application, Outcome, Result
from tests.models.rankers.test_bundle import made_bundle
from training.fairness import measures
from training.fairness.comparing import compare
from training.fairness.lists import Lists, attributes_of, shown
from training.fairness.made_people import WHY
from training.fairness.making import write
from training.fairness.measures import Measure
from training.fairness.review import Made, Subject, assembled

GRANTS = {"small": 0, "large": 1, "middle": 2}
BANDS = {"funder": np.array(["one grant", "5 or more", "<b>2 to 4</b>"])}
DAY = datetime(2026, 8, 3, 12, tzinfo=UTC)
GROUPS = {
    **{f"p{at}": "female" for at in range(80)},
    **{f"p{at}": "male" for at in range(80, 160)},
    **{f"p{at}": "<script>alert(1)</script>" for at in range(160, 164)},
}
"""Pseudonym → sex; p164 to p179 were not asked."""
PEOPLE = [f"p{at}" for at in range(180)]


def lists() -> Lists:
    """Everybody is shown three grants and applies for the second; of 80 women 60 are awarded, of 80 men 20."""
    placements = tuple(
        Placement(grant_id=grant, position=place, status="eligible", qualifies=1.0, success=0.5)
        for place, grant in enumerate(("large", "small", "middle"), start=1)
    )
    told = {"kind": Kind.SHOWN, "at": DAY, "placements": placements}
    events = [Event(id=one, response_id=one, person=one, **told) for one in PEOPLE]
    on = date(2026, 8, 4)
    applied = [Application(one, one, "small", on, Need()) for one in PEOPLE]
    outcomes = [
        Outcome(
            one, Result.AWARDED if at % 80 < (60 if at < 80 else 20) else Result.DECLINED, on + timedelta(9)
        )
        for at, one in enumerate(PEOPLE)
    ]
    return shown(events, applied, outcomes, GRANTS)


def made(found: Lists) -> Made:
    """What stands beside it of made-up people."""
    people = len(found.people)
    attributes = {"nation": np.where(np.arange(people) < people // 2, "Wales", "Scotland")}
    open_ = Measure(
        "open_grants",
        "Grants open",
        measures.Kind.COUNT,
        (np.arange(people) % 7 + 1.0).astype(np.float64),
        np.ones(people),
    )
    return Made(
        people,
        compare([open_], attributes, seed=1, replicates=200, deals=200),
        who=[{"attribute": "nation", "group": "Wales", "people": "90"}],
        reasons=[
            {"attribute": "nation", "group": "Wales", "people": "90", "reasons": dict.fromkeys(WHY, 2.0)},
            {"attribute": "nation", "group": "Elsewhere", "people": "fewer than 10", "reasons": {}},
        ],
        rules=[
            {
                "grant": "small",
                "rule": "age",
                "text": "You must be 60.",
                "why": "age",
                "people": "60",
                "most": "",
            }
        ],
        floors={
            "kind": "funder",
            "refused": False,
            "said": "Nobody is worse off.",
            "rows": [["Lists", "1", "2"]],
        },
    )


@cache
def told() -> dict[str, Any]:
    """The review as data."""
    found = lists()
    attributes = attributes_of(found.people, {person: {"sex": sex} for person, sex in GROUPS.items()})
    return assembled(subject(), found, attributes, BANDS, list(GRANTS), made=made(found))


@cache
def subject() -> Subject:
    """What is reviewed."""
    return Subject(made_bundle(), "2026-Q3", shown=True, made_on="2026-11-20", prepared_by="Ana")


def written(folder: Path) -> str:
    """Write the review's folder; gives its digest."""
    return write(folder, told(), subject())
