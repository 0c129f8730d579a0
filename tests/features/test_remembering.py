"""Results are remembered by a digest, and the texts they came from are not kept."""

from __future__ import annotations

from features.remembering import Remembered


def test_a_text_is_worked_out_once_for_what_stands_beside_it() -> None:
    remembered, asked = Remembered[int](), []

    def work_out() -> int:
        asked.append(1)
        return len(asked)

    assert [remembered.of("rent", work_out), remembered.of("rent", work_out)] == [1, 1]
    assert remembered.of("rent", work_out, beside=b"another day") == 2
    assert remembered.of("rent another day", work_out) == 3


def test_what_was_not_asked_lately_is_forgotten_and_no_text_is_kept() -> None:
    remembered = Remembered[int](size=2)
    for text in ("my name is Ada", "gas", "my name is Ada", "bed"):
        remembered.of(text, lambda: 0)
    assert len(remembered) == 2
    assert remembered.of("my name is Ada", lambda: 1) == 0
    assert remembered.of("gas", lambda: 1) == 1
    assert "Ada" not in repr(vars(remembered))
