"""Judged situations are read from a file or a folder, and what is wrong with them is told with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.catalogue.reading import sample_catalogue
from data.errors import BadData
from data.people.applicants import read_applicant
from data.people.judgements import read_judgements

ONE = {"id": "a", "applicant": {"facts": {}}, "need": {"text": "bed"}, "grades": {"x": 3}}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "judged.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_the_sample_has_more_than_two_hundred_situations_that_the_fact_book_knows() -> None:
    sample, judged = sample_catalogue(), read_judgements()
    assert len(judged.situations) >= 200
    for one in judged.situations:
        read_applicant(one.applicant, sample.facts, sample.areas)
    assert sum(one.second is not None for one in judged.situations) >= len(judged.situations) // 4


def test_a_folder_reads_as_a_file_does(tmp_path: Path) -> None:
    file = written(tmp_path, {"graded": ["x", "y"]}, ONE)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "graded_grants.txt").write_text("x\ny\n", encoding="utf-8")
    (folder / "grades.jsonl").write_text(json.dumps({"id": "a", "grades": {"x": 3}}), encoding="utf-8")
    rest = {key: value for key, value in ONE.items() if key != "grades"}
    (folder / "situations.jsonl").write_text(json.dumps(rest), encoding="utf-8")
    assert read_judgements(folder) == read_judgements(file)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([{"graded": ["y"]}, ONE], "not listed as graded"),
        ([{"graded": ["x"]}, ONE, ONE], "stands already in line 2"),
        ([{"graded": ["x"]}, {**ONE, "grades": {"x": 4}}], "grades.x"),
        ([ONE], 'expected {"graded"'),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, lines: list[object], told: str) -> None:
    with pytest.raises(BadData) as refused:
        read_judgements(written(tmp_path, *lines))
    assert told in str(refused.value)
