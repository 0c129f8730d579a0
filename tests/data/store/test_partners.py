"""What partners say is kept, replaced, withdrawn and erased; sent grades are what training reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.errors import ErasedPerson
from data.people.partners import Choice, Grading, Interests
from data.people.situations import read_situations
from data.store.partners import PartnersShelf
from data.store.store import Store
from tests.data.store_samples import NOON, everything

SENT = Grading(
    state="sent",
    pool=("g1", "g2", "g3"),
    grades={"g1": 3, "g2": 0},
    why={"g1": "It came in a day."},
    missing="Nobody pays for the bus.",
    quote=True,
)


def grades(store: Store) -> dict[tuple[str, str, str], int]:
    return {(j.partner, j.situation_id, j.grant_id): j.grade for j in store.judgements()}


def test_a_draft_is_kept_and_is_no_grade(store: Store) -> None:
    shelf = PartnersShelf(store)
    draft = SENT.model_copy(update={"state": "draft"})
    shelf.keep("ana", draft, situation="s1", at=NOON)
    assert shelf.of("ana", Grading) == {"s1": draft}
    assert grades(store) == {}


def test_what_is_sent_becomes_grades_with_their_words(store: Store) -> None:
    PartnersShelf(store).keep("ana", SENT, situation="s1", at=NOON)
    assert grades(store) == {("ana", "s1", "g1"): 3, ("ana", "s1", "g2"): 0}
    assert {j.words for j in store.judgements()} == {"It came in a day.", ""}


def test_sending_again_replaces_the_grades_and_a_grade_taken_out_is_gone(store: Store) -> None:
    shelf = PartnersShelf(store)
    shelf.keep("ana", SENT, situation="s1", at=NOON)
    shelf.keep("ben", SENT, situation="s1", at=NOON)
    changed = SENT.model_copy(update={"grades": {"g1": 1}})
    shelf.keep("ana", changed, situation="s1", at=NOON + timedelta(minutes=1))
    assert {key: value for key, value in grades(store).items() if key[0] == "ana"} == {("ana", "s1", "g1"): 1}
    assert len(grades(store)) == 3


def test_a_draft_after_sending_leaves_the_grades_and_a_skip_takes_them_back(store: Store) -> None:
    shelf = PartnersShelf(store)
    shelf.keep("ana", SENT, situation="s1", at=NOON)
    shelf.keep("ana", Grading(state="draft"), situation="s1", at=NOON)
    assert len(grades(store)) == 2
    shelf.keep("ana", Grading(state="skipped"), situation="s1", at=NOON)
    assert grades(store) == {}


def test_a_partner_withdraws_one_situation_or_everything_and_may_come_back(store: Store) -> None:
    shelf = PartnersShelf(store)
    for situation in ("s1", "s2"):
        shelf.keep("ana", SENT, situation=situation, at=NOON)
    shelf.keep("ana", Interests(text="I work for the bread fund."), at=NOON)
    shelf.keep(
        "ben", Choice(first="learned", second="likeness", model=None, chosen="first"), situation="s1", at=NOON
    )
    assert shelf.withdraw("ana", situation="s1") == 3
    assert {key[1] for key in grades(store)} == {"s2"}
    assert shelf.withdraw("ana") == 4
    assert grades(store) == {} and "ana" not in repr(everything(store))
    assert [name for name, _, _ in shelf.all(Choice)] == ["ben"]
    shelf.keep("ana", SENT, situation="s1", at=NOON)
    assert len(grades(store)) == 2


def test_erasure_reaches_what_a_partner_said_and_it_is_not_taken_again(store: Store) -> None:
    shelf = PartnersShelf(store)
    shelf.keep("ana", SENT, situation="s1", at=NOON)
    assert store.erase("ana").judgements == 3
    assert "ana" not in repr(everything(store))
    with pytest.raises(ErasedPerson):
        shelf.keep("ana", SENT, situation="s1", at=NOON)
    assert store.erased(["ana", "ben"]) == {"ana"}


def test_of_two_grades_told_on_one_day_the_later_stands_last(store: Store) -> None:
    shelf = PartnersShelf(store)
    for minute, grade in enumerate((3, 0, 2)):
        one = Grading(state="sent", grades={f"g{minute}": grade})
        shelf.keep(f"p{minute}", one, situation="s", at=NOON + timedelta(minutes=9 - minute))
    assert [j.grade for j in store.judgements()] == [2, 0, 3]


def test_the_situations_that_come_with_the_project_can_be_read_and_are_many_enough() -> None:
    situations = read_situations()
    assert len(situations) >= 10
    assert len({one.theme for one in situations.values()}) >= 5
