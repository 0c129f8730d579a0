"""What a partner sends is read as it is, and only what our own form asks."""

from __future__ import annotations

from data.people.partners import WORDS
from serving.partners.forms import MOST, NO_CHOICE, NO_GRADE, TOO_LONG, read_choice, read_grading

KNOWN = {f"g{number}" for number in range(50)}
SHOWN = [("shown", "g1"), ("shown", "g2"), ("shown", "unknown")]


def test_grades_reasons_words_and_consent_are_read_of_grants_that_were_shown() -> None:
    sent = read_grading(
        [*SHOWN, ("grade-g1", "3"), ("why-g1", " It came fast. "), ("grade-g2", ""), ("grade-g9", "2"),
         ("grade-unknown", "1"), ("missing", "A bus fare"), ("quote", "yes"), ("do", "sent")],
        KNOWN,
    )  # fmt: skip
    grading = sent.grading
    assert (grading.state, grading.pool, grading.grades) == ("sent", ("g1", "g2"), {"g1": 3})
    assert (grading.why, grading.missing, grading.quote) == ({"g1": "It came fast."}, "A bus fare", True)
    assert sent.problems == {}


def test_nothing_to_send_is_pointed_out_and_a_draft_or_a_skip_may_be_empty() -> None:
    assert read_grading([*SHOWN, ("do", "sent")], KNOWN).problems == {"grade-g1": NO_GRADE}
    for do in ("draft", "skipped", "something else"):
        sent = read_grading([*SHOWN, ("do", do)], KNOWN)
        assert sent.problems == {} and sent.grading.state != "sent"


def test_a_grade_that_is_none_is_no_grade() -> None:
    assert read_grading([*SHOWN, ("grade-g1", "4"), ("grade-g2", "-1")], KNOWN).grading.grades == {}


def test_a_text_that_is_too_long_is_told_and_nothing_else_is_lost() -> None:
    sent = read_grading([*SHOWN, ("grade-g1", "1"), ("why-g1", "x" * (WORDS + 1)), ("do", "sent")], KNOWN)
    assert sent.problems == {"why-g1": TOO_LONG}
    assert sent.grading.grades == {"g1": 1} and len(sent.grading.why["g1"]) == WORDS


def test_a_form_with_more_grants_than_ours_ever_has_is_cut() -> None:
    assert len(read_grading([("shown", name) for name in sorted(KNOWN)], KNOWN).grading.pool) == MOST


def test_a_choice_names_what_made_the_orders_and_an_empty_one_is_pointed_out() -> None:
    names = ("likeness", "learned")
    choice, problems = read_choice([("chosen", "second"), ("why", "Nearer")], names, "v1")
    assert choice is not None and not problems
    assert (choice.second, choice.chosen, choice.model, choice.quote) == ("learned", "second", "v1", False)
    assert read_choice([], names, None) == (None, {"chosen": NO_CHOICE})
