"""No list depends on the audit store; a column that leaks one of its attributes is caught by the same trial."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models.recommender import Recommender
from training.audit.separation import Asking, List, changed_by_flip, flipped, made_asking, ranked_by
from training.audit.store import AuditStore, new_key

ON = date(2026, 11, 29)
PEOPLE = 25


@pytest.fixture(scope="module")
def asking(recommender: Recommender) -> tuple[Asking, ...]:
    return tuple(made_asking(recommender.catalogue, PEOPLE, on=ON, seed=2))


@pytest.fixture
def audit(tmp_path: Path) -> Iterator[AuditStore]:
    store = AuditStore.open(f"sqlite:///{tmp_path / 'audit.db'}", new_key())
    yield store
    store.close()


def test_flipping_every_attribute_changes_no_list(
    recommender: Recommender, asking: tuple[Asking, ...], audit: AuditStore
) -> None:
    before = {one.pseudonym: dict(one.attributes) for one in asking}
    honest = ranked_by(recommender, on=ON)
    assert changed_by_flip(lambda people: map(honest, people), asking, audit) == 0
    after = dict(audit.people())
    for person, attributes in before.items():
        assert all(after[person][name] != value for name, value in attributes.items())


def test_a_planted_column_that_reads_the_store_is_caught(
    recommender: Recommender, asking: tuple[Asking, ...], audit: AuditStore
) -> None:
    honest = ranked_by(recommender, on=ON)

    def leaking(one: Asking) -> List:
        """The honest list, with a column that lifts the last grant for one sex as the store tells it."""
        attributes = audit.of(one.pseudonym) or {}
        lifted = 10.0 * (attributes.get("sex") == "female")
        scores = [(grant, score + lifted * (place == 9)) for place, (grant, score) in enumerate(honest(one))]
        return tuple(sorted(scores, key=lambda row: -row[1]))

    assert changed_by_flip(lambda people: map(leaking, people), asking, audit) > PEOPLE / 4


def test_every_flip_gives_a_value_that_others_have_where_there_are_two(asking: tuple[Asking, ...]) -> None:
    change = flipped(asking)
    sexes = {one.attributes["sex"] for one in asking}
    assert {change(dict(one.attributes))["sex"] for one in asking} <= sexes
