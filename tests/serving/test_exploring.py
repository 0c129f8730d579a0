"""What explores a list is drawn from the need and the place alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from serving.answering import seed_of
from serving.answers import Versions
from serving.messages import RankQuery

ON = date(2026, 11, 23)
VERSIONS = Versions(model="m", rules="r", catalogue="c", service="s")


def seed(on: date = ON, **changes: Any) -> int:
    asked = {"need": {"text": "a cooker"}, "applicant": {"areas": ["E08000025"], "facts": {"ill": True}}}
    return seed_of(RankQuery.model_validate({**asked, **changes}), VERSIONS, on=on)


def test_the_next_page_of_a_list_is_explored_as_the_first() -> None:
    assert seed(page={"offset": 10}, request_id="another") == seed()


def test_facts_of_a_person_draw_nothing() -> None:
    assert seed(applicant={"areas": ["E08000025"], "facts": {"ill": False, "age": 80}}) == seed()


def test_another_need_place_or_day_draws_anew() -> None:
    others = [
        seed(need={"text": "a bed"}),
        seed(applicant={"areas": ["E08000026"]}),
        seed(on=date(2026, 11, 24)),
    ]
    assert len({seed(), *others}) == 4
