"""Rankers may be drawn from lists of settings; the draw is the same in every run, and each competes once."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import BadExperiment
from models.rankers.boosting import Boosting
from training.config import Experiment, read_experiment
from training.search import competing

TEXT = """
rankers = [{kind = "boosting", trees = 20, leaves = 4}]
[[search]]
ranker = {kind = "boosting", trees = 20}
among = {leaves = [4, 8], ridge = [1.0, 5.0]}
draws = 3
"""


def read(folder: Path, text: str) -> Experiment:
    path = folder / "trial.toml"
    path.write_text(text, "utf-8")
    return read_experiment(path)


def test_what_is_drawn_competes_beside_what_is_named_each_once_and_the_same_in_every_run(
    tmp_path: Path,
) -> None:
    found = competing(read(tmp_path, TEXT))
    assert found == competing(read(tmp_path, TEXT))
    assert found[0] == Boosting(trees=20, leaves=4)
    assert len(found) == len(set(found))
    assert {(one.leaves, one.ridge) for one in found if isinstance(one, Boosting)} <= {
        (leaves, ridge) for leaves in (4, 8) for ridge in (1.0, 5.0)
    }
    every = competing(read(tmp_path, TEXT.replace("draws = 3", "draws = 50")))
    assert len(every) == 4


def test_a_setting_that_a_ranker_does_not_take_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadExperiment, match="leafs: there is no such setting"):
        competing(read(tmp_path, TEXT.replace("among = {leaves", "among = {leafs")))
    with pytest.raises(BadExperiment, match=r"search.0.among"):
        read(tmp_path, TEXT.replace("among = {leaves = [4, 8], ridge = [1.0, 5.0]}", "among = {}"))


def test_an_estimator_with_settings_of_its_own_competes_once(tmp_path: Path) -> None:
    ridge = '{kind = "estimator", estimator = "ridge", settings = {alpha = 3.0}}'
    found = competing(read(tmp_path, f"rankers = [{ridge}, {ridge}]"))
    assert [one.kind for one in found] == ["estimator"]
