"""How places would change: an answer counts that lifts, sinks or removes a grant of the first ten, and no other."""

from __future__ import annotations

import numpy as np

from models.explanations.places_ahead import CHANCES, TOP, Front
from models.qualifying.outlooks import Outlooks


def front(chances: list[float]) -> Front:
    told = np.array(chances)
    return Front(told, told, np.repeat(CHANCES[:, None], len(told), axis=1), (told > 0) & (told < 1))


def yes_or_no(before: list[float], row: int) -> Outlooks:
    """A question that settles one grant and no other."""
    then = np.repeat(np.array(before)[:, None], 2, axis=1)
    then[row] = 1.0, 0.0
    return Outlooks(("asked",), np.array([0]), np.array([before[row], 1 - before[row]]), then)


def test_a_grant_that_an_answer_removes_lets_the_others_rise() -> None:
    chances = [0.9, 0.8, 0.7]
    change = front(chances).changes(yes_or_no(chances, 0))[:, 0]
    assert (change > 0).all()


def test_an_answer_about_what_cannot_come_among_the_first_changes_nothing() -> None:
    chances = [1.0] * TOP + [0.5]
    assert not front(chances).changes(yes_or_no(chances, TOP)).any()


def test_an_answer_about_a_grant_further_down_counts_where_it_may_rise_to_the_top() -> None:
    chances = [0.9] * TOP + [0.5]
    change = front(chances).changes(yes_or_no(chances, TOP))[:, 0]
    assert change[TOP] == 0.5, "in half of all cases it comes first"
    assert (change > 0).all()
