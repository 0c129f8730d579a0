"""Harm cases are read with their faults told, and a list that breaks one is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.catalogue.reading import sample_catalogue
from data.errors import BadData
from data.people.base_rates import no_rates
from models.recommender import Recommender
from tests.training.small_world import TODAY, SharedWords, small_catalogue
from training.harm import asked_of, harm, read_harm_cases

CASE = {
    "id": "h",
    "name": "Somebody.",
    "on": TODAY.isoformat(),
    "applicant": {"facts": {}},
    "need": {"text": "bed"},
}


def written(folder: Path, **more: object) -> Path:
    path = folder / "harm.jsonl"
    path.write_text(json.dumps({**CASE, **more}), encoding="utf-8")
    return path


def test_the_sample_has_sixty_cases_and_more_about_grants_that_there_are_or_were() -> None:
    cases, known = read_harm_cases(), sample_catalogue().by_id
    assert len(cases) >= 60
    assert all(grant in known for case in cases for grant in case.must)


def test_a_grant_that_must_not_stand_there_and_one_that_is_missing_are_named(tmp_path: Path) -> None:
    recommender = Recommender.unlearned(small_catalogue(), no_rates(TODAY), SharedWords(), why="nothing")
    everything = [grant.id for grant in recommender.catalogue.grants]
    (case,) = read_harm_cases(written(tmp_path, never=everything, must=everything))
    told = list(harm(recommender, [case]))
    assert sum("must not" in one for one in told) == 10
    assert sum("must be" in one for one in told) == len(everything) - 10


def test_a_grant_that_the_catalogue_does_not_have_breaks_nothing(tmp_path: Path) -> None:
    recommender = Recommender.unlearned(small_catalogue(), no_rates(TODAY), SharedWords(), why="nothing")
    cases = read_harm_cases(written(tmp_path, never=["gone"], must=["gone"]))
    assert list(harm(recommender, cases)) == []


def test_every_case_can_be_asked_of_the_sample_and_none_of_grants_or_facts_that_it_is_not_about(
    tmp_path: Path,
) -> None:
    cases, small = read_harm_cases(), small_catalogue()
    assert list(asked_of(sample_catalogue(), cases)) == list(cases)
    assert list(asked_of(small, cases)) == []
    foreign = {"applicant": {"facts": {"bread_card": True}}, "must": ["fund-01"]}
    assert list(asked_of(small, read_harm_cases(written(tmp_path, **foreign)))) == []


def test_a_faulty_case_is_told_with_its_field(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="never"):
        read_harm_cases(written(tmp_path, never="cooker"))
