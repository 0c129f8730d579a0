"""A memo that many requests share gives what was worked out, also while another thread empties it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from models.eligibility import memo
from models.eligibility.memo import Memo


def test_a_result_is_given_even_if_another_thread_empties_the_memo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "MOST_HELD", 1)
    shared = Memo()

    def ask(first: int) -> bool:
        parts = (number % 3 for number in range(first, 20_000))
        return all(shared.memoised(part, "itself", partial(int, part)) == part for part in parts)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(8)))


def test_a_result_is_worked_out_once_also_where_it_is_nothing() -> None:
    shared, worked = Memo(), list[int]()
    for _ in range(3):
        assert shared.memoised("part", "purpose", lambda: worked.append(1)) is None
    assert worked == [1]
