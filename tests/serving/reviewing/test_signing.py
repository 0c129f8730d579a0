"""The form takes a signature only where it is one, and a review's own page can run and fetch nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from serving.reviewing.page_policy import policy_of
from serving.reviewing.routes import LONGEST, NO_ANSWER, NO_DECISION, NO_REASON, TOO_LONG, read_signature
from tests.data.people.test_reviews import made
from training.fairness.signing import whole_review


def test_a_signature_answers_every_likely_difference(tmp_path: Path) -> None:
    found = made(tmp_path)
    sent = {"decision": "approved", "reason": "Read it.", "answer-0": "We add Welsh funds."}
    signature, problems = read_signature(sent, found, by="Ana")
    assert signature is not None and not problems
    assert signature.answers == {"ndcg:nation:wales": "We add Welsh funds."}
    assert (signature.by, signature.review, signature.bundle) == ("Ana", found.digest, "v1")


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"answer-0": "ok"}, {"answer-0": NO_ANSWER.format(1)}),
        ({"decision": "perhaps"}, {"decision": NO_DECISION}),
        ({"reason": ""}, {"reason": NO_REASON}),
        ({"reason": "x" * (LONGEST + 1)}, {"reason": TOO_LONG}),
    ],
)
def test_what_is_missing_is_pointed_out(
    tmp_path: Path, change: dict[str, str], problems: dict[str, str]
) -> None:
    sent = {"decision": "approved", "reason": "Read it.", "answer-0": "We add Welsh funds.", **change}
    assert read_signature(sent, made(tmp_path), by="Ana") == (None, problems)


def test_what_the_form_takes_is_what_promotion_accepts(tmp_path: Path) -> None:
    found = made(tmp_path)
    sent = {"decision": "refused", "reason": "Not yet.", "answer-0": "We add Welsh funds."}
    signature, _ = read_signature(sent, found, by="Ana")
    assert signature is not None
    review = whole_review(found.folder)
    assert review == found
    assert list(review.problems(signature)) == []


def test_a_page_may_use_its_own_styles_and_pictures_and_nothing_else() -> None:
    policy = policy_of(b"<style>p{color:red}</style><p>x</p><script>alert(1)</script>")
    assert "default-src 'none'" in policy and "script-src" not in policy
    assert policy.count("'sha256-") == 1
    assert policy_of(b"<style>p{}</style>") != policy_of(b"<style>q{}</style>")
