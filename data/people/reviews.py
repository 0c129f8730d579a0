"""A fairness review as its folder tells it: `review.json`, what it finds likely, and what a signature must answer.

`training review` makes the folder, `/review` and `training sign` take signatures, `promote` verifies them. Of
`review.json` only these keys are read here; whatever else it holds is sealed by the digest of its bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.errors import GrantMatchError, in_words
from data.people.signatures import Digest, Signature

FILE: Final = "review.json"
PAGE: Final = "review.html"
FEWEST_WORDS: Final = 3
"""Words of an answer, at least; one word is no sentence."""


class BadReview(GrantMatchError):
    """A folder that holds no review, or a signature that does not fit it."""


class Difference(BaseModel):
    """A difference that the review calls likely, which a signature has to answer in a sentence of its own."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(min_length=1, max_length=200)
    """Stable within the review, such as `lists/ndcg_at_10/nation/Wales`."""
    text: str


class Review(BaseModel):
    """What is read of `review.json`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    bundle: str
    """Version of the bundle that was reviewed."""
    period: str = ""
    """Such as `2026-Q3`."""
    made_on: str = ""
    summary: tuple[str, ...] = ()
    """What can and cannot be said, in plain English, a line each."""
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewFolder:
    """A review where it lies, under the digest by which it is signed."""

    folder: Path
    digest: Digest
    review: Review

    @property
    def page(self) -> Path:
        """The one page that opens offline."""
        return self.folder / PAGE


def read_review(folder: Path) -> ReviewFolder:
    """Read a review's folder; raises BadReview in words."""
    try:
        content = (folder / FILE).read_bytes()
    except OSError:
        raise BadReview(
            f"{folder}: no {FILE} can be read here; `python -m training review` makes one"
        ) from None
    try:
        review = Review.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise BadReview(f"{folder / FILE}: {field}: {in_words(first)}") from None
    return ReviewFolder(folder, hashlib.sha256(content).hexdigest(), review)


def reviews_in(home: Path) -> tuple[ReviewFolder, ...]:
    """Every review below a folder, the newest file first; what is none is left out."""
    found = []
    for file in sorted(home.glob(f"*/{FILE}"), key=lambda file: (-file.stat().st_mtime_ns, file)):
        try:
            found.append(read_review(file.parent))
        except BadReview:
            continue
    return tuple(found)


def is_sentence(words: str) -> bool:
    """Whether an answer says something.

    >>> is_sentence("ok"), is_sentence("We add Welsh funds.")
    (False, True)
    """
    return len(words.split()) >= FEWEST_WORDS


def check_signature(signature: Signature, found: ReviewFolder) -> None:
    """Raise BadReview unless a signature is about this very review and answers each of its likely differences."""
    if signature.review != found.digest or signature.bundle != found.review.bundle:
        raise BadReview("the signature is about another review; sign the one that was made of this bundle")
    ids = {one.id for one in found.review.differences}
    silent = sorted(one for one in ids if not is_sentence(signature.answers.get(one, "")))
    if silent:
        raise BadReview(
            f"{len(silent)} likely differences have no sentence of their own: {', '.join(silent[:5])}"
        )
    if strange := sorted(signature.answers.keys() - ids):
        raise BadReview(f"an answer is about {strange[0]}, which is no difference of this review")
