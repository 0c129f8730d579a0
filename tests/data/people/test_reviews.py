"""A review is found by the digest of its bytes, and a signature must fit it and answer what is likely."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from data.people.reviews import BadReview, ReviewFolder, read_review, reviews_in
from data.people.signatures import Signature

TOLD: dict[str, Any] = {
    "bundle": "v1",
    "period": "2026-Q3",
    "differences": [{"id": "ndcg:nation:wales", "text": "Lists in Wales are worse."}],
    "tables": {},
}


def made(home: Path, name: str = "one", **changes: Any) -> ReviewFolder:
    folder = home / name
    folder.mkdir(parents=True)
    (folder / "review.json").write_text(json.dumps({**TOLD, **changes}), "utf-8")
    return read_review(folder)


def signed(found: ReviewFolder, **changes: Any) -> Signature:
    told = {
        "review": found.digest, "bundle": "v1", "by": "Ana", "at": datetime(2026, 11, 29, tzinfo=UTC),
        "decision": "approved", "reason": "Read.", "answers": {"ndcg:nation:wales": "We add Welsh funds."},
    }  # fmt: skip
    return Signature.model_validate({**told, **changes})


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    found = made(tmp_path)
    assert found.digest == sha256((tmp_path / "one" / "review.json").read_bytes()).hexdigest()


def test_a_signature_that_fits_is_taken_whatever_it_decides(tmp_path: Path) -> None:
    found = made(tmp_path)
    found.check_signature(signed(found))
    found.check_signature(signed(found, decision="refused"))


def test_a_signature_without_an_answer_or_about_another_review_is_refused(tmp_path: Path) -> None:
    found, other = made(tmp_path), made(tmp_path, "two", period="2026-Q2")
    for answers in ({}, {"ndcg:nation:wales": "fine"}):
        with pytest.raises(BadReview, match="no sentence answers ndcg:nation:wales"):
            found.check_signature(signed(found, answers=answers))
    with pytest.raises(BadReview, match="no difference of this review"):
        found.check_signature(signed(found, answers={**signed(found).answers, "x": "Beside the point."}))
    for about in (signed(other), signed(found, bundle="v2")):
        with pytest.raises(BadReview, match="it names the digest|it is about the bundle"):
            found.check_signature(about)


def test_a_changed_review_is_another_one(tmp_path: Path) -> None:
    found = made(tmp_path)
    file = tmp_path / "one" / "review.json"
    file.write_text(file.read_text().replace("worse", "fine"), "utf-8")
    with pytest.raises(BadReview):
        read_review(tmp_path / "one").check_signature(signed(found))


def test_folders_that_hold_no_review_are_left_out_of_the_list_and_told_where_asked_for(
    tmp_path: Path,
) -> None:
    found = made(tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "review.json").write_text("{}", "utf-8")
    assert reviews_in(tmp_path) == (found,)
    assert reviews_in(tmp_path / "nowhere") == ()
    with pytest.raises(BadReview, match="bundle"):
        read_review(tmp_path / "broken")
    with pytest.raises(BadReview, match="training review"):
        read_review(tmp_path / "nowhere")
