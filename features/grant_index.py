"""Everything about the grants of a catalogue that ranking needs in arrays, computed once and not per request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.codelists import PURPOSES, REASONS
from data.catalogue.grants import Grant
from data.catalogue.rules import AllOf, Condition, LivesIn, OneOf
from data.catalogue.traversal import walk
from features.costs import own_costs
from features.embedding import Embedder, Vectors
from features.funders import Funders
from features.lexical import BM25

Floats = NDArray[np.float32]
_PAID_BACK: Final = re.compile(r"\bloans?\b|\b(?:paid|pay it) back\b|\brepa(?:y|id)\b")

FEW_VALUES: Final = 3
"""A condition that more values meet is for nobody in particular."""


@dataclass(frozen=True)
class GrantIndex:
    """Meaning, words and plain fields of each grant, in the order of the catalogue."""

    grants: tuple[Grant, ...]
    titles: Vectors
    """(grants, dimension) meaning of the titles."""
    texts: Vectors
    """(grants, dimension) meaning of title, summary and purposes together."""
    words: BM25
    purpose_texts: Mapping[str, str]
    """Code → what money may be for, in words."""

    @classmethod
    def build(
        cls,
        grants: Sequence[Grant],
        embedder: Embedder,
        *,
        known: Mapping[str, NDArray[Any]] | None = None,
        purposes: Mapping[str, str] = PURPOSES,
    ) -> GrantIndex:
        """Embed and index the grants; texts whose vectors stand in `known` (see `to_arrays`) are not embedded again."""
        vectors = _embed(texts_of(grants, purposes), embedder, known or {})
        return cls.of(grants, vectors[: len(grants)], vectors[len(grants) :], purposes=purposes)

    @classmethod
    def of(
        cls,
        grants: Sequence[Grant],
        titles: Vectors,
        texts: Vectors,
        *,
        purposes: Mapping[str, str] = PURPOSES,
    ) -> GrantIndex:
        """Index grants whose titles and texts have (grants, dimension) vectors already."""
        words = BM25.fit([full_text(grant, purposes) for grant in grants])
        return cls(tuple(grants), titles, texts, words, purposes)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The grants' ids in order."""
        return tuple(grant.id for grant in self.grants)

    @cached_property
    def funders(self) -> Funders:
        """Which grants belong to the same funder."""
        return Funders.of(self.grants)

    @cached_property
    def purposes(self) -> NDArray[np.bool_]:
        """(grants, purposes of the code list) whether the grant is for it."""
        return np.array(
            [[code in grant.purposes for code in self.purpose_texts] for grant in self.grants], dtype=np.bool_
        )

    @cached_property
    def reasons(self) -> NDArray[np.bool_]:
        """(grants, reasons of the code list) whether the grant names it."""
        return np.array(
            [[code in grant.reasons for code in REASONS] for grant in self.grants], dtype=np.bool_
        )

    @cached_property
    def least_and_most(self) -> Floats:
        """(grants, 2) smallest and largest amount in pounds; NaN where not stated."""
        amounts = [(g.amount.min, g.amount.max) if g.amount else (None, None) for g in self.grants]
        plain = [[np.nan if bound is None else float(bound) for bound in pair] for pair in amounts]
        return np.array(plain, dtype=np.float32).reshape(-1, 2)

    @cached_property
    def by_oneself(self) -> Floats:
        """(grants,) 1 where a person applies without an adviser or a referral, else 0."""
        return np.array([grant.route in ("self", "automatic") for grant in self.grants], dtype=np.float32)

    @cached_property
    def title_words(self) -> BM25:
        """The words of titles and funders' names, among which rare ones tell whom a grant is for."""
        names = [grant.funder.name if grant.funder else "" for grant in self.grants]
        return BM25.fit([f"{grant.title} {name}" for grant, name in zip(self.grants, names, strict=True)])

    @cached_property
    def costs(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(grants, kinds of cost) twice: which the title names, and which the title or the summary does."""
        titled = np.array([own_costs().named(grant.title) for grant in self.grants], dtype=np.bool_)
        summed = np.array([own_costs().named(grant.summary) for grant in self.grants], dtype=np.bool_)
        return titled, titled | summed

    @cached_property
    def asking_for(self) -> Mapping[tuple[str, str], list[int]]:
        """Fact and value → rows of the grants of which a condition asks for it, or for one of a few with it."""
        found: dict[tuple[str, str], list[int]] = {}
        for row, grant in enumerate(self.grants):
            for part in (part for rule in grant.rules for part in walk(rule.condition)):
                if isinstance(part, OneOf) and len(part.one_of) <= FEW_VALUES:
                    for value in part.one_of:
                        found.setdefault((part.fact, str(value)), []).append(row)
        return found

    @cached_property
    def by_council(self) -> Floats:
        """(grants,) 1 where the funder calls itself a council, else 0."""
        funders = [grant.funder.name.lower() if grant.funder else "" for grant in self.grants]
        return np.array(["council" in funder for funder in funders], dtype=np.float32)

    @cached_property
    def no_loan(self) -> Floats:
        """(grants,) 0 where the title or the summary says that it is a loan or is paid back, else 1."""
        texts = [f"{grant.title} {grant.summary}".lower() for grant in self.grants]
        return np.array([not _PAID_BACK.search(text) for text in texts], dtype=np.float32)

    @cached_property
    def closings(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(windows,) row of the grant and ordinal of the closing day, for windows that close."""
        found = [
            (row, window.closes.toordinal())
            for row, grant in enumerate(self.grants)
            for window in grant.windows
            if window.closes is not None
        ]
        pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    def days_to_closing(self, *, on: date) -> Floats:
        """Give (grants,) days from `on` to the next closing day; NaN for a grant without one."""
        rows, ordinals = self.closings
        left = np.full(len(self.grants), np.inf)
        ahead = ordinals >= on.toordinal()
        np.minimum.at(left, rows[ahead], ordinals[ahead] - on.toordinal())
        return np.where(np.isinf(left), np.nan, left).astype(np.float32)

    @cached_property
    def places(self) -> tuple[dict[str, NDArray[np.int64]], Floats]:
        """Area code → rows of grants that ask to live there, and (grants,) 0 where a grant names places, else NaN."""
        rows: dict[str, list[int]] = {}
        named = np.full(len(self.grants), np.nan, dtype=np.float32)
        for row, grant in enumerate(self.grants):
            for code in sorted({code for rule in grant.rules for code in _places(rule.condition)}):
                rows.setdefault(code, []).append(row)
                named[row] = 0.0
        return {code: np.array(held, dtype=np.int64) for code, held in rows.items()}, named

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give the vectors by digest of their text, so that a changed catalogue embeds only what changed."""
        digests, first = np.unique(
            np.array([digest_of(text) for text in texts_of(self.grants, self.purpose_texts)]),
            return_index=True,
        )
        return {"digests": digests, "vectors": np.concatenate([self.titles, self.texts])[first]}


def texts_of(grants: Sequence[Grant], purposes: Mapping[str, str] = PURPOSES) -> list[str]:
    """List what is embedded of grants: every title, then every full text."""
    return [grant.title for grant in grants] + [full_text(grant, purposes) for grant in grants]


def full_text(grant: Grant, purposes: Mapping[str, str] = PURPOSES) -> str:
    """Join what a grant says of itself: title, summary, and what it is for in words."""
    named = ", ".join(purposes[code] for code in grant.purposes)
    return ". ".join(part for part in (grant.title, grant.summary, named) if part)


def _embed(texts: list[str], embedder: Embedder, known: Mapping[str, NDArray[Any]]) -> Vectors:
    held = {digest: row for row, digest in enumerate(known["digests"].tolist())} if known else {}
    digests = [digest_of(text) for text in texts]
    fresh = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in held}
    computed = dict(zip(fresh, embedder.embed(list(fresh.values())), strict=True))
    rows = [computed[d] if d in computed else known["vectors"][held[d]] for d in digests]
    return np.array(rows, dtype=np.float32).reshape(len(texts), embedder.dimension)


def digest_of(text: str) -> str:
    """Name a text, so that its vector is found again."""
    return sha256(text.encode()).hexdigest()


def _places(condition: Condition) -> Iterator[str]:
    match condition:
        case LivesIn():
            yield from condition.lives_in
        case AllOf():
            for part in condition.all_of:
                yield from _places(part)
        case _:
            return
