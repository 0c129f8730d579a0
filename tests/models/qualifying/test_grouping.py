"""Groups follow from the chance of qualifying; what can help tonight comes first when the need is for tonight."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.catalogue.facts import FactBook
from data.catalogue.grants import Grant
from features.fit import DIGITS, LEAST
from features.pairs import PairFeatures
from models.qualifying.grouping import (
    GROUPS,
    counted,
    few_last,
    groups_of,
    helps_tonight,
    parts_of,
    within_reach,
)

CHANCES = st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), min_size=1, max_size=30)


def grant(**more: Any) -> Grant:
    return Grant.model_validate({"id": "g", "title": "G", "rules": [], **more})


def pairs(chances: Any, named: Any = 0.0, meant: Any = np.nan) -> PairFeatures:
    """The columns that groups read, as the order has them."""
    likely, written_for = (np.round(np.log(np.maximum(of, LEAST)), DIGITS) for of in (chances, meant))
    columns = [likely, *(np.broadcast_to(one, likely.shape) for one in (named, written_for))]
    return PairFeatures(("qualifies", "named", "meant"), np.column_stack(columns).astype(np.float32))


def test_a_group_is_told_by_the_chance_and_by_whether_rules_were_read() -> None:
    groups = groups_of(pairs([1.0, 0.8, 0.79, 0.11, 0.1, 1.0]), np.array([True] * 5 + [False]))
    assert [GROUPS[at] for at in groups] == ["likely", "likely", "possible", "possible", "few", "unreviewed"]


def test_what_a_person_names_is_not_only_for_few() -> None:
    groups = groups_of(pairs([0.01, 0.01, 0.9], [0.9, 0.2, 0.9]), np.array([True] * 3))
    assert [GROUPS[at] for at in groups] == ["possible", "few", "likely"]


def test_what_a_need_was_likely_written_for_is_not_only_for_few() -> None:
    groups = groups_of(pairs([0.01, 0.01, 0.9], meant=[0.5, 0.001, np.nan]), np.array([True] * 3))
    assert [GROUPS[at] for at in groups] == ["possible", "few", "likely"]


def test_an_order_is_measured_with_what_is_for_few_last_as_it_is_shown() -> None:
    scores = few_last(np.array([5.0, 1.0, 3.0, -2.0]), pairs([0.01, 0.5, 0.02, 0.9], [0.0, 0.0, 0.9, 0.0]))
    assert np.argsort(-scores).tolist() == [2, 1, 3, 0]


@given(CHANCES)
def test_every_grant_stands_in_one_group_and_few_come_last(rows: list[tuple[float, bool, bool]]) -> None:
    chances, reviewed, tonight = (np.array(column) for column in zip(*rows, strict=True))
    groups = groups_of(pairs(chances), reviewed)
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
    known = FactBook(facts={}).purposes
    assert helps_tonight(grants, ["no_food"], known).tolist() == [True, False, True, False, False]
    assert not helps_tonight(grants, ["life", "abuse"], known).any()
    assert not helps_tonight(grants, [], known).any()


def test_what_few_could_have_or_is_named_for_another_cost_helps_nobody_tonight() -> None:
    likely = np.round(np.log([0.9, 0.2, 0.1, 0.9]), DIGITS)
    columns = np.column_stack([likely, [1.0, 1.0, 1.0, 0.0]]).astype(np.float32)
    found = within_reach(PairFeatures(("qualifies", "no_other_cost"), columns))
    assert found.tolist() == [True, True, False, False]


def test_a_deployment_says_which_of_its_own_purposes_meets_what_cannot_wait() -> None:
    book = FactBook.model_validate(
        {"facts": {}, "purposes": {"bread": {"text": "Bread", "urgent": "no_food"}, "heat": "Heating"}}
    )
    grants = [grant(purposes=["bread"], reasons=["GTIR100"]), grant(purposes=["heat"], reasons=["GTIR100"])]
    assert helps_tonight(grants, ["no_food"], book.purposes).tolist() == [True, False]
