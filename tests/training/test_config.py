"""An experiment's file holds only differences, and each mistake in it is told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import BadExperiment
from training.config import Experiment, Simulated, read_experiment

EXPERIMENTS = Path(__file__).parents[2] / "experiments"


def written(folder: Path, text: str) -> Path:
    path = folder / "trial.toml"
    path.write_text(text, "utf-8")
    return path


def test_an_empty_file_is_the_defaults_under_the_file_s_name(tmp_path: Path) -> None:
    assert read_experiment(written(tmp_path, "")) == Experiment(name="trial")


def test_a_file_changes_only_what_it_names(tmp_path: Path) -> None:
    experiment = read_experiment(written(tmp_path, "seed = 3\n[source]\nkind = 'simulated'\npeople = 50\n"))
    assert experiment == Experiment(name="trial", seed=3, source=Simulated(people=50))


def test_the_effective_configuration_reads_back_as_the_same_experiment(tmp_path: Path) -> None:
    text = "[[rankers]]\nkind = 'boosting'\ntrees = 7\n[split]\nvalidate = 0.2\n[source]\nkind = 'store'\n"
    experiment = read_experiment(written(tmp_path, text))
    assert Experiment.model_validate(experiment.as_dict()) == experiment


def test_catalogue_files_are_found_beside_the_experiment(tmp_path: Path) -> None:
    experiment = read_experiment(written(tmp_path, "[catalogue]\ngrants = 'mine.jsonl'\n"))
    assert experiment.catalogue.grants == tmp_path / "mine.jsonl"
    assert experiment.catalogue.facts is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sede = 3", "sede: there is no such setting"),
        ("seed = 'three'", "seed"),
        ("[source]\nkind = 'oracle'", "oracle"),
        ("[[rankers]]\nkind = 'boosting'\ntrees = 0", "rankers.0.boosting.trees"),
        ("rankers = []", "rankers"),
        ("[split]\ntrain = 0.7\nvalidate = 0.2\ncalibrate = 0.1", "leave less than 5 %"),
        ("name = 'Bad Name'", "name"),
        ("seed = ", "no experiment can be read"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadExperiment, match=told):
        read_experiment(written(tmp_path, text))


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadExperiment) as refused:
        read_experiment(written(tmp_path, "sede = 3\nbootstrap = 1\n"))
    assert "sede" in str(refused.value)
    assert "bootstrap" in str(refused.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadExperiment, match="no experiment can be read"):
        read_experiment(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("path", sorted(EXPERIMENTS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_experiment_of_the_project_can_be_read(path: Path) -> None:
    assert read_experiment(path).name == path.stem
