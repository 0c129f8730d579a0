"""A memo that many requests share gives what was worked out, also while another thread empties it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from models.eligibility import memo
from models.eligibility.memo import Memo


def test_a_result_is_given_even_if_another_thread_empties_the_memo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "MOST_HELD", 1)
    shared = Memo()

    def ask(first: int) -> bool:
        return all(
            shared.memoised(n % 3, "twice", lambda n=n: 2 * (n % 3)) == 2 * (n % 3)
            for n in range(first, 20_000)
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(8)))


def test_a_result_is_worked_out_once_also_where_it_is_nothing() -> None:
    shared, worked = Memo(), list[int]()
    for _ in range(3):
        assert shared.memoised("part", "purpose", lambda: worked.append(1)) is None
    assert worked == [1]
