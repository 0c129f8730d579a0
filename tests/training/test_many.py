"""Many applicants ranked at once get the lists that each would get alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from data.catalogue.reading import Catalogue
from data.errors import BadData
from data.people.applicants import Applicant, Need, read_applicant
from data.people.base_rates import no_rates, sample_rates
from features.embedding import CachedEmbedder
from models.listing.wish import Wish
from models.recommender import Recommender
from tests.training.small_world import SharedWords
from training.fit import Fitted
from training.many import check_questions, ranked, read_questions
from training.pair_table import StoredBatches, write_whole
from training.prepared import Prepared

TODAY = date(2026, 11, 23)
QUESTIONS = (
    {"id": "a", "applicant": {"facts": {"age": 34}, "areas": ["E08000025"]}, "need": {"text": "a bed"}},
    {"id": "b", "need": {"text": "school uniform"}, "on": "2026-11-01"},
    {"id": "c", "applicant": {}},
)


@pytest.fixture(scope="module")
def recommender(catalogue: Catalogue, embedder: CachedEmbedder) -> Recommender:
    return Recommender.unlearned(catalogue, sample_rates(catalogue), embedder, why="nothing was learned")


def kept(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def test_each_question_gets_the_list_that_it_would_get_alone(
    recommender: Recommender, tmp_path: Path
) -> None:
    path = kept(tmp_path, *QUESTIONS)
    assert check_questions(path, recommender.catalogue) == len(QUESTIONS)
    batches = read_questions(path, today=TODAY)
    out = tmp_path / "lists.parquet"
    rows = write_whole((ranked(batch, recommender, most=5) for batch in batches), out)
    found = pa.Table.from_batches(StoredBatches(out)).to_pylist()
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


def test_every_fault_of_a_file_is_told_at_once_with_its_line(catalogue: Catalogue, tmp_path: Path) -> None:
    faulty: tuple[object, ...] = (
        {"id": "x", "aplicant": {}},
        {"applicant": {}},
        {"id": "y", "applicant": {"facts": {"aeg": 3}}},
        {"id": "z", "need": {"purposes": ["GTIP999"]}},
        QUESTIONS[0],
    )
    with pytest.raises(BadData) as refused:
        check_questions(kept(tmp_path, QUESTIONS[0], *faulty), catalogue)
    told = [str(problem) for problem in refused.value.problems]
    assert told[0] == "questions.jsonl:2, aplicant: there is no such key"
    assert told[1] == "questions.jsonl:3, id: this key is missing"
    assert told[2].startswith("questions.jsonl:4, applicant.facts.aeg: ")
    assert told[3].startswith(
        "questions.jsonl:5, need.purposes.0: there is no purpose of this code; known are "
    )
    assert told[4] == "questions.jsonl:6, id: this id stands in line 1 too"
    assert len(told) == len(faulty)


def test_a_file_that_is_no_text_is_refused_in_words(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b'{"id": "\xff"}')
    with pytest.raises(BadData, match=r"questions\.jsonl: not UTF-8 text"):
        check_questions(path, catalogue)


def test_a_fault_on_the_way_leaves_an_earlier_file_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "lists.parquet"
    out.write_bytes(b"before")

    def broken() -> Iterator[pa.RecordBatch]:
        yield pa.RecordBatch.from_pylist([{"id": "a"}])
        raise BadData([])

    with pytest.raises(BadData):
        write_whole(broken(), out)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("lists.parquet", b"before")]


def test_a_list_that_could_not_be_learned_says_so(recommender: Recommender, tmp_path: Path) -> None:
    (batch,) = read_questions(kept(tmp_path, QUESTIONS[0]), today=TODAY)
    rows = ranked(batch, recommender, most=1).to_pylist()
    assert rows[0]["degraded"] == ["nothing was learned"]


def test_chances_are_those_that_the_bundle_tells(fitted: Fitted, prepared: Prepared, tmp_path: Path) -> None:
    catalogue, on = prepared.source.catalogue, prepared.source.until + timedelta(days=1)
    real = fitted.bundle.about.model_copy(update={"simulated": False})
    learned = Recommender.of_bundle(
        replace(fitted.bundle, about=real), catalogue, no_rates(on), SharedWords()
    )
    asked = prepared.decided[-1][0]  # a need such as chances were calibrated on
    question = {
        "id": "a",
        "applicant": {"areas": list(asked.areas[:1])},
        "need": asked.need.model_dump(mode="json"),
    }
    (batch,) = read_questions(kept(tmp_path, question), today=on)
    rows = ranked(batch, learned, most=30).to_pylist()
    alone = learned.recommend(Applicant(areas=asked.areas[:1]), asked.need, on=on, wish=Wish(size=30)).results
    told = [None if one.success is None else one.success.estimate for one in alone]
    assert [row["chance"] for row in rows] == told
    assert any(told)
