"""Which grant a need was written for: chances over all grants, and weights that are kept as they are read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from features.columns import FIT_NAMES
from features.meant import CLOSENESS, Meant, closeness_of, own_meant

MADE = Meant("some model", np.arange(1.0, len(CLOSENESS) + 1), 0.25)


def test_chances_over_all_grants_are_one_and_the_closest_is_likeliest() -> None:
    found = MADE.chances(np.array([0.0, 2.0, 1.0]), np.full(3, 0.1))
    assert found.sum() == pytest.approx(1.0)
    assert found.argsort().tolist() == [0, 2, 1]


def test_of_two_that_are_as_close_the_one_that_is_likelier_got_is_likelier_meant() -> None:
    found = MADE.chances(np.zeros(2), np.array([0.01, 0.5]))
    assert found[1] / found[0] == pytest.approx((0.5 / 0.5 * 0.99 / 0.01) ** 0.25)


def test_where_there_is_no_grant_there_is_no_chance() -> None:
    assert MADE.chances(np.zeros(0), np.zeros(0)).tolist() == []


def test_what_is_not_known_tells_nothing() -> None:
    matrix = np.full((1, len(FIT_NAMES)), np.nan, dtype=np.float32)
    assert closeness_of(matrix).tolist() == [[0.0] * len(CLOSENESS)]
    assert MADE.close(matrix).tolist() == [0.0]


def test_weights_are_read_as_they_were_written(tmp_path: Path) -> None:
    MADE.write(tmp_path / "meant.json")
    again = Meant.read(tmp_path / "meant.json")
    assert (again.embedder, again.closeness.tolist(), again.qualifies) == (
        MADE.embedder,
        MADE.closeness.tolist(),
        MADE.qualifies,
    )


def test_being_closer_in_any_way_never_speaks_against_a_grant() -> None:
    own = own_meant()
    assert own is not None
    assert (own.closeness > 0).all()
    assert own.qualifies > 0
