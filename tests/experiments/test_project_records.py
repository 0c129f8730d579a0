"""Projects are read as numbers; groups stay out of the columns; chances are told on the hardest question."""

from __future__ import annotations

import csv
import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.errors import BadData
from experiments.funding_outcomes import (
    Rehearsal,
    by_group,
    levelled,
    precision,
    rehearse,
    to_mix,
    weighted_precision,
    without,
)
from experiments.project_records import Projects, read_projects
from features.pairs import PairFeatures

HEAD = "features_entity_id_all"
ROW = {
    "entity_id": "1",
    "as_of_date": "1320105600000",
    f"project_{HEAD}_school_state_CA_sum": "1",
    f"project_{HEAD}_school_state_NY_sum": "0",
    f"project_{HEAD}_total_asking_price_sum": "99",
    f"donation_{HEAD}_zip_funding_rate_1yr_sum": "0",
    f"donation_{HEAD}_zip_funding_rate_1yr_imp": "1",
    "quickstart_label": "0.0",
}


def write(path: Path, *rows: dict[str, str]) -> None:
    with gzip.open(path, "wt", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def test_values_that_were_made_up_are_unknown_and_money_is_a_logarithm(tmp_path: Path) -> None:
    known = {**ROW, "entity_id": "2", f"donation_{HEAD}_zip_funding_rate_1yr_imp": "0"}
    write(tmp_path / "train_1.csv.gz", ROW, known)
    projects = read_projects(tmp_path, "train")
    rate = projects.pairs.column("donation_zip_funding_rate_1yr")
    assert np.isnan(rate[0]) and rate[1] == 0.0
    assert projects.pairs.column("project_total_asking_price")[0] == pytest.approx(np.log(100))
    assert projects.regions.tolist() == ["CA", "CA"]
    assert projects.days.tolist() == [15279, 15279]
    assert projects.groups == {}


def test_groups_are_read_by_project_and_are_no_column(tmp_path: Path) -> None:
    groups = {"poverty_level": "highest", "teacher_sex": "female", "metro_type": "urban"}
    write(tmp_path / "train_1.csv.gz", ROW, {**ROW, "entity_id": "2"})
    write(
        tmp_path / "train_1_protected.csv.gz",
        {"entity_id": "2", **groups, "teacher_sex": "male"},
        {"entity_id": "1", **groups},
    )
    projects = read_projects(tmp_path, "train")
    assert projects.groups["teacher_sex"].tolist() == ["female", "male"]
    assert not {*groups} & {*projects.pairs.columns}


def test_files_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no file train_"):
        read_projects(tmp_path, "train")
    write(tmp_path / "train_1.csv.gz", {"entity_id": "1"})
    with pytest.raises(BadData, match="quickstart_label, as_of_date are missing"):
        read_projects(tmp_path, "train")
    write(tmp_path / "test_1.csv.gz", ROW)
    write(tmp_path / "test_1_protected.csv.gz", {"entity_id": "9", "poverty_level": "highest"})
    with pytest.raises(BadData, match="1 projects have no groups, such as 1"):
        read_projects(tmp_path, "test")


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


def some_projects(size: int = 2400) -> Projects:
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(size, 4)).astype(np.float32)
    unfunded = (matrix[:, 0] + rng.normal(size=size) > 0.8).astype(np.int64)
    regions = np.array(["a", "b", "c", "d", "e"])[rng.integers(0, 5, size=size)]
    names = ("project_total_asking_price", "school_metro_urban", "teacher_prefix_Mr", "other")
    groups = {"teacher_sex": np.where(matrix[:, 2] > 0, "male", "female")}
    return Projects(PairFeatures(names, matrix), unfunded, np.arange(size) // 24, regions, groups)


def test_the_rehearsal_asks_about_the_latest_projects_only_and_finds_what_was_planted() -> None:
    projects = some_projects()
    rehearsed = rehearse(projects, projects.regions, silent)
    assert rehearsed.projects.days.min() > projects.days.max() * 0.6
    for name, scores in rehearsed.scores.items():
        assert np.isfinite(scores).all()
        assert weighted_precision(rehearsed, name, share=0.1) > 2 * rehearsed.projects.unfunded.mean()


def test_what_happens_in_the_rehearsed_time_teaches_the_rehearsal_nothing() -> None:
    projects = some_projects()
    late = projects.days > projects.days.max() * 0.7
    turned = Projects(
        projects.pairs,
        np.where(late, 1 - projects.unfunded, projects.unfunded),
        projects.days,
        projects.regions,
        projects.groups,
    )
    first, second = (rehearse(p, p.regions, silent) for p in (projects, turned))
    for name, scores in first.scores.items():
        assert scores.tobytes() == second.scores[name].tobytes()


def test_weights_bring_regions_to_the_mix_ahead() -> None:
    weights = to_mix(np.array(["a", "a", "a", "b"]), np.array(["a", "b"]))
    assert weights.tolist() == [pytest.approx(2 / 3)] * 3 + [2.0]


def test_the_precision_of_equal_weights_is_the_plain_one_and_weights_shift_it() -> None:
    projects = some_projects(200)
    order = np.argsort(-projects.pairs.column("other"), kind="stable")
    rehearsed = Rehearsal(
        projects, {"other": projects.pairs.column("other").astype(np.float64)}, np.ones(200)
    )
    plain = projects.unfunded[order[:20]].mean()
    assert weighted_precision(rehearsed, "other", share=0.1) == pytest.approx(plain)
    heavy = replace(rehearsed, weights=np.where(projects.unfunded == 1, 2.0, 1.0))
    assert weighted_precision(heavy, "other", share=0.1) > plain


def test_levelled_chances_have_the_mean_that_was_asked_and_keep_their_order() -> None:
    chances = np.array([0.0, 0.2, 0.5, 0.9, 1.0])
    moved = levelled(chances, 0.3)
    assert moved.mean() == pytest.approx(0.3)
    assert (np.diff(moved) > 0).all()


def test_groups_are_measured_among_the_first_thousand() -> None:
    projects = some_projects()
    scores = projects.pairs.column("project_total_asking_price").astype(np.float64)
    found = by_group(scores, np.full(len(scores), 0.3), projects)["teacher_sex"]
    assert sum(int(told["among_first"] or 0) for told in found.values()) == 1000
    assert precision(scores, projects.unfunded) > projects.unfunded.mean()


def test_columns_that_carry_the_groups_can_be_left_out() -> None:
    kept = without(some_projects().pairs, ("school_metro", "teacher_prefix"))
    assert kept.columns == ("project_total_asking_price", "other")
