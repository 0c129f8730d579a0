"""Who read a review, what they decided, and what they say of each likely difference: that is what signing means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from data.people.reviews import FILE, BadReview, ReviewFolder, read_review
from data.people.signatures import Signature

SIGNATURES: Final = "signatures.jsonl"


def whole_review(folder: Path) -> ReviewFolder:
    """Read a review with its tables; raises BadReview where one is not the one that the review names."""
    found = read_review(folder)
    found.check_tables()
    return found


def signatures_beside(review: ReviewFolder) -> tuple[Signature, ...]:
    """Those that stand beside a review, oldest first; raises BadReview for a line that is none."""
    file = review.folder / SIGNATURES
    try:
        lines = file.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return ()
    try:
        return tuple(Signature.model_validate_json(line) for line in lines)
    except ValidationError:
        raise BadReview(f"{file}: a line is no signature; it was changed") from None


def sign(review: ReviewFolder, signature: Signature) -> None:
    """Put a signature beside a review; raises BadReview with all that is missing."""
    review.check_signature(signature)
    with (review.folder / SIGNATURES).open("a", encoding="utf-8") as file:
        file.write(signature.model_dump_json() + "\n")


def whole_reviews_in(home: Path) -> tuple[ReviewFolder, ...]:
    """Every review of a folder, oldest first by the day they were made on and their name; raises BadReview."""
    found = [whole_review(path.parent) for path in sorted(home.glob(f"*/{FILE}"))]
    return tuple(sorted(found, key=lambda one: (one.review.made_on, one.folder.name)))


def find(home: Path, digest: str) -> ReviewFolder:
    """Find a review by its digest or the first 8 or more characters of it; raises BadReview."""
    found = [one for one in whole_reviews_in(home) if len(digest) >= 8 and one.digest.startswith(digest)]
    if len(found) != 1:
        raise BadReview(
            f"no review in {home} has the digest {digest!r}; `python -m training review BUNDLE` prints it"
        )
    return found[0]


@dataclass(frozen=True, slots=True)
class Signed:
    """The newest signature under any review of one bundle, and what is wrong with it."""

    signature: Signature
    problems: tuple[str, ...]
    differences: int
    """How many likely differences it answers."""


def newest_signature(home: Path, bundle: str, others: Iterable[Signature] = ()) -> Signed | None:
    """Verify the newest signature of a bundle's reviews: those beside them, and `others`, such as a service keeps."""
    reviews = {one.digest: one for one in whole_reviews_in(home) if one.review.bundle == bundle}
    found = [signature for one in reviews.values() for signature in signatures_beside(one)]
    found += [signature for signature in others if signature.review in reviews]
    if not found:
        return None
    newest = max(found, key=lambda one: one.at)
    review = reviews.get(newest.review)
    if review is None:
        return Signed(newest, ("it is under another review than the one that it stands beside",), 0)
    return Signed(newest, tuple(review.problems(newest)), len(review.review.differences))
