"""A text is a number in one way only, or it is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.written_numbers import Mark, Misread, read_number

MARKS: st.SearchStrategy[Mark] = st.sampled_from([".", ","])


@given(text=st.text("0123456789.,'e+-£€ \u00a0x", max_size=12), mark=MARKS)
def test_any_text_is_a_number_or_refused(text: str, mark: Mark) -> None:
    with suppress(Misread):
        assert read_number(text, mark) is None or any(figure in text for figure in "0123456789")


@given(number=st.decimals(0, 10**9, places=2), mark=MARKS)
def test_a_number_written_with_its_mark_and_thousands_is_read_back(number: float, mark: Mark) -> None:
    written = f"{number:,}" if mark == "." else f"{number:,}".translate(str.maketrans(".,", ",."))
    assert read_number(written, mark) == float(number)


@pytest.mark.parametrize("text", [".", ",", "-", "e5", ".e5", "£.", "one"])
def test_marks_without_a_digit_are_no_number(text: str) -> None:
    with pytest.raises(Misread, match="is "):
        read_number(text, ".")
