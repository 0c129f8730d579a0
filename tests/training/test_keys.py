"""Every key of an experiment's file is listed, with its default, its meaning, and in the docs."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import BadExperiment
from training.config import Experiment, read_experiment
from training.keys import as_markdown, keys_of

DOCS = Path(__file__).parents[2] / "docs" / "experiments.md"


def test_every_key_is_told_with_its_meaning() -> None:
    keys = list(keys_of())
    names = {(key.table, key.name) for key in keys}
    assert {("", "seed"), ("[split]", "settle_days"), ('[source], kind = "store"', "until")} <= names
    assert len(names) == len(keys)
    assert [(key.table, key.name) for key in keys if not key.meaning] == []


def test_the_docs_hold_the_keys_as_they_are() -> None:
    assert as_markdown() in DOCS.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sede = 3", "sede: there is no such setting; did you mean 'seed'\\? known here: about, bootstrap"),
        ("[split]\nsettle = 3", "split.settle: .*known here: calibrate, settle_days, train, validate"),
        ("[source]\nkind = 'store'\npeople = 3", "source.store.people: .* known here: kind, until"),
        (
            "[[rankers]]\nkind = 'logistic'\nstrenth = 1",
            "did you mean 'strength'\\? known here: columns, kind",
        ),
    ],
)
def test_an_unknown_key_is_answered_with_the_known_ones(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadExperiment, match=told):
        read_experiment(path)


def test_the_defaults_are_those_of_an_empty_experiment() -> None:
    told = {key.name: key.default for key in keys_of() if not key.table}
    assert told["contrast"] == str(Experiment(name="x").contrast)
