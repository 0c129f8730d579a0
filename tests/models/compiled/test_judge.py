"""Whole catalogues at once: codes in catalogue order, and the forms that bitmaps find hardest."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from models.compiled.judge import LARGE, CompiledJudge
from models.eligibility.verdict import STATUSES, Status, judge
from tests.models.generated import AREAS, BOOK, ON, World, read


def catalogue_of(*rules: dict[str, Any], **grant: Any) -> Catalogue:
    conditions = [{"id": f"r{n}", "text": "…", "condition": condition} for n, condition in enumerate(rules)]
    offer = Grant.model_validate({"id": "fund", "title": "A fund", "rules": conditions, **grant})
    return Catalogue((offer,), BOOK, AREAS, "by hand")


def status_of(catalogue: Catalogue, person: dict[str, Any], on: date = ON) -> Status:
    code = int(CompiledJudge.build(catalogue).statuses(read(person), on=on)[0])
    plain: Status = judge(read(person), catalogue.grants[0], on=on, facts=BOOK, areas=AREAS).status
    assert STATUSES[code] is plain
    return plain


@pytest.mark.parametrize("bits_above", [-1, LARGE])
def test_a_catalogue_without_grants_gives_no_codes(bits_above: int) -> None:
    empty = CompiledJudge.build(Catalogue((), BOOK, AREAS, "empty"), bits_above=bits_above)
    assert empty.statuses(read({}), on=ON).shape == (0,)


@pytest.mark.parametrize("bits_above", [-1, LARGE])
def test_a_grant_without_rules_is_open_to_anyone(bits_above: int) -> None:
    assert status_of(catalogue_of(), {}) is Status.ELIGIBLE
    without = Catalogue(catalogue_of().grants * 70, BOOK, AREAS, "no rules")
    codes = CompiledJudge.build(without, bits_above=bits_above).statuses(read({}), on=ON)
    assert codes.tolist() == [STATUSES.index(Status.ELIGIBLE)] * 70


def test_a_grant_may_ask_more_than_most_do() -> None:
    rules: list[dict[str, Any]] = [{"fact": "income", "at_most": 1000 + at} for at in range(40)]
    assert status_of(catalogue_of(*rules), {"facts": {"income": 1000}}) is Status.ELIGIBLE
    assert status_of(catalogue_of(*rules), {"facts": {"income": 1001}}) is Status.NOT_ELIGIBLE
    last = catalogue_of(*rules, {"fact": "working", "is": True})
    assert status_of(last, {"facts": {"income": 1000}}) is Status.NEEDS_INFO


def test_bits_settle_a_catalogue_as_marks_do() -> None:
    world = World.of(11)
    catalogue = world.catalogue(300, distinct=80)
    by_bits, by_marks = (CompiledJudge.build(catalogue, bits_above=size) for size in (-1, LARGE))
    for known in (0.0, 0.1, 0.4, 1.0) * 5:
        person = read(world.person(known))
        assert by_bits.statuses(person, on=ON).tolist() == by_marks.statuses(person, on=ON).tolist()


def test_a_reason_that_only_a_gap_between_days_brings_is_seen() -> None:
    """Open until the end of August and from 2030 on, for people of 18 who are under 21 in between alone."""
    windows = [{"closes": "2026-08-31"}, {"opens": "2030-01-01"}]
    rules = {"fact": "age", "at_least": 18}, {"fact": "age", "below": 21}
    young = {"facts": {"born": "2008-12-15"}}
    assert status_of(catalogue_of(*rules, window=windows), young) is Status.NOT_ELIGIBLE
    assert status_of(catalogue_of(*rules), young) is Status.NOT_NOW


def test_codes_stand_in_the_order_of_the_catalogue() -> None:
    open_, closed = catalogue_of().grants[0], catalogue_of({"fact": "working", "is": True}).grants[0]
    both = Catalogue((closed, open_, closed), BOOK, AREAS, "three")
    codes = CompiledJudge.build(both).statuses(read({"facts": {"working": False}}), on=ON)
    assert codes.dtype == np.int8
    assert codes.tolist() == [0, 4, 0]


@pytest.mark.parametrize(
    ("age", "expected"),
    [(59, Status.NOT_NOW), (60, Status.ELIGIBLE), (70, Status.ELIGIBLE), (71, Status.NOT_ELIGIBLE)],
)
def test_too_young_waits_and_too_old_does_not(age: int, expected: Status) -> None:
    assert (
        status_of(catalogue_of({"fact": "age", "at_least": 60, "at_most": 70}), {"facts": {"age": age}})
        is expected
    )


def test_a_closed_grant_for_young_people_is_not_worth_waiting_for_when_it_opens_too_late() -> None:
    window = {"window": {"opens": "2030-01-01"}}
    young = {"fact": "age", "at_most": 25}
    assert status_of(catalogue_of(young, **window), {"facts": {"born": "2002-01-15"}}) is Status.NOT_ELIGIBLE
    assert status_of(catalogue_of(young, **window), {"facts": {"born": "2005-01-15"}}) is Status.NOT_NOW


def test_many_parts_of_which_some_must_hold_are_answered_exactly() -> None:
    values = ["uc", "pip", "esa", "pc"]
    parts: list[dict[str, Any]] = [{"fact": "benefits", "one_of": [value]} for value in values]
    parts += [{"fact": "working", "is": True}, {"fact": "tenure", "is": "owner"}, {"lives_in": ["E08000025"]}]
    catalogue = catalogue_of({"at_least": 4, "of": parts})
    facts = {"benefits": ["uc", "pip"], "working": True, "tenure": "none"}
    assert status_of(catalogue, {"facts": facts}) is Status.NEEDS_INFO
    assert status_of(catalogue, {"facts": facts, "areas": ["E08000025"]}) is Status.ELIGIBLE
    assert status_of(catalogue, {"facts": facts, "areas": ["E08000026"]}) is Status.NOT_ELIGIBLE


def test_what_people_decide_is_left_to_them_only_when_facts_no_longer_matter() -> None:
    catalogue = catalogue_of({"any_of": [{"fact": "working", "is": True}, {"discretion": "In need."}]})
    assert status_of(catalogue, {"facts": {"working": False}}) is Status.DISCRETIONARY
    assert status_of(catalogue, {}) is Status.NEEDS_INFO
    assert status_of(catalogue, {"facts": {"working": True}}) is Status.ELIGIBLE


def test_the_applicant_alone_can_be_the_one_who_is_asked_for_whoever_else_there_may_be() -> None:
    working = {"related": ["self", "partner"], "condition": {"fact": "working", "is": True}}
    assert status_of(catalogue_of(working), {"facts": {"working": True}}) is Status.ELIGIBLE
    assert status_of(catalogue_of(working), {"facts": {"working": False}}) is Status.NEEDS_INFO


def test_one_judge_keeps_nothing_of_one_person_for_the_next() -> None:
    world = World.of(5)
    catalogue = world.catalogue(20, distinct=60)
    judge_all, people = CompiledJudge.build(catalogue), [read(world.person()) for _ in range(12)]
    fresh = [CompiledJudge.build(catalogue).statuses(person, on=ON).tolist() for person in people]
    assert [judge_all.statuses(person, on=ON).tolist() for person in people] == fresh
