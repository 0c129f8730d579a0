"""A memo that many requests share gives what was worked out, also while another thread empties it."""

from __future__ import annotations

from models.eligibility.memo import Memo


class Emptying:
    """A part whose memo is empty by the third time it is looked up, as if another thread had emptied it."""

    def __init__(self, shared: Memo) -> None:
        self.shared, self.looked_up = shared, 0

    def __hash__(self) -> int:
        """Count a look, and empty the memo before the third."""
        self.looked_up += 1
        if self.looked_up > 2:
            self.shared._results.clear()
        return 0


def test_a_result_is_given_even_if_another_thread_empties_the_memo() -> None:
    shared = Memo()
    assert shared.memoised(Emptying(shared), "purpose", lambda: "result") == "result"


def test_a_result_is_worked_out_once_also_where_it_is_nothing() -> None:
    shared, worked = Memo(), list[int]()
    for _ in range(3):
        assert shared.memoised("part", "purpose", lambda: worked.append(1)) is None
    assert worked == [1]
