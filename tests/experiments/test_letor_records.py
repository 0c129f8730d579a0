"""Graded documents are read in each of the usual forms, and wrong lines are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.errors import BadData
from experiments.letor import RIVALS, figures, run
from experiments.letor_records import Judged, find_files, read_judged
from features.pairs import PairFeatures

LINES = "2 1:0.5 3:1\n0 2:7\n1 1:1\n"


def test_query_sizes_beside_the_file_and_query_numbers_in_it_mean_the_same(tmp_path: Path) -> None:
    sized = tmp_path / "rank.train"
    sized.write_text(LINES)
    (tmp_path / "rank.train.query").write_text("2\n1\n")
    marked = tmp_path / "train.txt"
    marked.write_text("2 qid:4 1:0.5 3:1 # doc 1\n\n0 qid:4 2:7\n1 qid:9 1:1\n")
    for judged in (read_judged(sized), read_judged(marked)):
        assert judged.grades.tolist() == [2, 0, 1]
        assert judged.queries.tolist() == [0, 0, 1]
        assert judged.pairs.matrix.tolist() == [[0, 0.5, 0, 1], [0, 0, 7, 0], [0, 1, 0, 0]]


def test_a_test_file_gets_the_columns_of_the_training_file(tmp_path: Path) -> None:
    path = tmp_path / "test.txt"
    path.write_text("1 qid:1 1:2 9:3\n")
    assert read_judged(path, columns=3).pairs.matrix.tolist() == [[0, 2, 0]]
    assert read_judged(path, columns=11).pairs.matrix.shape == (1, 11)


def test_every_wrong_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "train.txt"
    path.write_text("1 qid:1 1:2\nx qid:1 1:2\n1 qid:2 a:2\n")
    with pytest.raises(BadData, match=r"(?s):2:.*'x'.*:3:.*'a'"):
        read_judged(path)


def test_sizes_that_do_not_fit_or_are_not_there_are_told(tmp_path: Path) -> None:
    path = tmp_path / "rank.train"
    path.write_text(LINES)
    with pytest.raises(BadData, match="no file of query sizes"):
        read_judged(path)
    (tmp_path / "rank.train.query").write_text("2\n")
    with pytest.raises(BadData, match="sum to 2, but there are 3"):
        read_judged(path)
    with pytest.raises(BadData, match="0 files of kind 'test'"):
        find_files(tmp_path, "test")


def test_a_query_without_a_useful_document_counts_nowhere() -> None:
    pairs = PairFeatures(("a",), np.zeros((4, 1), dtype=np.float32))
    judged = Judged(pairs, np.array([0.0, 1, 0, 0]), np.array([0, 0, 1, 1]))
    found = figures(np.array([1.0, 2, 3, 4]), judged)
    assert found["ndcg_at_1"][0] == 1.0
    assert np.isnan(found["ndcg_at_1"][1])


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


@pytest.mark.slow
def test_what_is_chosen_is_decided_without_the_test_queries(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for kind, queries in (("train", 30), ("test", 10)):
        values = rng.normal(size=(queries * 10, 3))
        grades = np.digitize(values[:, 0] + 0.2 * rng.normal(size=len(values)), [0, 1])
        told = (
            f"{grade} " + " ".join(f"{at}:{value:.4f}" for at, value in enumerate(row, start=1))
            for grade, row in zip(grades, values, strict=True)
        )
        (tmp_path / f"set.{kind}").write_text("\n".join(told))
        (tmp_path / f"set.{kind}.query").write_text("10\n" * queries)
    report = run(tmp_path, told=silent).as_dict()
    assert report["queries"] == 10
    assert report["chosen"] == max(report["cross_validated"], key=report["cross_validated"].get)
    assert {row["name"] for row in report["rankers"]} >= {*RIVALS, "chosen by cross-validation"}
    (tmp_path / "set.test").write_text((tmp_path / "set.test").read_text().replace("\n2 ", "\n0 "))
    assert run(tmp_path, told=silent).as_dict()["chosen"] == report["chosen"]
