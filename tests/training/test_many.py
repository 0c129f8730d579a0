"""Many applicants ranked at once get the lists that each would get alone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from data.applicants import Need, read_applicant
from data.catalogue import Catalogue
from data.errors import BadData
from features.embedding import CachedEmbedder
from models.recommender import Recommender, Wish
from training.many import ranked, read_questions
from training.pair_table import Stored, write_whole

TODAY = date(2026, 11, 23)
QUESTIONS = (
    {"id": "a", "applicant": {"facts": {"age": 34}, "areas": ["E08000025"]}, "need": {"text": "a bed"}},
    {"id": "b", "need": {"text": "school uniform"}, "on": "2026-11-01"},
    {"id": "c", "applicant": {}},
)


@pytest.fixture(scope="module")
def recommender(catalogue: Catalogue, embedder: CachedEmbedder) -> Recommender:
    return Recommender.unlearned(catalogue, embedder, why="nothing was learned")


def kept(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def test_each_question_gets_the_list_that_it_would_get_alone(
    recommender: Recommender, tmp_path: Path
) -> None:
    batches = read_questions(kept(tmp_path, *QUESTIONS), today=TODAY)
    out = tmp_path / "lists.parquet"
    rows = write_whole((ranked(batch, recommender, most=5) for batch in batches), out)
    found = pa.Table.from_batches(Stored(out)).to_pylist()
    assert rows == len(found) == 5 * len(QUESTIONS)
    catalogue = recommender.catalogue
    for asked in QUESTIONS:
        applicant = read_applicant(asked.get("applicant", {}), catalogue.facts, catalogue.areas)  # type: ignore[arg-type]
        need, on = Need.model_validate(asked.get("need", {})), date.fromisoformat(str(asked.get("on", TODAY)))
        alone = recommender.recommend(applicant, need, on=on, wish=Wish(size=5)).results
        mine = [row for row in found if row["id"] == asked["id"]]
        assert [(row["place"], row["grant_id"], row["status"], row["score"]) for row in mine] == [
            (one.rank, one.grant_id, one.status, one.score) for one in alone
        ]


def test_lists_do_not_depend_on_where_batches_are_cut(recommender: Recommender, tmp_path: Path) -> None:
    (whole,) = read_questions(kept(tmp_path, *QUESTIONS), today=TODAY)
    parts = [ranked(whole.slice(at, 1), recommender, most=3) for at in range(len(QUESTIONS))]
    assert pa.Table.from_batches(parts).equals(pa.Table.from_batches([ranked(whole, recommender, most=3)]))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"id": "x", "aplicant": {}}, "questions.jsonl:2, aplicant: Extra inputs are not permitted"),
        ({"applicant": {}}, "questions.jsonl:2, id: Field required"),
    ],
)
def test_a_line_that_is_no_question_is_named(line: object, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadData, match=told):
        list(read_questions(kept(tmp_path, QUESTIONS[0], line), today=TODAY))


def test_a_wrong_fact_is_named_and_an_earlier_file_stays(recommender: Recommender, tmp_path: Path) -> None:
    out = tmp_path / "lists.parquet"
    out.write_bytes(b"before")
    batches = read_questions(kept(tmp_path, {"id": "x", "applicant": {"facts": {"aeg": 3}}}), today=TODAY)
    with pytest.raises(BadData, match=r"applicant\.facts\.aeg: question 'x'"):
        write_whole((ranked(batch, recommender, most=3) for batch in batches), out)
    assert out.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
