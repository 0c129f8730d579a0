"""A chance in words promises nothing."""

from __future__ import annotations

import pytest

from models.qualifying.wording import in_words


@pytest.mark.parametrize("chance", [0.001, 0.1, 0.11, 0.5, 0.79, 0.8, 0.999, 1.0])
def test_no_chance_says_that_somebody_qualifies(chance: float) -> None:
    said = in_words(chance)
    assert "You qualify" not in said
    assert "will" not in said


def test_the_words_change_at_one_tenth_and_at_eight_tenths() -> None:
    assert in_words(0.1).startswith("It is for few people")
    assert in_words(0.11) == in_words(0.79) == "You may qualify."
    assert in_words(0.8) == in_words(0.99) == "You very likely qualify."
    assert in_words(1.0) == "You fit every rule we can check."


@pytest.mark.parametrize("chance", [0.0, -0.1, 1.1])
def test_what_is_ruled_out_has_no_such_words(chance: float) -> None:
    with pytest.raises(ValueError, match="expected a chance"):
        in_words(chance)
