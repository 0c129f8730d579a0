"""The study of the chance of qualifying: its measures tell right from wrong, and its people are whole."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from data.catalogue.reading import Catalogue
from data.catalogue.rules import Discretion
from data.catalogue.traversal import walk
from data.people.applicants import read_applicant
from experiments.households import Collected, Households, Row, read_row
from experiments.qualifying import (
    ON,
    Pairs,
    brier_skill,
    by_words,
    calibration_error,
    told_part,
    with_decisions,
)


def pairs(told: float | None, seed: int = 0) -> Pairs:
    """Draw pairs of which the chances are true, or of which always the same is told."""
    rng = np.random.default_rng(seed)
    true = rng.random(20_000)
    chances = true if told is None else np.full(len(true), told)
    return Pairs(
        chances, rng.random(len(true)) < true, np.arange(len(true)), np.zeros(len(true), dtype=np.int64)
    )


def test_true_chances_are_calibrated_and_have_skill() -> None:
    assert calibration_error(pairs(None)) < 0.015
    assert brier_skill(pairs(None)) == pytest.approx(1 - (1 / 6) / (1 / 4), abs=0.02)


def test_one_chance_for_everybody_is_calibrated_without_skill_and_a_wrong_one_is_neither() -> None:
    assert calibration_error(pairs(0.5)) < 0.02
    assert brier_skill(pairs(0.5)) == pytest.approx(0, abs=0.01)
    assert calibration_error(pairs(0.9)) > 0.3
    assert brier_skill(pairs(0.9)) < -0.4


def test_what_is_told_in_words_is_measured_apart() -> None:
    found = by_words(pairs(None))
    assert [round(was, 1) for _, was, _ in found.values()] == [0.0, 0.5, 0.9]
    assert sum(count for _, _, count in found.values()) == 20_000


def test_every_discretion_becomes_a_fact_with_its_likelihood(catalogue: Catalogue) -> None:
    decided, likely = with_decisions(catalogue)
    parts = [p for grant in catalogue.grants for rule in grant.rules for p in walk(rule.condition)]
    assert len(likely) == sum(isinstance(part, Discretion) for part in parts)
    left = [p for grant in decided.grants for rule in grant.rules for p in walk(rule.condition)]
    assert not any(isinstance(part, Discretion) for part in left)


@pytest.fixture
def collected(tmp_path: Path) -> Collected:
    """A few collected rows in the form of the real ones."""
    rows = [
        ("age", {"at_least": 18, "below": 90}, 1.0, None),
        ("sex", "female", 0.55, None),
        ("lives_with_partner", True, 0.4, None),
        ("number_of_children", {"at_least": 1}, 0.7, {"fact": "age", "at_least": 25, "below": 50}),
        ("benefits", "universal_credit", 0.6, None),
        ("benefits", "universal_credit", 0.01, {"fact": "age", "at_least": 66}),
        *((name, value, 0.5, None) for name in ("tenure", "employment") for value in _VALUES[name]),
        ("lived_in_area_months", {"at_least": 12}, 0.9, None),
        ("immigration_status", "british_or_irish", 1.0, None),
        ("worked_in", "nursing", 0.3, None),
    ]
    kept = [
        {"fact": fact, "value": value, "share": share, "basis": "hardship"}
        | ({} if given is None else {"given": given})
        | ({"when": "ever"} if fact == "worked_in" else {})
        for fact, value, share, given in rows
    ]
    (tmp_path / "base_rates.jsonl").write_text("\n".join(map(json.dumps, kept)), "utf-8")
    (tmp_path / "uc_households_by_area.csv").write_text(
        "code,share_of_uk\nE08000025,0.7\nS12000036,0.3\n", "utf-8"
    )
    return Collected.read(tmp_path)


_VALUES = {"tenure": ("owner", "private_rent"), "employment": ("employed", "retired")}


def test_odds_of_rows_that_are_given_different_things_are_multiplied(collected: Collected) -> None:
    young, old = (collected.shares("benefits", {"age": age})['"universal_credit"'] for age in (30, 70))
    assert young == 0.6
    assert old == pytest.approx(0.01)


def test_what_rows_of_a_place_leave_out_nobody_there_has(collected: Collected) -> None:
    everywhere = [row("water_company", name, 0.5, None) for name in ("thames", "severn_trent")]
    london = row("water_company", "thames", 1.0, {"fact": "area", "value": "E12000007"})
    water = Collected({"water_company": [*everywhere, london]}, collected.areas)
    assert set(water.whole("water_company", {"places": {"E12000007"}})) == {'"thames"'}
    assert len(water.whole("water_company", {"places": {"E12000005"}})) == 2


def row(fact: str, value: str, share: float, given: dict[str, str] | None) -> Row:
    return read_row({"fact": fact, "value": value, "share": share, "given": given, "basis": "hardship"})


def test_households_are_valid_people_and_the_same_seed_draws_the_same(
    collected: Collected, catalogue: Catalogue
) -> None:
    drawn = []
    for _ in range(2):
        rng = np.random.default_rng(3)
        households = Households(collected, catalogue.facts, catalogue.areas, rng, ON)
        drawn.append([households.applicant() for _ in range(25)])
    assert drawn[0] == drawn[1]
    for person in drawn[0]:
        read_applicant(person, catalogue.facts, catalogue.areas)
        assert (
            len([one for one in person["related"] if one["relation"] == "child"])
            == person["facts"]["number_of_children"]
        )


def test_what_is_told_is_a_part_of_what_is_so(collected: Collected, catalogue: Catalogue) -> None:
    rng = np.random.default_rng(3)
    person = Households(collected, catalogue.facts, catalogue.areas, rng, ON).applicant()
    told = [told_part(person, rng) for _ in range(50)]
    assert all(one["facts"].items() <= person["facts"].items() for one in told)
    assert len({len(one["facts"]) for one in told}) > 5
