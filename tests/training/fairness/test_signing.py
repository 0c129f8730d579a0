"""A signature is under one review as it was made, answers every likely difference, and only then lets a bundle live."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from data.ledger import read_ledger
from data.people.reviews import FILE, BadReview, ReviewFolder, digest_of
from data.people.signatures import Signature
from models.rankers.bundle import save
from training.__main__ import app
from training.fairness.signing import (
    SIGNATURES,
    find,
    newest_signature,
    sign,
    signatures_beside,
    whole_review,
    whole_reviews_in,
)
from training.fit import Fitted
from training.gate import Check
from training.promotion import Decision, Home, promote

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FEMALE, WALES = "lists/awarded/sex/female", "lists/ndcg_at_10/nation/Wales"
ANSWERS = {FEMALE: "Two funds will be asked by May.", WALES: "Welsh entries are old; they are renewed."}


def made(home: Path, bundle: str, name: str = "one", day: str = "2026-11-20") -> ReviewFolder:
    """A review's folder with two likely differences and a table."""
    folder = home / name
    folder.mkdir(parents=True)
    (folder / "who.csv").write_text("attribute,group,people\n")
    told = {
        "bundle": bundle,
        "made_on": day,
        "differences": [{"id": FEMALE, "text": "awarded"}, {"id": WALES, "text": "nDCG"}],
        "tables": {"who.csv": digest_of((folder / "who.csv").read_bytes())},
    }
    (folder / FILE).write_text(json.dumps(told))
    return whole_review(folder)


def signature(review: ReviewFolder, /, **changes: Any) -> Signature:
    told = {
        "review": review.digest,
        "bundle": review.review.bundle,
        "by": "Cat",
        "at": NOW,
        "decision": "approved",
    }
    return Signature.model_validate({**told, "reason": "read it", "answers": ANSWERS, **changes})


def test_signing_means_answering_every_likely_difference_in_a_sentence(tmp_path: Path) -> None:
    review = made(tmp_path, "abc")
    for answers, missing in (
        ({}, 2),
        ({FEMALE: ANSWERS[FEMALE]}, 1),
        ({**ANSWERS, WALES: "ok"}, 1),
        (ANSWERS, 0),
    ):
        assert len(list(review.problems(signature(review, answers=answers)))) == missing
    with pytest.raises(BadReview, match="no sentence answers"):
        sign(review, signature(review, answers={}))
    assert not (review.folder / SIGNATURES).exists()
    sign(review, signature(review))
    assert signatures_beside(review) == (signature(review),)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"review": "f" * 64}, "it names the digest ffffffffffff"),
        ({"bundle": "other"}, "it is about the bundle other"),
        (
            {"answers": {**ANSWERS, "lists/x/y/z": "There is no such one."}},
            "which is no difference of this review",
        ),
    ],
)
def test_a_signature_under_something_else_does_not_count(
    tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    review = made(tmp_path, "abc")
    assert any(told in problem for problem in review.problems(signature(review, **changes)))


def test_changing_a_review_or_one_of_its_tables_after_it_was_signed_is_seen(tmp_path: Path) -> None:
    review = made(tmp_path, "abc")
    sign(review, signature(review))
    content = (review.folder / FILE).read_text()
    (review.folder / FILE).write_text(content.replace("nDCG", "all is well"))
    found = newest_signature(tmp_path, "abc")
    assert found is not None and found.problems
    (review.folder / FILE).write_text(content)
    (review.folder / "who.csv").write_text("attribute,group,people\nsex,female,10\n")
    with pytest.raises(BadReview, match="was changed after the review was made"):
        newest_signature(tmp_path, "abc")


def test_the_newest_signature_counts_wherever_it_was_given(tmp_path: Path) -> None:
    review, other = made(tmp_path, "abc"), made(tmp_path, "xyz", "two")
    sign(review, signature(review))
    later = signature(review, at=NOW + timedelta(days=1), decision="refused", by="Dan")
    of_another = signature(other, at=NOW + timedelta(days=2))
    found = newest_signature(tmp_path, "abc", [later, of_another])
    assert found is not None and (found.signature, found.problems, found.differences) == (later, (), 2)
    assert newest_signature(tmp_path, "nobody") is None


def test_a_review_is_found_by_the_start_of_its_digest(tmp_path: Path) -> None:
    review = made(tmp_path, "abc")
    assert find(tmp_path, review.digest[:8]) == review
    for short in (review.digest[:7], "0" * 64, ""):
        with pytest.raises(BadReview, match="prints it"):
            find(tmp_path, short)
    assert whole_reviews_in(tmp_path / "nowhere") == ()


def test_the_command_signs_and_promotion_copies_the_signature_to_the_ledger_once(
    fitted: Fitted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRANTS_REVIEWS", str(tmp_path / "reviews"))
    version = save(fitted.bundle, tmp_path / "run").version
    review = made(tmp_path / "reviews", version)
    asked = ["sign", review.digest[:12], "approved", "--reason", "read it", "--by", "Cat"]
    refused = CliRunner().invoke(app, asked)
    assert refused.exit_code == 1 and "no sentence answers" in refused.output
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({FEMALE: ANSWERS[FEMALE]}))
    told = CliRunner().invoke(
        app, [*asked, "--answers", str(answers), "--answer", f"{WALES}={ANSWERS[WALES]}"]
    )
    assert told.exit_code == 0, told.output
    assert f"{version}: approved by Cat, 2 differences answered" in " ".join(told.output.split())

    signed = newest_signature(tmp_path / "reviews", version)
    assert signed is not None and signed.problems == ()
    home = Home(tmp_path / "bundles")
    passed = (Check("order", passed=True, told="fine"),)
    promote(tmp_path / "run", home, passed, Decision("Ana", "better", NOW), signed=signed)
    entries = read_ledger(home.ledger_path).entries
    assert [entry.act for entry in entries] == ["review", "promote"]
    assert entries[0].by == "Cat" and entries[0].details["sha256"] == review.digest
    assert entries[0].details["answers"] == ANSWERS
