"""Groups follow from the chance of qualifying; what can help tonight comes first when the need is for tonight."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.catalogue.grants import Grant
from models.grouping import GROUPS, counted, groups_of, helps_tonight, parts_of

CHANCES = st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), min_size=1, max_size=30)


def grant(**more: Any) -> Grant:
    return Grant.model_validate({"id": "g", "title": "G", "rules": [], **more})


def test_a_group_is_told_by_the_chance_and_by_whether_rules_were_read() -> None:
    groups = groups_of(np.array([1.0, 0.8, 0.79, 0.11, 0.1, 1.0]), np.array([True] * 5 + [False]))
    assert [GROUPS[at] for at in groups] == ["likely", "likely", "possible", "possible", "few", "unreviewed"]


@given(CHANCES)
def test_every_grant_stands_in_one_group_and_few_come_last(rows: list[tuple[float, bool, bool]]) -> None:
    chances, reviewed, tonight = (np.array(column) for column in zip(*rows, strict=True))
    groups = groups_of(chances, reviewed)
    parts = parts_of(groups, tonight)
    assert sum(counted(groups).values()) == len(rows)
    few, unreviewed = groups == GROUPS.index("few"), groups == GROUPS.index("unreviewed")
    assert set(parts[few]) <= {3}
    assert set(parts[unreviewed]) <= {2}
    assert set(parts[~few & ~unreviewed & tonight]) <= {0}
    assert set(parts[~few & ~unreviewed & ~tonight]) <= {1}


def test_tonight_is_helped_by_what_pays_for_it_and_decides_in_days() -> None:
    food = {"purposes": ["GTIP070"], "reasons": ["GTIR100"]}
    grants = [
        grant(**food, apply={"days_to_decide": 1}),
        grant(**food, apply={"days_to_decide": 42}),
        grant(**food),
        grant(purposes=["GTIP070"], reasons=["GTIR010"]),
        grant(purposes=["GTIP020"], reasons=["GTIR100"]),
    ]
    assert helps_tonight(grants, ["no_food"]).tolist() == [True, False, True, False, False]
    assert not helps_tonight(grants, ["life", "abuse"]).any()
    assert not helps_tonight(grants, []).any()
