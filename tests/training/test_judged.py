"""Partners' judgements are learned from only by an experiment's explicit weight; without it nothing changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data.errors import BadExperiment
from data.people.events import Judgement
from models.rankers.linear import Logistic
from tests.training.small_world import SharedWords, small_experiment, small_source
from training.config import read_experiment
from training.fit import Prepared, prepare

CARER = (
    '{"id": "carer", "need": {"text": "a carer who lost her job needs a cooker"}, "areas": ["E92000001"]}\n'
)
GRADES = {"fund-01": 3, "fund-02": 0, "fund-03": 2, "of another catalogue": 3}


@pytest.fixture
def situations(tmp_path: Path) -> Path:
    path = tmp_path / "situations.jsonl"
    path.write_text(CARER, "utf-8")
    return path


def judged(situation: str = "carer") -> tuple[Judgement, ...]:
    """One partner's grades of three grants of the catalogue and one of another."""
    return tuple(
        Judgement(
            id=f"j-{grant}",
            partner="p1",
            situation_id=situation,
            grant_id=grant,
            grade=grade,
            on=date(2025, 6, 1),
        )
        for grant, grade in GRADES.items()
    )


def laid_out(weight: float, situations: Path, judgements: tuple[Judgement, ...]) -> Prepared:
    experiment = small_experiment(
        source={"kind": "simulated", "people": 120, "days": 500, "texts": 60},
        split={"train": 0.4, "validate": 0.2, "calibrate": 0.2, "settle_days": 0},
        judgements={"weight": weight, "situations": str(situations)},
    )
    source = replace(small_source(experiment), judgements=judgements)
    return prepare(experiment, source, SharedWords())


def test_without_a_weight_nothing_changes_to_the_byte(situations: Path) -> None:
    with_them, without = (laid_out(0, situations, told) for told in (judged(), ()))
    ours, theirs = (one.lesson(one.periods.refit) for one in (with_them, without))
    assert ours.features.matrix.tobytes() == theirs.features.matrix.tobytes()
    assert ours.awarded.tobytes() == theirs.awarded.tobytes()
    assert ours.weights.tobytes() == theirs.weights.tobytes()
    fitted = [Logistic().fit(p.features, p.awarded, weights=p.weights).to_arrays() for p in (ours, theirs)]
    assert all(fitted[0][name].tobytes() == fitted[1][name].tobytes() for name in fitted[0])


def test_with_a_weight_they_are_learned_from_at_that_weight_and_change_no_history(situations: Path) -> None:
    weighed, plain = (laid_out(weight, situations, judged()) for weight in (0.5, 0))
    ours, theirs = (one.lesson(one.periods.refit) for one in (weighed, plain))
    added = ours.take(np.arange(len(theirs), len(ours)))
    assert added.awarded.tolist() == [1, 0, 1]
    assert added.weights.tolist() == [0.5] * 3
    assert (added.queries < 0).all() and (added.people < 0).all()
    assert ours.features.matrix[: len(theirs)].tobytes() == theirs.features.matrix.tobytes()
    assert len(weighed.pairs(weighed.periods.test)) == len(plain.pairs(plain.periods.test))


def test_judgements_of_a_situation_that_nobody_told_are_refused(situations: Path) -> None:
    with pytest.raises(BadExperiment, match="situations that are not told: a stranger"):
        laid_out(0.5, situations, judged("a stranger"))


def test_a_weight_without_situations_is_refused_when_the_experiment_is_read(tmp_path: Path) -> None:
    path = tmp_path / "judged.toml"
    path.write_text("[judgements]\nweight = 0.5\n", "utf-8")
    with pytest.raises(BadExperiment, match="need the file of their situations"):
        read_experiment(path)
    path.write_text('[judgements]\nweight = 0.5\nsituations = "told.jsonl"\n', "utf-8")
    assert read_experiment(path).judgements.situations == tmp_path / "told.jsonl"
