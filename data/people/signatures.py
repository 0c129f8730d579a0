"""The signature under a fairness review: who decided what about it, and what was said to each difference."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from data.people.events import Name

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]


class Signature(BaseModel):
    """One decision about one review; the newest about a review counts."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    review: Digest
    """SHA-256 of the bytes of the review's `review.json`."""
    bundle: str
    """Version of the bundle that was reviewed."""
    by: Name
    at: AwareDatetime
    decision: Literal["approved", "refused"]
    reason: Sentence
    answers: dict[str, Sentence] = Field(default_factory=dict)
    """A sentence for each difference that the review calls likely, by the difference's id."""

    @property
    def id(self) -> str:
        """The digest of what it says: the same signature sent twice is one."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
