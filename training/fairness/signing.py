"""Who read a review, what they decided, and what they say of each likely difference: that is what signing means."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from data.people.reviews import BadReview, is_sentence
from data.people.signatures import Signature

REVIEW: Final = "review.json"
SIGNATURES: Final = "signatures.jsonl"


def digest_of(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


@dataclass(frozen=True)
class Review:
    """A review's folder, read and checked against the digests that it holds."""

    folder: Path
    digest: str
    told: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> Review:
        """Read a folder; raises BadReview where review.json cannot be read or a table is not the one it names."""
        try:
            content = (folder / REVIEW).read_bytes()
            told = json.loads(content)
            tables: Mapping[str, str] = told["tables"]
            for name, digest in tables.items():
                if digest_of((folder / name).read_bytes()) != digest:
                    raise BadReview(
                        f"{folder / name} was changed after the review was made; make the review again"
                    )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadReview(f"{folder}: no review can be read here ({error})") from error
        return cls(folder, digest_of(content), told)

    @property
    def bundle(self) -> str:
        """The version that it is about."""
        return str(self.told["bundle"])

    @property
    def differences(self) -> dict[str, str]:
        """Each likely difference by its id, as told."""
        return {one["id"]: one["text"] for one in self.told["differences"]}

    def signatures(self) -> tuple[Signature, ...]:
        """Those that stand beside it, oldest first; raises BadReview for a line that is none."""
        try:
            lines = (self.folder / SIGNATURES).read_text("utf-8").splitlines()
        except FileNotFoundError:
            return ()
        try:
            return tuple(Signature.model_validate_json(line) for line in lines)
        except ValidationError:
            raise BadReview(f"{self.folder / SIGNATURES}: a line is no signature; it was changed") from None

    def problems(self, signature: Signature) -> Iterator[str]:
        """Say what is missing for a signature to count."""
        if signature.review != self.digest:
            yield f"it names the digest {signature.review[:12]}, but the review's is {self.digest[:12]}"
        if signature.bundle != self.bundle:
            yield f"it is about the bundle {signature.bundle}, but the review is about {self.bundle}"
        for name, text in self.differences.items():
            if not is_sentence(signature.answers.get(name, "")):
                yield f"no sentence answers {name} ({text})"
        for name in sorted(signature.answers.keys() - self.differences.keys()):
            yield f"an answer is about {name}, which is no difference of this review"

    def sign(self, signature: Signature) -> None:
        """Put a signature beside the review; raises BadReview with all that is missing."""
        missing = list(self.problems(signature))
        if missing:
            raise BadReview("\n".join(["not signed:", *(f"  {line}" for line in missing)]))
        with (self.folder / SIGNATURES).open("a", encoding="utf-8") as file:
            file.write(signature.model_dump_json() + "\n")


def reviews_in(home: Path) -> tuple[Review, ...]:
    """Every review of a folder, oldest first by the day they were made on and their name."""
    found = [Review.read(path.parent) for path in sorted(home.glob(f"*/{REVIEW}"))]
    return tuple(sorted(found, key=lambda one: (one.told["made_on"], one.folder.name)))


def find(home: Path, digest: str) -> Review:
    """Find a review by its digest or the first 8 or more characters of it; raises BadReview."""
    found = [one for one in reviews_in(home) if len(digest) >= 8 and one.digest.startswith(digest)]
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
    reviews = {one.digest: one for one in reviews_in(home) if one.bundle == bundle}
    found = [signature for one in reviews.values() for signature in one.signatures()]
    found += [signature for signature in others if signature.review in reviews]
    if not found:
        return None
    newest = max(found, key=lambda one: one.at)
    review = reviews.get(newest.review)
    if review is None:
        return Signed(newest, ("it is under another review than the one that it stands beside",), 0)
    return Signed(newest, tuple(review.problems(newest)), len(review.differences))


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as CSV; what a spreadsheet would take for a formula is quoted."""
    written = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(written, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _inert(value) for name, value in row.items()})
    return written.getvalue()


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") and value[:1] else value
