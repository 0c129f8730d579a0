"""Nobody is shown less for telling less; and a grant that were hidden would be counted."""

from __future__ import annotations

import numpy as np

from data.catalogue.reading import Catalogue
from experiments.nothing_hidden import Found, draw, may_have, run


def test_no_grant_is_hidden_from_people_who_tell_only_a_part() -> None:
    found = run(12)
    assert (found.people, found.hidden, found.false_promises) == (12, 0, 0)
    assert found.eligible > 0
    assert found.ruled_out > 0


def test_a_hidden_grant_and_a_false_promise_are_counted() -> None:
    truth, codes = np.array([True, True, True, False, False]), np.array([0, 1, 4, 4, 2], dtype=np.int8)
    assert Found().with_person(truth, codes) == Found(1, 5, 3, 2, 2, 1)


def test_what_is_told_is_less_than_what_is_known(catalogue: Catalogue) -> None:
    whole, silent = next(draw(1, catalogue))
    assert silent.facts.keys() < whole.facts.keys()
    assert sum(may_have(whole, grant, catalogue) for grant in catalogue.grants) > 0
