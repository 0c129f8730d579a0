"""Who is drawn with a need could have written it: what its words state or imply is so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from data.catalogue.reading import sample_catalogue
from data.people.applicants import Need, read_applicant
from data.people.statements import Between, PartSet, Statement
from experiments.askers import Asker, agrees
from models.eligibility.conditions import evaluation_context

CATALOGUE = sample_catalogue()
BABY = [{"relation": "child", "facts": {"birth_date": "2026-09-01"}}]


def asker(**told: Any) -> Asker:
    applicant = read_applicant(told, CATALOGUE.facts, CATALOGUE.areas)
    context = evaluation_context(applicant, CATALOGUE.facts, CATALOGUE.areas, on=date(2026, 11, 29))
    return Asker(told, context)


@pytest.mark.parametrize(
    ("need", "able", "unable"),
    [
        ("pram", {"related": BABY, "facts": {"youngest_child_born_on": "2026-09-01"}}, {"related": []}),
        ("cooker, 2 kids", {"facts": {"number_of_children": 2}}, {"facts": {"number_of_children": 3}}),
        ("on universal credit, need a bed", {"facts": {"benefits": ["universal_credit"]}}, {"facts": {"benefits": []}}),
        ("i was a nurse, cant pay the rent", {"work": [{"trade": "nursing"}]}, {"work": []}),
    ],
)  # fmt: skip
def test_a_need_goes_only_to_whom_its_words_are_true_of(
    need: str, able: dict[str, Any], unable: dict[str, Any]
) -> None:
    assert asker(**able).could_write(Need(text=need))
    assert not asker(**unable).could_write(Need(text=need))


def test_words_that_state_nothing_can_be_anybodys() -> None:
    assert asker().could_write(Need(text="fridge"))


@pytest.mark.parametrize(
    ("said", "so", "expected"),
    [
        (Between(Decimal(1), Decimal(3)), Decimal(2), True),
        (Between(Decimal(1), None), Decimal(0), False),
        (Between(date(2026, 1, 1), None), Between(date(2025, 1, 1), date(2026, 2, 1)), True),
        (Between(date(2026, 1, 1), None), Between(None, date(2025, 2, 1)), False),
        (PartSet(frozenset("a"), frozenset("b")), frozenset("ac"), True),
        (PartSet(frozenset("a"), frozenset("b")), frozenset("ab"), False),
        (True, None, False),
        (True, True, True),
    ],
)
def test_what_is_so_must_lie_within_what_was_said(
    said: Statement, so: Statement | None, expected: bool
) -> None:
    assert agrees(said, so) is expected
