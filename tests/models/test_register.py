"""Entries that nobody has reviewed: found by place, never eligible, beside a list that they leave as it is."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.catalogue.reading import SAMPLE, Catalogue, read_catalogue
from data.errors import BadData
from data.people.applicants import Applicant, Need, read_applicant
from data.people.base_rates import sample_rates
from data.places.areas import AreaTree
from data.register.area_of_benefit import AreaOfBenefit
from data.register.charity import Charity
from data.register.entries import entry_of
from features.embedding import CachedEmbedder
from features.grant_index import digest_of, texts_of
from models.eligibility.verdict import Status
from models.listing.wish import Wish
from models.recommender import Recommender
from models.register import Register, embedded, read_vectors, vectors_file

ON = date(2026, 11, 29)
CORNWALL, BIRMINGHAM = "E06000052", "E08000025"
WISH = Wish(size=50, near_misses=0, question=False)
NEED = Need(text="coal for the winter")


def entry(number: int, words: str, area: str, areas: AreaTree, book: Any, **more: Any) -> dict[str, Any]:
    charity = Charity(number, f"CHARITY {number}", ON, objects=words, codes=more.get("codes", ()))
    return entry_of(charity, AreaOfBenefit((area,), more.get("parish", "")), areas, book)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    areas, book = catalogue.areas, catalogue.facts
    entries = [
        entry(1, "FUEL FOR THE POOR", CORNWALL, areas, book),
        entry(2, "FUEL FOR THE POOR OF THE PARISH", CORNWALL, areas, book, parish="Launcells"),
        entry(3, "FUEL FOR THE AGED POOR", CORNWALL, areas, book, codes=(202,)),
        entry(4, "FUEL FOR THE POOR", BIRMINGHAM, areas, book),
        entry(5, "SCHOLARSHIPS FOR STUDENTS", "E92000001", areas, book),
    ]
    path = tmp_path_factory.mktemp("register") / "register.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in entries), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def recommender(catalogue: Catalogue, embedder: CachedEmbedder) -> Recommender:
    return Recommender.unlearned(catalogue, sample_rates(catalogue), embedder, why="not_trained")


@pytest.fixture(scope="module")
def register(file: Path, catalogue: Catalogue, recommender: Recommender) -> Register:
    entries = read_catalogue(file, areas=SAMPLE / "areas.csv")
    vectors = embedded(entries.grants, recommender.embedder, None, lambda _done, _of: None)
    return Register.build(entries, catalogue, sample_rates(catalogue), vectors, dimension=384)


def person(catalogue: Catalogue, *areas: str, **facts: Any) -> Applicant:
    return read_applicant(
        {"facts": facts, "areas": list(areas)} if areas else {}, catalogue.facts, catalogue.areas
    )


def listed(register: Register, like: Recommender, applicant: Applicant) -> dict[str, Any]:
    near = register.near(applicant.areas or (), like)
    assert near is not None
    return {one.grant_id: one for one in near.recommend(applicant, NEED, on=ON, wish=WISH).results}


def test_the_charities_of_a_place_and_of_what_contains_it_are_listed_and_no_others(
    register: Register, recommender: Recommender, catalogue: Catalogue
) -> None:
    found = listed(register, recommender, person(catalogue, CORNWALL))
    assert set(found) == {"charity-1", "charity-2", "charity-3", "charity-5"}


def test_none_is_ever_eligible_and_each_says_that_nobody_has_read_its_rules(
    register: Register, recommender: Recommender, catalogue: Catalogue
) -> None:
    for age in (20, 70):
        for one in listed(register, recommender, person(catalogue, CORNWALL, age=age)).values():
            assert one.status is Status.DISCRETIONARY and not one.reviewed
            assert any("Nobody has read its rules for us." in reason.text for reason in one.reasons)
            assert "Nobody has read" in one.qualifies.text


def test_whom_a_charity_helps_moves_its_chance_and_never_rules_anybody_out(
    register: Register, recommender: Recommender, catalogue: Catalogue
) -> None:
    young = listed(register, recommender, person(catalogue, CORNWALL, age=20))["charity-3"]
    old = listed(register, recommender, person(catalogue, CORNWALL, age=70))["charity-3"]
    assert 0 < young.qualifies.estimate < old.qualifies.estimate < 0.5


def test_a_parish_is_less_likely_than_the_whole_council(
    register: Register, recommender: Recommender, catalogue: Catalogue
) -> None:
    found = listed(register, recommender, person(catalogue, CORNWALL))
    assert found["charity-2"].qualifies.estimate < found["charity-1"].qualifies.estimate
    assert "Launcells, in Cornwall" in str(found["charity-2"].reasons)


def test_a_need_puts_the_charity_that_pays_for_it_first(
    register: Register, recommender: Recommender, catalogue: Catalogue
) -> None:
    found = listed(register, recommender, person(catalogue, CORNWALL))
    assert next(iter(found)) in ("charity-1", "charity-2", "charity-3")


def test_without_a_place_nothing_is_listed(register: Register, recommender: Recommender) -> None:
    assert register.near((), recommender) is None
    assert register.near(("S12000033",), recommender) is None


def test_the_reviewed_list_is_the_same_with_and_without_a_register(
    register: Register, recommender: Recommender, catalogue: Catalogue
) -> None:
    applicant = person(catalogue, CORNWALL, age=40)
    before = recommender.recommend(applicant, NEED, on=ON)
    listed(register, recommender, applicant)
    assert recommender.recommend(applicant, NEED, on=ON) == before


def test_a_charity_that_stands_in_the_reviewed_catalogue_is_not_listed_twice(
    file: Path, catalogue: Catalogue, recommender: Recommender
) -> None:
    entries = read_catalogue(file, areas=SAMPLE / "areas.csv")
    taken_up = Catalogue(
        (entries.by_id["charity-1"].model_copy(update={"reviewed": True}),),
        catalogue.facts,
        catalogue.areas,
        "",
    )
    register = Register.build(entries, taken_up, sample_rates(catalogue), None, dimension=384)
    assert "charity-1" not in register.catalogue.by_id and "charity-2" in register.catalogue.by_id


def test_the_places_of_one_council_are_made_ready_once(register: Register, recommender: Recommender) -> None:
    assert register.near((CORNWALL,), recommender) is register.near((CORNWALL,), recommender)


def test_texts_without_vectors_are_refused_in_words(file: Path, catalogue: Catalogue) -> None:
    entries = read_catalogue(file, areas=SAMPLE / "areas.csv")
    with pytest.raises(BadData, match="python -m models embed"):
        Register.build(entries, catalogue, sample_rates(catalogue), read_vectors(file), dimension=384)


def test_vectors_that_are_known_are_not_made_again(file: Path, recommender: Recommender) -> None:
    grants = read_catalogue(file, areas=SAMPLE / "areas.csv").grants
    texts = sorted({digest_of(text) for text in texts_of(grants)})
    known = {"digests": np.array(texts), "vectors": np.zeros((len(texts), 384), dtype=np.float16)}
    again = embedded(grants, recommender.embedder, known, lambda _done, _of: None)
    assert again["digests"].tolist() == texts and not again["vectors"].any()


def test_a_file_that_holds_no_vectors_is_refused(tmp_path: Path) -> None:
    entries = tmp_path / "register.jsonl"
    vectors_file(entries).write_bytes(b"not vectors")
    with pytest.raises(BadData, match="no vectors"):
        read_vectors(entries)
