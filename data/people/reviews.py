"""A fairness review as its folder tells it: `review.json`, what it finds likely, and what a signature must answer.

`training review` makes the folder, `/review` and `training sign` take signatures, `promote` verifies them. Only the
keys of `Review` are understood here; whatever else `review.json` holds is sealed by the digest of its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

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
    tables: dict[str, Digest] = Field(default_factory=dict)
    """File beside it → its digest."""


def digest_of(content: bytes) -> Digest:
    """SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class ReviewFolder:
    """A review where it lies, under the digest by which it is signed."""

    folder: Path
    digest: Digest
    review: Review
    told: Mapping[str, Any] = field(repr=False, compare=False)
    """Everything that `review.json` holds."""

    @property
    def page(self) -> Path:
        """The one page that opens offline."""
        return self.folder / PAGE

    def check_tables(self) -> None:
        """Raise BadReview where a table is not the one that the review names."""
        for name, digest in self.review.tables.items():
            table = self.folder / name
            try:
                same = digest_of(table.read_bytes()) == digest
            except OSError as error:
                raise BadReview(
                    f"{table}: the review names this table, and it cannot be read ({error})"
                ) from None
            if not same:
                raise BadReview(f"{table} was changed after the review was made; make the review again")

    def problems(self, signature: Signature) -> Iterator[str]:
        """Say what is missing for a signature to count: it is about this very review and answers each difference."""
        if signature.review != self.digest:
            yield f"it names the digest {signature.review[:12]}, but the review's is {self.digest[:12]}"
        if signature.bundle != self.review.bundle:
            yield f"it is about the bundle {signature.bundle}, but the review is about {self.review.bundle}"
        for one in self.review.differences:
            if not is_sentence(signature.answers.get(one.id, "")):
                yield f"no sentence answers {one.id} ({one.text})"
        for name in sorted(signature.answers.keys() - {one.id for one in self.review.differences}):
            yield f"an answer is about {name}, which is no difference of this review"

    def check_signature(self, signature: Signature) -> None:
        """Raise BadReview with all that is missing."""
        if missing := list(self.problems(signature)):
            raise BadReview("\n".join(["not signed:", *(f"  {line}" for line in missing)]))


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
        name = ".".join(map(str, first["loc"]))
        raise BadReview(f"{folder / FILE}: {name}: {in_words(first)}") from None
    return ReviewFolder(folder, digest_of(content), review, json.loads(content))


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
